import { Schema } from 'mongoose'
import type { Assurance } from '../shared/caller.ts'
import type { Database } from '../shared/database.ts'
import type { ErrorCode } from '../shared/errors.ts'
import { afterKey, type CursorKey, countLimit } from '../shared/page.ts'
import type { NumberUse, PurposeCode } from '../shared/words.ts'
import type { Commitments } from './leaf.ts'
import type { LedgerOperation } from './operations.ts'

/** One line of the 取扱記録. Names are sealed under the organization's field key; no digits, ever. */
export type EntryRow = {
  _id: string
  organizationId: string
  at: Date
  recordedAt: Date
  /** Place within a bulk act: entries of one act share `at`. */
  line: number
  operation: LedgerOperation
  functionName: string
  actor: { type: 'staff' | 'subject' | 'client' | 'operator' | 'system'; id?: string; userId?: string }
  subjectId?: string
  companyId?: string
  departmentCode?: string
  code?: string
  /** Sealed JSON of `OpenedNames`: names as of then, and the salt of the commitments. Absent once they are erased. */
  names?: Buffer
  grams: number[]
  purpose?: PurposeCode
  use?: NumberUse
  outcome: 'done' | 'released' | 'refused'
  refusal?: ErrorCode
  requestId: string
  clientId?: string
  network?: string
  /** 取扱区域, as it was called then. */
  place?: string
  assurance: Assurance
  jobId?: string
  /** In the leaf in place of names and codes, which go one day: these stay. */
  commitments: Commitments
  /** HMAC-SHA-256 of the leaf, under a key that is not in this database: what the sealer checks. */
  mac: { keyId: string; digest: Buffer }
  /** The sealer takes entries by this mark, never by a cursor over ids or times. */
  unsealed?: true
  /** Place in the tree: the order of sealing, nothing else. */
  index?: number
  leafHash?: Buffer
  /** It did not fit its MAC when it was sealed. */
  tampered?: true
}

const text = { type: String, required: true }
const schema = new Schema<EntryRow>(
  {
    _id: text,
    organizationId: text,
    at: { type: Date, required: true },
    recordedAt: { type: Date, required: true },
    line: { type: Number, required: true },
    operation: text,
    functionName: text,
    actor: { type: { type: String, required: true }, id: String, userId: String },
    subjectId: String,
    companyId: String,
    departmentCode: String,
    code: String,
    names: Buffer,
    grams: { type: [Number], required: true },
    purpose: String,
    use: String,
    outcome: text,
    refusal: String,
    requestId: text,
    clientId: String,
    network: String,
    place: String,
    assurance: text,
    jobId: String,
    commitments: { type: Schema.Types.Mixed, required: true },
    mac: { keyId: text, digest: { type: Buffer, required: true } },
    unsealed: Boolean,
    index: Number,
    leafHash: Buffer,
    tampered: Boolean,
  },
  { collection: 'ledger_entries', versionKey: false, minimize: false },
)
schema.index({ organizationId: 1, at: -1, line: -1, _id: -1 })
schema.index({ organizationId: 1, code: 1, at: -1 }, { partialFilterExpression: { code: { $exists: true } } })
schema.index({ organizationId: 1, subjectId: 1, at: -1 }, { partialFilterExpression: { subjectId: { $exists: true } } })
schema.index({ organizationId: 1, grams: 1, at: -1 })
// The sealer's, also across organizations; and how long the oldest has waited.
schema.index({ organizationId: 1, recordedAt: 1 }, { partialFilterExpression: { unsealed: true } })
// Never two at one place of the tree.
schema.index({ organizationId: 1, index: 1 }, { unique: true, partialFilterExpression: { index: { $type: 'number' } } })
schema.index({ tampered: 1 }, { partialFilterExpression: { tampered: true } })

export const defineEntries = (db: Database) => db.define('LedgerEntry', schema)

export type EntryFilter = {
  from: Date
  to: Date
  departmentCode?: string
  code?: string
  grams?: number[]
  operation?: LedgerOperation
  subjectId?: string
}

const toQuery = (organizationId: string, filter: EntryFilter) => ({
  organizationId,
  at: { $gte: filter.from, $lt: filter.to },
  ...(filter.departmentCode === undefined ? {} : { departmentCode: filter.departmentCode }),
  ...(filter.code === undefined ? {} : { code: filter.code }),
  ...(filter.operation === undefined ? {} : { operation: filter.operation }),
  ...(filter.subjectId === undefined ? {} : { subjectId: filter.subjectId }),
  ...(filter.grams === undefined || filter.grams.length === 0 ? {} : { grams: { $all: filter.grams } }),
})

export type ReleasedBy = {
  organizationId: string
  actorId: string
  operations: readonly LedgerOperation[]
  from: Date
}
const releasedBy = ({ organizationId, actorId, operations, from }: ReleasedBy) => ({
  organizationId,
  at: { $gte: from },
  'actor.id': actorId,
  operation: { $in: [...operations] },
  outcome: 'released' as const,
})

/** Dates travel in cursors as milliseconds. */
const fromCursor = (key: CursorKey | undefined): unknown[] | undefined =>
  key === undefined ? undefined : [new Date(Number(key[0])), key[1], key[2]]

export const createLedgerStore = (db: Database) => {
  const entries = defineEntries(db)
  return {
    insertMany: async (rows: EntryRow[]): Promise<void> => {
      await entries.insertMany(rows, { lean: true })
    },
    /** One batch in order; the caller filters names after decryption and asks for more. */
    batch: (
      organizationId: string,
      filter: EntryFilter,
      after: CursorKey | undefined,
      direction: 1 | -1,
      limit: number,
    ): Promise<EntryRow[]> =>
      entries
        .find({
          $and: [
            toQuery(organizationId, filter),
            afterKey(['at', 'line', '_id'], fromCursor(after) as CursorKey | undefined, direction),
          ],
          organizationId,
        })
        .sort({ at: direction, line: direction, _id: direction })
        .limit(limit)
        .batchSize(limit)
        .lean<EntryRow[]>()
        .exec(),
    /** What somebody's acts let out since an instant, for budgets whose counter was lost. */
    countReleased: (of: ReleasedBy): Promise<number> => entries.countDocuments(releasedBy(of)).exec(),
    releasingJobs: (of: ReleasedBy): Promise<string[]> => entries.distinct('jobId', releasedBy(of)).exec(),
    count: (organizationId: string, filter: EntryFilter): Promise<number> =>
      entries.countDocuments(toQuery(organizationId, filter)).limit(countLimit).exec(),
  }
}
