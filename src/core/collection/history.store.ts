import { Schema } from 'mongoose'
import type { Database } from '../shared/database.ts'
import { afterKey, type CursorKey, countLimit } from '../shared/page.ts'
import type { HistoryActorKind, HistoryKind } from './collection.rules.ts'
import type { ContactChannel, ContactOutcome, ReceivedHandling, ReceivedItem } from './words.ts'

export type Received = { item: ReceivedItem; handling: ReceivedHandling; handledOn?: string }

/** One line of the 経過記録. Codes and days; names and what people wrote are sealed. */
export type HistoryRow = {
  _id: string
  organizationId: string
  requestId: string
  subjectId: string
  kind: HistoryKind
  at: Date
  recordedAt: Date
  by: { kind: HistoryActorKind; id?: string }
  channel?: ContactChannel
  outcome?: ContactOutcome
  received?: Received
  /** The code of why: of a return those of its items. */
  reasons?: string[]
  dueOn?: string
  /** Sealed JSON: the actor's name as of then. */
  detail?: Buffer
  /** Sealed: what was written. It goes with the person's number; the line stays. */
  remark?: Buffer
}

const text = { type: String, required: true }
const at = { type: Date, required: true }
const schema = new Schema<HistoryRow>(
  {
    _id: text,
    organizationId: text,
    requestId: text,
    subjectId: text,
    kind: text,
    at,
    recordedAt: at,
    by: { type: new Schema({ kind: text, id: String }, { _id: false }), required: true },
    channel: String,
    outcome: String,
    received: new Schema({ item: text, handling: text, handledOn: String }, { _id: false }),
    reasons: { type: [String], default: undefined },
    dueOn: String,
    detail: Buffer,
    remark: Buffer,
  },
  { collection: 'request_history', versionKey: false, minimize: false },
)
schema.index({ organizationId: 1, requestId: 1, kind: 1, _id: 1 })
schema.index({ organizationId: 1, subjectId: 1 }, { partialFilterExpression: { remark: { $exists: true } } })

export const createHistoryStore = (db: Database) => {
  const lines = db.define('RequestHistory', schema)
  return {
    /** Inside the transaction of what it tells. */
    insertMany: async (rows: readonly HistoryRow[]): Promise<void> => {
      if (rows.length > 0) await lines.insertMany([...rows], { lean: true })
    },
    /** The newest ones, in order of what happened. */
    newest: (organizationId: string, requestId: string, limit: number): Promise<HistoryRow[]> =>
      lines
        .find({ organizationId, requestId })
        .sort({ at: -1, _id: -1 })
        .limit(limit)
        .batchSize(limit)
        .lean<HistoryRow[]>()
        .exec(),
    contacts: (
      organizationId: string,
      requestId: string,
      after: CursorKey | undefined,
      limit: number,
    ): Promise<HistoryRow[]> =>
      lines
        .find({ organizationId, requestId, kind: 'contact', ...afterKey(['_id'], after) })
        .sort({ _id: 1 })
        .limit(limit)
        .lean<HistoryRow[]>()
        .exec(),
    /** Inside a transaction. */
    forgetRemarks: async (organizationId: string, subjectIds: readonly string[]): Promise<void> => {
      await lines.updateMany(
        { organizationId, subjectId: { $in: [...subjectIds] }, remark: { $exists: true } },
        { $unset: { remark: 1 } },
      )
    },
    /** What came on paper, of what the request asks for. */
    receivedOf: async (organizationId: string, requestId: string): Promise<ReceivedItem[]> =>
      (
        await lines
          .find({ organizationId, requestId, kind: 'contact', received: { $exists: true } }, { received: 1 })
          .batchSize(500)
          .lean<Pick<HistoryRow, 'received'>[]>()
          .exec()
      ).flatMap(({ received }) => received?.item ?? []),
    countContacts: (organizationId: string, requestId: string): Promise<number> =>
      lines.countDocuments({ organizationId, requestId, kind: 'contact' }).limit(countLimit).exec(),
  }
}
export type HistoryStore = ReturnType<typeof createHistoryStore>
