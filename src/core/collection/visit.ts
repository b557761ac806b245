import type { Assurance, Caller, Once } from '../shared/caller.ts'
import { defined } from '../shared/defined.ts'

/** The person's visit by link, as authenticated. */
export type PersonSession = {
  id: string
  organizationId: string
  platformId: string
  mode: 'test' | 'live'
  requestId: string
  subjectId: string
  subjectName: string
  /** The host's id of the person, where it gave one. */
  subjectUserId?: string
  expiresAt: Date
}

/** The person as the one who asks: what they do is recorded in their name. */
export type Visit = Caller & { session: PersonSession }

/** A link proves that it was received, no more: the second factor raises this one day. */
const assurance: Assurance = 'none'

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
  assurance,
  requestId: request.requestId,
  at: request.at,
  session,
  ...defined({ network: request.network, once: request.once }),
})
