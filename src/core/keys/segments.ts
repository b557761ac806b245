import { createCipheriv, createDecipheriv } from 'node:crypto'
import { release } from '../shared/secret-bytes.ts'
import { associatedData, tagBytes } from './envelope.ts'
import { undecipherable } from './key-errors.ts'
import { fillRandom } from './pool.ts'
import type { Dek } from './sealed-record.ts'

/**
 * Files as segments of 64 KiB, each AES-256-GCM under the file's DEK: the STREAM construction (Hoang, Reyhanitabar,
 * Rogaway, Vizár 2015). The nonce is a random prefix of the file, the segment's counter and a flag on the last segment,
 * so segments that are cut, swapped, dropped or added do not open, and a download can start at any segment.
 *
 *   header: format version 1 · length of DEK id 1 · DEK id · prefix 7     then: (ciphertext ≤ 65,536 · tag 16) …
 *
 * Only an empty file has an empty segment. No (DEK, counter) is used twice: each attempt at a file takes a fresh DEK.
 */
const algorithm = 'aes-256-gcm'
const fileFormat = 1
const prefixBytes = 7
const lastCounter = 0xffffffff

export const segmentBytes = 64 * 1024
export const sealedSegmentBytes = segmentBytes + tagBytes

/**
 * Node's `decipher.update` writes into a block that is larger than the plaintext by the cipher's block size (1 in GCM), copies it,
 * and frees the first one as it is. Whoever asks for that size at once gets that very block, and zeroes it: measured by
 * test/slow/worker-memory.test.ts, where 458 of 1,000 exported numbers were left without this.
 */
const overwriteStray = (plainBytes: number): void => {
  release(Buffer.allocUnsafeSlow(plainBytes + 1))
}

/** What a file belongs to; both are bound to every segment. */
export type FilePlace = { readonly organizationId: string; readonly fileId: string }

export type SegmentedFile = {
  readonly header: Buffer
  seal: (index: number, last: boolean, plaintext: Uint8Array) => Buffer
  /** The same, ciphertext and tag apart: for those who only pass them on. */
  sealParts: (index: number, last: boolean, plaintext: Uint8Array) => [Buffer, Buffer]
  open: (index: number, last: boolean, sealed: Uint8Array) => Buffer
}

export const headerBytes = (dekId: string): number => 2 + dekId.length + prefixBytes

/** Where a segment begins in the sealed file. */
export const segmentOffset = (dekId: string, index: number): number => headerBytes(dekId) + index * sealedSegmentBytes

/** How long the sealed form of so many bytes is. */
export const sealedLength = (dekId: string, plainLength: number): number =>
  headerBytes(dekId) + plainLength + Math.max(1, Math.ceil(plainLength / segmentBytes)) * tagBytes

const withHeader = (dek: Dek, place: FilePlace, header: Buffer): SegmentedFile => {
  const prefixAt = header.length - prefixBytes
  const aad = Buffer.from(associatedData(['azukari.v1', 'file', dek.id, place.organizationId, place.fileId]))

  const nonceOf = (index: number, last: boolean): Buffer => {
    if (!Number.isInteger(index) || index < 0 || index > lastCounter) throw new RangeError('No such segment')
    const nonce = Buffer.alloc(12)
    header.copy(nonce, 0, prefixAt)
    nonce.writeUInt32BE(index, prefixBytes)
    nonce[11] = last ? 1 : 0
    return nonce
  }

  const sealParts = (index: number, last: boolean, plaintext: Uint8Array): [Buffer, Buffer] => {
    if (plaintext.length > segmentBytes || (!last && plaintext.length < segmentBytes))
      throw new RangeError('A segment other than the last is full')
    const cipher = createCipheriv(algorithm, dek.key, nonceOf(index, last), { authTagLength: tagBytes })
    cipher.setAAD(aad)
    const ciphertext = cipher.update(plaintext)
    cipher.final()
    return [ciphertext, cipher.getAuthTag()]
  }
  const seal = (index: number, last: boolean, plaintext: Uint8Array): Buffer =>
    Buffer.concat(sealParts(index, last, plaintext))

  const open = (index: number, last: boolean, sealed: Uint8Array): Buffer => {
    const body = sealed.length - tagBytes
    const wrongLength = body > segmentBytes || (!last && body !== segmentBytes) || (last && index > 0 && body === 0)
    if (body < 0 || wrongLength) throw undecipherable(dek.id, `segment ${index} of a file is truncated`)
    const decipher = createDecipheriv(algorithm, dek.key, nonceOf(index, last), { authTagLength: tagBytes })
    decipher.setAuthTag(sealed.subarray(body))
    decipher.setAAD(aad)
    const plaintext = decipher.update(sealed.subarray(0, body))
    overwriteStray(body)
    try {
      decipher.final()
    } catch {
      plaintext.fill(0)
      throw undecipherable(dek.id, `segment ${index} of a file does not match`)
    }
    return plaintext
  }

  return { header, seal, sealParts, open }
}

/** A new sealed file: its header with a fresh prefix. */
export const newSegmentedFile = (dek: Dek, place: FilePlace): SegmentedFile => {
  const header = Buffer.alloc(headerBytes(dek.id))
  header[0] = fileFormat
  header[1] = dek.id.length
  header.write(dek.id, 2, 'latin1')
  fillRandom(header, header.length - prefixBytes, prefixBytes)
  return withHeader(dek, place, header)
}

/** A stored file, by the first `headerBytes(dek.id)` bytes of it. */
export const segmentedFile = (dek: Dek, place: FilePlace, header: Uint8Array): SegmentedFile => {
  const own = Buffer.from(header)
  const named = own[1] === dek.id.length && own.toString('latin1', 2, 2 + dek.id.length) === dek.id
  if (own[0] !== fileFormat || !named || own.length !== headerBytes(dek.id))
    throw undecipherable(dek.id, 'the header of a file is truncated, of an unknown version or of another key')
  return withHeader(dek, place, own)
}
