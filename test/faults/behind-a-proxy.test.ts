import { responseOf } from '@azukari/sdk'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startReceiver } from '../../examples/hr-webhooks/receiver.ts'
import { tokenFor } from '../support/contract.ts'
import { fixtureNumber } from '../support/fixture-number.ts'
import { type Processes, rosterOf, startProcesses, until, vendorAt } from '../support/processes.ts'
import { makeEmployee, makeOrganization } from '../support/service.ts'

/** A service of its own behind a proxy on loopback: what the proxy says of addresses counts, and request ids go all the way. */
let at: Processes
let baseUrl: string
let credentials: { clientId: string; clientSecret: string }
let org: Awaited<ReturnType<typeof makeOrganization>>
beforeAll(async () => {
  vi.stubEnv('TRUSTED_PROXIES', '127.0.0.0/8,::1')
  at = await startProcesses()
  credentials = await at.platform()
  baseUrl = (await at.start(['api', 'worker'])).baseUrl
  org = await makeOrganization({ vendor: vendorAt({ baseUrl }, credentials) })
})
afterAll(() => at.stop())

const send = async (path: string, token: string, headers: Record<string, string>, body?: string | Uint8Array) => {
  const response = await fetch(`${baseUrl}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: body as never }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, json: text === '' ? {} : JSON.parse(text) }
}
const staffToken = (staff: string) => tokenFor(baseUrl, credentials, { organization: org.organization.id, staff })

describe('behind a proxy that is trusted', () => {
  it('取扱区域 and record go by the address that the proxy saw, for sign-ins too', async () => {
    const { id } = await makeEmployee(org)
    await org.handler.does.numbers.register(id, { number: fixtureNumber(1) })
    const ifMatch = responseOf(await org.client.settings.get())?.etag ?? ''
    const handlingAreas = [{ label: '本社 管理区域', networks: ['203.0.113.0/24'] }]
    await org.officer.does.settings.update({ handlingAreas }, { ifMatch })
    const token = await staffToken(org.handler.id)
    const wish = JSON.stringify({ subjectIds: [id], purpose: 'withholding_tax' })
    const reveal = (forwarded: string) => send('/v1/reveals', token, { 'x-forwarded-for': forwarded }, wish)
    expect((await reveal('203.0.113.9')).status).toBe(200)
    expect(await reveal('198.51.100.7')).toMatchObject({ status: 403, json: { code: 'place_not_allowed' } })
    // Written by the sender, before what the proxy wrote.
    expect(await reveal('203.0.113.9, 198.51.100.7')).toMatchObject({ status: 403 })
    const seen = (await at.rows('ledger_entries', { subjectId: id, operation: 'view' })).sort((a, b) => a.at - b.at)
    expect(seen.map(({ network, place, outcome }) => [network, place, outcome])).toEqual([
      ['203.0.113.9', '本社 管理区域', 'released'],
      ['198.51.100.7', undefined, 'refused'],
      ['198.51.100.7', undefined, 'refused'],
    ])

    const signIn = await fetch(`${baseUrl}/oauth/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${credentials.clientId}:${credentials.clientSecret}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
        'x-forwarded-for': '203.0.113.77',
      },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        organization: org.organization.id,
        staff: org.reviewer.id,
      }),
    })
    expect(signIn.status).toBe(200)
    const logins = await at.rows('ledger_entries', { operation: 'login', 'actor.id': org.reviewer.id })
    expect(logins).toMatchObject([{ network: '203.0.113.77' }])
  })
})

describe('X-Request-Id', () => {
  it('goes from the request through its job into the record and to the webhook’s receiver', async () => {
    let secret = ''
    const received: { type: string; requestId: unknown }[] = []
    const hooks = await startReceiver(
      () => secret,
      ({ headers, event }) => void received.push({ type: event.type, requestId: headers['x-request-id'] }),
    )
    try {
      secret = (await org.client.webhookEndpoints.create({ url: hooks.url })).secret ?? ''
      const token = await staffToken(org.handler.id)
      const name = { 'x-request-id': 'host-check-7', 'content-type': 'text/csv' }
      const query = `kind=roster&companyId=${org.company.id}`
      const checked = await send(`/v1/imports?${query}`, token, name, rosterOf(3))
      expect([checked.status, checked.headers.get('x-request-id')]).toEqual([202, 'host-check-7'])
      await org.client.jobs.wait(checked.json.jobId, { timeoutMs: 20_000 })
      const applied = await send(`/v1/imports/${checked.json.id}/application`, token, {
        'x-request-id': 'host-apply-8',
      })
      await org.client.jobs.wait(applied.json.jobId, { timeoutMs: 20_000 })
      await until('both events', async () => received.filter(({ type }) => type === 'import.completed').length > 0)
      expect(received.find(({ type }) => type === 'import.completed')?.requestId).toBe('host-apply-8')
      const imported = await org.client.ledger.listEntries({ operation: 'import', order: 'asc' })
      expect(imported.data.length).toBeGreaterThan(0)
      expect(new Set(imported.data.map(({ requestId }) => requestId))).toEqual(
        new Set(['host-check-7', 'host-apply-8']),
      )
    } finally {
      await hooks.close()
    }
  })
})
