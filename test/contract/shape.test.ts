import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { loadContract } from '../../src/adapters/http/contract.ts'
import { errorTitles } from '../../src/core/shared/errors.ts'
import { placesOf, pointerOf, resolveSchema, type SchemaNode, typesOf } from '../support/schema-places.ts'

type Media = { schema: SchemaNode; example?: unknown; examples?: Record<string, { value: unknown }> }
type Content = { content?: Record<string, Media> }
type Parameter = { name: string; in: string; schema: SchemaNode; example?: unknown }
type Operation = {
  operationId: string
  summary?: string
  security?: Record<string, string[]>[]
  parameters?: (Parameter | { $ref: string })[]
  requestBody?: Content
  responses: Record<string, Content | { $ref: string }>
}
type Document = {
  paths: Record<string, Record<string, Operation>>
  webhooks: Record<string, Record<string, Operation>>
  components: {
    schemas: Record<string, SchemaNode>
    parameters: Record<string, Parameter>
    responses: Record<string, Content>
    headers: Record<string, { schema: SchemaNode }>
    securitySchemes: Record<string, unknown>
  }
}

const document = parse(readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8')) as Document
const { schemas, parameters, responses } = document.components
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
)
const webhooks = Object.values(document.webhooks).flatMap((methods) => Object.values(methods))

const follow = <T>(node: T | { $ref: string }): T => {
  if (typeof node !== 'object' || node === null || !('$ref' in node)) return node as T
  const [, , kind, name] = node.$ref.split('/') as [string, string, keyof Document['components'], string]
  return document.components[kind][name] as T
}
const contentsOf = (operation: Operation) => [
  ...Object.entries(operation.requestBody?.content ?? {}).map(([type, media]) => ({ where: 'request', type, media })),
  ...Object.entries(operation.responses).flatMap(([status, response]) =>
    Object.entries(follow<Content>(response).content ?? {}).map(([type, media]) => ({ where: status, type, media })),
  ),
]

/** The names of the schemas that a schema is made of. */
const namesIn = (schema: unknown, seen = new Set<string>()): Set<string> => {
  for (const [, name] of JSON.stringify(schema ?? {}).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
    if (name === undefined || seen.has(name)) continue
    seen.add(name)
    namesIn(schemas[name], seen)
  }
  return seen
}
const isVocabulary = (name: string): boolean => resolveSchema(schemas[name] ?? {}).enum !== undefined

const newAjv = (): Ajv2020 => {
  const ajv = new Ajv2020({ strict: false, allowUnionTypes: true })
  ;(formats as unknown as (ajv: Ajv2020) => void)(ajv)
  ajv.addFormat('binary', true)
  ajv.addSchema(document, 'contract')
  return ajv
}
const ajv = newAjv()
const wrongIn = (schema: SchemaNode, value: unknown): string | undefined => {
  const absolute = JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"contract#/'))
  return ajv.validate(absolute, value) ? undefined : ajv.errorsText(ajv.errors)
}

describe('every operation of the contract', () => {
  it.each(operations.map((operation) => [operation.operationId, operation] as const))(
    '%s says what it does, who may call it, and how it refuses',
    (operationId, operation) => {
      expect(operationId).toMatch(/^[a-z]+[A-Z][A-Za-z]*$/)
      expect(operation.summary?.length ?? 0).toBeGreaterThan(4)
      expect(Array.isArray(operation.security), 'security, or an explicit none').toBe(true)
      for (const scheme of operation.security ?? [])
        expect(Object.keys(document.components.securitySchemes)).toEqual(expect.arrayContaining(Object.keys(scheme)))
      expect(Object.keys(operation.responses)).toContain('default')
      const refusal = Object.values(follow<Content>(operation.responses.default ?? {}).content ?? {})[0]
      expect([...namesIn(refusal?.schema)]).toContain('ErrorCode')
      expect(Object.keys(operation.responses).some((status) => /^[23]\d\d$/.test(status))).toBe(true)
    },
  )

  it('has an operationId of its own', () => {
    const ids = operations.map(({ operationId }) => operationId)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('has, for every body, an example that its schema accepts', () => {
    const bodies = [...operations, ...webhooks].flatMap((operation) =>
      contentsOf(operation)
        // Files and pages are no values.
        .filter(({ type }) => /json$|urlencoded$|csv$/.test(type))
        .map(({ where, type, media }) => ({
          at: `${operation.operationId} ${where} ${type}`,
          media,
        })),
    )
    const wrong = bodies.flatMap(({ at, media }) => {
      const given = media.example ?? Object.values(media.examples ?? {})[0]?.value
      if (given === undefined) return [`${at}: no example`]
      const error = wrongIn(media.schema, given)
      return error === undefined ? [] : [`${at}: ${error}`]
    })
    expect(bodies.length).toBeGreaterThan(200)
    expect(wrong).toEqual([])
  })

  it('has, for every path parameter, an example that its schema accepts', () => {
    const wrong = operations.flatMap(({ operationId, parameters: own = [] }) =>
      own.flatMap((reference) => {
        const parameter = follow<Parameter>(reference)
        if (parameter.in !== 'path' && parameter.example === undefined) return []
        const error = wrongIn(parameter.schema, parameter.example)
        return error === undefined ? [] : [`${operationId} ${parameter.name}: ${error}`]
      }),
    )
    expect(wrong).toEqual([])
  })
})

describe('the schemas', () => {
  it('of requests and of answers are never shared, but for closed vocabularies', () => {
    const asked = new Set(operations.flatMap(({ requestBody }) => [...namesIn(requestBody)]))
    const answered = new Set(
      operations.flatMap((operation) => [
        ...namesIn(operation.responses),
        ...namesIn(follow(operation.responses.default ?? {})),
      ]),
    )
    const shared = [...asked].filter((name) => answered.has(name) && !isVocabulary(name))
    expect(asked.size).toBeGreaterThan(30)
    expect(shared).toEqual([])
  })

  it('of requests take no property that is not named', () => {
    const loose = operations.flatMap(({ operationId, requestBody }) =>
      Object.entries(requestBody?.content ?? {})
        .filter(([type]) => type !== 'text/csv')
        .flatMap(([, { schema }]) => placesOf(schema))
        .filter(({ node }) => typesOf(node).includes('object') && node.additionalProperties === undefined)
        .map(({ path }) => `${operationId} ${pointerOf(path)}`),
    )
    expect(loose).toEqual([])
  })

  it('bound every string, list, map and number', () => {
    const roots: [string, SchemaNode][] = [
      ...Object.entries(schemas),
      ...Object.entries(parameters).map(([name, { schema }]): [string, SchemaNode] => [`parameter ${name}`, schema]),
      ...operations.flatMap(({ operationId, parameters: own = [] }) =>
        own.map((reference): [string, SchemaNode] => {
          const { name, schema } = follow<Parameter>(reference)
          return [`${operationId} ${name}`, schema]
        }),
      ),
      ...[...operations, ...webhooks].flatMap((operation) =>
        contentsOf(operation)
          // Files and pages: their limits are in megabytes, not characters.
          .filter(({ type }) => type.endsWith('json') || type.endsWith('urlencoded'))
          .map(({ where, media }): [string, SchemaNode] => [`${operation.operationId} ${where}`, media.schema]),
      ),
      ...Object.entries(responses).flatMap(([name, { content = {} }]) =>
        Object.values(content).map(({ schema }): [string, SchemaNode] => [`response ${name}`, schema]),
      ),
    ]
    const unbounded = roots.flatMap(([name, root]) =>
      placesOf(root).flatMap(({ path, node }) => {
        const types = typesOf(node)
        const free = node.enum === undefined && node.const === undefined
        const wrong = [
          types.includes('string') && free && node.maxLength === undefined ? 'string' : undefined,
          types.includes('array') && node.maxItems === undefined ? 'array' : undefined,
          typeof node.additionalProperties === 'object' && node.maxProperties === undefined ? 'map' : undefined,
          (types.includes('integer') || types.includes('number')) &&
          (node.maximum === undefined || node.minimum === undefined) &&
          free
            ? 'number'
            : undefined,
        ].filter((what) => what !== undefined)
        return wrong.map((what) => `${name}${pointerOf(path)}: ${what}`)
      }),
    )
    expect([...new Set(unbounded)]).toEqual([])
  })
})

describe('texts that people write', () => {
  /**
   * The ways into the vault, in plain and as ciphertext; a public 法人番号 of 13 digits; a telephone number, whose pattern has no
   * room for twelve; the secret of a link; and what the token endpoint looks up without keeping it.
   */
  const others = ['corporateNumber', 'number', 'numberJwe', 'phone', 'token']
  const ofTheToken = ['auth_time', 'client_assertion', 'grant_type', 'organization', 'scope', 'staff', 'subject_token']

  it('refuse a number in every request, and what does not is named here', () => {
    const open = new Set<string>()
    for (const { requestBody } of operations)
      for (const [type, { schema }] of Object.entries(requestBody?.content ?? {}))
        for (const { path, node } of placesOf(schema)) {
          const closed =
            node.enum !== undefined || /^\^[a-z]{3}_/.test(node.pattern ?? '') || (node.format ?? '').startsWith('date')
          if (!typesOf(node).includes('string') || closed || node['x-no-number'] === true || type === 'text/csv')
            continue
          open.add(path.at(-1) ?? '')
        }
    expect([...open].sort()).toEqual([...others, ...ofTheToken].sort())
  })
})

describe('error codes', () => {
  it('are the same in the contract and in the service, each with a title in both languages', () => {
    expect([...(schemas.ErrorCode?.enum ?? [])].sort()).toEqual(Object.keys(errorTitles).sort())
    for (const [code, { ja, en }] of Object.entries(errorTitles)) {
      expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/)
      expect(ja).toMatch(/[ぁ-んァ-ン一-龠]/)
      expect(en).toMatch(/^[A-Z]/)
    }
  })
})

describe('the validators of the contract, which are compiled when the first request needs them', () => {
  it('compile, every one', () => {
    const compiled = loadContract().flatMap((operation) => {
      const { responses: answers } = operations.find(({ operationId }) => operationId === operation.operationId) ?? {}
      operation.path_({})
      operation.query({})
      operation.headers({})
      operation.body({})
      return Object.entries(answers ?? {}).flatMap(([status, answer]) =>
        Object.keys(follow<Content>(answer).content ?? {}).map((type) =>
          operation.response(status === 'default' ? 599 : Number(status), type, {}),
        ),
      )
    })
    expect(compiled.length).toBeGreaterThanOrEqual(operations.length * 2 - 12)
    expect(compiled.filter((told) => told?.includes('is not in the contract'))).toEqual([])
  })
})
