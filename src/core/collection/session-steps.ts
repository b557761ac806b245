import { type Ledger, ledgerOperations } from '../ledger/ledger.ts'
import { languages, type NoticeRow, type Notices, noticeTouch } from '../notices/notices.ts'
import type { Organizations } from '../organizations/organizations.ts'
import { commit } from '../shared/commit.ts'
import type { Database } from '../shared/database.ts'
import { defined } from '../shared/defined.ts'
import { AppError, invalidField } from '../shared/errors.ts'
import { hasLeft, isCorporation, type Subjects } from '../subjects/subjects.ts'
import type { MaskedVersion, Vault } from '../vault/vault.ts'
import { missingDocuments } from './evidence.rules.ts'
import type { EvidenceStore } from './evidence.store.ts'
import { receiptMs } from './links.rules.ts'
import type { LinksStore } from './links.store.ts'
import type { RequestRow } from './requests.store.ts'
import type { Receipt, SessionReceipts } from './session-receipt.ts'
import type { Transitions } from './transitions.ts'
import type { Visit } from './visit.ts'
import type { Writing } from './writing.ts'

const submissionTouch = { operation: 'request', functionName: '本人による提出' } as const

type Deps = {
  db: Database
  linkStore: LinksStore
  evidence: Pick<EvidenceStore, 'ofRequest'>
  organizations: Organizations
  receipts: Pick<SessionReceipts, 'draft'>
  transitions: Transitions
  ledger: Ledger
  subjects: Subjects
  notices: Notices
  vault: Vault
  writing: Writing
}

/** Reading the notice, 番号確認 by the person, and the submission. */
export const createSessionSteps = (deps: Deps) => {
  const { db, linkStore, evidence, organizations, receipts, transitions, ledger, subjects, notices, vault, writing } =
    deps

  /** That of the request, or the same in another language. */
  const sameNotice = async (visit: Visit, request: RequestRow, noticeId: string): Promise<NoticeRow> => {
    const base = await notices.get(visit, request.noticeId)
    if (base._id === noticeId) return base
    for (const language of languages) {
      const other = await notices.inLanguage(base, language)
      if (other?._id === noticeId) return other
    }
    throw invalidField('/noticeId', 'not_found', 'This is not the notice of this request.')
  }

  /** The notice was given on the page: to the person, and with them to the family for whom they provide. */
  const acceptNotice = async (visit: Visit, noticeId: string): Promise<void> => {
    const { organizationId, session, at } = visit
    const request = await writing.mustWrite(visit)
    const notice = await sameNotice(visit, request, noticeId)
    if (request.noticeAcceptedAt !== undefined) return
    const family = await subjects.rows.findDependents(organizationId, [session.subjectId])
    const told = [session.subjectId, ...family.filter((row) => !hasLeft(row)).map(({ _id }) => _id)]
    const given = told.map((subjectId) => notices.givenRow(notice, subjectId, 'page', at))
    const shown = await subjects.shown(organizationId, told)
    const entries = await ledger.prepare(
      visit,
      [...shown.values()].map((subject) => ({ ...noticeTouch, subject })),
    )
    const { once: _, ...caller } = visit
    await commit(db, caller, async () => {
      await writing.mark(visit, {
        where: { noticeAcceptedAt: { $exists: false } },
        set: { noticeAcceptedAt: at, noticeId },
      })
      await notices.insertGiven(given)
      await ledger.append(entries)
    })
  }

  const isOfCorporation = async ({ organizationId, subjectId, kind }: RequestRow): Promise<boolean> => {
    const row = kind === 'payee' ? await subjects.rows.find(organizationId, subjectId) : null
    return row !== null && isCorporation(row)
  }

  /** Who was asked for a 法人番号 has given one: to see that it is right is all that there was to do. */
  const mustHaveCorporateNumber = async ({ organizationId, subjectId }: RequestRow): Promise<void> => {
    const row = await subjects.rows.find(organizationId, subjectId)
    if (row?.corporateNumber === undefined)
      throw invalidField('/corporateNumber', 'required', 'Enter the 法人番号 first: PATCH /v1/session/person.')
  }

  /** Numbers entered through this request, in force now. Who changes something need not enter the own number anew. */
  const enteredNumbers = async (request: RequestRow): Promise<Map<string, MaskedVersion>> => {
    if (!(await isOfCorporation(request)) && request.change !== true && !request.entered.includes(request.subjectId))
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

  /** What was asked for is there: numbers, each confirmed by the person, and documents. */
  const mustBeWhole = async (request: RequestRow): Promise<void> => {
    const { organizationId, subjectId } = request
    const numbers = await enteredNumbers(request)
    if (request.change === true) {
      if (request.touched !== true) throw new AppError('conflict', 'Nothing was changed: there is nothing to submit.')
    } else if (await isOfCorporation(request)) await mustHaveCorporateNumber(request)
    else if (!numbers.has(subjectId)) throw new AppError('number_missing', 'No number is registered.')
    if ([...numbers.values()].some(({ selfCheckedAt }) => selfCheckedAt === undefined))
      throw new AppError('conflict', 'A number that was entered is not confirmed yet: check it first (番号確認).')
    if (request.documents.length === 0) return
    const missing = missingDocuments(
      request.documents,
      await evidence.ofRequest(organizationId, request._id),
      subjectId,
    )
    if (missing.length > 0)
      throw new AppError('required', `Upload what is asked for first: ${missing.join(', ')}.`, {
        places: [{ pointer: '/documents', code: 'required' }],
      })
  }

  /** From now on the link shows the receipt, for a year; one for whom the host had signed in is used up. */
  const keepLink = async (visit: Visit, until: Date): Promise<void> => {
    const { organizationId, session, at } = visit
    if (session.factor.kind === 'host') await linkStore.endLink(organizationId, session.linkId, at)
    else await linkStore.prolongLink(organizationId, session.linkId, until)
  }

  const submit = async (visit: Visit): Promise<Receipt> => {
    const { organizationId, session, at } = visit
    const { subjectId } = session
    const request = await writing.mustBeTold(visit)
    await mustBeWhole(request)
    const subject = (await subjects.shown(organizationId, [subjectId])).get(subjectId)
    // The receipt names the entries of each registration and check by the person, and that of the submission.
    const entries = await ledger.prepare(visit, [{ ...submissionTouch, outcome: 'done', ...defined({ subject }) }])
    const own = ledger.refsOf(entries)
    const toReceipt = await receipts.draft(visit, request)
    const lines = await transitions.lineOf(visit, request, 'submitted')
    const until = new Date((await organizations.now(visit)).getTime() + receiptMs)
    return commit(db, visit, async () => {
      const row = await transitions.move(visit, request._id, 'submitted', {
        where: { sessionId: session.id, revision: request.revision },
        set: { submittedAt: at, entries: [...request.entries, ...own] },
        endWriting: true,
        lines,
      })
      if (row === null) throw new AppError('conflict', 'Something changed in another window: look at it again.')
      await linkStore.submitSession(organizationId, session.id, at)
      await keepLink(visit, until)
      await ledger.append(entries)
      const line = { at, ...submissionTouch, operationLabel: ledgerOperations.request }
      const name = subject?.shownName
      return toReceipt(
        row,
        own.map(({ id }) => ({ entryId: id, ...line, ...defined({ name }) })),
      )
    })
  }

  return { acceptNotice, check, submit }
}
