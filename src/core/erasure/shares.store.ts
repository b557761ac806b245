import { Schema } from 'mongoose'
import type { Database } from '../shared/database.ts'
import { afterKey, type CursorKey, countLimit } from '../shared/page.ts'

/** An organization's part in an epoch: in the data database, so that it commits with certificates and ledger entries. */
export type ShareRow = {
  _id: string
  organizationId: string
  epochId: string
  /** Certificates that were there at this moment become *erased* with this epoch. */
  enteredAt: Date
  progress: { done: number; total?: number }
  /** 鍵更新 is on record. */
  renewedAt?: Date
  certificates: number
}

const schema = new Schema<ShareRow>(
  {
    _id: { type: String, required: true },
    organizationId: { type: String, required: true },
    epochId: { type: String, required: true },
    enteredAt: { type: Date, required: true },
    progress: { done: { type: Number, required: true }, total: Number },
    renewedAt: Date,
    certificates: { type: Number, required: true },
  },
  { collection: 'erasure_shares', versionKey: false, minimize: false },
)
schema.index({ organizationId: 1, epochId: -1 }, { unique: true })
schema.index({ epochId: 1, organizationId: 1 })

export const createSharesStore = (db: Database) => {
  const shares = db.define('ErasureShare', schema)
  return {
    insert: async (row: ShareRow): Promise<void> => {
      await shares.insertMany([row], { lean: true })
    },
    find: (organizationId: string, epochId: string): Promise<ShareRow | null> =>
      shares.findOne({ organizationId, epochId }).lean<ShareRow>().exec(),
    list: (organizationId: string, after: CursorKey | undefined, limit: number): Promise<ShareRow[]> =>
      shares
        .find({ organizationId, ...afterKey(['epochId'], after, -1) })
        .sort({ epochId: -1 })
        .limit(limit)
        .lean<ShareRow[]>()
        .exec(),
    count: (organizationId: string): Promise<number> =>
      shares.countDocuments({ organizationId }).limit(countLimit).exec(),
    setTotal: async (organizationId: string, epochId: string, total: number): Promise<void> => {
      await shares.updateOne({ organizationId, epochId }, { $set: { 'progress.total': total } })
    },
    addDone: async (organizationId: string, epochId: string, done: number): Promise<void> => {
      await shares.updateOne({ organizationId, epochId }, { $inc: { 'progress.done': done } })
    },
    /** Once an epoch: false when it is on record already. Inside a transaction. */
    renewed: async (organizationId: string, epochId: string, renewedAt: Date): Promise<boolean> =>
      (await shares.updateOne({ organizationId, epochId, renewedAt: { $exists: false } }, { $set: { renewedAt } }))
        .matchedCount === 1,
    addCertificates: async (organizationId: string, epochId: string, count: number): Promise<void> => {
      await shares.updateOne({ organizationId, epochId }, { $inc: { certificates: count } })
    },
    /** Organizations of an epoch, in the order of their ids. */
    ofEpoch: (epochId: string, after: string, limit: number): Promise<ShareRow[]> =>
      shares
        .find({ epochId, organizationId: { $gt: after } })
        .setOptions({ across: 'epoch' })
        .sort({ organizationId: 1 })
        .limit(limit)
        .batchSize(limit)
        .lean<ShareRow[]>()
        .exec(),
  }
}
export type SharesStore = ReturnType<typeof createSharesStore>
