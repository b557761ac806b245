import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ContractOperation, contract, exampleRequest, operations, tokenFor } from '../support/contract.ts'
import { fixtureNumber } from '../support/fixture-number.ts'
import { type Databases, jsonHeaders, openDatabases, type RawAnswer, rawRequest } from '../support/raw.ts'
import {
  placesOf,
  pointerOf,
  resolveSchema,
  type SchemaNode,
  typesOf,
  without,
  withValue,
} from '../support/schema-places.ts'
import { makeEmployee, makeOrganization, startTestService, type TestService } from '../support/service.ts'

const marker = 'ZqMarkerQz'
const codes = contract.components.schemas.ErrorCode?.enum ?? []

let service: TestService
let databases: Databases
let ids: Record<string, string>
const tokens: Record<string, string> = {}

beforeAll(async () => {
  service = await startTestService({ worker: false })
  databases = await openDatabases()
  const { organization, client, company, department, officer, notice, handler } = await makeOrganization(service)
  const employee = await makeEmployee({ client, company, department } as Awaited<ReturnType<typeof makeOrganization>>)
  const number = await handler.does.numbers.register(employee.id, { number: fixtureNumber(1) })
  const other = await client.subjects.create({ kind: 'employee', companyId: company.id, name: '試験 花子' })
  const request = await client.requests.create({ subjectId: other.id })
  const { url } = await client.requests.createLink(request.id)
  const link = url.slice(url.indexOf('#') + 1)
  const opened = await rawRequest(service, 'POST', '/v1/sessions', {
    headers: jsonHeaders,
    body: JSON.stringify({ token: link }),
  })
  tokens.session = String(opened.json.accessToken)
  tokens.organization = await tokenFor(service.baseUrl, service.credentials, {
    organization: organization.id,
    staff: officer.id,
  })
  tokens.platform = await tokenFor(service.baseUrl, service.credentials)
  ids = {
    org: organization.id,
    com: company.id,
    dep: department.id,
    stf: officer.id,
    sub: employee.id,
    ntc: notice.id,
    num: number.current?.id ?? '',
  }
  await service.core.vault.flush()
})
afterAll(async () => {
  await databases.close()
  await service.close()
})

const tokenOf = ({ operationId }: ContractOperation): string | undefined =>
  operationId === 'createSession'
    ? undefined
    : /Session/.test(operationId)
      ? tokens.session
      : /^create(Organization|Client(Secret|Key)?|ErasureEpoch|BackupConfirmation)$/.test(operationId)
        ? tokens.platform
        : tokens.organization

const send = (operation: ContractOperation, body: BodyInit, headers: Record<string, string> = jsonHeaders) =>
  rawRequest(service, operation.method, exampleRequest(operation, ids).url, {
    token: tokenOf(operation),
    headers,
    body,
  })

type Rooted = ContractOperation & { schema: SchemaNode; bodyRequired: boolean }
const schemaOf = ({ path, method }: ContractOperation): SchemaNode => {
  const media = contract.paths[path]?.[method.toLowerCase()]?.requestBody?.content['application/json']
  return (media as { schema?: SchemaNode } | undefined)?.schema ?? {}
}
const isRequired = ({ path, method }: ContractOperation): boolean =>
  contract.paths[path]?.[method.toLowerCase()]?.requestBody?.required === true
const withBody: Rooted[] = operations
  .filter(({ mediaType }) => mediaType === 'application/json')
  .map((operation) => ({ ...operation, schema: schemaOf(operation), bodyRequired: isRequired(operation) }))
const exampleOf = (operation: ContractOperation): unknown => JSON.parse(exampleRequest(operation, ids).body ?? '{}')

/** Of alternatives, an example of the one that this property belongs to: beside another one it is refused for being there. */
const exampleAround = (operation: Rooted, path: readonly (string | number)[]): unknown => {
  const example = exampleOf(operation) as Record<string, unknown>
  const first = String(path[0])
  return { ...(alternatives[operation.operationId]?.[first] ?? example) }
}
const alternatives: Record<string, Record<string, object>> = {
  createRequestLink: { factor: {} },
  createSubjectLink: { factor: { kind: 'change' } },
  createSessionFactor: { passcode: {}, birthOn: {} },
  createSessionConsent: {
    kind: {},
    language: { kind: 'family_check_entrusted' },
    dependentKey: { kind: 'family_check_entrusted' },
  },
}

const mustBeProblem = (
  answer: RawAnswer,
  expected: { status?: number; code?: string; pointer?: string },
  what: string,
) => {
  expect(answer.mediaType, what).toBe('application/problem+json')
  expect(codes, what).toContain(answer.json.code)
  expect(answer.json.status, what).toBe(answer.status)
  expect(answer.text, what).not.toContain(marker)
  expect({ status: answer.status, code: answer.json.code }, what).toMatchObject(
    Object.fromEntries(Object.entries({ status: expected.status ?? 400, code: expected.code ?? 'invalid_request' })),
  )
  if (expected.pointer !== undefined)
    expect(answer.json.errors?.[0]?.pointer ?? '(none)', what).toMatch(new RegExp(`^${expected.pointer}`))
}

const wrongOfType = (node: SchemaNode): unknown[] => {
  const types = typesOf(node)
  const all: Record<string, unknown> = {
    string: marker,
    integer: 1.5,
    object: { [marker]: 1 },
    array: [marker],
  }
  return Object.entries(all)
    .filter(([type]) => !types.includes(type))
    .map(([, value]) => value)
    .concat(types.includes('null') ? [] : [null])
}

describe.each(withBody.map((operation) => [operation.operationId, operation] as const))(
  'the body of %s',
  (_id, operation) => {
    it('is JSON in UTF-8 of the right type, not too deep and not too long', async () => {
      const example = JSON.stringify(exampleOf(operation))
      const bad: [string, BodyInit, { status?: number; code: string }, Record<string, string>?][] = [
        ['cut short', `{"${marker}":`, { code: 'invalid_json' }],
        ['not a number of JSON', `{"${marker}":NaN}`, { code: 'invalid_json' }],
        ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), { code: 'invalid_json' }],
        ['with __proto__', `{"__proto__":{"x":"${marker}"},${example.slice(1)}`, { code: 'invalid_json' }],
        ['10,000 levels deep', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`, { code: 'invalid_json' }],
        ['of 2 MB', `{"a":"${'a'.repeat(2 * 1024 * 1024)}"}`, { status: 413, code: 'payload_too_large' }],
        ['text/plain', example, { status: 415, code: 'unsupported_media_type' }, { 'content-type': 'text/plain' }],
        ['of no type', Buffer.from(example), { status: 415, code: 'unsupported_media_type' }, {}],
        [
          'compressed',
          gzipSync(example),
          { status: 415, code: 'unsupported_media_type' },
          { ...jsonHeaders, 'content-encoding': 'gzip' },
        ],
      ]
      for (const [what, body, expected, headers] of bad)
        mustBeProblem(await send(operation, body, headers), expected, what)
    })

    it('is an object', async () => {
      for (const body of [`["${marker}"]`, `"${marker}"`, '1', 'null'])
        mustBeProblem(await send(operation, body), {}, body)
      if (operation.bodyRequired) mustBeProblem(await send(operation, ''), { code: 'invalid_json' }, 'empty')
    })

    it('has the properties of the contract and no other, each of its type, and no operator of a database', async () => {
      const example = exampleOf(operation)
      const root = resolveSchema(operation.schema)
      const bad: [unknown, string][] = [
        [{ ...(example as object), surplus: marker }, '/surplus'],
        [{ ...(example as object), $where: marker }, '/\\$where'],
        [{ ...(example as object), constructor: { prototype: marker } }, '/constructor'],
        ...(root.required ?? []).map((name): [unknown, string] => [without(example, name), `/${name}$`]),
        ...placesOf(operation.schema)
          .filter(({ path, node }) => path.length > 0 && node.type !== undefined)
          .flatMap(({ path, node }): [unknown, string][] => {
            const at = pointerOf(path)
            const operators = typesOf(node).includes('object') ? [] : [{ $ne: null }]
            const long =
              typesOf(node).includes('string') && node.maxLength !== undefined ? [marker.repeat(node.maxLength)] : []
            return [...wrongOfType(node), ...operators, ...long].map((wrong) => [
              withValue(exampleAround(operation, path), path, wrong),
              at,
            ])
          }),
      ]
      for (const [body, pointer] of bad) {
        // What is missing beside a planted nested value may be found first: it stands under the same property.
        const root = pointer.split('/').slice(0, 2).join('/')
        mustBeProblem(
          await send(operation, JSON.stringify(body)),
          { pointer: root },
          `${pointer} ${JSON.stringify(body).slice(0, 300)}`,
        )
      }
    })

    it('holds no number in what people write, however it is spelled; the answer does not repeat it', async () => {
      const number = fixtureNumber(4_712_345)
      const spaced = [number.slice(0, 4), number.slice(4, 8), number.slice(8)]
      const wide = (text: string) =>
        text.replaceAll(/\d/g, (d) => String.fromCodePoint((d.codePointAt(0) ?? 0) + 0xfee0))
      const texts = [
        number,
        spaced.join(' '),
        spaced.join('－'),
        wide(number),
        `番号${number}`,
        `20 ${spaced.join('-')}`,
      ]
      for (const { path, node } of placesOf(operation.schema).filter((place) => place.node['x-no-number'] === true))
        for (const text of (node.format === 'email' ? [`${number}@example.jp`] : texts).filter(
          (text) =>
            text.length <= (node.maxLength ?? 0) &&
            (node.pattern === undefined || new RegExp(node.pattern, 'u').test(text)),
        )) {
          const answer = await send(operation, JSON.stringify(withValue(exampleAround(operation, path), path, text)))
          const pointer = pointerOf(path.at(-1) === 'k' ? path.slice(0, -1) : path)
          mustBeProblem(answer, { status: 422, code: 'number_not_accepted', pointer }, pointer)
          expect(
            texts.some((each) => answer.text.includes(each)),
            `${pointer} repeated it`,
          ).toBe(false)
        }
    })
  },
)

describe('after all that', () => {
  it('nothing was written, and no log line repeats what was sent', async () => {
    const before = await databases.content()
    const log = service.logLines.length
    const number = fixtureNumber(4_712_345)
    for (const operation of withBody) {
      await send(operation, JSON.stringify({ ...(exampleOf(operation) as object), surplus: marker, [marker]: number }))
      await send(operation, `{"${marker}":"${number}`)
      await rawRequest(service, operation.method, exampleRequest(operation, ids).url, {
        token: tokenOf(operation),
        headers: { ...jsonHeaders, 'x-request-id': spacedId(number), 'idempotency-key': number },
        body: JSON.stringify({ ...(exampleOf(operation) as object), surplus: number }),
      })
    }
    expect(await databases.content()).toBe(before)
    const lines = service.logLines.slice(log)
    expect(lines.length).toBeGreaterThan(3 * withBody.length - 1)
    expect(service.logLines.filter((line) => line.includes(marker))).toEqual([])
    expect(service.logLines.some((line) => line.includes(number) || line.includes(spacedId(number)))).toBe(false)
    expect(service.logLines.filter((line) => JSON.parse(line).level >= 50)).toEqual([])
  })

  it('a property that is named by a number is not named back', async () => {
    const number = fixtureNumber(4_712_345)
    for (const name of [
      number,
      spacedId(number),
      number.replaceAll(/\d/g, (d) => String.fromCodePoint((d.codePointAt(0) ?? 0) + 0xfee0)),
    ]) {
      const operation = withBody.find(({ operationId }) => operationId === 'createSubject')
      if (operation === undefined) throw new Error('no createSubject')
      for (const body of [
        { ...(exampleOf(operation) as object), [name]: 1 },
        withValue(exampleOf(operation), ['metadata', name], 1),
      ]) {
        const answer = await send(operation, JSON.stringify(body))
        expect([400, 422]).toContain(answer.status)
        expect(answer.text.includes(name), 'named back').toBe(false)
      }
    }
  })
})

const spacedId = (number: string): string => [number.slice(0, 4), number.slice(4, 8), number.slice(8)].join('-')

describe('strange texts that are valid JSON', () => {
  const strange = {
    'a NUL': 'a\\u0000b',
    'half a surrogate pair': 'a\\ud800b',
  }
  it.each(withBody.map((operation) => [operation.operationId, operation] as const))(
    'are never a fault of ours: %s',
    async (_id, operation) => {
      const log = service.logLines.length
      for (const { path } of placesOf(operation.schema).filter(
        ({ node }) => typesOf(node).includes('string') && node.pattern === undefined && node.enum === undefined,
      ))
        for (const [what, text] of Object.entries(strange)) {
          const body = JSON.stringify(withValue(exampleOf(operation), path, marker)).replace(marker, text)
          const answer = await send(operation, body, { ...jsonHeaders, 'idempotency-key': crypto.randomUUID() })
          expect(answer.status, `${what} at ${pointerOf(path)}: ${service.logLines.at(-2)}`).toBeLessThan(500)
          expect(answer.text).not.toContain(marker)
        }
      expect(service.logLines.slice(log).filter((line) => JSON.parse(line).level >= 50)).toEqual([])
    },
  )
})
