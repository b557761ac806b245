import type { Ledger } from '../ledger/ledger.ts'
import { type Notices, noticeTouch } from '../notices/notices.ts'
import { commit } from '../shared/commit.ts'
import type { Database } from '../shared/database.ts'
import { AppError, invalidField } from '../shared/errors.ts'
import type { Subjects } from '../subjects/subjects.ts'
import type { MaskedVersion, Vault } from '../vault/vault.ts'
import type { CollectionStore, RequestRow } from './collection.store.ts'
import { type Receipt, receiptOf } from './session-view.ts'
import type { Transitions } from './transitions.ts'
import type { Visit } from './visit.ts'
import type { Writing } from './writing.ts'

type Deps = {
  db: Database
  store: CollectionStore
  transitions: Transitions
  ledger: Ledger
  subjects: Subjects
  notices: Notices
  vault: Vault
  writing: Writing
}

/** Reading the notice, 番号確認 by the person, and the submission. */
export const createSessionSteps = ({ db, store, transitions, ledger, subjects, notices, vault, writing }: Deps) => {
  /** The notice was given on the page: to the person, and with them to the family for whom they provide. */
  const acceptNotice = async (visit: Visit, noticeId: string): Promise<void> => {
    const { organizationId, session, at } = visit
    const request = await writing.mustWrite(visit)
    if (request.noticeId !== noticeId)
      throw invalidField('/noticeId', 'not_found', 'This is not the notice of this request.')
    if (request.noticeAcceptedAt !== undefined) return
    const notice = await notices.get(visit, noticeId)
    const family = await subjects.rows.findDependents(organizationId, [session.subjectId])
    const told = [session.subjectId, ...family.map(({ _id }) => _id)]
    const given = told.map((subjectId) => notices.givenRow(notice, subjectId, 'page', at))
    const shown = await subjects.shown(organizationId, told)
    const entries = await ledger.prepare(
      visit,
      [...shown.values()].map((subject) => ({ ...noticeTouch, subject })),
    )
    const { once: _, ...caller } = visit
    await commit(db, caller, async () => {
      await writing.mark(visit, { where: { noticeAcceptedAt: { $exists: false } }, set: { noticeAcceptedAt: at } })
      await notices.insertGiven(given)
      await ledger.append(entries)
    })
  }

  /** Numbers entered through this request, in force now. */
  const enteredNumbers = async (request: RequestRow): Promise<Map<string, MaskedVersion>> => {
    if (!request.entered.includes(request.subjectId))
      throw new AppError('number_missing', 'The own number was not entered yet.')
    return vault.currentMasked(request.organizationId, request.entered)
  }

  /** 本人番号確認 of everything entered. */
  const check = async (visit: Visit): Promise<void> => {
    const request = await writing.mustBeTold(visit)
    for (const [subjectId, { versionId, selfCheckedAt }] of await enteredNumbers(request))
      if (selfCheckedAt === undefined)
        await vault.check(writing.marking(visit, {}), { subjectId, versionId, kind: 'self' })
  }

  const submit = async (visit: Visit): Promise<Receipt> => {
    const { organizationId, session, at } = visit
    const { requestId, subjectId } = session
    const request = await writing.mustBeTold(visit)
    const numbers = await enteredNumbers(request)
    if (!numbers.has(subjectId)) throw new AppError('number_missing', 'No number is registered.')
    if ([...numbers.values()].some(({ selfCheckedAt }) => selfCheckedAt === undefined))
      throw new AppError('conflict', 'A number that was entered is not confirmed yet: check it first (番号確認).')
    const subject = (await subjects.shown(organizationId, [subjectId])).get(subjectId)
    // The receipt names the entries of each registration and check by the person, and that of the submission.
    const entries = await ledger.prepare(visit, [
      {
        operation: 'request',
        functionName: '本人による提出',
        outcome: 'done',
        ...(subject === undefined ? {} : { subject }),
      },
    ])
    const lines = await transitions.lineOf(visit, request, 'submitted')
    return commit(db, visit, async () => {
      const row = await transitions.move(visit, requestId, 'submitted', {
        where: { sessionId: session.id, revision: request.revision },
        set: { submittedAt: at, entries: [...request.entries, ...ledger.refsOf(entries)] },
        endWriting: true,
        lines,
      })
      if (row === null) throw new AppError('conflict', 'Something changed in another window: look at it again.')
      await store.submitSession(organizationId, session.id, at)
      await ledger.append(entries)
      return receiptOf(row)
    })
  }

  return { acceptNotice, check, submit }
}
