import { Schema } from 'mongoose'
import type { Database } from '../shared/database.ts'
import { isDuplicateKey } from '../shared/duplicates.ts'
import type { StoredBytes } from './stored-bytes.ts'

/**
 * The keys of one organization. The KEK is wrapped by a KMS version; the others by the KEK, so that loading all of them
 * costs one call to the KMS, and an old copy of any of them is as unreadable as the KEK once that version is destroyed.
 */
export const organizationKeyKinds = ['kek', 'field', 'index', 'fingerprint', 'mac', 'gram'] as const
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
  createdAt: Date
}

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

  return { readable, find, insert }
}
export type OrganizationKeyStore = ReturnType<typeof createOrganizationKeyStore>
