import { createSession } from '@azukari/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tokenFor } from '../support/contract.ts'
import { fixtureNumber } from '../support/fixture-number.ts'
import { jsonHeaders, rawRequest } from '../support/raw.ts'
import {
  makeEmployee,
  makeOrganization,
  startTestService,
  type TestOrganization,
  type TestService,
} from '../support/service.ts'

const number = fixtureNumber(4_712_345)
const dotted = [number.slice(0, 4), number.slice(4, 8), number.slice(8)].join('.')

let service: TestService
let org: TestOrganization
let token: string
beforeAll(async () => {
  service = await startTestService({ worker: false })
  org = await makeOrganization(service)
  token = await tokenFor(service.baseUrl, service.credentials, {
    organization: org.organization.id,
    staff: org.officer.id,
  })
})
afterAll(() => service.close())

const send = (method: string, path: string, body?: unknown) =>
  rawRequest(service, method, path, {
    token,
    ...(body === undefined ? {} : { headers: jsonHeaders, body: JSON.stringify(body) }),
  })
const person = (more: object) => ({ kind: 'employee', companyId: org.company.id, name: '試験 太郎', ...more })

describe('a number in a place that is not the vault', () => {
  it('is refused in what the host calls things', async () => {
    for (const [path, body, pointer] of [
      ['/v1/subjects', person({ externalId: number }), '/externalId'],
      ['/v1/subjects', person({ externalId: `emp_${dotted}` }), '/externalId'],
      ['/v1/subjects', person({ code: number }), '/code'],
      ['/v1/subjects', person({ email: `${number}@example.jp` }), '/email'],
      ['/v1/subjects', person({ metadata: { [number]: 'x' } }), '/metadata'],
      ['/v1/subjects', person({ metadata: { [`k.${dotted}`]: 'x' } }), '/metadata'],
      ['/v1/departments', { companyId: org.company.id, code: number, name: '部' }, '/code'],
      ['/v1/departments', { companyId: org.company.id, code: '1', name: `部 ${dotted}` }, '/name'],
      [
        '/v1/staff',
        { name: '担当', userId: number, appointment: { role: 'handler', fromOn: '2026-01-01' } },
        '/userId',
      ],
    ] as const) {
      const answer = await send('POST', path, body)
      expect({ status: answer.status, code: answer.json.code, errors: answer.json.errors }, pointer).toMatchObject({
        status: 422,
        code: 'number_not_accepted',
        errors: [{ pointer, code: 'number_not_accepted' }],
      })
      expect(answer.text.includes(number) || answer.text.includes(dotted)).toBe(false)
    }
  })

  it('is refused in paths and queries, and not repeated', async () => {
    const { id } = await makeEmployee(org)
    const { url } = await org.client.requests.createLink((await org.client.requests.create({ subjectId: id })).id)
    const session = createSession({ baseUrl: service.baseUrl, token: url.slice(url.indexOf('#') + 1) })
    await expect(
      session.setDependent(number, { name: '試験 花子', relationship: '妻', number: fixtureNumber(1) }),
    ).rejects.toMatchObject({ code: 'number_not_accepted' })
    for (const [method, path, body] of [
      ['PUT', `/v1/subjects/by-external-id/${number}`, person({})],
      ['GET', `/v1/subjects?externalId=${number}`],
      ['GET', `/v1/subjects?code=${number}`],
      ['GET', `/v1/numbers?name=${number}`],
      ['GET', `/v1/ledger/entries?from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z&code=${number}`],
    ] as const) {
      const answer = await send(method, path, body)
      expect({ status: answer.status, code: answer.json.code }, path.split(/[?/]/)[2]).toEqual({
        status: 422,
        code: 'number_not_accepted',
      })
      expect(answer.text.includes(number)).toBe(false)
    }
  })

  it.each(['03-1234-5678', '(03)1234-5678', '090-1234-5678', '+81-90-1234-5678', '+1-202-555-0100', '0120123456'])(
    'is not what stands in the telephone number %s',
    async (phone) => {
      expect((await send('POST', '/v1/subjects', person({ phone }))).status).toBe(201)
    },
  )
  it('has no room in a telephone number', async () => {
    for (const phone of [number, dotted.replaceAll('.', '-'), `+${number}`, `+1${number.slice(1)}`])
      expect((await send('POST', '/v1/subjects', person({ phone }))).json).toMatchObject({
        code: 'invalid_request',
        errors: [{ pointer: '/phone' }],
      })
  })
})

describe('an instant that no Date can hold', () => {
  it.each([
    '2026-12-31T23:59:60Z',
    '2017-01-01T08:59:60+09:00',
    '0000-01-01T00:00:00Z',
    '1899-12-31T23:59:59Z',
    '9999-12-31T23:59:59Z',
    '2026-02-30T00:00:00Z',
    '2026-01-01T24:00:00Z',
    '2026-01-01T00:00:00',
  ])('%s is refused', async (instant) => {
    const query = new URLSearchParams({ from: instant, to: '9998-01-01T00:00:00Z' })
    expect(await send('GET', `/v1/ledger/entries?${query}`)).toMatchObject({ status: 400 })
    expect(await send('PUT', '/v1/test-clock', { now: instant })).toMatchObject({ status: 400 })
  })

  it('is not given to the test clock either, which ends in 2199', async () => {
    expect((await send('PUT', '/v1/test-clock', { now: '2199-12-31T15:00:00Z' })).json).toMatchObject({
      code: 'invalid_request',
      errors: [{ pointer: '/now' }],
    })
    expect((await send('PUT', '/v1/test-clock', { now: '2199-12-31T14:59:59Z' })).status).toBe(200)
    const { id } = await makeEmployee(org)
    const request = await org.client.requests.create({ subjectId: id })
    expect((await org.client.requests.createLink(request.id)).expiresAt).toMatch(/^2200-/)
  })

  it('is not taken from a cursor', async () => {
    const cursor = Buffer.from(JSON.stringify([1e300, 0, 'ent_1'])).toString('base64url')
    const query = new URLSearchParams({ from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z', after: cursor })
    expect(await send('GET', `/v1/ledger/entries?${query}`)).toMatchObject({ status: 400 })
  })
})

describe('who searches the 取扱記録 by name', () => {
  it('finds a person, and the dependent behind, by the kana too', async () => {
    const { client, handler } = org
    const employee = await makeEmployee(org, { name: '東野 二郎', kana: 'ヒガシノ ジロウ' })
    const dependent = await client.subjects.createDependent(employee.id, {
      dependentNo: 1,
      name: '東野 順子',
      kana: 'ヒガシノ ジュンコ',
      relationship: '妻',
    })
    for (const [i, { id }] of [employee, dependent].entries())
      await handler.does.numbers.register(id, { number: fixtureNumber(10 + i) })
    const found = async (name: string) => {
      const to = new Date(Date.now() + 60_000).toISOString()
      const page = await client.ledger.listEntries({
        from: '2020-01-01T00:00:00Z',
        to,
        name,
        operation: 'register_by_proxy',
        order: 'asc',
        total: true,
      })
      expect(page.total).toBe(String(page.data.length))
      return page.data.map(({ subjectName }) => subjectName)
    }
    const dependents = '東野 二郎 > 東野 順子'
    expect(await found('ひがしの')).toEqual(['東野 二郎', dependents])
    expect(await found('ジュンコ')).toEqual([dependents])
    expect(await found('順子')).toEqual([dependents])
    expect(await found('順ジロ')).toEqual([])
  })
})
