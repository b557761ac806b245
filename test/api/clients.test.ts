import { exportJWK, generateKeyPair } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Caller } from '../../src/core/shared/caller.ts'
import { dayOf } from '../../src/core/shared/dates.ts'
import { assertionForm, makeSigningClient, signAssertion } from '../support/client-key.ts'
import { tokenFor } from '../support/contract.ts'
import { type Databases, openDatabases, rawRequest } from '../support/raw.ts'
import { makeOrganization, startTestService, type TestOrganization, type TestService } from '../support/service.ts'

let service: TestService
let databases: Databases
let org: TestOrganization
let aheadMs = 0
beforeAll(async () => {
  service = await startTestService({ worker: false, clock: { now: () => new Date(Date.now() + aheadMs) } })
  databases = await openDatabases()
  org = await makeOrganization(service)
})
afterAll(async () => {
  await databases.close()
  await service.close()
})

const day = 24 * 3600 * 1000
const at = <T>(ms: number, work: () => Promise<T>): Promise<T> => {
  aheadMs = ms
  return work().finally(() => {
    aheadMs = 0
  })
}
const ask = (id: string, secret: string, form: Record<string, string> = {}) =>
  rawRequest(service, 'POST', '/oauth/token', {
    headers: {
      authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      organization: org.organization.id,
      ...form,
    }).toString(),
  })
const statusOf = async (id: string, secret: string): Promise<number> => (await ask(id, secret)).status
const make = async (organizationId?: string) => {
  const client = await service.vendor.clients.create({
    name: '給与',
    scopes: ['settings:read'],
    ...(organizationId !== undefined && { organizationId }),
  })
  return { id: client.id, secret: client.secret ?? '' }
}
const entries = async () =>
  (
    await org.client.ledger.listEntries({
      from: '2020-01-01T00:00:00Z',
      to: new Date(Date.now() + day).toISOString(),
      order: 'asc',
      limit: 200,
    })
  ).data
    // But for these looks themselves.
    .filter(({ operation }) => operation !== 'read_ledger')

describe('a client’s secret', () => {
  it('is kept as a hash alone, and shown once', async () => {
    const { id, secret } = await make()
    const stored = await databases.data.collection('clients').findOne({ _id: id as never })
    expect(JSON.stringify(stored)).not.toContain(secret)
    expect(await databases.content()).not.toContain(secret)
    expect(JSON.stringify(await service.vendor.clientSecrets.list(id))).not.toMatch(/hash|azs_/)
    expect(await service.vendor.clients.get(id)).not.toHaveProperty('secret')
  })

  it('rotates: the old one works until the time named, to the second, and the new one from now', async () => {
    const { id, secret } = await make()
    const previousEndsAt = new Date(Date.now() + 3600_000).toISOString()
    const renewed = await service.vendor.clientSecrets.create(id, { previousEndsAt })
    expect(renewed).toMatchObject({ previousEndsAt })
    expect([await statusOf(id, secret), await statusOf(id, renewed.secret)]).toEqual([200, 200])
    await at(Date.parse(previousEndsAt) - Date.now() + 1, async () => {
      expect([await statusOf(id, secret), await statusOf(id, renewed.secret)]).toEqual([401, 200])
      expect((await service.vendor.clientSecrets.list(id)).data.map((row) => row.id)).toEqual([renewed.id])
    })
  })

  it('overlaps by a day where nothing is said, by seven at most, and two who rotate at once both get one', async () => {
    const { id, secret } = await make()
    const [one, two] = await Promise.all([
      service.vendor.clientSecrets.create(id, {}),
      service.vendor.clientSecrets.create(id, {}),
    ])
    expect(Date.parse(one.previousEndsAt) - Date.parse(one.createdAt)).toBe(day)
    for (const each of [secret, one.secret, two.secret]) expect(await statusOf(id, each)).toBe(200)
    await expect(
      service.vendor.clientSecrets.create(id, { previousEndsAt: new Date(Date.now() + 8 * day).toISOString() }),
    ).rejects.toMatchObject({ errors: [{ pointer: '/previousEndsAt' }] })
    await service.vendor.clientSecrets.create(id, {})
    await service.vendor.clientSecrets.create(id, {})
    await expect(service.vendor.clientSecrets.create(id, {})).rejects.toMatchObject({ code: 'conflict' })
  })

  it('ends at once when it is removed; a client that signs needs none', async () => {
    const signing = await makeSigningClient(service)
    const [only] = (await service.vendor.clientSecrets.list(signing.clientId)).data
    await service.vendor.clientSecrets.delete(signing.clientId, only?.id ?? '')
    expect((await service.vendor.clientSecrets.list(signing.clientId)).data).toEqual([])
    const form = assertionForm(await signAssertion(signing))
    const answer = await rawRequest(service, 'POST', '/oauth/token', {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        organization: org.organization.id,
        ...form,
      }).toString(),
    })
    expect(answer.status).toBe(200)
    await expect(service.vendor.clientSecrets.delete(signing.clientId, only?.id ?? '')).rejects.toMatchObject({
      code: 'not_found',
    })
  })
})

describe('a client', () => {
  it('that is revoked gets no token, and within five seconds its tokens are worth nothing', async () => {
    const { id, secret } = await make()
    const token = await tokenFor(
      service.baseUrl,
      { clientId: id, clientSecret: secret },
      { organization: org.organization.id },
    )
    expect((await rawRequest(service, 'GET', '/v1/settings', { token })).status).toBe(200)
    await service.vendor.clients.delete(id)
    expect(await statusOf(id, secret)).toBe(401)
    await at(5001, async () => {
      expect(await rawRequest(service, 'GET', '/v1/settings', { token })).toMatchObject({
        status: 401,
        json: { code: 'unauthenticated' },
      })
    })
    await expect(service.vendor.clients.get(id)).rejects.toMatchObject({ code: 'not_found' })
    expect(await databases.data.collection('client_keys').countDocuments({ clientId: id })).toBe(0)
  })

  it('of another platform is not found, whatever is asked of it, and nothing changes', async () => {
    const mine = await makeSigningClient(service)
    const [secret] = (await service.vendor.clientSecrets.list(mine.clientId)).data
    const platformId = await service.core.organizations.createPlatform('他社')
    const foreign = await service.core.access.createClient(
      { platformId, requestId: 'test', at: new Date() },
      { name: '他社', scopes: ['platform:read', 'platform:write'] },
    )
    const token = await tokenFor(service.baseUrl, { clientId: foreign._id, clientSecret: foreign.secret })
    const { kty, crv, x } = (await makeSigningClient(service, { alg: 'EdDSA' })).jwk
    const before = await databases.content()
    const paths: [string, string, unknown?][] = [
      ['GET', ''],
      ['DELETE', ''],
      ['GET', '/secrets'],
      ['POST', '/secrets', {}],
      ['DELETE', `/secrets/${secret?.id}`],
      ['GET', '/keys'],
      ['POST', '/keys', { use: 'sig', jwk: { kty, crv, x } }],
      ['DELETE', `/keys/${mine.kid}`],
    ]
    for (const [method, path, body] of paths) {
      const answer = await rawRequest(service, method, `/v1/clients/${mine.clientId}${path}`, {
        token,
        ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      })
      expect([method, path, answer.json.code]).toEqual([method, path, 'not_found'])
    }
    expect(await databases.content()).toBe(before)
  })

  it('of one organization has its changes in that organization’s record, a platform’s in the platform’s', async () => {
    const { id } = await make(org.organization.id)
    await service.vendor.clientSecrets.create(id, {})
    await service.vendor.clients.delete(id)
    const settings = (await entries()).filter(({ functionName }) => /^クライアント/.test(functionName))
    expect(settings.map(({ functionName, operation, actor }) => [functionName, operation, actor.type])).toEqual([
      ['クライアント登録', 'settings', 'client'],
      ['クライアントシークレット更新', 'settings', 'client'],
      ['クライアント失効', 'settings', 'client'],
    ])
    const signing = await makeSigningClient(service)
    const row = await databases.data.collection('clients').findOne({ _id: signing.clientId as never })
    const ofPlatform = await databases.data
      .collection('ledger_entries')
      .find({ organizationId: row?.platformId })
      .sort({ _id: -1 })
      .limit(2)
      .toArray()
    expect(ofPlatform.map(({ functionName }) => functionName)).toEqual(['クライアント鍵の登録', 'クライアント登録'])
  })
})

describe('a client’s key to encrypt to', () => {
  it('is used until the end of its last day, the newest first; a key that signs is never one', async () => {
    const { clientId } = await makeSigningClient(service)
    const generated = async () => {
      const { publicKey } = await generateKeyPair('ECDH-ES+A256KW', { crv: 'X25519', extractable: true })
      const { x = '' } = await exportJWK(publicKey)
      return { kty: 'OKP', crv: 'X25519', x } as const
    }
    const caller: Caller = {
      organizationId: org.organization.id,
      platformId: (await service.core.organizations.find(org.organization.id))?.platformId ?? '',
      mode: 'test',
      actor: { type: 'client', id: clientId },
      assurance: 'none',
      requestId: 'test',
      at: new Date(),
      clientId,
    }
    const used = async () => {
      const { key, refusal } = await service.core.access.clientKeys.answerWay(caller, true)
      return key?.kid ?? refusal?.code
    }
    expect(await used()).toBe('client_key_required')
    const lasting = await service.vendor.clientKeys.create(clientId, { use: 'enc', jwk: await generated() })
    const expiresOn = dayOf(new Date(Date.now() + day))
    const newest = await service.vendor.clientKeys.create(clientId, { use: 'enc', jwk: await generated(), expiresOn })
    expect(await used()).toBe(newest.id)
    await at(day, async () => expect(await used()).toBe(newest.id))
    await at(2 * day, async () => expect(await used()).toBe(lasting.id))
  })
})

describe('a login', () => {
  const loginsOf = async (...ids: string[]) =>
    (await entries()).filter(({ operation, clientId }) => operation === 'login' && ids.includes(clientId ?? ''))

  it('is on record once for each sign-in at the host, not for each token', async () => {
    const { id, secret } = await make(org.organization.id)
    const signIn = (auth_time?: string, staff = org.handler.id) =>
      ask(id, secret, { staff, ...(auth_time !== undefined && { auth_time }) })
    await Promise.all(Array.from({ length: 4 }, () => signIn('1795400000')))
    await signIn('1795400000')
    await signIn('1795486400')
    await signIn('1795400000', org.officer.id)
    await signIn()
    await signIn()
    const added = await loginsOf(id)
    expect(added.map(({ actor, outcome, assurance }) => [actor.id, outcome, assurance])).toEqual([
      [org.handler.id, 'done', 'host'],
      [org.handler.id, 'done', 'host'],
      [org.officer.id, 'done', 'host'],
      [org.handler.id, 'done', 'host'],
    ])
    expect(added[0]).toMatchObject({
      operationLabel: 'ログイン',
      clientId: id,
    })
  })

  it('that is refused is on record where the organization is known', async () => {
    const bound = await make(org.organization.id)
    const free = await make()
    await ask(bound.id, 'azs_wrong', { organization: 'org_01JZ0000000000000000000000' })
    await ask(free.id, 'azs_wrong')
    await ask(free.id, free.secret, { staff: 'stf_01JZ0000000000000000000000' })
    await ask('cli_01JZ0000000000000000000000', 'azs_wrong')
    await ask(free.id, 'azs_wrong', { organization: 'org_01JZ0000000000000000000000' })
    const added = await loginsOf(bound.id, free.id)
    expect(added.map(({ outcome, refusal, clientId }) => [outcome, refusal, clientId])).toEqual([
      ['refused', 'invalid_client', bound.id],
      ['refused', 'invalid_client', free.id],
      ['refused', 'invalid_grant', free.id],
    ])
  })
})

describe('after ten failures from one address', () => {
  it('a client is locked out there, for longer each time, with Retry-After, and nothing of it is recorded', async () => {
    const { id, secret } = await make(org.organization.id)
    for (let i = 0; i < 10; i++) expect(await statusOf(id, 'azs_wrong')).toBe(401)
    const locked = await ask(id, secret)
    expect(locked).toMatchObject({ status: 429, json: { error: 'temporarily_unavailable', code: 'rate_limited' } })
    const first = Number(locked.headers.get('retry-after'))
    expect(first).toBeGreaterThan(0)
    expect(first).toBeLessThanOrEqual(5)
    const before = (await entries()).length
    expect(await statusOf(id, 'azs_wrong')).toBe(429)
    expect((await entries()).length).toBe(before)
    const other = await make()
    expect(await statusOf(other.id, other.secret)).toBe(200)
  })

  it('the right client is not locked out elsewhere', async () => {
    const { id, secret } = await make()
    const authenticate = (given: string, network: string) =>
      service.core.access.authenticateClient({ id, secret: given }, network).then(
        () => 'right',
        (error) => error.code,
      )
    for (let i = 0; i < 10; i++) expect(await authenticate('azs_wrong', '192.0.2.1')).toBe('invalid_client')
    expect(await authenticate(secret, '192.0.2.1')).toBe('rate_limited')
    expect(await authenticate(secret, '192.0.2.2')).toBe('right')
  })

  it('a success starts the count anew', async () => {
    const { id, secret } = await make()
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 9; i++) expect(await statusOf(id, 'azs_wrong')).toBe(401)
      expect(await statusOf(id, secret)).toBe(200)
    }
  })
})
