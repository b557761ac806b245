import { Schema } from 'mongoose'
import type { Database } from '../shared/database.ts'

/** An answer that was given to an Idempotency-Key, sealed under the field key; gone after a day. */
export type OnceRow = {
  _id: string
  organizationId: string
  /** Client or session, operation and key, as one keyed digest: a key may hold anything. */
  handle: string
  fingerprint: string
  answer: Buffer
  createdAt: Date
}

const text = { type: String, required: true }
const schema = new Schema<OnceRow>(
  {
    _id: text,
    organizationId: text,
    handle: text,
    fingerprint: text,
    answer: { type: Buffer, required: true },
    createdAt: { type: Date, required: true },
  },
  { collection: 'idempotency', versionKey: false, minimize: false },
)
schema.index({ organizationId: 1, handle: 1 }, { unique: true })
schema.index({ createdAt: 1 }, { expireAfterSeconds: 24 * 3600 })

export const createOnceStore = (db: Database) => {
  const rows = db.define('OnceRow', schema)
  return {
    find: (organizationId: string, handle: string): Promise<OnceRow | null> =>
      rows.findOne({ organizationId, handle }).lean<OnceRow>().exec(),
    insert: async (row: OnceRow): Promise<void> => {
      await rows.insertMany([row], { lean: true })
    },
  }
}
