import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Answer, Api, Problem } from './api.ts'
import type {
  EvidenceKind,
  OpenedSession,
  RefusalReason,
  Session,
  SessionEvidence,
  SessionReceipt,
} from './contract.ts'
import type { Drafts } from './drafts.ts'
import type { Place, Step } from './steps.ts'
import type { Language, Words } from './words/words.ts'

/** What every screen has at hand. */
export type Visit = {
  words: Words
  language: Language
  api: Api
  opened: OpenedSession
  session: Session
  drafts: Drafts
  framed: boolean
  /** While something is on its way nothing else is sent: a double tap is one tap. */
  busy: boolean
  problem: Problem | undefined
  /** Sends; what ends the visit has a page of its own, other problems are shown above the form. */
  once: <T>(work: (api: Api) => Promise<Answer<T>>) => Promise<T | undefined>
  /** The same, and takes over what the session has become. */
  act: (work: (api: Api) => Promise<Answer<Session>>) => Promise<Session | undefined>
  upload: (kind: EvidenceKind, subjectKey: string, bytes: Blob) => Promise<SessionEvidence | undefined>
  submit: () => Promise<void>
  refuse: (reason: RefusalReason, remark: string | undefined) => Promise<void>
  later: () => Promise<void>
  receipt: SessionReceipt | undefined
  /** Whether it was submitted on this very page. */
  fresh: boolean
  fetchReceipt: () => Promise<void>
  saveReceipt: () => Promise<void>
  go: (place: Place) => void
  /** To the step after this one, of the session as it has become. */
  next: (after: Step, view?: Session) => void
  /** To where somebody with this session goes on. */
  proceed: (view: Session) => void
}

const Context = createContext<Visit | undefined>(undefined)
export const VisitProvider = Context.Provider

export const useVisit = (): Visit => {
  const visit = useContext(Context)
  if (visit === undefined) throw new Error('outside a visit')
  return visit
}
