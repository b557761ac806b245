import type { Clock } from '../shared/clock.ts'
import type { Database } from '../shared/database.ts'
import { createCheckpointKeys } from './checkpoint-keys.ts'
import { createDekStore } from './deks.store.ts'
import { createDeks } from './deks.ts'
import { createFieldCiphers } from './field-cipher.ts'
import { createGrams } from './grams.ts'
import type { KekProvider } from './kek-provider.ts'
import { createKeyRings } from './key-ring.ts'
import { createKeyedHash } from './keyed-hash.ts'
import { createKms } from './kms.ts'
import { createOrganizationKeyStore } from './organization-keys.store.ts'
import { createPlatformKeyStore } from './platform-keys.store.ts'
import { createRotation } from './rotation.ts'
import { createSigning } from './signing.ts'
import { createTransport } from './transport.ts'

/**
 * Every key of the product: KMS → organization KEK → DEKs; field, index, fingerprint, MAC and gram keys; signing and transport keys. All
 * of it is in the key database, wrapped. The front door: other features import this file alone.
 */
export { type AnswerKey, encryptAnswer, encryptAnswerStream } from './answer-jwe.ts'
export type { CheckpointKey, CheckpointKeys, CheckpointPublicKey } from './checkpoint-keys.ts'
export type { DekPurpose, NumberIndex } from './deks.store.ts'
export type { DekReference, Deks, FindReferenced, NumberCandidate } from './deks.ts'
export type { FieldCipher } from './field-cipher.ts'
export { formats } from './formats.ts'
export { foldName } from './grams.rules.ts'
export type { Grams } from './grams.ts'
export type { KekProvider } from './kek-provider.ts'
export { undecipherable } from './key-errors.ts'
export type { KeyedDigest, KeyedHash } from './keyed-hash.ts'
export type { KmsCalls } from './kms.ts'
export type { SigningUse, TransportPublicJwk } from './platform-keys.store.ts'
export type { RenewIndexes, Rotation } from './rotation.ts'
export { type Dek, describeRecord, isOlderFormat, openRecord, type RecordPlace, sealRecord } from './sealed-record.ts'
export { openStream, sealStream } from './segment-streams.ts'
export {
  type FilePlace,
  headerBytes,
  newSegmentedFile,
  type SegmentedFile,
  sealedLength,
  sealedSegmentBytes,
  segmentBytes,
  segmentedFile,
  segmentOffset,
} from './segments.ts'
export type { SigningJwk, SigningKey } from './signing.ts'
export { type StoredBytes, toBuffer } from './stored-bytes.ts'
export { publishedSeconds, type Transport, type TransportJwk } from './transport.ts'
export { type CurveName, curves, thumbprintOf } from './transport-curves.ts'

export type KeysDeps = {
  /** The key database: a `createDatabase({ joinsTransactions: false })` of its own. */
  db: Database
  provider: KekProvider
  clock: Clock
  cacheSeconds?: number
  /** Told of keys that do not open and that nobody needs. */
  onError?: (error: unknown) => void
}

export const createKeys = ({ db, provider, clock, cacheSeconds = 300, onError = () => undefined }: KeysDeps) => {
  const platformKeys = createPlatformKeyStore(db)
  const kms = createKms({ provider, store: platformKeys, clock })
  const organizationKeys = createOrganizationKeyStore(db)
  const dekStore = createDekStore(db)
  const rings = createKeyRings({ store: organizationKeys, kms, clock, cacheSeconds, onError })
  const signing = createSigning({ store: platformKeys, kms, clock, cacheSeconds })
  const transport = createTransport({ store: platformKeys, kms, clock, cacheSeconds, onError })
  const fingerprints = createKeyedHash({ rings }, 'fingerprint')

  /** Fingerprint of an idempotent request's body, base64url. */
  const fingerprint = async (organizationId: string, bytes: Uint8Array | string): Promise<string> =>
    (await fingerprints.for(organizationId)).digest(bytes).digest.toString('base64url')

  /** The same under each readable key, current first: to compare with one stored before a rotation. */
  const fingerprintCandidates = async (organizationId: string, bytes: Uint8Array | string): Promise<string[]> =>
    (await fingerprints.for(organizationId)).digests(bytes).map(({ digest }) => digest.toString('base64url'))

  const rotation = createRotation({
    keys: organizationKeys,
    platformKeys,
    deks: dekStore,
    rings,
    kms,
    clock,
    cacheSeconds,
    onError,
  })

  /** At start: a KMS version exists, the configured provider is the one that made it, and it wraps and unwraps. */
  const prepare = async (): Promise<void> => {
    await kms.prove()
    await rotation.noteCache()
  }

  const close = (): void => {
    rings.close()
    signing.close()
    transport.close()
  }

  return {
    deks: createDeks({ store: dekStore, rings, clock }),
    fields: createFieldCiphers({ rings }),
    grams: createGrams({ rings }),
    /** The ledger's MAC. */
    macs: createKeyedHash({ rings }, 'mac'),
    /** What signs an organization's ledger. */
    checkpoints: createCheckpointKeys({ store: organizationKeys, rings, clock }),
    /** The vault's number index; truncating it is the vault's. */
    numberIndex: createKeyedHash({ rings }, 'index'),
    fingerprint,
    fingerprintCandidates,
    signing: { key: signing.key, jwks: signing.jwks, publicKey: signing.publicKey, rotate: signing.rotate },
    /** For the erasure epoch alone. */
    rotation,
    /** The keys to which hosts encrypt numbers. */
    transport,
    kmsCalls: kms.calls,
    prepare,
    close,
  }
}
export type Keys = ReturnType<typeof createKeys>
