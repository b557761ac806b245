import type { HandlingLine, HandlingStatement } from '../../core/oversight/oversight.rules.ts'
import { mm, pitch } from './fit.ts'
import type { SlipFont } from './font.ts'
import { redactNumbers } from './redact.ts'
import { wrapWords } from './wrap-words.ts'

/** One line of text; `pitch` is how far below it the next one begins, in mm. */
export type Run = { text: string; size: number; pitch: number; muted?: true }
type Row = { y: number; height: number; cells: Run[][] }
export type LaidOut = { pages: { tableTop: number; rows: Row[] }[]; footer: string }

/** In mm, on A4. */
export const pageOf = {
  ...{ left: 14, right: 196, top: 16, bottom: 277, footer: 284 },
  ...{ headHeight: 8.5, padding: 1.6 },
} as const

export const title = {
  ja: 'マイナンバー（個人番号）取扱状況のお知らせ',
  en: 'How your Individual Number has been handled',
} as const

export const columns = [
  { x: 14, width: 25, name: '日時', nameEn: 'When (JST)' },
  { x: 39, width: 67, name: '何が行われたか', nameEn: 'What was done' },
  { x: 106, width: 42, name: '誰が行ったか', nameEn: 'By whom' },
  { x: 148, width: 48, name: '何のために（利用目的・根拠法令）', nameEn: 'What for, by which law' },
] as const

const jst = (instant: Date): string => new Date(instant.getTime() + 9 * 3600_000).toISOString()
const dayOf = (instant: Date): string => jst(instant).slice(0, 10).replaceAll('-', '/')
const timeOf = (instant: Date): string => jst(instant).slice(11, 19)

const missing = '〓'
/** A name with a character that the font lacks must not keep a person from the statement: 〓 is what Japanese type puts there. */
const printable = (text: string, font: SlipFont): string =>
  Array.from(text, (c) => (font.hasGlyph(c.codePointAt(0) ?? 0) ? c : missing)).join('')
/** What people typed: whatever could be a number is blacked out (番号法19条). The rest is ours. */
const typed = (text: string): string => redactNumbers(text).text

const inLines = (
  font: SlipFont,
  text: string,
  width: number,
  style: { size: number; muted?: true; after?: number },
): Run[] => {
  const { size, after = 0, ...rest } = style
  const step = (size * pitch) / mm
  const lines = wrapWords(printable(text, font), (width * mm) / size, font.widthOf)
  return lines.map((one, i) => ({ text: one, size, pitch: step + (i === lines.length - 1 ? after : 0), ...rest }))
}

/** Marks the entries after which somebody had the number. */
const given = '◆'

const ja = { size: 8.5, after: 0.4 } as const
const small = { size: 7, muted: true, after: 0.4 } as const
const english = { size: 6.2, muted: true, after: 0.4 } as const

/** What was refused says by itself what was tried. */
const prefixOf = ({ outcome, operationLabel }: HandlingLine): string =>
  outcome === 'refused' ? '' : `${outcome === 'released' ? given : ''}【${operationLabel}】`

const cellsOf = (line: HandlingLine, font: SlipFont): Run[][] => {
  const [when, what, who, why] = columns.map(({ width }) => width - 2 * pageOf.padding) as [
    number,
    number,
    number,
    number,
  ]
  const { by, purpose, result, outcome } = line
  const post = typed([...by.departments, ...(by.post === undefined ? [] : [by.post])].join('　'))
  const refused = outcome === 'refused'
  return [
    [...inLines(font, dayOf(line.at), when, ja), ...inLines(font, timeOf(line.at), when, small)],
    [
      ...inLines(font, `${prefixOf(line)}${line.what.ja}`, what, ja),
      ...(refused ? inLines(font, result.ja, what, ja) : []),
      ...inLines(font, refused ? `${line.what.en} ${result.en}` : line.what.en, what, english),
      ...inLines(font, `${line.functionName}　${line.entryId}`, what, english),
    ],
    [
      ...inLines(font, typed(by.ja), who, ja),
      ...(post === '' ? [] : inLines(font, post, who, small)),
      ...inLines(font, typed(by.en), who, english),
    ],
    purpose === undefined
      ? inLines(font, '—', why, small)
      : [
          ...inLines(font, purpose.ja, why, ja),
          ...inLines(font, purpose.law, why, small),
          ...inLines(font, purpose.en, why, english),
        ],
  ]
}

const heightOf = (runs: readonly Run[]): number => runs.reduce((sum, run) => sum + run.pitch, 0)

const periodWords = ({ period }: HandlingStatement): { ja: string; en: string } => {
  const to = `${dayOf(period.to)} ${timeOf(period.to)}`
  return period.from === undefined
    ? { ja: `最初の記録から ${to} まで`, en: `from the first entry to ${to}` }
    : {
        ja: `${dayOf(period.from)} ${timeOf(period.from)} から ${to} まで`,
        en: `${dayOf(period.from)} ${timeOf(period.from)} to ${to}`,
      }
}

export const headLines = (statement: HandlingStatement, font: SlipFont): Run[] => {
  const width = pageOf.right - pageOf.left
  const { lines, subject, companyName, organizationName, madeAt } = statement
  const of = (outcome: HandlingLine['outcome']): number => lines.filter((one) => one.outcome === outcome).length
  const period = periodWords(statement)
  const facts = { size: 9, after: 0.9 } as const
  return [
    ...inLines(font, title.ja, width, { size: 16, after: 0.6 }),
    ...inLines(font, title.en, width, { size: 8, muted: true, after: 3.5 }),
    ...inLines(font, `${typed(subject.name)}　様`, width, { size: 12, after: 2.5 }),
    ...inLines(font, typed(`会社　${companyName}（${organizationName}）`), width, facts),
    ...inLines(font, `期間　${period.ja}（日本時間）`, width, facts),
    ...inLines(font, `作成　${dayOf(madeAt)} ${timeOf(madeAt)}`, width, { ...facts, after: 2 }),
    ...inLines(
      font,
      `あなたの番号について、いつ・誰が・何のために・何をしたかの記録です。全部で${lines.length}件、うち担当者または手続き用の書類に番号が渡ったもの${of('released')}件（${given}）、お断りしたもの${of('refused')}件。この書類に番号は記載していません。担当者の役割と役職は、その日のものです。`,
      width,
      { size: 9, after: 0.6 },
    ),
    ...inLines(
      font,
      `Who did what with your number, when and why (${period.en}, Japan time): ${lines.length} entries, ${of('released')} in which it was given out for a use (${given}), ${of('refused')} refused. The number itself is not on this document.`,
      width,
      { size: 7, muted: true, after: 4 },
    ),
  ]
}

/** Rows never break over pages: whoever reads one has it before their eyes. */
export const layOut = (statement: HandlingStatement, font: SlipFont): LaidOut => {
  const first = pageOf.top + heightOf(headLines(statement, font))
  const pages: LaidOut['pages'] = [{ tableTop: first, rows: [] }]
  let y = first + pageOf.headHeight
  for (const line of statement.lines) {
    const cells = cellsOf(line, font)
    const height = Math.max(...cells.map(heightOf)) + 2 * pageOf.padding
    if (y + height > pageOf.bottom) {
      pages.push({ tableTop: pageOf.top, rows: [] })
      y = pageOf.top + pageOf.headHeight
    }
    pages.at(-1)?.rows.push({ y, height, cells })
    y += height
  }
  const footer = printable(`${title.ja}　${typed(statement.subject.name)} 様　${dayOf(statement.madeAt)} 作成`, font)
  const isMissing = [
    footer,
    ...pages.flatMap(({ rows }) => rows.flatMap(({ cells }) => cells.flat().map(({ text }) => text))),
  ].some((text) => text.includes(missing))
  return { pages, footer: isMissing ? `${footer}　（${missing}：書体にない文字）` : footer }
}
