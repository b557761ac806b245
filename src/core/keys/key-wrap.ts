import { type CipherKey, createCipheriv, createDecipheriv } from 'node:crypto'
import { undecipherable } from './key-errors.ts'

/** AES-256-KW, RFC 3394 with its fixed initial value: deterministic, so there is no nonce to run out of. */
const algorithm = 'id-aes256-wrap'
const initialValue = Buffer.alloc(8, 0xa6)

export const wrapKey = (kek: CipherKey, key: Buffer): Buffer => {
  const cipher = createCipheriv(algorithm, kek, initialValue)
  return cipher.update(key)
}

/** The integrity check of RFC 3394 § 2.2.3 is in here: a wrong KEK or a changed byte throws. */
export const unwrapKey = (kek: CipherKey, wrapped: Buffer, keyId: string): Buffer => {
  try {
    const decipher = createDecipheriv(algorithm, kek, initialValue)
    return decipher.update(wrapped)
  } catch {
    throw undecipherable(keyId, 'its wrapped form does not unwrap')
  }
}
