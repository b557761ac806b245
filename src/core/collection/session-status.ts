import type { Notices } from '../notices/notices.ts'
import type { HandlingLine, HandlingStatements } from '../oversight/oversight.ts'
import type { Clock } from '../shared/clock.ts'
import type { Day } from '../shared/dates.ts'
import { defined } from '../shared/defined.ts'
import type { NumberState, PurposeCode, SubjectKind } from '../shared/words.ts'
import type { Subject, Subjects } from '../subjects/subjects.ts'
import type { MaskedVersion, Vault } from '../vault/vault.ts'
import type { RequestState } from './requests.rules.ts'
import type { RequestsStore } from './requests.store.ts'
import { keyOf } from './session-keys.ts'
import type { Contact, Views } from './session-view.ts'
import type { Visit } from './visit.ts'
import { factorRequired } from './writing.ts'

export type HeldNumber = {
  key: string
  kind: SubjectKind
  name: string
  state: NumberState
  registeredAt?: Date
  issuedOn?: Day
  selfCheckedAt?: Date
  staffCheckedAt?: Date
  purposes: PurposeCode[]
}
export type SessionStatus = {
  organizationName: string
  companyName: string
  contact: Contact
  requestState?: RequestState
  submittedAt?: Date
  held: HeldNumber[]
  uses: HandlingLine[]
  more: boolean
  madeAt: Date
}

const mostUses = 200
const yearMs = 366 * 24 * 60 * 60 * 1000

type Deps = {
  store: RequestsStore
  subjects: Subjects
  notices: Notices
  vault: Vault
  views: Views
  statements: Pick<HandlingStatements, 'get'>
  clock: Clock
}

/** 状況: what is held (never the number), for what, who used it in the last year, and how to ask. */
export const createSessionStatus = (deps: Deps) => {
  const { store, subjects, notices, vault, views, statements, clock } = deps

  const toHeld = (
    { kind, name, numberState }: Subject,
    key: string,
    version: MaskedVersion | undefined,
    purposes: readonly PurposeCode[],
  ): HeldNumber => ({
    key,
    kind,
    name,
    state: numberState,
    purposes: [...new Set(purposes)],
    ...defined({
      registeredAt: version?.registeredAt,
      issuedOn: version?.issuedOn,
      selfCheckedAt: version?.selfCheckedAt,
      staffCheckedAt: version?.staffCheckedAt,
    }),
  })

  const get = async (visit: Visit): Promise<SessionStatus> => {
    const { organizationId, session } = visit
    if (!session.factor.passed) throw factorRequired()
    const { subjectId: self, requestId } = session
    const request = requestId === undefined ? undefined : await store.findRequest(organizationId, requestId)
    const subject = await subjects.get(visit, self)
    const family = subject.kind === 'employee' ? await subjects.dependentsOf(organizationId, [self]) : []
    const people = [subject, ...family]
    const ids = people.map(({ id }) => id)
    const versions = await vault.currentMasked(organizationId, ids)
    const told = await notices.givenTo(organizationId, ids)
    const from = new Date(clock.now().getTime() - yearMs)
    const { lines, madeAt } = await statements.get(visit, { subjectId: self, from })
    return {
      ...(await views.askerOf(visit, subject.companyId)),
      held: people.map((person) =>
        toHeld(
          person,
          keyOf(request ?? undefined, person.id, self),
          versions.get(person.id),
          told.filter(({ subjectId }) => subjectId === person.id).flatMap(({ purposes }) => purposes),
        ),
      ),
      uses: lines.slice(-mostUses),
      more: lines.length > mostUses,
      madeAt,
      ...defined({ requestState: request?.state, submittedAt: request?.submittedAt }),
    }
  }

  return { get }
}
