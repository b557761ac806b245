import { CompactEncrypt, compactDecrypt, exportJWK, generateKeyPair, importJWK } from 'jose'
import type { VaultJwks } from './contract.ts'

/** For whom a number is: the organization and the subject, or the session and the page's key of a dependent without id. */
export type Address = { aud: string; sub: string }

const algorithm = 'ECDH-ES+A256KW'
const encryption = 'A256GCM'

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
    .setProtectedHeader({ alg: algorithm, enc: encryption, kid: jwk.kid })
    .encrypt(await importJWK({ ...jwk }, algorithm))
}

/** And back only so: to a key whose private half this page alone has, for one look. */
export const newReader = async () => {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { crv: 'P-256' })
  const { kty, crv, x, y } = await exportJWK(publicKey)
  const open = async (jwe: string): Promise<string> => {
    const { plaintext } = await compactDecrypt(jwe, privateKey, {
      keyManagementAlgorithms: [algorithm],
      contentEncryptionAlgorithms: [encryption],
    })
    const claims: unknown = JSON.parse(new TextDecoder().decode(plaintext))
    return typeof claims === 'object' && claims !== null && 'number' in claims ? String(claims.number) : ''
  }
  return { jwk: { kty, crv, x, y }, open }
}
