import {
  dependentFields,
  fieldOfHeader,
  headerOf,
  type RosterField,
  rosterColumns,
  rosterFields,
} from './roster-columns.ts'
import type { RosterProblem } from './roster-item.ts'

export type RosterHeader = {
  /** Where each field stands. */
  places: ReadonlyMap<RosterField, number>
  headers: readonly string[]
  errors: RosterProblem[]
  warnings: RosterProblem[]
}

/** A header could be a number too, in a file without a header row: it is named by its place then. */
const naming = (header: string, place: number): string =>
  header.trim() === '' || header.length > 40 || /\d{4}/.test(header.normalize('NFKC'))
    ? `${place + 1}列目`
    : header.trim()

export const readRosterHeader = (cells: readonly string[], line: number): RosterHeader => {
  const places = new Map<RosterField, number>()
  const errors: RosterProblem[] = []
  const warnings: RosterProblem[] = []
  const headers = cells.map(naming)

  for (const [place, cell] of cells.entries()) {
    const field = fieldOfHeader(cell)
    const column = headers[place] ?? ''
    if (field === undefined) {
      if (cell.trim() !== '') {
        warnings.push({ line, column, code: 'unknown_column', detail: `「${column}」は取り込まない列です。` })
      }
    } else if (places.has(field)) {
      errors.push({ line, column, code: 'duplicate_column', detail: `「${column}」の列が二つあります。` })
    } else {
      places.set(field, place)
    }
  }

  const hasDependents = dependentFields.some((field) => places.has(field))
  const needed = rosterFields.filter(
    (field) => rosterColumns[field].required || (hasDependents && dependentFields.some((one) => one === field)),
  )
  for (const field of needed) {
    if (places.has(field)) continue
    const column = headerOf(field)
    errors.push({ line, column, code: 'missing_column', detail: `「${column}」の列がありません。` })
  }
  return { places, headers, errors, warnings }
}
