import type { Place } from '../shared/errors.ts'
import type { SubjectKind } from '../shared/words.ts'

/** What a line of an export is made of. Days are YYYY-MM-DD; names pass through untouched. No digits: they come apart. */
export type ExportRow = {
  employeeCode: string
  employeeName: string
  dependentNo?: number | undefined
  dependentName?: string | undefined
  relationship?: string | undefined
  departmentCode?: string | undefined
  departmentName?: string | undefined
  issuedOn?: string | undefined
}

/** A file that a payroll product reads: rows in, bytes out. An adapter knows how. */
export type ExportFormat = {
  id: string
  name: string
  encoding: 'utf-8' | 'utf-8-bom' | 'cp932' | 'jis0208'
  lineEnd: 'crlf' | 'lf'
  columns: readonly string[]
  fileName: string
  mediaType: string
  /** Who has a line in it. */
  subjectKinds: readonly SubjectKind[]
  header: () => Uint8Array
  /** Digits are twelve ASCII bytes; without them the line says that it is to be skipped. Refuses what `problems` names. */
  line: (row: ExportRow, digits: Uint8Array | undefined) => Uint8Array
  /** Characters that the file cannot hold, by person, column and code point. */
  problems: (row: ExportRow) => readonly Place[]
}
