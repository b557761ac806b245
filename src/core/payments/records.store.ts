import { Schema } from 'mongoose'
import type { Database } from '../shared/database.ts'
import type { Sentence } from '../shared/errors.ts'
import { afterKey, type CursorKey, countLimit } from '../shared/page.ts'
import type { RecordForm, SlipLine } from './payments.rules.ts'

/** 支払調書 of one payee, company, form and year; its id stays when it is computed again. */
export type PaymentRecordRow = {
  _id: string
  organizationId: string
  companyId: string
  subjectId: string
  form: RecordForm
  year: number
  required: boolean
  reason: Sentence
  amount: number
  withheld: number
  lines: SlipLine[]
  /** Sealed JSON { name, address, remarks }: as of making the slip (手引: 作成日の現況). */
  slip: Buffer
  /** The filing that computed it. */
  filingId: string
  computedAt: Date
}

const text = { type: String, required: true }
const yen = { type: Number, required: true }
const schema = new Schema<PaymentRecordRow>(
  {
    _id: text,
    organizationId: text,
    companyId: text,
    subjectId: text,
    form: text,
    year: { type: Number, required: true },
    required: { type: Boolean, required: true },
    reason: { ja: text, en: text },
    amount: yen,
    withheld: yen,
    lines: [
      new Schema<SlipLine>(
        // 細目 may be empty, which mongoose's `required` would refuse.
        { kind: text, detail: String, amount: yen, unpaid: yen, withheld: yen, withheldUnpaid: yen },
        { _id: false },
      ),
    ],
    slip: { type: Buffer, required: true },
    filingId: text,
    computedAt: { type: Date, required: true },
  },
  { collection: 'payment_records', versionKey: false, minimize: false },
)
schema.index({ organizationId: 1, subjectId: 1, _id: 1 })
schema.index({ organizationId: 1, companyId: 1, form: 1, year: 1, subjectId: 1 }, { unique: true })
schema.index({ organizationId: 1, filingId: 1, subjectId: 1, _id: 1 })

export type RecordFilter = { companyId?: string; year?: number; filingId?: string }
type Slot = { companyId: string; form: RecordForm; year: number }

export const createRecordsStore = (db: Database) => {
  const records = db.define('PaymentRecord', schema)
  return {
    find: (organizationId: string, id: string): Promise<PaymentRecordRow | null> =>
      records.findOne({ organizationId, _id: id }).lean<PaymentRecordRow>().exec(),
    list: (
      organizationId: string,
      filter: RecordFilter,
      after: CursorKey | undefined,
      limit: number,
    ): Promise<PaymentRecordRow[]> =>
      records
        .find({ organizationId, ...filter, ...afterKey(['subjectId', '_id'], after) })
        .sort({ subjectId: 1, _id: 1 })
        .limit(limit)
        .batchSize(limit)
        .lean<PaymentRecordRow[]>()
        .exec(),
    count: (organizationId: string, filter: RecordFilter): Promise<number> =>
      records
        .countDocuments({ organizationId, ...filter })
        .limit(countLimit)
        .exec(),
    /** The ids that these payees' records have already. */
    idsOf: async (organizationId: string, slot: Slot, subjectIds: readonly string[]): Promise<Map<string, string>> => {
      const rows = await records
        .find({ organizationId, ...slot, subjectId: { $in: [...subjectIds] } }, { subjectId: 1 })
        .batchSize(1000)
        .lean<Pick<PaymentRecordRow, '_id' | 'subjectId'>[]>()
        .exec()
      return new Map(rows.map((row) => [row.subjectId, row._id]))
    },
    /** Inside a transaction. */
    putMany: async (rows: readonly PaymentRecordRow[]): Promise<void> => {
      if (rows.length === 0) return
      await records.bulkWrite(
        rows.map((row) => ({
          replaceOne: {
            filter: { organizationId: row.organizationId, _id: row._id },
            replacement: row,
            upsert: true,
          },
        })),
      )
    },
    /** Those of a filing that must be filed, payee by payee. */
    requiredOf: (
      organizationId: string,
      filingId: string,
      afterSubjectId: string | undefined,
      limit: number,
    ): Promise<PaymentRecordRow[]> =>
      records
        .find({
          organizationId,
          filingId,
          required: true,
          ...(afterSubjectId === undefined ? {} : { subjectId: { $gt: afterSubjectId } }),
        })
        .sort({ subjectId: 1 })
        .limit(limit)
        .batchSize(limit)
        .lean<PaymentRecordRow[]>()
        .exec(),
    countRequired: (organizationId: string, filingId: string): Promise<number> =>
      records.countDocuments({ organizationId, filingId, required: true }).exec(),
  }
}
export type RecordsStore = ReturnType<typeof createRecordsStore>
