import type { Ledger } from '../ledger/ledger.ts'
import type { Organizations } from '../organizations/organizations.ts'
import { commit } from '../shared/commit.ts'
import type { Database } from '../shared/database.ts'
import type { Day } from '../shared/dates.ts'
import { defined } from '../shared/defined.ts'
import { AppError, invalidField, notFound } from '../shared/errors.ts'
import { hasLeft, type Subjects } from '../subjects/subjects.ts'
import type { Vault } from '../vault/vault.ts'
import type { EvidenceEnd } from './evidence-end.ts'
import type { Ending, RequestRow } from './requests.store.ts'
import { isAddedHere, selfKey, subjectOfKey } from './session-keys.ts'
import type { Visit } from './visit.ts'
import type { EndingReason } from './words.ts'
import type { Writing } from './writing.ts'

const tries = 8

export type EndingInput = { reason: EndingReason; endedOn?: Day }

type Deps = {
  db: Database
  ledger: Ledger
  organizations: Organizations
  subjects: Subjects
  vault: Pick<Vault, 'prepareWithdrawal'>
  evidence: Pick<EvidenceEnd, 'forget'>
  writing: Writing
}

/** Who is no dependent, or no longer: what was added by mistake goes, what the company knows is for staff to accept. */
export const createSessionFamily = (deps: Deps) => {
  const { db, ledger, organizations, subjects, vault, evidence, writing } = deps

  const dependentOf = async ({ organizationId, session }: Visit, request: RequestRow, key: string): Promise<string> => {
    const family = await subjects.rows.findDependents(organizationId, [session.subjectId])
    const ids = family.filter((row) => !hasLeft(row)).map(({ _id }) => _id)
    const id = key === selfKey ? undefined : subjectOfKey(request, key, session.subjectId, ids)
    if (id === undefined) throw notFound('dependent')
    return id
  }

  /** 追加の取消. The digits go at once (番号法20条: nothing is kept that is not needed), and the papers with them. */
  const takeOut = async (visit: Visit, key: string): Promise<void> => {
    const { organizationId } = visit
    const request = await writing.mustBeTold(visit)
    const subjectId = await dependentOf(visit, request, key)
    if (!isAddedHere(request, subjectId))
      throw new AppError('conflict', 'The company knows this dependent: say that they are none any more (…/ending).')
    const subject = (await subjects.shown(organizationId, [subjectId])).get(subjectId)
    const touch = { operation: 'subject', functionName: '扶養親族の追加の取消（提出前）', outcome: 'done' } as const
    const entries = await ledger.prepare(visit, [{ ...touch, ...defined({ subject }) }])
    const number = await vault.prepareWithdrawal(visit, subjectId)
    const { once: _, ...caller } = visit
    await commit(db, caller, async () => {
      const where = { revision: request.revision }
      const set = { touched: true, endings: endingsWithout(request, subjectId) } as const
      await writing.mark(visit, { where, set, removed: subjectId, ...defined({ entries: number?.entries }) })
      await number?.write()
      await evidence.forget(organizationId, [subjectId])
      if (!(await subjects.rows.removeDependent(organizationId, subjectId))) throw notFound('dependent')
      await ledger.append(entries)
    })
    await number?.destroy()
  }

  const endingsWithout = ({ endings = [] }: RequestRow, subjectId: string): Ending[] =>
    endings.filter((ending) => ending.subjectId !== subjectId)

  /** False where something else was entered at this moment: read it again. */
  const setEndings = async (
    visit: Visit,
    key: string,
    functionName: string,
    endingOf: (subjectId: string, request: RequestRow) => Ending[],
  ): Promise<boolean> => {
    const { organizationId } = visit
    const request = await writing.mustBeTold(visit)
    const subjectId = await dependentOf(visit, request, key)
    const added = endingOf(subjectId, request)
    const subject = (await subjects.shown(organizationId, [subjectId])).get(subjectId)
    const touch = { operation: 'subject', functionName, outcome: 'done' } as const
    const entries = await ledger.prepare(visit, [{ ...touch, ...defined({ subject }) }])
    const { once: _, ...caller } = visit
    const endings = [...endingsWithout(request, subjectId), ...added]
    return commit(db, caller, async () => {
      await writing.mark(visit, { where: { revision: request.revision }, set: { touched: true, endings } })
      await ledger.append(entries)
      return true
    }).catch((error) => {
      if (error instanceof AppError && error.code === 'conflict') return false
      throw error
    })
  }

  const settle = async (...wish: Parameters<typeof setEndings>): Promise<void> => {
    for (let attempt = 1; attempt <= tries; attempt++) if (await setEndings(...wish)) return
    throw new AppError('conflict', 'Something is being changed in another window: look at it again.')
  }

  /** 扶養から外れた: nothing is changed or deleted by it; staff see it on the request, and accept it with the rest. */
  const end = async (visit: Visit, key: string, { reason, endedOn }: EndingInput): Promise<void> => {
    await writing.mustBeTold(visit)
    if (endedOn !== undefined && endedOn > (await organizations.today(visit)))
      throw invalidField('/endedOn', 'invalid_request', 'Say so from the day on which it is so.')
    await settle(visit, key, '扶養から外れた旨の申出（本人）', (subjectId, request) => {
      if (isAddedHere(request, subjectId))
        throw new AppError('conflict', 'It was added here: take it out again (DELETE) instead.')
      return [{ subjectId, reason, ...defined({ endedOn }) }]
    })
  }

  /** …and back: a mistake. */
  const keep = (visit: Visit, key: string): Promise<void> =>
    settle(visit, key, '扶養から外れた旨の申出の取消（本人）', () => [])

  return { takeOut, end, keep }
}
