import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { doesNotUnwrap } from './failures.ts'

/**
 * Wrapping under a version's 32-byte key, AES-256-GCM: IV 12 · tag 16 · ciphertext; the version is bound. A version wraps
 * one key for each organization and signing use, far from the 2^32 that random IVs allow.
 */
const algorithm = 'aes-256-gcm'
const ivBytes = 12
const tagBytes = 16

export const versionKeyBytes = 32

export const wrapUnder = (versionKey: Buffer, version: string, plaintextKey: Buffer): Buffer => {
  const iv = randomBytes(ivBytes)
  const cipher = createCipheriv(algorithm, versionKey, iv, { authTagLength: tagBytes })
  cipher.setAAD(Buffer.from(version, 'utf8'))
  const body = Buffer.concat([cipher.update(plaintextKey), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), body])
}

export const unwrapUnder = (versionKey: Buffer, version: string, wrapped: Buffer): Buffer => {
  if (wrapped.length <= ivBytes + tagBytes) throw doesNotUnwrap(version)
  const decipher = createDecipheriv(algorithm, versionKey, wrapped.subarray(0, ivBytes), { authTagLength: tagBytes })
  decipher.setAuthTag(wrapped.subarray(ivBytes, ivBytes + tagBytes))
  decipher.setAAD(Buffer.from(version, 'utf8'))
  const plaintext = decipher.update(wrapped.subarray(ivBytes + tagBytes))
  try {
    decipher.final()
  } catch {
    plaintext.fill(0)
    throw doesNotUnwrap(version)
  }
  return plaintext
}
