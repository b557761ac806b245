import type { Keys } from '../keys/keys.ts'
import type { Ledger, Touch } from '../ledger/ledger.ts'
import type { Outbox } from '../outbox/outbox.ts'
import type { Clock } from '../shared/clock.ts'
import { commit } from '../shared/commit.ts'
import type { Database } from '../shared/database.ts'
import type { Day } from '../shared/dates.ts'
import { defined } from '../shared/defined.ts'
import { AppError } from '../shared/errors.ts'
import type { Subjects } from '../subjects/subjects.ts'
import { mostTries } from './links.rules.ts'
import type { LinkRow, LinksStore } from './links.store.ts'
import { isPasscode } from './passcodes.ts'
import type { RequestsStore } from './requests.store.ts'
import { proven, type Visit } from './visit.ts'

export type FactorAnswer = { passcode?: string; birthOn?: Day }

const locked = (): AppError =>
  new AppError('link_locked', 'The link was locked after five wrong answers: ask for a new one.')
const wrong = (): AppError =>
  new AppError('factor_wrong', 'This is not right. After five wrong answers the link is locked.')

type Deps = {
  db: Database
  store: RequestsStore
  linkStore: LinksStore
  keys: Keys
  ledger: Ledger
  outbox: Outbox
  subjects: Subjects
  clock: Clock
}

/**
 * 二要素. Each answer is counted before it is judged, so that many at once are no more tries than one after the other. Five wrong
 * ones lock the link, not the person: staff are told, and a new link helps.
 */
export const createFactor = ({ db, store, linkStore, keys, ledger, outbox, subjects, clock }: Deps) => {
  const touchOf = async (visit: Visit, functionName: string): Promise<Omit<Touch, 'outcome'>> => {
    const { organizationId, session } = visit
    const subject = (await subjects.shown(organizationId, [session.subjectId])).get(session.subjectId)
    return { operation: 'login', functionName, ...defined({ subject }) }
  }

  const isRight = async ({ organizationId, session }: Visit, link: LinkRow, answer: FactorAnswer): Promise<boolean> => {
    if (link.factor === 'birth_date') {
      const { birthOn } = await subjects.get({ organizationId }, session.subjectId)
      return birthOn !== undefined && birthOn === answer.birthOn
    }
    if (link.passcode === undefined || answer.passcode === undefined) return false
    const cipher = await keys.fields.for(organizationId)
    const { hash } = cipher.openJson(link._id, 'passcode', link.passcode) as { hash: string }
    return isPasscode(answer.passcode, Buffer.from(hash, 'base64'))
  }

  /** Nobody opens it any more, and the session that tried has ended. */
  const lock = async (visit: Visit): Promise<never> => {
    const { organizationId, session } = visit
    const { linkId, subjectId, requestId } = session
    const entries = await ledger.prepare(visit, [
      { ...(await touchOf(visit, 'リンクのロック（二要素の誤り）')), outcome: 'refused', refusal: 'link_locked' },
    ])
    const at = clock.now()
    await db.inTransaction(async () => {
      if (!(await linkStore.lockLink(organizationId, linkId, at))) return
      await linkStore.endSessions(organizationId, linkId, at)
      if (requestId !== undefined) await store.lockRequest(organizationId, requestId, linkId, at)
      await ledger.append(entries)
      await outbox.event(visit, 'link.locked', { linkId, subjectId, ...defined({ requestId }) })
    })
    throw locked()
  }

  const prove = async (visit: Visit, answer: FactorAnswer): Promise<void> => {
    const { organizationId, session } = visit
    if (session.factor.passed) return
    const link = await linkStore.countTry(organizationId, session.linkId, mostTries)
    if (link === null) return lock(visit)
    if (!(await isRight(visit, link, answer))) {
      if (link.tries >= mostTries) return lock(visit)
      return ledger.refuse(visit, wrong(), [await touchOf(visit, 'リンクの二要素の確認')])
    }
    const entries = await ledger.prepare(proven(visit), [
      { ...(await touchOf(visit, 'リンクの二要素の確認')), outcome: 'done' },
    ])
    const { once: _, ...caller } = visit
    await commit(db, caller, async () => {
      if (!(await linkStore.proveSession(organizationId, session.id, visit.at)))
        throw new AppError('session_replaced', 'The link was opened on another device, or has ended.')
      await linkStore.forgetTries(organizationId, session.linkId)
      await ledger.append(entries)
    })
  }

  return { prove }
}
export type FactorSteps = ReturnType<typeof createFactor>
