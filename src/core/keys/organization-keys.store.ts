import { Schema } from 'mongoose'
import type { Database } from '../shared/database.ts'
import { isDuplicateKey } from '../shared/duplicates.ts'
import type { StoredBytes } from './stored-bytes.ts'

/**
 * The keys of one organization. The KEK is wrapped by a KMS version; the others by the KEK, so that loading all of them
 * costs one call to the KMS, and an old copy of any of them is as unreadable as the KEK once that version is destroyed.
 */
export const organizationKeyKinds = ['kek', 'field', 'index', 'fingerprint', 'mac', 'gram', 'checkpoint'] as const
export type OrganizationKeyKind = (typeof organizationKeyKinds)[number]

/** `previous` is readable but not written with; `retired` is neither. */
export type KeyState = 'current' | 'previous' | 'retired'

export type OrganizationKey = {
  _id: string
  organizationId: string
  kind: OrganizationKeyKind
  version: number
  state: KeyState
  wrapped: StoredBytes
  kmsVersion?: string
  kekId?: string
  /** The erasure epoch that made it. */
  epochId?: string
  createdAt: Date
}

/** These end with their KEK: never re-wrapped, so that an old index or fingerprint dies with the old KMS version. */
export const endsWithKek = (key: OrganizationKey): boolean =>
  (key.kind === 'index' || key.kind === 'fingerprint') && key.state !== 'current'

const schema = new Schema(
  {
    _id: { type: String, required: true },
    organizationId: { type: String, required: true },
    kind: { type: String, required: true, enum: organizationKeyKinds },
    version: { type: Number, required: true },
    state: { type: String, required: true, enum: ['current', 'previous', 'retired'] },
    wrapped: { type: Buffer, required: true },
    kmsVersion: { type: String },
    kekId: { type: String },
    epochId: { type: String },
    createdAt: { type: Date, required: true },
  },
  { collection: 'organization_keys', versionKey: false },
)
schema.index({ organizationId: 1, kind: 1, version: 1 }, { unique: true })
// Two processes that create the first key at once end with one: the second insert fails and reads the first.
schema.index(
  { organizationId: 1, kind: 1 },
  { name: 'one_current', unique: true, partialFilterExpression: { state: 'current' } },
)

// Two workers of one epoch make one key of each kind.
schema.index(
  { organizationId: 1, kind: 1, epochId: 1 },
  { name: 'one_an_epoch', unique: true, partialFilterExpression: { epochId: { $exists: true } } },
)
// For the epoch: which organizations are still under an older KMS version.
schema.index({ kind: 1, organizationId: 1, kmsVersion: 1 })

export const createOrganizationKeyStore = (db: Database) => {
  const model = db.define('OrganizationKey', schema)

  const readable = async (organizationId: string): Promise<OrganizationKey[]> =>
    model
      .find({ organizationId, state: { $in: ['current', 'previous'] } })
      .sort({ version: -1 })
      .lean<OrganizationKey[]>()

  const find = async (organizationId: string, id: string): Promise<OrganizationKey | null> =>
    model.findOne({ organizationId, _id: id, state: { $in: ['current', 'previous'] } }).lean<OrganizationKey>()

  /** In one round trip. False where somebody else's current key of one of the kinds was there first. */
  const insert = async (keys: readonly OrganizationKey[]): Promise<boolean> => {
    try {
      await model.insertMany([...keys], { lean: true, ordered: false })
      return true
    } catch (error) {
      if (isDuplicateKey(error)) return false
      throw error
    }
  }

  /** In whatever state. */
  const all = async (organizationId: string): Promise<OrganizationKey[]> =>
    model.find({ organizationId }).sort({ version: -1 }).lean<OrganizationKey[]>()

  const remove = async (organizationId: string, ids: readonly string[]): Promise<void> => {
    await model.deleteMany({ organizationId, _id: { $in: [...ids] } })
  }

  /** Organizations with a KEK under one of these KMS versions, in the order of their ids. */
  const under = async (kmsVersions: readonly string[], after: string, limit: number): Promise<string[]> => {
    const rows = await model
      .find(
        { kind: 'kek', kmsVersion: { $in: [...kmsVersions] }, organizationId: { $gt: after } },
        { organizationId: 1 },
      )
      .setOptions({ across: 'epoch' })
      .sort({ organizationId: 1 })
      .limit(limit)
      .batchSize(limit)
      .lean<{ organizationId: string }[]>()
    return [...new Set(rows.map(({ organizationId }) => organizationId))]
  }

  const exist = async (): Promise<boolean> =>
    (await model.exists({ kind: 'kek' }).setOptions({ across: 'epoch' })) !== null

  /**
   * The keys of an epoch become the current ones, all at once: at no moment is one kind without a current key. Never under an
   * older KEK than that of now, however late it is called: then, and where there are none, false. The other kinds may well
   * have a newer one: an organization that had only a KEK when the epoch came gets them at its next use.
   */
  const promote = async (organizationId: string, epochId: string): Promise<boolean> => {
    const own = { organizationId, epochId, state: 'previous' as const }
    return db.inTransaction(async (session) => {
      const rows = await model.find({ organizationId }, undefined, { session }).lean<OrganizationKey[]>()
      const keks = rows.filter(({ kind }) => kind === 'kek')
      const newest = keks.find(({ version }) => version === Math.max(...keks.map((kek) => kek.version)))
      if (newest?.epochId !== epochId) return false
      const coming = rows.filter((row) => row.epochId === epochId && row.state === 'previous')
      if (coming.length === 0) return true
      const kinds = coming.map(({ kind }) => kind)
      const others = { organizationId, kind: { $in: kinds }, state: 'current' as const, epochId: { $ne: epochId } }
      await model.updateMany(others, { $set: { state: 'previous' } }, { session })
      await model.updateMany(own, { $set: { state: 'current' } }, { session })
      return true
    })
  }

  /**
   * A key takes the place of the current one of its kind, which stays readable. False where another one was first, or where
   * the KEK that wraps it is not the current one any more.
   */
  const replace = async (key: OrganizationKey): Promise<boolean> => {
    const { organizationId, kind, version, kekId } = key
    return db.inTransaction(async (session) => {
      // What an epoch promotes right after this look it re-wraps with the rest.
      const kek = { organizationId, _id: kekId ?? '', kind: 'kek' as const, state: 'current' as const }
      const before = { organizationId, kind, state: 'current' as const, version: version - 1 }
      if ((await model.exists(kek).session(session)) === null) return false
      const stepped = await model.updateOne(before, { $set: { state: 'previous' } }, { session })
      if (stepped.matchedCount !== 1) return false
      await model.insertMany([key], { lean: true, session })
      return true
    })
  }

  /** The same key, wrapped by another KEK: false when somebody else has done it. */
  const rewrap = async (key: OrganizationKey, wrapped: Buffer, kekId: string): Promise<boolean> => {
    const { organizationId, _id } = key
    const filter = { organizationId, _id, kekId: key.kekId ?? '' }
    return (await model.updateOne(filter, { $set: { wrapped, kekId } })).matchedCount === 1
  }

  /** Neither read nor written with from here on; the caches of running processes end a little later. */
  const retire = async (organizationId: string, ids: readonly string[]): Promise<void> => {
    await model.updateMany(
      { organizationId, _id: { $in: [...ids] }, state: 'previous' },
      { $set: { state: 'retired' } },
    )
  }

  return { readable, find, insert, all, remove, under, exist, promote, replace, rewrap, retire }
}
export type OrganizationKeyStore = ReturnType<typeof createOrganizationKeyStore>
