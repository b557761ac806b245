import type { FieldCipher, Keys } from '../keys/keys.ts'
import type { DepartmentRow, Organizations } from '../organizations/organizations.ts'
import type { Caller } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import { defined } from '../shared/defined.ts'
import { newId } from '../shared/ids.ts'
import {
  orderOf,
  type Personal,
  type Subject,
  type SubjectRow,
  type Subjects,
  sealPersonal,
  toSubject,
} from '../subjects/subjects.ts'
import type { RosterRow } from './roster-format.ts'
import { dependentKey, type Held, type Known, type Outcome, type Planned, planRoster } from './roster-plan.rules.ts'

/** What a chunk does, ready for its transaction. */
export type PlannedChunk = Planned & {
  departments: DepartmentRow[]
  inserts: SubjectRow[]
  changes: { row: SubjectRow; readVersion: number }[]
}

/** Somebody changed one of these people or departments between reading and commit: plan the chunk anew. */
export class PeopleMoved extends Error {}

type Deps = { keys: Keys; organizations: Organizations; subjects: Subjects; clock: Clock }

/** The lines of a chunk against what is stored: one look-up each of employees, dependents and departments. */
export const createRosterWriter = (deps: Deps, caller: Caller, companyId: string, options: { dryRun: boolean }) => {
  const { keys, organizations, subjects, clock } = deps
  const { organizationId } = caller

  const hold = (cipher: FieldCipher, stored: SubjectRow): Held => {
    const subject = toSubject(cipher, stored)
    const { personal, grams, order, ...row } = stored
    return { row, personal: personalOf(subject), stored, personalChanged: false, changed: false }
  }

  const look = async (
    rows: readonly RosterRow[],
    cipher: FieldCipher,
  ): Promise<Known & { codes: Map<string, string> }> => {
    const codes = [...new Set(rows.map(({ employeeCode }) => employeeCode))]
    const [employees, departments] = await Promise.all([
      subjects.rows.findByCodes(organizationId, companyId, 'employee', codes),
      organizations.departmentsOf(caller, companyId),
    ])
    const ids = employees.map(({ _id }) => _id)
    const dependents = ids.length === 0 ? [] : await subjects.rows.findDependents(organizationId, ids)
    return {
      employees: new Map(employees.map((row) => [row.code ?? '', hold(cipher, row)])),
      dependents: new Map(
        dependents.map((row) => [dependentKey(row.employeeId ?? '', row.dependentNo ?? 0), hold(cipher, row)]),
      ),
      departments: new Map(departments.map(({ code, _id }) => [code, _id])),
      codes: new Map(departments.map(({ code, _id }) => [_id, code])),
    }
  }

  const fresh = () => {
    const now = clock.now()
    return {
      _id: newId('subject'),
      organizationId,
      companyId,
      numberState: 'none' as const,
      events: [],
      version: 1,
      createdAt: now,
      updatedAt: now,
    }
  }

  const plan = async (rows: readonly RosterRow[]): Promise<PlannedChunk> => {
    const [cipher, grams] = await Promise.all([keys.fields.for(organizationId), keys.grams.for(organizationId)])
    const known = await look(rows, cipher)
    const departments: DepartmentRow[] = []
    const planned = planRoster(rows, known, {
      employee: (code) => ({ ...fresh(), kind: 'employee', code }),
      dependent: (employee, no) => ({ ...fresh(), kind: 'dependent', employeeId: employee.row._id, dependentNo: no }),
      department: (code, name) => {
        const row: DepartmentRow = {
          _id: newId('department'),
          organizationId,
          companyId,
          code,
          name,
          createdAt: clock.now(),
        }
        departments.push(row)
        known.departments.set(code, row._id)
        known.codes.set(row._id, code)
        return row._id
      },
      event: (kind, on) => ({ id: newId('employmentEvent'), kind, on, recordedAt: clock.now() }),
      ...options,
    })
    if (options.dryRun) return { ...planned, departments: [], inserts: [], changes: [] }

    const inserts: SubjectRow[] = []
    const changes: PlannedChunk['changes'] = []
    /** Dependents have the department of their employee, and stand behind him or her: also those the file does not name. */
    const settle = (held: Held, head: Held): void => {
      const { departmentId } = head.row
      const { departmentId: own, ...rest } = held.row
      const row = { ...rest, ...(departmentId === undefined ? {} : { departmentId }) }
      const departmentCode = departmentId === undefined ? undefined : known.codes.get(departmentId)
      const order = orderOf({ ...row, ...(head.row.code === undefined ? {} : { code: head.row.code }) }, departmentCode)
      const { stored } = held
      const moved = stored !== undefined && (stored.order !== order || own !== departmentId)
      if (stored !== undefined && !held.changed && !held.personalChanged && !moved) return
      const sealed =
        stored === undefined || held.personalChanged
          ? sealPersonal(cipher, grams, row._id, held.personal)
          : { personal: stored.personal, grams: stored.grams }
      if (stored === undefined) inserts.push({ ...row, ...sealed, order })
      else
        changes.push({
          row: { ...row, ...sealed, order, version: stored.version + 1, updatedAt: clock.now() },
          readVersion: stored.version,
        })
    }
    const heads = new Map([...known.employees.values()].map((held) => [held.row._id, held]))
    for (const held of known.employees.values()) settle(held, held)
    for (const held of known.dependents.values()) {
      const head = heads.get(held.row.employeeId ?? '')
      if (head !== undefined) settle(held, head)
    }
    return { ...planned, departments, inserts, changes }
  }

  /** Inside the chunk's transaction. */
  const write = async ({ departments, inserts, changes }: PlannedChunk): Promise<void> => {
    if (departments.length > 0) await organizations.insertDepartments(departments)
    if (inserts.length > 0) await subjects.rows.insertMany(inserts)
    if ((await subjects.rows.replaceMany(organizationId, changes)) !== changes.length) throw new PeopleMoved()
  }

  return { plan, write }
}

const personalOf = ({ name, kana, birthOn, address, email, phone, relationship }: Subject): Personal => ({
  name,
  ...defined({ kana, birthOn, address, email, phone, relationship }),
})

export const countOutcomes = (outcomes: readonly Outcome[]): Record<Outcome, number> => {
  const counts = { added: 0, changed: 0, unchanged: 0 }
  for (const outcome of outcomes) counts[outcome] += 1
  return counts
}
