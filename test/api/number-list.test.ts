import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fixtureNumber } from '../support/fixture-number.ts'
import { makeOrganization, startTestService, type TestOrganization, type TestService } from '../support/service.ts'

let service: TestService
let org: TestOrganization
const idOf = new Map<string, string>()
let secondCompany: string

/** Department, code, name, kana, dependents: entered in another order than they are shown. */
const people: [string | undefined, string | undefined, string, string | undefined, string[]][] = [
  ['101', '1000', '髙橋 一郎', 'タカハシ イチロウ', []],
  ['10', 'test', '試験 四郎', undefined, []],
  ['101', '104', '東野 二郎', 'ヒガシノ ジロウ', ['東野 順子', '東野 三奈']],
  [undefined, undefined, '無所属 五郎', undefined, []],
  ['10', '001', '高橋 花子', 'タカハシ ハナコ', []],
  ['2', '77', '鈴木 奈々子', 'スズキ ナナコ', []],
  [undefined, '5', '部門 無', undefined, []],
]
/** 部門コード and 社員コード as numbers, 扶養 behind the employee, whoever lacks one last. */
const shown = [
  '鈴木 奈々子',
  '高橋 花子',
  '試験 四郎',
  '東野 二郎',
  '東野 順子',
  '東野 三奈',
  '髙橋 一郎',
  '部門 無',
  '無所属 五郎',
]

beforeAll(async () => {
  service = await startTestService({ worker: false })
  org = await makeOrganization(service)
  const { client, company } = org
  const departments = new Map([['101', org.department.id]])
  for (const code of ['10', '2'])
    departments.set(code, (await client.departments.create({ companyId: company.id, code, name: `部門${code}` })).id)
  for (const [department, code, name, kana, dependents] of people) {
    const departmentId = department === undefined ? undefined : departments.get(department)
    const { id } = await client.subjects.create({
      kind: 'employee',
      companyId: company.id,
      name,
      ...(departmentId !== undefined && { departmentId }),
      ...(code !== undefined && { code }),
      ...(kana !== undefined && { kana }),
    })
    idOf.set(name, id)
    for (const [i, each] of dependents.entries()) {
      const made = await client.subjects.createDependent(id, { dependentNo: i + 1, name: each, relationship: '子' })
      idOf.set(each, made.id)
    }
  }
  secondCompany = (
    await client.companies.create({
      name: '別会社',
      kind: 'corporation',
      corporateNumber: '7000012050002',
      externalId: 'c2',
    })
  ).id
  const elsewhere = await client.subjects.create({
    kind: 'employee',
    companyId: secondCompany,
    code: '9',
    name: '高橋 別会',
    kana: 'タカハシ ベツカイ',
  })
  idOf.set('高橋 別会', elsewhere.id)
  for (const [i, name] of ['東野 二郎', '東野 順子'].entries())
    await org.handler.does.numbers.register(idOf.get(name) ?? '', {
      number: fixtureNumber(40 + i),
      issuedOn: '2016-01-01',
    })
})
afterAll(() => service.close())

const namesOf = async (query: Parameters<TestOrganization['client']['numbers']['list']>[0]): Promise<string[]> =>
  (await org.client.numbers.list(query).toArray({ limit: 100 })).map(({ name }) => name)

describe('the masked list', () => {
  it('is in the customers’ order, dependents behind their employee', async () => {
    expect(await namesOf({ companyId: org.company.id })).toEqual(shown)
  })

  it('shows what the screen shows, with the number masked and nothing else of it', async () => {
    const { data } = await org.client.numbers.list({ companyId: org.company.id, limit: 200 })
    expect(data.find(({ name }) => name === '東野 順子')).toEqual({
      subjectId: idOf.get('東野 順子'),
      companyId: org.company.id,
      kind: 'dependent',
      department: { code: '101', name: '社長室' },
      code: '104',
      name: '東野 順子',
      employeeName: '東野 二郎',
      dependentNo: 1,
      relationship: '子',
      numberState: 'registered',
      versionId: expect.stringMatching(/^num_/),
      masked: `*****${fixtureNumber(41).slice(10)}`,
      issuedOn: '2016-01-01',
    })
    expect(data.find(({ name }) => name === '東野 三奈')).not.toHaveProperty('masked')
    expect(JSON.stringify(data)).not.toMatch(/\d{12}/)
    const { data: entries } = await org.client.ledger.listEntries({ operation: 'view' })
    expect(entries).toEqual([])
  })

  it('is the same by pages of any size, and its total says how many', async () => {
    for (const limit of [1, 2, 3, 200]) expect(await namesOf({ companyId: org.company.id, limit })).toEqual(shown)
    expect((await org.client.numbers.list({ companyId: org.company.id, total: true, limit: 1 })).total).toBe('9')
    expect((await org.client.numbers.list({ name: '高橋', total: true })).total).toBe('2')
  })

  it('keeps its place when somebody comes before or after the cursor', async () => {
    const first = await org.client.numbers.list({ companyId: org.company.id, limit: 4 })
    const department = (await org.client.departments.list({ companyId: org.company.id }).toArray({ limit: 9 })).find(
      ({ code }) => code === '2',
    )
    const create = (code: string, name: string, departmentId: string | undefined) =>
      org.client.subjects.create({
        kind: 'employee',
        companyId: org.company.id,
        code,
        name,
        ...(departmentId !== undefined && { departmentId }),
      })
    await create('1', '前入 一', department?.id)
    await create('500', '後入 二', org.department.id)
    const second = await org.client.numbers.list({ companyId: org.company.id, limit: 4, after: first.next ?? '' })
    expect([...first.data, ...second.data].map(({ name }) => name)).toEqual([
      ...shown.slice(0, 6),
      '後入 二',
      '髙橋 一郎',
    ])
  })

  it('moves dependents with their employee', async () => {
    const id = idOf.get('東野 二郎') ?? ''
    await org.client.subjects.update(id, { code: '99999' })
    const names = await namesOf({ companyId: org.company.id })
    const at = names.indexOf('東野 二郎')
    expect(names.slice(at - 1, at + 3)).toEqual(['髙橋 一郎', '東野 二郎', '東野 順子', '東野 三奈'])
    await org.client.subjects.update(id, { code: '104' })
  })

  it('is narrowed by department, kind, code and state of the number', async () => {
    expect(await namesOf({ departmentId: org.department.id, kind: 'dependent' })).toEqual(['東野 順子', '東野 三奈'])
    expect(await namesOf({ code: '001' })).toEqual(['高橋 花子'])
    expect(await namesOf({ code: '1' })).not.toContain('高橋 花子')
    expect(await namesOf({ numberState: 'registered' })).toEqual(['東野 二郎', '東野 順子'])
  })
})

describe('a name', () => {
  const cases: [string, string[]][] = [
    ['東野', ['東野 二郎', '東野 順子', '東野 三奈']],
    ['野順', ['東野 順子']],
    ['野 順', ['東野 順子']],
    ['奈', ['鈴木 奈々子', '東野 三奈']],
    ['々', ['鈴木 奈々子']],
    ['高橋', ['高橋 別会', '高橋 花子']],
    ['髙橋', ['髙橋 一郎']],
    ['たかはし', ['高橋 別会', '高橋 花子', '髙橋 一郎']],
    ['ﾀｶﾊｼ', ['高橋 別会', '高橋 花子', '髙橋 一郎']],
    ['ハシ ハ', ['高橋 花子']],
    ['橋高', []],
    ['居ない', []],
    ['.*', []],
    ['$ne', []],
  ]
  it.each(cases)('%s finds, in every company of the organization, %j', async (name, found) => {
    expect((await namesOf({ name })).sort()).toEqual([...found].sort())
  })

  it('finds within one company, by pages, and never in another organization', async () => {
    expect(await namesOf({ name: '高橋', companyId: secondCompany })).toEqual(['高橋 別会'])
    expect((await namesOf({ name: 'タカハシ', limit: 1 })).length).toBe(3)
    const other = await makeOrganization(service)
    expect((await other.client.numbers.list({ name: '高橋' })).data).toEqual([])
    expect((await org.client.subjects.list({ name: '東野順' })).data.map(({ name }) => name)).toEqual(['東野 順子'])
  })
})
