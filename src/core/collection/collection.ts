import type { Ledger } from '../ledger/ledger.ts'
import type { Notices } from '../notices/notices.ts'
import type { Organizations } from '../organizations/organizations.ts'
import type { Outbox } from '../outbox/outbox.ts'
import type { Clock } from '../shared/clock.ts'
import type { Database } from '../shared/database.ts'
import type { Subjects } from '../subjects/subjects.ts'
import type { Vault } from '../vault/vault.ts'
import { createCollectionStore } from './collection.store.ts'
import { createRequests } from './requests.ts'
import { createSessionNumbers, type DependentEntry, type NumberInput } from './session-numbers.ts'
import { createSessionSteps } from './session-steps.ts'
import { createSessionView, type SessionView } from './session-view.ts'
import { createSessions } from './sessions.ts'
import type { Visit } from './visit.ts'
import { createWriting } from './writing.ts'

export { nextStates, type RequestState, requestStates } from './requests.rules.ts'
export type { CollectionRequest, Link } from './requests.ts'
export type { DependentEntry, NumberInput } from './session-numbers.ts'
export type { Receipt, SeenDependent, SeenNumber, SessionView } from './session-view.ts'
export type { OpenedSession } from './sessions.ts'
export { type PersonSession, type Visit, visitOf } from './visit.ts'

type Deps = {
  db: Database
  ledger: Ledger
  outbox: Outbox
  organizations: Organizations
  subjects: Subjects
  notices: Notices
  vault: Vault
  clock: Clock
  /** Where people reach the service: links begin with it. */
  publicUrl: string
}

/** 収集: asking people for their numbers, and their visit by link. */
export const createCollection = (deps: Deps) => {
  const store = createCollectionStore(deps.db)
  const { authenticate, open } = createSessions({ ...deps, store })
  const views = createSessionView({ ...deps, store })
  const writing = createWriting({ store, views })
  const numbers = createSessionNumbers({ ...deps, writing })
  const steps = createSessionSteps({ ...deps, store, writing })
  const { view } = views

  return {
    authenticate,
    /** For staff and hosts. */
    requests: createRequests({ ...deps, store }),
    /** For the person. Each step answers with how far they got. */
    sessions: {
      open,
      view,
      receipt: views.receipt,
      acceptNotice: async (visit: Visit, noticeId: string): Promise<SessionView> => {
        await steps.acceptNotice(visit, noticeId)
        return view(visit)
      },
      setNumber: async (visit: Visit, input: NumberInput): Promise<SessionView> => {
        await numbers.setNumber(visit, input)
        return view(visit)
      },
      setDependent: async (visit: Visit, key: string, input: DependentEntry): Promise<SessionView> => {
        await numbers.setDependent(visit, key, input)
        return view(visit)
      },
      check: async (visit: Visit): Promise<SessionView> => {
        await steps.check(visit)
        return view(visit)
      },
      submit: steps.submit,
    },
  }
}
export type Collection = ReturnType<typeof createCollection>
