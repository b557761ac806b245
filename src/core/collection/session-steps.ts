import { type Ledger, ledgerOperations } from '../ledger/ledger.ts'
import { audienceOf, languages, type NoticeRow, type Notices, noticeTouch } from '../notices/notices.ts'
import type { Organizations } from '../organizations/organizations.ts'
import { commit } from '../shared/commit.ts'
import type { Database } from '../shared/database.ts'
import { defined } from '../shared/defined.ts'
import { isDuplicateKey } from '../shared/duplicates.ts'
import { AppError, invalidField } from '../shared/errors.ts'
import { whileRaced } from '../shared/while-raced.ts'
import { hasLeft, isCorporation, type Subjects } from '../subjects/subjects.ts'
import type { MaskedVersion, Vault } from '../vault/vault.ts'
import type { DemandsOf } from './demands.ts'
import { receiptMs } from './links.rules.ts'
import type { LinksStore } from './links.store.ts'
import type { RequestRow } from './requests.store.ts'
import { keyOf } from './session-keys.ts'
import type { Receipt, SessionReceipts } from './session-receipt.ts'
import { missingConsents } from './submission.rules.ts'
import type { Transitions } from './transitions.ts'
import type { Visit } from './visit.ts'
import type { Writing } from './writing.ts'

/** `insert`: of one that becomes the organization's by being given. */
type ShownNotice = { row: NoticeRow; insert?: () => Promise<void> }

const submissionTouch = { operation: 'request', functionName: '本人による提出' } as const

type Deps = {
  db: Database
  linkStore: LinksStore
  demands: DemandsOf
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
  const { db, linkStore, demands, organizations, receipts, transitions, ledger, subjects, notices, vault, writing } =
    deps

  /**
   * The one that was shown: that of the request, the organization's own text in another language, or a ready-made one, which is
   * shown under the id of the request's and becomes a notice of the organization here.
   */
  const shownNotice = async (visit: Visit, request: RequestRow, noticeId: string): Promise<ShownNotice> => {
    const base = await notices.get(visit, request.noticeId)
    if (base._id !== noticeId) {
      for (const language of languages) {
        const other = await notices.inLanguage(base, language)
        if (other?._id === noticeId) return { row: other }
      }
      throw invalidField('/noticeId', 'not_found', 'This is not the notice of this request.')
    }
    const audience = audienceOf(await subjects.get(visit, request.subjectId))
    const readyMade = notices.readyMadeFor(base, audience, visit.language)
    if (readyMade === undefined) return { row: base }
    const own = await notices.inLanguage({ ...base, audience: readyMade.audience }, visit.language)
    if (own === undefined) return notices.adopt(visit, readyMade)
    // Somebody else was given it a moment ago. Any other text has an id of its own, which would have been named.
    return { row: own.text === readyMade.text ? own : base }
  }

  /** The notice was given on the page: to the person, and with them to the family for whom they provide. Once, however often it is sent. */
  const acceptNotice = (visit: Visit, noticeId: string): Promise<void> =>
    whileRaced(isDuplicateKey, async () => {
      const request = await writing.mustWrite(visit)
      if (request.noticeAcceptedAt !== undefined) return
      try {
        await giveNotice(visit, await shownNotice(visit, request, noticeId))
      } catch (error) {
        // Another tap of the same button was first.
        if ((await writing.mustWrite(visit)).noticeAcceptedAt === undefined) throw error
      }
    })

  const giveNotice = async (visit: Visit, { row, insert }: ShownNotice): Promise<void> => {
    const { organizationId, session, at } = visit
    const family = await subjects.rows.findDependents(organizationId, [session.subjectId])
    const told = [session.subjectId, ...family.filter((one) => !hasLeft(one)).map(({ _id }) => _id)]
    const given = told.map((subjectId) => notices.givenRow(row, subjectId, 'page', at))
    const shown = await subjects.shown(organizationId, told)
    const entries = await ledger.prepare(
      visit,
      [...shown.values()].map((subject) => ({ ...noticeTouch, subject })),
    )
    const { once: _, ...caller } = visit
    await commit(db, caller, async () => {
      await writing.mark(visit, {
        where: { noticeAcceptedAt: { $exists: false } },
        set: { noticeAcceptedAt: at, noticeId: row._id },
      })
      await insert?.()
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

  /** The ground on which the family's numbers are handed in, and the documents. The places are those of the session as it is shown. */
  const mustBeFounded = async (request: RequestRow): Promise<void> => {
    const { organizationId, subjectId } = request
    const subject = await subjects.get({ organizationId }, subjectId)
    const { purposes } = await notices.get({ organizationId }, request.noticeId)
    const { offers, missing } = await demands.of(request, subject, await demands.familyOf(request, subject), purposes)
    const unfounded = missingConsents(offers)
    if (unfounded.length > 0)
      throw new AppError('consent_required', 'Agree first: as the agent of the spouse, or to check their identity.', {
        places: unfounded.map((i) => ({ pointer: `/consents/${i}`, code: 'consent_required' })),
      })
    if (missing.length === 0) return
    const called = missing.map((one) => `${one.document} of ${keyOf(request, one.subjectId, subjectId)}`)
    throw new AppError('required', `Upload what is asked for first, or hand it in on paper: ${called.join(', ')}.`, {
      places: called.map((detail, i) => ({ pointer: `/missingDocuments/${i}`, code: 'required', detail })),
    })
  }

  /** What was asked for is there: numbers, each confirmed by the person, and documents. */
  const mustBeWhole = async (request: RequestRow): Promise<void> => {
    const { subjectId } = request
    const numbers = await enteredNumbers(request)
    if (request.change === true) {
      if (request.touched !== true) throw new AppError('conflict', 'Nothing was changed: there is nothing to submit.')
    } else if (await isOfCorporation(request)) await mustHaveCorporateNumber(request)
    else if (!numbers.has(subjectId)) throw new AppError('number_missing', 'No number is registered.')
    if ([...numbers.values()].some(({ selfCheckedAt }) => selfCheckedAt === undefined))
      throw new AppError('conflict', 'A number that was entered is not confirmed yet: check it first (番号確認).')
    await mustBeFounded(request)
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
