import { Schema } from 'mongoose'
import type { Database } from '../shared/database.ts'
import { afterKey, type CursorKey, countLimit } from '../shared/page.ts'
import type { PurposeCode } from '../shared/words.ts'

export type ExportState = 'preparing' | 'ready' | 'used_up' | 'expired' | 'failed'
export type ExportCounts = { subjects: number; numbers: number; skipped: number }
export type ExportRecord = {
  _id: string
  organizationId: string
  companyId: string
  departmentId?: string
  format: string
  purpose: PurposeCode
  recipientId: string
  state: ExportState
  jobId: string
  fileId?: string
  counts?: ExportCounts
  fileName: string
  createdAt: Date
  readyAt?: Date
  expiresAt?: Date
  usedUpAt?: Date
  /** Whose download it became, and since when: nobody else's from then on. */
  download?: { by: string; firstAt: Date; tries: number }
}

const text = { type: String, required: true }
const schema = new Schema<ExportRecord>(
  {
    _id: text,
    organizationId: text,
    companyId: text,
    departmentId: String,
    format: text,
    purpose: text,
    recipientId: text,
    state: text,
    jobId: text,
    fileId: String,
    counts: new Schema({ subjects: Number, numbers: Number, skipped: Number }, { _id: false }),
    fileName: text,
    createdAt: { type: Date, required: true },
    readyAt: Date,
    expiresAt: Date,
    usedUpAt: Date,
    download: new Schema({ by: String, firstAt: Date, tries: Number }, { _id: false }),
  },
  { collection: 'exports', versionKey: false, minimize: false },
)
schema.index({ organizationId: 1, _id: 1 })
schema.index({ expiresAt: 1 }, { partialFilterExpression: { state: 'ready' } })

export const createExportsStore = (db: Database) => {
  const exports = db.define('Export', schema)
  /** From one state only: whoever comes second changes nothing. */
  const move = async (
    organizationId: string,
    id: string,
    from: ExportState,
    change: Partial<ExportRecord>,
  ): Promise<boolean> =>
    (await exports.updateOne({ organizationId, _id: id, state: from }, { $set: change })).matchedCount === 1
  return {
    insert: async (row: ExportRecord): Promise<void> => {
      await exports.insertMany([row], { lean: true })
    },
    find: (organizationId: string, id: string): Promise<ExportRecord | null> =>
      exports.findOne({ organizationId, _id: id }).lean<ExportRecord>().exec(),
    list: (organizationId: string, after: CursorKey | undefined, limit: number): Promise<ExportRecord[]> =>
      exports
        .find({ organizationId, ...afterKey(['_id'], after) })
        .sort({ _id: 1 })
        .limit(limit)
        .batchSize(limit)
        .lean<ExportRecord[]>()
        .exec(),
    count: (organizationId: string): Promise<number> =>
      exports.countDocuments({ organizationId }).limit(countLimit).exec(),
    move,
    /** The first try makes it one person's download; the same person may try again until `since` is too old. */
    take: (organizationId: string, id: string, by: string, now: Date, since: Date): Promise<ExportRecord | null> =>
      exports
        .findOneAndUpdate(
          {
            organizationId,
            _id: id,
            state: 'ready',
            expiresAt: { $gt: now },
            $or: [{ download: { $exists: false } }, { 'download.by': by, 'download.firstAt': { $gt: since } }],
          },
          [
            {
              $set: {
                'download.by': by,
                'download.firstAt': { $ifNull: ['$download.firstAt', now] },
                'download.tries': { $add: [{ $ifNull: ['$download.tries', 0] }, 1] },
              },
            },
          ],
          { returnDocument: 'after', updatePipeline: true },
        )
        .lean<ExportRecord>()
        .exec(),
    /** Ready ones whose time is over, in any organization: never fetched, or begun and never ended. */
    over: (now: Date, since: Date, limit: number): Promise<ExportRecord[]> =>
      exports
        .find({ state: 'ready', $or: [{ expiresAt: { $lte: now } }, { 'download.firstAt': { $lte: since } }] })
        .setOptions({ across: 'sweep' })
        .limit(limit)
        .batchSize(limit)
        .lean<ExportRecord[]>()
        .exec(),
  }
}
export type ExportsStore = ReturnType<typeof createExportsStore>
