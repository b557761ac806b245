import type { Keys } from '../keys/keys.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Notices } from '../notices/notices.ts'
import { type CollectionSettings, collectionSettingsOf, type Organizations } from '../organizations/organizations.ts'
import type { Outbox } from '../outbox/outbox.ts'
import type { Caller } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import { commit } from '../shared/commit.ts'
import type { Database } from '../shared/database.ts'
import { defined } from '../shared/defined.ts'
import { isDuplicateKey } from '../shared/duplicates.ts'
import { AppError, invalidField } from '../shared/errors.ts'
import { newId } from '../shared/ids.ts'
import type { Subjects } from '../subjects/subjects.ts'
import type { Asking } from './asking.ts'
import { type Factor, linkEnd, longestLinkMs, mayLeadTo, type SessionKind } from './links.rules.ts'
import type { LinkRow, LinksStore } from './links.store.ts'
import { hashPasscode } from './passcodes.ts'
import type { FreshRequest, RequestRow, RequestsStore } from './requests.store.ts'
import type { Requests } from './requests.ts'
import { newToken, tokenHashOf } from './tokens.ts'
import type { Transitions } from './transitions.ts'

export type LinkInput = { factor?: Factor; passcode?: string; expiresAt?: Date; redirectUrl?: string }
export type SubjectLinkInput = LinkInput & { kind: 'change' | 'status'; noticeId?: string }
export type QrCode = { svg: string; png: string }
/** Shown once: only a hash of its token is kept. */
export type Link = {
  id: string
  kind: SessionKind
  subjectId: string
  requestId?: string
  url: string
  embedUrl?: string
  factor: Factor
  qrCode: QrCode
  redirectUrl?: string
  expiresAt: Date
}
export type DrawQrCode = (text: string) => Promise<QrCode>

type Deps = {
  db: Database
  store: RequestsStore
  linkStore: LinksStore
  asking: Asking
  requests: Requests
  transitions: Transitions
  keys: Keys
  ledger: Ledger
  outbox: Outbox
  organizations: Organizations
  subjects: Subjects
  notices: Pick<Notices, 'givenTo'>
  clock: Clock
  publicUrl: string
  drawQrCode: DrawQrCode
}
type About = Pick<LinkRow, 'kind' | 'subjectId'> & { request?: Pick<RequestRow, '_id' | 'dueOn'> }
type Made = { row: LinkRow; link: Link }

/** リンク for the person: to a request, or for somebody who comes back. */
export const createLinks = (deps: Deps) => {
  const {
    db,
    store,
    linkStore,
    asking,
    requests,
    transitions,
    keys,
    ledger,
    outbox,
    organizations,
    subjects,
    notices,
    clock,
  } = deps

  const mustHaveBirthDate = async (caller: Caller, subjectId: string): Promise<void> => {
    const { birthOn } = await subjects.get(caller, subjectId)
    if (birthOn === undefined)
      throw invalidField('/factor', 'conflict', 'The birth date of this person is not known: agree on a passcode.')
  }

  const endOf = (now: Date, { request }: About, input: LinkInput, { linkDays }: CollectionSettings): Date => {
    const { factor = 'none', expiresAt } = input
    if (expiresAt === undefined) return linkEnd(now, { factor, linkDays, dueOn: request?.dueOn })
    if (expiresAt <= now || expiresAt.getTime() > now.getTime() + longestLinkMs)
      throw invalidField('/expiresAt', 'invalid_request', 'A link ends in the future, at most 366 days ahead.')
    return expiresAt
  }

  const sealPasscode = async (organizationId: string, id: string, passcode: string): Promise<Buffer> => {
    const hash = await hashPasscode(passcode)
    return (await keys.fields.for(organizationId)).sealJson(id, 'passcode', { hash: hash.toString('base64') })
  }

  /** Everything but the writing. Link expiry is a deadline of the business: the test clock moves it. */
  const make = async (caller: Caller, about: About, input: LinkInput): Promise<Made> => {
    const { organizationId } = caller
    const { factor = 'none', passcode, redirectUrl } = input
    const settings = collectionSettingsOf((await organizations.own(caller)).collecting)
    if (factor === 'birth_date') await mustHaveBirthDate(caller, about.subjectId)
    if (redirectUrl !== undefined && !mayLeadTo(redirectUrl, settings))
      throw invalidField(
        '/redirectUrl',
        'url_not_allowed',
        'Set its origin and path in `collection.redirectUrls` first.',
      )
    const id = newId('link')
    const token = newToken()
    const requestId = about.request?._id
    const expiresAt = endOf(await organizations.now(caller), about, input, settings)
    const shared = { kind: about.kind, subjectId: about.subjectId, factor, ...defined({ requestId, redirectUrl }) }
    const row: LinkRow = {
      _id: id,
      organizationId,
      ...shared,
      tokenHash: tokenHashOf(token),
      ...(passcode === undefined ? {} : { passcode: await sealPasscode(organizationId, id, passcode) }),
      tries: 0,
      createdAt: clock.now(),
      expiresAt,
    }
    // The token is in the fragment: browsers send it to nobody, so it reaches no log (RFC 3986 § 3.5).
    const url = `${deps.publicUrl}/c#${token}`
    const embedUrl = settings.allowedOrigins.length === 0 ? undefined : `${deps.publicUrl}/c/${organizationId}#${token}`
    const link = { id, ...shared, url, ...defined({ embedUrl }), qrCode: await deps.drawQrCode(url), expiresAt }
    return { row, link }
  }

  /** Inside a transaction. A new link ends the earlier one, and any session that it opened. */
  const write = async ({ row }: Made): Promise<void> => {
    await linkStore.endLinks(row.organizationId, row, row.createdAt)
    await linkStore.insertLink(row)
  }

  const sendsTo = async (
    caller: Caller,
    request: RequestRow | FreshRequest,
    input: LinkInput,
    functionName: string,
  ) => {
    const kind = request.change === true ? ('change' as const) : ('collect' as const)
    const made = await make(caller, { kind, subjectId: request.subjectId, request }, input)
    const entries = await requests.entriesOf(caller, request.subjectId, functionName)
    const lines = await transitions.lineOf(caller, request, 'sent')
    const { _id: requestId, organizationId, subjectId } = request
    const linkId = made.row._id
    /** Inside a transaction. */
    const send = async (): Promise<Link> => {
      // Not from `refused`: who refused is not asked again until they take it back.
      const sent = { from: ['created'], set: { linkId, sentAt: caller.at }, endWriting: true } as const
      if ((await transitions.move(caller, requestId, 'sent', { ...sent, lines, data: { linkId } })) === null) {
        if ((await store.replaceLink(organizationId, requestId, linkId)) === null)
          throw new AppError('conflict', 'In its state this request takes no link.')
        await transitions.insertLines(lines)
        await outbox.event(caller, 'request.sent', { requestId, subjectId, linkId })
      }
      await write(made)
      await ledger.append(entries)
      return made.link
    }
    return send
  }

  const makeLink = async (caller: Caller, requestId: string, input: LinkInput = {}): Promise<Link> => {
    const send = await sendsTo(caller, await requests.find(caller, requestId), input, '提出用リンク発行')
    return commit(db, caller, send)
  }

  const makeChangeLink = async (caller: Caller, { noticeId, ...input }: SubjectLinkInput & { subjectId: string }) => {
    const functionName = '変更用リンク発行'
    const { subjectId } = input
    const begun = await store.findChanging(caller.organizationId, subjectId)
    if (begun !== null) return commit(db, caller, await sendsTo(caller, begun, input, functionName))
    const { row, lines } = await asking.prepareChange(caller, subjectId, noticeId)
    const send = await sendsTo(caller, row, input, functionName)
    return commit(db, caller, async () => {
      await store.insertRequests([row])
      await transitions.insertLines(lines)
      return send()
    })
  }

  const makeStatusLink = async (caller: Caller, subjectId: string, input: LinkInput): Promise<Link> => {
    if ((await notices.givenTo(caller.organizationId, [subjectId])).length === 0)
      throw new AppError(
        'conflict',
        'This person was told of no purpose yet: nothing is held, and there is nothing to show.',
      )
    const made = await make(caller, { kind: 'status', subjectId }, input)
    const entries = await requests.entriesOf(caller, subjectId, '状況確認用リンク発行')
    return commit(db, caller, async () => {
      await write(made)
      await ledger.append(entries)
      return made.link
    })
  }

  /** For somebody who comes back: to change what was submitted, or to see what is held. */
  const makeSubjectLink = async (caller: Caller, subjectId: string, input: SubjectLinkInput): Promise<Link> => {
    await subjects.get(caller, subjectId)
    if (input.kind === 'status') return makeStatusLink(caller, subjectId, input)
    return makeChangeLink(caller, { ...input, subjectId }).catch((error) => {
      throw isDuplicateKey(error) ? new AppError('conflict', 'Another link is being made: use that one.') : error
    })
  }

  /** Who may embed the page of an organization; nobody where there is no such organization. */
  const framedBy = async (organizationId: string): Promise<string[]> => {
    const organization = await organizations.find(organizationId)
    return organization === null ? [] : collectionSettingsOf(organization.collecting).allowedOrigins
  }

  return { makeLink, makeSubjectLink, framedBy }
}
export type Links = ReturnType<typeof createLinks>
