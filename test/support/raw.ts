import { mongo } from 'mongoose'
import { testParts } from './parts.ts'
import type { TestService } from './service.ts'

export type RawProblem = {
  code?: string
  status?: number
  detail?: string
  errors?: { pointer?: string; parameter?: string; code: string; detail?: string }[]
}
export type RawAnswer = {
  status: number
  mediaType: string
  text: string
  headers: Headers
  /** The answer as JSON, whatever it is. */
  json: RawProblem & Record<string, unknown>
}

/** Requests as no well-behaved client sends them: any bytes, any headers. */
export const rawRequest = async (
  service: Pick<TestService, 'baseUrl'>,
  method: string,
  path: string,
  more: { token?: string | undefined; body?: BodyInit; headers?: Record<string, string> } = {},
): Promise<RawAnswer> => {
  const { token, body, headers = {} } = more
  const response = await fetch(`${service.baseUrl}${path}`, {
    method,
    headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
    ...(body === undefined ? {} : { body }),
    redirect: 'manual',
  })
  const text = await response.text()
  const mediaType = (response.headers.get('content-type') ?? '').split(';')[0] ?? ''
  return {
    status: response.status,
    mediaType,
    text,
    headers: response.headers,
    json: mediaType.endsWith('json') ? JSON.parse(text) : {},
  }
}

export const jsonHeaders = { 'content-type': 'application/json' }

/** This worker's two databases, as they lie there. */
export const openDatabases = async () => {
  const { mongodbUrl, databaseName } = testParts()
  const client = await new mongo.MongoClient(mongodbUrl).connect()
  const data = client.db(databaseName)
  const keys = client.db(`${databaseName}_keys`)
  /** Everything in the data database, as one text: whether anything was written. */
  const content = async (): Promise<string> => {
    const names = (await data.listCollections({ type: 'collection' }, { nameOnly: true }).toArray()).map((c) => c.name)
    const found: Record<string, unknown> = {}
    for (const name of names.sort()) found[name] = await data.collection(name).find().sort({ _id: 1 }).toArray()
    return JSON.stringify(found)
  }
  return { data, keys, content, close: () => client.close() }
}
export type Databases = Awaited<ReturnType<typeof openDatabases>>
