import { contract } from './contract.ts'

/** The contract's schemas as data: every string of a request body, with the way to it. */
export type SchemaNode = {
  $ref?: string
  type?: string | string[]
  properties?: Record<string, SchemaNode>
  required?: string[]
  items?: SchemaNode
  additionalProperties?: SchemaNode | boolean
  propertyNames?: SchemaNode
  enum?: unknown[]
  const?: unknown
  format?: string
  pattern?: string
  maxLength?: number
  maxItems?: number
  maxProperties?: number
  minimum?: number
  maximum?: number
  allOf?: SchemaNode[]
  oneOf?: SchemaNode[]
  anyOf?: SchemaNode[]
  contentMediaType?: string
  'x-no-number'?: boolean
}

const schemas = contract.components.schemas as Record<string, SchemaNode>

export const resolveSchema = (node: SchemaNode): SchemaNode =>
  node.$ref === undefined ? node : resolveSchema(schemas[node.$ref.split('/').at(-1) ?? ''] ?? {})

export const typesOf = (node: SchemaNode): string[] =>
  node.type === undefined ? [] : Array.isArray(node.type) ? node.type : [node.type]

/** Every place of a value, by its path; an array has one element, a map one member called `k`. */
export const placesOf = (schema: SchemaNode, path: string[] = []): { path: string[]; node: SchemaNode }[] => {
  const node = resolveSchema(schema)
  return [
    { path, node },
    ...Object.entries(node.properties ?? {}).flatMap(([name, inner]) => placesOf(inner, [...path, name])),
    ...(node.items === undefined ? [] : placesOf(node.items, [...path, '0'])),
    ...(typeof node.additionalProperties === 'object' ? placesOf(node.additionalProperties, [...path, 'k']) : []),
    ...[...(node.allOf ?? []), ...(node.oneOf ?? []), ...(node.anyOf ?? [])].flatMap((inner) => placesOf(inner, path)),
  ]
}

/** A copy of `body` with another value at `path`; what is missing on the way is made. */
export const withValue = (body: unknown, path: readonly string[], value: unknown): unknown => {
  const [name, ...rest] = path
  if (name === undefined) return value
  if (name === '0') return [withValue(Array.isArray(body) ? body[0] : undefined, rest, value)]
  const object = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
  return { ...object, [name]: withValue(object[name], rest, value) }
}

export const without = (body: unknown, name: string): unknown =>
  Object.fromEntries(Object.entries(body as object).filter(([key]) => key !== name))

/** JSON Pointer (RFC 6901) of a path. */
export const pointerOf = (path: readonly string[]): string => path.map((part) => `/${part}`).join('')
