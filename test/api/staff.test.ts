import { AzukariProblem, responseOf } from '@azukari/sdk'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addDays, addYears, dayOf } from '../../src/core/shared/dates.ts'
import { tokenFor } from '../support/contract.ts'
import { fixtureNumber } from '../support/fixture-number.ts'
import { testParts } from '../support/parts.ts'
import { deleteKeys } from '../support/redis-keys.ts'
import {
  makeEmployee,
  makeOrganization,
  startTestService,
  type TestOrganization,
  type TestService,
} from '../support/service.ts'

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof AzukariProblem ? error.code : String(error)),
  )
const today = () => dayOf(new Date())
const purpose = 'withholding_tax' as const

let service: TestService
beforeAll(async () => {
  service = await startTestService()
})
afterAll(() => service.close())

const lastEntries = async (org: TestOrganization, limit = 1) =>
  (
    await org.client.ledger.listEntries({
      from: '2020-01-01T00:00:00Z',
      to: new Date(Date.now() + 60_000).toISOString(),
      order: 'desc',
      limit,
    })
  ).data

let users = 0
const appoint = async (org: TestOrganization, appointment: Record<string, unknown>) => {
  const staff = await org.officer.does.staff.create({
    name: '限定 太郎',
    userId: `u-${users++}`,
    appointment: { role: 'handler', fromOn: '2020-01-01', ...appointment },
  })
  return { id: staff.id, does: org.client.as({ staff: staff.id }), staff }
}

describe('who appoints (任命)', () => {
  it('the first officer may be appointed by a client, and from then on only an officer appoints, on record', async () => {
    const organization = await service.vendor.organizations.create({ name: '新設', mode: 'test' })
    const client = service.vendor.for(organization.id)
    const appointment = { role: 'officer' as const, fromOn: '2020-01-01' }
    const officer = await client.staff.create({ name: '責任 太郎', userId: 'a', appointment })
    const handler = { name: '担当 太郎', userId: 'b', appointment: { ...appointment, role: 'handler' as const } }
    expect(await codeOf(client.staff.create(handler))).toBe('staff_required')
    expect(await codeOf(client.staff.appoint(officer.id, appointment))).toBe('staff_required')
    const made = await client.as({ staff: officer.id }).staff.create(handler)
    expect(await codeOf(client.as({ staff: made.id }).staff.create({ ...handler, userId: 'c' }))).toBe('not_permitted')
  })

  it('of two first officers at once one is refused', async () => {
    const organization = await service.vendor.organizations.create({ name: '新設', mode: 'test' })
    const client = service.vendor.for(organization.id)
    const codes = await Promise.all(
      ['a', 'b', 'c', 'd'].map((userId) =>
        codeOf(
          client.staff.create({ name: '責任 太郎', userId, appointment: { role: 'officer', fromOn: '2020-01-01' } }),
        ),
      ),
    )
    expect(codes.sort()).toEqual(['done', 'staff_required', 'staff_required', 'staff_required'])
    expect((await client.staff.list().toArray({ limit: 10 })).length).toBe(1)
  })

  it('the basis, the post and the history of an appointment are kept; an ended one counts no more', async () => {
    const org = await makeOrganization(service)
    const { id: subjectId } = await makeEmployee(org)
    await org.handler.does.numbers.register(subjectId, { number: fixtureNumber(1) })
    const person = await appoint(org, { post: '経理課長', basis: '2020年1月1日付 任命書' })
    expect(await codeOf(person.does.reveals.create({ subjectIds: [subjectId], purpose }))).toBe('done')
    const [first] = person.staff.appointments
    const lastOn = addDays(today(), -1)
    const ending = { appointmentId: first?.id ?? '', lastOn, basis: '異動のため' }
    expect(await codeOf(person.does.staff.dismiss(person.id, ending))).toBe('not_permitted')
    const both = await Promise.all([1, 2].map(() => codeOf(org.officer.does.staff.dismiss(person.id, ending))))
    expect(both.sort()).toEqual(['conflict', 'done'])
    const { appointments } = await org.client.staff.get(person.id)
    expect(appointments).toMatchObject([{ post: '経理課長', toOn: lastOn, dismissalBasis: '異動のため' }])
    await expect
      .poll(() => codeOf(person.does.reveals.create({ subjectIds: [subjectId], purpose })), { timeout: 8000 })
      .toBe('not_permitted')
    const past = { ...ending, lastOn: addDays(today(), -2) }
    expect(await codeOf(org.officer.does.staff.dismiss(org.handler.id, past))).toBe('not_found')
  })

  it('an officer of one company appoints for that company only', async () => {
    const org = await makeOrganization(service)
    const person = await appoint(org, { role: 'officer', companyId: org.company.id })
    const wish = { role: 'officer' as const, fromOn: '2020-01-01' }
    expect(await codeOf(person.does.staff.create({ name: '誰か', userId: 'x1', appointment: wish }))).toBe(
      'not_permitted',
    )
    const inside = { ...wish, companyId: org.company.id }
    expect(await codeOf(person.does.staff.create({ name: '誰か', userId: 'x2', appointment: inside }))).toBe('done')
  })
})

describe('the scope of an appointment (取扱範囲)', () => {
  let org: TestOrganization
  let employeeId: string
  let payeeId: string
  let accounting: Awaited<ReturnType<typeof appoint>>
  beforeAll(async () => {
    org = await makeOrganization(service)
    employeeId = (await makeEmployee(org)).id
    const payee = { kind: 'payee' as const, companyId: org.company.id, name: '支払 先子', address: '東京都' }
    payeeId = (await org.client.subjects.create(payee)).id
    await org.handler.does.numbers.register(employeeId, { number: fixtureNumber(1) })
    accounting = await appoint(org, { subjectKinds: ['payee'] })
  })

  it('shows a handler for accounting payees only, in every list of people', async () => {
    const ids = async (work: Promise<{ data: { subjectId?: string; id?: string }[] }>) =>
      (await work).data.map(({ subjectId, id }) => subjectId ?? id)
    expect(await ids(accounting.does.subjects.list() as never)).toEqual([payeeId])
    expect(await ids(accounting.does.numbers.list() as never)).toEqual([payeeId])
    expect(await ids(accounting.does.disposalSchedule.list() as never)).toEqual([])
    expect((await org.handler.does.subjects.list()).data.length).toBe(2)
  })

  it('lets nobody learn by entering a number that somebody outside of it has the same one; the host does', async () => {
    const [handler, officer] = [accounting.does, org.officer.does]
    const payee = { kind: 'payee' as const, companyId: org.company.id, name: '支払 次郎', address: '東京都' }
    const [own, again] = [await org.client.subjects.create(payee), await org.client.subjects.create(payee)]
    const entered = await handler.numbers.register(own.id, { number: fixtureNumber(1) })
    expect(entered).not.toHaveProperty('duplicates')
    const second = await handler.numbers.register(again.id, { number: fixtureNumber(1) })
    expect(second.duplicates?.map(({ subjectId }) => subjectId)).toEqual([own.id])
    const listed = await officer.duplicates.list()
    expect(listed.data[0]?.numbers.map(({ subjectId }) => subjectId).sort()).toEqual(
      [employeeId, own.id, again.id].sort(),
    )
  })

  it('refuses everything about an employee, as not_permitted, and acts are on record with the person', async () => {
    const { does } = accounting
    const reveal = does.reveals.create({ subjectIds: [employeeId], purpose })
    expect(await codeOf(reveal)).toBe('not_permitted')
    expect(await lastEntries(org)).toMatchObject([
      { operation: 'view', outcome: 'refused', refusal: 'not_permitted', subjectId: employeeId },
    ])
    expect(await codeOf(does.numbers.correct(employeeId, { number: fixtureNumber(2), reason: '誤り' }))).toBe(
      'not_permitted',
    )
    expect(await codeOf(does.numbers.get(employeeId))).toBe('not_permitted')
    expect(await codeOf(does.subjects.get(employeeId))).toBe('not_permitted')
    expect(await codeOf(does.subjects.update(employeeId, { name: '改名' }))).toBe('not_permitted')
    expect(await codeOf(does.requests.create({ subjectId: employeeId }))).toBe('not_permitted')
    expect(await codeOf(does.claims.list(employeeId))).toBe('not_permitted')
    const both = does.reveals.create({ subjectIds: [payeeId, employeeId], purpose })
    expect(await codeOf(both)).toBe('not_permitted')
    const makes = { kind: 'employee' as const, companyId: org.company.id, name: '新人 太郎' }
    expect(await codeOf(does.subjects.create(makes))).toBe('not_permitted')
    expect(await codeOf(does.numbers.register(payeeId, { number: fixtureNumber(3) }))).toBe('done')
  })

  it('refuses an export of people whom it does not cover, on record, and shows no export of others', async () => {
    const recipient = await org.client.recipients.create({ name: '給与', kind: 'own_payroll' })
    const wish = { companyId: org.company.id, format: 'payroll-7', purpose, recipientId: recipient.id }
    const { id } = await org.handler.does.exports.create(wish)
    expect(await codeOf(accounting.does.exports.create(wish))).toBe('not_permitted')
    expect(await lastEntries(org)).toMatchObject([
      { operation: 'export', outcome: 'refused', refusal: 'not_permitted' },
    ])
    expect(await codeOf(accounting.does.exports.get(id))).toBe('not_permitted')
    expect((await accounting.does.exports.list()).data).toEqual([])
    expect(await codeOf(accounting.does.payments.list({ companyId: org.company.id }))).toBe('done')
  })

  it('is by company and department too, and several appointments add up', async () => {
    const other = await org.client.departments.create({ companyId: org.company.id, code: '202', name: '経理部' })
    const elsewhere = await makeEmployee(org, { departmentId: other.id })
    const person = await appoint(org, { departmentId: other.id })
    expect((await person.does.subjects.list()).data.map(({ id }) => id)).toEqual([elsewhere.id])
    expect(await codeOf(person.does.subjects.update(elsewhere.id, { departmentId: org.department.id }))).toBe(
      'not_permitted',
    )
    await org.officer.does.staff.appoint(person.id, {
      role: 'handler',
      fromOn: '2020-01-01',
      departmentId: org.department.id,
    })
    await expect.poll(async () => (await person.does.subjects.list()).data.length, { timeout: 8000 }).toBe(2)
  })

  it('shows no row to somebody whose appointments have all ended or not begun', async () => {
    const person = await appoint(org, { fromOn: addDays(today(), 10) })
    expect((await person.does.subjects.list()).data).toEqual([])
    expect(await codeOf(person.does.subjects.get(payeeId))).toBe('not_permitted')
  })
})

describe('an auditor and a receiver', () => {
  it('see no digit, not the last two of a mask, and the auditor reads the whole ledger', async () => {
    const org = await makeOrganization(service)
    const { id } = await makeEmployee(org)
    await org.handler.does.numbers.register(id, { number: fixtureNumber(1) })
    for (const who of [org.auditor, org.receiver]) {
      expect((await who.does.numbers.list()).data.map(({ masked }) => masked)).toEqual([undefined])
      expect((await who.does.numbers.get(id)).current?.masked).toBeUndefined()
      expect((await who.does.disposalSchedule.list()).data.map(({ masked }) => masked)).toEqual([undefined])
    }
    expect((await org.handler.does.numbers.get(id)).current?.masked).toMatch(/^\*{5}\d\d$/)
    const limited = await appoint(org, { role: 'auditor', companyId: org.company.id })
    expect(await codeOf(limited.does.ledger.listEntries())).toBe('done')
    const handler = await appoint(org, { companyId: org.company.id })
    expect(await codeOf(handler.does.ledger.listEntries())).toBe('not_permitted')
  })
})

describe('what guards the numbers', () => {
  let org: TestOrganization
  let subjectId: string
  const reveal = () => org.handler.does.reveals.create({ subjectIds: [subjectId], purpose })
  const guardBy = async (change: Parameters<typeof org.client.settings.update>[0]) => {
    const ifMatch = responseOf(await org.client.settings.get())?.etag ?? ''
    return org.officer.does.settings.update(change, { ifMatch })
  }
  beforeAll(async () => {
    org = await makeOrganization(service)
    subjectId = (await makeEmployee(org)).id
    await org.handler.does.numbers.register(subjectId, { number: fixtureNumber(1) })
  })

  it('is changed by an officer who has read it: 428 without If-Match, 412 when somebody was first, on record', async () => {
    const change = { trainingRequired: true }
    expect(await codeOf(org.client.settings.update(change, { ifMatch: '*' }))).toBe('staff_required')
    expect(await codeOf(org.handler.does.settings.update(change, { ifMatch: '*' }))).toBe('not_permitted')
    expect(await codeOf(org.officer.does.settings.update(change))).toBe('precondition_required')
    const ifMatch = responseOf(await org.client.settings.get())?.etag ?? ''
    const codes = await Promise.all(
      [1, 2].map(() => codeOf(org.officer.does.settings.update({ trainingRequired: false }, { ifMatch }))),
    )
    expect(codes.sort()).toEqual(['done', 'precondition_failed'])
    expect(await lastEntries(org)).toMatchObject([
      { operation: 'settings', functionName: '設定変更（研修の要否）', actor: { type: 'staff', id: org.officer.id } },
    ])
  })

  it('that numbers must travel encrypted is demanded by anybody who may change settings, and lifted by an officer who has read it', async () => {
    const other = await makeOrganization(service)
    for (const name of ['jweInputRequired', 'jweAnswersRequired'] as const) {
      expect(await codeOf(other.client.settings.update({ [name]: false }))).toBe('done')
      expect(await codeOf(other.client.settings.update({ [name]: true }))).toBe('done')
      expect(await codeOf(other.client.settings.update({ [name]: true }))).toBe('done')
      const lift = { [name]: false }
      expect(await codeOf(other.client.settings.update(lift, { ifMatch: '*' }))).toBe('staff_required')
      expect(await codeOf(other.handler.does.settings.update(lift, { ifMatch: '*' }))).toBe('not_permitted')
      expect(await lastEntries(other)).toMatchObject([{ operation: 'settings', outcome: 'refused' }])
      expect(await codeOf(other.officer.does.settings.update(lift))).toBe('precondition_required')
      const settings = await other.client.settings.get()
      expect(settings[name]).toBe(true)
      const ifMatch = responseOf(settings)?.etag ?? ''
      expect(await codeOf(other.officer.does.settings.update(lift, { ifMatch }))).toBe('done')
      expect((await other.client.settings.get())[name]).toBe(false)
    }
  })

  it('no digits without a training in the last 12 months, where the settings say so', async () => {
    await guardBy({ trainingRequired: true })
    expect(await codeOf(reveal())).toBe('training_required')
    expect(await lastEntries(org)).toMatchObject([
      { operation: 'view', outcome: 'refused', refusal: 'training_required', subjectId },
    ])
    const train = (trainedOn: string) =>
      org.officer.does.staff.recordTraining(org.handler.id, { subject: '取扱い研修', trainedOn, score: 90 })
    await train(addYears(today(), -1))
    expect(await codeOf(reveal())).toBe('training_required')
    expect(await codeOf(train(addDays(today(), 1)))).toBe('invalid_request')
    await train(addDays(addYears(today(), -1), 1))
    expect(await codeOf(reveal())).toBe('done')
    expect((await org.client.staff.listTrainings(org.handler.id)).data.map(({ score }) => score)).toEqual([90, 90])
    await org.officer.does.staff.recordPledge(org.handler.id, { document: '誓約書 第3版', pledgedOn: today() })
    expect((await org.client.staff.listPledges(org.handler.id)).data).toMatchObject([{ document: '誓約書 第3版' }])
    await guardBy({ trainingRequired: false })
  })

  it('digits leave towards a 取扱区域 only, for its clients and roles, and the entry names the place', async () => {
    await guardBy({ handlingAreas: [{ label: '本社3階', networks: ['203.0.113.0/24'] }] })
    expect(await codeOf(reveal())).toBe('place_not_allowed')
    await guardBy({ handlingAreas: [{ label: '本社3階', networks: ['127.0.0.0/8'], roles: ['officer'] }] })
    expect(await codeOf(reveal())).toBe('place_not_allowed')
    const clientIds = [service.credentials.clientId]
    await guardBy({ handlingAreas: [{ label: '本社3階', networks: ['127.0.0.0/8'], roles: ['handler'], clientIds }] })
    expect(await codeOf(reveal())).toBe('done')
    expect(await lastEntries(org)).toMatchObject([{ operation: 'view', outcome: 'released', place: '本社3階' }])
    expect(await codeOf(guardBy({ handlingAreas: [{ label: 'x', networks: ['1.2.3.4/99'] }] }))).toBe('invalid_value')
    await guardBy({ handlingAreas: [] })
  })

  it('X-Forwarded-For of somebody who is no trusted proxy counts for nothing', async () => {
    await guardBy({ handlingAreas: [{ label: '本社3階', networks: ['203.0.113.0/24'] }] })
    const token = await tokenFor(service.baseUrl, service.credentials, {
      organization: org.organization.id,
      staff: org.handler.id,
    })
    const response = await fetch(`${service.baseUrl}/v1/reveals`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'x-forwarded-for': '203.0.113.5',
      },
      body: JSON.stringify({ subjectIds: [subjectId], purpose }),
    })
    expect(response.status).toBe(403)
    await response.arrayBuffer()
    await guardBy({ handlingAreas: [] })
  })

  it('a day’s budget of reveals is counted, refused on record, and rebuilt from the ledger when Redis has lost it', async () => {
    const person = await appoint(org, {})
    const show = () => codeOf(person.does.reveals.create({ subjectIds: [subjectId], purpose }))
    await guardBy({ dailyBudgets: { reveals: 3 } })
    // What is refused is not spent.
    const untold = person.does.reveals.create({ subjectIds: [subjectId], purpose: 'payment_record_fee' })
    expect(await codeOf(untold)).toBe('purpose_not_permitted')
    expect(await Promise.all([show(), show(), show(), show(), show()])).toSatisfy(
      (codes: string[]) => codes.sort().join() === 'budget_exhausted,budget_exhausted,done,done,done',
    )
    const redis = new Redis(testParts().redisUrl)
    await deleteKeys(redis, `${testParts().redisPrefix}:budget`)
    redis.disconnect()
    expect(await show()).toBe('budget_exhausted')
    expect(await lastEntries(org)).toMatchObject([{ outcome: 'refused', refusal: 'budget_exhausted', subjectId }])
    await guardBy({ dailyBudgets: { reveals: 4 } })
    expect(await show()).toBe('done')
    expect(await show()).toBe('budget_exhausted')
    await guardBy({ dailyBudgets: { reveals: 10_000 } })
  })

  it('changes of staff, settings, test clock and employment leave entries', async () => {
    await org.client.testClock.set({ now: new Date(Date.now() + 86_400_000).toISOString() })
    await org.client.subjects.createEmploymentEvent(subjectId, { kind: 'retired', on: today() })
    expect(await lastEntries(org, 2)).toMatchObject([
      { operation: 'employment', functionName: '異動の記録（退職）', subjectId },
      { operation: 'settings', functionName: 'テスト時計の変更' },
    ])
  })
})
