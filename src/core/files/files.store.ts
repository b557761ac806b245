import { Schema } from 'mongoose'
import type { Database } from '../shared/database.ts'

export const fileKinds = ['import', 'export_part', 'export', 'filing_part', 'filing', 'evidence'] as const
export type FileKind = (typeof fileKinds)[number]

/** A stored file. Whose numbers it holds is in `file_subjects`, by `group`, which the parts and the whole of one job share. */
export type FileRow = {
  _id: string
  organizationId: string
  kind: FileKind
  group: string
  /** Place among the parts of a group. */
  part?: number
  dekId: string
  /** Length of the plaintext. */
  bytes: number
  /** `doomed`: nobody reads it any more; what is left of it goes with the next sweep at the latest. */
  state: 'kept' | 'doomed'
  createdAt: Date
  expiresAt?: Date
}

/** At most 500 subjects a row, so that a file of 100,000 stays far from MongoDB's 16 MiB for a document. */
export type FileSubjectsRow = {
  _id: string
  organizationId: string
  group: string
  subjectIds: string[]
  expiresAt?: Date
}

const text = { type: String, required: true }
const fileSchema = new Schema<FileRow>(
  {
    _id: text,
    organizationId: text,
    kind: text,
    group: text,
    part: Number,
    dekId: text,
    bytes: { type: Number, required: true },
    state: text,
    createdAt: { type: Date, required: true },
    expiresAt: Date,
  },
  { collection: 'files', versionKey: false, minimize: false },
)
fileSchema.index({ organizationId: 1, group: 1, part: 1 })
fileSchema.index({ organizationId: 1, dekId: 1 })
fileSchema.index({ expiresAt: 1 }, { partialFilterExpression: { expiresAt: { $exists: true } } })

const subjectsSchema = new Schema<FileSubjectsRow>(
  { _id: text, organizationId: text, group: text, subjectIds: { type: [String], required: true }, expiresAt: Date },
  { collection: 'file_subjects', versionKey: false, minimize: false },
)
subjectsSchema.index({ organizationId: 1, subjectIds: 1 })
subjectsSchema.index({ organizationId: 1, group: 1 })
// A list outlives its files by a day at most; without them it says nothing.
subjectsSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 24 * 3600 })

export const createFilesStore = (db: Database) => {
  const files = db.define('File', fileSchema)
  const subjects = db.define('FileSubjects', subjectsSchema)
  return {
    insert: async (rows: FileRow[], lists: FileSubjectsRow[]): Promise<void> => {
      await files.insertMany(rows, { lean: true })
      if (lists.length > 0) await subjects.insertMany(lists, { lean: true })
    },
    find: (organizationId: string, ids: readonly string[]): Promise<FileRow[]> =>
      files
        .find({ organizationId, _id: { $in: [...ids] } })
        .batchSize(500)
        .lean<FileRow[]>()
        .exec(),
    partsOf: (organizationId: string, group: string): Promise<FileRow[]> =>
      files
        .find({ organizationId, group, kind: 'export_part', state: 'kept' })
        .sort({ part: 1 })
        .batchSize(500)
        .lean<FileRow[]>()
        .exec(),
    /** How many were still kept: fewer than asked means that somebody was quicker. */
    doom: async (organizationId: string, ids: readonly string[], now: Date): Promise<number> =>
      (
        await files.updateMany(
          { organizationId, _id: { $in: [...ids] }, state: 'kept' },
          { $set: { state: 'doomed', expiresAt: now } },
        )
      ).matchedCount,
    doomGroup: async (organizationId: string, group: string, now: Date): Promise<void> => {
      await files.updateMany({ organizationId, group }, { $set: { state: 'doomed', expiresAt: now } })
    },
    expireAt: async (organizationId: string, id: string, at: Date): Promise<void> => {
      await files.updateOne({ organizationId, _id: id }, { $set: { expiresAt: at } })
    },
    holding: async (organizationId: string, subjectIds: readonly string[]): Promise<string[]> => {
      const lists = await subjects
        .find({ organizationId, subjectIds: { $in: [...subjectIds] } }, { group: 1 })
        .batchSize(500)
        .lean<{ group: string }[]>()
      const groups = [...new Set(lists.map(({ group }) => group))]
      if (groups.length === 0) return []
      const held = await files
        .find({ organizationId, group: { $in: groups } }, { _id: 1 })
        .batchSize(500)
        .lean<{ _id: string }[]>()
      return held.map(({ _id }) => _id)
    },
    withDeks: (organizationId: string, dekIds: readonly string[]): Promise<Pick<FileRow, 'dekId'>[]> =>
      files
        .find({ organizationId, dekId: { $in: [...dekIds] } }, { dekId: 1 })
        .batchSize(500)
        .lean<Pick<FileRow, 'dekId'>[]>()
        .exec(),
    /** Rows, and the lists of groups of which nothing is left. */
    remove: async (organizationId: string, rows: readonly FileRow[]): Promise<void> => {
      await files.deleteMany({ organizationId, _id: { $in: rows.map(({ _id }) => _id) } })
      const groups = [...new Set(rows.map(({ group }) => group))]
      const living = new Set(await files.distinct('group', { organizationId, group: { $in: groups } }))
      const empty = groups.filter((group) => !living.has(group))
      if (empty.length > 0) await subjects.deleteMany({ organizationId, group: { $in: empty } })
    },
    /** Past its end, in any organization. */
    expired: (now: Date, limit: number): Promise<FileRow[]> =>
      files
        .find({ expiresAt: { $lte: now } })
        .setOptions({ across: 'sweep' })
        .limit(limit)
        .batchSize(limit)
        .lean<FileRow[]>()
        .exec(),
  }
}
export type FilesStore = ReturnType<typeof createFilesStore>
