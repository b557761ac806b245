import type { Keys } from '../keys/keys.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Organizations } from '../organizations/organizations.ts'
import type { Outbox } from '../outbox/outbox.ts'
import type { Caller } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import { commit } from '../shared/commit.ts'
import { notCovered } from '../shared/coverage.ts'
import type { Database } from '../shared/database.ts'
import { defined } from '../shared/defined.ts'
import { AppError, notFound } from '../shared/errors.ts'
import { newId } from '../shared/ids.ts'
import { type Page, type PageRequest, readCursor, shownTotal } from '../shared/page.ts'
import { type Scan, scanPage, scanTotal } from '../shared/scan.ts'
import type { Subjects } from '../subjects/subjects.ts'
import type { CollectionStore, FreshRequest, LinkRow, RequestFilter, RequestRow } from './collection.store.ts'
import { newToken, tokenHashOf } from './tokens.ts'
import type { Transitions } from './transitions.ts'
import type { CancellationReason, ReturnReason } from './words.ts'

/** 依頼, with what people wrote. */
export type CollectionRequest = FreshRequest & {
  returned?: { items: { subjectId: string; reason: ReturnReason; remark?: string }[]; remark?: string }
  refusal?: NonNullable<RequestRow['refusal']> & { remark?: string }
  cancellation?: { reason: CancellationReason; remark?: string }
}
/** Sealed JSON of a return: one for all, and one for each item, in their order. */
export type ReturnRemarks = { remark?: string; items: (string | null)[] }
export type Link = { id: string; requestId: string; url: string; expiresAt: Date }

const linkDays = 14
const totalLimit = 1000
const dayMs = 24 * 60 * 60 * 1000

type Deps = {
  db: Database
  store: CollectionStore
  transitions: Transitions
  keys: Keys
  ledger: Ledger
  outbox: Outbox
  organizations: Organizations
  subjects: Subjects
  clock: Clock
  publicUrl: string
}

/** 依頼, as staff and hosts see it. */
export const createRequests = (deps: Deps) => {
  const { db, store, transitions, keys, ledger, outbox, organizations, subjects, clock } = deps

  const find = async (caller: Caller, id: string): Promise<RequestRow> => {
    const row = await store.findRequest(caller.organizationId, id)
    if (row === null) throw notFound('request')
    if ((await subjects.outside(caller, [row.subjectId])).length > 0) throw notCovered()
    return row
  }

  const opener = async (organizationId: string): Promise<(row: RequestRow) => CollectionRequest> => {
    const cipher = await keys.fields.for(organizationId)
    return ({ returned, returnRemarks, refusal, refusalRemark, cancellation, cancellationRemark, ...row }) => {
      const remarks =
        returnRemarks === undefined
          ? undefined
          : (cipher.openJson(row._id, 'returnRemarks', returnRemarks) as ReturnRemarks)
      const open = (name: 'refusalRemark' | 'cancellationRemark', sealed: Buffer | undefined) =>
        sealed === undefined ? {} : { remark: cipher.open(row._id, name, sealed) }
      return {
        ...row,
        ...(returned === undefined
          ? {}
          : {
              returned: {
                items: returned.map(({ subjectId, reason }, i) => ({
                  subjectId,
                  reason,
                  ...defined({ remark: remarks?.items[i] ?? undefined }),
                })),
                ...defined({ remark: remarks?.remark }),
              },
            }),
        ...(refusal === undefined ? {} : { refusal: { ...refusal, ...open('refusalRemark', refusalRemark) } }),
        ...(cancellation === undefined
          ? {}
          : { cancellation: { reason: cancellation.reason, ...open('cancellationRemark', cancellationRemark) } }),
      }
    }
  }
  const get = async (caller: Caller, id: string): Promise<CollectionRequest> => {
    const row = await find(caller, id)
    return (await opener(caller.organizationId))(row)
  }

  const list = async (caller: Caller, query: RequestFilter & PageRequest): Promise<Page<CollectionRequest>> => {
    const { organizationId } = caller
    const { limit, after, total, ...filter } = query
    const covered = async (rows: RequestRow[]): Promise<RequestRow[]> => {
      const ids = rows.map(({ subjectId }) => subjectId)
      const outside = new Set((await subjects.outside(caller, ids)).map(({ _id }) => _id))
      return rows.filter(({ subjectId }) => !outside.has(subjectId))
    }
    const scan: Scan<RequestRow, RequestRow> = {
      read: (from, size) => store.listRequests(organizationId, filter, from, size),
      keyOf: ({ _id }) => [_id],
      pick: covered,
      keyOfFound: ({ _id }) => [_id],
    }
    const all = caller.coverage === undefined
    const page = await scanPage(scan, { limit, after: readCursor(after, ['string']), all })
    const opened = { ...page, rows: page.rows.map(await opener(organizationId)) }
    if (total !== true) return opened
    return {
      ...opened,
      total: all ? shownTotal(await store.countRequests(organizationId, filter)) : await scanTotal(scan, totalLimit),
    }
  }

  /** What is recorded of each act on a request. */
  const entriesOf = async (caller: Caller, subjectId: string, functionName: string) => {
    const subject = (await subjects.shown(caller.organizationId, [subjectId])).get(subjectId)
    if (subject === undefined) throw notFound('subject')
    return ledger.prepare(caller, [{ operation: 'request', functionName, outcome: 'done', subject }])
  }

  /** The link for the person. A new one ends the earlier one, and any session that it opened. */
  const makeLink = async (caller: Caller, requestId: string): Promise<Link> => {
    const { organizationId } = caller
    const request = await find(caller, requestId)
    const { subjectId } = request
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
    const lines = await transitions.lineOf(caller, request, 'sent')
    const data = { linkId: link._id }
    return commit(db, caller, async () => {
      // Not from `refused`: who refused is not asked again until they take it back.
      const sent = { from: ['created'], set: { linkId: link._id, sentAt: caller.at }, endWriting: true } as const
      if ((await transitions.move(caller, requestId, 'sent', { ...sent, lines, data })) === null) {
        if ((await store.replaceLink(organizationId, requestId, link._id)) === null)
          throw new AppError('conflict', 'In its state this request takes no link.')
        await transitions.insertLines(lines)
        await outbox.event(caller, 'request.sent', { requestId, subjectId, ...data })
      }
      await store.endLinks(organizationId, requestId, link.createdAt)
      await store.endSessions(organizationId, requestId, link.createdAt)
      await store.insertLink(link)
      await ledger.append(entries)
      // The token is in the fragment: browsers send it to nobody, so it reaches no log (RFC 3986 § 3.5).
      return { id: link._id, requestId, url: `${deps.publicUrl}/c#${token}`, expiresAt }
    })
  }

  return { find, opener, get, list, entriesOf, makeLink }
}
export type Requests = ReturnType<typeof createRequests>
