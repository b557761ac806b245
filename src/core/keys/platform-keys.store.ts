import { Schema } from 'mongoose'
import type { Database } from '../shared/database.ts'
import { isDuplicateKey } from '../shared/duplicates.ts'
import type { KeyState } from './organization-keys.store.ts'
import type { StoredBytes } from './stored-bytes.ts'

/**
 * Keys of the whole platform: one signing key for each use, one transport key for each curve, and (`kms`) which KMS version
 * is the current one.
 */
export const signingUses = ['token', 'certificate', 'receipt', 'anchor'] as const
export type SigningUse = (typeof signingUses)[number]
export const transportUses = ['transport_p256', 'transport_x25519'] as const
export type TransportUse = (typeof transportUses)[number]
export type PublicJwk = { readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly x: string }
export type TransportPublicJwk =
  | { readonly kty: 'OKP'; readonly crv: 'X25519'; readonly x: string }
  | { readonly kty: 'EC'; readonly crv: 'P-256'; readonly x: string; readonly y: string }

/**
 * A signing key can be `next` (published, not yet signing) before it is `current`; once `previous`, it verifies until
 * `verifiesUntil`, or for good where there is none. A transport key is `previous` while what was sent to it is accepted.
 */
export type PlatformKeyState = 'next' | KeyState

export type PlatformKey<Jwk = PublicJwk> = {
  _id: string
  use: SigningUse | TransportUse | 'kms'
  state: PlatformKeyState
  kmsVersion: string
  createdAt: Date
  /** Only of `kms`: a version means nothing to another provider. */
  provider?: string
  /** Only of `kms`: the longest cache time of any process that started under it. */
  cacheSeconds?: number
  /** Only of signing and transport keys. */
  kid?: string
  wrapped?: StoredBytes
  publicJwk?: Jwk
  /** Only of `next`. */
  signsFrom?: Date
  /** Only of a signing key that another one has followed. */
  verifiesUntil?: Date
  /** Only of a transport key that another one has followed. */
  replacedAt?: Date
}
export type TransportKeyRow = PlatformKey<TransportPublicJwk>

const schema = new Schema(
  {
    _id: { type: String, required: true },
    use: { type: String, required: true, enum: [...signingUses, ...transportUses, 'kms'] },
    state: { type: String, required: true, enum: ['next', 'current', 'previous', 'retired'] },
    kmsVersion: { type: String, required: true },
    createdAt: { type: Date, required: true },
    provider: { type: String },
    cacheSeconds: { type: Number },
    kid: { type: String },
    wrapped: { type: Buffer },
    publicJwk: { type: { kty: String, crv: String, x: String, y: String, _id: false } },
    signsFrom: { type: Date },
    verifiesUntil: { type: Date },
    replacedAt: { type: Date },
  },
  { collection: 'platform_keys', versionKey: false },
)
schema.index({ use: 1 }, { name: 'one_current', unique: true, partialFilterExpression: { state: 'current' } })
schema.index({ use: 1 }, { name: 'one_next', unique: true, partialFilterExpression: { state: 'next' } })
schema.index({ kid: 1 }, { unique: true, partialFilterExpression: { kid: { $type: 'string' } } })

export const createPlatformKeyStore = (db: Database) => {
  const model = db.define('PlatformKey', schema)

  const current = async (use: SigningUse | 'kms'): Promise<PlatformKey | null> =>
    model.findOne({ use, state: 'current' }).lean<PlatformKey>()

  /** The current one first, then those that it replaced. */
  const transportKeys = async (uses: readonly TransportUse[]): Promise<TransportKeyRow[]> =>
    model
      .find({ use: { $in: uses } })
      .sort({ state: 1, createdAt: -1 })
      .lean<TransportKeyRow[]>()

  /** The next reader finds none current and makes one. False where somebody else was first. */
  const replaceTransport = async (id: string, at: Date): Promise<boolean> =>
    (await model.updateOne({ _id: id, state: 'current' }, { $set: { state: 'previous', replacedAt: at } }))
      .matchedCount === 1

  /** For good: with its KMS version gone too, nobody opens what was sent under it. */
  const removeTransport = async (replacedBefore: Date): Promise<number> =>
    (
      await model.deleteMany({
        use: { $in: transportUses },
        state: 'previous',
        replacedAt: { $lte: replacedBefore },
      })
    ).deletedCount

  const publicKeys = async (uses: readonly SigningUse[], now: Date): Promise<PlatformKey[]> =>
    model
      .find(
        {
          use: { $in: uses },
          state: { $in: ['next', 'current', 'previous'] },
          $or: [{ verifiesUntil: { $exists: false } }, { verifiesUntil: { $gt: now } }],
        },
        { wrapped: 0 },
      )
      .sort({ createdAt: -1 })
      .lean<PlatformKey[]>()

  /** The key that signs next, whether or not its time has come. */
  const next = async (use: SigningUse): Promise<PlatformKey | null> =>
    model.findOne({ use, state: 'next' }).lean<PlatformKey>()

  /** The last one that signed: it signs on if a process was killed between the two steps of `promote`. */
  const lastSigned = async (use: SigningUse): Promise<PlatformKey | null> =>
    model.findOne({ use, state: 'previous' }).sort({ createdAt: -1 }).lean<PlatformKey>()

  /**
   * Two steps, each of which can be repeated: whoever is killed in between leaves no current key, and the next one who
   * loads a key of this use goes on here.
   */
  const promote = async (use: SigningUse, id: string, predecessorVerifiesUntil: Date | undefined): Promise<void> => {
    await model.updateOne(
      { use, state: 'current', _id: { $ne: id } },
      {
        $set: {
          state: 'previous',
          ...(predecessorVerifiesUntil === undefined ? {} : { verifiesUntil: predecessorVerifiesUntil }),
        },
      },
    )
    await model.updateOne({ _id: id, use, state: 'next' }, { $set: { state: 'current' }, $unset: { signsFrom: 1 } })
  }

  /** False where somebody else's key of this use and state was there first. */
  const insert = async (key: PlatformKey | TransportKeyRow): Promise<boolean> => {
    try {
      await model.insertMany([key], { lean: true })
      return true
    } catch (error) {
      if (isDuplicateKey(error)) return false
      throw error
    }
  }

  const remove = async (id: string): Promise<void> => {
    await model.deleteOne({ _id: id })
  }

  const kmsVersions = async (): Promise<PlatformKey[]> => model.find({ use: 'kms' }).lean<PlatformKey[]>()

  const noteCache = async (cacheSeconds: number): Promise<void> => {
    await model.updateMany({ use: 'kms' }, { $max: { cacheSeconds } })
  }

  /** The new version becomes the current one and the old one previous, at once; only where the old one still is it. */
  const replaceKms = async (old: readonly string[], row: PlatformKey): Promise<void> =>
    db.inTransaction(async (session) => {
      const current = await model.findOne({ use: 'kms', state: 'current' }, undefined, { session }).lean<PlatformKey>()
      if (current === null || !old.includes(current.kmsVersion)) return
      await model.updateMany({ use: 'kms', state: 'current' }, { $set: { state: 'previous' } }, { session })
      await model.insertMany([row], { session, lean: true })
    })

  /** Whatever the KMS has wrapped under one of these versions. */
  const wrappedUnder = async (kmsVersions: readonly string[]): Promise<PlatformKey[]> =>
    model.find({ wrapped: { $exists: true }, kmsVersion: { $in: [...kmsVersions] } }).lean<PlatformKey[]>()

  const rewrap = async (key: PlatformKey, wrapped: Buffer, kmsVersion: string): Promise<void> => {
    await model.updateOne({ _id: key._id, kmsVersion: key.kmsVersion }, { $set: { wrapped, kmsVersion } })
  }

  const removeKms = async (kmsVersions: readonly string[]): Promise<void> => {
    await model.deleteMany({ use: 'kms', kmsVersion: { $in: [...kmsVersions] }, state: { $ne: 'current' } })
  }

  return {
    current,
    next,
    lastSigned,
    publicKeys,
    promote,
    transportKeys,
    replaceTransport,
    removeTransport,
    insert,
    remove,
    kmsVersions,
    noteCache,
    replaceKms,
    wrappedUnder,
    rewrap,
    removeKms,
  }
}
export type PlatformKeyStore = ReturnType<typeof createPlatformKeyStore>
