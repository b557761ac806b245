import { Readable } from 'node:stream'
import {
  type Collection,
  type HeldNumber,
  type OpenedSession,
  type Postponement,
  provesOf,
  type Receipt,
  type SeenConsent,
  type SeenDependent,
  type SeenEvidence,
  type SeenNumber,
  type SessionReveal,
  type SessionStatus,
  type SessionView,
  type Visit,
  visitOf,
} from '../../../core/collection/collection.ts'
import { defined } from '../../../core/shared/defined.ts'
import {
  type Context,
  created,
  type Handler,
  type Input,
  numberOf,
  ok,
  on,
  receipted,
  sessionOf,
} from '../operation.ts'
import { toNotice } from './notices.ts'
import { toLine } from './oversight.ts'
import { iso, maybeIso } from './paging.ts'

const personOf = (context: Context): Visit => visitOf(sessionOf(context), context)

const toNumber = (number: SeenNumber) => ({
  masked: number.masked,
  readable: number.readable,
  ...defined({ issuedOn: number.issuedOn, selfCheckedAt: maybeIso(number.selfCheckedAt) }),
})

const toEnding = ({ reason, endedOn }: NonNullable<SeenDependent['ending']>) => ({ reason, ...defined({ endedOn }) })

const toDependent = (dependent: SeenDependent) => ({
  key: dependent.key,
  subjectId: dependent.subjectId,
  dependentNo: dependent.dependentNo,
  name: dependent.name,
  relationship: dependent.relationship,
  addedHere: dependent.addedHere,
  ...defined({ kana: dependent.kana, birthOn: dependent.birthOn }),
  ...(dependent.ending === undefined ? {} : { ending: toEnding(dependent.ending) }),
  ...(dependent.number === undefined ? {} : { number: toNumber(dependent.number) }),
})

const toPerson = (person: NonNullable<SessionView['person']>) => ({
  name: person.name,
  ...defined({
    kana: person.kana,
    birthOn: person.birthOn,
    address: person.address,
    email: person.email,
    phone: person.phone,
    corporateNumber: person.corporateNumber,
  }),
})

const toEvidence = (evidence: SeenEvidence) => ({
  id: evidence.id,
  kind: evidence.kind,
  subjectKey: evidence.subjectKey,
  proves: [...provesOf(evidence.kind)],
  mediaType: evidence.mediaType,
  bytes: evidence.bytes,
  createdAt: iso(evidence.createdAt),
})

const toConsent = (consent: SeenConsent) => ({
  kind: consent.kind,
  language: consent.language,
  title: consent.title,
  text: consent.text,
  demanded: consent.demanded,
  ...defined({ dependentKey: consent.dependentKey, givenAt: maybeIso(consent.givenAt) }),
})

const toReturn = ({ returnedAt, items, remark }: NonNullable<SessionView['returned']>) => ({
  returnedAt: iso(returnedAt),
  items: items.map((item) => ({ key: item.key, reason: item.reason, ...defined({ remark: item.remark }) })),
  ...defined({ remark }),
})

const toContact = ({ text, phone, address }: SessionView['contact']) => defined({ text, phone, address })
const toFactor = ({ kind, passed }: SessionView['factor']) => ({ kind, passed })

const toSession = (view: SessionView) => ({
  id: view.id,
  kind: view.kind,
  factor: toFactor(view.factor),
  canWrite: view.canWrite,
  organizationName: view.organizationName,
  companyName: view.companyName,
  contact: toContact(view.contact),
  notice: toNotice(view.notice),
  noticeAccepted: view.noticeAccepted,
  subjectKind: view.subjectKind,
  dependents: view.dependents.map(toDependent),
  documents: [...view.documents],
  missingDocuments: view.missingDocuments.map(({ document, subjectKey }) => ({ document, subjectKey })),
  evidence: view.evidence.map(toEvidence),
  consents: view.consents.map(toConsent),
  expiresAt: iso(view.expiresAt),
  ...(view.person === undefined ? {} : { person: toPerson(view.person) }),
  ...(view.number === undefined ? {} : { number: toNumber(view.number) }),
  ...(view.returned === undefined ? {} : { return: toReturn(view.returned) }),
  ...(view.refusal === undefined
    ? {}
    : { refusal: { reason: view.refusal.reason, refusedOn: view.refusal.refusedOn } }),
  ...defined({
    requestState: view.requestState,
    subjectName: view.subjectName,
    dueOn: view.dueOn,
    submittedAt: maybeIso(view.submittedAt),
    redirectUrl: view.redirectUrl,
  }),
})

const toOpened = (session: OpenedSession) => ({
  id: session.id,
  kind: session.kind,
  organizationId: session.organizationId,
  subjectId: session.subjectId,
  accessToken: session.accessToken,
  factor: toFactor(session.factor),
  expiresAt: iso(session.expiresAt),
})

const toReceipt = (receipt: Receipt) => ({
  requestId: receipt.requestId,
  kind: receipt.kind,
  submittedAt: iso(receipt.submittedAt),
  organizationName: receipt.organizationName,
  companyName: receipt.companyName,
  noticeTitle: receipt.noticeTitle,
  purposes: [...receipt.purposes],
  lines: receipt.lines.map((line) => ({
    entryId: line.entryId,
    at: iso(line.at),
    operation: line.operation,
    operationLabel: line.operationLabel,
    functionName: line.functionName,
    ...defined({ name: line.name }),
  })),
  entryIds: receipt.entries.map(({ id }) => id),
})

const toReveal = ({ at, numbers }: SessionReveal) => ({
  at: iso(at),
  numbers: numbers.map((number) => ({
    key: number.key,
    subjectId: number.subjectId,
    numberJwe: number.numberJwe,
    entryId: number.entryId,
    ...defined({ issuedOn: number.issuedOn }),
  })),
})

const toHeld = (held: HeldNumber) => ({
  key: held.key,
  kind: held.kind,
  name: held.name,
  state: held.state,
  purposes: [...held.purposes],
  ...defined({
    registeredAt: maybeIso(held.registeredAt),
    issuedOn: held.issuedOn,
    selfCheckedAt: maybeIso(held.selfCheckedAt),
    staffCheckedAt: maybeIso(held.staffCheckedAt),
  }),
})

const toStatus = (status: SessionStatus) => ({
  organizationName: status.organizationName,
  companyName: status.companyName,
  contact: toContact(status.contact),
  held: status.held.map(toHeld),
  uses: status.uses.map(toLine),
  more: status.more,
  madeAt: iso(status.madeAt),
  ...defined({ requestState: status.requestState, submittedAt: maybeIso(status.submittedAt) }),
})

const toPostponement = ({ postponedAt, linkExpiresAt }: Postponement) => ({
  postponedAt: iso(postponedAt),
  linkExpiresAt: iso(linkExpiresAt),
})

const numberInput = (context: Context, body: Input<'setSessionNumber'>['body']) => ({
  number: numberOf(context, body),
  ...defined({ issuedOn: body.issuedOn, change: body.change, reason: body.reason }),
})

const dependentInput = ({ carried }: Context, body: Input<'setSessionDependent'>['body']) => {
  const { name, relationship, kana, birthOn, issuedOn, change, reason } = body
  return { name, relationship, ...defined({ kana, birthOn, number: carried ?? body.number, issuedOn, change, reason }) }
}

type Deps = { collection: Pick<Collection, 'sessions'> }

export const sessionHandlers = ({ collection: { sessions } }: Deps) => ({
  createSession: (async (context, { body }) =>
    created(toOpened(await sessions.open(body.token, context)))) satisfies Handler<'createSession'>,
  getSession: (async (context) =>
    ok(toSession(await sessions.view(personOf(context))))) satisfies Handler<'getSession'>,
  createSessionFactor: on<'createSessionFactor', SessionView>(
    (context, { body }) =>
      sessions.prove(personOf(context), defined({ passcode: body.passcode, birthOn: body.birthOn })),
    (view) => created(toSession(view)),
  ),
  createSessionConsent: on<'createSessionConsent', SessionView>(
    (context, { body: { noticeId, kind, dependentKey, language } }) =>
      kind === undefined
        ? sessions.acceptNotice(personOf(context), noticeId ?? '')
        : sessions.consent(personOf(context), { kind, ...defined({ dependentKey, language }) }),
    (view) => created(toSession(view)),
  ),
  updateSessionPerson: (async (context, { body }) => {
    const { name, kana, birthOn, address, email, phone, corporateNumber } = body
    const change = defined({ name, kana, birthOn, address, email, phone, corporateNumber })
    return ok(toSession(await sessions.updatePerson(personOf(context), change)))
  }) satisfies Handler<'updateSessionPerson'>,
  setSessionNumber: (async (context, { body }) =>
    ok(
      toSession(await sessions.setNumber(personOf(context), numberInput(context, body))),
    )) satisfies Handler<'setSessionNumber'>,
  setSessionDependent: (async (context, { path, body }) =>
    ok(
      toSession(await sessions.setDependent(personOf(context), path.key, dependentInput(context, body))),
    )) satisfies Handler<'setSessionDependent'>,
  removeSessionDependent: (async (context, { path }) =>
    ok(
      toSession(await sessions.removeDependent(personOf(context), path.key)),
    )) satisfies Handler<'removeSessionDependent'>,
  createSessionDependentEnding: on<'createSessionDependentEnding', SessionView>(
    (context, { path, body: { reason, endedOn } }) =>
      sessions.endDependent(personOf(context), path.key, { reason, ...defined({ endedOn }) }),
    (view) => created(toSession(view)),
  ),
  removeSessionDependentEnding: (async (context, { path }) =>
    ok(
      toSession(await sessions.keepDependent(personOf(context), path.key)),
    )) satisfies Handler<'removeSessionDependentEnding'>,
  listSessionEvidence: (async (context) =>
    ok({
      data: (await sessions.evidence.list(personOf(context))).map(toEvidence),
    })) satisfies Handler<'listSessionEvidence'>,
  createSessionEvidence: (async (context, { query: { kind, subjectKey }, stream }) =>
    created(
      toEvidence(await sessions.evidence.add(personOf(context), { kind, ...defined({ subjectKey }) }, stream)),
    )) satisfies Handler<'createSessionEvidence'>,
  removeSessionEvidence: (async (context, { path }) => {
    await sessions.evidence.remove(personOf(context), path.id)
    return { status: 204 }
  }) satisfies Handler<'removeSessionEvidence'>,
  createSessionCheck: on<'createSessionCheck', SessionView>(
    (context) => sessions.check(personOf(context)),
    (view) => created(toSession(view)),
  ),
  createSessionReveal: on<'createSessionReveal', SessionReveal>(
    (context, { body: { jwk, keys } }) => sessions.reveal(personOf(context), { jwk, ...defined({ keys }) }),
    (reveal) => receipted(created(toReveal(reveal)), reveal.entries),
  ),
  createSessionSubmission: on<'createSessionSubmission', Receipt>(
    (context) => sessions.submit(personOf(context)),
    (receipt) => receipted(created(toReceipt(receipt)), receipt.entries),
  ),
  createSessionRefusal: on<'createSessionRefusal', SessionView>(
    (context, { body: { reason, remark } }) => sessions.refuse(personOf(context), { reason, ...defined({ remark }) }),
    (view) => created(toSession(view)),
  ),
  removeSessionRefusal: (async (context) =>
    ok(toSession(await sessions.takeBack(personOf(context))))) satisfies Handler<'removeSessionRefusal'>,
  createSessionPostponement: on<'createSessionPostponement', Postponement>(
    (context) => sessions.postpone(personOf(context)),
    (postponement) => created(toPostponement(postponement)),
  ),
  getSessionReceipt: (async (context, { accepts }) => {
    if (accepts(['application/json', 'application/pdf']) === 'application/json') {
      const receipt = await sessions.receipt(personOf(context))
      return receipted(ok(toReceipt(receipt)), receipt.entries)
    }
    const stream = Readable.from([await sessions.receiptPdf(personOf(context))])
    return { status: 200, download: { stream, mediaType: 'application/pdf', fileName: 'receipt.pdf' } }
  }) satisfies Handler<'getSessionReceipt'>,
  getSessionStatus: (async (context) =>
    ok(toStatus(await sessions.status(personOf(context))))) satisfies Handler<'getSessionStatus'>,
})
