import { encodeCp932, findUnmappable } from '../../core/shared/charset/cp932.ts'
import { secretBytes } from '../../core/shared/secret-bytes.ts'
import { characterCount, toFullWidth, toHalfWidth } from './full-width.ts'
import type { Column, Layout } from './layout.ts'

/**
 * The value of one item. A 個人番号 or 法人番号 comes as its ASCII digits in bytes and is copied as bytes: it never
 * becomes a string. Null, undefined and '' are a blank item.
 */
export type ItemValue = string | number | Uint8Array | null | undefined

/** Values by 項番; items that are not named are blank. */
export type RecordItems = ReadonlyMap<number, ItemValue>

/** A place that cannot be written: the item, never its value; at most the offending character. */
export type RecordProblem = {
  no: number
  name: string
  problem:
    | 'missing'
    | 'unmappable_character'
    | 'too_long'
    | 'wrong_length'
    | 'wrong_character'
    | 'not_an_amount'
    | 'not_a_number'
  character?: string
  /** Counted in characters, after conversion to full-width. */
  length?: number
  max?: number
}

export type RecordOptions = {
  /**
   * A third-party note says the WEB版 reader wants at least one character in the last item; the standard does not. Open,
   * so a switch: `space` writes one half-width space when the last item is blank.
   */
  lastItemBlank?: 'empty' | 'space'
}

const comma = 0x2c
const lineEnd = Uint8Array.of(0x0d, 0x0a)
const digitZero = 0x30

const isBlank = (value: ItemValue): value is null | undefined | '' =>
  value === null || value === undefined || value === ''

/** Half-width items that hold text are telephone numbers and codes: printable ASCII without the comma and the quote. */
const halfWidthText = /^[\u0020\u0021\u0023-\u002b\u002d-\u007e]*$/u

const numberProblem = (bytes: Uint8Array): boolean =>
  (bytes.length !== 12 && bytes.length !== 13) || bytes.some((byte) => byte < digitZero || byte > digitZero + 9)

const textOf = (column: Column, value: string | number): string =>
  typeof value === 'number' ? String(value) : column.width === 'full' ? toFullWidth(value) : toHalfWidth(value)

const problemsOf = (column: Column, value: ItemValue): RecordProblem[] => {
  const place = { no: column.no, name: column.name }
  if (isBlank(value)) return []
  if (value instanceof Uint8Array) return numberProblem(value) ? [{ ...place, problem: 'not_a_number' }] : []
  if (typeof value === 'number' && (!Number.isSafeInteger(value) || value < 0))
    return [{ ...place, problem: 'not_an_amount' }]
  const text = textOf(column, value)
  const length = characterCount(text)
  const problems: RecordProblem[] = []
  if (length > column.max) problems.push({ ...place, problem: 'too_long', length, max: column.max })
  else if (column.exact && length !== 0 && length !== column.max)
    problems.push({ ...place, problem: 'wrong_length', length, max: column.max })
  if (column.width === 'half') {
    const wrong = Array.from(text).find((c) => !halfWidthText.test(c))
    if (wrong !== undefined) problems.push({ ...place, problem: 'wrong_character', character: wrong })
    return problems
  }
  // What is still ASCII after the conversion is a control character: it has no full-width form.
  const control = Array.from(text).find((c) => (c.codePointAt(0) ?? 0) < 0x80)
  if (control !== undefined) return [...problems, { ...place, problem: 'wrong_character', character: control }]
  const seen = new Set<string>()
  for (const { character } of findUnmappable(text, 'jis0208')) {
    if (!seen.has(character)) problems.push({ ...place, problem: 'unmappable_character', character })
    seen.add(character)
  }
  return problems
}

/** Every problem of a record, in item order. */
export const findRecordProblems = (layout: Layout, items: RecordItems): RecordProblem[] =>
  layout.columns.flatMap((column) => problemsOf(column, items.get(column.no)))

/** 12-digit 個人番号 gets a leading 0 in the 13-digit item; a 法人番号 stands as it is. */
const numberBytes = (digits: Uint8Array): Uint8Array => {
  if (digits.length === 13) return digits
  const padded = secretBytes(13)
  padded[0] = digitZero
  padded.set(digits, 1)
  return padded
}

/**
 * One record: no header, unquoted, `,` between items, CRLF at the end, Shift_JIS bytes. The items must have no problems
 * (`findRecordProblems`); the result may hold digits, so whoever owns it zeroes it.
 */
export const writeRecord = (layout: Layout, items: RecordItems, options: RecordOptions = {}): Uint8Array => {
  const last = layout.columns.length - 1
  const parts = layout.columns.map((column, index): Uint8Array => {
    const value = items.get(column.no)
    const part = isBlank(value)
      ? new Uint8Array(0)
      : value instanceof Uint8Array
        ? numberBytes(value)
        : encodeCp932(textOf(column, value), 'jis0208')
    return index === last && part.length === 0 && options.lastItemBlank === 'space' ? Uint8Array.of(0x20) : part
  })
  const record = secretBytes(parts.reduce((sum, part) => sum + part.length, 0) + last + lineEnd.length)
  const handedIn = new Set<ItemValue>(items.values())
  let at = 0
  parts.forEach((part, index) => {
    if (index > 0) record[at++] = comma
    record.set(part, at)
    at += part.length
    // A padded copy of a number is ours alone and goes at once; the 13 digits handed in belong to the caller.
    if (!handedIn.has(part)) part.fill(0)
  })
  record.set(lineEnd, at)
  return record
}
