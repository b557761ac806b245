import type { Attempts } from '../access/access.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { collectionSettingsOf, type OrganizationRow, type Organizations } from '../organizations/organizations.ts'
import type { Clock } from '../shared/clock.ts'
import { commit } from '../shared/commit.ts'
import type { Database } from '../shared/database.ts'
import { defined } from '../shared/defined.ts'
import { AppError } from '../shared/errors.ts'
import { newId } from '../shared/ids.ts'
import type { Subjects } from '../subjects/subjects.ts'
import type { Factor, SessionKind } from './links.rules.ts'
import type { LinkRow, LinksStore, SessionRow } from './links.store.ts'
import { type RequestState, workStates } from './requests.rules.ts'
import type { RequestRow, RequestsStore } from './requests.store.ts'
import { newToken, tokenHashOf } from './tokens.ts'
import type { Transitions } from './transitions.ts'
import { type PersonSession, type Visit, visitOf } from './visit.ts'

export type OpenedSession = {
  id: string
  kind: SessionKind
  organizationId: string
  subjectId: string
  accessToken: string
  factor: { kind: Factor; passed: boolean }
  expiresAt: Date
}
type Asked = { requestId: string; at: Date; network?: string }

const minuteMs = 60_000
/** Less is not worth a write: a session may end so much earlier than it could. */
const graceMs = minuteMs
/** However busy it is: a token that somebody has taken does not live on by being used. */
const longestSessionMs = 12 * 60 * minuteMs

/**
 * Whoever holds a token that we once gave is told that it is over. Whoever guesses learns nothing: 256 bits are not guessed, so
 * no answer to an unknown one tells of a link that exists.
 */
const linkOver = (): AppError => new AppError('expired', 'This link is no longer valid: ask for a new one.')
const linkLocked = (): AppError =>
  new AppError('link_locked', 'The link was locked after wrong answers to the second factor: ask for a new one.')
const sessionOver = (): AppError => new AppError('expired', 'This session has ended: open the link again.')
const sessionReplaced = (): AppError =>
  new AppError('session_replaced', 'The link was opened on another device: go on there, or open it here again.')

type Deps = {
  db: Database
  store: RequestsStore
  linkStore: LinksStore
  transitions: Transitions
  ledger: Ledger
  organizations: Organizations
  subjects: Subjects
  clock: Clock
  /** Of tokens that are none of ours, by where they come from. */
  guesses: Attempts['forLinks']
}

/** What opening the link does to its request. Nothing is shown of one that was cancelled or has expired. */
const opening = {
  created: 'over',
  sent: 'work',
  opened: 'work',
  returned: 'work',
  submitted: 'look',
  accepted: 'look',
  refused: 'look',
  expired: 'over',
  cancelled: 'over',
} as const satisfies Record<RequestState, 'work' | 'look' | 'over'>

/** From the link to the session, and from its token to the person. */
export const createSessions = (deps: Deps) => {
  const { db, store, linkStore, transitions, ledger, organizations, subjects, clock, guesses } = deps

  const personOf = async (row: SessionRow): Promise<PersonSession> => {
    const subject = await subjects.get(row, row.subjectId)
    return {
      id: row._id,
      organizationId: row.organizationId,
      platformId: row.platformId,
      mode: row.mode,
      kind: row.kind,
      linkId: row.linkId,
      subjectId: row.subjectId,
      subjectName: subject.name,
      factor: { kind: row.factor, passed: row.provenAt !== undefined },
      entered: row.entered,
      expiresAt: row.expiresAt,
      ...defined({ requestId: row.requestId, subjectUserId: subject.externalId }),
    }
  }

  /** A token that opens something, or the same answer to whoever has none; those who try many have to wait. */
  const linkFor = async (token: string, network: string | undefined): Promise<LinkRow> => {
    const tries = guesses(network)
    await tries.mustBeFree()
    const link = await linkStore.findLink(tokenHashOf(token))
    if (link !== null) return link
    await tries.failed()
    throw new AppError('unauthenticated', 'This is not a link of ours.')
  }

  const freshSession = (link: LinkRow, organization: OrganizationRow, accessToken: string): SessionRow => {
    const startedAt = clock.now()
    const { sessionMinutes } = collectionSettingsOf(organization.collecting)
    return {
      _id: newId('session'),
      organizationId: link.organizationId,
      platformId: organization.platformId,
      mode: organization.mode,
      kind: link.kind,
      linkId: link._id,
      subjectId: link.subjectId,
      tokenHash: tokenHashOf(accessToken),
      factor: link.factor,
      entered: [],
      startedAt,
      idleMinutes: sessionMinutes,
      expiresAt: new Date(startedAt.getTime() + sessionMinutes * minuteMs),
      ...defined({
        requestId: link.requestId,
        // Where nothing is asked, whoever has the link is let in; the host has the other one signed in.
        provenAt: link.factor === 'none' || link.factor === 'host' ? startedAt : undefined,
      }),
    }
  }

  const requestOf = async ({ organizationId, requestId }: LinkRow): Promise<RequestRow | undefined> => {
    if (requestId === undefined) return undefined
    const request = await store.findRequest(organizationId, requestId)
    if (request === null || opening[request.state] === 'over') throw linkOver()
    return request
  }

  /** Inside a transaction: this session is the one that may write. */
  const beginWork = async (visit: Visit, link: LinkRow, request: RequestRow, lines: Lines): Promise<void> => {
    const { _id: requestId, organizationId } = request
    const set = { sessionId: visit.session.id, openedAt: visit.at }
    const first = await transitions.move(visit, requestId, 'opened', { where: { linkId: link._id }, set, lines })
    const row = first ?? (await store.replaceSession(organizationId, requestId, link._id, visit.session.id))
    if (row === null) throw linkOver()
  }
  type Lines = Awaited<ReturnType<Transitions['lineOf']>>

  /** Exchanges the token of a link for a session; the earlier session of the link ends (another device). */
  const open = async (token: string, asked: Asked): Promise<OpenedSession> => {
    const link = await linkFor(token, asked.network)
    const { organizationId } = link
    const organization = await organizations.find(organizationId)
    if (organization === null || link.endedAt !== undefined) throw linkOver()
    if (link.lockedAt !== undefined) throw linkLocked()
    if (link.expiresAt <= (await organizations.now({ organizationId, mode: organization.mode }))) throw linkOver()
    const request = await requestOf(link)

    const accessToken = `ses_${newToken()}`
    const session = freshSession(link, organization, accessToken)
    const visit = visitOf(await personOf(session), asked)
    // The person's ログイン: one for each time that the link is opened, on whatever device.
    const subject = (await subjects.shown(organizationId, [session.subjectId])).get(session.subjectId)
    const entries = await ledger.prepare(visit, [
      { operation: 'login', functionName: 'リンクからの手続き開始', outcome: 'done', ...defined({ subject }) },
    ])
    const work = request !== undefined && opening[request.state] === 'work'
    const lines = work ? await transitions.lineOf(visit, request, 'opened') : []
    return commit(db, visit, async () => {
      if (work) await beginWork(visit, link, request, lines)
      await linkStore.replaceSessions(organizationId, link._id, session.startedAt)
      await linkStore.insertSession(session)
      await ledger.append(entries)
      const { _id: id, kind, subjectId, expiresAt } = session
      return { id, kind, organizationId, subjectId, accessToken, factor: visit.session.factor, expiresAt }
    })
  }

  /** Each call moves the end on, in steps of a minute, as far as a day's work. */
  const stayOpen = async (row: SessionRow, now: Date): Promise<Date> => {
    const last = row.startedAt.getTime() + longestSessionMs
    const end = new Date(Math.min(now.getTime() + row.idleMinutes * minuteMs, last))
    if (end.getTime() - row.expiresAt.getTime() < graceMs) return row.expiresAt
    await linkStore.keepSession(row.organizationId, row._id, end)
    return end
  }

  const authenticate = async (accessToken: string): Promise<PersonSession> => {
    const row = await linkStore.findSession(tokenHashOf(accessToken))
    if (row === null) throw new AppError('unauthenticated', 'This is not a session of ours.')
    if (row.replaced === true) throw sessionReplaced()
    const now = clock.now()
    if (row.endedAt !== undefined || row.expiresAt <= now) throw sessionOver()
    return personOf({ ...row, expiresAt: await stayOpen(row, now) })
  }

  /** A refusal was taken back: the session that did it goes on with the work. */
  const resume = async (visit: Visit): Promise<void> => {
    const { organizationId, session } = visit
    const link = await linkStore.linkOf(organizationId, session.linkId)
    const request = session.requestId === undefined ? null : await store.findRequest(organizationId, session.requestId)
    if (link === null || request === null || request.linkId !== link._id) throw linkOver()
    const lines = await transitions.lineOf(visit, request, 'opened')
    const { once: _, ...caller } = visit
    await commit(db, caller, () => beginWork(visit, link, request, lines))
  }

  return { open, authenticate, resume }
}
export const isAtWork = (state: RequestState): boolean => (workStates as readonly RequestState[]).includes(state)
