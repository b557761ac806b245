import { createHash, randomBytes } from 'node:crypto'
import type { Ledger } from '../ledger/ledger.ts'
import type { OrganizationRow, Organizations } from '../organizations/organizations.ts'
import type { Actor, Assurance, Caller } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import type { Database } from '../shared/database.ts'
import { dayOf } from '../shared/dates.ts'
import { defined } from '../shared/defined.ts'
import { isDuplicateKey } from '../shared/duplicates.ts'
import { AppError } from '../shared/errors.ts'
import { newId } from '../shared/ids.ts'
import type { ClientRow } from './access.store.ts'
import type { createIdTokens } from './id-tokens.ts'
import { isPlatformScope, isScope, type Scope } from './scopes.ts'
import type { SingleUseStore } from './single-use.store.ts'
import type { createStaff, Staff } from './staff.ts'
import type { createTokens, IssuedToken } from './tokens.ts'

/** The request in which somebody asks for a token. */
export type TokenRequest = { requestId: string; at: Date; network?: string }
export type HostGrant = { organization?: string; staff?: string; authTime?: number; scope?: string }
export type ExchangeGrant = { organization?: string; idToken: string; scope?: string }

const nonceSeconds = 600
const hash = (...parts: unknown[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
const nonceId = (nonce: string): string => hash('nonce', nonce)

const refusedGrant = (): AppError =>
  new AppError('invalid_grant', 'No such organization for this client, or no such staff member in it.')

/** Fewer scopes than the client has, never more, and only those of the kind of token. */
const grantedScopes = (row: ClientRow, asked: string | undefined, forOrganization: boolean): Scope[] => {
  const fitting = row.scopes.filter((scope) => isPlatformScope(scope) !== forOrganization)
  if (asked === undefined || asked === '') return fitting
  const wanted = new Set(asked.split(' ').filter((word) => word !== ''))
  if (wanted.size === 0) throw new AppError('invalid_scope', '`scope` names none: leave it out for all of them.')
  if (![...wanted].every((word) => isScope(word) && fitting.includes(word)))
    throw new AppError('invalid_scope', 'A scope was asked for that this client or kind of token does not have.')
  return [...wanted].filter(isScope)
}

type Deps = {
  db: Database
  ledger: Ledger
  organizations: Organizations
  staff: ReturnType<typeof createStaff>
  tokens: ReturnType<typeof createTokens>
  idTokens: ReturnType<typeof createIdTokens>
  singleUse: SingleUseStore
  clock: Clock
}

/** Tokens for authenticated clients, and the 取扱記録 of the sign-ins behind them. */
export const createSignIns = ({ db, ledger, organizations, staff, tokens, idTokens, singleUse, clock }: Deps) => {
  const callerFor = (
    row: ClientRow,
    organization: OrganizationRow,
    request: TokenRequest,
    actor: Actor,
    assurance: Assurance,
  ): Caller => ({
    organizationId: organization._id,
    platformId: row.platformId,
    mode: organization.mode,
    clientId: row._id,
    actor,
    assurance,
    requestId: request.requestId,
    at: request.at,
    ...defined({ network: request.network }),
  })
  const asClient = (row: ClientRow): Actor => ({ type: 'client', id: row._id })
  const asStaff = ({ _id, userId, name }: Staff): Actor => ({ type: 'staff', id: _id, userId, name })

  const organizationFor = async (row: ClientRow, id: string): Promise<OrganizationRow | undefined> => {
    const found = await organizations.find(id)
    const allowed = row.organizationId === undefined || row.organizationId === id
    return found !== null && found.platformId === row.platformId && allowed ? found : undefined
  }

  const touch = { operation: 'login', functionName: 'トークン発行' } as const
  const refuse = (
    row: ClientRow,
    organization: OrganizationRow,
    request: TokenRequest,
    assurance: Assurance,
    error: AppError,
  ): Promise<never> => ledger.refuse(callerFor(row, organization, request, asClient(row), assurance), error, [touch])

  /**
   * One entry per new login: not per token, which hosts renew every ten minutes. A host that does not say when the person
   * signed in has one a day.
   */
  const record = async (
    caller: Caller,
    person: Staff,
    authTime: number | undefined,
    also?: () => Promise<void>,
  ): Promise<void> => {
    const { organizationId, clientId } = caller
    const mark = hash('login', clientId, person._id, caller.assurance, authTime ?? dayOf(clock.now()))
    if (also === undefined && (await singleUse.hasSignIn(organizationId, mark))) return
    const entries = await ledger.prepare(caller, [{ ...touch, outcome: 'done' }])
    const write = (): Promise<void> =>
      db.inTransaction(async () => {
        await also?.()
        if (await singleUse.hasSignIn(organizationId, mark)) return
        await singleUse.insertSignIn({ _id: newId('key'), organizationId, mark, createdAt: clock.now() })
        await ledger.append(entries)
      })
    await write().catch((error: unknown) => {
      // Somebody recorded the same login at the same time: the second try sees it.
      if (!isDuplicateKey(error)) throw error
      return write()
    })
  }

  /** RFC 6749 § 4.4: the client's own, or in the name of a person whose sign-in the host vouches for. */
  const byHost = async (row: ClientRow, grant: HostGrant, request: TokenRequest): Promise<IssuedToken> => {
    const { organization: id } = grant
    if (id === undefined) {
      if (grant.staff !== undefined || row.organizationId !== undefined) throw refusedGrant()
      return tokens.issue({ clientId: row._id, assurance: 'none', scopes: grantedScopes(row, grant.scope, false) })
    }
    const organization = await organizationFor(row, id)
    if (organization === undefined) throw refusedGrant()
    const scopes = grantedScopes(row, grant.scope, true)
    const common = { clientId: row._id, organization: id, scopes, ...defined({ authTime: grant.authTime }) }
    if (grant.staff === undefined) return tokens.issue({ ...common, assurance: 'none' })
    const person = await staff.find(id, grant.staff)
    if (person === null) return refuse(row, organization, request, 'host', refusedGrant())
    await record(callerFor(row, organization, request, asStaff(person), 'host'), person, grant.authTime)
    return tokens.issue({ ...common, staff: person._id, assurance: 'host' })
  }

  /** RFC 8693: the organization's own issuer vouches for the person, who signed in for this client and this once. */
  const byIdToken = async (row: ClientRow, grant: ExchangeGrant, request: TokenRequest): Promise<IssuedToken> => {
    const organization = grant.organization === undefined ? undefined : await organizationFor(row, grant.organization)
    if (organization === undefined) throw refusedGrant()
    const scopes = grantedScopes(row, grant.scope, true)
    const provider = organization.identityProvider
    try {
      if (provider === undefined)
        throw new AppError('invalid_grant', 'The organization has registered no issuer: PUT /v1/identity-provider.')
      const { userId, nonce, ...proof } = await idTokens.verify(provider, grant.idToken)
      const person = await staff.findByUserId(organization._id, userId)
      const takeNonce = async (): Promise<void> => {
        if (!(await singleUse.takeNonce(organization._id, row._id, nonceId(nonce), clock.now())))
          throw new AppError('invalid_subject_token', 'The nonce is not one of ours, was used, or has expired.')
      }
      if (person === null) {
        await takeNonce()
        throw new AppError('invalid_grant', 'No staff member of this organization has the user id of this sign-in.')
      }
      const caller = callerFor(row, organization, request, asStaff(person), 'idp')
      await record(caller, person, proof.authTime, takeNonce)
      const common = { clientId: row._id, organization: organization._id, staff: person._id }
      return await tokens.issue({ ...common, ...proof, assurance: 'idp', scopes })
    } catch (error) {
      const isRefusal = error instanceof AppError && ['invalid_grant', 'invalid_subject_token'].includes(error.code)
      if (!isRefusal) throw error
      return refuse(row, organization, request, 'none', error)
    }
  }

  /** For the authentication request at the organization's issuer: kept as a hash, for one use by this client. */
  const createNonce = async (row: ClientRow, organizationId: string) => {
    const organization = await organizationFor(row, organizationId)
    if (organization === undefined) throw refusedGrant()
    const nonce = randomBytes(24).toString('base64url')
    const expiresAt = new Date(clock.now().getTime() + nonceSeconds * 1000)
    await singleUse.insertNonce({ _id: nonceId(nonce), organizationId, clientId: row._id, expiresAt })
    return { nonce, expiresInSeconds: nonceSeconds }
  }

  /** A client that failed to authenticate, on record where it is known for which organization it would have been. */
  const clientRefused = async (
    row: ClientRow,
    organizationId: string | undefined,
    request: TokenRequest,
    error: AppError,
  ): Promise<void> => {
    const id = row.organizationId ?? organizationId
    const organization = id === undefined ? undefined : await organizationFor(row, id)
    if (organization === undefined) return
    await refuse(row, organization, request, 'none', error).catch((thrown: unknown) => {
      if (thrown !== error) throw thrown
    })
  }

  return { byHost, byIdToken, createNonce, clientRefused }
}
