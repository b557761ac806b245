import { Schema } from 'mongoose'
import { type Coverage, coverageFilter } from '../shared/coverage.ts'
import type { Database } from '../shared/database.ts'
import type { Day } from '../shared/dates.ts'
import { countLimit } from '../shared/page.ts'
import type { NoNumberReason, NumberState, SubjectKind } from '../shared/words.ts'

export const employmentEventKinds = [
  'hired',
  'retired',
  'insurance_lost',
  'transferred',
  'contract_ended',
  'dependency_ended',
] as const
export type EmploymentEventKind = (typeof employmentEventKinds)[number]
export type EmploymentEvent = { id: string; kind: EmploymentEventKind; on: Day; recordedAt: Date }

/** 番号なし: why, and since when. */
export type NoNumber = { reason: NoNumberReason; sinceOn?: Day }

export type SubjectRow = {
  _id: string
  organizationId: string
  kind: SubjectKind
  companyId: string
  departmentId?: string
  code?: string
  externalId?: string
  employeeId?: string
  dependentNo?: number
  payeeKind?: 'individual' | 'corporation'
  corporateNumber?: string
  /** A payee who is paid rent, a price or a commission for real estate: asked by a notice of its own (所得税法225条1項9号). */
  landlord?: boolean
  /** Sealed JSON: name, kana, birthOn, address, email, phone, relationship. */
  personal: Buffer
  /** Keyed grams of name and kana. */
  grams: number[]
  /** The customers' row order (core/shared/order.ts). */
  order: string
  numberState: NumberState
  /** Only with the state `no_number`. */
  noNumber?: NoNumber
  /** マイナンバー発行日 as a roster had it, before there was a number. */
  issuedOnHint?: Day
  metadata?: Record<string, string>
  events: EmploymentEvent[]
  version: number
  createdAt: Date
  updatedAt: Date
}

const text = { type: String, required: true }
const at = { type: Date, required: true }
const schema = new Schema<SubjectRow>(
  {
    _id: text,
    organizationId: text,
    kind: text,
    companyId: text,
    departmentId: String,
    code: String,
    externalId: String,
    employeeId: String,
    dependentNo: Number,
    payeeKind: String,
    corporateNumber: String,
    landlord: Boolean,
    personal: { type: Buffer, required: true },
    grams: { type: [Number], required: true },
    order: text,
    numberState: text,
    noNumber: new Schema({ reason: text, sinceOn: String }, { _id: false }),
    issuedOnHint: String,
    metadata: { type: Schema.Types.Mixed },
    events: [new Schema({ id: text, kind: text, on: text, recordedAt: at }, { _id: false })],
    version: { type: Number, required: true },
    createdAt: at,
    updatedAt: at,
  },
  { collection: 'subjects', versionKey: false, minimize: false },
)
const partial = (...fields: string[]) => ({
  unique: true,
  partialFilterExpression: Object.fromEntries(fields.map((field) => [field, { $exists: true }])),
})
schema.index({ organizationId: 1, order: 1 })
schema.index({ organizationId: 1, companyId: 1, order: 1 })
schema.index({ organizationId: 1, grams: 1 })
schema.index({ organizationId: 1, kind: 1, externalId: 1 }, partial('externalId'))
schema.index({ organizationId: 1, companyId: 1, kind: 1, code: 1 }, partial('code'))
schema.index({ organizationId: 1, employeeId: 1, dependentNo: 1 }, partial('employeeId', 'dependentNo'))

export type SubjectFilter = {
  kind?: SubjectKind
  kinds?: readonly SubjectKind[]
  companyId?: string
  departmentId?: string
  code?: string
  externalId?: string
  numberState?: NumberState
  numberStates?: readonly NumberState[]
  employeeId?: string
  grams?: number[]
  /** Whom the appointment of whoever asks covers. */
  coverage?: Coverage
}

const plain = ['kind', 'companyId', 'departmentId', 'code', 'externalId', 'numberState', 'employeeId'] as const
const toQuery = (organizationId: string, filter: SubjectFilter) => ({
  organizationId,
  ...Object.fromEntries(plain.filter((field) => filter[field] !== undefined).map((field) => [field, filter[field]])),
  ...(filter.kinds === undefined ? {} : { kind: { $in: [...filter.kinds] } }),
  ...(filter.numberStates === undefined ? {} : { numberState: { $in: [...filter.numberStates] } }),
  ...(filter.grams === undefined || filter.grams.length === 0 ? {} : { grams: { $all: filter.grams } }),
  ...coverageFilter(filter.coverage),
})

/** `file`: without what stands in no file and in no entry of the ledger. Whoever reads by it touches none of that. */
const subjectFields = {
  all: {},
  file: { externalId: 0, numberState: 0, metadata: 0, events: 0, version: 0, createdAt: 0, updatedAt: 0 },
} as const satisfies Record<string, Partial<Record<keyof SubjectRow, 0>>>
export type SubjectFields = keyof typeof subjectFields

export const createSubjectsStore = (db: Database) => {
  const subjects = db.define('Subject', schema)
  return {
    /** Only one that was added a moment ago and that nothing relies on yet: false where it is not there any more. */
    removeDependent: async (organizationId: string, id: string): Promise<boolean> =>
      (await subjects.deleteOne({ organizationId, _id: id, kind: 'dependent' })).deletedCount === 1,
    insertMany: async (rows: SubjectRow[]): Promise<void> => {
      await subjects.insertMany(rows, { lean: true })
    },
    find: (organizationId: string, id: string): Promise<SubjectRow | null> =>
      subjects.findOne({ organizationId, _id: id }).lean<SubjectRow>().exec(),
    /** What has just been committed is surely seen: a majority read may be a moment behind the change that refused ours. */
    findLatest: (organizationId: string, id: string): Promise<SubjectRow | null> =>
      subjects
        .findOne({ organizationId, _id: id })
        .readConcern('linearizable')
        .maxTimeMS(10_000)
        .lean<SubjectRow>()
        .exec(),
    findMany: (organizationId: string, ids: readonly string[]): Promise<SubjectRow[]> =>
      subjects
        .find({ organizationId, _id: { $in: [...ids] } })
        .batchSize(1000)
        .lean<SubjectRow[]>()
        .exec(),
    findByExternalId: (organizationId: string, kind: SubjectKind, externalId: string): Promise<SubjectRow | null> =>
      subjects.findOne({ organizationId, kind, externalId }).lean<SubjectRow>().exec(),
    findLatestByExternalId: (
      organizationId: string,
      kind: SubjectKind,
      externalId: string,
    ): Promise<SubjectRow | null> =>
      subjects
        .findOne({ organizationId, kind, externalId })
        .readConcern('linearizable')
        .maxTimeMS(10_000)
        .lean<SubjectRow>()
        .exec(),
    findByCodes: (
      organizationId: string,
      companyId: string,
      kind: SubjectKind,
      codes: readonly string[],
    ): Promise<SubjectRow[]> =>
      subjects
        .find({ organizationId, companyId, kind, code: { $in: [...codes] } })
        .batchSize(1000)
        .lean<SubjectRow[]>()
        .exec(),
    findDependents: (organizationId: string, employeeIds: readonly string[]): Promise<SubjectRow[]> =>
      subjects
        .find({ organizationId, employeeId: { $in: [...employeeIds] } })
        .sort({ dependentNo: 1 })
        .batchSize(1000)
        .lean<SubjectRow[]>()
        .exec(),
    /** In the customers' order, after the order key of the row before. */
    inOrder: (
      organizationId: string,
      filter: SubjectFilter,
      after: string | undefined,
      limit: number,
      fields: SubjectFields = 'all',
    ): Promise<SubjectRow[]> =>
      subjects
        .find(
          { ...toQuery(organizationId, filter), ...(after === undefined ? {} : { order: { $gt: after } }) },
          subjectFields[fields],
        )
        .sort({ order: 1 })
        .limit(limit)
        .batchSize(limit)
        .lean<SubjectRow[]>()
        .exec(),
    count: (organizationId: string, filter: SubjectFilter, limit = countLimit): Promise<number> =>
      subjects.countDocuments(toQuery(organizationId, filter)).limit(limit).exec(),
    /** Only from the version that was read: two who edit at once do not overwrite each other. */
    replace: async (row: SubjectRow, readVersion: number): Promise<boolean> =>
      (await subjects.replaceOne({ organizationId: row.organizationId, _id: row._id, version: readVersion }, row))
        .matchedCount === 1,
    setOrders: async (
      organizationId: string,
      orders: { id: string; order: string; departmentId?: string }[],
    ): Promise<void> => {
      if (orders.length === 0) return
      await subjects.bulkWrite(
        orders.map(({ id, order, departmentId }) => ({
          updateOne: {
            filter: { organizationId, _id: id },
            update:
              departmentId === undefined
                ? { $set: { order }, $unset: { departmentId: 1 }, $inc: { version: 1 } }
                : { $set: { order, departmentId }, $inc: { version: 1 } },
          },
        })),
      )
    },
    /** For imports: whole rows, each from the version that was read. */
    replaceMany: async (
      organizationId: string,
      changes: { row: SubjectRow; readVersion: number }[],
    ): Promise<number> => {
      if (changes.length === 0) return 0
      const result = await subjects.bulkWrite(
        changes.map(({ row, readVersion }) => ({
          replaceOne: { filter: { organizationId, _id: row._id, version: readVersion }, replacement: row },
        })),
      )
      return result.matchedCount
    },
    setNumberState: async (organizationId: string, ids: readonly string[], numberState: NumberState): Promise<void> => {
      await subjects.updateMany(
        { organizationId, _id: { $in: [...ids] } },
        { $set: { numberState }, $unset: { noNumber: 1 }, $inc: { version: 1 } },
      )
    },
    /** Only from these states, so that what was registered meanwhile stays as it is. How many changed. */
    moveNumberState: async (
      organizationId: string,
      ids: readonly string[],
      from: readonly NumberState[],
      to: { numberState: NumberState; noNumber?: NoNumber },
    ): Promise<number> =>
      (
        await subjects.updateMany(
          { organizationId, _id: { $in: [...ids] }, numberState: { $in: [...from] } },
          to.noNumber === undefined
            ? { $set: { numberState: to.numberState }, $unset: { noNumber: 1 }, $inc: { version: 1 } }
            : { $set: { numberState: to.numberState, noNumber: to.noNumber }, $inc: { version: 1 } },
        )
      ).modifiedCount,
    addEvent: (organizationId: string, id: string, event: EmploymentEvent, now: Date): Promise<SubjectRow | null> =>
      subjects
        .findOneAndUpdate(
          { organizationId, _id: id },
          { $push: { events: event }, $set: { updatedAt: now }, $inc: { version: 1 } },
          { returnDocument: 'after' },
        )
        .lean<SubjectRow>()
        .exec(),
  }
}
export type SubjectsStore = ReturnType<typeof createSubjectsStore>
