import type { Notices } from '../notices/notices.ts'
import { defined } from '../shared/defined.ts'
import type { PurposeCode } from '../shared/words.ts'
import type { SubjectRow, Subjects } from '../subjects/subjects.ts'
import { type Claim, claimsOf, type Planned, plannedOf, type Relation, relationOf } from './retention.rules.ts'
import type { PlanRow, RetentionStore } from './retention.store.ts'

/** The last year with a payment, by payee; payees without any are left out. Database only: it is asked in transactions too. */
export type LastPaymentYears = (organizationId: string, subjectIds: readonly string[]) => Promise<Map<string, number>>

export type Basis = { row: SubjectRow; claims: Claim[]; relation: Relation; planned: Planned; plan?: PlanRow }

type Deps = {
  store: RetentionStore
  subjects: Subjects
  notices: Notices
  lastPaymentYears: LastPaymentYears
  keepPaymentRecordCopies: boolean
}

/** What decides about these numbers, for a whole page at once. Database only, nothing is decrypted. */
export const createBasis =
  ({ store, subjects, notices, lastPaymentYears, keepPaymentRecordCopies }: Deps) =>
  async (organizationId: string, rows: readonly SubjectRow[]): Promise<Map<string, Basis>> => {
    const ids = rows.map(({ _id }) => _id)
    if (ids.length === 0) return new Map()
    const known = new Map(rows.map((row) => [row._id, row]))
    const missing = rows.flatMap(({ employeeId }) =>
      employeeId === undefined || known.has(employeeId) ? [] : [employeeId],
    )
    if (missing.length > 0)
      for (const row of await subjects.rows.findMany(organizationId, [...new Set(missing)])) known.set(row._id, row)

    const told = new Map<string, Set<PurposeCode>>()
    for (const { subjectId, purposes } of await notices.givenTo(organizationId, ids))
      told.set(subjectId, new Set([...(told.get(subjectId) ?? []), ...purposes]))
    const payees = rows.filter(({ kind }) => kind === 'payee').map(({ _id }) => _id)
    const lastYears = payees.length === 0 ? new Map<string, number>() : await lastPaymentYears(organizationId, payees)
    const plans = new Map((await store.plansOf(organizationId, ids)).map((plan) => [plan._id, plan]))

    return new Map(
      rows.map((row) => {
        const employeeEvents = row.employeeId === undefined ? undefined : known.get(row.employeeId)?.events
        const lastPaymentYear = lastYears.get(row._id)
        const claims = claimsOf({
          kind: row.kind,
          purposes: told.get(row._id) ?? [],
          events: row.events,
          keepPaymentRecordCopies,
          ...defined({ employeeEvents, lastPaymentYear }),
        })
        const plan = plans.get(row._id)
        const planned = plannedOf(claims, defined({ staffOn: plan?.staffOn, withdrawn: plan?.withdrawn }))
        const relation = relationOf(row.events, employeeEvents)
        return [row._id, { row, claims, relation, planned, ...defined({ plan }) }]
      }),
    )
  }
export type FindBasis = ReturnType<typeof createBasis>
