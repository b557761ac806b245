import { Schema } from 'mongoose'
import type { Database } from '../shared/database.ts'
import { isDuplicateKey } from '../shared/duplicates.ts'

/**
 * That a database has done what a record of the list says. The record is kept with it: whichever of the list and the two
 * databases has lost one gets it back from the others.
 */
export type AnchorMark = {
  /** The record's name. */
  _id: string
  organizationId: string
  /** Kind and month. */
  folder: string
  jws: string
}

const text = { type: String, required: true }
const schema = new Schema<AnchorMark>(
  { _id: text, organizationId: text, folder: text, jws: text },
  { collection: 'anchor_marks', versionKey: false },
)
// Covers the comparison at start: names without records.
schema.index({ folder: 1, _id: 1 })

/** One for each database. */
export const createMarksStore = (db: Database) => {
  const marks = db.define('AnchorMark', schema)
  return {
    /** False where it is there already. In a transaction, of two that write the same one waits for the other's commit. */
    add: ({ _id, organizationId, folder, jws }: AnchorMark): Promise<boolean> =>
      marks.updateOne({ organizationId, _id }, { $setOnInsert: { folder, jws } }, { upsert: true }).then(
        ({ upsertedCount }) => upsertedCount === 1,
        (error: unknown) => {
          if (isDuplicateKey(error)) return false
          throw error
        },
      ),
    find: (name: string): Promise<AnchorMark | null> =>
      marks.findOne({ _id: name }).setOptions({ across: 'replay' }).lean<AnchorMark>().exec(),
    folders: (): Promise<string[]> => marks.distinct('folder').setOptions({ across: 'replay' }).exec(),
    names: async (folder: string): Promise<string[]> => {
      const found = await marks
        .find({ folder }, { _id: 1 })
        .setOptions({ across: 'replay' })
        .batchSize(10_000)
        .lean<{ _id: string }[]>()
      return found.map(({ _id }) => _id)
    },
  }
}
export type MarksStore = ReturnType<typeof createMarksStore>
