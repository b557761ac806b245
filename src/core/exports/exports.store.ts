import { Schema } from 'mongoose'
import {
  type BothClocks,
  type DownloadState,
  type DownloadTries,
  downloadSchema,
  expiredBy,
  overdue,
  takeable,
  taken,
} from '../files/files.ts'
import type { Database } from '../shared/database.ts'
import { afterKey, type CursorKey, countLimit } from '../shared/page.ts'
import type { PurposeCode } from '../shared/words.ts'

export type ExportState = DownloadState
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
  fileEndsAt?: Date
  usedUpAt?: Date
  download?: DownloadTries
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
    fileEndsAt: Date,
    usedUpAt: Date,
    download: downloadSchema,
  },
  { collection: 'exports', versionKey: false, minimize: false },
)
schema.index({ organizationId: 1, _id: 1 })
schema.index({ state: 1 }, { partialFilterExpression: { state: 'ready' } })
schema.index({ organizationId: 1, expiresAt: 1 }, { partialFilterExpression: { state: 'ready' } })

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
    take: async (organizationId: string, id: string, by: string, now: BothClocks): Promise<boolean> =>
      (
        await exports.updateOne(
          { organizationId, _id: id, state: 'ready', ...takeable(by, now) },
          [{ $set: taken(by, now.at) }],
          { updatePipeline: true },
        )
      ).matchedCount === 1,
    end: (organizationId: string, id: string, state: 'used_up' | 'expired', at: Date): Promise<boolean> =>
      move(organizationId, id, 'ready', { state, ...(state === 'used_up' ? { usedUpAt: at } : {}) }),
    over: (now: Date, limit: number): Promise<ExportRecord[]> =>
      exports
        .find({ state: 'ready', ...overdue(now) })
        .setOptions({ across: 'sweep' })
        .limit(limit)
        .batchSize(limit)
        .lean<ExportRecord[]>()
        .exec(),
    expiredOf: (organizationId: string, businessAt: Date, limit: number): Promise<ExportRecord[]> =>
      exports
        .find({ organizationId, state: 'ready', ...expiredBy(businessAt) })
        .limit(limit)
        .batchSize(limit)
        .lean<ExportRecord[]>()
        .exec(),
  }
}
export type ExportsStore = ReturnType<typeof createExportsStore>
