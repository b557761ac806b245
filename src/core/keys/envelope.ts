import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto'
import { release } from '../shared/secret-bytes.ts'
import { formats } from './formats.ts'
import { undecipherable } from './key-errors.ts'
import { fillRandom } from './pool.ts'

/**
 * The self-describing sealed record, used for numbers (under a DEK) and for personal fields (under the field key):
 *
 *   format version 1 · length of key id 1 · key id · IV 12 · tag 16 · ciphertext
 *
 * AES-256-GCM, random 96-bit IV (NIST SP 800-38D § 8.2.2), tag of 16 bytes. What stands in front and what the record
 * belongs to are bound by the AAD, so that a record moved to another place does not open.
 */
const algorithm = 'aes-256-gcm'
export const ivBytes = 12
export const tagBytes = 16

/** A key of one record comes as bytes, to be wiped by whoever has it; a key of many as the object that was made once. */
export type EnvelopeKey = { readonly id: string; readonly key: Buffer | KeyObject }

/** Node 24 takes a KeyObject in a third of the time that it takes bytes, its making included. */
const keyOf = ({ key }: EnvelopeKey): KeyObject => (key instanceof Uint8Array ? createSecretKey(key) : key)

const scratch = Buffer.alloc(8 * 1024)

/**
 * The AAD: every part behind its length, so that no two lists of parts have the same bytes. The result lives in a shared
 * scratch buffer until the next call (GCM's `setAAD` takes it in at once; whoever keeps it copies it).
 */
export const associatedData = (parts: readonly string[]): Buffer => {
  let end = 0
  for (const part of parts) {
    // A UTF-16 unit is at most 3 bytes; `write` would cut silently what does not fit.
    if (end + 2 + part.length * 3 > scratch.length) throw new RangeError('The associated data is too long')
    const size = scratch.write(part, end + 2, 'utf8')
    scratch[end] = size >>> 8
    scratch[end + 1] = size & 0xff
    end += 2 + size
  }
  return scratch.subarray(0, end)
}

/** OpenSSL copies it before `createCipheriv` returns. */
const iv = Buffer.alloc(ivBytes)

const seal = (
  format: number,
  domain: string,
  key: EnvelopeKey,
  plaintext: Uint8Array | string,
  binding: readonly string[],
): Buffer => {
  const idBytes = key.id.length
  const ivAt = 2 + idBytes
  const tagAt = ivAt + ivBytes
  const bodyAt = tagAt + tagBytes
  fillRandom(iv, 0, ivBytes)
  const cipher = createCipheriv(algorithm, keyOf(key), iv, { authTagLength: tagBytes })
  cipher.setAAD(associatedData([formats.label(format) ?? '', domain, key.id, ...binding]))
  const body = typeof plaintext === 'string' ? cipher.update(plaintext, 'utf8') : cipher.update(plaintext)
  cipher.final()
  const sealed = Buffer.allocUnsafe(bodyAt + body.length)
  sealed[0] = format
  sealed[1] = idBytes
  sealed.write(key.id, 2, 'latin1')
  sealed.set(iv, ivAt)
  sealed.set(body, bodyAt)
  release(body)
  sealed.set(cipher.getAuthTag(), tagAt)
  return sealed
}

/** A text is taken as UTF-8, without a copy of it in between. */
export const sealEnvelope = (
  domain: string,
  key: EnvelopeKey,
  plaintext: Uint8Array | string,
  binding: readonly string[],
): Buffer => seal(formats.current(), domain, key, plaintext, binding)

/** The id of the key that a record says it is under; undefined where it is no record of ours. */
export const keyIdOf = (sealed: Buffer): string | undefined => {
  const [format, idBytes] = sealed
  if (format === undefined || idBytes === undefined || formats.label(format) === undefined) return undefined
  if (idBytes === 0 || sealed.length < 2 + idBytes + ivBytes + tagBytes) return undefined
  return sealed.toString('latin1', 2, 2 + idBytes)
}

export const formatOf = (sealed: Buffer): number | undefined => sealed[0]

/** Opens, or throws the same unexplained error for whatever was wrong. The plaintext is the caller's to wipe. */
export const openEnvelope = (domain: string, key: EnvelopeKey, sealed: Buffer, binding: readonly string[]): Buffer => {
  const refused = (why: string) => undecipherable(key.id, `${why} (${domain} of ${binding.join(' ')})`)
  const id = keyIdOf(sealed)
  if (id === undefined) throw refused('truncated record or unknown format version')
  if (id !== key.id) throw refused('the record names another key')
  const ivAt = 2 + id.length
  const tagAt = ivAt + ivBytes
  const bodyAt = tagAt + tagBytes
  // Without authTagLength, Node takes tags of 12, 8 and 4 bytes as well.
  const decipher = createDecipheriv(algorithm, keyOf(key), sealed.subarray(ivAt, tagAt), { authTagLength: tagBytes })
  decipher.setAuthTag(sealed.subarray(tagAt, bodyAt))
  decipher.setAAD(associatedData([formats.label(sealed[0] ?? 0) ?? '', domain, id, ...binding]))
  const plaintext = decipher.update(sealed.subarray(bodyAt))
  try {
    decipher.final()
  } catch {
    plaintext.fill(0)
    throw refused('the record does not match its key, its place or its tag')
  }
  return plaintext
}
