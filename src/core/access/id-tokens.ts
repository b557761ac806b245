import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose'
import type { IdentityProviderRow } from '../organizations/organizations.ts'
import type { Clock } from '../shared/clock.ts'
import { defined } from '../shared/defined.ts'
import { AppError, invalidField } from '../shared/errors.ts'
import { createLookUps } from './look-ups.ts'

/** What speaks with the organizations' own issuers: an adapter, with the guard that every customer's address gets. */
export type IssuerKeys = {
  /** Throws `url_not_allowed` at this pointer. */
  readUrl: (url: string, mode: 'test' | 'live', pointer: string) => { url: string; loopback: boolean }
  /** Throws `unavailable`. */
  fetchKeys: (url: string, loopback: boolean) => Promise<JSONWebKeySet>
}

/** For a core without the adapter. */
export const noIssuers: IssuerKeys = {
  readUrl: (_url, _mode, pointer) => {
    throw invalidField(pointer, 'url_not_allowed', 'Issuers cannot be registered here.')
  },
  fetchKeys: async () => {
    throw new AppError('unavailable', 'Keys of issuers cannot be fetched here.')
  },
}

/** What an ID token proves of a sign-in. */
export type SignInProof = { userId: string; nonce: string; authTime?: number; acr?: string }

const maxLength = 16_384
const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519']
const leewaySeconds = 30
/** A nonce lives ten minutes, so an older token cannot hold one that is still good. */
const longestAge = '10m'
const keysMs = 300_000
/** An unknown `kid` may be new, and anybody with a client can send one. */
const refetchMs = 30_000

const refused = (why: string): AppError =>
  new AppError('invalid_subject_token', `${why} Let the person sign in again, with a nonce of POST /oauth/nonces.`)

const text = (value: unknown, max: number): string | undefined =>
  typeof value === 'string' && value.length > 0 && value.length <= max ? value : undefined

/** OpenID Connect Core 1.0 § 3.1.3.7, what jose does not check. */
const toProof = (payload: JWTPayload, { clientId, userIdClaim }: IdentityProviderRow, now: number): SignInProof => {
  const audiences = [payload.aud ?? []].flat()
  if ((audiences.length > 1 || payload.azp !== undefined) && payload.azp !== clientId)
    throw refused('The ID token was given to another party (azp).')
  const userId = text(payload[userIdClaim], 100)
  if (userId === undefined) throw refused('The ID token lacks the claim that holds the staff member’s userId.')
  if (userIdClaim === 'email' && payload.email_verified === false) throw refused('The e-mail address is not verified.')
  const nonce = text(payload.nonce, 100)
  if (nonce === undefined) throw refused('The ID token has no nonce.')
  const authTime = payload.auth_time
  if (authTime !== undefined && (typeof authTime !== 'number' || authTime > now + leewaySeconds))
    throw refused('The ID token’s auth_time cannot be.')
  return { userId, nonce, ...defined({ authTime, acr: text(payload.acr, 200) }) }
}

/** Verifies ID tokens of organizations' own OIDC issuers. */
export const createIdTokens = ({ issuerKeys, clock }: { issuerKeys: IssuerKeys; clock: Clock }) => {
  const keySets = createLookUps<{ keys: JSONWebKeySet; at: number }>({ clock, ms: keysMs, max: 1000 })
  const keysOf = ({ jwksUri, loopback }: IdentityProviderRow, how: 'get' | 'renew') =>
    keySets[how](jwksUri, async () => ({
      keys: await issuerKeys.fetchKeys(jwksUri, loopback),
      at: clock.now().getTime(),
    }))

  const check = async (provider: IdentityProviderRow, idToken: string, keys: JSONWebKeySet): Promise<JWTPayload> => {
    const { payload, protectedHeader } = await jwtVerify(idToken, createLocalJWKSet(keys), {
      issuer: provider.issuer,
      audience: provider.clientId,
      algorithms,
      currentDate: clock.now(),
      clockTolerance: leewaySeconds,
      maxTokenAge: longestAge,
      requiredClaims: ['exp', 'iat', 'sub', 'nonce'],
    })
    // An access or logout token of the same issuer is no ID token, whatever its claims.
    if (protectedHeader.typ !== undefined && !/^jwt$/i.test(protectedHeader.typ)) throw new errors.JWTInvalid('typ')
    return payload
  }

  const verify = async (provider: IdentityProviderRow, idToken: string): Promise<SignInProof> => {
    if (idToken.length > maxLength) throw refused('The ID token is too long.')
    const known = await keysOf(provider, 'get')
    const payload = await check(provider, idToken, known.keys)
      .catch(async (error: unknown) => {
        const now = clock.now().getTime()
        if (!(error instanceof errors.JWKSNoMatchingKey) || now - known.at < refetchMs) throw error
        return check(provider, idToken, (await keysOf(provider, 'renew')).keys)
      })
      .catch((error: unknown) => {
        if (error instanceof AppError) throw error
        throw refused('The ID token is not one of the organization’s issuer for this service, or has expired.')
      })
    return toProof(payload, provider, clock.now().getTime() / 1000)
  }

  return { verify }
}
