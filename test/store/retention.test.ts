import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Caller } from '../../src/core/shared/caller.ts'
import { emptyParts } from '../support/parts.ts'
import { codeOf, startRetention } from '../support/retention-setup.ts'

let it_: Awaited<ReturnType<typeof startRetention>>
let caller: Caller
let companyId: string
beforeAll(async () => {
  await emptyParts()
  it_ = await startRetention()
})
beforeEach(async () => {
  const made = await it_.newOrganization()
  caller = made.caller
  companyId = made.companyId
})
afterAll(() => it_.stop())

const reasons = { reason: '税務調査に備え延長' }
const operations = async (who: Caller, subjectId: string) =>
  (
    await it_.ledger.list(who, { from: new Date(0), to: new Date('2100-01-01'), order: 'asc', limit: 100, subjectId })
  ).rows.map(({ operation, outcome }) => `${operation} ${outcome}`)

describe('a planned disposal', () => {
  it('follows the claims: open while employed, planned from the day of leaving', async () => {
    const { id } = await it_.employee(caller, companyId, '104')
    expect(await it_.retention.getPlanned(caller, id)).toEqual({ subjectId: id, state: 'open', version: 0 })
    await it_.subjects.addEvent(caller, id, { kind: 'retired', on: '2026-10-31' })
    expect(await it_.retention.getPlanned(caller, id)).toEqual({
      subjectId: id,
      state: 'planned',
      claimsUntilOn: '2034-01-10',
      plannedOn: '2034-01-11',
      version: 0,
    })
    expect((await it_.retention.claims(caller, id)).map(({ untilOn }) => untilOn)).toEqual(['2034-01-10', '2034-01-10'])
  })

  it('takes a later date of the staff with its reason, and an earlier one never shortens it', async () => {
    const { id } = await it_.employee(caller, companyId, '104', '2026-10-31')
    expect(await it_.retention.setPlanned(caller, id, { plannedOn: '2034-03-31', ...reasons })).toEqual({
      subjectId: id,
      state: 'planned',
      claimsUntilOn: '2034-01-10',
      staffOn: '2034-03-31',
      plannedOn: '2034-03-31',
      version: 1,
      ...reasons,
    })
    expect(await it_.retention.setPlanned(caller, id, { plannedOn: '2027-01-01', ...reasons })).toMatchObject({
      plannedOn: '2034-01-11',
    })
  })

  it('is taken out by 予定解除 with reason and review day, and comes back with a new date; each is on record', async () => {
    const { id } = await it_.employee(caller, companyId, '104', '2010-10-31')
    await it_.retention.setPlanned(caller, id, { plannedOn: '2034-03-31', ...reasons })
    const withdrawn = await it_.retention.removePlanned(caller, id, { reason: '再雇用の予定', reviewOn: '2090-01-01' })
    expect(withdrawn).toMatchObject({ state: 'withdrawn', reason: '再雇用の予定', reviewOn: '2090-01-01' })
    expect(withdrawn).not.toHaveProperty('staffOn')
    expect(withdrawn).not.toHaveProperty('plannedOn')
    expect(await codeOf(it_.retention.disposals.create(caller, { subjectIds: [id] }))).toBe('disposal_too_early')
    const back = await it_.retention.setPlanned(caller, id, { plannedOn: '2018-06-01', ...reasons })
    expect(back).toMatchObject({ state: 'planned', plannedOn: '2018-06-01' })
    expect(back).not.toHaveProperty('reviewOn')
    expect(await operations(caller, id)).toEqual([
      'subject done',
      'notice done',
      'register_by_proxy done',
      'employment done',
      'plan_disposal done',
      'cancel_disposal_plan done',
      'delete refused',
      'plan_disposal done',
    ])
  })

  it('keeps its reason sealed: no document holds the text', async () => {
    const { id } = await it_.employee(caller, companyId, '104', '2026-10-31')
    await it_.retention.setPlanned(caller, id, { plannedOn: '2034-03-31', reason: 'ひみつの事情' })
    const stored = await it_.db.mongoose.connection.collection('disposal_plans').find().toArray()
    expect(stored.length).toBeGreaterThan(0)
    for (const row of stored)
      expect(Buffer.from(JSON.stringify(row)).includes('ひみつ') || row.reason.buffer.includes('ひみつ')).toBe(false)
  })

  it('is reviewed after today only, and needs a number', async () => {
    const { id } = await it_.employee(caller, companyId, '104', '2026-10-31')
    const today = await it_.organizations.today(caller)
    expect(await codeOf(it_.retention.removePlanned(caller, id, { reason: 'x', reviewOn: today }))).toBe(
      'invalid_request',
    )
    const bare = await it_.subjects.create(caller, { kind: 'employee', companyId, code: '105', name: '未 登録' })
    expect(await codeOf(it_.retention.setPlanned(caller, bare.id, { plannedOn: '2040-01-01', ...reasons }))).toBe(
      'number_missing',
    )
    expect(await codeOf(it_.retention.getPlanned(caller, bare.id))).toBe('number_missing')
    expect(await it_.retention.claims(caller, bare.id)).toEqual([])
  })

  it('of another organization is not found', async () => {
    const { id } = await it_.employee(caller, companyId, '104', '2026-10-31')
    const { caller: other } = await it_.newOrganization()
    const attempts = [
      () => it_.retention.claims(other, id),
      () => it_.retention.getPlanned(other, id),
      () => it_.retention.setPlanned(other, id, { plannedOn: '2040-01-01', ...reasons }),
      () => it_.retention.removePlanned(other, id, { reason: 'x', reviewOn: '2090-01-01' }),
      () => it_.retention.disposals.create(other, { subjectIds: [id] }),
    ]
    for (const attempt of attempts) expect(await codeOf(attempt())).toBe('not_found')
    expect((await it_.retention.schedule(other, { limit: 10 })).rows).toEqual([])
  })
})

describe('the deletion list', () => {
  it('has the customers’ columns in their order, with dependents after their employee', async () => {
    const department = await it_.organizations.createDepartment(caller, { companyId, code: '101', name: '社長室' })
    const late = await it_.employee(caller, companyId, '1000')
    const first = await it_.employee(caller, companyId, '104', '2010-10-31')
    await it_.subjects.update(caller, first.id, { departmentId: department._id })
    await it_.subjects.addEvent(caller, first.id, { kind: 'insurance_lost', on: '2010-11-01' })
    const child = await it_.subjects.createDependent(caller, first.id, { name: '社員 子', dependentNo: 1 })
    await it_.register(caller, child.id)
    await it_.subjects.create(caller, { kind: 'employee', companyId, code: '001', name: '未 登録' })

    const { rows, total } = await it_.retention.schedule(caller, { limit: 10, total: true })
    expect(total).toBe('3')
    expect(rows.map(({ subjectId }) => subjectId)).toEqual([first.id, child.id, late.id])
    expect(rows[0]).toEqual({
      subjectId: first.id,
      kind: 'employee',
      department: { code: '101', name: '社長室' },
      code: '104',
      name: '社員 104',
      masked: `*****${first.number.slice(-2)}`,
      retiredOn: '2010-10-31',
      insuranceLostOn: '2010-11-01',
      plannedOn: '2018-01-11',
      state: 'planned',
      due: true,
    })
    expect(rows[1]).toMatchObject({
      kind: 'dependent',
      name: '社員 子',
      employeeName: '社員 104',
      code: '104',
      dependentNo: 1,
      due: true,
    })
    expect(rows[2]).toMatchObject({ state: 'open', due: false })

    const due = await it_.retention.schedule(caller, { limit: 1, due: true, total: true })
    expect(due.total).toBe('2')
    const rest = await it_.retention.schedule(caller, { limit: 1, due: true, after: due.next ?? '' })
    expect([...due.rows, ...rest.rows].map(({ subjectId }) => subjectId)).toEqual([first.id, child.id])
    expect(rest.next).toBeUndefined()
  })

  it('turns due with the test clock on the planned day and not the day before', async () => {
    const { id } = await it_.employee(caller, companyId, '104', '2026-10-31')
    await it_.moveTestClock(caller, '2034-01-10')
    expect((await it_.retention.schedule(caller, { limit: 10, due: true })).rows).toEqual([])
    expect(await codeOf(it_.retention.disposals.create(caller, { subjectIds: [id] }))).toBe('disposal_too_early')
    await it_.moveTestClock(caller, '2034-01-11')
    expect((await it_.retention.schedule(caller, { limit: 10, due: true })).rows.map((r) => r.subjectId)).toEqual([id])
  })

  it('counts a payee’s copies from the last year with a payment', async () => {
    const payee = await it_.subjects.create(caller, { kind: 'payee', companyId, code: 'p1', name: '講師 花子' })
    await it_.register(caller, payee.id, ['payment_record_fee'])
    await it_.subjects.addEvent(caller, payee.id, { kind: 'contract_ended', on: '2026-06-30' })
    it_.lastPaymentYears.set(payee.id, 2027)
    expect(await it_.retention.getPlanned(caller, payee.id)).toMatchObject({
      claimsUntilOn: '2035-01-31',
      plannedOn: '2035-02-01',
    })
  })
})
