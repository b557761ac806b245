import { decodeJwt } from 'jose'
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

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: { code?: string }) => error.code ?? String(error),
  )
const minute = 60_000
const isNow = (instant: string | undefined): boolean => Math.abs(Date.parse(instant ?? '') - Date.now()) < 5 * minute

let service: TestService
let org: TestOrganization
beforeAll(async () => {
  service = await startTestService({ worker: false })
  org = await makeOrganization(service)
})
afterAll(() => service.close())

/** DESIGN § 8; which numbers each takes is in number-entrances.test.ts, certificates with both clocks in life-ends.test.ts. */
describe('the test clock of a `test` organization', () => {
  it('moves forward only, also when two move it at once, and to no day beyond the calendar', async () => {
    const own = await makeOrganization(service)
    const set = (now: string) => codeOf(own.client.testClock.set({ now }))
    expect((await own.client.testClock.get()).moved).toBe(false)
    expect(await set('2034-02-01T00:00:00Z')).toBe('done')
    expect(await set('2034-01-31T23:59:59Z')).toBe('conflict')
    await Promise.all(['2036-01-01T00:00:00Z', '2035-01-01T00:00:00Z', '2037-01-01T00:00:00Z'].map(set))
    expect(Date.parse((await own.client.testClock.get()).now)).toBe(Date.parse('2037-01-01T00:00:00Z'))
    expect(await set('2200-01-01T00:00:00Z')).toBe('invalid_request')
  })

  it('decides when links end and what is late, and each move is on record', async () => {
    const { id } = await makeEmployee(org)
    const request = await org.handler.does.requests.create({ subjectId: id })
    const link = await org.handler.does.requests.createLink(request.id)
    const token = link.url.split('#')[1] ?? ''
    const later = new Date(Date.parse(link.expiresAt) + minute).toISOString()
    await org.client.testClock.set({ now: later })
    const opened = await rawRequest(service, 'POST', '/v1/sessions', {
      headers: jsonHeaders,
      body: JSON.stringify({ token }),
    })
    expect(opened.status).toBeGreaterThanOrEqual(400)
    expect(['expired', 'used_up', 'unauthenticated', 'not_found']).toContain(opened.json.code)
    const [entry] = (await org.client.ledger.listEntries({ operation: 'settings', order: 'desc', limit: 1 })).data
    expect(entry).toMatchObject({ functionName: 'テスト時計の変更', outcome: 'done' })
  })

  it('is no clock of record, tokens, sessions, JWE or idempotency: those go by the real one', async () => {
    const { id } = await makeEmployee(org)
    const path = `/v1/subjects/${id}/number`
    const wish = { organization: org.organization.id, staff: org.handler.id }
    const token = await tokenFor(service.baseUrl, service.credentials, wish)
    const register = () =>
      rawRequest(service, 'POST', path, {
        token,
        headers: { ...jsonHeaders, 'idempotency-key': 'across-years' },
        body: JSON.stringify({ number: fixtureNumber(7) }),
      })
    const first = await register()
    expect(first.status).toBe(201)
    await org.client.testClock.set({ now: '2050-01-01T00:00:00Z' })
    // The token of before is good, the kept answer of "a day" is there, and what is written is of now.
    expect((await register()).text).toBe(first.text)
    const issued = decodeJwt(await tokenFor(service.baseUrl, service.credentials, wish))
    expect(isNow(new Date((issued.iat ?? 0) * 1000).toISOString())).toBe(true)
    const entries = await org.client.ledger.listEntries({ subjectId: id, operation: 'register_by_proxy' })
    expect(entries.data.map(({ at, recordedAt }) => [isNow(at), isNow(recordedAt)])).toEqual([[true, true]])
  })
})

describe('a `live` organization', () => {
  it('has no test clock, and none of its time is anybody’s to move', async () => {
    const live = await makeOrganization(service, 'live')
    expect(await codeOf(live.client.testClock.set({ now: '2040-01-01T00:00:00Z' }))).toBe('conflict')
    const clock = await live.client.testClock.get()
    expect([clock.moved, isNow(clock.now)]).toEqual([false, true])
  })
})
