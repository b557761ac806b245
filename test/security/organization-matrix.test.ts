import { mongo } from 'mongoose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Permission, permissions } from '../../src/core/access/access.ts'
import { exampleRequest, operations, tokenFor } from '../support/contract.ts'
import { oneOfEach } from '../support/one-of-each.ts'
import { testParts } from '../support/parts.ts'
import { until } from '../support/processes.ts'
import { makeOrganization, startTestService, type TestOrganization, type TestService } from '../support/service.ts'

/** Promise 6: another organization's id answers 404, everywhere, and changes nothing. */
describe('another organization’s id', () => {
  let service: TestService
  let theirs: TestOrganization
  let ids: Record<string, string>
  let token: string

  beforeAll(async () => {
    service = await startTestService()
    theirs = await makeOrganization(service)
    const mine = await makeOrganization(service)
    token = await tokenFor(service.baseUrl, service.credentials, {
      organization: mine.organization.id,
      staff: mine.officer.id,
    })
    ids = await oneOfEach(theirs)
    await until('nothing changes any more', isQuiet)
  })
  afterAll(() => service.close())

  let seen = ''
  const isQuiet = async (): Promise<boolean> => {
    const before = seen
    await new Promise((resolve) => setTimeout(resolve, 300))
    seen = await contentOf()
    return seen === before
  }

  const contentOf = async (): Promise<string> => {
    const { mongodbUrl, databaseName } = testParts()
    const client = await new mongo.MongoClient(mongodbUrl).connect()
    try {
      const collections = (await client.db(databaseName).listCollections({}, { nameOnly: true }).toArray())
        .map(({ name }) => name)
        .sort()
      const found: Record<string, unknown> = {}
      for (const name of collections.filter((each) => !/^fs\.|files|outbox|deliveries/.test(each)))
        found[name] = await client
          .db(databaseName)
          .collection(name)
          .find({ organizationId: theirs.organization.id })
          .sort({ _id: 1 })
          .toArray()
      return JSON.stringify(found)
    } finally {
      await client.close()
    }
  }

  const rows: Record<string, Permission> = permissions
  const inOrganization = operations.filter(
    ({ path, operationId }) =>
      path.startsWith('/v1/') &&
      // Platform scopes are never in a token for an organization.
      !rows[operationId]?.scope.startsWith('platform:') &&
      !/^(.*Organizations?|.*Clients?|.*Client(Secret|Key)s?|.*Session.*)$/.test(operationId),
  )
  it.each(
    inOrganization
      .filter((operation) => exampleRequest(operation, {}).usesIds)
      .map((operation) => [operation.operationId, operation] as const),
  )('%s answers 404 and changes nothing', async (_name, operation) => {
    const { url, body } = exampleRequest(operation, ids)
    const before = await contentOf()
    const response = await fetch(`${service.baseUrl}${url}`, {
      method: operation.method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(operation.mediaType === undefined ? {} : { 'content-type': operation.mediaType }),
      },
      ...(body === undefined ? {} : { body }),
    })
    const text = await response.text()
    expect({ status: response.status, code: JSON.parse(text || '{}').code }).toEqual({ status: 404, code: 'not_found' })
    expect(await contentOf()).toBe(before)
  })

  it('another platform’s organization is not found either', async () => {
    const { organizations, access } = service.core
    const platformId = await organizations.createPlatform('他社')
    const foreign = await access.createClient(
      { platformId, requestId: 'test', at: new Date() },
      { name: '他社', scopes: ['platform:read', 'platform:write', 'subjects:read'] },
    )
    const credentials = { clientId: foreign._id, clientSecret: foreign.secret }
    const response = await fetch(`${service.baseUrl}/v1/organizations/${ids.org}`, {
      headers: { authorization: `Bearer ${await tokenFor(service.baseUrl, credentials)}` },
    })
    expect(response.status).toBe(404)
    await expect(tokenFor(service.baseUrl, credentials, { organization: ids.org ?? '' })).rejects.toThrow('400')
  })
})
