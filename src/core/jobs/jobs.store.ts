import { Schema } from 'mongoose'
import type { Range } from '../ledger/ledger.ts'
import type { Assurance } from '../shared/caller.ts'
import type { Database } from '../shared/database.ts'
import type { Place } from '../shared/errors.ts'
import type { JobKind } from './job-kinds.ts'

export type JobState = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled'

export type JobRow = {
  _id: string
  organizationId: string
  kind: JobKind
  state: JobState
  progress: { done: number; total?: number }
  problems: Place[]
  /** Ids and codes of what to do. */
  input: Record<string, string>
  /** Where the next chunk begins: sort keys and counts, never names or digits. */
  cursor?: Record<string, unknown>
  /** What it put on record so far, for its receipt: never a list, however large the job. */
  recorded?: Range
  fence: number
  /** Who asked. The staff member is looked up again when the job runs: the appointment may have ended. */
  asked: {
    clientId?: string
    staffId?: string
    assurance: Assurance
    requestId: string
    network?: string
    place?: string
    at: Date
  }
  createdAt: Date
  startedAt?: Date
  finishedAt?: Date
}

const schema = new Schema<JobRow>(
  {
    _id: { type: String, required: true },
    organizationId: { type: String, required: true },
    kind: { type: String, required: true },
    state: { type: String, required: true },
    progress: { done: { type: Number, required: true }, total: Number },
    problems: { type: [Schema.Types.Mixed], required: true } as never,
    input: { type: Schema.Types.Mixed, required: true },
    cursor: { type: Schema.Types.Mixed },
    recorded: { type: new Schema({ count: Number, frontier: [String] }, { _id: false }) },
    fence: { type: Number, required: true },
    asked: {
      clientId: String,
      staffId: String,
      assurance: String,
      requestId: String,
      network: String,
      place: String,
      at: Date,
    },
    createdAt: { type: Date, required: true },
    startedAt: Date,
    finishedAt: Date,
  },
  { collection: 'jobs', versionKey: false, minimize: false },
)
schema.index({ organizationId: 1, createdAt: -1 })

export const createJobsStore = (db: Database) => {
  const jobs = db.define('Job', schema)
  return {
    insert: async (job: JobRow): Promise<void> => {
      await jobs.insertMany([job], { lean: true })
    },
    find: (organizationId: string, id: string): Promise<JobRow | null> =>
      jobs.findOne({ organizationId, _id: id }).lean<JobRow>().exec(),
    /** Takes the job for this fence; an older fence can write nothing from here on. */
    begin: (organizationId: string, id: string, fence: number, now: Date): Promise<JobRow | null> =>
      jobs
        .findOneAndUpdate(
          { organizationId, _id: id, state: { $in: ['queued', 'running'] }, fence: { $lt: fence } },
          { $set: { state: 'running', fence }, $min: { startedAt: now } },
          { returnDocument: 'after' },
        )
        .lean<JobRow>()
        .exec(),
    /** One chunk done; false when another fence has taken over. */
    step: async (
      organizationId: string,
      id: string,
      fence: number,
      change: Pick<Partial<JobRow>, 'progress' | 'cursor' | 'recorded'>,
    ): Promise<boolean> =>
      (await jobs.updateOne({ organizationId, _id: id, state: 'running', fence }, { $set: change })).matchedCount === 1,
    finish: async (
      organizationId: string,
      id: string,
      fence: number,
      state: 'succeeded' | 'failed',
      problems: Place[],
      now: Date,
    ): Promise<boolean> =>
      (
        await jobs.updateOne(
          { organizationId, _id: id, state: 'running', fence },
          { $set: { state, problems, finishedAt: now }, $unset: { cursor: 1 } },
        )
      ).matchedCount === 1,
  }
}
