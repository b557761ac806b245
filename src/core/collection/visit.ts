import type { Language } from '../notices/notices.ts'
import type { Assurance, Caller, Once } from '../shared/caller.ts'
import { defined } from '../shared/defined.ts'
import type { Factor, SessionKind } from './links.rules.ts'

/** The person's visit by link, as authenticated. */
export type PersonSession = {
  id: string
  organizationId: string
  platformId: string
  mode: 'test' | 'live'
  kind: SessionKind
  /** None of a `status` session. */
  requestId?: string
  linkId: string
  subjectId: string
  subjectName: string
  /** The host's id of the person, where it gave one. */
  subjectUserId?: string
  factor: { kind: Factor; passed: boolean }
  /** Whose numbers were entered in this very session. */
  entered: readonly string[]
  expiresAt: Date
}

/** The person as the one who asks: what they do is recorded in their name. */
export type Visit = Caller & {
  session: PersonSession
  /** In which the person reads. */
  language: Language
}

/** A link proves that it was received, no more; `host` is the host's word for its signed-in user. */
const vouching = {
  none: 'none',
  passcode: 'factor',
  birth_date: 'factor',
  host: 'host',
} as const satisfies Record<Factor, Assurance>
const assuranceOf = ({ kind, passed }: PersonSession['factor']): Assurance => (passed ? vouching[kind] : 'none')

export const visitOf = (
  session: PersonSession,
  request: { requestId: string; at: Date; network?: string; once?: Once; language?: Language },
): Visit => ({
  organizationId: session.organizationId,
  platformId: session.platformId,
  mode: session.mode,
  actor: {
    type: 'subject',
    id: session.subjectId,
    name: session.subjectName,
    ...defined({ userId: session.subjectUserId }),
  },
  assurance: assuranceOf(session.factor),
  requestId: request.requestId,
  at: request.at,
  session,
  language: request.language ?? 'ja',
  ...defined({ network: request.network, once: request.once }),
})

/** The visit as it is once the second factor is there. */
export const proven = (visit: Visit): Visit => {
  const factor = { ...visit.session.factor, passed: true }
  return { ...visit, assurance: assuranceOf(factor), session: { ...visit.session, factor } }
}
