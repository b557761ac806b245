import type { Access } from '../access/access.ts'
import type { Files } from '../files/files.ts'
import type { Jobs } from '../jobs/jobs.ts'
import type { Keys } from '../keys/keys.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Notices } from '../notices/notices.ts'
import type { Organizations } from '../organizations/organizations.ts'
import type { Outbox } from '../outbox/outbox.ts'
import type { Oversight } from '../oversight/oversight.ts'
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
import type { CleanPdf, HistoryRenderer, ReceiptRenderer } from './collection.rules.ts'
import { createContacts } from './contacts.ts'
import { createDeadlines } from './deadlines.ts'
import { createDecisions, type RefusalInput } from './decisions.ts'
import { createDemands } from './demands.ts'
import { createEndingMany } from './ending-many.ts'
import { createEvidenceStore } from './evidence.store.ts'
import { createEvidence } from './evidence.ts'
import { createEvidenceEnd } from './evidence-end.ts'
import { createFactor, type FactorAnswer } from './factor.ts'
import { blankReasonOf } from './history.rules.ts'
import { createHistoryStore } from './history.store.ts'
import { createHistory } from './history.ts'
import { createLinksStore } from './links.store.ts'
import { createLinks, type DrawQrCode } from './links.ts'
import { createProgressStore } from './progress.store.ts'
import { createProgress } from './progress.ts'
import { createRequestsStore } from './requests.store.ts'
import { createRequests } from './requests.ts'
import { type ConsentAnswer, createSessionConsents } from './session-consents.ts'
import { createSessionFamily, type EndingInput } from './session-family.ts'
import { createSessionLeaving } from './session-leaving.ts'
import { createSessionNumbers, type DependentEntry, type NumberInput } from './session-numbers.ts'
import { createSessionPerson, type PersonChange } from './session-person.ts'
import { createSessionReceipt } from './session-receipt.ts'
import { createSessionReveals } from './session-reveals.ts'
import { createSessionStatus } from './session-status.ts'
import { createSessionSteps } from './session-steps.ts'
import { createSessionView, type SessionView } from './session-view.ts'
import { createSessions } from './sessions.ts'
import { createTransitions } from './transitions.ts'
import { proven, type Visit } from './visit.ts'
import { createWriting } from './writing.ts'

export type { CampaignRow, CampaignTarget } from './campaigns.store.ts'
export type { CampaignInput } from './campaigns.ts'
export type * from './collection.rules.ts'
export type { Contact, ContactInput } from './contacts.ts'
export type { CancellationInput, RefusalInput, RequestChange, ReturnInput } from './decisions.ts'
export { type EvidenceKind, evidenceTable, provesOf } from './evidence.rules.ts'
export type { DrawQrCode, Link, LinkInput, QrCode, SubjectLinkInput } from './links.ts'
export type { CampaignProgress, ProgressCount, ProgressRow } from './progress.ts'
export { nextStates, type RequestState, requestStates } from './requests.rules.ts'
export type { CollectionRequest } from './requests.ts'
export type { SeenConsent } from './session-consents.rules.ts'
export type { ConsentAnswer } from './session-consents.ts'
export type { EndingInput } from './session-family.ts'
export type { Postponement } from './session-leaving.ts'
export type { DependentEntry, NumberInput } from './session-numbers.ts'
export type { PersonChange } from './session-person.ts'
export type { Receipt, ReceiptLine } from './session-receipt.ts'
export type { SessionReveal } from './session-reveals.ts'
export type { HeldNumber, SessionStatus } from './session-status.ts'
export type { SeenDependent, SeenEvidence, SeenNumber, SessionView } from './session-view.ts'
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
  files: Files
  access: Pick<Access, 'linkGuesses'>
  oversight: Oversight
  clock: Clock
  /** Where people reach the service: links begin with it. */
  publicUrl: string
  renderHistory: HistoryRenderer
  renderReceipt: ReceiptRenderer
  drawQrCode: DrawQrCode
  cleanPdf: CleanPdf
  /** Of the campaigns' jobs. */
  chunkSize?: number
}

/** 収集: asking people for their numbers, and their visit by link. */
export const createCollection = (deps: Deps) => {
  const store = createRequestsStore(deps.db)
  const linkStore = createLinksStore(deps.db)
  const history = createHistoryStore(deps.db)
  const campaignsStore = createCampaignsStore(deps.db)
  const evidenceStore = createEvidenceStore(deps.db)
  const evidenceEnd = createEvidenceEnd({ ...deps, store: evidenceStore })
  const transitions = createTransitions({ ...deps, store, history, evidence: evidenceEnd })
  const endMany = createEndingMany({ ...deps, transitions })
  const asking = createAsking({ ...deps, store, transitions })
  const requests = createRequests({ ...deps, store })
  const links = createLinks({ ...deps, store, linkStore, asking, requests, transitions })
  const decisions = createDecisions({ ...deps, store, transitions, requests })
  const ask = createCampaignAsking({ ...deps, store, campaigns: campaignsStore, asking })
  const campaigns = createCampaigns({ ...deps, campaigns: campaignsStore })
  const progress = createProgress({ ...deps, store, campaigns, counters: createProgressStore(deps.db) })
  const { authenticate, open, resume } = createSessions({
    ...deps,
    store,
    linkStore,
    transitions,
    guesses: deps.access.linkGuesses,
  })
  const demands = createDemands({ ...deps, evidence: evidenceStore, history })
  const views = createSessionView({ ...deps, store, linkStore, evidence: evidenceStore, demands, requests })
  const writing = createWriting({ store, linkStore, views })
  const factor = createFactor({ ...deps, store, linkStore })
  const numbers = createSessionNumbers({ ...deps, writing })
  const family = createSessionFamily({ ...deps, evidence: evidenceEnd, writing })
  const person = createSessionPerson({ ...deps, writing })
  const consents = createSessionConsents({ ...deps, writing })
  const evidence = createEvidence({ ...deps, store: evidenceStore, views, writing })
  const receipts = createSessionReceipt({ ...deps, views })
  const steps = createSessionSteps({ ...deps, linkStore, demands, receipts, transitions, writing })
  const leaving = createSessionLeaving({ ...deps, linkStore, decisions, resume, views, writing })
  const status = createSessionStatus({ ...deps, store, views, statements: deps.oversight.handlingStatements })
  const { view } = views
  /** Whose number the person has just entered is readable from now on. */
  const having = (visit: Visit, subjectId: string | undefined): Visit =>
    subjectId === undefined
      ? visit
      : { ...visit, session: { ...visit.session, entered: [...visit.session.entered, subjectId] } }

  return {
    authenticate,
    /** For staff and hosts. */
    requests: {
      create: asking.create,
      get: requests.get,
      list: requests.list,
      makeLink: links.makeLink,
      ...decisions,
    },
    contacts: createContacts({ ...deps, history, requests, transitions }),
    history: createHistory({ ...deps, history, requests }),
    absences: createAbsences({ ...deps, store, transitions }),
    campaigns: { ...campaigns, progress: progress.get },
    jobs: createCampaignJobs({ ...deps, store, campaigns: campaignsStore, ask, endMany }),
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
    deadlines: createDeadlines({ ...deps, store, transitions, endMany }),
    /** For somebody who comes back. */
    makeSubjectLink: links.makeSubjectLink,
    /** Who may embed the page: `frame-ancestors` of `/c/{organizationId}`. */
    framedBy: links.framedBy,
    /**
     * Of people whose numbers were disposed of, in the transaction of the disposal: 確認書類, and what was written of them. That
     * they were asked, when and how it went stays (経過記録: the employer did its part).
     */
    forget: async (organizationId: string, subjectIds: readonly string[]): Promise<void> => {
      await evidenceEnd.forget(organizationId, subjectIds)
      await store.forgetRemarks(organizationId, subjectIds)
      await history.forgetRemarks(organizationId, subjectIds)
    },
    /** For the person. Each step answers with how far they got. */
    sessions: {
      open,
      view,
      prove: async (visit: Visit, answer: FactorAnswer): Promise<SessionView> => {
        await factor.prove(visit, answer)
        return view(proven(visit))
      },
      acceptNotice: async (visit: Visit, noticeId: string): Promise<SessionView> => {
        await steps.acceptNotice(visit, noticeId)
        return view(visit)
      },
      consent: async (visit: Visit, answer: ConsentAnswer): Promise<SessionView> => {
        await consents.give(visit, answer)
        return view({ ...visit, language: answer.language ?? visit.language })
      },
      updatePerson: async (visit: Visit, change: PersonChange): Promise<SessionView> => {
        await person.update(visit, change)
        return view(visit)
      },
      setNumber: async (visit: Visit, input: NumberInput): Promise<SessionView> =>
        view(having(visit, await numbers.setNumber(visit, input))),
      setDependent: async (visit: Visit, key: string, input: DependentEntry): Promise<SessionView> =>
        view(having(visit, await numbers.setDependent(visit, key, input))),
      removeDependent: async (visit: Visit, key: string): Promise<SessionView> => {
        await family.takeOut(visit, key)
        return view(visit)
      },
      endDependent: async (visit: Visit, key: string, input: EndingInput): Promise<SessionView> => {
        await family.end(visit, key, input)
        return view(visit)
      },
      keepDependent: async (visit: Visit, key: string): Promise<SessionView> => {
        await family.keep(visit, key)
        return view(visit)
      },
      evidence,
      check: async (visit: Visit): Promise<SessionView> => {
        await steps.check(visit)
        return view(visit)
      },
      reveal: createSessionReveals({ ...deps, views }).reveal,
      submit: steps.submit,
      refuse: async (visit: Visit, input: RefusalInput): Promise<SessionView> => {
        await leaving.refuse(visit, input)
        return view(visit)
      },
      takeBack: async (visit: Visit): Promise<SessionView> => {
        await leaving.takeBack(visit)
        return view(visit)
      },
      postpone: leaving.postpone,
      receipt: receipts.get,
      receiptPdf: receipts.pdf,
      status: status.get,
    },
  }
}
export type Collection = ReturnType<typeof createCollection>
