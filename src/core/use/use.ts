import type { Access, AnswerWay } from '../access/access.ts'
import type { EntryRef } from '../ledger/ledger.ts'
import type { Organizations } from '../organizations/organizations.ts'
import { type Caller, seesMasks } from '../shared/caller.ts'
import type { Day } from '../shared/dates.ts'
import { defined } from '../shared/defined.ts'
import type { Page, PageRequest } from '../shared/page.ts'
import type { NumberState, PurposeCode, SubjectKind } from '../shared/words.ts'
import type { Subject, Subjects } from '../subjects/subjects.ts'
import type { MaskedVersion, Vault } from '../vault/vault.ts'
import { numberJweOf } from './number-jwe.ts'

export { numberJweOf } from './number-jwe.ts'

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
export type RevealedNumber = {
  subjectId: string
  versionId: string
  issuedOn?: Day
  entryId: string
  /** One of the two: for the screen, or for the client's key. */
  number?: string
  numberJwe?: string
}
export type Reveal = {
  purpose: PurposeCode
  intent: 'view' | 'print'
  at: Date
  numbers: RevealedNumber[]
  /** What it put on record. */
  entries: EntryRef[]
}

type Query = {
  companyId?: string
  departmentId?: string
  kind?: SubjectKind
  name?: string
  code?: string
  numberState?: NumberState
} & PageRequest

type Deps = {
  vault: Vault
  subjects: Subjects
  organizations: Organizations
  access: Pick<Access, 'clientKeys'>
}

const withoutMask = (version: MaskedVersion | undefined): MaskedVersion | undefined => {
  if (version === undefined) return undefined
  const { masked: _, ...rest } = version
  return rest
}

/** Numbers as people use them: the admin list (masked), 閲覧 and 印刷. */
export const createUse = ({ vault, subjects, organizations, access }: Deps) => {
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

  /**
   * 閲覧・印刷. In plain it is the one place where digits become a string, because the person in front of the screen must
   * read them; as JWE they stay bytes, and nothing between us and the client's key can.
   */
  const reveal = async (
    caller: Caller,
    request: {
      subjectIds: readonly string[]
      purpose?: PurposeCode
      intent?: 'view' | 'print'
      encrypted?: boolean
    },
  ): Promise<Reveal> => {
    const { subjectIds, purpose, intent = 'view', encrypted = false } = request
    const numbers: RevealedNumber[] = []
    let way: AnswerWay = {}
    const refusal = async () => {
      way = await access.clientKeys.answerWay(caller, encrypted)
      return way.refusal
    }
    const entries = await vault.reveal(
      caller,
      { subjectIds, use: intent, refusal, ...defined({ purpose }) },
      ({ subjectId, versionId, digits, issuedOn, entryId }) => {
        const shown =
          way.key === undefined
            ? { number: digits.toString('latin1') }
            : {
                numberJwe: numberJweOf(way.key, digits, {
                  aud: caller.clientId ?? '',
                  sub: subjectId,
                  jti: entryId,
                  at: caller.at,
                }),
              }
        numbers.push({ subjectId, versionId, entryId, ...shown, ...defined({ issuedOn }) })
      },
    )
    if (purpose === undefined) throw new TypeError('The vault revealed without a purpose.')
    return { purpose, intent, at: caller.at, numbers, entries }
  }

  return { list, reveal }
}
export type Use = ReturnType<typeof createUse>
