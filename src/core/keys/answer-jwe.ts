import { createCipheriv, createHash, createPublicKey, diffieHellman, randomBytes } from 'node:crypto'
import { Transform } from 'node:stream'
import { tagBytes } from './envelope.ts'
import { wrapKey } from './key-wrap.ts'
import type { TransportPublicJwk } from './platform-keys.store.ts'
import { curves } from './transport-curves.ts'

/** A public key that somebody registered, to encrypt to. */
export type AnswerKey = { kid: string; jwk: TransportPublicJwk }

const algorithm = 'ECDH-ES+A256KW'
const keyBits = 256

const sized = (bytes: Buffer): Buffer[] => {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return [length, bytes]
}
const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** Concat KDF (RFC 7518 § 4.6.2): one round of SHA-256 gives the 256 bits; no party is named. */
const keyEncryptionKey = (shared: Buffer): Buffer =>
  createHash('sha256')
    .update(
      Buffer.concat([
        uint32(1),
        shared,
        ...sized(Buffer.from(algorithm, 'latin1')),
        ...sized(Buffer.alloc(0)),
        ...sized(Buffer.alloc(0)),
        uint32(keyBits),
      ]),
    )
    .digest()

/** A fresh content key, and the beginning of the JWE that tells it to whoever holds the private key. */
const begin = ({ kid, jwk }: AnswerKey, contentType: string) => {
  const ephemeral = curves[jwk.crv].generate()
  const epk = curves[jwk.crv].members(ephemeral.publicKey.export({ format: 'jwk' }))
  const header = { alg: algorithm, enc: 'A256GCM', kid, cty: contentType, epk }
  const encodedHeader = Buffer.from(JSON.stringify(header), 'utf8').toString('base64url')
  const publicKey = createPublicKey({ key: { ...jwk }, format: 'jwk' })
  const shared = diffieHellman({ privateKey: ephemeral.privateKey, publicKey })
  const kek = keyEncryptionKey(shared)
  const contentKey = randomBytes(keyBits / 8)
  const iv = randomBytes(12)
  try {
    const wrapped = wrapKey(kek, contentKey).toString('base64url')
    const cipher = createCipheriv('aes-256-gcm', contentKey, iv, { authTagLength: tagBytes })
    cipher.setAAD(Buffer.from(encodedHeader, 'latin1'))
    return { head: `${encodedHeader}.${wrapped}.${iv.toString('base64url')}.`, cipher }
  } finally {
    for (const secret of [shared, kek, contentKey]) secret.fill(0)
  }
}

/** A short secret as a compact JWE. The plaintext stays the caller's to wipe. */
export const encryptAnswer = (key: AnswerKey, plaintext: Uint8Array, contentType = 'json'): string => {
  const { head, cipher } = begin(key, contentType)
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]).toString('base64url')
  return `${head}${ciphertext}.${cipher.getAuthTag().toString('base64url')}`
}

/**
 * A file as a compact JWE in constant memory: all but the tag stands before the ciphertext, and base64url is written three
 * bytes at a time. The chunks that go in are wiped.
 */
export const encryptAnswerStream = (key: AnswerKey, contentType: string): Transform => {
  const { head, cipher } = begin(key, contentType)
  let carry: Buffer = Buffer.alloc(0)
  let begun = false
  const encode = (bytes: Buffer): string => {
    const ready = carry.length === 0 ? bytes : Buffer.concat([carry, bytes])
    const whole = ready.length - (ready.length % 3)
    carry = Buffer.from(ready.subarray(whole))
    return ready.toString('base64url', 0, whole)
  }
  const withHead = (text: string): string => {
    const out = begun ? text : `${head}${text}`
    begun = true
    return out
  }
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const ciphertext = cipher.update(chunk)
      chunk.fill(0)
      done(null, withHead(encode(ciphertext)))
    },
    flush(done) {
      const last = encode(cipher.final())
      done(null, withHead(`${last}${carry.toString('base64url')}.${cipher.getAuthTag().toString('base64url')}`))
    },
  })
}
