import { Schema } from 'mongoose'
import type { Database } from '../shared/database.ts'

/** An answer that was given to an Idempotency-Key, sealed under the field key; gone after a day. */
export type OnceRow = {
  _id: string
  organizationId: string
  /**
   * Client or session, operation and key, as one keyed digest, since a key may hold anything; under each readable key, since
   * two processes need not agree yet on which of them is the current one.
   */
  handles: string[]
  fingerprint: string
  answer: Buffer
  /** Whose number the answer tells of (its mask): gone with the number. */
  subjectId?: string
  createdAt: Date
}

export const keptSeconds = 24 * 3600

const text = { type: String, required: true }
const schema = new Schema<OnceRow>(
  {
    _id: text,
    organizationId: text,
    handles: { type: [String], required: true },
    fingerprint: text,
    answer: { type: Buffer, required: true },
    subjectId: String,
    createdAt: { type: Date, required: true },
  },
  { collection: 'idempotency', versionKey: false, minimize: false },
)
schema.index({ organizationId: 1, handles: 1 }, { unique: true, name: 'kept_under' })
schema.index({ organizationId: 1, subjectId: 1 }, { partialFilterExpression: { subjectId: { $exists: true } } })
schema.index({ createdAt: 1 }, { expireAfterSeconds: keptSeconds })

/** Sorted here: asked to sort these few, MongoDB walks the index over `createdAt` instead, through everything kept. */
const newest = (rows: readonly OnceRow[]): OnceRow | null =>
  rows.reduce<OnceRow | null>(
    (latest, row) => (latest !== null && latest.createdAt >= row.createdAt ? latest : row),
    null,
  )

export const createOnceStore = (db: Database) => {
  const rows = db.define('OnceRow', schema)
  return {
    /** By the digest under each readable key: the fingerprint key may have been renewed since. */
    find: async (organizationId: string, handles: readonly string[]): Promise<OnceRow | null> =>
      newest(
        await rows
          .find({ organizationId, handles: { $in: [...handles] } })
          .lean<OnceRow[]>()
          .exec(),
      ),
    /**
     * The same, and what has just been committed is surely among it: a majority read may be a moment behind the change that
     * refused a racing duplicate.
     */
    findLatest: async (organizationId: string, handles: readonly string[]): Promise<OnceRow | null> =>
      newest(
        await rows
          .find({ organizationId, handles: { $in: [...handles] } })
          .readConcern('linearizable')
          .maxTimeMS(10_000)
          .lean<OnceRow[]>()
          .exec(),
      ),
    insert: async (row: OnceRow): Promise<void> => {
      await rows.insertMany([row], { lean: true })
    },
    forget: async (organizationId: string, subjectIds: readonly string[]): Promise<void> => {
      await rows.deleteMany({ organizationId, subjectId: { $in: [...subjectIds] } })
    },
    /** MongoDB removes old rows when it comes round to it (TTL): one that is still there must not stand in the way. */
    removeBefore: async (organizationId: string, handles: readonly string[], instant: Date): Promise<void> => {
      await rows.deleteMany({ organizationId, handles: { $in: [...handles] }, createdAt: { $lte: instant } })
    },
  }
}
