import { AppError } from '../../core/shared/errors.ts'
import { type DecodeOptions, decodeText } from './decode.ts'
import { type CsvRow, readCsv } from './read-csv.ts'
import { headerOf } from './roster-columns.ts'
import { type RosterHeader, readRosterHeader } from './roster-header.ts'
import type { RosterItem, RosterProblem, RosterRow } from './roster-item.ts'
import { createRosterKeys, type RosterKeys } from './roster-keys.ts'
import { readRosterRow } from './roster-row.ts'

export type RosterOptions = DecodeOptions & {
  /** Asked for a dependent whose employee is not in the file before. Without it such a row is only marked. */
  knowsEmployee?: (employeeCode: string) => boolean | Promise<boolean>
}

const error = (problem: RosterProblem): RosterItem => ({ kind: 'error', problem })

/** What a row says against the rows before it. Remembers it as a side effect. */
const judgeAgainstFile = (row: RosterRow, keys: RosterKeys): RosterProblem[] => {
  const { line, employeeCode, employeeName, dependent } = row
  const problems: RosterProblem[] = []
  if (keys.nameDiffers(employeeCode, employeeName)) {
    const detail = '同じ社員コードで、前の行と社員名が異なります。'
    problems.push({ line, column: headerOf('employeeName'), code: 'name_differs', detail })
  }
  const before =
    dependent === undefined
      ? keys.employeeBefore(employeeCode, line)
      : keys.dependentBefore(employeeCode, dependent.no, line)
  if (before !== undefined) {
    const column = headerOf(dependent === undefined ? 'employeeCode' : 'dependentNo')
    problems.push({ line, column, code: 'duplicate_row', detail: `${before}行目と同じ人の行です。` })
  }
  return problems
}

const isBlank = ({ cells }: CsvRow): boolean => cells.every((cell) => cell.trim() === '')

const fileProblems = (failure: unknown): RosterItem[] => {
  if (!(failure instanceof AppError) || failure.code !== 'invalid_file') throw failure
  return failure.places.map(({ line = 1, column, code, detail = failure.message }) =>
    error({ line, ...(column === undefined ? {} : { column }), code, detail }),
  )
}

async function* readRows(source: AsyncIterable<Uint8Array>, options: RosterOptions): AsyncGenerator<RosterItem> {
  const keys = createRosterKeys()
  let header: RosterHeader | undefined
  let people = 0

  for await (const csvRow of readCsv(decodeText(source, options))) {
    if (isBlank(csvRow)) continue
    if (header === undefined) {
      header = readRosterHeader(csvRow.cells, csvRow.line)
      for (const problem of header.warnings) yield { kind: 'warning', problem }
      yield* header.errors.map(error)
      if (header.errors.length > 0) return
      continue
    }
    people += 1
    const reading = readRosterRow(csvRow, header)
    if ('errors' in reading) {
      yield* reading.errors.map(error)
      continue
    }
    const { row } = reading
    const problems = judgeAgainstFile(row, keys)
    const orphan = row.dependent !== undefined && !keys.hasEmployee(row.employeeCode)
    if (orphan && options.knowsEmployee !== undefined && !(await options.knowsEmployee(row.employeeCode))) {
      const detail = 'この扶養親族より前に社員の行がありません。社員の行を先に置いてください。'
      problems.push({ line: row.line, column: headerOf('employeeCode'), code: 'employee_missing', detail })
    }
    if (problems.length > 0) yield* problems.map(error)
    else yield { kind: 'row', row: { ...row, needsEmployee: orphan } }
  }
  if (people === 0) yield error({ line: 1, code: 'invalid_file', detail: '取り込む行がありません。' })
}

/**
 * Reads a roster file and reports every bad row; one never stops the rest. Only what leaves nothing to read (encoding,
 * header, an open quote) ends it early, as an error item like the others: nothing may be applied while there is one.
 * Memory does not grow with the file but for `RosterKeys`.
 */
export async function* readRoster(
  source: AsyncIterable<Uint8Array>,
  options: RosterOptions = {},
): AsyncGenerator<RosterItem> {
  try {
    yield* readRows(source, options)
  } catch (failure) {
    yield* fileProblems(failure)
  }
}
