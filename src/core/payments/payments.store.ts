import { Schema } from 'mongoose'
import type { Database } from '../shared/database.ts'
import type { Day } from '../shared/dates.ts'
import { afterKey, type CursorKey, countLimit } from '../shared/page.ts'
import type { PaymentCategory } from './payments.rules.ts'

export type PaymentRow = {
  _id: string
  organizationId: string
  companyId: string
  subjectId: string
  category: PaymentCategory
  kind: string
  detail?: string
  amount: number
  withheld: number
  unpaid: number
  withheldUnpaid: number
  dueOn: Day
  /** Of `dueOn`: a slip covers what fell due in the year (支払の確定した年). */
  year: number
  paidOn?: Day
  /** Sealed text: 摘要 can name other persons. */
  remarks?: Buffer
  externalId?: string
  createdAt: Date
}

const text = { type: String, required: true }
const yen = { type: Number, required: true }
const schema = new Schema<PaymentRow>(
  {
    _id: text,
    organizationId: text,
    companyId: text,
    subjectId: text,
    category: text,
    kind: text,
    detail: String,
    amount: yen,
    withheld: yen,
    unpaid: yen,
    withheldUnpaid: yen,
    dueOn: text,
    year: { type: Number, required: true },
    paidOn: String,
    remarks: Buffer,
    externalId: String,
    createdAt: { type: Date, required: true },
  },
  { collection: 'payments', versionKey: false, minimize: false },
)
schema.index({ organizationId: 1, _id: 1 })
// A filing reads a company's year payee by payee, in the order of due days.
schema.index({ organizationId: 1, companyId: 1, year: 1, subjectId: 1, dueOn: 1, _id: 1 })
schema.index({ organizationId: 1, subjectId: 1, _id: 1 })
schema.index(
  { organizationId: 1, externalId: 1 },
  { unique: true, partialFilterExpression: { externalId: { $exists: true } } },
)

export type PaymentFilter = { companyId?: string; subjectId?: string; year?: number }

export const createPaymentsStore = (db: Database) => {
  const payments = db.define('Payment', schema)
  return {
    insert: async (row: PaymentRow): Promise<void> => {
      await payments.insertMany([row], { lean: true })
    },
    find: (organizationId: string, id: string): Promise<PaymentRow | null> =>
      payments.findOne({ organizationId, _id: id }).lean<PaymentRow>().exec(),
    list: (
      organizationId: string,
      filter: PaymentFilter,
      after: CursorKey | undefined,
      limit: number,
    ): Promise<PaymentRow[]> =>
      payments
        .find({ organizationId, ...filter, ...afterKey(['_id'], after) })
        .sort({ _id: 1 })
        .limit(limit)
        .batchSize(limit)
        .lean<PaymentRow[]>()
        .exec(),
    count: (organizationId: string, filter: PaymentFilter): Promise<number> =>
      payments
        .countDocuments({ organizationId, ...filter })
        .limit(countLimit)
        .exec(),
    /** How many payees a company had in a year. */
    countPayees: async (organizationId: string, companyId: string, year: number): Promise<number> => {
      const [row] = await payments
        .aggregate<{ payees: number }>([
          { $match: { organizationId, companyId, year } },
          { $group: { _id: '$subjectId' } },
          { $count: 'payees' },
        ])
        .exec()
      return row?.payees ?? 0
    },
    /** The last year with a payment, by payee; payees without any are left out. */
    lastYears: async (organizationId: string, subjectIds: readonly string[]): Promise<Map<string, number>> => {
      const rows = await payments
        .aggregate<{ _id: string; year: number }>([
          { $match: { organizationId, subjectId: { $in: [...subjectIds] } } },
          { $group: { _id: '$subjectId', year: { $max: '$year' } } },
        ])
        .exec()
      return new Map(rows.map(({ _id, year }) => [_id, year]))
    },
    /** The payments of a company's year, payee by payee, after this payee. */
    byPayee: (
      organizationId: string,
      companyId: string,
      year: number,
      afterSubjectId: string | undefined,
    ): AsyncIterable<PaymentRow> =>
      payments
        .find({
          organizationId,
          companyId,
          year,
          ...(afterSubjectId === undefined ? {} : { subjectId: { $gt: afterSubjectId } }),
        })
        .sort({ subjectId: 1, dueOn: 1, _id: 1 })
        .batchSize(500)
        .lean<PaymentRow>()
        .cursor() as AsyncIterable<PaymentRow>,
  }
}
export type PaymentsStore = ReturnType<typeof createPaymentsStore>
