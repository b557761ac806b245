import type { Keys } from '../keys/keys.ts'
import { audienceOf, type NoticeRow, type Notices } from '../notices/notices.ts'
import { collectionSettingsOf, type Organizations } from '../organizations/organizations.ts'
import type { Day } from '../shared/dates.ts'
import { defined } from '../shared/defined.ts'
import { AppError, notFound } from '../shared/errors.ts'
import type { Subject, Subjects } from '../subjects/subjects.ts'
import type { MaskedVersion, Vault } from '../vault/vault.ts'
import type { DemandsOf } from './demands.ts'
import type { Evidence, EvidenceStore } from './evidence.store.ts'
import type { SessionKind } from './links.rules.ts'
import type { LinksStore } from './links.store.ts'
import { type RequestState, workStates } from './requests.rules.ts'
import type { Ending, RequestRow, RequestsStore } from './requests.store.ts'
import type { Requests } from './requests.ts'
import { type SeenConsent, seenConsents } from './session-consents.rules.ts'
import { isAddedHere, keyOf } from './session-keys.ts'
import type { PersonSession, Visit } from './visit.ts'
import type { RefusalReason, RequestDocument, ReturnReason } from './words.ts'

/** A number as the person sees it: the mask. `readable`: whether the person may look at it. */
export type SeenNumber = { masked: string; issuedOn?: Day; selfCheckedAt?: Date; readable: boolean }
export type SeenDependent = {
  key: string
  subjectId: string
  dependentNo: number
  name: string
  kana?: string
  relationship: string
  birthOn?: Day
  /** Can be taken out again. */
  addedHere: boolean
  ending?: Omit<Ending, 'subjectId'>
  number?: SeenNumber
}
export type SeenPerson = Pick<Subject, 'name' | 'kana' | 'birthOn' | 'address' | 'email' | 'phone' | 'corporateNumber'>
export type SeenEvidence = Omit<Evidence, 'subjectId'> & { subjectKey: string }
export type Contact = { text?: string; phone?: string; address?: string }
export type SessionView = {
  id: string
  kind: SessionKind
  factor: PersonSession['factor']
  canWrite: boolean
  requestState?: RequestState
  organizationName: string
  companyName: string
  contact: Contact
  notice: NoticeRow
  noticeAccepted: boolean
  subjectKind: 'employee' | 'dependent' | 'payee_individual' | 'payee_corporation' | 'proprietor'
  subjectName?: string
  person?: SeenPerson
  number?: SeenNumber
  dependents: SeenDependent[]
  documents: RequestDocument[]
  missingDocuments: { document: RequestDocument; subjectKey: string }[]
  evidence: SeenEvidence[]
  consents: SeenConsent[]
  returned?: { returnedAt: Date; items: { key: string; reason: ReturnReason; remark?: string }[]; remark?: string }
  refusal?: { reason: RefusalReason; refusedOn: Day }
  dueOn?: Day
  submittedAt?: Date
  redirectUrl?: string
  expiresAt: Date
}

/** 続柄 of a dependent that came without one. */
const unknownRelationship = '扶養親族'

/**
 * The own number after the second factor, or where it was entered in this very session; of a dependent only what the person
 * entered. What staff registered of the family is shown to nobody here.
 */
export const isReadable = (
  { subjectId: self, factor, entered }: PersonSession,
  request: Pick<RequestRow, 'entered'> | undefined,
  subjectId: string,
): boolean => {
  if (entered.includes(subjectId)) return true
  if (factor.kind === 'none' || !factor.passed) return false
  return subjectId === self || request?.entered.includes(subjectId) === true
}

const subjectKindOf = ({ kind, payeeKind }: Subject): SessionView['subjectKind'] =>
  kind === 'payee' ? (payeeKind === 'corporation' ? 'payee_corporation' : 'payee_individual') : kind

type Deps = {
  store: RequestsStore
  linkStore: LinksStore
  evidence: Pick<EvidenceStore, 'ofRequest'>
  demands: DemandsOf
  requests: Pick<Requests, 'opener'>
  keys: Keys
  organizations: Organizations
  subjects: Subjects
  notices: Notices
  vault: Vault
}

/** What the page shows: who asks, why, and how far the person got. Never a digit but the mask. */
export const createSessionView = (deps: Deps) => {
  const { store, linkStore, evidence, demands, requests, organizations, subjects, notices, vault } = deps

  /** Of a session that has one. */
  const requestOf = async ({ organizationId, session }: Visit): Promise<RequestRow> => {
    if (session.requestId === undefined)
      throw new AppError('conflict', 'This link shows what is held: to change something, ask for another.')
    const row = await store.findRequest(organizationId, session.requestId)
    if (row === null) throw notFound('request')
    return row
  }

  /** Who asks, and whom one can ask back. */
  const askerOf = async (visit: Visit, companyId: string) => {
    const organization = await organizations.own(visit)
    const { name: companyName, phone, address } = await organizations.getCompany(visit, companyId)
    const { contact: text } = collectionSettingsOf(organization.collecting)
    return { organizationName: organization.name, companyName, contact: defined({ text, phone, address }) as Contact }
  }

  /** In the person's language: the organization's own text, else the ready-made one; what was accepted stays. */
  const noticeOf = async ({ language }: Visit, request: RequestRow, subject: Subject): Promise<NoticeRow> => {
    const notice = await notices.get(request, request.noticeId)
    if (request.noticeAcceptedAt !== undefined) return notice
    const own = await notices.inLanguage(notice, language)
    return own ?? { ...notice, ...notices.readyMadeFor(notice, audienceOf(subject), language) }
  }

  const returnOf = async (visit: Visit, request: RequestRow): Promise<SessionView['returned']> => {
    const { returnedAt, state } = request
    if (state !== 'returned' || returnedAt === undefined) return undefined
    const { returned } = (await requests.opener(visit.organizationId))(request)
    const items = (returned?.items ?? []).map(({ subjectId, reason, remark }) => ({
      key: keyOf(request, subjectId, visit.session.subjectId),
      reason,
      ...defined({ remark }),
    }))
    return { returnedAt, items, ...defined({ remark: returned?.remark }) }
  }

  const toSeen = (
    visit: Visit,
    request: RequestRow | undefined,
    subjectId: string,
    { masked = '*****', issuedOn, selfCheckedAt }: MaskedVersion,
  ): SeenNumber => ({
    masked,
    readable: isReadable(visit.session, request, subjectId),
    ...defined({ issuedOn, selfCheckedAt }),
  })

  const personOf = ({ name, kana, birthOn, address, email, phone, corporateNumber }: Subject): SeenPerson => ({
    name,
    ...defined({ kana, birthOn, address, email, phone, corporateNumber }),
  })

  const endingOf = ({ endings = [] }: RequestRow, subjectId: string): SeenDependent['ending'] => {
    const ending = endings.find((each) => each.subjectId === subjectId)
    return ending === undefined ? undefined : { reason: ending.reason, ...defined({ endedOn: ending.endedOn }) }
  }

  const toDependent = (request: RequestRow, self: string, dependent: Subject): SeenDependent => ({
    addedHere: isAddedHere(request, dependent.id),
    key: keyOf(request, dependent.id, self),
    subjectId: dependent.id,
    dependentNo: dependent.dependentNo ?? 1,
    name: dependent.name,
    relationship: dependent.relationship ?? unknownRelationship,
    ...defined({ kana: dependent.kana, birthOn: dependent.birthOn, ending: endingOf(request, dependent.id) }),
  })

  /** What is only for the person: not before the second factor. */
  const personal = async (visit: Visit, request: RequestRow, subject: Subject, notice: NoticeRow) => {
    const { organizationId } = visit
    const family = await demands.familyOf(request, subject)
    const ids = [subject.id, ...family.map(({ id }) => id)]
    const numbers = await vault.currentMasked(organizationId, ids)
    const seen = (subjectId: string): { number?: SeenNumber } => {
      const number = numbers.get(subjectId)
      return number === undefined ? {} : { number: toSeen(visit, request, subjectId, number) }
    }
    const { offers, missing } = await demands.of(request, subject, family, notice.purposes)
    const called = (subjectId: string): string => keyOf(request, subjectId, subject.id)
    return {
      subjectName: subject.name,
      person: personOf(subject),
      ...seen(subject.id),
      dependents: family.map((one) => ({ ...toDependent(request, subject.id, one), ...seen(one.id) })),
      evidence: (await evidence.ofRequest(organizationId, request._id)).map(({ subjectId, ...row }) => ({
        ...row,
        subjectKey: called(subjectId),
      })),
      missingDocuments: missing.map(({ document, subjectId }) => ({ document, subjectKey: called(subjectId) })),
      consents: seenConsents(offers, visit.language, called),
      ...defined({ returned: await returnOf(visit, request) }),
    }
  }

  /** What the person was told last. */
  const lastNotice = async (visit: Visit): Promise<NoticeRow> => {
    const given = await notices.givenTo(visit.organizationId, [visit.session.subjectId])
    const last = given.toSorted((a, b) => b.givenAt.getTime() - a.givenAt.getTime())[0]
    if (last === undefined) throw new AppError('conflict', 'This person was told of no purpose: nothing is held.')
    return notices.get(visit, last.noticeId)
  }

  const nothingPersonal = { dependents: [], missingDocuments: [], evidence: [], consents: [] }

  const view = async (visit: Visit): Promise<SessionView> => {
    const { organizationId, session } = visit
    const subject = await subjects.get(visit, session.subjectId)
    const link = await linkStore.linkOf(organizationId, session.linkId)
    const shared = {
      id: session.id,
      kind: session.kind,
      factor: session.factor,
      ...(await askerOf(visit, subject.companyId)),
      subjectKind: subjectKindOf(subject),
      expiresAt: session.expiresAt,
      ...defined({ redirectUrl: link?.redirectUrl }),
    }
    const { passed } = session.factor
    if (session.requestId === undefined)
      return {
        ...shared,
        canWrite: false,
        notice: await lastNotice(visit),
        noticeAccepted: true,
        documents: [],
        ...nothingPersonal,
        ...(passed ? { subjectName: subject.name } : {}),
      }
    const request = await requestOf(visit)
    const notice = await noticeOf(visit, request, subject)
    const { refusal } = request
    return {
      ...shared,
      canWrite: (workStates as readonly string[]).includes(request.state) && request.sessionId === session.id,
      requestState: request.state,
      notice,
      noticeAccepted: request.noticeAcceptedAt !== undefined,
      documents: [...request.documents],
      ...(passed ? await personal(visit, request, subject, notice) : nothingPersonal),
      ...defined({
        refusal: refusal === undefined ? undefined : { reason: refusal.reason, refusedOn: refusal.refusedOn },
        dueOn: request.dueOn,
        submittedAt: request.submittedAt,
      }),
    }
  }

  return { requestOf, askerOf, view }
}
export type Views = ReturnType<typeof createSessionView>
