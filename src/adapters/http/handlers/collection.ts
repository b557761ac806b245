import type { Collection, CollectionRequest, Link } from '../../../core/collection/collection.ts'
import { defined } from '../../../core/shared/defined.ts'
import { callerOf, created, type Handler, ok, on } from '../operation.ts'
import { iso, maybeIso, pageOf, toList } from './paging.ts'

const toRequest = (row: CollectionRequest) => ({
  id: row._id,
  subjectId: row.subjectId,
  noticeId: row.noticeId,
  state: row.state,
  createdAt: iso(row.createdAt),
  ...defined({
    dueOn: row.dueOn,
    sentAt: maybeIso(row.sentAt),
    openedAt: maybeIso(row.openedAt),
    submittedAt: maybeIso(row.submittedAt),
    acceptedAt: maybeIso(row.acceptedAt),
  }),
})

const toLink = (link: Link) => ({
  id: link.id,
  requestId: link.requestId,
  url: link.url,
  expiresAt: iso(link.expiresAt),
})

export const collectionHandlers = ({ collection: { requests } }: { collection: Pick<Collection, 'requests'> }) => ({
  listRequests: (async (context, { query }) => {
    const { state, subjectId } = query
    const page = await requests.list(callerOf(context), { ...pageOf(query), ...defined({ state, subjectId }) })
    return ok(toList(page, toRequest))
  }) satisfies Handler<'listRequests'>,
  createRequest: on<'createRequest', CollectionRequest>(
    (context, { body }) =>
      requests.create(callerOf(context), {
        subjectId: body.subjectId,
        ...defined({ noticeId: body.noticeId, dueOn: body.dueOn }),
      }),
    (row) => created(toRequest(row)),
  ),
  getRequest: (async (context, { path }) =>
    ok(toRequest(await requests.get(callerOf(context), path.id)))) satisfies Handler<'getRequest'>,
  createRequestLink: on<'createRequestLink', Link>(
    (context, { path }) => requests.makeLink(callerOf(context), path.id),
    (link) => created(toLink(link)),
  ),
  createRequestAcceptance: on<'createRequestAcceptance', CollectionRequest>(
    (context, { path }) => requests.accept(callerOf(context), path.id),
    (row) => created(toRequest(row)),
  ),
})
