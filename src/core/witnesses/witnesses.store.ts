import { Schema } from 'mongoose'
import type { Database } from '../shared/database.ts'

export const witnessKinds = ['mail', 'time_stamp'] as const
export type WitnessKind = (typeof witnessKinds)[number]

/** Something that a checkpoint must still be taken to. The row is the truth; `dueAt` doubles as the lease. */
export type WitnessRow = {
  _id: string
  organizationId: string
  kind: WitnessKind
  /** What there is one of: the day (JST) of a mail, the checkpoint of a time stamp. */
  of: string
  checkpoint: { id: string; size: number; root: string; note: string; createdAt: Date }
  state: 'waiting' | 'done' | 'dead'
  dueAt: Date
  tries: number
  fence: number
  /** Staff whose mail the server has taken: a repetition leaves them out. */
  sentTo: string[]
  doneAt?: Date
  /** A code: no address, nothing that a server said. */
  lastError?: string
}

const text = { type: String, required: true }
const number = { type: Number, required: true }
const date = { type: Date, required: true }
const schema = new Schema<WitnessRow>(
  {
    _id: text,
    organizationId: text,
    kind: text,
    of: text,
    checkpoint: new Schema({ id: text, size: number, root: text, note: text, createdAt: date }, { _id: false }),
    state: text,
    dueAt: date,
    tries: number,
    fence: number,
    sentTo: { type: [String], required: true },
    doneAt: Date,
    lastError: String,
  } as never,
  { collection: 'witnesses', versionKey: false },
)
schema.index({ organizationId: 1, kind: 1, of: 1 }, { unique: true })
schema.index({ kind: 1, dueAt: 1 }, { partialFilterExpression: { state: 'waiting' } })
schema.index({ kind: 1, state: 1 })
schema.index({ doneAt: 1 }, { expireAfterSeconds: 90 * 24 * 3600 })

export const createWitnessStore = (db: Database) => {
  const witnesses = db.define('Witness', schema)
  const mine = ({ organizationId, _id, fence }: WitnessRow) => ({
    organizationId,
    _id,
    fence,
    state: 'waiting' as const,
  })
  return {
    /** Nothing where there is one already. */
    add: async (row: WitnessRow): Promise<void> => {
      const { organizationId, kind, of, ...rest } = row
      await witnesses.updateOne({ organizationId, kind, of }, { $setOnInsert: rest }, { upsert: true })
    },

    /** The one that is due longest, with a lease and a fence of one's own. */
    claimDue: (kind: WitnessKind, now: Date, leaseUntil: Date): Promise<WitnessRow | null> =>
      witnesses
        .findOneAndUpdate(
          { kind, state: 'waiting', dueAt: { $lte: now } },
          { $set: { dueAt: leaseUntil }, $inc: { fence: 1, tries: 1 } },
          { returnDocument: 'after', sort: { dueAt: 1 } },
        )
        .setOptions({ across: 'worker claim' })
        .lean<WitnessRow>()
        .exec(),
    /** False when another worker has it; else it is ours for longer. */
    sent: async (row: WitnessRow, staffId: string, dueAt: Date): Promise<boolean> =>
      (await witnesses.updateOne(mine(row), { $addToSet: { sentTo: staffId }, $set: { dueAt } })).matchedCount === 1,
    finish: async (row: WitnessRow, doneAt: Date): Promise<void> => {
      await witnesses.updateOne(mine(row), { $set: { state: 'done', doneAt }, $unset: { lastError: 1 } })
    },
    postpone: async (row: WitnessRow, dueAt: Date, lastError: string): Promise<void> => {
      await witnesses.updateOne(mine(row), { $set: { dueAt, lastError } })
    },
    giveUp: async (row: WitnessRow, lastError: string): Promise<void> => {
      await witnesses.updateOne(mine(row), { $set: { state: 'dead', lastError } })
    },

    /** For metrics: how many failed once and wait, or were given up. */
    counts: async (kind: WitnessKind): Promise<{ retrying: number; dead: number }> => {
      const count = (filter: object): Promise<number> =>
        witnesses
          .countDocuments({ kind, ...filter })
          .setOptions({ across: 'worker claim' })
          .exec()
      const [retrying, dead] = await Promise.all([
        count({ state: 'waiting', lastError: { $exists: true } }),
        count({ state: 'dead' }),
      ])
      return { retrying, dead }
    },
  }
}
export type WitnessStore = ReturnType<typeof createWitnessStore>
