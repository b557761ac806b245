import { AzukariProblem, createAzukari } from '@azukari/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  makeEmployee,
  makeOrganization,
  startTestService,
  type TestOrganization,
  type TestService,
} from '../support/service.ts'

let service: TestService
let org: TestOrganization
beforeAll(async () => {
  service = await startTestService({ worker: false })
  org = await makeOrganization(service)
})
afterAll(() => service.close())

const problemOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'done',
    (error: unknown) =>
      error instanceof AzukariProblem ? [error.status, error.errors[0]?.pointer ?? error.errors[0]?.parameter] : error,
  )

describe('a name or code', () => {
  it.each(['\n', '\r', '\t', '\u0000', '\u007f'])(
    'has no control character in it, which would break a line of a file: %j',
    async (control) => {
      const text = `a${control}b`
      const employee = { kind: 'employee' as const, companyId: org.company.id, name: '東野' }
      const { subjects, departments, companies } = org.client
      const { id } = await makeEmployee(org)
      for (const field of ['name', 'kana', 'code']) {
        expect(await problemOf(subjects.create({ ...employee, [field]: text }))).toEqual([400, `/${field}`])
        expect(await problemOf(subjects.upsert('control', { ...employee, [field]: text }))).toEqual([400, `/${field}`])
        expect(await problemOf(subjects.update(id, { [field]: text }))).toEqual([400, `/${field}`])
      }
      const child = { dependentNo: 1, relationship: '子', name: '東野' }
      for (const field of ['name', 'kana', 'relationship'])
        expect(await problemOf(subjects.createDependent(id, { ...child, [field]: text }))).toEqual([400, `/${field}`])
      for (const field of ['code', 'name']) {
        const department = { companyId: org.company.id, code: 'c', name: '部', [field]: text }
        expect(await problemOf(departments.create(department))).toEqual([400, `/${field}`])
      }
      expect(await problemOf(companies.create({ kind: 'sole_proprietor', name: text }))).toEqual([400, '/name'])
      const long = '髙﨑 “和夫”・José 👪'
      expect((await subjects.update(id, { name: long })).name).toBe(long)
    },
  )
})

describe('what another subject has already', () => {
  it('is named: the host’s id, the code, the number of a dependent', async () => {
    const employee = { kind: 'employee' as const, companyId: org.company.id, name: '東野' }
    const { create, createDependent } = org.client.subjects
    const { id } = await create({ ...employee, externalId: 'taken-1', code: 'taken-2' })
    expect(await problemOf(create({ ...employee, externalId: 'taken-1' }))).toEqual([409, '/externalId'])
    expect(await problemOf(create({ ...employee, code: 'taken-2' }))).toEqual([409, '/code'])
    const child = { dependentNo: 1, relationship: '子', name: '東野' }
    await createDependent(id, child)
    expect(await problemOf(createDependent(id, child))).toEqual([409, '/dependentNo'])
  })
})

describe('many who change one subject at once, without a condition', () => {
  const many = Array.from({ length: 16 }, (_, i) => i)
  const client = () =>
    createAzukari({ baseUrl: service.baseUrl, ...service.credentials, maxRetries: 0 }).for(org.organization.id)

  it('make it once by the host’s id, and each is answered as if alone', async () => {
    const { subjects } = client()
    const input = { kind: 'employee' as const, companyId: org.company.id }
    const made = await Promise.all(many.map((i) => subjects.upsert('many-1', { ...input, name: `同時 ${i}` })))
    expect(new Set(made.map(({ id }) => id)).size).toBe(1)
  })

  it('lose nothing of each other’s', async () => {
    const { subjects } = client()
    const { id } = await makeEmployee(org)
    await Promise.all(
      many.map((i) => subjects.update(id, i % 2 === 0 ? { kana: `カナ ${i}` } : { address: `住所 ${i}` })),
    )
    const { kana, address } = await subjects.get(id)
    expect([kana, address]).toEqual([expect.stringMatching(/^カナ \d+$/), expect.stringMatching(/^住所 \d+$/)])
  })
})

describe('a dependent', () => {
  it('has the department and code of the employee: they are neither changed nor taken away', async () => {
    const employee = await makeEmployee(org, { departmentId: org.department.id, code: 'dep-1' })
    const input = { dependentNo: 1, relationship: '子', name: '東野 真奈美' }
    const { id } = await org.client.subjects.createDependent(employee.id, input)
    const { update } = org.client.subjects
    expect(await problemOf(update(id, { departmentId: org.department.id }))).toEqual([400, '/departmentId'])
    expect(await problemOf(update(id, { departmentId: null }))).toEqual([400, '/departmentId'])
    expect(await problemOf(update(id, { code: null }))).toEqual([400, '/code'])
    expect(await org.client.subjects.get(id)).toMatchObject({ departmentId: org.department.id })
    expect(await org.client.subjects.update(id, { kana: 'トウノ マナミ' })).toMatchObject({
      kana: 'トウノ マナミ',
      departmentId: org.department.id,
    })
  })
})

describe('the employment events of a subject', () => {
  it('come page by page, with a total where one is asked for', async () => {
    const { id } = await makeEmployee(org)
    const other = await makeEmployee(org)
    const events = org.client.subjects
    const days = ['2020-04-01', '2019-04-01', '2024-03-31']
    for (const on of days) await events.createEmploymentEvent(id, { kind: 'hired', on })
    const theirs = await events.createEmploymentEvent(other.id, { kind: 'hired', on: '2020-04-01' })
    const list = (query: { limit?: number; after?: string; total?: boolean }) => events.listEmploymentEvents(id, query)
    const first = await list({ limit: 2, total: true })
    expect(first).toMatchObject({ total: '3' })
    expect(first.data.map(({ on }) => on)).toEqual(days.slice(0, 2))
    const second = await list({ limit: 2, after: first.next ?? '' })
    expect(second.data.map(({ on }) => on)).toEqual(days.slice(2))
    expect(second.next).toBeUndefined()
    expect((await list({ limit: 1 }).toArray({ limit: 9 })).map(({ on }) => on)).toEqual(days)
    const foreign = Buffer.from(JSON.stringify([theirs.id])).toString('base64url')
    for (const after of ['xx', foreign]) expect(await problemOf(list({ after }))).toEqual([400, 'after'])
  })
})
