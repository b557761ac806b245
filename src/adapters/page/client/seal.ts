import { CompactEncrypt, importJWK } from 'jose'
import type { VaultJwks } from './contract.ts'

/** For whom a number is: the organization and the subject, or the session and the page's key of a dependent without id. */
export type Address = { aud: string; sub: string }

const algorithm = 'ECDH-ES+A256KW'

/** Digits leave the browser only so: as a JWE that the vault alone can open. */
export const sealNumber = async (
  digits: string,
  { aud, sub }: Address,
  { keys }: VaultJwks,
  now: Date,
): Promise<string> => {
  // Every browser's WebCrypto has P-256.
  const jwk = keys.find(({ crv }) => crv === 'P-256')
  if (jwk === undefined) throw new Error('The vault has no P-256 key.')
  const claims = { number: digits, aud, sub, iat: Math.floor(now.getTime() / 1000), jti: crypto.randomUUID() }
  return new CompactEncrypt(new TextEncoder().encode(JSON.stringify(claims)))
    .setProtectedHeader({ alg: algorithm, enc: 'A256GCM', kid: jwk.kid })
    .encrypt(await importJWK({ ...jwk }, algorithm))
}
