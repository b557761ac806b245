/** What an export row is made of. Days are YYYY-MM-DD; names pass through untouched. No digits: they come apart. */
export type PayrollRow = {
  employeeCode: string
  employeeName: string
  dependentNo?: number | undefined
  dependentName?: string | undefined
  relationship?: string | undefined
  departmentCode?: string | undefined
  departmentName?: string | undefined
  issuedOn?: string | undefined
}

/** `skip` is the mark of a row that the importer is to ignore; `number` is written from bytes, never from a string. */
export type PayrollField = keyof PayrollRow | 'skip' | 'number'

export type ProfileEncoding = 'cp932' | 'jis0208' | 'utf-8' | 'utf-8-bom'

/** A payroll product's file, as data: a new format is a new row of `formats.ts` (or one day a customer's document). */
export type FormatProfile = {
  name: string
  columns: readonly { header: string; field: PayrollField }[]
  headerRow: boolean
  encoding: ProfileEncoding
  lineEnd: 'crlf' | 'lf'
  separator: ',' | '\t'
  /** `minimal`: only a cell that holds the separator, a quote or a line end. `never`: such a cell is a problem. */
  quoting: 'minimal' | 'always' | 'never'
  dateStyle: 'slash' | 'hyphen' | 'compact'
  skip: { mark: string; when: 'number_missing' } | undefined
  /** The order in which the caller hands in the rows, codes number-aware; the writer holds no rows to sort. */
  order: readonly (keyof PayrollRow)[]
  fileName: string
}
