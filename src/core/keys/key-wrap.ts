import { type CipherKey, createCipheriv, createDecipheriv, type Decipheriv, KeyObject } from 'node:crypto'
import { undecipherable } from './key-errors.ts'

/** AES-256-KW, RFC 3394 with its fixed initial value: deterministic, so there is no nonce to run out of. */
const algorithm = 'id-aes256-wrap'
const initialValue = Buffer.alloc(8, 0xa6)

export const wrapKey = (kek: CipherKey, key: Buffer): Buffer => {
  const cipher = createCipheriv(algorithm, kek, initialValue)
  return cipher.update(key)
}

/**
 * One decipher for each KEK in memory, and gone with it: each `update` is a whole unwrapping of its own, also after one that
 * threw, and making a decipher costs as much as a third of it (measured).
 */
const deciphers = new WeakMap<KeyObject, Decipheriv>()
const decipherOf = (kek: CipherKey): Decipheriv => {
  const known = kek instanceof KeyObject ? deciphers.get(kek) : undefined
  if (known !== undefined) return known
  const made = createDecipheriv(algorithm, kek, initialValue)
  if (kek instanceof KeyObject) deciphers.set(kek, made)
  return made
}

/** The integrity check of RFC 3394 § 2.2.3 is in here: a wrong KEK or a changed byte throws. */
export const unwrapKey = (kek: CipherKey, wrapped: Buffer, keyId: string): Buffer => {
  // The one length that `update` takes without a check.
  if (wrapped.length === 0) throw undecipherable(keyId, 'its wrapped form is empty')
  try {
    return decipherOf(kek).update(wrapped)
  } catch {
    throw undecipherable(keyId, 'its wrapped form does not unwrap')
  }
}
