import { Schema } from 'mongoose'
import type { Database } from '../shared/database.ts'
import { afterKey, type CursorKey, countLimit } from '../shared/page.ts'
import type { ReadingFilters } from './filters.ts'

export const ledgerFormatIds = ['csv', 'jsonl', 'pdf'] as const
export type LedgerFormatId = (typeof ledgerFormatIds)[number]
export type LedgerExportState = 'preparing' | 'ready' | 'failed'

export type LedgerExportRow = {
  _id: string
  organizationId: string
  format: LedgerFormatId
  state: LedgerExportState
  jobId: string
  /** Absent: all of it, in the order of the log. */
  period?: { from: Date; to: Date }
  order: 'asc' | 'desc'
  /** As asked for, but the name. */
  filters: Omit<ReadingFilters, 'name'>
  /** Sealed: the name that was searched for. */
  name?: Buffer
  /** 検証点: the newest one when the work began. */
  checkpoint?: { note: string; size: number; root: string; signedAt: Date }
  entries?: number
  fileId?: string
  fileName: string
  createdAt: Date
  readyAt?: Date
  expiresAt?: Date
}

const text = { type: String, required: true }
const schema = new Schema<LedgerExportRow>(
  {
    _id: text,
    organizationId: text,
    format: text,
    state: text,
    jobId: text,
    period: { type: new Schema({ from: Date, to: Date }, { _id: false }), required: false },
    order: text,
    filters: { type: Schema.Types.Mixed, required: true },
    name: Buffer,
    checkpoint: {
      type: new Schema({ note: String, size: Number, root: String, signedAt: Date }, { _id: false }),
      required: false,
    },
    entries: Number,
    fileId: String,
    fileName: text,
    createdAt: { type: Date, required: true },
    readyAt: Date,
    expiresAt: Date,
  },
  { collection: 'ledger_exports', versionKey: false, minimize: false },
)
schema.index({ organizationId: 1, _id: 1 })

export const createLedgerExportsStore = (db: Database) => {
  const exports = db.define('LedgerExport', schema)
  return {
    insert: async (row: LedgerExportRow): Promise<void> => {
      await exports.insertMany([row], { lean: true })
    },
    find: (organizationId: string, id: string): Promise<LedgerExportRow | null> =>
      exports.findOne({ organizationId, _id: id }).lean<LedgerExportRow>().exec(),
    list: (organizationId: string, after: CursorKey | undefined, limit: number): Promise<LedgerExportRow[]> =>
      exports
        .find({ organizationId, ...afterKey(['_id'], after) })
        .sort({ _id: 1 })
        .limit(limit)
        .batchSize(limit)
        .lean<LedgerExportRow[]>()
        .exec(),
    count: (organizationId: string): Promise<number> =>
      exports.countDocuments({ organizationId }).limit(countLimit).exec(),
    /** While it is prepared: whoever comes second changes nothing. */
    change: async (organizationId: string, id: string, change: Partial<LedgerExportRow>): Promise<boolean> =>
      (await exports.updateOne({ organizationId, _id: id, state: 'preparing' }, { $set: change })).matchedCount === 1,
  }
}
export type LedgerExportsStore = ReturnType<typeof createLedgerExportsStore>
