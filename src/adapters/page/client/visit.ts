import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Answer, Api, Problem } from './api.ts'
import type { OpenedSession, Session, SessionReceipt } from './contract.ts'
import type { Drafts } from './drafts.ts'
import type { Place } from './steps.ts'
import type { RefusalReason } from './words/codes.ts'
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
  /** Sends, takes over what the session has become, and says whether it went well. Problems are shown. */
  act: (work: (api: Api) => Promise<Answer<Session>>) => Promise<boolean>
  submit: () => Promise<void>
  refuse: (reason: RefusalReason, remark: string | undefined) => Promise<void>
  receipt: SessionReceipt | undefined
  go: (place: Place) => void
  next: (from: Place) => void
  later: () => void
}

const Context = createContext<Visit | undefined>(undefined)
export const VisitProvider = Context.Provider

export const useVisit = (): Visit => {
  const visit = useContext(Context)
  if (visit === undefined) throw new Error('outside a visit')
  return visit
}
