import { Schema } from 'mongoose'
import type { Database } from '../shared/database.ts'
import { isDuplicateKey } from '../shared/duplicates.ts'
import { afterKey, type CursorKey, countLimit } from '../shared/page.ts'
import { type EpochState, epochStates } from './epoch.rules.ts'

/** One erasure epoch, of the whole service: in the key database, since it is about keys and goes with its backups. */
export type EpochRow = {
  _id: string
  state: EpochState
  /** Only one row has it. */
  active?: true
  startedAt: Date
  startedBy: 'schedule' | 'platform' | 'operator'
  /** Made by this epoch, and those that it will destroy: these and no others, however late a worker comes. */
  kmsVersion?: string
  oldVersions?: string[]
  /** The next step is not before this: caches end, the old fingerprint key is kept, the KMS's own delay runs. */
  notBefore: Date
  leaseUntil: Date
  fence: number
  /** Data keys re-wrapped. */
  progress: { done: number; total?: number }
  promotedAt?: Date
  rewrappedAt?: Date
  backup?: { takenAt: Date; confirmedAt: Date; by: 'platform' | 'operator' | 'test' }
  destroyedAt?: Date
  erasableAt?: Date
  finishedAt?: Date
}

const text = { type: String, required: true }
const at = { type: Date, required: true }
const schema = new Schema<EpochRow>(
  {
    _id: text,
    state: { ...text, enum: [...epochStates] },
    active: Boolean,
    startedAt: at,
    startedBy: text,
    kmsVersion: String,
    oldVersions: { type: [String], default: undefined },
    notBefore: at,
    leaseUntil: at,
    fence: { type: Number, required: true },
    progress: { done: { type: Number, required: true }, total: Number },
    promotedAt: Date,
    rewrappedAt: Date,
    backup: { type: { takenAt: Date, confirmedAt: Date, by: String, _id: false }, default: undefined },
    destroyedAt: Date,
    erasableAt: Date,
    finishedAt: Date,
  },
  { collection: 'erasure_epochs', versionKey: false, minimize: false },
)
schema.index({ active: 1 }, { unique: true, partialFilterExpression: { active: true } })
schema.index({ state: 1 }, { partialFilterExpression: { state: { $in: epochStates.filter((s) => s !== 'finished') } } })

export type EpochChange = Partial<
  Pick<
    EpochRow,
    | 'state'
    | 'kmsVersion'
    | 'oldVersions'
    | 'notBefore'
    | 'progress'
    | 'promotedAt'
    | 'rewrappedAt'
    | 'backup'
    | 'destroyedAt'
    | 'erasableAt'
    | 'finishedAt'
  >
>

export const createEpochStore = (db: Database) => {
  const epochs = db.define('ErasureEpoch', schema)
  const working = epochStates.filter((state) => state !== 'finished')
  return {
    /** False where another one is active. */
    insert: async (row: EpochRow): Promise<boolean> => {
      try {
        await epochs.insertMany([row], { lean: true })
        return true
      } catch (error) {
        if (isDuplicateKey(error)) return false
        throw error
      }
    },
    find: (id: string): Promise<EpochRow | null> => epochs.findOne({ _id: id }).lean<EpochRow>().exec(),
    active: (): Promise<EpochRow | null> => epochs.findOne({ active: true }).lean<EpochRow>().exec(),
    /** Newest first. */
    list: (after: CursorKey | undefined, limit: number): Promise<EpochRow[]> =>
      epochs
        .find(afterKey(['_id'], after, -1))
        .sort({ _id: -1 })
        .limit(limit)
        .lean<EpochRow[]>()
        .exec(),
    findMany: (ids: readonly string[]): Promise<EpochRow[]> =>
      epochs
        .find({ _id: { $in: [...ids] } })
        .lean<EpochRow[]>()
        .exec(),
    unfinished: async (): Promise<string[]> => epochs.distinct('_id', { state: { $in: working } }).exec(),
    count: (): Promise<number> => epochs.countDocuments({}).limit(countLimit).exec(),
    /** For a worker: one that has something to do now, with a fresh lease and fence. */
    claim: (now: Date, leaseUntil: Date): Promise<EpochRow | null> =>
      epochs
        .findOneAndUpdate(
          {
            state: { $in: working },
            notBefore: { $lte: now },
            leaseUntil: { $lte: now },
            $or: [{ state: { $ne: 'awaiting_backup' } }, { backup: { $exists: true } }],
          },
          { $set: { leaseUntil }, $inc: { fence: 1 } },
          { sort: { _id: 1 }, returnDocument: 'after' },
        )
        .lean<EpochRow>()
        .exec(),
    /** Null when another worker has taken over. */
    move: (
      row: EpochRow,
      set: EpochChange & { leaseUntil: Date },
      unset: readonly ('active' | 'backup' | 'rewrappedAt')[] = [],
    ): Promise<EpochRow | null> =>
      epochs
        .findOneAndUpdate(
          { _id: row._id, fence: row.fence, state: row.state },
          { $set: set, ...(unset.length === 0 ? {} : { $unset: Object.fromEntries(unset.map((f) => [f, 1])) }) },
          { returnDocument: 'after' },
        )
        .lean<EpochRow>()
        .exec(),
    /** A chunk done: false when another worker has taken over. */
    beat: async (row: EpochRow, leaseUntil: Date, done: number): Promise<boolean> =>
      (
        await epochs.updateOne(
          { _id: row._id, fence: row.fence, state: row.state },
          { $set: { leaseUntil }, $inc: { 'progress.done': done } },
        )
      ).matchedCount === 1,
    release: async (row: EpochRow, until: Date): Promise<void> => {
      await epochs.updateOne({ _id: row._id, fence: row.fence }, { $set: { leaseUntil: until } })
    },
    /** Null where it does not wait for one, or where the backup is older than what it must hold. */
    confirm: (id: string, backup: NonNullable<EpochRow['backup']>): Promise<EpochRow | null> =>
      epochs
        .findOneAndUpdate(
          { _id: id, state: 'awaiting_backup', rewrappedAt: { $lt: backup.takenAt } },
          { $set: { backup } },
          { returnDocument: 'after' },
        )
        .lean<EpochRow>()
        .exec(),
  }
}
export type EpochStore = ReturnType<typeof createEpochStore>
