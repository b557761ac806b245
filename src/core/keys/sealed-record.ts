import { formatOf, keyIdOf, openEnvelope, sealEnvelope } from './envelope.ts'
import { formats } from './formats.ts'
import { type StoredBytes, toBuffer } from './stored-bytes.ts'

/** A data key: its id in the key database, and its 32 bytes while somebody is using them. */
export type Dek = { readonly id: string; readonly key: Buffer }

/** What a sealed number belongs to. All three are bound: a ciphertext moved elsewhere does not open. */
export type RecordPlace = { readonly organizationId: string; readonly subjectId: string; readonly recordId: string }

const domain = 'record'

/** Seals one record under its own DEK. For core/vault alone (number cipher: inside the vault only). */
export const sealRecord = (dek: Dek, plaintext: Uint8Array, place: RecordPlace): Buffer =>
  sealEnvelope(domain, dek, plaintext, [place.organizationId, place.subjectId, place.recordId])

/** Opens one record, or throws `internal` without a reason. The Buffer is the caller's to wipe. */
export const openRecord = (dek: Dek, sealed: StoredBytes, place: RecordPlace): Buffer =>
  openEnvelope(domain, dek, toBuffer(sealed), [place.organizationId, place.subjectId, place.recordId])

/** Which DEK a sealed record needs, and in which format version it is written. */
export const describeRecord = (sealed: StoredBytes): { dekId: string | undefined; format: number | undefined } => {
  const bytes = toBuffer(sealed)
  return { dekId: keyIdOf(bytes), format: formatOf(bytes) }
}

/** Whether it was written in a format before the current one. What a newer release has written is left alone. */
export const isOlderFormat = (sealed: StoredBytes): boolean => (formatOf(toBuffer(sealed)) ?? 0) < formats.current()
