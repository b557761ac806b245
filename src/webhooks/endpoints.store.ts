import { Schema } from 'mongoose'
import type { EventType } from '../core/outbox/outbox.ts'
import type { Database } from '../core/shared/database.ts'
import { afterKey, type CursorKey, countLimit } from '../core/shared/page.ts'

export type SecretRow = {
  id: string
  /** `whsec_…` under the organization's field key. */
  sealed: Buffer
  /** Until when a replaced secret signs beside its successor. */
  until?: Date
}

export type EndpointRow = {
  _id: string
  organizationId: string
  url: string
  /** `http://127.0.0.1` of a test organization. */
  loopback: boolean
  /** None means all. */
  events: EventType[]
  description?: string
  state: 'enabled' | 'disabled'
  /** The newest first. */
  secrets: SecretRow[]
  /** It said that it is overloaded: nothing is sent before. */
  restsUntil?: Date
  createdAt: Date
}

const text = { type: String, required: true }
const at = { type: Date, required: true }

const schema = new Schema<EndpointRow>(
  {
    _id: text,
    organizationId: text,
    url: text,
    loopback: { type: Boolean, required: true },
    events: { type: [String], required: true },
    description: String,
    state: text,
    secrets: {
      type: [
        new Schema<SecretRow>({ id: text, sealed: { type: Buffer, required: true }, until: Date }, { _id: false }),
      ],
      required: true,
    },
    restsUntil: Date,
    createdAt: at,
  },
  { collection: 'webhook_endpoints', versionKey: false, minimize: false },
)
schema.index({ organizationId: 1, _id: 1 })

export const createEndpointStore = (db: Database) => {
  const endpoints = db.define('WebhookEndpoint', schema)
  return {
    insert: async (row: EndpointRow): Promise<void> => {
      await endpoints.insertMany([row], { lean: true })
    },
    find: (organizationId: string, id: string): Promise<EndpointRow | null> =>
      endpoints.findOne({ organizationId, _id: id }).lean<EndpointRow>().exec(),
    enabled: (organizationId: string): Promise<EndpointRow[]> =>
      endpoints.find({ organizationId, state: 'enabled' }).batchSize(200).lean<EndpointRow[]>().exec(),
    list: (organizationId: string, after: CursorKey | undefined, limit: number): Promise<EndpointRow[]> =>
      endpoints
        .find({ organizationId, ...afterKey(['_id'], after) })
        .sort({ _id: 1 })
        .limit(limit)
        .lean<EndpointRow[]>()
        .exec(),
    count: (organizationId: string): Promise<number> =>
      endpoints.countDocuments({ organizationId }).limit(countLimit).exec(),
    setSecrets: async (organizationId: string, id: string, secrets: SecretRow[]): Promise<void> => {
      await endpoints.updateOne({ organizationId, _id: id }, { $set: { secrets } })
    },
    /** False when it was disabled or deleted before. */
    disable: async (organizationId: string, id: string): Promise<boolean> =>
      (await endpoints.updateOne({ organizationId, _id: id, state: 'enabled' }, { $set: { state: 'disabled' } }))
        .modifiedCount === 1,
    /** Never earlier than it rests already. */
    rest: async (organizationId: string, id: string, until: Date): Promise<void> => {
      await endpoints.updateOne({ organizationId, _id: id }, { $max: { restsUntil: until } })
    },
    delete: async (organizationId: string, id: string): Promise<boolean> =>
      (await endpoints.deleteOne({ organizationId, _id: id })).deletedCount === 1,
  }
}
export type EndpointStore = ReturnType<typeof createEndpointStore>
