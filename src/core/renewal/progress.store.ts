import { Schema } from 'mongoose'
import type { Database } from '../shared/database.ts'

/** How far one area has come with one format. */
export type Progress = {
  _id: string
  /** Ids up to this one are done in this pass. */
  after: string
  /** Written anew in this pass, and in all. */
  inPass: number
  renewed: number
  /** A whole pass found nothing older. */
  doneAt?: Date
}

const count = { type: Number, required: true }
const schema = new Schema<Progress>(
  {
    _id: { type: String, required: true },
    // The empty text is where a pass begins, which mongoose would not take for a required one.
    after: String,
    inPass: count,
    renewed: count,
    doneAt: Date,
  },
  { collection: 'migrations', versionKey: false },
)

export const createProgressStore = (db: Database) => {
  const rows = db.define('Migration', schema)
  return {
    begin: async (id: string): Promise<Progress> => {
      const started = { after: '', inPass: 0, renewed: 0 }
      await rows.updateOne({ _id: id }, { $setOnInsert: started }, { upsert: true })
      return (await rows.findOne({ _id: id }).lean<Progress>()) ?? { _id: id, ...started }
    },
    /** False when another worker was here meanwhile: it goes on, and this one stops. */
    move: async (from: Progress, to: Omit<Progress, '_id'>): Promise<boolean> =>
      (
        await rows.updateOne(
          { _id: from._id, after: from.after, inPass: from.inPass, renewed: from.renewed },
          { $set: to },
        )
      ).matchedCount === 1,
    /** From the beginning again, whatever was found done. */
    restart: async (id: string): Promise<void> => {
      await rows.updateOne({ _id: id }, { $set: { after: '', inPass: 0 }, $unset: { doneAt: 1 } })
    },
  }
}
export type ProgressStore = ReturnType<typeof createProgressStore>
