import { createHash } from 'node:crypto'
import { mongo } from 'mongoose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Permission, permissions } from '../../src/core/access/access.ts'
import { contract, tokenFor } from '../support/contract.ts'
import { oneOfEach } from '../support/one-of-each.ts'
import { testParts } from '../support/parts.ts'
import { until } from '../support/processes.ts'
import { makeOrganization, startTestService, type TestService } from '../support/service.ts'

type Schema = {
  $ref?: string
  pattern?: string
  properties?: Record<string, Schema>
  items?: Schema
  allOf?: Schema[]
  oneOf?: Schema[]
  anyOf?: Schema[]
}
type Parameter = { $ref?: string; name: string; in: string; required?: boolean; schema: Schema; example?: unknown }
type Operation = {
  operationId: string
  parameters?: Parameter[]
  requestBody?: { content: Record<string, { schema: Schema; example?: unknown }> }
}
type Field = { operation: Operation; method: string; path: string; at: string[]; prefix: string }

const resolve = (schema: Schema): Schema =>
  schema.$ref === undefined
    ? schema
    : ((contract.components.schemas as Record<string, Schema>)[schema.$ref.split('/').at(-1) ?? ''] ?? {})
const prefixOf = (schema: Schema): string | undefined => /^\^([a-z]{3})_/.exec(schema.pattern ?? '')?.[1]

/** Every place of a body that holds an id, by the schema: also those that the example leaves out. */
const placesIn = (given: Schema, at: string[] = []): { at: string[]; prefix: string }[] => {
  const schema = resolve(given)
  const prefix = prefixOf(schema)
  return [
    ...(prefix === undefined ? [] : [{ at, prefix }]),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => placesIn(inner, [...at, name])),
    ...(schema.items === undefined ? [] : placesIn(schema.items, [...at, '0'])),
    ...[...(schema.allOf ?? []), ...(schema.oneOf ?? []), ...(schema.anyOf ?? [])].flatMap((each) =>
      placesIn(each, at),
    ),
  ]
}

const rows: Record<string, Permission> = permissions
/** What is asked with a token of one organization; clients and platforms are above it. */
const isInOrganization = (path: string, { operationId }: Operation): boolean =>
  path.startsWith('/v1/') &&
  !(rows[operationId]?.scope ?? 'platform:').startsWith('platform:') &&
  rows[operationId]?.scope !== 'session' &&
  rows[operationId]?.scope !== 'public'

const fields: Field[] = Object.entries(contract.paths as unknown as Record<string, Record<string, Operation>>).flatMap(
  ([path, methods]) =>
    Object.entries(methods)
      .filter(([, operation]) => isInOrganization(path, operation))
      .flatMap(([method, operation]) => {
        const parameters = (operation.parameters ?? []).filter(({ $ref }) => $ref === undefined)
        const inUrl = parameters.flatMap(({ name, in: place, schema }) => {
          const prefix = prefixOf(resolve(schema))
          return prefix === undefined ? [] : [{ at: [place, name], prefix }]
        })
        const media = operation.requestBody?.content['application/json']
        const inBody = media === undefined ? [] : placesIn(media.schema, ['body'])
        return [...inUrl, ...inBody]
          .filter(({ prefix }) => prefix !== 'cli' && prefix !== 'epc')
          .map((field) => ({ operation, method: method.toUpperCase(), path, ...field }))
      }),
)

/** What is done once for a subject, so with one for whom it was not done yet. */
const begins = new Set(['registerNumber', 'createRequest', 'setNumberAbsence'])
/** What the schema wants beside a field that the example leaves out. */
const beside: Record<string, (body: Record<string, unknown>) => unknown> = {
  'registerNumber body.notice.noticeId': (body) => ({
    ...body,
    notice: { ...(body.notice as object), channel: 'paper' },
  }),
}

const put = (value: unknown, at: readonly string[], id: string): unknown => {
  const [step, ...rest] = at
  if (step === undefined) return id
  if (step === '0') return [put(Array.isArray(value) ? value[0] : undefined, rest, id)]
  return { ...(value as object), [step]: put((value as Record<string, unknown> | undefined)?.[step], rest, id) }
}

/** Promise 6, field by field: all else in the request is one's own, and right. */
describe('another organization’s id in one field alone', () => {
  let service: TestService
  let mine: Record<string, string>
  let theirs: Record<string, string>
  let token: string
  let client: mongo.MongoClient
  beforeAll(async () => {
    service = await startTestService()
    const [own, other] = [await makeOrganization(service), await makeOrganization(service)]
    mine = await oneOfEach(own)
    theirs = await oneOfEach(other)
    token = await tokenFor(service.baseUrl, service.credentials, {
      organization: own.organization.id,
      staff: own.officer.id,
    })
    client = await new mongo.MongoClient(testParts().mongodbUrl).connect()
    let seen = ''
    await until('nothing changes any more', async () => {
      const before = seen
      seen = JSON.stringify(await content())
      await new Promise((resolve) => setTimeout(resolve, 300))
      return seen === before
    })
  }, 120_000)
  afterAll(async () => {
    await client.close()
    await service.close()
  })

  /** Both organizations in both databases, but for the record of one’s own refusals and what its sealing and sending write. */
  const content = async (): Promise<Record<string, string>> => {
    const found: Record<string, string> = {}
    for (const name of [testParts().databaseName, `${testParts().databaseName}_keys`]) {
      const db = client.db(name)
      const collections = (await db.listCollections({}, { nameOnly: true }).toArray()).map((each) => each.name)
      for (const collection of collections
        .filter((each) => !/^(fs\.|ledger_|outbox|webhook_deliveries)/.test(each))
        .sort()) {
        const documents = await db
          .collection(collection)
          .find({ organizationId: { $in: [mine.org, theirs.org] } })
          .sort({ _id: 1 })
          .toArray()
        // A data key that was prepared for what was then refused is swept.
        const kept = documents.filter(({ state }) => state !== 'prepared')
        found[`${name}.${collection}`] = createHash('sha256').update(JSON.stringify(kept)).digest('hex')
      }
    }
    return found
  }

  const requestOf = ({ operation, path, method, at }: Field, foreign: string) => {
    const own: Record<string, string> = begins.has(operation.operationId) ? { ...mine, sub: mine.fresh ?? '' } : mine
    const swap = (text: string): string =>
      text.replaceAll(/\b([a-z]{3})_01JZ0{22}\b/g, (whole, prefix: string) => own[prefix] ?? whole)
    const query = new URLSearchParams()
    let url = path
    for (const { name, in: place, required, schema, example } of operation.parameters ?? []) {
      const right = own[prefixOf(resolve(schema ?? {})) ?? ''] ?? swap(String(example ?? ''))
      const value = at[0] === place && at[1] === name ? foreign : right
      if (place === 'path') url = url.replace(`{${name}}`, encodeURIComponent(value))
      else if (place === 'query' && (required === true || value === foreign))
        query.set(name, { kind: 'roster', reason: '理由', reviewOn: '2034-06-30' }[name] ?? value)
    }
    const media = Object.entries(operation.requestBody?.content ?? {})[0]
    const example = media?.[1].example
    const bodyOf = (given: unknown): string => {
      if (media?.[0] !== 'application/json') return String(given)
      const right: unknown = JSON.parse(swap(JSON.stringify(given)))
      if (at[0] !== 'body') return JSON.stringify(right)
      // Of a PATCH the field alone: what it leaves out stays as it is.
      const wrong = put(method === 'PATCH' ? {} : right, at.slice(1), foreign) as Record<string, unknown>
      return JSON.stringify(beside[`${operation.operationId} ${at.join('.')}`]?.(wrong) ?? wrong)
    }
    const body = media === undefined ? undefined : bodyOf(example)
    return { url: `${url}${query.size === 0 ? '' : `?${query}`}`, body, mediaType: media?.[0] }
  }

  it.each(fields.map((field) => [`${field.operation.operationId} ${field.at.join('.')}`, field] as const))(
    '%s is not found, and changes nothing',
    async (_, field) => {
      const foreign = theirs[field.prefix]
      expect(foreign, `one of each has no ${field.prefix}`).toBeDefined()
      const { url, body, mediaType } = requestOf(field, foreign ?? '')
      const before = await content()
      const response = await fetch(`${service.baseUrl}${url}`, {
        method: field.method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(mediaType === undefined ? {} : { 'content-type': mediaType }),
        },
        ...(body === undefined ? {} : { body }),
      })
      const text = await response.text()
      const { code, errors } = JSON.parse(text || '{}')
      const wanted = { status: 404, code: 'not_found' }
      expect({ status: response.status, code, errors }).toMatchObject(wanted)
      expect(await content()).toEqual(before)
    },
  )
})
