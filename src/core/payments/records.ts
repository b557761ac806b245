import type { Keys } from '../keys/keys.ts'
import type { Caller } from '../shared/caller.ts'
import { mustCoverWhole } from '../shared/coverage.ts'
import { AppError, notFound } from '../shared/errors.ts'
import { newId } from '../shared/ids.ts'
import { cutPage, type Page, type PageRequest, readCursor, shownTotal } from '../shared/page.ts'
import type { Subjects } from '../subjects/subjects.ts'
import type { RecordForm } from './payments.rules.ts'
import type { PaymentRow, PaymentsStore } from './payments.store.ts'
import { createTally, type Tally } from './records.rules.ts'
import type { PaymentRecordRow, RecordFilter, RecordsStore } from './records.store.ts'
import { sealTexts } from './slips.ts'

export type PaymentRecord = Omit<PaymentRecordRow, '_id' | 'slip' | 'organizationId'> & { id: string }

export const toRecord = ({ _id, slip, organizationId, ...row }: PaymentRecordRow): PaymentRecord => ({
  ...row,
  id: _id,
})

type Deps = { payments: PaymentsStore; records: RecordsStore; keys: Keys; subjects: Subjects }

/** What a filing computes: for which company, form and year. */
export type RecordsOf = { filingId: string; companyId: string; form: RecordForm; year: number; at: Date }

export const createRecords = ({ payments, records, keys, subjects }: Deps) => {
  const get = async (caller: Caller, id: string): Promise<PaymentRecord> => {
    const row = await records.find(caller.organizationId, id)
    if (row === null) throw notFound('payment record')
    mustCoverWhole(caller, { companyId: row.companyId, kinds: ['payee'] })
    return toRecord(row)
  }

  const list = async (
    caller: Caller,
    { limit, after, total, ...filter }: RecordFilter & PageRequest,
  ): Promise<Page<PaymentRecord>> => {
    mustCoverWhole(caller, { companyId: filter.companyId, kinds: ['payee'] })
    const rows = await records.list(caller.organizationId, filter, readCursor(after, ['string', 'string']), limit + 1)
    const page = cutPage(rows, limit, (row) => [row.subjectId, row._id])
    return {
      ...page,
      rows: page.rows.map(toRecord),
      ...(total === true ? { total: shownTotal(await records.count(caller.organizationId, filter)) } : {}),
    }
  }

  /** The next payees' sums, one payment at a time: memory does not grow with the payments of a payee. */
  const tallies = async (
    organizationId: string,
    { companyId, form, year }: RecordsOf,
    after: string | undefined,
    limit: number,
  ): Promise<Map<string, Tally>> => {
    const cipher = await keys.fields.for(organizationId)
    const found = new Map<string, ReturnType<typeof createTally>>()
    const remarksOf = (row: PaymentRow) =>
      row.remarks === undefined ? {} : { remarks: cipher.open(row._id, 'remarks', row.remarks) }
    for await (const row of payments.byPayee(organizationId, companyId, year, after)) {
      if (!found.has(row.subjectId) && found.size === limit) break
      const tally = found.get(row.subjectId) ?? createTally(form, year)
      found.set(row.subjectId, tally)
      const { category, kind, detail = '', amount, unpaid, withheld, withheldUnpaid } = row
      tally.add({ category, kind, detail, amount, unpaid, withheld, withheldUnpaid, ...remarksOf(row) })
    }
    return new Map([...found].map(([subjectId, tally]) => [subjectId, tally.close()]))
  }

  /** The records of the next payees, ready to be written in a transaction. */
  const compute = async (
    caller: Caller,
    of: RecordsOf,
    after: string | undefined,
    limit: number,
  ): Promise<PaymentRecordRow[]> => {
    const { organizationId } = caller
    const { filingId, companyId, form, year, at } = of
    const sums = await tallies(organizationId, of, after, limit)
    const subjectIds = [...sums.keys()]
    const ids = await records.idsOf(organizationId, { companyId, form, year }, subjectIds)
    const payees = new Map((await subjects.getMany(organizationId, subjectIds)).map((payee) => [payee.id, payee]))
    const cipher = await keys.fields.for(organizationId)
    return [...sums].map(([subjectId, { remarks, ...sum }]) => {
      const payee = payees.get(subjectId)
      if (payee === undefined) throw new AppError('internal', 'A payment has no payee.')
      const id = ids.get(subjectId) ?? newId('paymentRecord')
      const texts = { name: payee.name, address: payee.address ?? '', remarks }
      return {
        _id: id,
        organizationId,
        companyId,
        subjectId,
        form,
        year,
        ...sum,
        slip: sealTexts(cipher, id, texts),
        filingId,
        computedAt: at,
      }
    })
  }

  return { get, list, compute }
}
export type Records = ReturnType<typeof createRecords>
