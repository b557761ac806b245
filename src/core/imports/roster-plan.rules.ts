import type { EmploymentEventKind, Personal, SubjectRow } from '../subjects/subjects.ts'
import type { RosterProblem, RosterRow } from './roster-format.ts'

/** A subject of the chunk, decrypted: as it is, or as it is going to be. */
export type Held = {
  row: Omit<SubjectRow, 'personal' | 'grams' | 'order'>
  personal: Personal
  /** As stored; absent for somebody new. */
  stored?: SubjectRow
  personalChanged: boolean
  changed: boolean
}

/** What is known before a chunk: everybody whom its lines name, and the departments of the company. */
export type Known = {
  employees: Map<string, Held>
  dependents: Map<string, Held>
  /** Department id by code. */
  departments: Map<string, string>
}
export const dependentKey = (employeeId: string, no: number): string => `${employeeId} ${no}`

export type Outcome = 'added' | 'changed' | 'unchanged'
export type Planned = { outcomes: Outcome[]; problems: RosterProblem[] }

/** Makes the new ones: ids, times and departments are not a rule's business. */
export type Making = {
  employee: (code: string) => Held['row']
  dependent: (employee: Held, no: number) => Held['row']
  department: (code: string, name: string) => string
  event: (kind: EmploymentEventKind, on: string) => SubjectRow['events'][number]
  /** In a dry run the employees of earlier chunks are not there yet. */
  dryRun: boolean
}

const fill = (held: Held, wished: { [K in keyof Personal]?: Personal[K] | undefined }): void => {
  for (const [field, value] of Object.entries(wished) as [keyof Personal, string | undefined][]) {
    // An empty cell, or a column that the file lacks, takes nothing away.
    if (value === undefined || held.personal[field] === value) continue
    held.personal = { ...held.personal, [field]: value }
    held.personalChanged = true
  }
}

const put = <K extends 'departmentId' | 'issuedOnHint'>(
  held: Held,
  field: K,
  value: Held['row'][K] | undefined,
): void => {
  if (value === undefined || held.row[field] === value) return
  held.row = { ...held.row, [field]: value }
  held.changed = true
}

const addEvent = (held: Held, kind: EmploymentEventKind, on: string | undefined, making: Making): void => {
  if (on === undefined || held.row.events.some((event) => event.kind === kind && event.on === on)) return
  held.row = { ...held.row, events: [...held.row.events, making.event(kind, on)] }
  held.changed = true
}

const outcomeOf = (held: Held): Outcome => {
  if (held.stored === undefined) return 'added'
  return held.changed || held.personalChanged ? 'changed' : 'unchanged'
}

/** Works the lines of a chunk into what is known, person by person; `known` then holds the result. */
export const planRoster = (rows: readonly RosterRow[], known: Known, making: Making): Planned => {
  const outcomes: Outcome[] = []
  const problems: RosterProblem[] = []
  const missing = (line: number): void => {
    const detail = 'この扶養親族の社員が見つかりません。社員の行を先に置いてください。'
    problems.push({ line, column: '社員コード', code: 'employee_missing', detail })
  }

  const takeEmployee = (row: RosterRow): void => {
    const name = row.employeeName
    const found = known.employees.get(row.employeeCode)
    const held: Held = found ?? {
      row: making.employee(row.employeeCode),
      personal: { name },
      personalChanged: true,
      changed: true,
    }
    known.employees.set(row.employeeCode, held)
    fill(held, { name, kana: row.kana, birthOn: row.bornOn, address: row.address })
    put(held, 'issuedOnHint', row.issuedOn)
    if (row.departmentCode !== undefined) {
      const code = row.departmentCode
      put(held, 'departmentId', known.departments.get(code) ?? making.department(code, row.departmentName ?? code))
    }
    addEvent(held, 'hired', row.joinedOn, making)
    addEvent(held, 'retired', row.leftOn, making)
    outcomes.push(outcomeOf(held))
  }

  const takeDependent = (row: RosterRow, { no, name, relationship }: NonNullable<RosterRow['dependent']>): void => {
    const employee = known.employees.get(row.employeeCode)
    if (employee === undefined && making.dryRun && !row.needsEmployee) {
      outcomes.push('added')
      return
    }
    if (employee === undefined) {
      missing(row.line)
      return
    }
    if (row.needsEmployee && employee.personal.name !== row.employeeName) {
      const detail = 'この社員コードの社員は、別の社員名で登録されています。'
      problems.push({ line: row.line, column: '社員名', code: 'name_differs', detail })
      return
    }
    const key = dependentKey(employee.row._id, no)
    const found = known.dependents.get(key)
    const held: Held = found ?? {
      row: making.dependent(employee, no),
      personal: { name },
      personalChanged: true,
      changed: true,
    }
    known.dependents.set(key, held)
    fill(held, { name, relationship, kana: row.kana, birthOn: row.bornOn, address: row.address })
    put(held, 'issuedOnHint', row.issuedOn)
    outcomes.push(outcomeOf(held))
  }

  for (const row of rows) {
    if (row.dependent === undefined) takeEmployee(row)
    else takeDependent(row, row.dependent)
  }
  return { outcomes, problems }
}
