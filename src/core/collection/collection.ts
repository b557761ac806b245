import type { Jobs } from '../jobs/jobs.ts'
import type { Keys } from '../keys/keys.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Notices } from '../notices/notices.ts'
import type { Organizations } from '../organizations/organizations.ts'
import type { Outbox } from '../outbox/outbox.ts'
import type { Clock } from '../shared/clock.ts'
import type { Database } from '../shared/database.ts'
import type { SubjectRow, Subjects } from '../subjects/subjects.ts'
import type { Vault } from '../vault/vault.ts'
import { createAbsences } from './absences.ts'
import { createAsking } from './asking.ts'
import { createCampaignAsking } from './campaign-asking.ts'
import { createCampaignJobs } from './campaign-job.ts'
import { createCampaignsStore } from './campaigns.store.ts'
import { createCampaigns } from './campaigns.ts'
import { createChanges } from './changes.ts'
import type { HistoryRenderer } from './collection.rules.ts'
import { createCollectionStore } from './collection.store.ts'
import { createContacts } from './contacts.ts'
import { createDeadlines } from './deadlines.ts'
import { createDecisions } from './decisions.ts'
import { blankReasonOf } from './history.rules.ts'
import { createHistoryStore } from './history.store.ts'
import { createHistory } from './history.ts'
import { createProgressStore } from './progress.store.ts'
import { createProgress } from './progress.ts'
import { createRequests } from './requests.ts'
import { createSessionNumbers, type DependentEntry, type NumberInput } from './session-numbers.ts'
import { createSessionSteps } from './session-steps.ts'
import { createSessionView, type SessionView } from './session-view.ts'
import { createSessions } from './sessions.ts'
import { createTransitions } from './transitions.ts'
import type { Visit } from './visit.ts'
import { createWriting } from './writing.ts'

export type { CampaignRow, CampaignTarget } from './campaigns.store.ts'
export type { CampaignInput } from './campaigns.ts'
export type * from './collection.rules.ts'
export type { Contact, ContactInput } from './contacts.ts'
export type { CancellationInput, RefusalInput, RequestChange, ReturnInput } from './decisions.ts'
export type { CampaignProgress, ProgressCount, ProgressRow } from './progress.ts'
export { nextStates, type RequestState, requestStates } from './requests.rules.ts'
export type { CollectionRequest, Link } from './requests.ts'
export type { DependentEntry, NumberInput } from './session-numbers.ts'
export type { Receipt, SeenDependent, SeenNumber, SessionView } from './session-view.ts'
export type { OpenedSession } from './sessions.ts'
export { type PersonSession, type Visit, visitOf } from './visit.ts'

type Deps = {
  db: Database
  keys: Keys
  ledger: Ledger
  jobs: Jobs
  outbox: Outbox
  organizations: Organizations
  subjects: Subjects
  notices: Notices
  vault: Vault
  clock: Clock
  /** Where people reach the service: links begin with it. */
  publicUrl: string
  renderHistory: HistoryRenderer
  /** Of the campaigns' jobs. */
  chunkSize?: number
}

/** 収集: asking people for their numbers, and their visit by link. */
export const createCollection = (deps: Deps) => {
  const store = createCollectionStore(deps.db)
  const history = createHistoryStore(deps.db)
  const campaignsStore = createCampaignsStore(deps.db)
  const transitions = createTransitions({ ...deps, store, history })
  const asking = createAsking({ ...deps, store, transitions })
  const requests = createRequests({ ...deps, store, transitions })
  const decisions = createDecisions({ ...deps, store, transitions, requests })
  const ask = createCampaignAsking({ ...deps, store, campaigns: campaignsStore, asking })
  const campaigns = createCampaigns({ ...deps, campaigns: campaignsStore })
  const progress = createProgress({ ...deps, store, campaigns, counters: createProgressStore(deps.db) })
  const { authenticate, open } = createSessions({ ...deps, store, transitions })
  const views = createSessionView({ ...deps, store })
  const writing = createWriting({ store, views })
  const numbers = createSessionNumbers({ ...deps, writing })
  const steps = createSessionSteps({ ...deps, store, transitions, writing })
  const { view } = views

  return {
    authenticate,
    /** For staff and hosts. */
    requests: {
      create: asking.create,
      get: requests.get,
      list: requests.list,
      makeLink: requests.makeLink,
      ...decisions,
    },
    contacts: createContacts({ ...deps, history, requests, transitions }),
    history: createHistory({ ...deps, history, requests }),
    absences: createAbsences({ ...deps, store, transitions }),
    campaigns: { ...campaigns, progress: progress.get },
    jobs: createCampaignJobs({ ...deps, store, campaigns: campaignsStore, ask, transitions }),
    /** Why a slip of somebody without a number is blank. */
    whyBlank: async (organizationId: string, subjects: readonly SubjectRow[]) => {
      const newest = await store.newestStates(
        organizationId,
        subjects.map(({ _id }) => _id),
      )
      return new Map(subjects.map((subject) => [subject._id, blankReasonOf(subject, newest.get(subject._id))]))
    },
    /** For workers. */
    changes: createChanges({ ...deps, store, campaigns: campaignsStore, ask, decisions, progress }),
    deadlines: createDeadlines({ ...deps, store, transitions }),
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
