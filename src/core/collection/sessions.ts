import type { Ledger } from '../ledger/ledger.ts'
import type { Organizations } from '../organizations/organizations.ts'
import type { Clock } from '../shared/clock.ts'
import { commit } from '../shared/commit.ts'
import type { Database } from '../shared/database.ts'
import { defined } from '../shared/defined.ts'
import { AppError } from '../shared/errors.ts'
import { newId } from '../shared/ids.ts'
import type { Subjects } from '../subjects/subjects.ts'
import type { CollectionStore, SessionRow } from './collection.store.ts'
import { newToken, tokenHashOf } from './tokens.ts'
import type { Transitions } from './transitions.ts'
import { type PersonSession, visitOf } from './visit.ts'

export type OpenedSession = {
  id: string
  organizationId: string
  subjectId: string
  accessToken: string
  expiresAt: Date
}

const sessionMinutes = 60

/**
 * Whoever holds a token that we once gave is told that it is over; whoever guesses learns nothing. A submission uses the
 * link up: what was submitted is shown again only to the session that submitted it.
 */
const linkOver = (): AppError => new AppError('expired', 'This link is no longer valid: ask for a new one.')
const sessionOver = (): AppError => new AppError('expired', 'This session has ended: open the link again.')

type Deps = {
  db: Database
  store: CollectionStore
  transitions: Transitions
  ledger: Ledger
  organizations: Organizations
  subjects: Subjects
  clock: Clock
}

/** From the link to the session, and from its token to the person. */
export const createSessions = ({ db, store, transitions, ledger, organizations, subjects, clock }: Deps) => {
  const personOf = async (row: SessionRow): Promise<PersonSession> => {
    const subject = await subjects.get(row, row.subjectId)
    return {
      id: row._id,
      organizationId: row.organizationId,
      platformId: row.platformId,
      mode: row.mode,
      requestId: row.requestId,
      subjectId: row.subjectId,
      subjectName: subject.name,
      expiresAt: row.expiresAt,
      ...defined({ subjectUserId: subject.externalId }),
    }
  }

  /** Exchanges the token of a link for a session; the earlier session of the request ends (another device). */
  const open = async (
    token: string,
    asked: { requestId: string; at: Date; network?: string },
  ): Promise<OpenedSession> => {
    const link = await store.findLink(tokenHashOf(token))
    if (link === null) throw new AppError('unauthenticated', 'This is not a link of ours.')
    const { organizationId, requestId } = link
    const organization = await organizations.find(organizationId)
    const request = await store.findRequest(organizationId, requestId)
    if (organization === null || request === null || link.endedAt !== undefined) throw linkOver()
    const { mode, platformId } = organization
    if (link.expiresAt <= (await organizations.now({ organizationId, mode }))) throw linkOver()

    const startedAt = clock.now()
    const accessToken = `ses_${newToken()}`
    const session: SessionRow = {
      _id: newId('session'),
      organizationId,
      platformId,
      mode,
      requestId,
      linkId: link._id,
      subjectId: request.subjectId,
      tokenHash: tokenHashOf(accessToken),
      startedAt,
      expiresAt: new Date(startedAt.getTime() + sessionMinutes * 60_000),
    }
    const visit = visitOf(await personOf(session), asked)
    // The person's ログイン: one for each time that the link is opened, on whatever device.
    const subject = (await subjects.shown(organizationId, [session.subjectId])).get(session.subjectId)
    const entries = await ledger.prepare(visit, [
      { operation: 'login', functionName: 'リンクからの手続き開始', outcome: 'done', ...defined({ subject }) },
    ])
    const lines = await transitions.lineOf(visit, request, 'opened')
    return commit(db, visit, async () => {
      const set = { sessionId: session._id, openedAt: asked.at }
      const first = await transitions.move(visit, requestId, 'opened', { where: { linkId: link._id }, set, lines })
      const row = first ?? (await store.replaceSession(organizationId, requestId, link._id, session._id))
      if (row === null) throw linkOver()
      await store.endSessions(organizationId, requestId, startedAt)
      await store.insertSession(session)
      await ledger.append(entries)
      const { subjectId, expiresAt } = session
      return { id: session._id, organizationId, subjectId, accessToken, expiresAt }
    })
  }

  const authenticate = async (accessToken: string): Promise<PersonSession> => {
    const row = await store.findSession(tokenHashOf(accessToken))
    if (row === null) throw new AppError('unauthenticated', 'This is not a session of ours.')
    if (row.endedAt !== undefined || row.expiresAt <= clock.now()) throw sessionOver()
    return personOf(row)
  }

  return { open, authenticate }
}
