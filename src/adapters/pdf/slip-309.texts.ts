import type { Line309, Slip309 } from './slip.ts'

/** What stands in each box of one sheet, by box id. Amounts are grouped; a line that is not there leaves its boxes empty. */
export type SheetTexts = ReadonlyMap<string, string>

/** Grouped by hand and not by the host's locale, so that the same slip gives the same bytes anywhere. */
export const grouped = (amount: number): string => String(amount).replace(/\B(?=(\d{3})+$)/gu, ',')

const era = new Intl.DateTimeFormat('ja-JP-u-ca-japanese', { era: 'long', year: 'numeric', timeZone: 'UTC' })

/** `令和８年分`: the era at the year's end (2019 is 令和元年分), with full-width digits as the form prints them. */
export const yearWords = (year: number): string => {
  const words = era.format(new Date(Date.UTC(year, 11, 31)))
  return `${words.replace(/[0-9]/gu, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0))}分`
}

/** One line: line breaks and tabs become a space, and what is invisible (U+200B and the like) is left out. */
const oneLine = (text: string): string =>
  text.replace(/\s+/gu, (run) => (/[\r\n\t\v\f]/u.test(run) ? ' ' : run)).replace(/[\p{Cc}\p{Cf}]/gu, '')

const manyLines = (text: string): string =>
  text
    .split(/\r\n|\r|\n/u)
    .map(oneLine)
    .join('\n')

const inner = (amount: number): string => (amount === 0 ? '' : grouped(amount))

const lineTexts = (line: Line309, index: number): [string, string][] => [
  [`lines.${index}.kind`, oneLine(line.kind)],
  [`lines.${index}.detail`, oneLine(line.detail)],
  [`lines.${index}.amount`, grouped(line.amount)],
  [`lines.${index}.amount.unpaid`, inner(line.unpaid)],
  [`lines.${index}.withheld`, grouped(line.withheld)],
  [`lines.${index}.withheld.unpaid`, inner(line.withheldUnpaid)],
]

/** One entry per sheet: more lines than a sheet has go on in a further one, as they do in the CSV records. */
export const sheetTexts = (slip: Slip309, title: string, linesPerSheet: number): SheetTexts[] => {
  const count = Math.max(1, Math.ceil(slip.lines.length / linesPerSheet))
  return Array.from(
    { length: count },
    (_, sheet) =>
      new Map([
        ['title', `${yearWords(slip.year)}　${title}`],
        ['void', slip.correction ? '1' : '0'],
        ['sheet', count === 1 ? '' : `${sheet + 1}枚目／${count}枚`],
        ['payee.address', oneLine(slip.payee.address)],
        ['payee.name', oneLine(slip.payee.name)],
        ...slip.lines.slice(sheet * linesPerSheet, (sheet + 1) * linesPerSheet).flatMap(lineTexts),
        ['remarks', sheet === 0 ? manyLines(slip.remarks) : ''],
        ['payer.address', oneLine(slip.companyAddress)],
        ['payer.name', oneLine(slip.companyName)],
        [
          'payer.phone',
          slip.companyPhone === undefined || slip.companyPhone === '' ? '' : `（電話）${oneLine(slip.companyPhone)}`,
        ],
      ]),
  )
}
