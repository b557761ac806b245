import type { EntryRef } from '../ledger/ledger.ts'
import type { NoticeRow, Notices } from '../notices/notices.ts'
import type { Organizations } from '../organizations/organizations.ts'
import type { Day } from '../shared/dates.ts'
import { defined } from '../shared/defined.ts'
import { AppError, notFound } from '../shared/errors.ts'
import type { Subjects } from '../subjects/subjects.ts'
import type { MaskedVersion, Vault } from '../vault/vault.ts'
import type { CollectionStore, RequestRow } from './collection.store.ts'
import type { RequestState } from './requests.rules.ts'
import type { Visit } from './visit.ts'

/** A number as the person sees it: the mask. */
export type SeenNumber = { masked: string; issuedOn?: Day; selfCheckedAt?: Date }
export type SeenDependent = {
  key: string
  subjectId: string
  dependentNo: number
  name: string
  relationship: string
  number?: SeenNumber
}
export type SessionView = {
  id: string
  requestState: RequestState
  organizationName: string
  companyName: string
  notice: NoticeRow
  noticeAccepted: boolean
  subjectName: string
  number?: SeenNumber
  dependents: SeenDependent[]
  dueOn?: Day
  expiresAt: Date
}
/** 受領証 */
export type Receipt = { requestId: string; submittedAt: Date; entries: EntryRef[] }

/** 続柄 of a dependent that came without one. */
const unknownRelationship = '扶養親族'

const toSeen = ({ masked = '*****', issuedOn, selfCheckedAt }: MaskedVersion): SeenNumber => ({
  masked,
  ...defined({ issuedOn, selfCheckedAt }),
})

export const receiptOf = ({ _id, submittedAt, entries }: RequestRow): Receipt => {
  if (submittedAt === undefined) throw new AppError('not_ready', 'Nothing was submitted yet.')
  return { requestId: _id, submittedAt, entries }
}

type Deps = {
  store: CollectionStore
  organizations: Organizations
  subjects: Subjects
  notices: Notices
  vault: Vault
}

/** What the page shows: who asks, why, and how far the person got. Never a digit but the mask. */
export const createSessionView = ({ store, organizations, subjects, notices, vault }: Deps) => {
  const requestOf = async ({ organizationId, session }: Visit): Promise<RequestRow> => {
    const row = await store.findRequest(organizationId, session.requestId)
    if (row === null) throw notFound('request')
    return row
  }

  const view = async (visit: Visit): Promise<SessionView> => {
    const { organizationId, session } = visit
    const request = await requestOf(visit)
    const subject = await subjects.get(visit, session.subjectId)
    const organization = await organizations.own(visit)
    const company = await organizations.getCompany(visit, subject.companyId)
    const notice = await notices.get(visit, request.noticeId)
    const family = subject.kind === 'employee' ? await subjects.dependentsOf(organizationId, [subject.id]) : []
    const numbers = await vault.currentMasked(organizationId, [subject.id, ...family.map(({ id }) => id)])
    const seen = (subjectId: string): { number?: SeenNumber } => {
      const number = numbers.get(subjectId)
      return number === undefined ? {} : { number: toSeen(number) }
    }
    const keys = new Map(request.dependents.map(({ key, subjectId }) => [subjectId, key]))
    return {
      id: session.id,
      requestState: request.state,
      organizationName: organization.name,
      companyName: company.name,
      notice,
      noticeAccepted: request.noticeAcceptedAt !== undefined,
      subjectName: subject.name,
      dependents: family.map((dependent) => ({
        key: keys.get(dependent.id) ?? dependent.id,
        subjectId: dependent.id,
        dependentNo: dependent.dependentNo ?? 1,
        name: dependent.name,
        relationship: dependent.relationship ?? unknownRelationship,
        ...seen(dependent.id),
      })),
      expiresAt: session.expiresAt,
      ...seen(subject.id),
      ...defined({ dueOn: request.dueOn }),
    }
  }

  const receipt = async (visit: Visit): Promise<Receipt> => receiptOf(await requestOf(visit))

  return { requestOf, view, receipt }
}
export type Views = ReturnType<typeof createSessionView>
