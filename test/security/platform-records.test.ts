import { createAzukari } from '@azukari/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { scopes } from '../../src/core/access/access.ts'
import { recordOf } from '../../src/core/organizations/organizations.ts'
import { operations, tokenFor } from '../support/contract.ts'
import { refusalOf } from '../support/processes.ts'
import { type Databases, jsonHeaders, openDatabases, rawRequest } from '../support/raw.ts'
import { makeOrganization, startTestService, type TestOrganization, type TestService } from '../support/service.ts'

/**
 * What concerns a whole platform (its clients, the operator's acts on the service) stands in the platform's own record. No API
 * shows it: not to an organization, of this platform or another, and not to a platform's client.
 */
let service: TestService
let databases: Databases
let other: { platformId: string; vendor: TestService['vendor'] }
let org: TestOrganization
let foreign: TestOrganization
let entries: { _id: string; organizationId: string; functionName: string }[]
const functionName = 'トークン署名鍵の更新'

beforeAll(async () => {
  service = await startTestService()
  databases = await openDatabases()
  const { organizations, access, ledger, sealing } = service.core
  const platformId = await organizations.createPlatform('他社')
  const made = await access.createClient(
    { platformId, requestId: 'test', at: new Date() },
    { name: '他社', scopes: [...scopes] },
  )
  const vendor = createAzukari({
    baseUrl: service.baseUrl,
    clientId: made._id,
    clientSecret: made.secret,
    maxRetries: 0,
  })
  other = { platformId, vendor }
  org = await makeOrganization(service)
  foreign = await makeOrganization(other)
  for (const id of await organizations.platformIds()) {
    const caller = recordOf({ platformId: id, requestId: 'cli-test', at: new Date() })
    await ledger.append(await ledger.prepare(caller, [{ operation: 'renew_keys', functionName, outcome: 'done' }]))
  }
  await sealing.sealAll()
  entries = await databases.data
    .collection<{ _id: string; organizationId: string; functionName: string }>('ledger_entries')
    .find({ organizationId: /^plt_/ })
    .toArray()
})
afterAll(async () => {
  await databases.close()
  await service.close()
})

describe('the record of a platform', () => {
  it('holds the operator’s acts and those on its clients, each platform’s apart', () => {
    const [own, theirs] = [
      entries.filter(({ organizationId }) => organizationId !== other.platformId),
      entries.filter(({ organizationId }) => organizationId === other.platformId),
    ]
    expect(own.map((entry) => entry.functionName)).toContain(functionName)
    expect(theirs.map((entry) => entry.functionName)).toContain(functionName)
    expect(theirs.map((entry) => entry.functionName)).toContain('クライアント登録')
  })

  it('gets nobody a token: a platform is no organization', async () => {
    for (const [vendor, id] of [
      [service.vendor, other.platformId],
      [other.vendor, other.platformId],
    ] as const)
      expect((await refusalOf(vendor.for(id).ledger.listEntries())).status).toBeGreaterThanOrEqual(400)
  })

  it('is in no list, export and proof of an organization, of this platform or another', async () => {
    for (const { client, auditor } of [org, foreign]) {
      const shown = await client.ledger.listEntries({ operation: 'renew_keys' }).toArray({ limit: 100 })
      expect(shown.map((entry) => entry.functionName)).not.toContain(functionName)
      const made = await auditor.does.ledgerExports.create({ format: 'jsonl' })
      await auditor.does.jobs.wait(made.jobId)
      const file = await (await auditor.does.ledgerExports.download(made.id)).bytes()
      const text = new TextDecoder().decode(file)
      expect(text).toContain('契約法人の作成')
      for (const { _id } of entries) {
        expect(text).not.toContain(_id)
        expect(await refusalOf(auditor.does.ledger.getInclusionProof({ entryId: _id }))).toMatchObject({
          status: 404,
          code: 'not_found',
        })
      }
    }
  })

  it('is shown by nothing that a platform’s own client may ask', async () => {
    const token = await tokenFor(service.baseUrl, service.credentials, {})
    const reads = operations.filter(({ path }) => /^\/v1\/(ledger|subjects\/\{id\}\/handling-statement)/.test(path))
    expect(reads.length).toBeGreaterThan(8)
    for (const { method, path, body } of reads) {
      const answer = await rawRequest(service, method, path.replace('{id}', 'lex_01JZ0000000000000000000000'), {
        token,
        headers: jsonHeaders,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      expect([answer.status, answer.json.code], `${method} ${path}`).toEqual([403, 'not_permitted'])
    }
  })
})
