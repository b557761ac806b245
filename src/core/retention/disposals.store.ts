import { Schema } from 'mongoose'
import type { Database } from '../shared/database.ts'
import type { Day } from '../shared/dates.ts'
import { afterKey, type CursorKey, countLimit } from '../shared/page.ts'
import type { Role } from '../shared/words.ts'
import type { RetentionRuleId } from './retention-rules.ts'

/** Why this number could go: as it was when the disposal began. */
export type DisposalItem = { subjectId: string; plannedOn: Day; ruleIds: RetentionRuleId[] }

export type DisposalRow = {
  _id: string
  organizationId: string
  state: 'running' | 'done' | 'failed'
  jobId: string
  items: DisposalItem[]
  certificateIds: string[]
  /** Who decided, in which roles. */
  staffId?: string
  roles: Role[]
  createdAt: Date
  /** When the job of now was started. */
  startedAt: Date
  /** How often a job had to be started anew. */
  restarts: number
  finishedAt?: Date
}

const text = { type: String, required: true }
const at = { type: Date, required: true }
const schema = new Schema<DisposalRow>(
  {
    _id: text,
    organizationId: text,
    state: text,
    jobId: text,
    items: [new Schema({ subjectId: text, plannedOn: text, ruleIds: [String] }, { _id: false })],
    certificateIds: [String],
    staffId: String,
    roles: [String],
    createdAt: at,
    startedAt: at,
    restarts: { type: Number, required: true },
    finishedAt: Date,
  },
  { collection: 'disposals', versionKey: false, minimize: false },
)
schema.index({ organizationId: 1, _id: -1 })
schema.index({ state: 1 }, { partialFilterExpression: { state: { $in: ['running', 'failed'] } } })

export const createDisposalsStore = (db: Database) => {
  const disposals = db.define('Disposal', schema)
  return {
    insert: async (row: DisposalRow): Promise<void> => {
      await disposals.insertMany([row], { lean: true })
    },
    find: (organizationId: string, id: string): Promise<DisposalRow | null> =>
      disposals.findOne({ organizationId, _id: id }).lean<DisposalRow>().exec(),
    /** Newest first. */
    list: (organizationId: string, after: CursorKey | undefined, limit: number): Promise<DisposalRow[]> =>
      disposals
        .find({ organizationId, ...afterKey(['_id'], after, -1) })
        .sort({ _id: -1 })
        .limit(limit)
        .lean<DisposalRow[]>()
        .exec(),
    count: (organizationId: string): Promise<number> =>
      disposals.countDocuments({ organizationId }).limit(countLimit).exec(),
    addCertificates: async (organizationId: string, id: string, certificateIds: readonly string[]): Promise<void> => {
      await disposals.updateOne(
        { organizationId, _id: id },
        { $push: { certificateIds: { $each: [...certificateIds] } } },
      )
    },
    /** After a restore: a disposal, or the part of it that one record tells of, as it was once done. */
    putBack: async (row: DisposalRow): Promise<void> => {
      const { _id, organizationId, items, certificateIds } = row
      const known = await disposals.findOne({ organizationId, _id }, { items: 1 }).lean<Pick<DisposalRow, 'items'>>()
      if (known === null) {
        await disposals.insertMany([row], { lean: true })
        return
      }
      const there = new Set(known.items.map(({ subjectId }) => subjectId))
      await disposals.updateOne(
        { organizationId, _id },
        {
          $push: { items: { $each: items.filter(({ subjectId }) => !there.has(subjectId)) } },
          $addToSet: { certificateIds: { $each: certificateIds } },
        },
      )
    },
    finish: async (organizationId: string, id: string, finishedAt: Date): Promise<void> => {
      await disposals.updateOne({ organizationId, _id: id }, { $set: { state: 'done', finishedAt } })
    },
    fail: async (organizationId: string, id: string, jobId: string): Promise<void> => {
      await disposals.updateOne({ organizationId, _id: id, jobId, state: 'running' }, { $set: { state: 'failed' } })
    },
    /** Begun and not done, in any organization. */
    unfinished: (after: string, limit: number): Promise<DisposalRow[]> =>
      disposals
        .find({ state: { $in: ['running', 'failed'] }, _id: { $gt: after } })
        .setOptions({ across: 'sweep' })
        .sort({ _id: 1 })
        .limit(limit)
        .lean<DisposalRow[]>()
        .exec(),
    /** A new job takes over from the one that was read; false when another sweep was first. */
    restart: async (row: DisposalRow, jobId: string, startedAt: Date): Promise<boolean> =>
      (
        await disposals.updateOne(
          { organizationId: row.organizationId, _id: row._id, jobId: row.jobId, state: { $in: ['running', 'failed'] } },
          { $set: { state: 'running', jobId, startedAt }, $inc: { restarts: 1 } },
        )
      ).matchedCount === 1,
  }
}
export type DisposalsStore = ReturnType<typeof createDisposalsStore>
