import { AzukariProblem, responseOf } from '@azukari/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { contract } from '../support/contract.ts'
import { fixtureNumber } from '../support/fixture-number.ts'
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
    (error: unknown) => (error instanceof AzukariProblem ? `${error.status} ${error.code}` : String(error)),
  )
const lost = '412 precondition_failed'
const tagOf = (read: object): string => responseOf(read)?.etag ?? ''
/** Two who have read the same, at once. */
const race = async (act: () => Promise<unknown>): Promise<string[]> =>
  (await Promise.all([codeOf(act()), codeOf(act())])).sort()

let service: TestService
let org: TestOrganization
beforeAll(async () => {
  service = await startTestService({ worker: false })
  org = await makeOrganization(service)
})
afterAll(() => service.close())

describe('If-Match: of two who have read the same, the second is told (412), and nothing of the first is lost', () => {
  it('at a subject, by id and by the host’s own', async () => {
    const input = { kind: 'employee' as const, companyId: org.company.id, name: '条件 太郎' }
    const made = await org.client.subjects.upsert('cond-1', input)
    let ifMatch = tagOf(made)
    expect(ifMatch).toBe('"1"')
    expect(await race(() => org.client.subjects.update(made.id, { name: '条件 次郎' }, { ifMatch }))).toEqual([
      lost,
      'done',
    ])
    ifMatch = tagOf(await org.client.subjects.get(made.id))
    let names = 0
    const upsert = () => org.client.subjects.upsert('cond-1', { ...input, name: `条件 ${names++}` }, { ifMatch })
    expect(await race(upsert)).toEqual([lost, 'done'])
    expect(await codeOf(upsert())).toBe(lost)
  })

  it('of several tags any may be the current one; a weak one never is', async () => {
    const { id } = await makeEmployee(org)
    const change = (ifMatch: string, name: string) => codeOf(org.client.subjects.update(id, { name }, { ifMatch }))
    expect(await change('"7", "1"', '条件 四郎')).toBe('done')
    expect(await change('"1" ,W/"2","3"', '条件 五郎')).toBe(lost)
    expect(await change('W/"2"', '条件 五郎')).toBe(lost)
    expect(await change('W/"9", "2"', '条件 五郎')).toBe('done')
    expect(tagOf(await org.client.subjects.get(id))).toBe('"3"')
  })

  it('at a company; without a condition each change is kept, and what is null goes', async () => {
    const { companies } = org.client
    const { id } = await companies.create({ name: '条件商店', kind: 'sole_proprietor' })
    const ifMatch = tagOf(await companies.get(id))
    expect(await race(() => companies.update(id, { address: '東京都港区芝公園１－１－１' }, { ifMatch }))).toEqual([
      lost,
      'done',
    ])
    const phone = '03-0000-0000'
    await Promise.all([companies.update(id, { phone }), companies.update(id, { externalId: 'cond-shop' })])
    const changed = { name: '条件商店', address: '東京都港区芝公園１－１－１', phone, externalId: 'cond-shop' }
    expect(await companies.get(id)).toMatchObject(changed)
    const { createdAt } = await companies.get(id)
    await companies.update(id, { name: '条件本店', address: null, phone: null, externalId: null })
    expect(await companies.get(id)).toMatchObject({ id, name: '条件本店', kind: 'sole_proprietor', createdAt })
    expect(Object.keys(await companies.get(id))).not.toContain('address')
    const taken = await companies.create({ name: '別の商店', kind: 'sole_proprietor', externalId: 'cond-other' })
    expect(await codeOf(companies.update(id, { externalId: 'cond-other' }))).toBe('409 already_exists')
    expect(tagOf(await companies.get(taken.id))).toBe('"0"')
  })

  it('an upsert with a condition makes nothing anew', async () => {
    const input = { kind: 'employee' as const, companyId: org.company.id, name: '条件 三郎' }
    expect(await codeOf(org.client.subjects.upsert('cond-2', input, { ifMatch: '*' }))).toBe(lost)
    expect((await org.client.subjects.list({ externalId: 'cond-2' })).data).toEqual([])
    expect(await codeOf(org.client.subjects.upsert('cond-2', input))).toBe('done')
    expect(await codeOf(org.client.subjects.upsert('cond-2', input, { ifMatch: '*' }))).toBe('done')
  })

  it('at a staff member, whom two officers appoint or dismiss', async () => {
    const { does } = org.officer
    const appointment = { role: 'reviewer' as const, fromOn: '2020-01-01' }
    const made = await does.staff.create({ name: '条件 担当', userId: 'cond', appointment })
    let ifMatch = tagOf(made)
    expect(await race(() => does.staff.appoint(made.id, { ...appointment, role: 'auditor' }, { ifMatch }))).toEqual([
      lost,
      'done',
    ])
    const read = await does.staff.get(made.id)
    expect(read.appointments).toHaveLength(2)
    const lastOn = '2099-12-31'
    const dismiss = () =>
      does.staff.dismiss(made.id, { appointmentId: read.appointments[0]?.id ?? '', lastOn, basis: '異動' }, { ifMatch })
    expect(await codeOf(dismiss())).toBe(lost)
    ifMatch = tagOf(read)
    expect(await codeOf(dismiss())).toBe('done')
    expect(tagOf(await does.staff.get(made.id))).toBe('"3"')
  })

  it('at the identity provider, whose ETag is that of the settings', async () => {
    const { does } = org.officer
    const provider = {
      issuer: 'https://login.example.co.jp',
      clientId: 'a',
      jwksUri: 'https://login.example.co.jp/jwks',
    }
    expect(await codeOf(does.identityProvider.set(provider, { ifMatch: '*' }))).toBe(lost)
    const ifMatch = tagOf(await does.identityProvider.set(provider))
    expect(await race(() => does.identityProvider.set({ ...provider, clientId: 'b' }, { ifMatch }))).toContain('done')
    expect(await codeOf(does.identityProvider.set(provider, { ifMatch }))).toBe(lost)
    expect(await codeOf(does.identityProvider.remove({ ifMatch }))).toBe(lost)
    expect(await codeOf(does.identityProvider.remove({ ifMatch: tagOf(await does.identityProvider.get()) }))).toBe(
      'done',
    )
  })
})

describe('If-Match at what is planned for a number', () => {
  const review = { reason: '税務調査中', reviewOn: '2199-01-01' }
  const date = { plannedOn: '2098-12-31', reason: '調査に備え延長' }
  it('two who set the date on what they have read: the second is told, and its word is not on record', async () => {
    const plans = org.officer.does.plannedDisposals
    const { id } = await makeEmployee(org)
    await org.handler.does.numbers.register(id, { number: fixtureNumber(41) })
    let ifMatch = tagOf(await plans.get(id))
    expect(ifMatch).toBe('"0"')
    expect(await race(() => plans.set(id, date, { ifMatch }))).toEqual([lost, 'done'])
    expect(await codeOf(plans.remove(id, review, { ifMatch }))).toBe(lost)
    ifMatch = tagOf(await plans.get(id))
    expect(ifMatch).toBe('"1"')
    expect(await race(() => plans.remove(id, review, { ifMatch }))).toEqual([lost, 'done'])
    const { data } = await org.client.ledger.listEntries({ subjectId: id })
    const decided = data.map(({ functionName }) => functionName).filter((name) => name.startsWith('削除予定'))
    expect(decided.sort()).toEqual(['削除予定の解除', '削除予定日の設定'])
  })

  it('without a condition the last word counts, and each gives the ETag of what it left', async () => {
    const plans = org.officer.does.plannedDisposals
    const { id } = await makeEmployee(org)
    await org.handler.does.numbers.register(id, { number: fixtureNumber(42) })
    expect(tagOf(await plans.set(id, date))).toBe('"1"')
    expect(tagOf(await plans.set(id, date, { ifMatch: '*' }))).toBe('"2"')
    const removed = await plans.remove(id, review)
    expect(tagOf(removed)).toBe('"3"')
    expect(await codeOf(plans.set(id, date, { ifMatch: tagOf(removed) }))).toBe('done')
    expect(await codeOf(plans.set(id, date, { ifMatch: '"x"' }))).toBe(lost)
  })
})

describe('the contract', () => {
  /** What is changed without a condition, and why that is right. */
  const without = {
    setTestClock: 'moves forward only: of two the later one holds',
    setNumberAbsence: 'one fact with its reason, said whole: the last word counts, and each is on record',
    updateRequest: 'a deadline or a priority, each said whole: the last word counts, and each is on record',
    updateSessionPerson: 'one person’s own session',
    setSessionNumber: 'one person’s own session',
    setSessionDependent: 'one person’s own session',
  }
  it('takes If-Match wherever something is changed that was read, and gives the ETag with it', () => {
    const changes = Object.values(contract.paths as Record<string, Record<string, Operation>>).flatMap((methods) =>
      Object.entries(methods).flatMap(([method, operation]) => (/^(put|patch)$/.test(method) ? [operation] : [])),
    )
    const takes = ({ parameters = [] }: Operation): boolean => parameters.some(({ $ref }) => $ref?.endsWith('/IfMatch'))
    expect(
      changes
        .filter((operation) => !takes(operation))
        .map(({ operationId }) => operationId)
        .sort(),
    ).toEqual(Object.keys(without).sort())
    for (const { operationId, responses } of changes.filter(takes))
      expect(responses['200']?.headers, operationId).toHaveProperty('ETag')
  })
})
type Operation = {
  operationId: string
  parameters?: { $ref?: string }[]
  responses: Record<string, { headers?: object }>
}
