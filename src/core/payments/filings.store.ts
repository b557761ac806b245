import { Schema } from 'mongoose'
import {
  type BothClocks,
  type DownloadState,
  type DownloadTries,
  downloadSchema,
  expiredBy,
  overdue,
  takeable,
  taken,
} from '../files/files.ts'
import type { Database } from '../shared/database.ts'
import type { ErrorCode } from '../shared/errors.ts'
import { afterKey, type CursorKey, countLimit } from '../shared/page.ts'
import type { BlankReason, RecordForm } from './payments.rules.ts'

export type FilingState = 'draft' | 'checked' | 'approved' | 'filed'
export type PackageState = DownloadState
/** A slip that is filed without the number, and why (国税庁 法定調書FAQ: 経過等を記録、保存する). */
export type FilingBlank = { subjectId: string; reason: BlankReason }
export type FilingProblem = { subjectId: string; item: string; code: ErrorCode; detail: string }

export type FilingRow = {
  _id: string
  organizationId: string
  companyId: string
  form: RecordForm
  year: number
  state: FilingState
  packageState: PackageState
  jobId: string
  counts?: { slips: number; withoutNumber: number }
  problems: FilingProblem[]
  blanks?: FilingBlank[]
  fileId?: string
  expiresAt?: Date
  fileEndsAt?: Date
  download?: DownloadTries
  createdAt: Date
}

/** As many as the contract shows. */
export const problemsKept = 1000
export const blanksKept = 1000

const text = { type: String, required: true }
const schema = new Schema<FilingRow>(
  {
    _id: text,
    organizationId: text,
    companyId: text,
    form: text,
    year: { type: Number, required: true },
    state: text,
    packageState: text,
    jobId: text,
    counts: { type: new Schema({ slips: Number, withoutNumber: Number }, { _id: false }) },
    problems: [new Schema<FilingProblem>({ subjectId: text, item: text, code: text, detail: text }, { _id: false })],
    blanks: {
      type: [new Schema<FilingBlank>({ subjectId: text, reason: text }, { _id: false })],
      default: undefined,
    },
    fileId: String,
    expiresAt: Date,
    fileEndsAt: Date,
    download: downloadSchema,
    createdAt: { type: Date, required: true },
  },
  { collection: 'filings', versionKey: false, minimize: false },
)
schema.index({ organizationId: 1, _id: 1 })
schema.index({ packageState: 1 }, { partialFilterExpression: { packageState: 'ready' } })
schema.index({ organizationId: 1, expiresAt: 1 }, { partialFilterExpression: { packageState: 'ready' } })
// Two at once would compute the same records under each other's feet.
schema.index(
  { organizationId: 1, companyId: 1, form: 1, year: 1 },
  { unique: true, partialFilterExpression: { packageState: 'preparing' } },
)

export const createFilingsStore = (db: Database) => {
  const filings = db.define('Filing', schema)
  const preparing = (organizationId: string, id: string) => ({
    organizationId,
    _id: id,
    packageState: 'preparing' as const,
  })
  return {
    insert: async (row: FilingRow): Promise<void> => {
      await filings.insertMany([row], { lean: true })
    },
    find: (organizationId: string, id: string): Promise<FilingRow | null> =>
      filings.findOne({ organizationId, _id: id }).lean<FilingRow>().exec(),
    list: (organizationId: string, after: CursorKey | undefined, limit: number): Promise<FilingRow[]> =>
      filings
        .find({ organizationId, ...afterKey(['_id'], after) })
        .sort({ _id: 1 })
        .limit(limit)
        .batchSize(limit)
        .lean<FilingRow[]>()
        .exec(),
    count: (organizationId: string): Promise<number> =>
      filings.countDocuments({ organizationId }).limit(countLimit).exec(),
    /** Inside a transaction, as are all below. */
    addProblems: async (organizationId: string, id: string, problems: readonly FilingProblem[]): Promise<void> => {
      if (problems.length === 0) return
      await filings.updateOne(preparing(organizationId, id), {
        $push: { problems: { $each: [...problems], $slice: problemsKept } },
      })
    },
    addBlanks: async (organizationId: string, id: string, blanks: readonly FilingBlank[]): Promise<void> => {
      if (blanks.length === 0) return
      await filings.updateOne(preparing(organizationId, id), {
        $push: { blanks: { $each: [...blanks], $slice: blanksKept } },
      })
    },
    checked: async (organizationId: string, id: string): Promise<void> => {
      await filings.updateOne(preparing(organizationId, id), { $set: { state: 'checked' satisfies FilingState } })
    },
    ready: async (
      organizationId: string,
      id: string,
      fields: Required<Pick<FilingRow, 'fileId' | 'counts' | 'expiresAt' | 'fileEndsAt'>>,
    ): Promise<void> => {
      await filings.updateOne(preparing(organizationId, id), {
        $set: { ...fields, packageState: 'ready' satisfies PackageState },
      })
    },
    failed: async (organizationId: string, id: string): Promise<void> => {
      await filings.updateOne(preparing(organizationId, id), {
        $set: { packageState: 'failed' satisfies PackageState },
      })
    },
    take: async (organizationId: string, id: string, by: string, now: BothClocks): Promise<boolean> =>
      (
        await filings.updateOne(
          { organizationId, _id: id, packageState: 'ready', ...takeable(by, now) },
          [{ $set: taken(by, now.at) }],
          { updatePipeline: true },
        )
      ).matchedCount === 1,
    end: async (organizationId: string, id: string, state: 'used_up' | 'expired'): Promise<boolean> =>
      (
        await filings.updateOne(
          { organizationId, _id: id, packageState: 'ready' },
          { $set: { packageState: state satisfies PackageState } },
        )
      ).matchedCount === 1,
    over: (now: Date, limit: number): Promise<FilingRow[]> =>
      filings
        .find({ packageState: 'ready', ...overdue(now) })
        .setOptions({ across: 'sweep' })
        .limit(limit)
        .batchSize(limit)
        .lean<FilingRow[]>()
        .exec(),
    expiredOf: (organizationId: string, businessAt: Date, limit: number): Promise<FilingRow[]> =>
      filings
        .find({ organizationId, packageState: 'ready', ...expiredBy(businessAt) })
        .limit(limit)
        .batchSize(limit)
        .lean<FilingRow[]>()
        .exec(),
  }
}
export type FilingsStore = ReturnType<typeof createFilingsStore>
