import type { FieldCipher } from '../keys/keys.ts'
import type { Organizations } from '../organizations/organizations.ts'
import type { SubjectAsShown } from '../shared/caller.ts'
import { defined } from '../shared/defined.ts'
import { namesAsShown, type Subject, type SubjectRow, type Subjects, toSubject } from '../subjects/subjects.ts'
import type { ExportRow } from './export-format.ts'

export type Person = { id: string; line: ExportRow; shown: SubjectAsShown }

type Department = { code: string; name: string }
type Deps = { subjects: Subjects; organizations: Organizations; organizationId: string }

/**
 * Subjects as lines of a file and as the ledger shows them, each decrypted once (`subjects.shown` would do it again).
 * One for each job: it remembers departments.
 */
export const createPeople = ({ subjects, organizations, organizationId }: Deps) => {
  const departments = new Map<string, Department | undefined>()

  const learnDepartments = async (rows: readonly SubjectRow[]): Promise<void> => {
    const unknown = new Set(rows.flatMap(({ departmentId }) => departmentId ?? []).filter((id) => !departments.has(id)))
    if (unknown.size === 0) return
    for (const { _id, code, name } of await organizations.findDepartments({ organizationId }, [...unknown]))
      departments.set(_id, { code, name })
  }

  /** In the customers' order the employee comes right before the dependents, but perhaps in the chunk before. */
  const employeesElsewhere = async (rows: readonly SubjectRow[]): Promise<SubjectRow[]> => {
    const here = new Set(rows.map(({ _id }) => _id))
    const missing = new Set(
      rows.flatMap(({ employeeId }) => (employeeId === undefined || here.has(employeeId) ? [] : [employeeId])),
    )
    return missing.size === 0 ? [] : subjects.rows.findMany(organizationId, [...missing])
  }

  return async (cipher: FieldCipher, rows: readonly SubjectRow[]): Promise<Person[]> => {
    const [elsewhere] = await Promise.all([employeesElsewhere(rows), learnDepartments(rows)])
    const known = new Map<string, { subject: Subject; grams: number[] }>()
    for (const row of [...elsewhere, ...rows]) known.set(row._id, { subject: toSubject(cipher, row), grams: row.grams })

    return rows.flatMap((row): Person[] => {
      const own = known.get(row._id)
      if (own === undefined) return []
      const employee = row.employeeId === undefined ? undefined : known.get(row.employeeId)
      const { subject } = own
      const head = employee?.subject ?? subject
      const department = row.departmentId === undefined ? undefined : departments.get(row.departmentId)
      return [
        {
          id: row._id,
          line: {
            employeeCode: head.code ?? '',
            employeeName: head.name,
            dependentNo: subject.dependentNo,
            dependentName: employee === undefined ? undefined : subject.name,
            relationship: subject.relationship,
            departmentCode: department?.code,
            departmentName: department?.name,
          },
          shown: {
            id: row._id,
            kind: row.kind,
            companyId: row.companyId,
            ...namesAsShown(subject, employee?.subject),
            grams: employee === undefined ? own.grams : [...new Set([...employee.grams, ...own.grams])],
            ...defined({ code: head.code, department, departmentId: row.departmentId }),
          },
        },
      ]
    })
  }
}
