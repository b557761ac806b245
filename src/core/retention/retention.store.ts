import { Schema } from 'mongoose'
import type { Database } from '../shared/database.ts'
import type { Day } from '../shared/dates.ts'

/** What the staff decided about one number; no row = the claims alone decide. */
export type PlanRow = {
  /** The subject's id: one plan a subject, and two who change it at once meet here. */
  _id: string
  organizationId: string
  /** 削除予定日 of the staff; it never shortens a claim. */
  staffOn?: Day
  /** 予定解除: out of the queue, to be looked at again on `reviewOn`. */
  withdrawn?: true
  reviewOn?: Day
  /** Sealed text. */
  reason?: Buffer
  /** How often the staff have decided: what they read before the first time is version 0, and has no row. */
  version?: number
  /** The disposal that has begun: from here on nothing is planned any more. */
  disposalId?: string
  changedAt: Date
}
export type PlanChange = Pick<PlanRow, 'staffOn' | 'withdrawn' | 'reviewOn' | 'reason'>

const text = { type: String, required: true }
const schema = new Schema<PlanRow>(
  {
    _id: text,
    organizationId: text,
    staffOn: String,
    withdrawn: Boolean,
    reviewOn: String,
    reason: Buffer,
    version: Number,
    disposalId: String,
    changedAt: { type: Date, required: true },
  },
  { collection: 'disposal_plans', versionKey: false, minimize: false },
)
schema.index({ organizationId: 1, _id: 1 })

export const createRetentionStore = (db: Database) => {
  const plans = db.define('DisposalPlan', schema)
  const untouched = { disposalId: { $exists: false } }
  return {
    plansOf: (organizationId: string, subjectIds: readonly string[]): Promise<PlanRow[]> =>
      plans
        .find({ organizationId, _id: { $in: [...subjectIds] } })
        .batchSize(1000)
        .lean<PlanRow[]>()
        .exec(),
    /** Refused by the unique `_id` where a disposal has begun. */
    plan: async (organizationId: string, subjectId: string, change: PlanChange, changedAt: Date): Promise<void> => {
      const absent = (['staffOn', 'withdrawn', 'reviewOn'] as const).filter((field) => change[field] === undefined)
      await plans.updateOne(
        { organizationId, _id: subjectId, ...untouched },
        {
          $set: { ...change, changedAt },
          $unset: Object.fromEntries(absent.map((field) => [field, 1])),
          $inc: { version: 1 },
        },
        { upsert: true },
      )
    },
    /** Takes the plans for this disposal: whoever changes a plan, or disposes, at the same moment has to try again. */
    take: async (
      organizationId: string,
      subjectIds: readonly string[],
      disposalId: string,
      changedAt: Date,
    ): Promise<void> => {
      await plans.bulkWrite(
        subjectIds.map((subjectId) => ({
          updateOne: {
            filter: { organizationId, _id: subjectId, ...untouched },
            update: { $set: { disposalId, changedAt } },
            upsert: true,
          },
        })),
      )
    },
    /** With the number its plan goes too. */
    drop: async (organizationId: string, subjectIds: readonly string[]): Promise<void> => {
      await plans.deleteMany({ organizationId, _id: { $in: [...subjectIds] } })
    },
    /** MongoDB's own clock, for the trusted-clock check. */
    serverTime: async (): Promise<Date | undefined> => {
      const hello: unknown = await db.mongoose.connection.db?.admin().command({ hello: 1 })
      if (typeof hello !== 'object' || hello === null || !('localTime' in hello)) return undefined
      return hello.localTime instanceof Date ? hello.localTime : undefined
    },
  }
}
export type RetentionStore = ReturnType<typeof createRetentionStore>
