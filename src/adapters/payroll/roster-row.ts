import { looksLikeNumber } from './number-lookalike.ts'
import type { CsvRow } from './read-csv.ts'
import { readDay, readDependentNo, textFault } from './roster-cells.ts'
import { dependentFields, headerOf, type RosterField, rosterColumns } from './roster-columns.ts'
import type { RosterHeader } from './roster-header.ts'
import type { RosterProblem, RosterRow } from './roster-item.ts'

export type RowReading = { row: RosterRow } | { errors: RosterProblem[] }

const textFields = [
  'departmentCode',
  'departmentName',
  'employeeCode',
  'employeeName',
  'dependentName',
  'relationship',
  'kana',
  'address',
] as const satisfies readonly RosterField[]

const dayFields = ['issuedOn', 'bornOn', 'joinedOn', 'leftOn'] as const satisfies readonly RosterField[]

/** Names stay exactly as they are (`真田 竜也` keeps its space); codes lose the spaces around them. */
const codeFields: readonly RosterField[] = ['departmentCode', 'employeeCode']

const numberNotAccepted = '個人番号はこの取込では受け付けません。番号は登録の画面またはAPIで入力してください。'

/** Faults of the row as a row of cells, before any of them is understood. */
const rowFaults = ({ cells, line, brokenQuotes }: CsvRow, { headers }: RosterHeader): RosterProblem[] => {
  const errors: RosterProblem[] = []
  for (const [place, cell] of cells.entries()) {
    const column = headers[place] ?? `${place + 1}列目`
    if (looksLikeNumber(cell)) {
      errors.push({ line, column, code: 'number_not_accepted', detail: numberNotAccepted })
    } else if (place >= headers.length && cell.trim() !== '') {
      errors.push({ line, column, code: 'invalid_file', detail: `見出しにない${column}に値があります。` })
    }
  }
  if (brokenQuotes) {
    const column = headers[cells.findIndex((cell) => cell.startsWith('"'))] ?? '1列目'
    errors.push({ line, column, code: 'invalid_file', detail: '引用符 " の対応がとれていません。' })
  }
  return errors
}

export const readRosterRow = (csvRow: CsvRow, header: RosterHeader): RowReading => {
  const { cells, line } = csvRow
  const errors = rowFaults(csvRow, header)
  if (errors.length > 0) return { errors }

  const at = (field: RosterField): string => {
    const place = header.places.get(field)
    const cell = place === undefined ? '' : (cells[place] ?? '')
    if (cell.trim() === '') return ''
    return codeFields.includes(field) ? cell.trim() : cell
  }
  const report = (field: RosterField, code: RosterProblem['code'], detail: string): void => {
    errors.push({ line, column: headerOf(field), code, detail })
  }

  const isDependent = dependentFields.some((field) => at(field) !== '')
  const required: readonly RosterField[] = ['employeeCode', 'employeeName', ...(isDependent ? dependentFields : [])]
  for (const field of required) {
    if (at(field) === '') report(field, 'required', `${headerOf(field)}を入力してください。`)
  }
  for (const field of textFields) {
    const fault = textFault(at(field), rosterColumns[field].maxLength)
    if (fault !== undefined) report(field, fault.code, fault.detail)
  }
  const dependentNo = readDependentNo(at('dependentNo'))
  if (at('dependentNo') !== '' && dependentNo === undefined) {
    report('dependentNo', 'invalid_value', '1から9999までの整数で入力してください。')
  }
  for (const field of dayFields) {
    if (at(field) !== '' && readDay(at(field)) === undefined) {
      report(field, 'invalid_value', '暦にある日付を 2016/01/01 または 2016-01-01 の形で入力してください。')
    }
  }
  if (errors.length > 0) return { errors }

  const textOf = (field: (typeof textFields)[number]): string | undefined => at(field) || undefined
  const row: RosterRow = {
    line,
    departmentCode: textOf('departmentCode'),
    departmentName: textOf('departmentName'),
    employeeCode: at('employeeCode'),
    employeeName: at('employeeName'),
    dependent:
      dependentNo === undefined
        ? undefined
        : { no: dependentNo, name: at('dependentName'), relationship: at('relationship') },
    needsEmployee: false,
    kana: textOf('kana'),
    address: textOf('address'),
    bornOn: readDay(at('bornOn')),
    issuedOn: readDay(at('issuedOn')),
    joinedOn: readDay(at('joinedOn')),
    leftOn: readDay(at('leftOn')),
  }
  return { row }
}
