import { Schema } from 'mongoose'
import type { EventType } from '../core/outbox/outbox.ts'
import type { Database } from '../core/shared/database.ts'
import { afterKey, type CursorKey, countLimit } from '../core/shared/page.ts'

/** One event for one endpoint. The row owns state, tries and delays, as an outbox row does. */
export type DeliveryRow = {
  _id: string
  organizationId: string
  endpointId: string
  eventId: string
  type: EventType
  /** Ids only, as in the outbox row. */
  data: Record<string, string>
  eventAt: Date
  /** Of the request, or the job's request, that the event came of. */
  requestId?: string
  /** waiting → queued (claimed, bell rung) → sending (one worker has it) → waiting | succeeded | failed */
  state: 'waiting' | 'queued' | 'sending' | 'succeeded' | 'failed'
  /** When it may be claimed: the next attempt, or the end of the lease. */
  dueAt: Date
  fence: number
  /** Attempts that came to an end; one cut short by a kill is repeated and not counted. */
  attempts: number
  lastStatus?: number
  lastError?: DeliveryError
  createdAt: Date
  settledAt?: Date
}

/** Why an attempt failed, in words of ours: nothing of what the receiver said. */
export type DeliveryError =
  | 'timeout'
  | 'connection_failed'
  | 'tls_failed'
  | 'redirect'
  | 'address_not_allowed'
  | 'status'
  | 'too_large'
  | 'endpoint_deleted'
  | 'endpoint_disabled'

export type DeliveryState = 'waiting' | 'succeeded' | 'failed'
export type NewDelivery = Pick<
  DeliveryRow,
  'organizationId' | 'endpointId' | 'eventId' | 'type' | 'data' | 'eventAt' | 'requestId'
> & {
  id: string
}
export type Outcome = {
  state: 'waiting' | 'succeeded' | 'failed'
  dueAt?: Date
  lastStatus?: number
  lastError?: DeliveryError
}

const text = { type: String, required: true }
const at = { type: Date, required: true }
const count = { type: Number, required: true }

const schema = new Schema<DeliveryRow>(
  {
    _id: text,
    organizationId: text,
    endpointId: text,
    eventId: text,
    type: text,
    data: { type: Schema.Types.Mixed, required: true },
    eventAt: at,
    requestId: String,
    state: text,
    dueAt: at,
    fence: count,
    attempts: count,
    lastStatus: Number,
    lastError: String,
    createdAt: at,
    settledAt: Date,
  },
  { collection: 'webhook_deliveries', versionKey: false, minimize: false },
)
const openStates: DeliveryRow['state'][] = ['waiting', 'queued', 'sending']
const open = { state: { $in: openStates } }

// The same event processed twice makes one delivery.
schema.index({ organizationId: 1, eventId: 1, endpointId: 1 }, { unique: true })
schema.index({ dueAt: 1 }, { partialFilterExpression: open })
schema.index({ organizationId: 1, createdAt: -1, _id: -1 })
schema.index({ organizationId: 1, endpointId: 1, createdAt: -1, _id: -1 })
// Kept a month for looking back, as outbox rows are.
schema.index({ settledAt: 1 }, { expireAfterSeconds: 30 * 24 * 3600 })

export type DeliveryFilter = { endpointId?: string; state?: DeliveryState }
const toQuery = (organizationId: string, { endpointId, state }: DeliveryFilter) => ({
  organizationId,
  ...(endpointId === undefined ? {} : { endpointId }),
  ...(state === undefined ? {} : state === 'waiting' ? open : { state }),
})

export const createDeliveryStore = (db: Database) => {
  const deliveries = db.define('WebhookDelivery', schema)
  return {
    /** Those that are there already stay as they are. */
    insertMissing: async (rows: readonly NewDelivery[], now: Date): Promise<void> => {
      if (rows.length === 0) return
      await deliveries.bulkWrite(
        rows.map(({ id, organizationId, eventId, endpointId, type, data, eventAt, requestId }) => ({
          updateOne: {
            filter: { organizationId, eventId, endpointId },
            update: {
              $setOnInsert: {
                _id: id,
                type,
                data,
                eventAt,
                ...(requestId === undefined ? {} : { requestId }),
                state: 'waiting',
                dueAt: now,
                fence: 0,
                attempts: 0,
                createdAt: now,
              },
            },
            upsert: true,
          },
        })),
        { ordered: false, timestamps: false },
      )
    },

    /** Takes one due delivery: a new lease, a new fence. */
    claimDue: (now: Date, leaseUntil: Date): Promise<DeliveryRow | null> =>
      deliveries
        .findOneAndUpdate(
          { ...open, dueAt: { $lte: now } },
          { $set: { state: 'queued', dueAt: leaseUntil }, $inc: { fence: 1 } },
          { returnDocument: 'after', sort: { dueAt: 1 } },
        )
        .setOptions({ across: 'relay' })
        .lean<DeliveryRow>()
        .exec(),

    /** For one worker alone, however often the bell rings. */
    begin: (organizationId: string, id: string, fence: number, leaseUntil: Date): Promise<DeliveryRow | null> =>
      deliveries
        .findOneAndUpdate(
          { organizationId, _id: id, fence, state: 'queued' },
          { $set: { state: 'sending', dueAt: leaseUntil } },
          { returnDocument: 'after' },
        )
        .lean<DeliveryRow>()
        .exec(),

    /** Back as it was, due then: no attempt was made. */
    putBack: async (organizationId: string, id: string, fence: number, dueAt: Date): Promise<void> => {
      await deliveries.updateOne(
        { organizationId, _id: id, fence, state: { $in: ['queued', 'sending'] } },
        { $set: { state: 'waiting', dueAt } },
      )
    },

    /** How the attempt ended; false when another fence holds the row, or the endpoint has gone. */
    settle: async (row: DeliveryRow, { state, dueAt, lastStatus, lastError }: Outcome, now: Date): Promise<boolean> =>
      (
        await deliveries.updateOne(
          { organizationId: row.organizationId, _id: row._id, fence: row.fence, state: 'sending' },
          {
            $set: {
              state,
              ...(dueAt === undefined ? {} : { dueAt }),
              ...(lastStatus === undefined ? {} : { lastStatus }),
              ...(lastError === undefined ? {} : { lastError }),
              ...(state === 'waiting' ? {} : { settledAt: now }),
            },
            $unset: {
              ...(lastStatus === undefined ? { lastStatus: 1 } : {}),
              ...(lastError === undefined ? { lastError: 1 } : {}),
            },
            $inc: { attempts: 1 },
          },
        )
      ).matchedCount === 1,

    /** Nothing more is sent to this endpoint. */
    endAll: async (organizationId: string, endpointId: string, lastError: DeliveryError, now: Date): Promise<void> => {
      await deliveries.updateMany(
        { organizationId, endpointId, ...open },
        { $set: { state: 'failed', lastError, settledAt: now } },
      )
    },

    list: (
      organizationId: string,
      filter: DeliveryFilter,
      after: CursorKey | undefined,
      limit: number,
    ): Promise<DeliveryRow[]> => {
      const key: unknown[] | undefined = after === undefined ? undefined : [new Date(Number(after[0])), after[1]]
      return deliveries
        .find({
          $and: [toQuery(organizationId, filter), afterKey(['createdAt', '_id'], key as CursorKey | undefined, -1)],
          organizationId,
        })
        .sort({ createdAt: -1, _id: -1 })
        .limit(limit)
        .batchSize(limit)
        .lean<DeliveryRow[]>()
        .exec()
    },
    count: (organizationId: string, filter: DeliveryFilter): Promise<number> =>
      deliveries.countDocuments(toQuery(organizationId, filter)).limit(countLimit).exec(),
  }
}
export type DeliveryStore = ReturnType<typeof createDeliveryStore>
