import { type Access, rolesAt } from '../access/access.ts'
import type { Jobs } from '../jobs/jobs.ts'
import type { EntryRef, Ledger } from '../ledger/ledger.ts'
import type { Organizations } from '../organizations/organizations.ts'
import type { Caller, SubjectAsShown } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import { commit } from '../shared/commit.ts'
import { notCovered } from '../shared/coverage.ts'
import type { Database } from '../shared/database.ts'
import type { Day } from '../shared/dates.ts'
import { defined } from '../shared/defined.ts'
import { isDuplicateKey } from '../shared/duplicates.ts'
import { AppError, notFound, type Place } from '../shared/errors.ts'
import { newId } from '../shared/ids.ts'
import { cutPage, type Page, type PageRequest, readCursor, shownTotal } from '../shared/page.ts'
import type { Role } from '../shared/words.ts'
import type { Subjects } from '../subjects/subjects.ts'
import type { Vault } from '../vault/vault.ts'
import type { Basis, FindBasis } from './basis.ts'
import type { DisposalItem, DisposalRow, DisposalsStore } from './disposals.store.ts'
import { isDue } from './retention.rules.ts'
import type { RetentionStore } from './retention.store.ts'
import type { TrustedClock } from './trusted-clock.ts'

type Deps = {
  db: Database
  ledger: Ledger
  jobs: Jobs
  organizations: Organizations
  access: { staff: Pick<Access['staff'], 'get'> }
  subjects: Subjects
  vault: Pick<Vault, 'currentMasked' | 'beginDisposal'>
  clock: Clock
  trustedClock: TrustedClock
  store: DisposalsStore
  plans: RetentionStore
  basisOf: FindBasis
}

/** With what 削除開始 put on record. */
export type BegunDisposal = DisposalRow & { entries: EntryRef[] }

type Verdict = { items: DisposalItem[]; refused: (Place & { subjectId: string })[] }
const functionName = 'マイナンバー廃棄'
const maxTries = 5

const whyNot = (basis: Basis | undefined, isLive: boolean, today: Day): Pick<Place, 'code' | 'detail'> | undefined => {
  if (basis === undefined) return { code: 'not_found', detail: 'No such subject.' }
  if (!isLive) return { code: 'number_missing', detail: 'No number is registered.' }
  const { state, plannedOn } = basis.planned
  if (state === 'withdrawn')
    return { code: 'disposal_too_early', detail: 'It was taken out of the queue: set a planned date first.' }
  if (plannedOn === undefined)
    return { code: 'disposal_too_early', detail: 'The relation goes on: no period has begun.' }
  return isDue(basis.planned, today) ? undefined : { code: 'disposal_too_early', detail: `Not before ${plannedOn}.` }
}

/** 廃棄: the decision, and step 1. What follows is the job's (disposal-job.ts). */
export const createDisposals = (deps: Deps) => {
  const { db, ledger, jobs, organizations, access, subjects, vault, clock, trustedClock, store, plans, basisOf } = deps

  /** Database only: it is asked again inside the transaction. */
  const judge = async (organizationId: string, subjectIds: readonly string[], today: Day): Promise<Verdict> => {
    const bases = await basisOf(organizationId, await subjects.rows.findMany(organizationId, subjectIds))
    const numbers = await vault.currentMasked(organizationId, subjectIds)
    const verdict: Verdict = { items: [], refused: [] }
    for (const [i, subjectId] of subjectIds.entries()) {
      const basis = bases.get(subjectId)
      const why = whyNot(basis, numbers.has(subjectId), today)
      if (why !== undefined) verdict.refused.push({ subjectId, pointer: `/subjectIds/${i}`, ...why })
      else if (basis?.planned.plannedOn !== undefined)
        verdict.items.push({
          subjectId,
          plannedOn: basis.planned.plannedOn,
          ruleIds: [...new Set(basis.claims.map(({ ruleId }) => ruleId))],
        })
    }
    return verdict
  }

  /** All or nothing: what is unknown is 404; else the first thing to mend is the date. */
  const refusalOf = (refused: Verdict['refused']): AppError | undefined => {
    const code = (['not_found', 'disposal_too_early', 'number_missing'] as const).find((c) =>
      refused.some((r) => r.code === c),
    )
    const places = refused.map(({ subjectId: _, ...place }) => place)
    return code === undefined ? undefined : new AppError(code, 'Nothing was disposed of: see each place.', { places })
  }

  const rolesOf = async (caller: Caller): Promise<Role[]> => {
    if (caller.actor.type !== 'staff') return []
    const { appointments } = await access.staff.get(caller, caller.actor.id)
    return [...rolesAt(appointments, clock.now())]
  }

  const touches = (
    shown: Map<string, SubjectAsShown>,
    ids: readonly string[],
    operation: 'delete' | 'delete_started',
  ) =>
    ids.flatMap((id) => {
      const subject = shown.get(id)
      return subject === undefined ? [] : [{ operation, functionName, subject }]
    })

  const mustBeDue = async (
    caller: Caller,
    subjectIds: readonly string[],
    shown: Map<string, SubjectAsShown>,
    today: Day,
  ) => {
    const { refused } = await judge(caller.organizationId, subjectIds, today)
    const refusal = refusalOf(refused)
    if (refusal === undefined) return
    if (refusal.code === 'not_found') throw refusal
    await ledger.refuse(
      caller,
      refusal,
      touches(
        shown,
        refused.map(({ subjectId }) => subjectId),
        'delete',
      ),
    )
  }

  /** Step 1: from this commit on no running part reads these numbers, and nothing can turn it back. */
  const begin = async (
    caller: Caller,
    subjectIds: readonly string[],
    shown: Map<string, SubjectAsShown>,
    today: Day,
  ): Promise<BegunDisposal> => {
    const { organizationId } = caller
    const id = newId('disposal')
    const roles = await rolesOf(caller)
    const done = touches(shown, subjectIds, 'delete_started').map((touch) => ({ ...touch, outcome: 'done' as const }))
    const entries = await ledger.prepare(caller, done)
    return commit(db, caller, async () => {
      const { items, refused } = await judge(organizationId, subjectIds, today)
      if (refused.length > 0) throw new AppError('conflict', 'Something changed meanwhile: look again.')
      await plans.take(organizationId, subjectIds, id, clock.now())
      await vault.beginDisposal(organizationId, subjectIds)
      const jobId = await jobs.start(caller, 'disposal', { disposalId: id })
      const row: DisposalRow = {
        _id: id,
        organizationId,
        state: 'running',
        jobId,
        items,
        certificateIds: [],
        roles,
        createdAt: clock.now(),
        startedAt: clock.now(),
        restarts: 0,
        ...defined({ staffId: caller.actor.type === 'staff' ? caller.actor.id : undefined }),
      }
      await store.insert(row)
      await ledger.append(entries)
      return { ...row, entries: ledger.refsOf(entries) }
    })
  }

  const isRace = (error: unknown): boolean =>
    isDuplicateKey(error) || (error instanceof AppError && error.code === 'conflict')

  const create = async (caller: Caller, input: { subjectIds: readonly string[] }): Promise<BegunDisposal> => {
    const subjectIds = [...new Set(input.subjectIds)]
    const shown = await subjects.shown(caller.organizationId, subjectIds)
    const outside = (await subjects.outside(caller, subjectIds)).map(({ _id }) => _id)
    if (outside.length > 0) await ledger.refuse(caller, notCovered(), touches(shown, outside, 'delete'))
    const today = await organizations.today(caller)
    for (let tries = 1; ; tries++) {
      await mustBeDue(caller, subjectIds, shown, today)
      if (!(await trustedClock.isTrusted()))
        await ledger.refuse(caller, trustedClock.untrusted(), touches(shown, subjectIds, 'delete'))
      await ledger.mustBeSealed(caller.organizationId)
      try {
        return await begin(caller, subjectIds, shown, today)
      } catch (error) {
        // Somebody disposed of one of them, or changed its plan: the next check says so, and puts the refusal on record.
        if (!isRace(error) || tries >= maxTries) throw error
      }
    }
  }

  const get = async (caller: Caller, id: string): Promise<DisposalRow> => {
    const row = await store.find(caller.organizationId, id)
    if (row === null) throw notFound('disposal')
    return row
  }

  const list = async (caller: Caller, page: PageRequest): Promise<Page<DisposalRow>> => {
    const rows = await store.list(caller.organizationId, readCursor(page.after, ['string']), page.limit + 1)
    return {
      ...cutPage(rows, page.limit, (row) => [row._id]),
      ...(page.total === true ? { total: shownTotal(await store.count(caller.organizationId)) } : {}),
    }
  }

  return { create, get, list }
}
