import { Readable } from 'node:stream'
import type { Filing, Payment, PaymentInput, PaymentRecord, Payments } from '../../../core/payments/payments.ts'
import { defined } from '../../../core/shared/defined.ts'
import { accepted, callerOf, created, type Handler, type Input, ok, on } from '../operation.ts'
import { iso, pageOf, toList } from './paging.ts'

const toPayment = (row: Payment) => ({
  id: row.id,
  companyId: row.companyId,
  subjectId: row.subjectId,
  category: row.category,
  kind: row.kind,
  amount: row.amount,
  withheld: row.withheld,
  unpaid: row.unpaid,
  withheldUnpaid: row.withheldUnpaid,
  dueOn: row.dueOn,
  createdAt: iso(row.createdAt),
  ...defined({ detail: row.detail, paidOn: row.paidOn, remarks: row.remarks, externalId: row.externalId }),
})

const toInput = (body: Input<'createPayment'>['body']): PaymentInput => ({
  companyId: body.companyId,
  subjectId: body.subjectId,
  category: body.category,
  kind: body.kind,
  amount: body.amount,
  withheld: body.withheld,
  dueOn: body.dueOn,
  ...defined({
    detail: body.detail,
    unpaid: body.unpaid,
    withheldUnpaid: body.withheldUnpaid,
    paidOn: body.paidOn,
    remarks: body.remarks,
    externalId: body.externalId,
  }),
})

const toRecord = (row: PaymentRecord) => ({
  id: row.id,
  companyId: row.companyId,
  subjectId: row.subjectId,
  form: row.form,
  year: row.year,
  required: row.required,
  reason: { ja: row.reason.ja, en: row.reason.en },
  amount: row.amount,
  withheld: row.withheld,
  lines: row.lines.map(({ kind, detail, amount, withheld, unpaid, withheldUnpaid }) => ({
    kind,
    amount,
    withheld,
    unpaid,
    withheldUnpaid,
    ...(detail === '' ? {} : { detail }),
  })),
  filingId: row.filingId,
})

const toFiling = (row: Filing) => ({
  id: row.id,
  companyId: row.companyId,
  form: row.form,
  year: row.year,
  state: row.state,
  packageState: row.packageState,
  jobId: row.jobId,
  createdAt: iso(row.createdAt),
  ...(row.counts === undefined ? {} : { counts: { slips: row.counts.slips, withoutNumber: row.counts.withoutNumber } }),
  ...(row.problems.length === 0
    ? {}
    : { problems: row.problems.map(({ subjectId, item, code, detail }) => ({ subjectId, item, code, detail })) }),
  ...(row.blanks === undefined ? {} : { blanks: row.blanks.map(({ subjectId, reason }) => ({ subjectId, reason })) }),
})

export const paymentsHandlers = ({ payments }: { payments: Payments }) => ({
  listPayments: (async (context, { query }) => {
    const { companyId, subjectId, year } = query
    const page = await payments.list(callerOf(context), {
      ...pageOf(query),
      ...defined({ companyId, subjectId, year }),
    })
    return ok(toList(page, toPayment))
  }) satisfies Handler<'listPayments'>,
  createPayment: on<'createPayment', Payment>(
    (context, { body }) => payments.create(callerOf(context), toInput(body)),
    (row) => created(toPayment(row)),
  ),
  getPayment: (async (context, { path }) =>
    ok(toPayment(await payments.get(callerOf(context), path.id)))) satisfies Handler<'getPayment'>,

  listPaymentRecords: (async (context, { query }) => {
    const { companyId, year, filingId } = query
    const page = await payments.records.list(callerOf(context), {
      ...pageOf(query),
      ...defined({ companyId, year, filingId }),
    })
    return ok(toList(page, toRecord))
  }) satisfies Handler<'listPaymentRecords'>,
  getPaymentRecord: (async (context, { path }) =>
    ok(toRecord(await payments.records.get(callerOf(context), path.id)))) satisfies Handler<'getPaymentRecord'>,
  getPayeeCopy: (async (context, { path }) => {
    const pdf = await payments.payeeCopy(callerOf(context), path.id)
    const stream = Readable.from([pdf])
    return { status: 200, download: { stream, mediaType: 'application/pdf', fileName: '309-payee.pdf' } }
  }) satisfies Handler<'getPayeeCopy'>,

  listFilings: (async (context, { query }) =>
    ok(
      toList(await payments.filings.list(callerOf(context), pageOf(query)), toFiling),
    )) satisfies Handler<'listFilings'>,
  createFiling: on<'createFiling', Filing>(
    (context, { body }) =>
      payments.filings.create(callerOf(context), { companyId: body.companyId, form: body.form, year: body.year }),
    (row) => accepted(toFiling(row)),
  ),
  getFiling: (async (context, { path }) =>
    ok(toFiling(await payments.filings.get(callerOf(context), path.id)))) satisfies Handler<'getFiling'>,
  getFilingPackage: (async (context, { path }) => {
    const { stream, fileName, sent } = await payments.filings.package(callerOf(context), path.id)
    return { status: 200, download: { stream, mediaType: 'application/zip', fileName, sent } }
  }) satisfies Handler<'getFilingPackage'>,
})
