import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

/** The contract as data, for tests that go over every operation. */
export type ContractOperation = {
  operationId: string
  method: string
  path: string
  body: unknown
  mediaType: string | undefined
  parameters: { name: string; in: string; example?: unknown; required?: boolean }[]
}

type Raw = {
  operationId: string
  parameters?: ({ $ref?: string } & Record<string, unknown>)[]
  requestBody?: { required?: boolean; content: Record<string, { example?: unknown }> }
}

export const contract = parse(readFileSync(new URL('../../openapi.yaml', import.meta.url), 'utf8')) as {
  paths: Record<string, Record<string, Raw>>
  components: { schemas: Record<string, { enum?: string[] }> }
}

export const operations: ContractOperation[] = Object.entries(contract.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, raw]) => {
    const [mediaType, media] = Object.entries(raw.requestBody?.content ?? {})[0] ?? []
    return {
      operationId: raw.operationId,
      method: method.toUpperCase(),
      path,
      mediaType,
      body: media?.example,
      parameters: (raw.parameters ?? []).filter(
        (parameter) => parameter.$ref === undefined,
      ) as ContractOperation['parameters'],
    }
  }),
)

/** A request to an operation, with the contract's own example body; ids of the examples are replaced by those given for their prefix. */
export const exampleRequest = (operation: ContractOperation, ids: Record<string, string>) => {
  const swap = (text: string): string =>
    text.replaceAll(/\b([a-z]{3})_01JZ0{22}\b/g, (whole, prefix: string) => ids[prefix] ?? whole)
  const path = operation.parameters
    .filter((parameter) => parameter.in === 'path')
    .reduce(
      (at, { name, example }) => at.replace(`{${name}}`, encodeURIComponent(swap(String(example)))),
      operation.path,
    )
  const known: Record<string, string> = {
    ...{ kind: 'roster', companyId: ids.com ?? '', reason: '理由', reviewOn: '2034-06-30' },
    ...{ entryId: ids.ent ?? '', from: '1' },
  }
  const query = operation.parameters
    .filter((parameter) => parameter.in === 'query' && parameter.required === true)
    .map(({ name, example }) => [name, example === undefined ? (known[name] ?? '') : swap(String(example))])
  const search = query.length === 0 ? '' : `?${new URLSearchParams(query as [string, string][])}`
  const body =
    operation.body === undefined
      ? undefined
      : typeof operation.body === 'string'
        ? operation.body
        : swap(JSON.stringify(operation.body))
  return { url: `${path}${search}`, body, usesIds: /\b[a-z]{3}_[0-9A-Z]{26}\b/.test(`${path}${search}${body ?? ''}`) }
}

export const tokenFor = async (
  baseUrl: string,
  { clientId, clientSecret }: { clientId: string; clientSecret: string },
  wish: { organization?: string; staff?: string; scope?: string } = {},
): Promise<string> => {
  const response = await fetch(`${baseUrl}/oauth/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({ grant_type: 'client_credentials', ...wish }),
  })
  if (!response.ok) throw new Error(`No token: ${response.status}`)
  return ((await response.json()) as { access_token: string }).access_token
}
