import type { Day } from '../shared/dates.ts'
import type { ErrorCode } from '../shared/errors.ts'

/** A person of a roster. `kana`, `bornOn`, … are those of the dependent where there is one. */
export type RosterRow = {
  line: number
  departmentCode: string | undefined
  departmentName: string | undefined
  employeeCode: string
  employeeName: string
  dependent: { no: number; name: string; relationship: string } | undefined
  /** No row of the employee came before this dependent: the employee must be known already. */
  needsEmployee: boolean
  /** マイナンバー発行日, before there is any number. */
  issuedOn: Day | undefined
  kana: string | undefined
  bornOn: Day | undefined
  address: string | undefined
  joinedOn: Day | undefined
  leftOn: Day | undefined
}

/** `column` is the header; never the value. */
export type RosterProblem = { line: number; column?: string; code: ErrorCode; detail: string }
export type RosterItem = { kind: 'row'; row: RosterRow } | { kind: 'error' | 'warning'; problem: RosterProblem }
export type FileEncoding = 'utf-8' | 'utf-8-bom' | 'cp932'

/** Bytes in, persons and problems out, in the order of the lines; a bad row never stops the rest. An adapter knows how. */
export type RosterReader = (
  source: AsyncIterable<Uint8Array>,
  options: { onDetected: (encoding: FileEncoding) => void },
) => AsyncIterable<RosterItem>

export type RosterFormat = {
  id: 'roster'
  name: string
  encoding: FileEncoding
  lineEnd: 'crlf' | 'lf'
  columns: readonly string[]
  read: RosterReader
}
