import {
  type Collection,
  type OpenedSession,
  type Receipt,
  type SeenDependent,
  type SeenNumber,
  type SessionView,
  type Visit,
  visitOf,
} from '../../../core/collection/collection.ts'
import { defined } from '../../../core/shared/defined.ts'
import { type Context, created, type Handler, numberOf, ok, on, receipted, sessionOf } from '../operation.ts'
import { toNotice } from './notices.ts'
import { iso, maybeIso } from './paging.ts'

const personOf = (context: Context): Visit => visitOf(sessionOf(context), context)

const toNumber = (number: SeenNumber) => ({
  masked: number.masked,
  ...defined({ issuedOn: number.issuedOn, selfCheckedAt: maybeIso(number.selfCheckedAt) }),
})

const toDependent = (dependent: SeenDependent) => ({
  key: dependent.key,
  subjectId: dependent.subjectId,
  dependentNo: dependent.dependentNo,
  name: dependent.name,
  relationship: dependent.relationship,
  ...(dependent.number === undefined ? {} : { number: toNumber(dependent.number) }),
})

const toSession = (view: SessionView) => ({
  id: view.id,
  requestState: view.requestState,
  organizationName: view.organizationName,
  companyName: view.companyName,
  notice: toNotice(view.notice),
  noticeAccepted: view.noticeAccepted,
  subjectName: view.subjectName,
  dependents: view.dependents.map(toDependent),
  expiresAt: iso(view.expiresAt),
  ...(view.number === undefined ? {} : { number: toNumber(view.number) }),
  ...defined({ dueOn: view.dueOn }),
})

const toOpened = (session: OpenedSession) => ({
  id: session.id,
  organizationId: session.organizationId,
  subjectId: session.subjectId,
  accessToken: session.accessToken,
  expiresAt: iso(session.expiresAt),
})

const toReceipt = (receipt: Receipt) => ({
  requestId: receipt.requestId,
  submittedAt: iso(receipt.submittedAt),
  entryIds: receipt.entries.map(({ id }) => id),
})

export const sessionHandlers = ({ collection: { sessions } }: { collection: Pick<Collection, 'sessions'> }) => ({
  createSession: (async (context, { body }) =>
    created(toOpened(await sessions.open(body.token, context)))) satisfies Handler<'createSession'>,
  getSession: (async (context) =>
    ok(toSession(await sessions.view(personOf(context))))) satisfies Handler<'getSession'>,
  createSessionConsent: on<'createSessionConsent', SessionView>(
    (context, { body }) => sessions.acceptNotice(personOf(context), body.noticeId),
    (view) => created(toSession(view)),
  ),
  setSessionNumber: (async (context, { body }) => {
    const input = { number: numberOf(context, body), ...defined({ issuedOn: body.issuedOn }) }
    return ok(toSession(await sessions.setNumber(personOf(context), input)))
  }) satisfies Handler<'setSessionNumber'>,
  setSessionDependent: (async (context, { path, body }) => {
    const { name, relationship, kana, birthOn, issuedOn } = body
    const number = context.carried ?? body.number
    const input = { name, relationship, ...defined({ kana, birthOn, number, issuedOn }) }
    return ok(toSession(await sessions.setDependent(personOf(context), path.key, input)))
  }) satisfies Handler<'setSessionDependent'>,
  createSessionCheck: on<'createSessionCheck', SessionView>(
    (context) => sessions.check(personOf(context)),
    (view) => created(toSession(view)),
  ),
  createSessionSubmission: on<'createSessionSubmission', Receipt>(
    (context) => sessions.submit(personOf(context)),
    (receipt) => receipted(created(toReceipt(receipt)), receipt.entries),
  ),
  getSessionReceipt: (async (context) => {
    const receipt = await sessions.receipt(personOf(context))
    return receipted(ok(toReceipt(receipt)), receipt.entries)
  }) satisfies Handler<'getSessionReceipt'>,
})
