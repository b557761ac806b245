import { Schema } from 'mongoose'
import type { Database } from '../shared/database.ts'

export const fileKinds = [
  'import',
  'export_part',
  'export',
  'filing_part',
  'filing',
  'ledger_export_part',
  'ledger_export',
  'evidence',
] as const
export type FileKind = (typeof fileKinds)[number]
const partKinds = ['export_part', 'filing_part', 'ledger_export_part'] as const satisfies readonly FileKind[]

/**
 * `writing`: its bytes may be there, its commit is not. `kept`: its commit is. `abandoned` and `doomed` are what these two
 * become when they go: nobody attaches or reads them any more, and what is left of them goes with the next sweep at the latest.
 */
export type FileState = 'writing' | 'kept' | 'abandoned' | 'doomed'

/** A stored file. Whose numbers it holds is in `file_subjects`, by `group`, which the parts and the whole of one job share. */
export type FileRow = {
  _id: string
  organizationId: string
  kind: FileKind
  group: string
  /** Place among the parts of a group. */
  part?: number
  dekId: string
  /** Length of the plaintext, once it is kept. */
  bytes: number
  state: FileState
  createdAt: Date
  /** Of one that is being written: the end of the writer's lease, which it renews. */
  expiresAt: Date
}

/** At most 500 subjects a row, so that a file of 100,000 stays far from MongoDB's 16 MiB for a document. */
export type FileSubjectsRow = {
  _id: string
  organizationId: string
  group: string
  /** The file that it was written for; the others of the group hold the same numbers. */
  fileId: string
  subjectIds: string[]
  expiresAt: Date
}

const text = { type: String, required: true }
const instant = { type: Date, required: true }
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
    createdAt: instant,
    expiresAt: instant,
  },
  { collection: 'files', versionKey: false, minimize: false },
)
fileSchema.index({ organizationId: 1, group: 1, part: 1 })
fileSchema.index({ organizationId: 1, dekId: 1 })
fileSchema.index({ expiresAt: 1 })

const subjectsSchema = new Schema<FileSubjectsRow>(
  {
    _id: text,
    organizationId: text,
    group: text,
    fileId: text,
    subjectIds: { type: [String], required: true },
    expiresAt: instant,
  },
  { collection: 'file_subjects', versionKey: false, minimize: false },
)
subjectsSchema.index({ organizationId: 1, subjectIds: 1 })
subjectsSchema.index({ organizationId: 1, group: 1 })
// A list outlives its files by a day at most; without them it says nothing.
subjectsSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 24 * 3600 })

export const createFilesStore = (db: Database) => {
  const files = db.define('File', fileSchema)
  const subjects = db.define('FileSubjects', subjectsSchema)

  /** The lists of these files alone, or all of a group of which nothing is left. */
  const removeLists = async (organizationId: string, rows: readonly FileRow[]): Promise<void> => {
    const groups = [...new Set(rows.map(({ group }) => group))]
    const abandoned = rows.filter(({ state }) => state === 'abandoned').map(({ _id }) => _id)
    // Read before the files are: a list whose file comes in between is not among them, since the file's row comes first.
    const lists = await subjects
      .find({ organizationId, group: { $in: groups } }, { _id: 1, group: 1, fileId: 1 })
      .batchSize(500)
      .lean<Pick<FileSubjectsRow, '_id' | 'group' | 'fileId'>[]>()
    if (lists.length === 0) return
    const living = new Set(await files.distinct('group', { organizationId, group: { $in: groups } }))
    const over = lists.filter(({ group, fileId }) => !living.has(group) || abandoned.includes(fileId))
    if (over.length > 0) await subjects.deleteMany({ organizationId, _id: { $in: over.map(({ _id }) => _id) } })
  }

  return {
    /** The row before its lists. */
    insert: async (row: FileRow, lists: FileSubjectsRow[]): Promise<void> => {
      await files.insertMany([row], { lean: true })
      if (lists.length > 0) await subjects.insertMany(lists, { lean: true })
    },
    /** False when it is not being written any more: somebody has taken it away. */
    renew: async (organizationId: string, id: string, until: Date): Promise<boolean> =>
      (await files.updateOne({ organizationId, _id: id, state: 'writing' }, { $set: { expiresAt: until } }))
        .matchedCount === 1,
    /** Inside a transaction. */
    keep: async ({ organizationId, _id, bytes, expiresAt }: FileRow): Promise<boolean> =>
      (await files.updateOne({ organizationId, _id, state: 'writing' }, { $set: { state: 'kept', bytes, expiresAt } }))
        .matchedCount === 1,
    find: (organizationId: string, ids: readonly string[]): Promise<FileRow[]> =>
      files
        .find({ organizationId, _id: { $in: [...ids] } })
        .batchSize(500)
        .lean<FileRow[]>()
        .exec(),
    partsOf: (organizationId: string, group: string): Promise<FileRow[]> =>
      files
        .find({ organizationId, group, kind: { $in: [...partKinds] }, state: 'kept' })
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
    /** Those whose commit is not there will have none; what a commit has kept stays. */
    abandon: async (organizationId: string, ids: readonly string[], now: Date): Promise<void> => {
      await files.updateMany(
        { organizationId, _id: { $in: [...ids] }, state: 'writing' },
        { $set: { state: 'abandoned', expiresAt: now } },
      )
    },
    /** All of these, or those past their end as of this moment, and not when they were last looked at. */
    takeAway: async (organizationId: string, ids: readonly string[], now: Date, pastOnly = false): Promise<void> => {
      const past = pastOnly ? { expiresAt: { $lte: now } } : {}
      const of = { organizationId, _id: { $in: [...ids] }, ...past }
      // In this order: one that is attached between the two is found by the second.
      await files.updateMany({ ...of, state: 'writing' }, { $set: { state: 'abandoned', expiresAt: now } })
      await files.updateMany({ ...of, state: 'kept' }, { $set: { state: 'doomed', expiresAt: now } })
    },
    expireAt: async (organizationId: string, id: string, at: Date): Promise<void> => {
      await files.updateOne({ organizationId, _id: id }, { $min: { expiresAt: at } })
    },
    /** Every file of these people, or all but what they showed themselves. */
    holding: async (
      organizationId: string,
      subjectIds: readonly string[],
      except: readonly FileKind[] = [],
    ): Promise<string[]> => {
      const lists = await subjects
        .find({ organizationId, subjectIds: { $in: [...subjectIds] } }, { group: 1 })
        .batchSize(500)
        .lean<{ group: string }[]>()
      const groups = [...new Set(lists.map(({ group }) => group))]
      if (groups.length === 0) return []
      const held = await files
        .find({ organizationId, group: { $in: groups }, kind: { $nin: [...except] } }, { _id: 1 })
        .batchSize(500)
        .lean<{ _id: string }[]>()
      return held.map(({ _id }) => _id)
    },
    /** Those of these DEKs that are not kept: being written, or going. */
    notKept: (organizationId: string, dekIds: readonly string[]): Promise<FileRow[]> =>
      files
        .find({ organizationId, dekId: { $in: [...dekIds] }, state: { $ne: 'kept' } })
        .batchSize(500)
        .lean<FileRow[]>()
        .exec(),
    withDeks: (organizationId: string, dekIds: readonly string[]): Promise<Pick<FileRow, 'dekId'>[]> =>
      files
        .find({ organizationId, dekId: { $in: [...dekIds] } }, { dekId: 1 })
        .batchSize(500)
        .lean<Pick<FileRow, 'dekId'>[]>()
        .exec(),
    remove: async (organizationId: string, rows: readonly FileRow[]): Promise<void> => {
      await files.deleteMany({ organizationId, _id: { $in: rows.map(({ _id }) => _id) } })
      await removeLists(organizationId, rows)
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
