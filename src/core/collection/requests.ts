import type { Ledger } from '../ledger/ledger.ts'
import type { Notices } from '../notices/notices.ts'
import type { Organizations } from '../organizations/organizations.ts'
import type { Outbox } from '../outbox/outbox.ts'
import type { Caller, SubjectAsShown } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import { commit } from '../shared/commit.ts'
import { notCovered } from '../shared/coverage.ts'
import type { Database } from '../shared/database.ts'
import type { Day } from '../shared/dates.ts'
import { defined } from '../shared/defined.ts'
import { isDuplicateKey } from '../shared/duplicates.ts'
import { AppError, invalidField, notFound } from '../shared/errors.ts'
import { newId } from '../shared/ids.ts'
import { type Page, type PageRequest, readCursor, shownTotal } from '../shared/page.ts'
import { type Scan, scanPage, scanTotal } from '../shared/scan.ts'
import type { Subject, Subjects } from '../subjects/subjects.ts'
import type { CollectionStore, LinkRow, RequestFilter, RequestRow } from './collection.store.ts'
import { asking } from './requests.rules.ts'
import { newToken, tokenHashOf } from './tokens.ts'

export type CollectionRequest = RequestRow
export type Link = { id: string; requestId: string; url: string; expiresAt: Date }

const linkDays = 14
const totalLimit = 1000
const dayMs = 24 * 60 * 60 * 1000

type Deps = {
  db: Database
  store: CollectionStore
  ledger: Ledger
  outbox: Outbox
  organizations: Organizations
  subjects: Subjects
  notices: Notices
  clock: Clock
  publicUrl: string
}

/** 依頼, as staff and hosts see it. */
export const createRequests = (deps: Deps) => {
  const { db, store, ledger, outbox, organizations, subjects, notices, clock } = deps

  const get = async (caller: Caller, id: string): Promise<CollectionRequest> => {
    const row = await store.findRequest(caller.organizationId, id)
    if (row === null) throw notFound('request')
    if ((await subjects.outside(caller, [row.subjectId])).length > 0) throw notCovered()
    return row
  }

  const list = async (caller: Caller, query: RequestFilter & PageRequest): Promise<Page<CollectionRequest>> => {
    const { organizationId } = caller
    const covered = async (rows: RequestRow[]): Promise<RequestRow[]> => {
      const ids = rows.map(({ subjectId }) => subjectId)
      const outside = new Set((await subjects.outside(caller, ids)).map(({ _id }) => _id))
      return rows.filter(({ subjectId }) => !outside.has(subjectId))
    }
    const scan: Scan<RequestRow, RequestRow> = {
      read: (from, size) => store.listRequests(organizationId, query, from, size),
      keyOf: ({ _id }) => [_id],
      pick: covered,
      keyOfFound: ({ _id }) => [_id],
    }
    const all = caller.coverage === undefined
    const page = await scanPage(scan, { limit: query.limit, after: readCursor(query.after, ['string']), all })
    if (query.total !== true) return page
    const total = all ? shownTotal(await store.countRequests(organizationId, query)) : await scanTotal(scan, totalLimit)
    return { ...page, total }
  }

  const mustBeAskable = (subject: Subject): void => {
    if (subject.payeeKind === 'corporation')
      throw invalidField(
        '/subjectId',
        'conflict',
        'A corporate payee has a 法人番号, which is public: nothing is collected.',
      )
    const answer = asking[subject.numberState]
    if (answer === 'held')
      throw invalidField('/subjectId', 'already_exists', 'The number of this subject is held already.')
    if (answer === 'has_none') throw invalidField('/subjectId', 'conflict', 'This subject has no number.')
  }

  const noticeFor = async (caller: Caller, noticeId: string | undefined): Promise<string> => {
    if (noticeId !== undefined) return (await notices.get(caller, noticeId))._id
    const { standingNoticeId } = await organizations.own(caller)
    if (standingNoticeId === undefined)
      throw new AppError('notice_required', 'Name the notice that this person is shown, or set a standing notice.')
    return standingNoticeId
  }

  const shownOf = async (caller: Caller, subjectId: string): Promise<SubjectAsShown> => {
    const shown = (await subjects.shown(caller.organizationId, [subjectId])).get(subjectId)
    if (shown === undefined) throw notFound('subject')
    return shown
  }
  const entriesOf = async (caller: Caller, subjectId: string, functionName: string) =>
    ledger.prepare(caller, [
      { operation: 'request', functionName, outcome: 'done', subject: await shownOf(caller, subjectId) },
    ])

  const create = async (
    caller: Caller,
    input: { subjectId: string; noticeId?: string; dueOn?: Day },
  ): Promise<CollectionRequest> => {
    const { organizationId } = caller
    const { subjectId } = input
    mustBeAskable(await subjects.get(caller, subjectId))
    if (input.dueOn !== undefined && input.dueOn < (await organizations.today(caller)))
      throw invalidField('/dueOn', 'invalid_request', 'The deadline is over already.')
    const row: RequestRow = {
      _id: newId('request'),
      organizationId,
      subjectId,
      noticeId: await noticeFor(caller, input.noticeId),
      state: 'created',
      open: true,
      createdAt: clock.now(),
      entered: [],
      dependents: [],
      entries: [],
      revision: 0,
      ...defined({ dueOn: input.dueOn }),
    }
    const entries = await entriesOf(caller, subjectId, 'マイナンバー提出依頼')
    return commit(db, caller, async () => {
      await store.insertRequest(row)
      // Read again inside: a number that was registered a moment ago must not be called `requested`.
      const now = await subjects.rows.find(organizationId, subjectId)
      if (now?.numberState === 'none') await subjects.setNumberState(organizationId, subjectId, 'requested')
      await ledger.append(entries)
      return row
    }).catch((error) => {
      throw isDuplicateKey(error)
        ? invalidField('/subjectId', 'conflict', 'This subject has an open request already.')
        : error
    })
  }

  /** The link for the person. A new one ends the earlier one, and any session that it opened. */
  const makeLink = async (caller: Caller, requestId: string): Promise<Link> => {
    const { organizationId } = caller
    const { subjectId } = await get(caller, requestId)
    const token = newToken()
    // Link expiry is a deadline of the business: the test clock moves it. (A session, like every token, has real time.)
    const expiresAt = new Date((await organizations.now(caller)).getTime() + linkDays * dayMs)
    const link: LinkRow = {
      _id: newId('link'),
      organizationId,
      requestId,
      tokenHash: tokenHashOf(token),
      createdAt: clock.now(),
      expiresAt,
    }
    const entries = await entriesOf(caller, subjectId, '提出用リンク発行')
    return commit(db, caller, async () => {
      const sent = { set: { linkId: link._id, sentAt: caller.at }, endWriting: true }
      const row =
        (await store.move(organizationId, requestId, 'sent', sent)) ??
        (await store.replaceLink(organizationId, requestId, link._id))
      if (row === null) throw new AppError('conflict', 'In its state this request takes no link.')
      await store.endLinks(organizationId, requestId, link.createdAt)
      await store.endSessions(organizationId, requestId, link.createdAt)
      await store.insertLink(link)
      await ledger.append(entries)
      await outbox.event(caller, 'request.sent', { requestId, subjectId, linkId: link._id })
      // The token is in the fragment: browsers send it to nobody, so it reaches no log (RFC 3986 § 3.5).
      return { id: link._id, requestId, url: `${deps.publicUrl}/c#${token}`, expiresAt }
    })
  }

  /** 受入: staff looked at what was submitted. */
  const accept = async (caller: Caller, requestId: string): Promise<CollectionRequest> => {
    const { organizationId } = caller
    const { subjectId } = await get(caller, requestId)
    const entries = await entriesOf(caller, subjectId, '提出内容の受入')
    return commit(db, caller, async () => {
      const row = await store.move(organizationId, requestId, 'accepted', { set: { acceptedAt: caller.at } })
      if (row === null) throw new AppError('conflict', 'Only what was submitted can be accepted.')
      await ledger.append(entries)
      await outbox.event(caller, 'request.accepted', { requestId, subjectId })
      return row
    })
  }

  return { create, get, list, makeLink, accept }
}
