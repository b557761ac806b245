import type { FieldCipher, Keys } from '../keys/keys.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Organizations } from '../organizations/organizations.ts'
import type { Caller } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import { commit } from '../shared/commit.ts'
import { mustCoverWhole } from '../shared/coverage.ts'
import type { Database } from '../shared/database.ts'
import { type Day, isDay } from '../shared/dates.ts'
import { defined } from '../shared/defined.ts'
import { isDuplicateKey } from '../shared/duplicates.ts'
import { invalidField, notFound } from '../shared/errors.ts'
import { newId } from '../shared/ids.ts'
import { cutPage, type Page, type PageRequest, readCursor, shownTotal } from '../shared/page.ts'
import type { Subjects } from '../subjects/subjects.ts'
import type { PaymentCategory } from './payments.rules.ts'
import type { PaymentFilter, PaymentRow, PaymentsStore } from './payments.store.ts'

export type PaymentInput = {
  companyId: string
  subjectId: string
  category: PaymentCategory
  kind: string
  detail?: string
  amount: number
  withheld: number
  unpaid?: number
  withheldUnpaid?: number
  dueOn: Day
  paidOn?: Day
  remarks?: string
  externalId?: string
}
export type Payment = Omit<PaymentRow, '_id' | 'remarks' | 'year' | 'organizationId'> & { id: string; remarks?: string }

/** Ten digits: what an item of the record holds. */
const mostYen = 9_999_999_999

type Deps = {
  db: Database
  keys: Keys
  ledger: Ledger
  organizations: Organizations
  subjects: Subjects
  store: PaymentsStore
  clock: Clock
}

const isYen = (amount: number): boolean => Number.isInteger(amount) && amount >= 0 && amount <= mostYen

/** 支払 of payees, as the host records them. */
export const createPaid = ({ db, keys, ledger, organizations, subjects, store, clock }: Deps) => {
  const toPayment = (cipher: FieldCipher, { _id, organizationId, year, remarks, ...row }: PaymentRow): Payment => ({
    ...row,
    id: _id,
    ...(remarks === undefined ? {} : { remarks: cipher.open(_id, 'remarks', remarks) }),
  })

  const mustFit = (
    input: Required<Pick<PaymentInput, 'amount' | 'withheld' | 'unpaid' | 'withheldUnpaid' | 'dueOn'>>,
    paidOn: Day | undefined,
  ): void => {
    const { amount, withheld, unpaid, withheldUnpaid, dueOn } = input
    for (const [field, value] of Object.entries({ amount, withheld, unpaid, withheldUnpaid }))
      if (!isYen(value)) throw invalidField(`/${field}`, 'invalid_value', 'Whole yen, 0 to 9,999,999,999.')
    if (withheld > amount) throw invalidField('/withheld', 'invalid_value', 'What is withheld is part of `amount`.')
    if (unpaid > amount) throw invalidField('/unpaid', 'invalid_value', 'What is unpaid is part of `amount`.')
    if (withheldUnpaid > withheld) throw invalidField('/withheldUnpaid', 'invalid_value', 'It is part of `withheld`.')
    if (!isDay(dueOn)) throw invalidField('/dueOn', 'invalid_value', 'A day of the calendar, YYYY-MM-DD.')
    if (paidOn !== undefined && !isDay(paidOn))
      throw invalidField('/paidOn', 'invalid_value', 'A day of the calendar, YYYY-MM-DD.')
  }

  const create = async (caller: Caller, input: PaymentInput): Promise<Payment> => {
    const { organizationId } = caller
    const { companyId, subjectId, dueOn, amount, withheld, unpaid = 0, withheldUnpaid = 0 } = input
    mustFit({ amount, withheld, unpaid, withheldUnpaid, dueOn }, input.paidOn)
    await organizations.getCompany(caller, companyId)
    const payee = await subjects.get(caller, subjectId)
    if (payee.kind !== 'payee' || payee.companyId !== companyId) throw notFound('payee of this company')

    const id = newId('payment')
    const cipher = await keys.fields.for(organizationId)
    const row: PaymentRow = {
      _id: id,
      organizationId,
      companyId,
      subjectId,
      category: input.category,
      kind: input.kind,
      amount,
      withheld,
      unpaid,
      withheldUnpaid,
      dueOn,
      year: Number(dueOn.slice(0, 4)),
      createdAt: clock.now(),
      ...defined({
        detail: input.detail,
        paidOn: input.paidOn,
        remarks: input.remarks === undefined ? undefined : cipher.seal(id, 'remarks', input.remarks),
        externalId: input.externalId,
      }),
    }
    const subject = (await subjects.shown(organizationId, [subjectId])).get(subjectId)
    const entries = await ledger.prepare(caller, [
      { operation: 'payment', functionName: '支払の記録', outcome: 'done', ...defined({ subject }) },
    ])
    return commit(db, caller, async () => {
      await store.insert(row)
      await ledger.append(entries)
      return toPayment(cipher, row)
    }).catch((error) => {
      throw isDuplicateKey(error)
        ? invalidField('/externalId', 'already_exists', 'This payment is recorded already.')
        : error
    })
  }

  const get = async (caller: Caller, id: string): Promise<Payment> => {
    const row = await store.find(caller.organizationId, id)
    if (row === null) throw notFound('payment')
    mustCoverWhole(caller, { companyId: row.companyId, kinds: ['payee'] })
    return toPayment(await keys.fields.for(caller.organizationId), row)
  }

  const list = async (
    caller: Caller,
    { limit, after, total, ...filter }: PaymentFilter & PageRequest,
  ): Promise<Page<Payment>> => {
    mustCoverWhole(caller, { companyId: filter.companyId, kinds: ['payee'] })
    const cipher = await keys.fields.for(caller.organizationId)
    const rows = await store.list(caller.organizationId, filter, readCursor(after, ['string']), limit + 1)
    const page = cutPage(rows, limit, (row) => [row._id])
    return {
      ...page,
      rows: page.rows.map((row) => toPayment(cipher, row)),
      ...(total === true ? { total: shownTotal(await store.count(caller.organizationId, filter)) } : {}),
    }
  }

  return { create, get, list }
}
