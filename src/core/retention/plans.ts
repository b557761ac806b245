import type { Keys } from '../keys/keys.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Organizations } from '../organizations/organizations.ts'
import type { Caller } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import { commit } from '../shared/commit.ts'
import { type Condition, fits } from '../shared/condition.ts'
import type { Database } from '../shared/database.ts'
import type { Day } from '../shared/dates.ts'
import { defined } from '../shared/defined.ts'
import { isDuplicateKey } from '../shared/duplicates.ts'
import { AppError, notFound } from '../shared/errors.ts'
import type { Subjects } from '../subjects/subjects.ts'
import type { Vault } from '../vault/vault.ts'
import type { Basis, FindBasis } from './basis.ts'
import type { Claim, Planned } from './retention.rules.ts'
import type { PlanChange, RetentionStore } from './retention.store.ts'

export type PlannedDisposal = Planned & { subjectId: string; reason?: string; reviewOn?: Day; version: number }

type Deps = {
  db: Database
  keys: Keys
  ledger: Ledger
  organizations: Organizations
  subjects: Subjects
  vault: Pick<Vault, 'currentMasked'>
  clock: Clock
  store: RetentionStore
  basisOf: FindBasis
}

const reasonField = 'disposal_reason'

/** 削除予定: what the law's claims give, and what the staff decided on top. */
export const createPlans = ({ db, keys, ledger, organizations, subjects, vault, clock, store, basisOf }: Deps) => {
  const isLive = async (organizationId: string, subjectId: string): Promise<boolean> =>
    (await vault.currentMasked(organizationId, [subjectId])).has(subjectId)

  const basis = async ({ organizationId }: Caller, subjectId: string): Promise<Basis> => {
    const row = await subjects.rows.find(organizationId, subjectId)
    const found = row === null ? undefined : (await basisOf(organizationId, [row])).get(subjectId)
    if (found === undefined) throw notFound('subject')
    return found
  }

  /** Without a number there is nothing to keep. */
  const claims = async (caller: Caller, subjectId: string): Promise<Claim[]> => {
    const found = await basis(caller, subjectId)
    return (await isLive(caller.organizationId, subjectId)) ? found.claims : []
  }

  const gone = (): AppError =>
    new AppError('number_missing', 'No number is registered, so none is planned for disposal.')

  const raced = (): AppError =>
    new AppError('precondition_failed', 'Somebody else changed what is planned: read it again.')

  const read = async (caller: Caller, subjectId: string): Promise<PlannedDisposal> => {
    const { planned, plan } = await basis(caller, subjectId)
    if (!(await isLive(caller.organizationId, subjectId))) throw gone()
    const cipher = await keys.fields.for(caller.organizationId)
    const reason = plan?.reason === undefined ? undefined : cipher.open(subjectId, reasonField, plan.reason)
    return { subjectId, ...planned, version: plan?.version ?? 0, ...defined({ reason, reviewOn: plan?.reviewOn }) }
  }

  const change = async (
    caller: Caller,
    subjectId: string,
    operation: 'plan_disposal' | 'cancel_disposal_plan',
    wish: Omit<PlanChange, 'reason'> & { reason: string },
    condition: Condition | undefined,
  ): Promise<PlannedDisposal> => {
    const { organizationId } = caller
    const subject = (await subjects.shown(organizationId, [subjectId])).get(subjectId)
    if (subject === undefined) throw notFound('subject')
    if (!(await isLive(organizationId, subjectId))) throw gone()
    const cipher = await keys.fields.for(organizationId)
    const reason = cipher.seal(subjectId, reasonField, wish.reason)
    const functionName = operation === 'plan_disposal' ? '削除予定日の設定' : '削除予定の解除'
    const entries = await ledger.prepare(caller, [{ operation, functionName, outcome: 'done', subject }])
    return commit(db, caller, async () => {
      // Read again: a disposal may have taken the number meanwhile.
      if (!(await isLive(organizationId, subjectId))) throw gone()
      // Of two that read the same, MongoDB runs the second again, and it sees what the first has written.
      if (condition?.versions !== undefined) {
        const [before] = await store.plansOf(organizationId, [subjectId])
        if (!fits(condition, before?.version)) throw raced()
      }
      await store.plan(organizationId, subjectId, { ...wish, reason }, clock.now())
      await ledger.append(entries)
      const { planned, plan } = await basis(caller, subjectId)
      const { reviewOn, version: changed = 0 } = plan ?? {}
      return { subjectId, ...planned, reason: wish.reason, version: changed, ...defined({ reviewOn }) }
    }).catch((error) => {
      throw isDuplicateKey(error) ? new AppError('conflict', 'The disposal of this number has begun.') : error
    })
  }

  /** A date of the staff, with its reason; it also brings a number back into the queue. */
  const set = (
    caller: Caller,
    subjectId: string,
    input: { plannedOn: Day; reason: string },
    condition?: Condition,
  ): Promise<PlannedDisposal> =>
    change(caller, subjectId, 'plan_disposal', { staffOn: input.plannedOn, reason: input.reason }, condition)

  /** 予定解除: the staff's date goes, and the number leaves the queue until it is looked at again. */
  const remove = async (
    caller: Caller,
    subjectId: string,
    input: { reason: string; reviewOn: Day },
    condition?: Condition,
  ): Promise<PlannedDisposal> => {
    if (input.reviewOn <= (await organizations.today(caller)))
      throw new AppError('invalid_request', 'The day to look again must be after today.', {
        places: [{ parameter: 'reviewOn', code: 'invalid_request' }],
      })
    const { reason, reviewOn } = input
    return change(caller, subjectId, 'cancel_disposal_plan', { withdrawn: true, reviewOn, reason }, condition)
  }

  return { claims, get: read, set, remove }
}
