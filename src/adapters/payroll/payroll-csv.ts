import { codePointName, type Unmappable } from '../../core/shared/charset/cp932.ts'
import { AppError, type Place } from '../../core/shared/errors.ts'
import type { FormatProfile, PayrollField, PayrollRow } from './format-profile.ts'
import { profileEncodings } from './profile-encodings.ts'

/** A character of one row that the file cannot hold. `index` counts characters from 0. */
export type PayrollProblem = {
  employeeCode: string
  dependentNo: number | undefined
  column: string
  field: PayrollField
  index: number
  character: string
  /** `U+20BB7`. */
  codePoint: string
}

const numberLength = 12

const lineEnds = { crlf: '\r\n', lf: '\n' } as const satisfies Record<FormatProfile['lineEnd'], string>

const dateStyles = {
  slash: (day) => day.replaceAll('-', '/'),
  hyphen: (day) => day,
  compact: (day) => day.replaceAll('-', ''),
} as const satisfies Record<FormatProfile['dateStyle'], (day: string) => string>

const textOf = (row: PayrollRow, field: keyof PayrollRow, profile: FormatProfile): string => {
  const value = row[field]
  if (value === undefined) return ''
  return field === 'issuedOn' ? dateStyles[profile.dateStyle](String(value)) : String(value)
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`

const rowName = ({ employeeCode, dependentNo }: Pick<PayrollProblem, 'employeeCode' | 'dependentNo'>): string =>
  dependentNo === undefined ? `社員コード ${employeeCode}` : `社員コード ${employeeCode}・扶養No ${dependentNo}`

/**
 * A writer for one profile: rows in, bytes out. Digits arrive as 12 ASCII bytes and leave as bytes; the caller zeroes
 * what it was given once it is sealed. A name that begins with = + - @ stays as it is, since a payroll product reads
 * this file and names must come back unchanged: for a file made for spreadsheets see `adapters/spreadsheet`.
 */
export const createPayrollWriter = (profile: FormatProfile) => {
  const encoding = profileEncodings[profile.encoding]
  const lineEnd = lineEnds[profile.lineEnd]
  const special = profile.separator === ',' ? /[,"\r\n]/ : /[\t"\r\n]/

  const cellText = (text: string): string =>
    profile.quoting === 'always' || (profile.quoting === 'minimal' && special.test(text)) ? quoted(text) : text

  /** Without quotes a separator or a line end cannot be written either. */
  const unwritable = (text: string): Unmappable[] => {
    const unmappable = encoding.unmappable(text)
    if (profile.quoting !== 'never' || !special.test(text)) return unmappable
    const specials = Array.from(text, (character, index) => ({ index, character })).filter((one) =>
      special.test(one.character),
    )
    return [...unmappable, ...specials].sort((a, b) => a.index - b.index)
  }

  /** Undefined when something does not fit. */
  const writeLine = (cells: readonly (string | Uint8Array)[]): Uint8Array | undefined => {
    if (profile.quoting === 'never' && cells.some((cell) => typeof cell === 'string' && special.test(cell)))
      return undefined
    const texts = cells.map((cell) => (typeof cell === 'string' ? cellText(cell) : cell))
    const units = texts.reduce((sum, text) => sum + text.length + 1, 2)
    const target = Buffer.allocUnsafe(units * encoding.bytesPerUnit)
    let at = 0
    for (const [place, text] of texts.entries()) {
      if (place > 0) at = encoding.put(profile.separator, target, at)
      if (typeof text === 'string') {
        at = encoding.put(text, target, at)
        if (at < 0) return undefined
      } else {
        target.set(text, at)
        at += text.length
      }
    }
    return target.subarray(0, encoding.put(lineEnd, target, at))
  }

  const findProblems = (row: PayrollRow): PayrollProblem[] =>
    profile.columns.flatMap(({ header: column, field }) =>
      field === 'skip' || field === 'number'
        ? []
        : unwritable(textOf(row, field, profile)).map(({ index, character }) => ({
            employeeCode: row.employeeCode,
            dependentNo: row.dependentNo,
            column,
            field,
            index,
            character,
            codePoint: codePointName(character),
          })),
    )

  const placeOf = (problem: PayrollProblem): Place => ({
    column: problem.column,
    code: 'unmappable_character',
    detail: `${rowName(problem)}の「${problem.column}」${problem.index + 1}文字目 ${problem.codePoint} は${encoding.name}で書けません。`,
  })

  /** One error for the problems of as many rows as were looked at. */
  const unmappableError = (problems: readonly PayrollProblem[]): AppError =>
    new AppError('unmappable_character', 'この形式では書けない文字があります。', { places: problems.map(placeOf) })

  const header = (): Uint8Array => {
    if (!profile.headerRow) return encoding.prefix
    const line = writeLine(profile.columns.map((column) => column.header))
    if (line === undefined) throw new AppError('unmappable_character', '見出しに、この形式では書けない文字があります。')
    return encoding.prefix.length === 0 ? line : Buffer.concat([encoding.prefix, line])
  }

  const writeRow = (row: PayrollRow, digits: Uint8Array | undefined): Uint8Array => {
    const isNumber = digits?.length === numberLength && digits.every((byte) => byte >= 0x30 && byte <= 0x39)
    if (digits !== undefined && !isNumber) throw new AppError('internal', 'A number is 12 ASCII digits.')
    const skipMark = digits === undefined ? (profile.skip?.mark ?? '') : ''
    const line = writeLine(
      profile.columns.map(({ field }) => {
        if (field === 'number') return digits ?? ''
        return field === 'skip' ? skipMark : textOf(row, field, profile)
      }),
    )
    if (line === undefined) throw unmappableError(findProblems(row))
    return line
  }

  return { header, writeRow, findProblems, unmappableError }
}

export type PayrollWriter = ReturnType<typeof createPayrollWriter>
