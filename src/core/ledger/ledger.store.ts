import { Schema } from 'mongoose'
import type { Assurance } from '../shared/caller.ts'
import type { Database } from '../shared/database.ts'
import type { ErrorCode } from '../shared/errors.ts'
import { type CursorKey, countLimit } from '../shared/page.ts'
import type { NumberUse, PurposeCode } from '../shared/words.ts'
import {
  type Direction,
  type EntryFilter,
  entryIndexes,
  equalitiesOf,
  indexFor,
  type Outcome,
  stretchesOf,
} from './entry-query.rules.ts'
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
  outcome: Outcome
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
for (const [name, { keys, options }] of Object.entries(entryIndexes)) schema.index(keys, { name, ...options })
// The sealer's, also across organizations; and how long the oldest has waited.
schema.index({ organizationId: 1, recordedAt: 1 }, { partialFilterExpression: { unsealed: true } })
// Never two at one place of the tree.
schema.index({ organizationId: 1, index: 1 }, { unique: true, partialFilterExpression: { index: { $type: 'number' } } })
schema.index({ tampered: 1 }, { partialFilterExpression: { tampered: true } })

/** Of a name that is searched for: so many of its grams are counted, and so far. */
const mostWeighed = 8
const commonFrom = 1000

/** `shown`: without what only the tree and the search need, which is half of an entry. Whoever reads by it touches none of that. */
const entryFields = {
  all: {},
  shown: { mac: 0, commitments: 0, leafHash: 0, grams: 0 },
} as const satisfies Record<string, Record<string, 0>>
export type EntryFields = keyof typeof entryFields

export const defineEntries = (db: Database) => db.define('LedgerEntry', schema)

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

export const createLedgerStore = (db: Database) => {
  const entries = defineEntries(db)
  return {
    insertMany: (rows: readonly EntryRow[]): Promise<void> => db.insertMany(entries, rows),
    /** One batch in order; the caller filters names after decryption and asks for more. */
    batch: async (
      organizationId: string,
      filter: EntryFilter,
      after: CursorKey | undefined,
      direction: Direction,
      limit: number,
      fields: EntryFields,
    ): Promise<EntryRow[]> => {
      const equalities = equalitiesOf(organizationId, filter)
      const found: EntryRow[] = []
      for (const stretch of stretchesOf(filter, after, direction)) {
        const room = limit - found.length
        if (room === 0) break
        const rows = entries
          .find({ organizationId, ...equalities, ...stretch }, entryFields[fields])
          .sort({ at: direction, line: direction, _id: direction })
          .hint(indexFor(filter))
          .limit(room)
          .batchSize(room)
          .lean<EntryRow[]>()
        found.push(...(await rows.exec()))
      }
      return found
    },
    /** The rarest first: a family name is common, a name in full is not. Looks at no more than these, and so far. */
    byRarity: async (organizationId: string, filter: EntryFilter, grams: readonly number[]): Promise<number[]> => {
      if (grams.length < 2) return [...grams]
      const [period = {}] = stretchesOf(filter, undefined, 1)
      const weighed = await Promise.all(
        grams.slice(0, mostWeighed).map(async (gram) => {
          const of = entries.countDocuments({ organizationId, grams: gram, ...period })
          return { gram, count: await of.hint('byName').limit(commonFrom).exec() }
        }),
      )
      const [first] = weighed.toSorted((a, b) => a.count - b.count)
      return first === undefined ? [] : [first.gram, ...grams.filter((gram) => gram !== first.gram)]
    },
    /** As they are shown. */
    findMany: (organizationId: string, ids: readonly string[]): Promise<EntryRow[]> =>
      entries
        .find({ organizationId, _id: { $in: [...ids] } }, entryFields.shown)
        .batchSize(500)
        .lean<EntryRow[]>()
        .exec(),
    /** Behind an index and below a size, in order. */
    sealed: (organizationId: string, behind: number, size: number, limit: number): Promise<EntryRow[]> =>
      entries
        .find({ organizationId, index: { $gt: behind, $lt: size } })
        .sort({ index: 1 })
        .limit(limit)
        .batchSize(limit)
        .lean<EntryRow[]>()
        .exec(),
    /** What somebody's acts let out since an instant, for budgets whose counter was lost. */
    countReleased: (of: ReleasedBy): Promise<number> => entries.countDocuments(releasedBy(of)).exec(),
    releasingJobs: (of: ReleasedBy): Promise<string[]> => entries.distinct('jobId', releasedBy(of)).exec(),
    count: (organizationId: string, filter: EntryFilter): Promise<number> => {
      const [period = {}] = stretchesOf(filter, undefined, 1)
      return entries
        .countDocuments({ organizationId, ...equalitiesOf(organizationId, filter), ...period })
        .hint(indexFor(filter))
        .limit(countLimit)
        .exec()
    },
  }
}
export type LedgerStore = ReturnType<typeof createLedgerStore>
