import { Schema } from 'mongoose'
import type { Database } from '../shared/database.ts'
import type { ErrorCode } from '../shared/errors.ts'
import { afterKey, type CursorKey, countLimit } from '../shared/page.ts'
import type { FileEncoding } from './roster-format.ts'

export type ImportState = 'checking' | 'checked' | 'applying' | 'applied' | 'failed'
/** Persons by what the file does to them; errors are places. */
export type ImportCounts = { rows: number; added: number; changed: number; unchanged: number; errors: number }
export type ImportRow = {
  _id: string
  organizationId: string
  kind: 'roster'
  companyId: string
  state: ImportState
  /** The job of the step it is in. */
  jobId: string
  fileId: string
  /** Sealed: people write names into file names. */
  fileName?: Buffer
  encoding?: FileEncoding
  counts?: ImportCounts
  createdAt: Date
  appliedAt?: Date
}

export type ProblemRow = {
  _id: string
  organizationId: string
  importId: string
  /** Place in the report: the order of the file. */
  seq: number
  severity: 'error' | 'warning'
  line: number
  column?: string
  code: ErrorCode
  detail: string
  createdAt: Date
}

const text = { type: String, required: true }
const number = { type: Number, required: true }
const importSchema = new Schema<ImportRow>(
  {
    _id: text,
    organizationId: text,
    kind: text,
    companyId: text,
    state: text,
    jobId: text,
    fileId: text,
    fileName: Buffer,
    encoding: String,
    counts: new Schema(
      { rows: Number, added: Number, changed: Number, unchanged: Number, errors: Number },
      { _id: false, suppressReservedKeysWarning: true },
    ),
    createdAt: { type: Date, required: true },
    appliedAt: Date,
  },
  { collection: 'imports', versionKey: false, minimize: false },
)
importSchema.index({ organizationId: 1, _id: 1 })

const problemSchema = new Schema<ProblemRow>(
  {
    _id: text,
    organizationId: text,
    importId: text,
    seq: number,
    severity: text,
    line: number,
    column: String,
    code: text,
    detail: text,
    createdAt: { type: Date, required: true },
  },
  { collection: 'import_problems', versionKey: false },
)
problemSchema.index({ organizationId: 1, importId: 1, seq: 1 }, { unique: true })
// The file is gone after a week; its report says nothing more to anybody after a month.
problemSchema.index({ createdAt: 1 }, { expireAfterSeconds: 30 * 24 * 3600 })

export const createImportsStore = (db: Database) => {
  const imports = db.define('Import', importSchema)
  const problems = db.define('ImportProblem', problemSchema)
  return {
    insert: async (row: ImportRow): Promise<void> => {
      await imports.insertMany([row], { lean: true })
    },
    find: (organizationId: string, id: string): Promise<ImportRow | null> =>
      imports.findOne({ organizationId, _id: id }).lean<ImportRow>().exec(),
    list: (organizationId: string, after: CursorKey | undefined, limit: number): Promise<ImportRow[]> =>
      imports
        .find({ organizationId, ...afterKey(['_id'], after) })
        .sort({ _id: 1 })
        .limit(limit)
        .batchSize(limit)
        .lean<ImportRow[]>()
        .exec(),
    count: (organizationId: string): Promise<number> =>
      imports.countDocuments({ organizationId }).limit(countLimit).exec(),
    /** From one state only: whoever comes second changes nothing. */
    move: (
      organizationId: string,
      id: string,
      from: ImportState,
      change: Partial<ImportRow>,
    ): Promise<ImportRow | null> =>
      imports
        .findOneAndUpdate({ organizationId, _id: id, state: from }, { $set: change }, { returnDocument: 'after' })
        .lean<ImportRow>()
        .exec(),
    insertProblems: async (rows: ProblemRow[]): Promise<void> => {
      if (rows.length > 0) await problems.insertMany(rows, { lean: true })
    },
    problems: (
      organizationId: string,
      importId: string,
      after: CursorKey | undefined,
      limit: number,
    ): Promise<ProblemRow[]> =>
      problems
        .find({ organizationId, importId, ...afterKey(['seq'], after) })
        .sort({ seq: 1 })
        .limit(limit)
        .batchSize(limit)
        .lean<ProblemRow[]>()
        .exec(),
    countProblems: (organizationId: string, importId: string): Promise<number> =>
      problems.countDocuments({ organizationId, importId }).limit(countLimit).exec(),
  }
}
export type ImportsStore = ReturnType<typeof createImportsStore>
