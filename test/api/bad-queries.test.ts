import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ContractOperation, contract, exampleRequest, operations, tokenFor } from '../support/contract.ts'
import { fixtureNumber } from '../support/fixture-number.ts'
import { type Databases, jsonHeaders, openDatabases, type RawAnswer, rawRequest } from '../support/raw.ts'
import { resolveSchema, type SchemaNode, typesOf } from '../support/schema-places.ts'
import { makeEmployee, makeOrganization, startTestService, type TestService } from '../support/service.ts'

const marker = 'ZqMarkerQz'
const number = fixtureNumber(4_712_345)
const grouped = [number.slice(0, 4), number.slice(4, 8), number.slice(8)].join('-')

let service: TestService
let databases: Databases
let ids: Record<string, string>
const tokens: Record<string, string> = {}

beforeAll(async () => {
  service = await startTestService({ worker: false })
  databases = await openDatabases()
  const org = await makeOrganization(service)
  const employee = await makeEmployee(org)
  await org.handler.does.numbers.register(employee.id, { number: fixtureNumber(1) })
  const asked = await org.client.subjects.create({ kind: 'employee', companyId: org.company.id, name: '試験 花子' })
  const { url } = await org.client.requests.createLink((await org.client.requests.create({ subjectId: asked.id })).id)
  const opened = await rawRequest(service, 'POST', '/v1/sessions', {
    headers: jsonHeaders,
    body: JSON.stringify({ token: url.slice(url.indexOf('#') + 1) }),
  })
  tokens.session = String(opened.json.accessToken)
  await service.core.vault.flush()
  const organization = org.organization.id
  tokens.organization = await tokenFor(service.baseUrl, service.credentials, { organization, staff: org.officer.id })
  tokens.platform = await tokenFor(service.baseUrl, service.credentials)
  ids = { org: organization, com: org.company.id, sub: employee.id, ent: 'ent_01JZ0000000000000000000000' }
})
afterAll(async () => {
  await databases.close()
  await service.close()
})

type Parameter = { name: string; in: string; required?: boolean; schema: SchemaNode }
const shared = (contract.components as unknown as { parameters: Record<string, Parameter> }).parameters
const queryOf = ({ path, method }: ContractOperation): Parameter[] =>
  ((contract.paths[path]?.[method.toLowerCase()]?.parameters ?? []) as unknown as (Parameter & { $ref?: string })[])
    .map((parameter) =>
      parameter.$ref === undefined ? parameter : (shared[parameter.$ref.split('/').at(-1) ?? ''] ?? parameter),
    )
    .filter((parameter) => parameter.in === 'query')

const withQuery = operations
  .filter((operation) => queryOf(operation).length > 0)
  .map((operation) => ({ ...operation, query: queryOf(operation) }))

const send = (operation: ContractOperation, extra: string): Promise<RawAnswer> => {
  const { url } = exampleRequest(operation, ids)
  const platform = /^(list(Organizations|Clients|ClientKeys)|removeClientKey)$/.test(operation.operationId)
  const token = /Session/.test(operation.operationId)
    ? tokens.session
    : platform
      ? tokens.platform
      : tokens.organization
  return rawRequest(service, operation.method, `${url}${url.includes('?') ? '&' : '?'}${extra}`, {
    token,
    ...(operation.mediaType === undefined ? {} : { headers: { 'content-type': operation.mediaType }, body: 'a,b\r\n' }),
  })
}

const mustRefuse = (answer: RawAnswer, parameter: string, what: string): void => {
  expect({ status: answer.status, code: answer.json.code }, what).toEqual({ status: 400, code: 'invalid_request' })
  expect(
    answer.json.errors?.map((place) => place.parameter),
    what,
  ).toContain(parameter)
  expect(answer.text, what).not.toContain(marker)
}

/** Something that the parameter takes. */
const good = ({ name, schema }: Parameter): string => {
  const node = resolveSchema(schema)
  const values: Record<string, string> = {
    companyId: ids.com ?? '',
    subjectId: ids.sub ?? '',
    reviewOn: '2034-06-30',
    from: '2026-01-01T00:00:00Z',
    to: '2026-02-01T00:00:00Z',
  }
  return (
    values[name] ??
    String(
      node.enum?.[0] ?? (typesOf(node).includes('integer') ? 2026 : typesOf(node).includes('boolean') ? 'true' : 'a'),
    )
  )
}
/** Whatever text is right for a free text, so only the others have a wrong one. */
const wrong = ({ schema }: Parameter): string[] => {
  const node = resolveSchema(schema)
  const types = typesOf(node)
  if (types.includes('integer')) return [marker, '1.5', '', '-1', '1e99']
  if (types.includes('boolean')) return [marker, 'yes']
  if (node.enum !== undefined || node.pattern !== undefined || node.format !== undefined)
    return [marker, '', '{"$ne":null}', '%00'].filter(
      (text) => node.pattern === undefined || !new RegExp(node.pattern).test(text),
    )
  return ['']
}

describe.each(withQuery.map((operation) => [operation.operationId, operation] as const))(
  'the query of %s',
  (_id, operation) => {
    it('has each parameter once, of its type and length, and no other', async () => {
      for (const parameter of operation.query) {
        const { name, schema } = parameter
        const given = operation.query.some((each) => each.required === true && each.name === name)
        const once = `${name}=${encodeURIComponent(good(parameter))}`
        mustRefuse(await send(operation, given ? once : `${once}&${once}`), name, `${name} twice`)
        if (!given)
          for (const text of wrong(parameter))
            mustRefuse(
              await send(operation, `${name}=${text.startsWith('%') ? text : encodeURIComponent(text)}`),
              name,
              `${name}=${text}`,
            )
        const { maxLength } = resolveSchema(schema)
        if (maxLength !== undefined && !given)
          mustRefuse(await send(operation, `${name}=${'a'.repeat(maxLength + 1)}`), name, `${name} too long`)
        mustRefuse(await send(operation, `${name}[$ne]=${marker}`), `${name}[$ne]`, `${name}[$ne]`)
      }
      for (const name of ['surplus', '$where', '__proto__', 'constructor'])
        mustRefuse(await send(operation, `${name}=${marker}`), name, name)
    })
  },
)

describe('a parameter that fits its pattern and means nothing', () => {
  const odd: [string, string][] = [
    ['/v1/ledger/entries?from=2026-12-31T23:59:60Z', 'a leap second'],
    ['/v1/ledger/entries?to=2026-12-31T23:59:60Z', 'a leap second'],
    ['/v1/ledger/entries?from=0000-01-01T00:00:00Z', 'the year 0'],
    ['/v1/ledger/entries?to=9999-12-31T23:59:59%2B00:00', 'the last year'],
    ['/v1/ledger/entries?from=2026-01-01%2000:00:00Z', 'a space for T'],
    ['/v1/ledger/entries?from=2026-01-01t00:00:00z', 'small letters'],
    ['/v1/ledger/entries?from=2026-01-01T00:00:00%2B23:59', 'the farthest offset'],
    ['/v1/ledger/entries?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z', 'from after to'],
    ['/v1/ledger/entries?name=%F0%9F%98%80', 'an emoji'],
    ['/v1/ledger/entries?name=%00', 'a NUL'],
    ['/v1/subjects?name=%E3%80%80', 'a wide space'],
    ['/v1/subjects?code=%00', 'a NUL'],
    ['/v1/subjects/by-external-id/%00', 'a NUL in the path'],
    ['/v1/subjects/%ff', 'a byte that is no UTF-8'],
    ['/v1/subjects/..%2f..%2fhealthz', 'steps in the path'],
  ]
  it.each(odd)('%s (%s) is never a fault of ours', async (path) => {
    const log = service.logLines.length
    const answer = await rawRequest(service, 'GET', path, { token: tokens.organization })
    expect(answer.status).toBeLessThan(500)
    expect(service.logLines.slice(log).filter((line) => JSON.parse(line).level >= 50)).toEqual([])
  })

  const cursors = [
    'a',
    'bm8',
    '[]',
    '[1]',
    '["a"]',
    '["a","b","c"]',
    '[{"$ne":null}]',
    '[1e300,0,"x"]',
    '[-1e300,0,"x"]',
    '[1e400,0,"x"]',
    '[0,1e300,"x"]',
    '["\\u0000"]',
    '["\\ud800"]',
    '[null]',
    '{"$gt":""}',
  ]
  const listing = withQuery.filter(
    ({ query, method }) => method === 'GET' && query.some(({ name }) => name === 'after'),
  )
  it.each(listing.map((operation) => [operation.operationId, operation] as const))(
    'a cursor that is not ours is refused, or an empty page: %s',
    async (_id, operation) => {
      const log = service.logLines.length
      for (const cursor of operation.operationId === 'listLedgerEntries' ? cursors : cursors.slice(0, 6)) {
        const answer = await send(operation, `after=${Buffer.from(cursor).toString('base64url')}`)
        if (answer.status === 404) return
        expect([200, 400], `${cursor}: ${service.logLines.at(-2)}`).toContain(answer.status)
        if (answer.status === 400) expect(answer.json.errors?.[0]?.parameter).toBe('after')
      }
      expect(service.logLines.slice(log).filter((line) => JSON.parse(line).level >= 50)).toEqual([])
    },
  )
})

describe('headers', () => {
  it('a key that is too long, an ETag that is none, and a request id that is a number are not taken', async () => {
    const token = tokens.organization
    const body = JSON.stringify({ name: '宛先', kind: 'own_payroll' })
    for (const key of ['a'.repeat(256), '""', '']) {
      const answer = await rawRequest(service, 'POST', '/v1/recipients', {
        token,
        body,
        headers: { ...jsonHeaders, 'idempotency-key': key },
      })
      expect(answer.json, key).toMatchObject({ code: 'invalid_request', errors: [{ parameter: 'Idempotency-Key' }] })
    }
    const change = { token, body: JSON.stringify({ name: '改名' }) }
    for (const tag of ['1', 'W/"1"', '"x"', '"99"', '"98", "99"'])
      expect(
        (
          await rawRequest(service, 'PATCH', `/v1/subjects/${ids.sub}`, {
            ...change,
            headers: { ...jsonHeaders, 'if-match': tag },
          })
        ).status,
      ).toBe(412)
    for (const id of [number, grouped, grouped.replaceAll('-', '_'), `a${'b'.repeat(64)}`, 'a b', 'ü']) {
      const answer = await rawRequest(service, 'GET', '/v1/settings', {
        token,
        headers: { 'x-request-id': encodeURIComponent(id) === id ? id : 'a b' },
      })
      expect(answer.headers.get('x-request-id')).toMatch(/^rid_[0-9A-Z]{26}$/)
    }
    const taken = await rawRequest(service, 'GET', '/v1/settings', { token, headers: { 'x-request-id': 'host-42' } })
    expect(taken.headers.get('x-request-id')).toBe('host-42')
  })
})

describe('a number in a query', () => {
  it('is refused where people write texts, and is in no answer and no log line anywhere', async () => {
    const before = await databases.content()
    for (const text of [number, grouped]) {
      const answer = await rawRequest(
        service,
        'DELETE',
        `/v1/subjects/${ids.sub}/planned-disposal?${new URLSearchParams({ reason: text, reviewOn: '2034-06-30' })}`,
        { token: tokens.organization },
      )
      expect(answer.json).toMatchObject({ status: 422, code: 'number_not_accepted', errors: [{ parameter: 'reason' }] })
      for (const operation of withQuery.filter(({ method }) => method === 'GET' && text !== number))
        for (const { name } of operation.query) {
          const refused = await send(operation, `${name}=${encodeURIComponent(text)}`)
          expect(refused.status).toBeLessThan(500)
          expect(refused.text.includes(text), `${operation.operationId} ${name}`).toBe(false)
        }
      await rawRequest(service, 'GET', `/v1/subjects/${encodeURIComponent(text)}`, { token: tokens.organization })
      await rawRequest(service, 'GET', `/${encodeURIComponent(text)}?${encodeURIComponent(text)}`)
      await rawRequest(service, 'GET', `/v1/settings?${encodeURIComponent(text)}=1`, { token: tokens.organization })
    }
    expect(await databases.content()).toBe(before)
    expect(service.logLines.some((line) => line.includes(number) || line.includes(grouped))).toBe(false)
  })
})

describe('a path that is none of ours', () => {
  it.each([
    ['GET', '/v1/nothing', 404, 'not_found'],
    ['GET', '/v1/Subjects', 404, 'not_found'],
    ['GET', '/v1/subjects/', 404, 'not_found'],
    ['GET', '/v1/subjects/sub_1', 404, 'not_found'],
    ['DELETE', '/v1/subjects', 405, 'method_not_allowed'],
    ['POST', '/healthz', 405, 'method_not_allowed'],
  ])('%s %s is %i %s', async (method, path, status, code) => {
    const answer = await rawRequest(service, method, path, { token: tokens.organization })
    expect({ status: answer.status, code: answer.json.code, mediaType: answer.mediaType }).toEqual({
      status,
      code,
      mediaType: 'application/problem+json',
    })
    if (status === 405) expect(answer.headers.get('allow')).toMatch(/GET|POST/)
  })
})
