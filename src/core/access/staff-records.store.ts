import { Schema } from 'mongoose'
import type { Database } from '../shared/database.ts'
import type { Day } from '../shared/dates.ts'
import { afterKey, type CursorKey, countLimit } from '../shared/page.ts'

/** 研修 and 誓約書: what shows that a staff member was taught and bound (番号法12条, ガイドライン別添1 D). */
export type StaffRecordRow = {
  _id: string
  organizationId: string
  staffId: string
  kind: 'training' | 'pledge'
  /** What the training was about, or which text was signed. */
  title: string
  on: Day
  score?: number
  recordedAt: Date
}
export type StaffRecordKind = StaffRecordRow['kind']

const text = { type: String, required: true }
const schema = new Schema<StaffRecordRow>(
  {
    _id: text,
    organizationId: text,
    staffId: text,
    kind: text,
    title: text,
    on: text,
    score: Number,
    recordedAt: { type: Date, required: true },
  },
  { collection: 'staff_records', versionKey: false, minimize: false },
)
schema.index({ organizationId: 1, staffId: 1, kind: 1, on: -1, _id: -1 })

export const createStaffRecordsStore = (db: Database) => {
  const records = db.define('StaffRecord', schema)
  return {
    insert: async (row: StaffRecordRow): Promise<void> => {
      await records.insertMany([row], { lean: true })
    },
    /** The latest first. */
    list: (
      of: Pick<StaffRecordRow, 'organizationId' | 'staffId' | 'kind'>,
      after: CursorKey | undefined,
      limit: number,
    ): Promise<StaffRecordRow[]> =>
      records
        .find({ ...of, ...afterKey(['on', '_id'], after, -1) })
        .sort({ on: -1, _id: -1 })
        .limit(limit)
        .lean<StaffRecordRow[]>()
        .exec(),
    count: (of: Pick<StaffRecordRow, 'organizationId' | 'staffId' | 'kind'>): Promise<number> =>
      records.countDocuments(of).limit(countLimit).exec(),
    hasTraining: async (organizationId: string, staffId: string, after: Day, until: Day): Promise<boolean> =>
      (await records.exists({ organizationId, staffId, kind: 'training', on: { $gt: after, $lte: until } })) !== null,
  }
}
