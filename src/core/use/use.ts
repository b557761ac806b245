import type { Organizations } from '../organizations/organizations.ts'
import { type Caller, seesMasks } from '../shared/caller.ts'
import type { Day } from '../shared/dates.ts'
import { defined } from '../shared/defined.ts'
import type { Page, PageRequest } from '../shared/page.ts'
import type { NumberState, PurposeCode, SubjectKind } from '../shared/words.ts'
import type { Subject, Subjects } from '../subjects/subjects.ts'
import type { MaskedVersion, Vault } from '../vault/vault.ts'

export type NumberRow = {
  subjectId: string
  companyId: string
  kind: SubjectKind
  department?: { code: string; name: string }
  code?: string
  name: string
  employeeName?: string
  dependentNo?: number
  relationship?: string
  numberState: NumberState
  version?: MaskedVersion
}
export type RevealedNumber = { subjectId: string; versionId: string; number: string; issuedOn?: Day; entryId: string }
export type Reveal = { purpose: PurposeCode; intent: 'view' | 'print'; at: Date; numbers: RevealedNumber[] }

type Query = {
  companyId?: string
  departmentId?: string
  kind?: SubjectKind
  name?: string
  code?: string
  numberState?: NumberState
} & PageRequest

type Deps = { vault: Vault; subjects: Subjects; organizations: Organizations }

const withoutMask = (version: MaskedVersion | undefined): MaskedVersion | undefined => {
  if (version === undefined) return undefined
  const { masked: _, ...rest } = version
  return rest
}

/** Numbers as people use them: the admin list (masked), 閲覧 and 印刷. */
export const createUse = ({ vault, subjects, organizations }: Deps) => {
  /** A page in the customers' order. Nothing is decrypted but names. */
  const list = async (caller: Caller, query: Query): Promise<Page<NumberRow>> => {
    const page = await subjects.list(caller, query)
    return { ...page, rows: await toRows(caller, page.rows) }
  }

  const toRows = async (caller: Caller, rows: readonly Subject[]): Promise<NumberRow[]> => {
    const { organizationId } = caller
    const here = new Map(rows.map((row) => [row.id, row]))
    const elsewhere = [
      ...new Set(
        rows.flatMap(({ employeeId }) => (employeeId === undefined || here.has(employeeId) ? [] : [employeeId])),
      ),
    ]
    const departmentIds = [...new Set(rows.flatMap(({ departmentId }) => departmentId ?? []))]
    const [versions, employees, departments] = await Promise.all([
      vault.currentMasked(organizationId, [...here.keys()]),
      elsewhere.length === 0 ? [] : subjects.getMany(organizationId, elsewhere),
      departmentIds.length === 0 ? [] : organizations.findDepartments({ organizationId }, departmentIds),
    ])
    for (const employee of employees) here.set(employee.id, employee)
    const departmentOf = new Map(departments.map(({ _id, code, name }) => [_id, { code, name }]))
    return rows.map((row) => {
      const employee = row.employeeId === undefined ? undefined : here.get(row.employeeId)
      return {
        subjectId: row.id,
        companyId: row.companyId,
        kind: row.kind,
        name: row.name,
        numberState: row.numberState,
        ...defined({
          department: row.departmentId === undefined ? undefined : departmentOf.get(row.departmentId),
          code: employee?.code ?? row.code,
          employeeName: employee?.name,
          dependentNo: row.dependentNo,
          relationship: row.relationship,
          version: seesMasks(caller) ? versions.get(row.id) : withoutMask(versions.get(row.id)),
        }),
      }
    })
  }

  /** The one place where digits become a string: the person in front of the screen must read them. */
  const reveal = async (
    caller: Caller,
    request: { subjectIds: readonly string[]; purpose?: PurposeCode; intent?: 'view' | 'print' },
  ): Promise<Reveal> => {
    const { subjectIds, purpose, intent = 'view' } = request
    const numbers: RevealedNumber[] = []
    await vault.reveal(
      caller,
      { subjectIds, use: intent, ...defined({ purpose }) },
      ({ subjectId, versionId, digits, issuedOn, entryId }) =>
        numbers.push({ subjectId, versionId, number: digits.toString('latin1'), entryId, ...defined({ issuedOn }) }),
    )
    if (purpose === undefined) throw new TypeError('The vault revealed without a purpose.')
    return { purpose, intent, at: caller.at, numbers }
  }

  return { list, reveal }
}
export type Use = ReturnType<typeof createUse>
