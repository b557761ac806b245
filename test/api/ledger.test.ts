import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fixtureNumber } from '../support/fixture-number.ts'
import {
  makeEmployee,
  makeOrganization,
  startTestService,
  type TestOrganization,
  type TestService,
} from '../support/service.ts'

const hourMs = 3600_000
const dayMs = 24 * hourMs

let service: TestService
let org: TestOrganization
let ahead = -30 * dayMs
const start = Date.now() - 30 * dayMs
const dayOf = (days: number): string => new Date(start + days * dayMs).toISOString()

let ids: string[]

beforeAll(async () => {
  service = await startTestService({ clock: { now: () => new Date(Date.now() + ahead) } })
  org = await makeOrganization(service)
  const sales = await org.client.departments.create({ companyId: org.company.id, code: '10', name: '営業部' })
  const first = await makeEmployee(org, { code: '104', name: '東野 二郎' })
  const second = await makeEmployee(org, { code: '1040', name: '鈴木 奈々子', departmentId: sales.id })
  const child = await org.client.subjects.createDependent(first.id, {
    dependentNo: 1,
    name: '東野 順子',
    relationship: '妻',
  })
  ids = [first.id, second.id, child.id]
  for (const [i, id] of ids.entries()) {
    ahead += dayMs
    await org.handler.does.numbers.register(id, { number: fixtureNumber(60 + i) })
  }
  for (const id of ids) {
    ahead += dayMs
    // What was recorded days ago by this clock is sealed: else no number leaves.
    await org.client.ledger.createCheckpoint()
    await org.handler.does.reveals.create({ subjectIds: [id], purpose: 'withholding_tax' })
  }
}, 60_000)
afterAll(() => service.close())

type Query = Parameters<TestOrganization['client']['ledger']['listEntries']>[0]
const list = (query: Query) => org.client.ledger.listEntries(query).toArray({ limit: 1000 })
const numbersOnly = async (query: Query = {}) =>
  (await list(query))
    .filter(({ operation }) => operation === 'register_by_proxy' || operation === 'view')
    .map(({ operationLabel, subjectName }) => `${operationLabel} ${subjectName}`)

const all = [
  '代理登録 東野 二郎',
  '代理登録 鈴木 奈々子',
  '代理登録 東野 二郎 > 東野 順子',
  '閲覧 東野 二郎',
  '閲覧 鈴木 奈々子',
  '閲覧 東野 二郎 > 東野 順子',
]

describe('the 取扱記録', () => {
  it('is newest first, or oldest first where asked, and names a dependent behind the employee', async () => {
    expect(await numbersOnly()).toEqual([...all].reverse())
    expect(await numbersOnly({ order: 'asc' })).toEqual(all)
  })

  it('of a period begins with its first instant and ends before its last', async () => {
    const [, third] = await list({ operation: 'register_by_proxy', order: 'asc' })
    const at = third?.at ?? ''
    const justAfter = new Date(Date.parse(at) + 1).toISOString()
    expect(await numbersOnly({ from: at, to: justAfter })).toEqual([all[1]])
    expect(await numbersOnly({ from: dayOf(0), to: at })).toEqual([all[0]])
    expect(await numbersOnly({ from: justAfter, order: 'asc' })).toEqual(all.slice(2))
    await expect(list({ from: at, to: at })).rejects.toMatchObject({ status: 400, errors: [{ parameter: 'from' }] })
  })

  it('of an offset is that of the instant', async () => {
    const [entry] = await list({ operation: 'register_by_proxy', order: 'asc' })
    const at = new Date(Date.parse(entry?.at ?? '') + 9 * hourMs).toISOString().replace('Z', '+09:00')
    expect(await numbersOnly({ from: at, order: 'asc' })).toEqual(all)
  })

  it('is narrowed by department code, and by employee code exactly', async () => {
    expect(await numbersOnly({ departmentCode: '10', order: 'asc' })).toEqual([all[1], all[4]])
    expect(await numbersOnly({ departmentCode: '1' })).toEqual([])
    expect(await numbersOnly({ code: '104', order: 'asc' })).toEqual([all[0], all[2], all[3], all[5]])
    expect(await numbersOnly({ code: '10' })).toEqual([])
  })

  it('is found by part of a name, the employee’s with the dependents’', async () => {
    expect(await numbersOnly({ name: '順子', order: 'asc' })).toEqual([all[2], all[5]])
    expect(await numbersOnly({ name: '東野', order: 'asc' })).toEqual([all[0], all[2], all[3], all[5]])
    expect(await numbersOnly({ name: '木奈' })).toEqual([all[4], all[1]])
    expect(await numbersOnly({ name: '担当' })).toEqual([])
    expect((await org.client.ledger.listEntries({ name: '東野', total: true, limit: 1 })).total).toBe(
      String((await list({ name: '東野' })).length),
    )
  })

  it('is narrowed by operation and person, and by all of it together', async () => {
    expect(await numbersOnly({ operation: 'view', order: 'asc' })).toEqual(all.slice(3))
    expect(await numbersOnly({ subjectId: ids[2] ?? '' })).toEqual([all[5], all[2]])
    expect(
      await numbersOnly({
        operation: 'view',
        departmentCode: '101',
        code: '104',
        name: '二郎',
        from: dayOf(0),
        to: dayOf(31),
      }),
    ).toEqual([all[5], all[3]])
    expect(
      (await list({ operation: 'staff' })).every(
        ({ operationLabel, subjectName }) => operationLabel === '担当者' && subjectName === undefined,
      ),
    ).toBe(true)
  })

  it('is the same by pages of any size, either way round', async () => {
    for (const order of ['asc', 'desc'] as const) {
      const whole = await list({ order, limit: 200 })
      for (const limit of [1, 3, 7]) expect(await list({ order, limit })).toEqual(whole)
      expect(await list({ order, limit: 2, name: '東野' })).toEqual(await list({ order, limit: 200, name: '東野' }))
    }
  })

  it('of another organization is another', async () => {
    const other = await makeOrganization(service)
    const own = await other.client.ledger.listEntries({}).toArray({ limit: 1000 })
    const setUp = ['organization', 'staff', 'notice', 'settings', 'login']
    expect(own.filter(({ operation, subjectId }) => subjectId !== undefined || !setUp.includes(operation))).toEqual([])
    await expect(other.client.ledger.listEntries({ subjectId: ids[0] ?? '' }).toArray({ limit: 10 })).resolves.toEqual(
      [],
    )
  })
})

it('a bulk export is one act: its entries share their instant, one a person, in the order of the file', async () => {
  const recipient = await org.client.recipients.create({ name: '給与計算', kind: 'own_payroll' })
  const started = await org.handler.does.exports.create({
    companyId: org.company.id,
    format: 'payroll-7',
    purpose: 'withholding_tax',
    recipientId: recipient.id,
  })
  await org.client.jobs.wait(started.jobId)
  const entries = await list({ operation: 'export', order: 'asc' })
  expect(entries.map(({ subjectName }) => subjectName)).toEqual(['鈴木 奈々子', '東野 二郎', '東野 二郎 > 東野 順子'])
  expect(new Set(entries.map(({ at }) => at)).size).toBe(1)
  // When it was asked for, not when the worker came to it.
  for (const { at, recordedAt } of entries) {
    expect(at <= started.createdAt).toBe(true)
    expect(recordedAt > started.createdAt).toBe(true)
  }
  expect(entries).toMatchObject(
    ids.map(() => ({
      outcome: 'released',
      operationLabel: 'CSV出力',
      purpose: 'withholding_tax',
      use: 'export',
      actor: { id: org.handler.id },
    })),
  )
  expect(await list({ operation: 'export', order: 'asc', limit: 1 })).toEqual(entries)
  expect(await list({ operation: 'export', limit: 1 })).toEqual([...entries].reverse())
})

it('the 取扱記録 goes back three months where no period is named', async () => {
  const before = ahead
  try {
    ahead += 80 * dayMs
    expect(await numbersOnly()).toEqual([...all].reverse())
    ahead += 40 * dayMs
    expect(await numbersOnly()).toEqual([])
    expect(await numbersOnly({ from: dayOf(0), order: 'asc' })).toEqual(all)
  } finally {
    ahead = before
  }
})
