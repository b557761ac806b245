import { hash } from 'node:crypto'
import type { JobRow } from '../jobs/jobs.ts'
import type { Keys } from '../keys/keys.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { IdentityProviderRow, Organizations } from '../organizations/organizations.ts'
import type { Assurance, Caller } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import type { Database } from '../shared/database.ts'
import { defined } from '../shared/defined.ts'
import { AppError, notFound } from '../shared/errors.ts'
import type { Role } from '../shared/words.ts'
import { type ClientRow, createAccessStore } from './access.store.ts'
import { coverageAt, rolesAt } from './appointments.rules.ts'
import { type AttemptCounts, createAttempts } from './attempts.ts'
import { createClientAuthentication } from './client-authentication.ts'
import { createClientKeyStore } from './client-keys.store.ts'
import { createClientKeys } from './client-keys.ts'
import { createClients } from './clients.ts'
import { createIdTokens, type IssuerKeys, noIssuers } from './id-tokens.ts'
import { createIdentityProvider, mustMeetDemands } from './identity-provider.ts'
import { createLookUps } from './look-ups.ts'
import { createOnce } from './once.ts'
import { type ForRoles, type Operation, type Permission, permissions } from './permissions.ts'
import { isScope, type Scope } from './scopes.ts'
import { createSignIns } from './sign-ins.ts'
import { createSingleUseStore } from './single-use.store.ts'
import { createStaff, type Staff } from './staff.ts'
import { createStaffRecords } from './staff-records.ts'
import { type Claims, createTokens } from './tokens.ts'

export type { ClientRow } from './access.store.ts'
export { acts, type Recorded } from './acts.ts'
export { appointmentsAt, coverageAt, rolesAt } from './appointments.rules.ts'
export { type AttemptCounts, type Attempts, forgetSeconds, rightSeconds } from './attempts.ts'
export { createBudgets, defaultBudgets, type SharedCounter } from './budgets.ts'
export { assertionAlgorithms } from './client-assertion.ts'
export type { ClientCredentials } from './client-authentication.ts'
export { readClientJwk } from './client-keys.rules.ts'
export type { AnswerWay, ClientJwk, ClientKeyRow, ClientKeyUse } from './client-keys.ts'
export type { ClientSecret, NewClientSecret } from './clients.ts'
export { createGuard, type Guard, type Judged } from './guard.ts'
export type { IssuerKeys } from './id-tokens.ts'
export type { IdentityProviderInput } from './identity-provider.ts'
export type { KeptAnswer, OnceKeeper } from './once.ts'
export { type ForRoles, type Operation, type Permission, permissions } from './permissions.ts'
export { isScope, type Scope, scopes } from './scopes.ts'
export type { AppointmentInput, Staff } from './staff.ts'
export type { StaffRecord } from './staff-records.ts'
export type { IssuedToken } from './tokens.ts'

/** What a verified token says, with what the databases say of it now (at most 5 s old). */
export type Bearer = {
  clientId: string
  platformId: string
  scopes: ReadonlySet<Scope>
  organization?: {
    id: string
    platformId: string
    mode: 'test' | 'live'
    identityProvider?: IdentityProviderRow
  }
  staff?: Staff
  assurance: Assurance
  authTime?: number
  acr?: string
}

const verifiedMs = 30_000
/** Revocation is seen by every process within this time. */
const freshMs = 5000
const unauthenticated = (detail: string): AppError => new AppError('unauthenticated', detail)

/** Of a token those that its client still has. Kept as long as the row as it was read: at most 5 s. */
const createGrantedScopes = () => {
  const kept = new WeakMap<ClientRow, Map<string, ReadonlySet<Scope>>>()
  return (row: ClientRow, asked: string): ReadonlySet<Scope> => {
    const ofRow = kept.get(row) ?? new Map<string, ReadonlySet<Scope>>()
    kept.set(row, ofRow)
    const granted = ofRow.get(asked) ?? new Set(asked.split(' ').filter(isScope)).intersection(new Set(row.scopes))
    ofRow.set(asked, granted)
    return granted
  }
}

type Deps = {
  db: Database
  keys: Keys
  ledger: Ledger
  organizations: Organizations
  clock: Clock
  /** The `iss` of tokens. */
  issuer: string
  /** Without it no organization can register an issuer of its own. */
  issuerKeys?: IssuerKeys
  /** Where failed authentications are counted for all processes; without it each counts alone. */
  attemptCounts?: AttemptCounts
  firstOfficerBy?: 'operator' | 'client'
}

export const createAccess = (deps: Deps) => {
  const { db, keys, ledger, organizations, clock, issuer, issuerKeys = noIssuers, firstOfficerBy = 'client' } = deps
  const store = createAccessStore(db)
  const keyStore = createClientKeyStore(db)
  const singleUse = createSingleUseStore(db)
  const staff = createStaff({ db, store, keys, ledger, organizations, clock, firstOfficerBy })
  const records = createStaffRecords({ db, ledger, clock, getStaff: staff.get })

  const clients = createClients({ db, store, keyStore, ledger, organizations, clock })
  const attempts = createAttempts({ clock, shared: deps.attemptCounts })
  const authenticateClient = createClientAuthentication({
    store,
    keyStore,
    singleUse,
    attempts,
    clock,
    audiences: [issuer, `${issuer}/oauth/token`],
  })
  const tokens = createTokens({ keys, clock, issuer })
  const idTokens = createIdTokens({ issuerKeys, clock })

  const clientCache = createLookUps<ClientRow | null>({ clock, ms: freshMs, max: 5000 })
  const organizationCache = createLookUps<Awaited<ReturnType<typeof organizations.find>>>({
    clock,
    ms: freshMs,
    max: 5000,
  })
  const staffCache = createLookUps<Staff | null>({ clock, ms: freshMs, max: 20_000 })
  const verified = createLookUps<Claims>({ clock, ms: verifiedMs, max: 20_000 })

  const grantedScopes = createGrantedScopes()
  const client = (id: string): Promise<ClientRow | null> => clientCache.get(id, () => store.findClient(id))
  const organization = (id: string) => organizationCache.get(id, () => organizations.find(id))
  const staffMember = (organizationId: string, id: string): Promise<Staff | null> =>
    staffCache.get(`${organizationId}/${id}`, () => staff.find(organizationId, id))

  /** The bearer of an access token: verified (cached at most 30 s), and still known. */
  const authenticate = async (token: string): Promise<Bearer> => {
    const claims = await verified.get(hash('sha256', token, 'base64'), () => tokens.verify(token))
    if (claims.exp * 1000 <= clock.now().getTime()) throw unauthenticated('The token has expired: get a new one.')
    const row = await client(claims.sub)
    if (row === null) throw unauthenticated('The client is not known any more.')
    const bearer: Bearer = {
      clientId: row._id,
      platformId: row.platformId,
      scopes: grantedScopes(row, claims.scope),
      assurance: claims.assurance,
      ...defined({ authTime: claims.authTime, acr: claims.acr }),
    }
    if (claims.org === undefined) return bearer
    const org = await organization(claims.org)
    if (org === null) throw unauthenticated('The organization is not known any more.')
    const { identityProvider } = org
    const place = { id: org._id, platformId: org.platformId, mode: org.mode, ...defined({ identityProvider }) }
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

  /** What the organization demands of the sign-in behind an operation; a refusal is on record, as for want of a role. */
  const mustBeAssured = async (caller: Caller, bearer: Bearer, operation: Operation): Promise<void> => {
    try {
      mustMeetDemands(bearer.organization?.identityProvider, operation, bearer, clock.now())
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      const { act }: Permission = permissions[operation]
      await ledger.refuse(caller, error, [{ operation: act ?? 'login', functionName: '本人認証の確認' }])
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
    createClient: clients.create,
    clients,
    clientKeys: createClientKeys({ store, keyStore, organizations, clock, clients }),
    authenticateClient,
    /** Guessed links, by where they come from. */
    linkGuesses: attempts.forLinks,
    signIns: createSignIns({ db, ledger, organizations, staff, tokens, idTokens, singleUse, clock }),
    authenticate,
    mustBePermitted,
    mustBeAssured,
    identityProvider: createIdentityProvider({ db, ledger, organizations, issuerKeys, clock }),
    callerOfJob,
    staff,
    records,
    once: createOnce({ db, keys, clock }),
    jwks: keys.signing.jwks,
  }
}
export type Access = ReturnType<typeof createAccess>
