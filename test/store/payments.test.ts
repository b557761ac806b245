import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { emptyParts } from '../support/parts.ts'
import { codeOf, startPayments } from '../support/payments-setup.ts'

let here: Awaited<ReturnType<typeof startPayments>>
let place: Awaited<ReturnType<typeof here.newOrganization>>
beforeAll(async () => {
  here = await startPayments()
})
beforeEach(async () => {
  await emptyParts()
  await here.stop()
  here = await startPayments()
  place = await here.newOrganization()
})
afterAll(() => here.stop())

describe('a payment', () => {
  it('is kept as it was sent, and read back', async () => {
    const { id } = await here.payee(place)
    const made = await here.pay(place, id, {
      detail: '４回',
      unpaid: 20_000,
      withheldUnpaid: 2042,
      paidOn: '2026-07-10',
      remarks: '共有者 佐藤一郎',
      externalId: 'host-1',
    })
    expect(made).toMatchObject({ subjectId: id, amount: 120_000, unpaid: 20_000, remarks: '共有者 佐藤一郎' })
    expect(await here.payments.get(place.caller, made.id)).toEqual(made)
  })

  it('keeps its remarks sealed, because they can name other persons', async () => {
    const { id } = await here.payee(place)
    await here.pay(place, id, { remarks: '共有者 佐藤一郎' })
    const stored = await here.db.mongoose.connection.db?.collection('payments').find().toArray()
    expect(JSON.stringify(stored)).not.toContain('佐藤')
    expect(Buffer.from(stored?.[0]?.remarks.buffer).includes(Buffer.from('佐藤', 'utf8'))).toBe(false)
  })

  it('with an externalId that is known is refused, and nothing is written twice', async () => {
    const { id } = await here.payee(place)
    await here.pay(place, id, { externalId: 'host-1' })
    expect(await codeOf(here.pay(place, id, { externalId: 'host-1', amount: 1, withheld: 0 }))).toBe('already_exists')
    expect((await here.payments.list(place.caller, { limit: 10, total: true })).total).toBe('1')
  })

  it.each([
    ['amount', { amount: -1, withheld: 0 }],
    ['amount', { amount: 0.5, withheld: 0 }],
    ['amount', { amount: 10_000_000_000 }],
    ['withheld', { amount: 100, withheld: 101 }],
    ['unpaid', { amount: 100, withheld: 0, unpaid: 101 }],
    ['withheldUnpaid', { amount: 100, withheld: 10, withheldUnpaid: 11 }],
    ['dueOn', { dueOn: '2026-02-30' }],
  ])('with a %s that cannot be is refused, with the place', async (field, input) => {
    const { id } = await here.payee(place)
    await expect(here.pay(place, id, input)).rejects.toMatchObject({
      code: 'invalid_value',
      places: [{ pointer: `/${field}` }],
    })
  })

  it('of ten digits is taken', async () => {
    const { id } = await here.payee(place)
    expect(await here.pay(place, id, { amount: 9_999_999_999, withheld: 0 })).toMatchObject({ amount: 9_999_999_999 })
  })

  it('to somebody who is no payee of that company is refused as not found', async () => {
    const employee = await here.subjects.create(place.caller, {
      kind: 'employee',
      companyId: place.companyId,
      code: '104',
      name: '東野二郎',
    })
    const elsewhere = await here.newOrganization()
    const { id } = await here.payee(place)
    const second = await here.organizations.createCompany(
      place.caller,
      { name: '第二', kind: 'corporation', corporateNumber: '7000012050002' },
      () => Promise.reject(new Error('none')),
    )
    expect(await codeOf(here.pay(place, employee.id))).toBe('not_found')
    expect(await codeOf(here.pay(place, id, { companyId: second._id }))).toBe('not_found')
    expect(await codeOf(here.pay(elsewhere, id))).toBe('not_found')
    expect(await codeOf(here.pay(place, id, { companyId: elsewhere.companyId }))).toBe('not_found')
  })

  it('is listed by company, payee and the year in which it fell due, page by page', async () => {
    const [a, b] = [await here.payee(place), await here.payee(place)]
    await here.pay(place, a.id, { dueOn: '2025-12-31' })
    await here.pay(place, a.id, { dueOn: '2026-01-01', paidOn: '2027-01-10' })
    await here.pay(place, b.id, { dueOn: '2026-12-31' })
    await here.pay(place, b.id, { dueOn: '2027-01-01' })
    const daysOf = async (filter: { subjectId?: string; year?: number }) =>
      (await here.payments.list(place.caller, { limit: 10, ...filter })).rows.map(({ dueOn }) => dueOn)
    expect(await daysOf({ year: 2026 })).toEqual(['2026-01-01', '2026-12-31'])
    expect(await daysOf({ subjectId: a.id })).toEqual(['2025-12-31', '2026-01-01'])
    const first = await here.payments.list(place.caller, { limit: 3, companyId: place.companyId })
    const second = await here.payments.list(place.caller, {
      limit: 3,
      ...(first.next === undefined ? {} : { after: first.next }),
    })
    expect([first.rows.length, second.rows.length, second.next]).toEqual([3, 1, undefined])
  })

  it('of another organization is not there', async () => {
    const { id } = await here.payee(place)
    const made = await here.pay(place, id)
    const elsewhere = await here.newOrganization()
    expect(await codeOf(here.payments.get(elsewhere.caller, made.id))).toBe('not_found')
    expect((await here.payments.list(elsewhere.caller, { limit: 10 })).rows).toEqual([])
  })
})
