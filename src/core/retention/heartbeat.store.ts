import { Schema } from 'mongoose'
import type { Database } from '../shared/database.ts'

/** One row for the service: the newest instant at which a process trusted its clock, and when the operator last vouched. */
export type HeartbeatRow = { _id: 'clock'; at: Date; confirmedAt?: Date }

const schema = new Schema<HeartbeatRow>(
  { _id: { type: String, required: true }, at: { type: Date, required: true }, confirmedAt: Date },
  { collection: 'heartbeat', versionKey: false },
)

export const createHeartbeatStore = (db: Database) => {
  const heartbeats = db.define('Heartbeat', schema)
  return {
    read: (): Promise<HeartbeatRow | null> => heartbeats.findOne({ _id: 'clock' }).lean<HeartbeatRow>().exec(),
    /** Forward only: many processes write it. */
    beat: async (at: Date): Promise<void> => {
      await heartbeats.updateOne({ _id: 'clock' }, { $max: { at } }, { upsert: true })
    },
    /** The operator's word counts backward too. */
    confirm: async (at: Date): Promise<void> => {
      await heartbeats.updateOne({ _id: 'clock' }, { $set: { at, confirmedAt: at } }, { upsert: true })
    },
  }
}
export type HeartbeatStore = ReturnType<typeof createHeartbeatStore>
