import { Schema } from 'mongoose'
import type { Database } from '../shared/database.ts'
import type { Day } from '../shared/dates.ts'

export type VersionState = 'registered' | 'superseded' | 'disposing' | 'deleted' | 'erased'

/** One version of a number. Ciphertext, DEK id and mask live and go together. */
export type VersionRow = {
  _id: string
  organizationId: string
  subjectId: string
  companyId: string
  version: number
  state: VersionState
  /** The version in force; there is at most one a subject. */
  current?: true
  sealed?: Buffer
  dekId?: string
  /** The last two digits, for lists that never decrypt. */
  mask?: string
  issuedOn?: Day
  registeredBy: 'staff' | 'subject' | 'client' | 'operator' | 'system'
  registeredAt: Date
  selfCheckedAt?: Date
  staffCheckedAt?: Date
  /** Sealed text: why it was corrected or reissued. */
  reason?: Buffer
  /** DEKs of wrong entries that must still be deleted from the key database. */
  doomedDekIds?: string[]
  deletedAt?: Date
  /** How often its digits were taken into a file: written so that a use and a disposal cannot both commit. */
  uses?: number
}

export type RenewedNumber = { id: string; dekId: string; from: Buffer; to: Buffer }

const text = { type: String, required: true }
const schema = new Schema<VersionRow>(
  {
    _id: text,
    organizationId: text,
    subjectId: text,
    companyId: text,
    version: { type: Number, required: true },
    state: text,
    current: Boolean,
    sealed: Buffer,
    dekId: String,
    mask: String,
    issuedOn: String,
    registeredBy: text,
    registeredAt: { type: Date, required: true },
    selfCheckedAt: Date,
    staffCheckedAt: Date,
    reason: Buffer,
    doomedDekIds: { type: [String], default: undefined },
    deletedAt: Date,
    uses: Number,
  },
  { collection: 'numbers', versionKey: false, minimize: false },
)
schema.index({ organizationId: 1, subjectId: 1, version: 1 }, { unique: true })
schema.index(
  { organizationId: 1, subjectId: 1, current: 1 },
  { unique: true, partialFilterExpression: { current: true } },
)
schema.index({ organizationId: 1, dekId: 1 }, { partialFilterExpression: { dekId: { $exists: true } } })
schema.index({ state: 1 }, { partialFilterExpression: { state: 'disposing' } })
schema.index({ doomedDekIds: 1 }, { partialFilterExpression: { doomedDekIds: { $exists: true } } })

/** What goes with the digits. */
const digitsGone = { sealed: 1, mask: 1, dekId: 1, reason: 1, doomedDekIds: 1 } as const

export const createVaultStore = (db: Database) => {
  const versions = db.define('NumberVersion', schema)
  return {
    insert: async (rows: VersionRow[]): Promise<void> => {
      await versions.insertMany(rows, { lean: true })
    },
    ofSubject: (organizationId: string, subjectId: string): Promise<VersionRow[]> =>
      versions.find({ organizationId, subjectId }).sort({ version: -1 }).lean<VersionRow[]>().exec(),
    current: (organizationId: string, subjectId: string): Promise<VersionRow | null> =>
      versions.findOne({ organizationId, subjectId, current: true }).lean<VersionRow>().exec(),
    currentOf: (organizationId: string, subjectIds: readonly string[]): Promise<VersionRow[]> =>
      versions
        .find({ organizationId, subjectId: { $in: [...subjectIds] }, current: true })
        .batchSize(1000)
        .lean<VersionRow[]>()
        .exec(),
    /** The masked view: no ciphertext is read. */
    maskedOf: (organizationId: string, subjectIds: readonly string[]): Promise<VersionRow[]> =>
      versions
        .find(
          { organizationId, subjectId: { $in: [...subjectIds] }, current: true },
          { sealed: 0, dekId: 0, reason: 0 },
        )
        .batchSize(1000)
        .lean<VersionRow[]>()
        .exec(),
    /** The wrong entry goes, in the transaction in which the right one comes; false when it is not what was read. */
    remove: async (read: VersionRow & { dekId: string }): Promise<boolean> =>
      (
        await versions.deleteOne({
          organizationId: read.organizationId,
          _id: read._id,
          dekId: read.dekId,
          current: true,
          state: 'registered',
        })
      ).deletedCount === 1,
    /** What was entered is taken back: it goes like a wrong entry, but nothing comes in its place. */
    withdraw: async (read: VersionRow & { dekId: string }, at: Date): Promise<boolean> => {
      const { doomedDekIds: _, ...gone } = digitsGone
      const { organizationId, _id, dekId, doomedDekIds = [] } = read
      const result = await versions.updateOne(
        { organizationId, _id, dekId, current: true, state: 'registered' },
        {
          $set: { state: 'deleted', deletedAt: at, doomedDekIds: [dekId, ...doomedDekIds] },
          $unset: { current: 1, ...gone },
        },
      )
      return result.matchedCount === 1
    },
    supersede: async (organizationId: string, id: string): Promise<boolean> =>
      (
        await versions.updateOne(
          { organizationId, _id: id, current: true, state: 'registered' },
          { $set: { state: 'superseded' }, $unset: { current: 1 } },
        )
      ).matchedCount === 1,
    /** Marks these very digits; answers with the row after it, or null when they are not there any more. */
    check: (
      read: VersionRow & { dekId: string },
      field: 'selfCheckedAt' | 'staffCheckedAt',
      at: Date,
    ): Promise<VersionRow | null> =>
      versions
        .findOneAndUpdate(
          {
            organizationId: read.organizationId,
            _id: read._id,
            dekId: read.dekId,
            current: true,
            state: 'registered',
            [field]: { $exists: false },
          },
          { $set: { [field]: at } },
          { returnDocument: 'after' },
        )
        .lean<VersionRow>()
        .exec(),
    /** Inside the transaction of a use: true when every one of these is still in force. A disposal or correction conflicts. */
    hold: async (organizationId: string, held: readonly { versionId: string; dekId: string }[]): Promise<boolean> =>
      held.length ===
      (
        await versions.updateMany(
          {
            organizationId,
            _id: { $in: held.map(({ versionId }) => versionId) },
            dekId: { $in: held.map(({ dekId }) => dekId) },
            current: true,
            state: 'registered',
          },
          { $inc: { uses: 1 } },
        )
      ).matchedCount,
    /** Outside a transaction: whether these are still in force. */
    inForce: (organizationId: string, held: readonly { versionId: string; dekId: string }[]): Promise<number> =>
      versions
        .countDocuments({
          organizationId,
          _id: { $in: held.map(({ versionId }) => versionId) },
          dekId: { $in: held.map(({ dekId }) => dekId) },
          current: true,
          state: 'registered',
        })
        .exec(),
    undoomed: async (organizationId: string, id: string, dekIds: readonly string[]): Promise<void> => {
      await versions.updateOne({ organizationId, _id: id }, { $pull: { doomedDekIds: { $in: [...dekIds] } } })
      await versions.updateOne({ organizationId, _id: id, doomedDekIds: { $size: 0 } }, { $unset: { doomedDekIds: 1 } })
    },
    doomed: (limit: number): Promise<VersionRow[]> =>
      versions
        .find({ doomedDekIds: { $exists: true } })
        .setOptions({ across: 'sweep' })
        .limit(limit)
        .lean<VersionRow[]>()
        .exec(),

    /** All living versions of these subjects; those already disposing too, so that a second try sees them. */
    living: (organizationId: string, subjectIds: readonly string[]): Promise<VersionRow[]> =>
      versions
        .find({
          organizationId,
          subjectId: { $in: [...subjectIds] },
          state: { $in: ['registered', 'superseded', 'disposing'] },
        })
        .batchSize(1000)
        .lean<VersionRow[]>()
        .exec(),
    beginDisposal: async (organizationId: string, subjectIds: readonly string[]): Promise<void> => {
      await versions.updateMany(
        { organizationId, subjectId: { $in: [...subjectIds] }, state: { $in: ['registered', 'superseded'] } },
        { $set: { state: 'disposing' }, $unset: { current: 1 } },
      )
    },
    finishDisposal: async (organizationId: string, subjectIds: readonly string[], at: Date): Promise<void> => {
      await versions.updateMany(
        { organizationId, subjectId: { $in: [...subjectIds] }, state: 'disposing' },
        {
          $set: { state: 'deleted', deletedAt: at },
          $unset: digitsGone,
        },
      )
    },
    /** After a restore: what was said to have gone, and is there again. */
    returned: (
      organizationId: string,
      { versionIds, dekIds }: { versionIds: readonly string[]; dekIds: readonly string[] },
    ): Promise<VersionRow[]> =>
      versions
        .find({
          organizationId,
          state: { $in: ['registered', 'superseded', 'disposing'] },
          $or: [{ _id: { $in: [...versionIds] } }, { dekId: { $in: [...dekIds] } }],
        })
        .batchSize(1000)
        .lean<VersionRow[]>()
        .exec(),
    removeReturned: async (organizationId: string, versionIds: readonly string[], at: Date): Promise<void> => {
      await versions.updateMany(
        { organizationId, _id: { $in: [...versionIds] } },
        { $set: { state: 'deleted', deletedAt: at }, $unset: { current: 1, ...digitsGone } },
      )
    },
    disposing: (limit: number): Promise<VersionRow[]> =>
      versions.find({ state: 'disposing' }).setOptions({ across: 'sweep' }).limit(limit).lean<VersionRow[]>().exec(),
    /** Those of them that can be read: candidates for being the same number. */
    readableWithDeks: (organizationId: string, dekIds: readonly string[]): Promise<VersionRow[]> =>
      versions
        .find({ organizationId, dekId: { $in: [...dekIds] }, state: { $in: ['registered', 'superseded'] } })
        .batchSize(1000)
        .lean<VersionRow[]>()
        .exec(),
    /** Whatever has ciphertext, of every organization, in the order of its id. */
    sealedAfter: (after: string, limit: number): Promise<VersionRow[]> =>
      versions
        .find({ _id: { $gt: after }, sealed: { $exists: true } })
        .setOptions({ across: 'renewal' })
        .sort({ _id: 1 })
        .limit(limit)
        .batchSize(limit)
        .lean<VersionRow[]>()
        .exec(),
    /** Only where the ciphertext is still what was read: a correction or disposal in between wins. */
    renew: async (organizationId: string, changes: readonly RenewedNumber[]): Promise<number> => {
      if (changes.length === 0) return 0
      const result = await versions.bulkWrite(
        changes.map(({ id, dekId, from, to }) => ({
          updateOne: { filter: { organizationId, _id: id, dekId, sealed: from }, update: { $set: { sealed: to } } },
        })),
        { ordered: false },
      )
      return result.modifiedCount
    },
    /** What these DEKs open: for the epoch, which renews the index of every living number. */
    sealedUnder: (organizationId: string, dekIds: readonly string[]): Promise<VersionRow[]> =>
      versions
        .find({ organizationId, dekId: { $in: [...dekIds] } }, { subjectId: 1, dekId: 1, sealed: 1 })
        .batchSize(500)
        .lean<VersionRow[]>()
        .exec(),
    /** Inside the transaction of the certificates that say so. */
    markErased: async (organizationId: string, ids: readonly string[]): Promise<void> => {
      await versions.updateMany(
        { organizationId, _id: { $in: [...ids] }, state: 'deleted' },
        { $set: { state: 'erased' } },
      )
    },
    withDeks: (organizationId: string, dekIds: readonly string[]): Promise<VersionRow[]> =>
      versions
        .find({ organizationId, dekId: { $in: [...dekIds] } }, { dekId: 1 })
        .lean<VersionRow[]>()
        .exec(),
  }
}
export type VaultStore = ReturnType<typeof createVaultStore>
