import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { jwtVerify, SignJWT } from 'jose'
import type { JobRow } from '../jobs/jobs.ts'
import { type Keys, toBuffer } from '../keys/keys.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Organizations, PlatformCaller } from '../organizations/organizations.ts'
import type { Assurance, Caller } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import type { Database } from '../shared/database.ts'
import { defined } from '../shared/defined.ts'
import { AppError, invalidField, notFound } from '../shared/errors.ts'
import { newId } from '../shared/ids.ts'
import { cutPage, type Page, type PageRequest, readCursor, shownTotal } from '../shared/page.ts'
import type { Role } from '../shared/words.ts'
import { type ClientRow, createAccessStore } from './access.store.ts'
import { coverageAt, rolesAt } from './appointments.rules.ts'
import { createLookUps } from './look-ups.ts'
import { createOnce } from './once.ts'
import type { ForRoles } from './permissions.ts'
import { isPlatformScope, isScope, type Scope } from './scopes.ts'
import { createStaff, type Staff } from './staff.ts'
import { createStaffRecords } from './staff-records.ts'

export type { ClientRow } from './access.store.ts'
export { coverageAt, rolesAt } from './appointments.rules.ts'
export { createBudgets, defaultBudgets, type SharedCounter } from './budgets.ts'
export { createGuard, type Guard } from './guard.ts'
export type { KeptAnswer, OnceKeeper } from './once.ts'
export { type ForRoles, type Operation, type Permission, permissions } from './permissions.ts'
export { isScope, type Scope, scopes } from './scopes.ts'
export type { AppointmentInput, Staff } from './staff.ts'
export type { StaffRecord } from './staff-records.ts'

/** What a verified token says, with what the databases say of it now (at most 5 s old). */
export type Bearer = {
  clientId: string
  platformId: string
  scopes: ReadonlySet<Scope>
  organization?: { id: string; platformId: string; mode: 'test' | 'live' }
  staff?: Staff
  assurance: Assurance
}

const tokenSeconds = 600
const verifiedMs = 30_000
/** Revocation is seen by every process within this time. */
const freshMs = 5000
const audience = 'azukari'
const secretHash = (secret: string): Buffer => createHash('sha256').update(secret).digest()
const unauthenticated = (detail: string): AppError => new AppError('unauthenticated', detail)

type Deps = {
  db: Database
  keys: Keys
  ledger: Ledger
  organizations: Organizations
  clock: Clock
  /** The `iss` of tokens. */
  issuer: string
  firstOfficerBy?: 'operator' | 'client'
}

export const createAccess = ({ db, keys, ledger, organizations, clock, issuer, firstOfficerBy = 'client' }: Deps) => {
  const store = createAccessStore(db)
  const staff = createStaff({ db, store, keys, ledger, organizations, clock, firstOfficerBy })
  const records = createStaffRecords({ db, ledger, clock, getStaff: staff.get })

  const clientCache = createLookUps<ClientRow | null>({ clock, ms: freshMs, max: 5000 })
  const organizationCache = createLookUps<Awaited<ReturnType<typeof organizations.find>>>({
    clock,
    ms: freshMs,
    max: 5000,
  })
  const staffCache = createLookUps<Staff | null>({ clock, ms: freshMs, max: 20_000 })
  const verified = createLookUps<Claims>({ clock, ms: verifiedMs, max: 20_000 })

  const client = (id: string): Promise<ClientRow | null> => clientCache.get(id, () => store.findClient(id))
  const organization = (id: string) => organizationCache.get(id, () => organizations.find(id))
  const staffMember = (organizationId: string, id: string): Promise<Staff | null> =>
    staffCache.get(`${organizationId}/${id}`, () =>
      staff.get({ organizationId }, id).catch((error) => {
        if (error instanceof AppError && error.code === 'not_found') return null
        throw error
      }),
    )

  const newSecret = (): string => `azs_${randomBytes(32).toString('base64url')}`

  const createClient = async (
    platform: PlatformCaller,
    input: { name: string; scopes: Scope[]; organizationId?: string },
  ): Promise<ClientRow & { secret: string }> => {
    if (input.organizationId !== undefined) {
      await organizations.get(platform, input.organizationId)
      if (input.scopes.some(isPlatformScope))
        throw invalidField('/scopes', 'invalid_scope', 'A client of one organization has no platform scopes.')
    }
    const secret = newSecret()
    const row: ClientRow = {
      _id: newId('client'),
      platformId: platform.platformId,
      name: input.name,
      scopes: input.scopes,
      secretHashes: [secretHash(secret)],
      createdAt: clock.now(),
      ...defined({ organizationId: input.organizationId }),
    }
    return db.inTransaction(async () => {
      await store.insertClient(row)
      const made = { ...row, secret }
      await platform.once?.keep(made)
      return made
    })
  }

  const getClient = async (platform: PlatformCaller, id: string): Promise<ClientRow> => {
    const row = await store.findClient(id)
    if (row === null || row.platformId !== platform.platformId) throw notFound('client')
    return row
  }

  const listClients = async (platform: PlatformCaller, page: PageRequest): Promise<Page<ClientRow>> => {
    const rows = await store.listClients(platform.platformId, readCursor(page.after, ['string']), page.limit + 1)
    return {
      ...cutPage(rows, page.limit, (row) => [row._id]),
      ...(page.total === true ? { total: shownTotal(await store.countClients(platform.platformId)) } : {}),
    }
  }

  /** Constant time over all secrets of the client; an unknown client costs the same. */
  const authenticateClient = async (id: string, secret: string): Promise<ClientRow> => {
    const row = await client(id)
    const given = secretHash(secret)
    let right = false
    for (const hash of row?.secretHashes ?? [randomBytes(32)]) {
      if (timingSafeEqual(toBuffer(hash), given)) right = true
    }
    if (row === null || !right) throw new AppError('invalid_client', 'Client authentication failed.')
    return row
  }

  const grantedScopes = (row: ClientRow, asked: string | undefined, forOrganization: boolean): Scope[] => {
    const fitting = row.scopes.filter((scope) => isPlatformScope(scope) !== forOrganization)
    if (asked === undefined || asked === '') return fitting
    const wanted = asked.split(' ').filter((word) => word !== '')
    if (!wanted.every((word) => isScope(word) && fitting.includes(word)))
      throw new AppError('invalid_scope', 'A scope was asked for that this client or kind of token does not have.')
    return wanted.filter(isScope)
  }

  type TokenInput = { organization?: string; staff?: string; authTime?: number; scope?: string }
  const issueToken = async (row: ClientRow, input: TokenInput) => {
    const refused = new AppError(
      'invalid_grant',
      'No such organization for this client, or no such staff member in it.',
    )
    if (input.organization === undefined && (input.staff !== undefined || row.organizationId !== undefined))
      throw refused
    if (input.organization !== undefined) {
      const org = await organization(input.organization)
      const allowed = row.organizationId === undefined || row.organizationId === input.organization
      if (org === null || org.platformId !== row.platformId || !allowed) throw refused
      if (input.staff !== undefined && (await staffMember(org._id, input.staff)) === null) throw refused
    }
    const granted = grantedScopes(row, input.scope, input.organization !== undefined)
    const key = await keys.signing.key('token')
    const now = Math.floor(clock.now().getTime() / 1000)
    const token = await new SignJWT(
      defined({
        org: input.organization,
        staff: input.staff,
        auth_time: input.authTime,
        assurance: input.staff === undefined ? 'none' : 'host',
        scope: granted.join(' '),
      }),
    )
      .setProtectedHeader({ alg: 'EdDSA', kid: key.kid, typ: 'at+jwt' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(row._id)
      .setIssuedAt(now)
      .setExpirationTime(now + tokenSeconds)
      .setJti(newId('key'))
      .sign(key.privateKey)
    return { token, expiresInSeconds: tokenSeconds, scopes: granted }
  }

  type Claims = { sub: string; org?: string; staff?: string; assurance: Assurance; scope: string; exp: number }
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

  const verify = async (token: string): Promise<Claims> => {
    const { payload } = await jwtVerify(
      token,
      async ({ kid }) => {
        const key = kid === undefined ? undefined : await keys.signing.publicKey('token', kid)
        if (key === undefined) throw unauthenticated('Unknown signing key.')
        return key
      },
      { issuer, audience, algorithms: ['EdDSA', 'Ed25519'], typ: 'at+jwt', currentDate: clock.now() },
    ).catch(() => {
      throw unauthenticated('The token is not valid here, or has expired: get a new one.')
    })
    return {
      sub: text(payload.sub) ?? '',
      scope: text(payload.scope) ?? '',
      assurance: payload.assurance === 'host' || payload.assurance === 'idp' ? payload.assurance : 'none',
      exp: payload.exp ?? 0,
      ...defined({ org: text(payload.org), staff: text(payload.staff) }),
    }
  }

  /** The bearer of an access token: verified (cached at most 30 s), and still known. */
  const authenticate = async (token: string): Promise<Bearer> => {
    const claims = await verified.get(createHash('sha256').update(token).digest('base64'), () => verify(token))
    if (claims.exp * 1000 <= clock.now().getTime()) throw unauthenticated('The token has expired: get a new one.')
    const row = await client(claims.sub)
    if (row === null) throw unauthenticated('The client is not known any more.')
    const granted = new Set(
      claims.scope
        .split(' ')
        .filter(isScope)
        .filter((scope) => row.scopes.includes(scope)),
    )
    const bearer = { clientId: row._id, platformId: row.platformId, scopes: granted, assurance: claims.assurance }
    if (claims.org === undefined) return bearer
    const org = await organization(claims.org)
    if (org === null) throw unauthenticated('The organization is not known any more.')
    const place = { id: org._id, platformId: org.platformId, mode: org.mode }
    if (claims.staff === undefined) return { ...bearer, organization: place }
    const person = await staffMember(org._id, claims.staff)
    if (person === null) throw unauthenticated('The staff member is not known any more.')
    return { ...bearer, organization: place, staff: person }
  }

  /** 👤: a staff member, appointed today to one of the roles. A new appointment counts at once. */
  const mustHaveRole = async (person: Staff | undefined, needed: readonly Role[]): Promise<Staff> => {
    if (person === undefined)
      throw new AppError('staff_required', 'Get a token with `staff`: this is done in a person’s name.')
    const holds = (member: Staff): boolean => {
      const held = rolesAt(member.appointments, clock.now())
      return needed.some((role) => held.has(role))
    }
    if (holds(person)) return person
    const now = await staff.get(person, person._id)
    if (!holds(now))
      throw new AppError('not_permitted', `This needs an appointment today as one of: ${needed.join(', ')}.`)
    return now
  }

  /** The same, and a refusal is on record: who lacks the role and tries leaves a trace (番号法12条 安全管理措置). */
  const mustBePermitted = async (
    caller: Caller,
    person: Staff | undefined,
    { roles, act, untilOfficer }: ForRoles & { untilOfficer?: true },
  ): Promise<Staff | undefined> => {
    try {
      if (untilOfficer === true && person === undefined) {
        await staff.mustMayAppoint(caller)
        return undefined
      }
      return await mustHaveRole(person, roles)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      return ledger.refuse(caller, error, [{ operation: act, functionName: '権限の確認' }])
    }
  }

  /** Who asked for a job, as of now: the appointment is checked again when the act is executed. */
  const callerOfJob =
    (needed: (job: JobRow) => readonly Role[] | undefined) =>
    async (job: JobRow): Promise<Caller> => {
      const org = await organizations.find(job.organizationId)
      if (org === null) throw notFound('organization')
      const { asked } = job
      const person = asked.staffId === undefined ? undefined : await staff.get(job, asked.staffId)
      const roles = needed(job)
      if (roles !== undefined) await mustHaveRole(person, roles)
      const now = clock.now()
      return {
        organizationId: org._id,
        platformId: org.platformId,
        mode: org.mode,
        actor:
          person !== undefined
            ? { type: 'staff', id: person._id, userId: person.userId, name: person.name }
            : asked.clientId !== undefined
              ? { type: 'client', id: asked.clientId }
              : { type: 'system' },
        assurance: asked.assurance,
        requestId: asked.requestId,
        at: asked.at,
        ...defined({
          clientId: asked.clientId,
          network: asked.network,
          place: asked.place,
          roles: person === undefined ? undefined : rolesAt(person.appointments, now),
          coverage: person === undefined ? undefined : coverageAt(person.appointments, now, roles),
        }),
      }
    }

  return {
    createClient,
    getClient,
    listClients,
    authenticateClient,
    issueToken,
    authenticate,
    mustBePermitted,
    callerOfJob,
    staff,
    records,
    once: createOnce({ db, keys, clock }),
    jwks: keys.signing.jwks,
  }
}
export type Access = ReturnType<typeof createAccess>
