import type { Notices } from '../notices/notices.ts'
import { defined } from '../shared/defined.ts'
import type { PurposeCode } from '../shared/words.ts'
import { hasLeft, type Subject, type Subjects } from '../subjects/subjects.ts'
import type { EvidenceStore } from './evidence.store.ts'
import type { HistoryStore } from './history.store.ts'
import type { RequestRow } from './requests.store.ts'
import { type FamilyMember, type MissingDocument, missingDocuments, type Offer, offersFor } from './submission.rules.ts'

export type Demands = { offers: Offer[]; missing: MissingDocument[] }

type Deps = {
  evidence: Pick<EvidenceStore, 'ofRequest'>
  history: Pick<HistoryStore, 'receivedOf'>
  subjects: Pick<Subjects, 'dependentsOf'>
  notices: Pick<Notices, 'givenTo' | 'consents'>
}

/** What a submission needs beside the numbers: one answer for the page, which shows it, and for the submission, which refuses. */
export const createDemands = ({ evidence, history, subjects, notices }: Deps) => {
  /** What a number of theirs is for: what this request says, and what they were told before. */
  const membersOf = async (
    request: RequestRow,
    purposes: readonly PurposeCode[],
    family: readonly Subject[],
  ): Promise<FamilyMember[]> => {
    const ids = family.map(({ id }) => id)
    const told = ids.length === 0 ? [] : await notices.givenTo(request.organizationId, ids)
    return family.map(({ id, relationship }) => ({
      id,
      purposes: [...purposes, ...told.filter(({ subjectId }) => subjectId === id).flatMap((row) => row.purposes)],
      entered: request.entered.includes(id),
      ...defined({ relationship }),
    }))
  }

  const of = async (
    request: RequestRow,
    { id, kind }: Pick<Subject, 'id' | 'kind'>,
    known: readonly Subject[],
    purposes: readonly PurposeCode[],
  ): Promise<Demands> => {
    const { organizationId, _id: requestId, documents, endings = [] } = request
    // Nothing is asked for somebody who is said to be no dependent any more.
    const family = known.filter((one) => !endings.some(({ subjectId }) => subjectId === one.id))
    const ids = [id, ...family.map((one) => one.id)]
    const members = await membersOf(request, purposes, family)
    const given = family.length === 0 ? [] : await notices.consents.givenBy(organizationId, ids)
    const offers = offersFor(members, given)
    if (documents.length === 0) return { offers, missing: [] }
    const there = {
      uploaded: await evidence.ofRequest(organizationId, requestId),
      received: await history.receivedOf(organizationId, requestId),
    }
    return { offers, missing: missingDocuments(documents, { id, kind }, members, offers, there) }
  }

  const familyOf = async ({ organizationId }: RequestRow, { id, kind }: Pick<Subject, 'id' | 'kind'>) =>
    kind === 'employee' ? (await subjects.dependentsOf(organizationId, [id])).filter((one) => !hasLeft(one)) : []

  return { of, familyOf }
}
export type DemandsOf = ReturnType<typeof createDemands>
