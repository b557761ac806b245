import type { Coverage } from './coverage.ts'
import type { Role, SubjectKind } from './words.ts'

/** Who asks. Use cases take it first; stores take its organizationId. */
export type Actor =
  | { type: 'staff'; id: string; userId: string; name: string }
  | { type: 'subject'; id: string; userId?: string; name: string }
  | { type: 'client'; id: string }
  | { type: 'operator' | 'system' }

/** Who vouches for the actor: the host, the organization's own issuer, a second factor that only the person can answer, or nobody. */
export type Assurance = 'host' | 'idp' | 'factor' | 'none'

export type Caller = {
  organizationId: string
  platformId: string
  mode: 'test' | 'live'
  clientId?: string
  actor: Actor
  assurance: Assurance
  requestId: string
  network?: string
  /** 取扱区域: the label of the place in which the network is, where the organization has named its places. */
  place?: string
  /** Whether what leaves must leave as JWE, where the settings were read on the way in. */
  jweAnswersRequired?: boolean
  /** Of a staff member: the roles held today. */
  roles?: ReadonlySet<Role>
  /** Of a staff member whose appointments are limited: whom they cover. Absent: everybody. */
  coverage?: Coverage
  /** When the act began, real clock: one instant for all entries of a bulk job. */
  at: Date
  /** Present when the request named an Idempotency-Key: the answer is stored in the transaction of its effect. */
  once?: Once
}

/** Set by the HTTP adapter; `keep` is called by `commit` inside the transaction of the effect, with what the use case returns. */
export type Once = { keep: (result: unknown) => Promise<void> }

/** The system itself, for jobs that nobody asked for. */
export const systemCaller = (
  organization: { _id: string; platformId: string; mode: 'test' | 'live' },
  at: Date,
): Caller => ({
  organizationId: organization._id,
  platformId: organization.platformId,
  mode: organization.mode,
  actor: { type: 'system' },
  assurance: 'none',
  requestId: `system-${at.getTime()}`,
  at,
})

/** What a ledger entry and a row of a list say of a subject, as of now. */
export type SubjectAsShown = {
  id: string
  kind: SubjectKind
  companyId: string
  code?: string
  /** `東野二郎`, or `東野二郎 > 東野順子` for a dependent. */
  shownName: string
  /** For finding only. */
  shownKana?: string
  department?: { code: string; name: string }
  departmentId?: string
  grams: number[]
}

/** A `receiver` and an `auditor` see no digits (番号法12条, ガイドライン別添1 E): not the last two of a mask either. */
export const seesMasks = ({ roles }: Pick<Caller, 'roles'>): boolean =>
  roles === undefined || ['officer', 'handler', 'reviewer'].some((role) => roles.has(role as Role))
