import { codePointName } from '../../core/shared/charset/cp932.ts'
import { AppError, type Place } from '../../core/shared/errors.ts'
import { secretBytes } from '../../core/shared/secret-bytes.ts'
import { eraOfYear, twoDigits } from './eras.ts'
import type { Layout } from './layout.ts'
import { layoutOf } from './layouts.ts'
import {
  findRecordProblems,
  type ItemValue,
  type RecordItems,
  type RecordOptions,
  type RecordProblem,
  writeRecord,
} from './record-csv.ts'

/** 支払内容: one line of the slip, amounts in whole yen. */
export type Line309 = {
  /** 区分, e.g. 原稿料. */
  kind: string
  /** 細目, e.g. the title of a book. */
  detail: string
  /** 支払金額, including what is unpaid (未払金額). */
  amount: number
  unpaid: number
  /** 源泉徴収税額, including what is not yet withheld (未徴収税額). */
  withheld: number
  withheldUnpaid: number
}

/** 報酬、料金、契約金及び賞金の支払調書 of one payee and year, without any number. */
export type Slip309 = {
  /** Who it is for whoever reads a problem: an id, never printed. */
  key: string
  companyAddress: string
  companyName: string
  companyPhone?: string
  /** 年分, western. */
  year: number
  payee: { address: string; abroad: boolean; name: string }
  lines: readonly Line309[]
  /** 摘要. */
  remarks: string
  /** 訂正表示: true for the record that voids one already filed (標準規格 item 10 `1`), false for every other. */
  correction: boolean
}

/** ASCII digits as bytes: 12 of a 個人番号 or 13 of a 法人番号; absent where there is none. */
export type SlipDigits = { payer?: Uint8Array; payee?: Uint8Array }

export type SlipProblem = RecordProblem & {
  key: string
  /** Which record of the slip, from 1: more than six lines continue in further records. */
  record: number
}

/** 標準規格 309: more than six 支払内容 go on in a separate record. */
export const linesPerRecord = 6
const firstLineItem = 15
const itemsPerLine = 6

/** `309dat01.txt` … `309dat99.txt`. */
export const fileName309 = (part = 1): string => {
  if (!Number.isInteger(part) || part < 1 || part > 99) throw new AppError('internal', 'A file part is 1 to 99.')
  return `309dat${twoDigits(part)}.txt`
}

const layoutFor = (year: number): Layout => {
  const layout = layoutOf('309', year)
  if (layout === undefined)
    throw new AppError('invalid_request', 'There is no record layout of form 309 for this year.')
  return layout
}

/** Blank items take nothing between the commas, no zero (標準規格 § 5(1)ロ): an inner figure of 0 is no figure. */
const inner = (amount: number): number | null => (amount === 0 ? null : amount)

const lineItems = (line: Line309, index: number): [number, ItemValue][] => {
  const first = firstLineItem + index * itemsPerLine
  return [
    [first, line.kind],
    [first + 1, line.detail],
    [first + 2, line.amount],
    [first + 3, inner(line.unpaid)],
    [first + 4, line.withheld],
    [first + 5, inner(line.withheldUnpaid)],
  ]
}

/** The items of each record of a slip. 摘要 stands in the first record only, so that it is read once. */
export const recordsOf309 = (slip: Slip309, digits: SlipDigits = {}): RecordItems[] => {
  const year = eraOfYear(slip.year)
  const count = Math.max(1, Math.ceil(slip.lines.length / linesPerRecord))
  return Array.from({ length: count }, (_, record) => {
    const lines = slip.lines.slice(record * linesPerRecord, (record + 1) * linesPerRecord)
    return new Map<number, ItemValue>([
      [1, '309'],
      [4, slip.companyAddress],
      [5, slip.companyName],
      [6, slip.companyPhone],
      [10, slip.correction ? '1' : '0'],
      [11, year && twoDigits(year.year)],
      [12, slip.payee.address],
      [13, slip.payee.abroad ? '1' : '0'],
      [14, slip.payee.name],
      ...lines.flatMap(lineItems),
      [51, record === 0 ? slip.remarks : null],
      [52, digits.payer],
      [53, digits.payee],
    ])
  })
}

/** 標準規格 has no 必須 column; without these items a slip says nothing, so we ask for them. */
const requiredItems = [4, 5, 11, 12, 14, 15, 17] as const

const missingItems = (layout: Layout, items: RecordItems): RecordProblem[] =>
  layout.columns
    .filter((column) => requiredItems.some((no) => no === column.no))
    .filter((column) => {
      const value = items.get(column.no)
      return value === null || value === undefined || (typeof value === 'string' && value.trim() === '')
    })
    .map((column) => ({ no: column.no, name: column.name, problem: 'missing' }))

/** All problems of a slip, in the order of records and items. No value is in it. */
export const findProblems309 = (slip: Slip309, digits: SlipDigits = {}): SlipProblem[] => {
  const layout = layoutFor(slip.year)
  return recordsOf309(slip, digits).flatMap((items, index) =>
    [...missingItems(layout, items), ...findRecordProblems(layout, items)]
      .sort((a, b) => a.no - b.no)
      .map((problem) => ({ ...problem, key: slip.key, record: index + 1 })),
  )
}

const sentences: Record<RecordProblem['problem'], string> = {
  missing: '空欄にできません',
  unmappable_character: 'JIS第1・第2水準にない文字があります。標準の字体かカナに直してください',
  too_long: '文字数が上限を超えています',
  wrong_length: '文字数が決められた長さと異なります',
  wrong_character: '半角で書けない文字があります',
  not_an_amount: '金額は0以上の整数（円）で入力してください',
  not_a_number: '番号の桁数が12桁でも13桁でもありません',
}

/** A problem as a sentence for people: `項番14 支払を受ける者 氏名又は名称: …（「髙」 U+9AD9）`. */
export const describeProblem = (problem: RecordProblem): string => {
  const character =
    problem.character === undefined ? '' : `（「${problem.character}」 ${codePointName(problem.character)}）`
  const length = problem.length === undefined ? '' : `（${problem.length}文字／${problem.max}文字）`
  return `項番${problem.no} ${problem.name}: ${sentences[problem.problem]}${character}${length}`
}

const placeOf = (problem: SlipProblem): Place => ({
  pointer: `/${problem.key.replaceAll('~', '~0').replaceAll('/', '~1')}/${problem.record}/${problem.no}`,
  code: problem.problem === 'unmappable_character' ? 'unmappable_character' : 'invalid_request',
  detail: describeProblem(problem),
})

/**
 * The record or records of one slip, ready for `309dat01.txt`: Shift_JIS, CRLF. Throws with every place when it cannot be
 * written. The bytes may hold digits: the caller zeroes them when they have gone into the encrypted file.
 */
export const writeSlip309 = (slip: Slip309, digits: SlipDigits = {}, options: RecordOptions = {}): Uint8Array => {
  const problems = findProblems309(slip, digits)
  if (problems.length > 0) {
    const only = problems.every((problem) => problem.problem === 'unmappable_character')
    throw new AppError(
      only ? 'unmappable_character' : 'invalid_request',
      'The slip cannot be written as a record: see the places.',
      { places: problems.map(placeOf) },
    )
  }
  const layout = layoutFor(slip.year)
  const records = recordsOf309(slip, digits).map((items) => writeRecord(layout, items, options))
  const joined = secretBytes(records.reduce((sum, record) => sum + record.length, 0))
  let at = 0
  for (const record of records) {
    joined.set(record, at)
    at += record.length
    record.fill(0)
  }
  return joined
}
