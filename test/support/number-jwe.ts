import { CompactEncrypt, importJWK, type JWK } from 'jose'
import type { VaultJwks } from '../../sdk/src/index.ts'

/** JWEs as a host makes them with a library of its own (jose), and as an attacker bends them. */
export type Claims = { number: string; aud: string; sub: string; iat?: number; jti?: string }

const now = (): number => Math.floor(Date.now() / 1000)

export const keyOf = ({ keys }: VaultJwks, crv: 'P-256' | 'X25519' = 'P-256'): JWK & { kid: string } => {
  const key = keys.find((jwk) => jwk.crv === crv)
  if (key === undefined) throw new Error(`no ${crv}`)
  return { ...key }
}

export const plaintextOf = ({ number, aud, sub, iat = now(), jti = crypto.randomUUID() }: Claims): string =>
  JSON.stringify({ number, aud, sub, iat, jti })

export const encryptTo = async (
  jwk: JWK & { kid: string },
  plaintext: string | Uint8Array,
  header: Record<string, unknown> = {},
): Promise<string> =>
  new CompactEncrypt(typeof plaintext === 'string' ? new TextEncoder().encode(plaintext) : plaintext)
    .setProtectedHeader({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM', kid: jwk.kid, ...header } as never)
    .encrypt(await importJWK(jwk, 'ECDH-ES+A256KW'))

export const numberJwe = (jwk: JWK & { kid: string }, claims: Claims, header: Record<string, unknown> = {}) =>
  encryptTo(jwk, plaintextOf(claims), header)
