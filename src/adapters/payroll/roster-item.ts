import type { ErrorCode } from '../../core/shared/errors.ts'

/** A person of the roster. `kana`, `bornOn`, … are those of the dependent where there is one. Days are YYYY-MM-DD. */
export type RosterRow = {
  line: number
  departmentCode: string | undefined
  departmentName: string | undefined
  employeeCode: string
  employeeName: string
  dependent: { no: number; name: string; relationship: string } | undefined
  /** No row of the employee came before this dependent: whoever applies it must know the employee already. */
  needsEmployee: boolean
  issuedOn: string | undefined
  kana: string | undefined
  bornOn: string | undefined
  address: string | undefined
  joinedOn: string | undefined
  leftOn: string | undefined
}

/** Fits `Place` of the errors. `column` is the header; never the value. */
export type RosterProblem = { line: number; column?: string; code: ErrorCode; detail: string }

export type RosterItem = { kind: 'row'; row: RosterRow } | { kind: 'error' | 'warning'; problem: RosterProblem }
