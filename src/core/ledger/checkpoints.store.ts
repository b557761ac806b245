import { Schema } from 'mongoose'
import { type StoredBytes, toBuffer } from '../keys/keys.ts'
import type { Database } from '../shared/database.ts'
import { isDuplicateKey } from '../shared/duplicates.ts'
import { afterKey, type CursorKey, countLimit } from '../shared/page.ts'

/** A signed root. The note says it all; size and root stand beside it for finding. */
export type CheckpointRow = {
  _id: string
  organizationId: string
  size: number
  /** base64, as in the note. */
  root: string
  note: string
  /** Of the key that signed it: eight hexadecimal digits. */
  keyId: string
  createdAt: Date
  /** When it was last announced and entered in the list outside the databases. */
  anchoredAt?: Date
  /** An authority's answer (RFC 3161, DER) about the note, and the time that it names. */
  timeStamp?: { at: Date; response: StoredBytes }
}

const text = { type: String, required: true }
const schema = new Schema<CheckpointRow>(
  {
    _id: text,
    organizationId: text,
    size: { type: Number, required: true },
    root: text,
    note: text,
    keyId: text,
    createdAt: { type: Date, required: true },
    anchoredAt: Date,
    timeStamp: { type: new Schema({ at: Date, response: Buffer } as never, { _id: false }) },
  } as never,
  { collection: 'ledger_checkpoints', versionKey: false },
)
// Two who sign the same tree end with one checkpoint; a new key may sign it anew.
schema.index({ organizationId: 1, size: 1, keyId: 1 }, { unique: true })
schema.index({ organizationId: 1, size: -1, _id: -1 })

/** As bytes, wherever it comes from. */
export const timeStampOf = ({ timeStamp }: CheckpointRow): { at: Date; response: Buffer } | undefined =>
  timeStamp === undefined ? undefined : { at: timeStamp.at, response: toBuffer(timeStamp.response) }

export const createCheckpointStore = (db: Database) => {
  const checkpoints = db.define('LedgerCheckpoint', schema)
  const newestFirst = { size: -1, _id: -1 } as const
  return {
    /** False where it is there already. */
    insert: async (row: CheckpointRow): Promise<boolean> => {
      try {
        await checkpoints.insertMany([row], { lean: true })
        return true
      } catch (error) {
        if (isDuplicateKey(error)) return false
        throw error
      }
    },
    newest: (organizationId: string): Promise<CheckpointRow | null> =>
      checkpoints.findOne({ organizationId }).sort(newestFirst).lean<CheckpointRow>().exec(),
    ofSize: (organizationId: string, size: number): Promise<CheckpointRow | null> =>
      checkpoints.findOne({ organizationId, size }).sort(newestFirst).lean<CheckpointRow>().exec(),
    anchored: async (organizationId: string, id: string, anchoredAt: Date): Promise<void> => {
      await checkpoints.updateOne({ organizationId, _id: id }, { $set: { anchoredAt } })
    },
    find: (organizationId: string, id: string): Promise<CheckpointRow | null> =>
      checkpoints.findOne({ organizationId, _id: id }).lean<CheckpointRow>().exec(),
    /** The first one stays. */
    addTimeStamp: async (
      organizationId: string,
      id: string,
      timeStamp: { at: Date; response: Buffer },
    ): Promise<void> => {
      await checkpoints.updateOne({ organizationId, _id: id, timeStamp: { $exists: false } }, { $set: { timeStamp } })
    },
    list: (organizationId: string, after: CursorKey | undefined, limit: number): Promise<CheckpointRow[]> =>
      checkpoints
        .find({ $and: [afterKey(['size', '_id'], after, -1)], organizationId })
        .sort(newestFirst)
        .limit(limit)
        .batchSize(limit)
        .lean<CheckpointRow[]>()
        .exec(),
    count: (organizationId: string): Promise<number> =>
      checkpoints.countDocuments({ organizationId }).limit(countLimit).exec(),
  }
}
export type CheckpointStore = ReturnType<typeof createCheckpointStore>
