import { Readable } from 'node:stream'
import type {
  CampaignProgress,
  CampaignRow,
  Collection,
  CollectionRequest,
  Contact,
  HistoryLine,
  Link,
  LinkInput,
  ProgressCount,
  RequestHistory,
} from '../../../core/collection/collection.ts'
import { defined } from '../../../core/shared/defined.ts'
import type { Subject } from '../../../core/subjects/subjects.ts'
import { accepted, callerOf, created, type Handler, type Input, ok, on } from '../operation.ts'
import { etagOf } from './etag.ts'
import { iso, maybeIso, pageOf, toList } from './paging.ts'
import { toSubject } from './subjects.ts'

const toReturn = ({ items, remark }: NonNullable<CollectionRequest['returned']>) => ({
  items: items.map((item) => ({
    subjectId: item.subjectId,
    reason: item.reason,
    ...defined({ remark: item.remark }),
  })),
  ...defined({ remark }),
})

const toRequest = ({ returned, refusal, cancellation, ...row }: CollectionRequest) => ({
  id: row._id,
  subjectId: row.subjectId,
  noticeId: row.noticeId,
  state: row.state,
  priority: row.priority,
  documents: [...row.documents],
  createdAt: iso(row.createdAt),
  ...defined({
    campaignId: row.campaignId,
    dueOn: row.dueOn,
    sentAt: maybeIso(row.sentAt),
    openedAt: maybeIso(row.openedAt),
    submittedAt: maybeIso(row.submittedAt),
    acceptedAt: maybeIso(row.acceptedAt),
    returnedAt: maybeIso(row.returnedAt),
    refusedAt: maybeIso(row.refusedAt),
    expiredAt: maybeIso(row.expiredAt),
    cancelledAt: maybeIso(row.cancelledAt),
    linkLockedAt: maybeIso(row.linkLockedAt),
    change: row.change,
    dependentEndings: row.endings?.map(({ subjectId, reason, endedOn }) => ({
      subjectId,
      reason,
      ...defined({ endedOn }),
    })),
    return: returned === undefined ? undefined : toReturn(returned),
    refusal:
      refusal === undefined
        ? undefined
        : {
            reason: refusal.reason,
            by: refusal.by,
            refusedOn: refusal.refusedOn,
            ...defined({ remark: refusal.remark }),
          },
    cancellation:
      cancellation === undefined
        ? undefined
        : { reason: cancellation.reason, ...defined({ remark: cancellation.remark }) },
  }),
})

const toLink = (link: Link) => ({
  id: link.id,
  kind: link.kind,
  subjectId: link.subjectId,
  url: link.url,
  factor: link.factor,
  qrCode: { svg: link.qrCode.svg, png: link.qrCode.png },
  expiresAt: iso(link.expiresAt),
  ...defined({ embedUrl: link.embedUrl, redirectUrl: link.redirectUrl }),
})
const toRequestLink = ({ requestId = '', ...link }: Link) => ({ ...toLink(link), requestId })
const toSubjectLink = (link: Link) => ({ ...toLink(link), ...defined({ requestId: link.requestId }) })
const linkInput = (body: Input<'createRequestLink'>['body']): LinkInput => {
  const { factor, passcode, expiresAt, redirectUrl } = body ?? {}
  const end = expiresAt === undefined ? undefined : new Date(expiresAt)
  return defined({ factor, passcode, expiresAt: end, redirectUrl })
}

const toContact = ({ by, received, ...row }: Contact) => ({
  id: row.id,
  requestId: row.requestId,
  subjectId: row.subjectId,
  channel: row.channel,
  outcome: row.outcome,
  at: iso(row.at),
  by: { kind: by.kind, ...defined({ name: by.name }) },
  recordedAt: iso(row.recordedAt),
  ...defined({
    remark: row.remark,
    received:
      received === undefined
        ? undefined
        : { item: received.item, handling: received.handling, ...defined({ handledOn: received.handledOn }) },
  }),
})

const toHistoryLine = ({ by, what, detail, ...line }: HistoryLine) => ({
  at: iso(line.at),
  kind: line.kind,
  what: { ja: what.ja, en: what.en },
  by: { kind: by.kind, ...defined({ name: by.name }) },
  ...defined({
    channel: line.channel,
    outcome: line.outcome,
    reason: line.reason,
    detail: detail === undefined ? undefined : { ja: detail.ja, en: detail.en },
    remark: line.remark,
  }),
})

const toHistory = ({ subject, blank, ...history }: RequestHistory) => ({
  requestId: history.requestId,
  state: history.state,
  subject: { id: subject.id, name: subject.name },
  organizationName: history.organizationName,
  companyName: history.companyName,
  madeAt: iso(history.madeAt),
  lines: history.lines.map(toHistoryLine),
  ...defined({
    dueOn: history.dueOn,
    blank: blank === undefined ? undefined : { reason: blank.reason, ja: blank.ja, en: blank.en },
  }),
})

const toCampaign = ({ target, ...row }: CampaignRow) => ({
  id: row._id,
  name: row.name,
  state: row.state,
  target: defined({
    companyId: target.companyId,
    departmentId: target.departmentId,
    kinds: target.kinds,
    subjects: target.subjectIds?.length,
    everyone: target.everyone,
  }),
  joins: row.joins,
  priority: row.priority,
  documents: [...row.documents],
  asked: row.asked,
  passedOver: row.passedOver,
  jobId: row.jobId,
  createdAt: iso(row.createdAt),
  ...defined({ noticeId: row.noticeId, dueOn: row.dueOn, closedAt: maybeIso(row.closedAt) }),
})

const toCount = ({ total, counts }: ProgressCount) => ({ total, counts: { ...counts } })
const toProgress = (progress: CampaignProgress) => ({
  campaignId: progress.campaignId,
  asOf: iso(progress.asOf),
  overall: toCount(progress.overall),
  data: progress.rows.map((row) => ({
    companyId: row.companyId,
    ...defined({ departmentId: row.departmentId }),
    ...toCount(row),
  })),
  ...defined({ next: progress.next }),
})

const toTarget = ({ target }: Input<'createCampaign'>['body']) =>
  defined({
    companyId: target.companyId,
    departmentId: target.departmentId,
    kinds: target.kinds,
    subjectIds: target.subjectIds,
    everyone: target.everyone,
  })

const subjectAnswer = (row: Subject) => ({ ...ok(toSubject(row)), headers: etagOf(row.version) })

export const collectionHandlers = ({ collection }: { collection: Collection }) => {
  const { requests, contacts, history, absences, campaigns } = collection
  return {
    listRequests: (async (context, { query }) => {
      const { state, subjectId, campaignId, companyId, departmentId, priority, dueBefore } = query
      const filter = defined({ state, subjectId, campaignId, companyId, departmentId, priority, dueBefore })
      return ok(toList(await requests.list(callerOf(context), { ...pageOf(query), ...filter }), toRequest))
    }) satisfies Handler<'listRequests'>,
    createRequest: on<'createRequest', CollectionRequest>(
      (context, { body }) => {
        const { subjectId, noticeId, dueOn, priority, documents } = body
        return requests.create(callerOf(context), {
          subjectId,
          ...defined({ noticeId, dueOn, priority, documents }),
        })
      },
      (row) => created(toRequest(row)),
    ),
    getRequest: (async (context, { path }) =>
      ok(toRequest(await requests.get(callerOf(context), path.id)))) satisfies Handler<'getRequest'>,
    updateRequest: (async (context, { path, body }) => {
      const change = defined({ dueOn: body.dueOn, priority: body.priority })
      return ok(toRequest(await requests.change(callerOf(context), path.id, change)))
    }) satisfies Handler<'updateRequest'>,
    createRequestLink: on<'createRequestLink', Link>(
      (context, { path, body }) => requests.makeLink(callerOf(context), path.id, linkInput(body)),
      (link) => created(toRequestLink(link)),
    ),
    createSubjectLink: on<'createSubjectLink', Link>(
      (context, { path, body }) => {
        const input = { kind: body.kind, ...linkInput(body), ...defined({ noticeId: body.noticeId }) }
        return collection.makeSubjectLink(callerOf(context), path.id, input)
      },
      (link) => created(toSubjectLink(link)),
    ),
    createRequestAcceptance: on<'createRequestAcceptance', CollectionRequest>(
      (context, { path }) => requests.accept(callerOf(context), path.id),
      (row) => created(toRequest(row)),
    ),
    createRequestReturn: on<'createRequestReturn', CollectionRequest>(
      (context, { path, body }) => {
        const items = body.items.map(({ subjectId, reason, remark }) => ({ subjectId, reason, ...defined({ remark }) }))
        return requests.giveBack(callerOf(context), path.id, { items, ...defined({ remark: body.remark }) })
      },
      (row) => created(toRequest(row)),
    ),
    createRequestRefusal: on<'createRequestRefusal', CollectionRequest>(
      (context, { path, body }) => {
        const { reason, remark, refusedOn } = body
        return requests.refuse(callerOf(context), path.id, { reason, ...defined({ remark, refusedOn }) })
      },
      (row) => created(toRequest(row)),
    ),
    removeRequestRefusal: (async (context, { path }) =>
      ok(
        toRequest(await requests.withdrawRefusal(callerOf(context), path.id)),
      )) satisfies Handler<'removeRequestRefusal'>,
    createRequestCancellation: on<'createRequestCancellation', CollectionRequest>(
      (context, { path, body }) =>
        requests.cancel(callerOf(context), path.id, { reason: body.reason, ...defined({ remark: body.remark }) }),
      (row) => created(toRequest(row)),
    ),

    listContacts: (async (context, { path, query }) =>
      ok(
        toList(await contacts.list(callerOf(context), path.id, pageOf(query)), toContact),
      )) satisfies Handler<'listContacts'>,
    createContact: on<'createContact', Contact>(
      (context, { path, body }) => {
        const { channel, outcome, at, remark, received } = body
        const when = at === undefined ? undefined : new Date(at)
        const came =
          received === undefined
            ? undefined
            : { item: received.item, handling: received.handling, ...defined({ handledOn: received.handledOn }) }
        const input = { channel, outcome, ...defined({ at: when, remark, received: came }) }
        return contacts.create(callerOf(context), path.id, input)
      },
      (row) => created(toContact(row)),
    ),
    getRequestHistory: (async (context, { path, accepts }) => {
      if (accepts(['application/json', 'application/pdf']) === 'application/json')
        return ok(toHistory(await history.get(callerOf(context), path.id)))
      const stream = Readable.from([await history.pdf(callerOf(context), path.id)])
      return { status: 200, download: { stream, mediaType: 'application/pdf', fileName: 'request-history.pdf' } }
    }) satisfies Handler<'getRequestHistory'>,

    setNumberAbsence: (async (context, { path, body }) => {
      const absence = { reason: body.reason, ...defined({ sinceOn: body.sinceOn }) }
      return subjectAnswer(await absences.set(callerOf(context), path.id, absence))
    }) satisfies Handler<'setNumberAbsence'>,
    removeNumberAbsence: (async (context, { path }) =>
      subjectAnswer(await absences.remove(callerOf(context), path.id))) satisfies Handler<'removeNumberAbsence'>,

    listCampaigns: (async (context, { query }) => {
      const wish = { ...pageOf(query), ...defined({ state: query.state }) }
      return ok(toList(await campaigns.list(callerOf(context), wish), toCampaign))
    }) satisfies Handler<'listCampaigns'>,
    createCampaign: on<'createCampaign', CampaignRow>(
      (context, { body }) => {
        const { name, joins, noticeId, dueOn, priority, documents } = body
        return campaigns.create(callerOf(context), {
          name,
          target: toTarget(body),
          ...defined({ joins, noticeId, dueOn, priority, documents }),
        })
      },
      (row) => accepted(toCampaign(row)),
    ),
    getCampaign: (async (context, { path }) =>
      ok(toCampaign(await campaigns.get(callerOf(context), path.id)))) satisfies Handler<'getCampaign'>,
    createCampaignClosure: on<'createCampaignClosure', CampaignRow>(
      (context, { path }) => campaigns.close(callerOf(context), path.id),
      (row) => created(toCampaign(row)),
    ),
    createCampaignCancellation: on<'createCampaignCancellation', CampaignRow>(
      (context, { path }) => campaigns.cancel(callerOf(context), path.id),
      (row) => accepted(toCampaign(row)),
    ),
    getCampaignProgress: (async (context, { path, query }) => {
      const wish = { ...pageOf(query), by: query.by ?? 'company', ...defined({ companyId: query.companyId }) }
      return ok(toProgress(await campaigns.progress(callerOf(context), path.id, wish)))
    }) satisfies Handler<'getCampaignProgress'>,
  }
}
