import { Schema } from 'mongoose'
import type { Database } from '../shared/database.ts'

/**
 * The row is the truth of something that must still happen; it owns state, tries and delays. BullMQ owns latency only.
 * `dueAt` doubles as the lease: a queued row whose lease ran out is due again, so a lost Redis costs a sweep.
 */
export type OutboxRow = {
  _id: string
  organizationId: string
  topic: 'event' | 'job' | 'change'
  /** Event type (`number.registered`), job kind or kind of change. */
  type: string
  /** Ids only. */
  data: Record<string, string>
  state: 'waiting' | 'queued' | 'done' | 'dead'
  dueAt: Date
  /** Claims so far, lost ones too. */
  attempt: number
  /** Times a worker said that it could not: only these count towards giving up, a lost Redis does not. */
  failures: number
  fence: number
  requestId: string
  createdAt: Date
  doneAt?: Date
  lastError?: string
}

const schema = new Schema<OutboxRow>(
  {
    _id: { type: String, required: true },
    organizationId: { type: String, required: true },
    topic: { type: String, required: true },
    type: { type: String, required: true },
    data: { type: Schema.Types.Mixed, required: true },
    state: { type: String, required: true },
    dueAt: { type: Date, required: true },
    attempt: { type: Number, required: true },
    failures: { type: Number, required: true },
    fence: { type: Number, required: true },
    requestId: { type: String, required: true },
    createdAt: { type: Date, required: true },
    doneAt: Date,
    lastError: String,
  },
  { collection: 'outbox', versionKey: false, minimize: false },
)
schema.index({ dueAt: 1 }, { partialFilterExpression: { state: { $in: ['waiting', 'queued'] } } })
schema.index({ organizationId: 1, createdAt: 1 })
// What is done is kept a month for looking back, then goes by itself.
schema.index({ doneAt: 1 }, { expireAfterSeconds: 30 * 24 * 3600 })

export const createOutboxStore = (db: Database) => {
  const rows = db.define('OutboxRow', schema)
  const open: { state: { $in: OutboxRow['state'][] } } = { state: { $in: ['waiting', 'queued'] } }
  return {
    insertMany: async (documents: OutboxRow[]): Promise<void> => {
      await rows.insertMany(documents, { lean: true })
    },

    /** Takes one due row: a new lease, a new fence. */
    claimDue: (now: Date, leaseUntil: Date): Promise<OutboxRow | null> =>
      rows
        .findOneAndUpdate(
          { ...open, dueAt: { $lte: now } },
          { $set: { state: 'queued', dueAt: leaseUntil }, $inc: { fence: 1, attempt: 1 } },
          { returnDocument: 'after', sort: { dueAt: 1 } },
        )
        .setOptions({ across: 'relay' })
        .lean<OutboxRow>()
        .exec(),

    read: (organizationId: string, id: string, fence: number): Promise<OutboxRow | null> =>
      rows.findOne({ _id: id, organizationId, fence, state: 'queued' }).lean<OutboxRow>().exec(),

    renew: async (organizationId: string, id: string, fence: number, leaseUntil: Date): Promise<boolean> =>
      (await rows.updateOne({ _id: id, organizationId, fence, state: 'queued' }, { $set: { dueAt: leaseUntil } }))
        .matchedCount === 1,

    finish: async (organizationId: string, id: string, fence: number, now: Date): Promise<boolean> =>
      (
        await rows.updateOne(
          { _id: id, organizationId, fence, state: 'queued' },
          { $set: { state: 'done', doneAt: now } },
        )
      ).matchedCount === 1,

    /** Back as it was: the doorbell did not ring. The fence stays ahead, so a bell that rings late rings for nobody. */
    release: async (organizationId: string, id: string, fence: number, now: Date): Promise<void> => {
      await rows.updateOne(
        { _id: id, organizationId, fence, state: 'queued' },
        { $set: { state: 'waiting', dueAt: now } },
      )
    },

    postpone: async (
      organizationId: string,
      id: string,
      fence: number,
      until: Date,
      lastError: string,
    ): Promise<void> => {
      await rows.updateOne(
        { _id: id, organizationId, fence, state: 'queued' },
        { $set: { state: 'waiting', dueAt: until, lastError }, $inc: { failures: 1 } },
      )
    },

    giveUp: async (organizationId: string, id: string, fence: number, lastError: string): Promise<void> => {
      await rows.updateOne({ _id: id, organizationId, fence, state: 'queued' }, { $set: { state: 'dead', lastError } })
    },

    waiting: (organizationId: string): Promise<number> => rows.countDocuments({ organizationId, ...open }).exec(),
  }
}
