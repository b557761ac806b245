import { jwtVerify, SignJWT } from 'jose'
import type { Keys } from '../keys/keys.ts'
import type { Assurance } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import { defined } from '../shared/defined.ts'
import { AppError } from '../shared/errors.ts'
import { newId } from '../shared/ids.ts'
import type { Scope } from './scopes.ts'

/** The signing key of a rotation verifies at least this long after it last signed (core/keys/signing.ts). */
const tokenSeconds = 600
const audience = 'azukari'

/** What a token says. `acr` and `authTime`: of the sign-in, by whoever vouches for it (`assurance`). */
export type Claims = {
  sub: string
  org?: string
  staff?: string
  assurance: Assurance
  authTime?: number
  acr?: string
  scope: string
  exp: number
}
export type TokenSubject = {
  clientId: string
  organization?: string
  staff?: string
  assurance: Assurance
  authTime?: number
  acr?: string
  scopes: readonly Scope[]
}
export type IssuedToken = { token: string; expiresInSeconds: number; scopes: readonly Scope[] }

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
const unauthenticated = (detail: string): AppError => new AppError('unauthenticated', detail)

/** Access tokens as RFC 9068 JWTs, of ten minutes. */
export const createTokens = ({
  keys,
  clock,
  issuer,
}: {
  keys: Pick<Keys, 'signing'>
  clock: Clock
  issuer: string
}) => {
  const issue = async (subject: TokenSubject): Promise<IssuedToken> => {
    const key = await keys.signing.key('token')
    const now = Math.floor(clock.now().getTime() / 1000)
    const token = await new SignJWT(
      defined({
        org: subject.organization,
        staff: subject.staff,
        auth_time: subject.authTime,
        acr: subject.acr,
        assurance: subject.assurance,
        scope: subject.scopes.join(' '),
      }),
    )
      .setProtectedHeader({ alg: 'EdDSA', kid: key.kid, typ: 'at+jwt' })
      .setIssuer(issuer)
      .setAudience(audience)
      .setSubject(subject.clientId)
      .setIssuedAt(now)
      .setExpirationTime(now + tokenSeconds)
      .setJti(newId('key'))
      .sign(key.privateKey)
    return { token, expiresInSeconds: tokenSeconds, scopes: subject.scopes }
  }

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
      ...defined({
        org: text(payload.org),
        staff: text(payload.staff),
        acr: text(payload.acr),
        authTime: typeof payload.auth_time === 'number' ? payload.auth_time : undefined,
      }),
    }
  }

  return { issue, verify }
}
