import { readFileSync } from 'node:fs'
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { parse } from 'yaml'
import type { operations } from '../../contract.gen.ts'
import { isDay } from '../../core/shared/dates.ts'
import { AppError, type ErrorCode, type Place } from '../../core/shared/errors.ts'
import { holdsManyDigits, holdsNumber } from '../../core/shared/number-in-text.ts'

/** The published contract, read once. Requests are validated by what is published, and nothing else. */
/** What the service serves; `receiveEvent` is the host's to serve. */
export type OperationId = Exclude<keyof operations, 'receiveEvent'>

type Parameter = { name: string; in: 'query' | 'path' | 'header'; required?: boolean; schema: object }
type Media = { schema?: object }
type OperationObject = {
  operationId: OperationId
  parameters?: (Parameter | { $ref: string })[]
  requestBody?: { required?: boolean; content: Record<string, Media> }
  responses: Record<string, { content?: Record<string, Media> } | { $ref: string }>
}
type Document = {
  paths: Record<string, Record<string, OperationObject>>
  components: Record<string, Record<string, unknown>>
}

export type Validators = {
  operationId: OperationId
  method: string
  /** `/v1/subjects/{id}`: the template, for routes and logs. */
  path: string
  mediaType?: string
  bodyRequired: boolean
  path_: (values: unknown) => Place[]
  query: (values: Record<string, unknown>) => Place[]
  headers: (values: Record<string, unknown>) => Place[]
  body: (value: unknown) => Place[]
  response: (status: number, mediaType: string | undefined, value: unknown) => string | undefined
}

const keywordCodes: Partial<Record<string, ErrorCode>> = { 'x-no-number': 'number_not_accepted' }

/** How the patterns of names begin. */
const somethingToRead = '^(?=.*[^\\s'

/** Where it is wrong and by which rule: never the value. */
const sentenceOf = (error: ErrorObject): string => {
  switch (error.keyword) {
    case 'required':
      return 'This property is missing.'
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return 'There is no such property.'
    case 'enum':
      return 'Must be one of the values in the contract.'
    case 'pattern':
      return String(error.params.pattern).startsWith(somethingToRead)
        ? 'Must hold something to read, not only white space, and be one line without control characters.'
        : 'Does not have the right form.'
    case 'format':
      return `Must be a valid ${String(error.params.format)}.`
    case 'oneOf':
    case 'not':
      return 'Give exactly one of the alternatives.'
    case 'x-compact-jwe':
      return 'Must be a compact JWE: parts of base64url, joined by dots.'
    case 'x-no-number':
      return 'This looks like a 個人番号: it belongs in the vault, not here.'
    default:
      return error.message === undefined ? 'Not valid.' : `${error.message[0]?.toUpperCase()}${error.message.slice(1)}.`
  }
}

const pointerPart = (name: unknown): string => `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`
/** A property that the contract lacks is not named in full when it is long: it is the sender's text. */
const shortName = (name: unknown): string => String(name).slice(0, 40)

/** Of two properties that exclude each other (`oneOf`, `not` over what is required) the later one is at fault. */
const excluded = ({ keyword, schema }: ErrorObject): unknown => {
  if (keyword !== 'oneOf' && keyword !== 'not') return undefined
  const alternatives = (Array.isArray(schema) ? schema : [schema]) as { required?: string[] }[]
  return alternatives.at(-1)?.required?.at(-1)
}

const bodyPlace = (error: ErrorObject): Place => {
  const missing = error.keyword === 'required' ? error.params.missingProperty : excluded(error)
  const extra = error.keyword === 'additionalProperties' ? error.params.additionalProperty : undefined
  const named = missing ?? (extra === undefined || holdsManyDigits(String(extra)) ? undefined : shortName(extra))
  const known = error.instancePath
    .split('/')
    .map((part) => (holdsManyDigits(part) ? '…' : part))
    .join('/')
  return {
    pointer: `${known}${named === undefined ? '' : pointerPart(named)}`.slice(0, 500),
    ...codeOf(error),
  }
}

/** An overlong JWE is refused as every other: without a reason. */
const codeOf = (error: ErrorObject): Pick<Place, 'code' | 'detail'> =>
  error.keyword === 'maxLength' && error.parentSchema?.['x-compact-jwe'] === true
    ? { code: 'number_not_accepted' }
    : { code: keywordCodes[error.keyword] ?? 'invalid_request', detail: sentenceOf(error) }

const queryPlace = (error: ErrorObject): Place => {
  const name =
    error.params.missingProperty ?? error.params.additionalProperty ?? error.instancePath.split('/')[1] ?? 'query'
  return {
    parameter: name === '' || holdsManyDigits(String(name)) ? '…' : shortName(name),
    code: keywordCodes[error.keyword] ?? 'invalid_request',
    detail: sentenceOf(error),
  }
}

const maxPlaces = 50
const run = (check: ValidateFunction, value: unknown, toPlace: (error: ErrorObject) => Place): Place[] =>
  check(value)
    ? []
    : placesOf(check.errors ?? [])
        .slice(0, maxPlaces)
        .map(toPlace)
/** A property's name that is wrong is told twice: why, and that it is. */
const placesOf = (errors: ErrorObject[]): ErrorObject[] =>
  errors.length > 1 ? errors.filter(({ keyword }) => keyword !== 'propertyNames') : errors

const dateTime =
  /^(\d{4}-\d{2}-\d{2})T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/i
/** RFC 3339, as far as a Date can hold it and calendars are sure of it: no leap second (23:59:60), the years 1900 to 9998. */
const isInstant = (text: string): boolean => {
  const day = dateTime.exec(text)?.[1]
  if (day === undefined || !isDay(day)) return false
  const year = new Date(text).getUTCFullYear()
  return year >= 1900 && year <= 9998
}

const newAjv = (options: object): Ajv2020 => {
  const ajv = new Ajv2020({
    strict: true,
    strictTypes: false,
    strictRequired: false,
    allowUnionTypes: true,
    allErrors: false,
    ...options,
  })
  // ajv-formats is CommonJS: its default export arrives as a namespace.
  ;(addFormats as unknown as (ajv: Ajv2020) => void)(ajv)
  ajv.addFormat('binary', true)
  ajv.addFormat('date-time', isInstant)
  ajv.addVocabulary([
    'openapi',
    'info',
    'paths',
    'webhooks',
    'components',
    'servers',
    'tags',
    'security',
    'example',
    'xml',
  ])
  ajv.addKeyword({
    keyword: 'x-no-number',
    type: 'string',
    schemaType: 'boolean',
    validate: (on: boolean, text: string) => !on || !holdsNumber(text),
  })
  // Judged before the length, so that what is too long and could be one is refused as every other JWE is.
  ajv.addKeyword({
    keyword: 'x-compact-jwe',
    before: 'maxLength',
    type: 'string',
    schemaType: 'boolean',
    validate: (on: boolean, text: string) => !on || /^[\w-]*\.[\w.-]*$/.test(text),
  })
  return ajv
}

export const contractText = readFileSync(new URL('../../../openapi.yaml', import.meta.url), 'utf8')

let loaded: Validators[] | undefined
/** Once in a process: reading it and compiling its schemas takes longer than all else at a start. */
export const loadContract = (): Validators[] => {
  loaded ??= readContract()
  return loaded
}

const readContract = (): Validators[] => {
  const document = parse(contractText) as Document
  const bodies = newAjv({ verbose: true })
  const queries = newAjv({ coerceTypes: true, useDefaults: true })
  for (const ajv of [bodies, queries]) ajv.addSchema(document, 'contract')

  const resolve = <T>(node: T | { $ref: string }): T => {
    if (typeof node !== 'object' || node === null || !('$ref' in node)) return node
    const found = node.$ref
      .slice(2)
      .split('/')
      .reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], document)
    return found as T
  }
  /** References inside a schema point into the document. */
  const absolute = (schema: unknown): unknown =>
    JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"contract#/'))
  /** When the first request needs it: all of them together take two seconds, of every process that starts. */
  const compile = (ajv: Ajv2020, schema: object): (() => ValidateFunction) => {
    let compiled: ValidateFunction | undefined
    return () => {
      compiled ??= ajv.compile(absolute(schema) as object)
      return compiled
    }
  }

  const operationsOf = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): Validators => {
      const parameters = (operation.parameters ?? []).map((parameter) => resolve<Parameter>(parameter))
      const objectOf = (place: Parameter['in']): object => {
        const own = parameters.filter((parameter) => parameter.in === place)
        return {
          type: 'object',
          properties: Object.fromEntries(own.map(({ name, schema }) => [name, schema])),
          required: own.filter(({ required }) => required).map(({ name }) => name),
          additionalProperties: false,
        }
      }
      const [mediaType, media] = Object.entries(operation.requestBody?.content ?? {})[0] ?? []
      const checkPath = compile(queries, objectOf('path'))
      const checkQuery = compile(queries, objectOf('query'))
      const headerNames = parameters.filter((parameter) => parameter.in === 'header').map(({ name }) => name)
      const checkHeaders = compile(queries, objectOf('header'))
      const checkBody = media?.schema === undefined ? undefined : compile(bodies, media.schema)
      const checkResponses = new Map<string, () => ValidateFunction>()
      for (const [status, response] of Object.entries(operation.responses))
        for (const [type, { schema }] of Object.entries(resolve(response).content ?? {}))
          if (schema !== undefined) checkResponses.set(`${status} ${type}`, compile(bodies, schema))

      return {
        operationId: operation.operationId,
        method,
        path,
        ...(mediaType === undefined ? {} : { mediaType }),
        bodyRequired: operation.requestBody?.required === true,
        path_: (values) => run(checkPath(), values, queryPlace),
        query: (values) => run(checkQuery(), values, queryPlace),
        headers: (values) => {
          if (headerNames.length === 0) return []
          const given = headerNames.flatMap((name) =>
            values[name.toLowerCase()] === undefined ? [] : [[name, values[name.toLowerCase()]]],
          )
          return run(checkHeaders(), Object.fromEntries(given), queryPlace)
        },
        body: (value) => (checkBody === undefined ? [] : run(checkBody(), value, bodyPlace)),
        response: (status, type, value) => {
          const documented = operation.responses[String(status)] ?? operation.responses.default
          if (documented === undefined) return `status ${status} is not in the contract`
          const key = operation.responses[String(status)] === undefined ? 'default' : String(status)
          if (type === undefined)
            return Object.keys(resolve(documented).content ?? {}).length === 0 ? undefined : 'a body is missing'
          const check = checkResponses.get(`${key} ${type}`)?.()
          if (check === undefined) return `${type} is not in the contract for ${key}`
          if (type.endsWith('json') && !check(value)) return bodies.errorsText(check.errors)
          return undefined
        },
      }
    }),
  )
  return operationsOf
}

export const mustBeValid = (places: Place[], what: string): void => {
  if (places.length === 0) return
  const code = places.every((place) => place.code === 'number_not_accepted') ? 'number_not_accepted' : 'invalid_request'
  throw new AppError(code, `The ${what} does not fit the contract: see errors.`, { places })
}
