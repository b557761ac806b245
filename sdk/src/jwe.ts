/**
 * Compact JWE (RFC 7516) of a number: ECDH-ES+A256KW with P-256 and A256GCM, by WebCrypto alone, so that it runs in browsers
 * too. Decryption takes X25519 as well, where the runtime has it.
 */
const algorithm = 'ECDH-ES+A256KW'
const encryption = 'A256GCM'
const keyBits = 256

export type PublicKeyJwk = { kty: string; crv: string; x: string; y?: string; kid: string }

const utf8 = new TextEncoder()
const { subtle } = globalThis.crypto

export const toBase64url = (bytes: Uint8Array): string => {
  let text = ''
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000))
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

export const fromBase64url = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0))

const uint32 = (value: number): Uint8Array => new Uint8Array([value >>> 24, value >>> 16, value >>> 8, value])
const joined = (...parts: Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}
const sized = (bytes: Uint8Array): Uint8Array => joined(uint32(bytes.length), bytes)

/** Concat KDF, RFC 7518 § 4.6.2: one round of SHA-256 gives all 256 bits. */
const keyWrapping = async (
  privateKey: CryptoKey,
  publicKey: CryptoKey,
  { apu = '', apv = '' }: { apu?: string; apv?: string },
  usage: 'wrapKey' | 'unwrapKey',
): Promise<CryptoKey> => {
  const shared = new Uint8Array(
    await subtle.deriveBits({ name: publicKey.algorithm.name, public: publicKey }, privateKey, 256),
  )
  const info = joined(
    sized(utf8.encode(algorithm)),
    sized(fromBase64url(apu)),
    sized(fromBase64url(apv)),
    uint32(keyBits),
  )
  const key = await subtle.digest('SHA-256', joined(uint32(1), shared, info))
  shared.fill(0)
  return subtle.importKey('raw', key, 'AES-KW', false, [usage])
}

const curveOf = (crv: string): { name: string; namedCurve?: string } => {
  if (crv === 'P-256') return { name: 'ECDH', namedCurve: 'P-256' }
  if (crv === 'X25519') return { name: 'X25519' }
  throw new TypeError('Only keys of P-256 and X25519 can be used.')
}

const importPublic = ({ kty, crv, x, y }: Omit<PublicKeyJwk, 'kid'>): Promise<CryptoKey> =>
  subtle.importKey('jwk', { kty, crv, x, ...(y !== undefined && { y }) }, curveOf(crv), false, [])

export const encryptJwe = async (key: PublicKeyJwk, plaintext: string): Promise<string> => {
  const curve = curveOf(key.crv)
  const ephemeral = (await subtle.generateKey(curve, true, ['deriveBits'])) as CryptoKeyPair
  const { kty, crv, x, y } = await subtle.exportKey('jwk', ephemeral.publicKey)
  const epk = { kty, crv, x, ...(y !== undefined && { y }) }
  const header = toBase64url(utf8.encode(JSON.stringify({ alg: algorithm, enc: encryption, kid: key.kid, epk })))
  const wrapping = await keyWrapping(ephemeral.privateKey, await importPublic(key), {}, 'wrapKey')
  const contentKey = await subtle.generateKey({ name: 'AES-GCM', length: keyBits }, true, ['encrypt'])
  const wrapped = new Uint8Array(await subtle.wrapKey('raw', contentKey, wrapping, 'AES-KW'))
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const sealed = new Uint8Array(
    await subtle.encrypt(
      { name: 'AES-GCM', iv, additionalData: utf8.encode(header) },
      contentKey,
      utf8.encode(plaintext),
    ),
  )
  const parts = [wrapped, iv, sealed.subarray(0, -16), sealed.subarray(-16)].map(toBase64url)
  return [header, ...parts].join('.')
}

/** A pair for one answer; P-256, which every runtime has. The private half never leaves it. */
export const newAnswerKey = async (): Promise<{ jwk: Omit<PublicKeyJwk, 'kid'>; privateKey: PrivateKeyJwk }> => {
  const pair = (await subtle.generateKey(curveOf('P-256'), true, ['deriveBits'])) as CryptoKeyPair
  const { kty = '', crv = '', x = '', y = '', d = '' } = await subtle.exportKey('jwk', pair.privateKey)
  return { jwk: { kty, crv, x, y }, privateKey: { kty, crv, x, y, d } }
}

/** A private key to decrypt answers with: a JWK as `crypto.subtle.exportKey('jwk', …)` gives it. */
export type PrivateKeyJwk = { kty: string; crv: string; x: string; y?: string; d: string }

type Header = {
  alg?: string
  enc?: string
  zip?: string
  crit?: unknown
  apu?: string
  apv?: string
  epk: Omit<PublicKeyJwk, 'kid'>
}

const headerOf = (encoded: string): Header => JSON.parse(new TextDecoder().decode(fromBase64url(encoded)))

/** Tries the keys of the header's curve, one after the other: during a rotation there are two. */
export const decryptJwe = async (keys: readonly PrivateKeyJwk[], compact: string): Promise<Uint8Array> => {
  const [encodedHeader = '', wrapped = '', iv = '', ciphertext = '', tag = '', ...more] = compact.split('.')
  const header = headerOf(encodedHeader)
  const { alg, enc, zip, crit, epk } = header
  if (more.length > 0 || alg !== algorithm || enc !== encryption || zip !== undefined || crit !== undefined)
    throw new TypeError('This is not a JWE of the service.')
  const publicKey = await importPublic(epk)
  for (const { kty, crv, x, y, d } of keys.filter((key) => key.crv === epk.crv)) {
    const jwk = { kty, crv, x, d, ...(y !== undefined && { y }) }
    const privateKey = await subtle.importKey('jwk', jwk, curveOf(crv), false, ['deriveBits'])
    const wrapping = await keyWrapping(privateKey, publicKey, header, 'unwrapKey')
    const contentKey = await subtle
      .unwrapKey('raw', fromBase64url(wrapped), wrapping, 'AES-KW', 'AES-GCM', false, ['decrypt'])
      // RFC 3394's integrity check: it was another key.
      .catch(() => undefined)
    if (contentKey === undefined) continue
    const sealed = joined(fromBase64url(ciphertext), fromBase64url(tag))
    const parameters = { name: 'AES-GCM', iv: fromBase64url(iv), additionalData: utf8.encode(encodedHeader) }
    return new Uint8Array(await subtle.decrypt(parameters, contentKey, sealed))
  }
  throw new TypeError('None of the decryption keys opens this answer: was another key registered since?')
}
