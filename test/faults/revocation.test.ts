import { createAzukari } from '@azukari/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ClientKey, makeSigningClient } from '../support/client-key.ts'
import { tokenFor } from '../support/contract.ts'
import { type Processes, refusalOf, startProcesses, until, vendorAt } from '../support/processes.ts'

/** What one process revokes, every other one refuses within five seconds. */
describe('two API processes', () => {
  let processes: Processes
  let one: { baseUrl: string }
  let two: { baseUrl: string }
  let credentials: { clientId: string; clientSecret: string }
  let organizationId: string
  beforeAll(async () => {
    processes = await startProcesses()
    const created = await processes.platform()
    credentials = { clientId: created.clientId, clientSecret: created.clientSecret }
    ;[one, two] = [await processes.start(['api']), await processes.start(['api'])]
    organizationId = (await vendorAt(one, credentials).organizations.create({ name: '試験', mode: 'test' })).id
  })
  afterAll(() => processes.stop())

  const secondsUntil = async (refused: () => Promise<string>): Promise<number> => {
    const began = performance.now()
    await until('a refusal', async () => (await refused()) !== 'done')
    return (performance.now() - began) / 1000
  }
  const at = (place: { baseUrl: string }, more: object) =>
    createAzukari({ baseUrl: place.baseUrl, organization: organizationId, maxRetries: 0, ...more } as never)

  it('refuse a revoked client’s token within five seconds, and give it none at once', async () => {
    const { id, secret } = await vendorAt(one, credentials).clients.create({ name: '失効', scopes: ['settings:read'] })
    const client = at(two, { clientId: id, clientSecret: secret })
    await client.settings.get()
    await vendorAt(one, credentials).clients.delete(id)
    const asked = at(two, { clientId: id, clientSecret: secret })
    expect(await refusalOf(asked.settings.get())).toMatchObject({ status: 401, code: 'invalid_client' })
    // The token that `client` holds is what is refused: a new one it cannot get.
    const seconds = await secondsUntil(async () => (await refusalOf(client.settings.get())).code)
    expect(seconds).toBeLessThan(5.5)
  })

  it('take no secret and no key that the other removed, and know a new one at once', async () => {
    const vendor = vendorAt(one, credentials)
    const { id, secret } = await vendor.clients.create({ name: '更新', scopes: ['settings:read'] })
    const [old] = (await vendor.clientSecrets.list(id)).data
    const renewed = await vendor.clientSecrets.create(id, {})
    await at(two, { clientId: id, clientSecret: renewed.secret }).settings.get()
    await vendor.clientSecrets.delete(id, old?.id ?? '')
    expect(await refusalOf(at(two, { clientId: id, clientSecret: secret }).settings.get())).toMatchObject({
      code: 'invalid_client',
    })
    const key: ClientKey = await makeSigningClient({ vendor })
    const signing = () => at(two, { clientId: key.clientId, privateKey: key.jwk, keyId: key.kid })
    await signing().settings.get()
    await vendor.clientKeys.delete(key.clientId, key.kid)
    expect(await refusalOf(signing().settings.get())).toMatchObject({ code: 'invalid_client' })
  })

  it('count the requests of one client together, and both say what is left (RateLimit)', async () => {
    const { id, secret = '' } = await vendorAt(one, credentials).clients.create({
      name: '上限',
      scopes: ['settings:read'],
    })
    const token = await tokenFor(one.baseUrl, { clientId: id, clientSecret: secret }, { organization: organizationId })
    const left = async (place: { baseUrl: string }): Promise<number> => {
      const { headers } = await fetch(`${place.baseUrl}/v1/settings`, { headers: { authorization: `Bearer ${token}` } })
      expect(headers.get('ratelimit-policy')).toMatch(/^"client";q=\d+;w=60$/)
      return Number(/;r=(\d+);t=\d+$/.exec(headers.get('ratelimit') ?? '')?.[1])
    }
    const first = await left(one)
    expect([await left(two), await left(one), await left(two)]).toEqual([first - 1, first - 2, first - 3])
  })

  it('count failed authentications together', async () => {
    const { id, secret } = await vendorAt(one, credentials).clients.create({ name: '失敗', scopes: ['settings:read'] })
    const attempt = async (place: { baseUrl: string }, clientSecret: string) =>
      (await refusalOf(at(place, { clientId: id, clientSecret }).settings.get())).code
    for (let i = 0; i < 5; i++) {
      expect(await attempt(one, 'azs_wrong')).toBe('invalid_client')
      expect(await attempt(two, 'azs_wrong')).toBe('invalid_client')
    }
    expect([await attempt(one, secret ?? ''), await attempt(two, secret ?? '')]).toEqual([
      'rate_limited',
      'rate_limited',
    ])
  })
})
