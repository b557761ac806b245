import type { Caller, Once } from '../shared/caller.ts'
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
export type Visit = Caller & { session: PersonSession }

/** A link proves that it was received, and a second factor that somebody knew it; `host` is the host's word for its signed-in user. */
const assuranceOf = ({ kind, passed }: PersonSession['factor']): Caller['assurance'] =>
  kind === 'host' && passed ? 'host' : 'none'

export const visitOf = (
  session: PersonSession,
  request: { requestId: string; at: Date; network?: string; once?: Once },
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
  ...defined({ network: request.network, once: request.once }),
})
