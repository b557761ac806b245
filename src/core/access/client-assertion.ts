import { createHash, createPublicKey } from 'node:crypto'
import { decodeJwt, decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose'
import { isDuplicateKey } from '../shared/duplicates.ts'
import type { ClientKeyRow } from './client-keys.store.ts'
import type { SingleUseStore } from './single-use.store.ts'

/** Everything about an algorithm in one place: its two names, and which curve it means. No other is known. */
export const assertionAlgorithms = { EdDSA: 'Ed25519', Ed25519: 'Ed25519', ES256: 'P-256' } as const
type Algorithm = keyof typeof assertionAlgorithms
const isAlgorithm = (name: unknown): name is Algorithm => typeof name === 'string' && name in assertionAlgorithms

const maxLength = 4096
const maxJtiLength = 256
/** RFC 7523 § 3 leaves the life of an assertion to us; each `jti` is remembered for as long. */
const longestSeconds = 300
/** Clocks of hosts are never quite ours. */
const leewaySeconds = 10

/** Why it fails is nobody's business but the caller's, who answers `invalid_client`. */
export type AssertionClaims = { clientId: string; jti: string; expiresAt: Date }

/** Whose assertion it says it is, before anything is believed. */
export const claimedClient = (assertion: string): string | undefined => {
  if (assertion.length > maxLength) return undefined
  try {
    const { iss, sub } = decodeJwt(assertion)
    return iss === sub && typeof sub === 'string' && sub.length <= 100 ? sub : undefined
  } catch {
    return undefined
  }
}

const soundClaims = (payload: JWTPayload, clientId: string, audiences: readonly string[], now: number): boolean => {
  const { iss, sub, aud, exp, iat, jti } = payload
  const given = typeof aud === 'string' ? [aud] : (aud ?? [])
  return (
    iss === clientId &&
    sub === clientId &&
    // Every audience must be ours: an assertion that is good elsewhere too could be used here by that other place.
    given.length > 0 &&
    given.every((name) => audiences.includes(name)) &&
    typeof exp === 'number' &&
    exp <= now + longestSeconds + leewaySeconds &&
    (iat === undefined || iat <= now + leewaySeconds) &&
    typeof jti === 'string' &&
    jti.length > 0 &&
    jti.length <= maxJtiLength
  )
}

/** RFC 7523 § 3: the claims of an assertion that one of these keys has signed; undefined for every other. */
export const verifyAssertion = async (
  assertion: string,
  clientId: string,
  keys: readonly ClientKeyRow[],
  audiences: readonly string[],
  at: Date,
): Promise<AssertionClaims | undefined> => {
  if (assertion.length > maxLength) return undefined
  try {
    const { alg, kid } = decodeProtectedHeader(assertion)
    if (!isAlgorithm(alg)) return undefined
    // The registered key tells the algorithm; the header may only agree (RFC 8725 § 3.1).
    const fitting = keys.filter(
      ({ _id, jwk }) => jwk.crv === assertionAlgorithms[alg] && (kid === undefined || kid === _id),
    )
    for (const { jwk } of fitting) {
      const verified = await jwtVerify(assertion, createPublicKey({ key: { ...jwk }, format: 'jwk' }), {
        algorithms: [alg],
        currentDate: at,
      }).catch(() => undefined)
      if (verified === undefined) continue
      const { payload } = verified
      if (!soundClaims(payload, clientId, audiences, at.getTime() / 1000)) return undefined
      return { clientId, jti: payload.jti ?? '', expiresAt: new Date((payload.exp ?? 0) * 1000) }
    }
    return undefined
  } catch {
    return undefined
  }
}

/** True for the first who comes with it: the unique id decides between two at the same instant. */
export const useAssertion = async (
  store: SingleUseStore,
  { clientId, jti, expiresAt }: AssertionClaims,
): Promise<boolean> => {
  const id = createHash('sha256')
    .update(JSON.stringify([clientId, jti]))
    .digest('base64url')
  try {
    await store.insertAssertion({ _id: id, expiresAt })
    return true
  } catch (error) {
    if (isDuplicateKey(error)) return false
    throw error
  }
}
