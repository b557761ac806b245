import { Schema } from 'mongoose'
import type { Database } from '../shared/database.ts'
import { isDuplicateKey } from '../shared/duplicates.ts'
import type { StoredBytes } from './stored-bytes.ts'

/** Keys of the whole platform: one signing key for each use, and (`kms`) which KMS version is the current one. */
export const signingUses = ['token', 'certificate', 'receipt', 'checkpoint'] as const
export type SigningUse = (typeof signingUses)[number]
export type PublicJwk = { readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly x: string }

/**
 * A signing key is `next` (published, not yet signing), `current`, then `previous` (verifies until `verifiesUntil`, or for
 * good where there is none).
 */
export type PlatformKeyState = 'next' | 'current' | 'previous' | 'retired'

export type PlatformKey = {
  _id: string
  use: SigningUse | 'kms'
  state: PlatformKeyState
  kmsVersion: string
  createdAt: Date
  /** Only of `kms`: a version means nothing to another provider. */
  provider?: string
  /** Only of signing keys. */
  kid?: string
  wrapped?: StoredBytes
  /** Only of `next`. */
  signsFrom?: Date
  /** Only of `previous`. */
  verifiesUntil?: Date
  publicJwk?: PublicJwk
}

const schema = new Schema(
  {
    _id: { type: String, required: true },
    use: { type: String, required: true, enum: [...signingUses, 'kms'] },
    state: { type: String, required: true, enum: ['next', 'current', 'previous', 'retired'] },
    kmsVersion: { type: String, required: true },
    createdAt: { type: Date, required: true },
    provider: { type: String },
    kid: { type: String },
    wrapped: { type: Buffer },
    signsFrom: { type: Date },
    verifiesUntil: { type: Date },
    publicJwk: { type: { kty: String, crv: String, x: String, _id: false } },
  },
  { collection: 'platform_keys', versionKey: false },
)
schema.index({ use: 1 }, { name: 'one_current', unique: true, partialFilterExpression: { state: 'current' } })
schema.index({ use: 1 }, { name: 'one_next', unique: true, partialFilterExpression: { state: 'next' } })
schema.index({ kid: 1 }, { unique: true, partialFilterExpression: { kid: { $type: 'string' } } })

export const createPlatformKeyStore = (db: Database) => {
  const model = db.define('PlatformKey', schema)

  const current = async (use: PlatformKey['use']): Promise<PlatformKey | null> =>
    model.findOne({ use, state: 'current' }).lean<PlatformKey>()

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
  const insert = async (key: PlatformKey): Promise<boolean> => {
    try {
      await model.insertMany([key], { lean: true })
      return true
    } catch (error) {
      if (isDuplicateKey(error)) return false
      throw error
    }
  }

  return { current, next, lastSigned, publicKeys, promote, insert }
}
export type PlatformKeyStore = ReturnType<typeof createPlatformKeyStore>
