import { mongo } from 'mongoose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Operation, permissions } from '../../src/core/access/access.ts'
import { contract, operations, tokenFor } from '../support/contract.ts'
import { fixtureNumber } from '../support/fixture-number.ts'
import { testParts } from '../support/parts.ts'
import { type Databases, jsonHeaders, openDatabases, rawRequest } from '../support/raw.ts'
import {
  makeEmployee,
  makeOrganization,
  startTestService,
  type TestOrganization,
  type TestService,
} from '../support/service.ts'

let service: TestService
let databases: Databases
let org: TestOrganization
let token: string
beforeAll(async () => {
  service = await startTestService({ worker: false })
  databases = await openDatabases()
  org = await makeOrganization(service)
  token = await tokenFor(service.baseUrl, service.credentials, {
    organization: org.organization.id,
    staff: org.officer.id,
  })
})
afterAll(async () => {
  await databases.close()
  await service.close()
})

let keys = 0
const newKey = (): string => `key-${keys++}`
const post = (path: string, body: unknown, key: string | undefined, as = token) =>
  rawRequest(service, 'POST', path, {
    token: as,
    headers: { ...jsonHeaders, ...(key !== undefined && { 'idempotency-key': key }) },
    body: JSON.stringify(body),
  })
const person = (name = '試験 太郎') => ({ kind: 'employee', companyId: org.company.id, name })
const countOf = async (collection: string): Promise<number> =>
  databases.data.collection(collection).countDocuments({ organizationId: org.organization.id })

describe('a POST with an Idempotency-Key', () => {
  it('sent again is answered by the same bytes, and done once', async () => {
    const key = newKey()
    const first = await post('/v1/subjects', person(), key)
    const before = await countOf('subjects')
    const again = await post('/v1/subjects', person(), key)
    expect(first.status).toBe(201)
    expect({ status: again.status, text: again.text, etag: again.headers.get('etag') }).toEqual({
      status: 201,
      text: first.text,
      etag: first.headers.get('etag'),
    })
    expect(await countOf('subjects')).toBe(before)
    expect(await post('/v1/subjects', person(), undefined)).not.toMatchObject({ text: first.text })
  })

  it('is the same request whatever the order of its properties and the space between them', async () => {
    const key = newKey()
    const first = await post('/v1/subjects', person(), key)
    const again = await rawRequest(service, 'POST', '/v1/subjects', {
      token,
      headers: { 'content-type': 'application/json; charset=utf-8', 'idempotency-key': key },
      body: `{ "name": "試験 \\u592a郎",\n "companyId": "${org.company.id}", "kind": "employee" }`,
    })
    expect(again.text).toBe(first.text)
  })

  it('with other content is 422, and nothing happens', async () => {
    const key = newKey()
    await post('/v1/subjects', person(), key)
    const before = await databases.content()
    const other = await post('/v1/subjects', person('別人'), key)
    expect(other.json).toMatchObject({ status: 422, code: 'idempotency_mismatch' })
    expect(await databases.content()).toBe(before)
  })

  it('means the same quoted and bare, and another thing at another operation or path', async () => {
    const key = newKey()
    const first = await post('/v1/subjects', person(), key)
    expect((await post('/v1/subjects', person(), `"${key}"`)).text).toBe(first.text)
    const [a, b] = [await makeEmployee(org), await makeEmployee(org)]
    const retired = { kind: 'retired', on: '2026-10-31' }
    const event = await post(`/v1/subjects/${a.id}/employment-events`, retired, key)
    expect(event.status).toBe(201)
    expect((await post(`/v1/subjects/${b.id}/employment-events`, retired, key)).json).toMatchObject({
      code: 'idempotency_mismatch',
    })
  })

  it('that failed may be tried again: only what was done is kept', async () => {
    const { id } = await makeEmployee(org)
    const key = newKey()
    const wrong = await post(`/v1/subjects/${id}/number`, { number: '1' }, key)
    expect(wrong.json).toMatchObject({ code: 'number_format' })
    expect((await post(`/v1/subjects/${id}/number`, { number: fixtureNumber(1) }, key)).status).toBe(201)
  })

  it.each(['registering a number', 'creating a subject', 'creating a staff member', 'a correction'])(
    'ten times at once is one effect and ten equal answers: %s',
    async (what) => {
      const { id } = await makeEmployee(org)
      if (what === 'a correction') await org.handler.does.numbers.register(id, { number: fixtureNumber(8) })
      const requests: Record<string, [string, unknown, string]> = {
        'registering a number': [`/v1/subjects/${id}/number`, { number: fixtureNumber(9) }, 'numbers'],
        'creating a subject': ['/v1/subjects', person('競争 太郎'), 'subjects'],
        'creating a staff member': [
          '/v1/staff',
          { name: '競争', userId: 'race', appointment: { role: 'auditor', fromOn: '2026-01-01' } },
          'staff',
        ],
        'a correction': [
          `/v1/subjects/${id}/number/corrections`,
          { number: fixtureNumber(9), reason: '誤り' },
          'numbers',
        ],
      }
      const [path, body, collection] = requests[what] ?? ['', {}, '']
      const [before, entries, kept] = [
        await countOf(collection),
        await countOf('ledger_entries'),
        await countOf('idempotency'),
      ]
      const key = newKey()
      const deks = await databases.keys.collection('deks').countDocuments()
      const answers = await Promise.all(Array.from({ length: 10 }, () => post(path, body, key)))
      expect(
        new Set(answers.map(({ status, text }) => `${status} ${text}`)).size,
        answers.map(({ text }) => text).join('\n'),
      ).toBe(1)
      expect(answers[0]?.status).toBe(201)
      expect(await countOf(collection)).toBe(before + (what === 'a correction' ? 0 : 1))
      // The corrected number is the one registered above: who has it was compared, once, and that is an entry too.
      const written = { 'a correction': 2 }[what] ?? 1
      expect(await countOf('ledger_entries')).toBe(entries + written)
      expect(await countOf('idempotency')).toBe(kept + 1)
      // Nine have waited: none of them made a key for a number that it then could not register. A correction destroys one.
      const made = { 'registering a number': 1 }[what] ?? 0
      expect((await databases.keys.collection('deks').countDocuments()) - deks).toBe(made)
    },
  )

  it('waits for the first one ten seconds, then it is 409 with Retry-After; without a key 503', async () => {
    const { id } = await makeEmployee(org)
    // The first one, in the middle of its transaction.
    const client = await new mongo.MongoClient(testParts().mongodbUrl).connect()
    const session = client.startSession()
    try {
      session.startTransaction()
      const subjects = client.db(testParts().databaseName).collection<{ _id: string }>('subjects')
      await subjects.updateOne({ _id: id }, { $set: { touched: true } }, { session })
      const event = [`/v1/subjects/${id}/employment-events`, { kind: 'retired', on: '2026-10-31' }] as const
      const [began, key] = [performance.now(), newKey()]
      const [second, plain] = await Promise.all([post(...event, key), post(...event, undefined)])
      expect((performance.now() - began) / 1000).toBeGreaterThan(9)
      expect((performance.now() - began) / 1000).toBeLessThan(20)
      expect([second.status, second.json.code, second.headers.get('retry-after')]).toEqual([
        409,
        'idempotency_busy',
        '1',
      ])
      expect(plain.json.code).toBe('unavailable')
      await session.abortTransaction()
      expect((await post(...event, key)).status).toBe(201)
    } finally {
      await session.endSession()
      await client.close()
    }
  }, 60_000)

  it('never meets that of another client, of another organization, or of the platform', async () => {
    const key = newKey()
    const mine = await post('/v1/recipients', { name: '宛先', kind: 'other' }, key)
    const made = await service.vendor.clients.create({
      name: '別',
      scopes: ['organization:write'],
      organizationId: org.organization.id,
    })
    const credentials = { clientId: made.id, clientSecret: made.secret ?? '' }
    const theirs = await tokenFor(service.baseUrl, credentials, { organization: org.organization.id })
    const second = await post('/v1/recipients', { name: '別の宛先', kind: 'other' }, key, theirs)
    expect(second.status).toBe(201)
    expect(second.json.id).not.toBe(mine.json.id)
    const other = await makeOrganization(service)
    const elsewhere = await tokenFor(service.baseUrl, service.credentials, { organization: other.organization.id })
    const third = await post('/v1/recipients', { name: '宛先', kind: 'other' }, key, elsewhere)
    expect(third.status).toBe(201)
    expect(third.json.id).not.toBe(mine.json.id)
    const platform = await tokenFor(service.baseUrl, service.credentials)
    expect((await post('/v1/organizations', { name: '組織', mode: 'test' }, key, platform)).status).toBe(201)
  })

  it('keeps its answer, its content and the key itself unreadable in MongoDB', async () => {
    const key = `secret-${newKey()}`
    const name = '読めない 名前'
    const { json } = await post('/v1/subjects', person(name), key)
    const endpoint = await post('/v1/webhook-endpoints', { url: 'https://hooks.example.com/a' }, newKey())
    const rows = await databases.data.collection('idempotency').find({}, { raw: true }).toArray()
    const bytes = Buffer.concat(rows as unknown as Buffer[])
    expect(rows.length).toBeGreaterThan(1)
    for (const text of [
      name,
      key,
      String(json.id),
      String(endpoint.json.secret),
      String(endpoint.json.secret).replace('whsec_', ''),
    ])
      expect(bytes.includes(text), text).toBe(false)
  })

  it('is taken by every POST, and ignored where nothing is to be repeated: by table and by deed', async () => {
    const posts = operations.filter(({ method }) => method === 'POST')
    const kept = new Set(['stored', 'sealed'])
    for (const { operationId, path } of posts) {
      const parameters = contract.paths[path]?.post?.parameters ?? []
      const row = permissions[operationId as Operation].once
      // The contract names the header where the key keeps an answer, and nowhere else.
      expect(parameters.some(({ $ref }) => $ref?.endsWith('/IdempotencyKey')) || !kept.has(row), operationId).toBe(true)
    }
    const before = await countOf('idempotency')
    const key = newKey()
    const upload = () =>
      rawRequest(service, 'POST', `/v1/imports?kind=roster&companyId=${org.company.id}`, {
        token,
        headers: { 'content-type': 'text/csv', 'idempotency-key': key },
        body: '社員コード,社員名\r\nK1,鍵 一郎\r\n',
      })
    const [first, second] = [await upload(), await upload()]
    expect([first.status, second.status]).toEqual([202, 202])
    expect(second.json.id).not.toBe(first.json.id)
    const patched = await rawRequest(service, 'PATCH', '/v1/settings', {
      token,
      headers: { ...jsonHeaders, 'idempotency-key': key },
      body: JSON.stringify({ selfCheckRequired: false }),
    })
    expect(patched.status).toBe(200)
    expect(await countOf('idempotency')).toBe(before)
  })

  it('gives a secret again that is shown once, to whoever has the key', async () => {
    const key = newKey()
    const first = await post('/v1/webhook-endpoints', { url: 'https://hooks.example.com/b' }, key)
    expect(first.json.secret).toMatch(/^whsec_/)
    expect((await post('/v1/webhook-endpoints', { url: 'https://hooks.example.com/b' }, key)).text).toBe(first.text)
  })

  it('does a reveal again, and records it again: no digits are ever kept', async () => {
    const { id } = await makeEmployee(org)
    await org.handler.does.numbers.register(id, { number: fixtureNumber(10) })
    const key = newKey()
    const kept = await countOf('idempotency')
    const wish = { subjectIds: [id], purpose: 'withholding_tax' }
    const [first, second] = [await post('/v1/reveals', wish, key), await post('/v1/reveals', wish, key)]
    expect([first.status, second.status]).toEqual([200, 200])
    expect(second.text).not.toBe(first.text)
    expect(await countOf('idempotency')).toBe(kept)
    expect((await org.client.ledger.listEntries({ subjectId: id, operation: 'view' })).data).toHaveLength(2)
  })
})
