import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'

/**
 * A small S3 on the loopback, as the API reference documents it: PutObject with If-None-Match, GetObject, ListObjectsV2 with
 * prefix, delimiter and continuation; errors as XML (https://docs.aws.amazon.com/AmazonS3/latest/API/). Buckets are in the path.
 */
export type Asked = { method: string; path: string; headers: IncomingMessage['headers'] }
type Refusal = { status: number; code: string; message?: string }

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
const xml = (root: string, inner: string): string => `<?xml version="1.0" encoding="UTF-8"?><${root}>${inner}</${root}>`

export const startFakeS3 = async ({ bucket, pageSize = 1000 }: { bucket: string; pageSize?: number }) => {
  const objects = new Map<string, string>()
  const asked: Asked[] = []
  /** Answered instead of the real answer, by method, so many times. */
  let instead: (Refusal & { method: string; times: number }) | undefined
  let gate: Promise<void> | undefined

  const refuse = (response: ServerResponse, { status, code, message = '' }: Refusal): void => {
    response.writeHead(status, { 'content-type': 'application/xml', 'x-amz-request-id': 'REQ0001' })
    response.end(xml('Error', `<Code>${code}</Code><Message>${escaped(message)}</Message>`))
  }

  const list = (url: URL): string => {
    const prefix = url.searchParams.get('prefix') ?? ''
    const delimiter = url.searchParams.get('delimiter')
    const after = url.searchParams.get('continuation-token') ?? ''
    const size = Math.min(Number(url.searchParams.get('max-keys') ?? pageSize), pageSize)
    const all = [...objects.keys()].filter((key) => key.startsWith(prefix)).toSorted()
    const entries = new Map<string, boolean>()
    for (const key of all) {
      const end = delimiter === null ? -1 : key.indexOf(delimiter, prefix.length)
      entries.set(end === -1 ? key : key.slice(0, end + 1), end === -1)
    }
    const left = [...entries].filter(([name]) => name > after)
    const page = left.slice(0, size)
    const truncated = left.length > page.length
    return xml(
      'ListBucketResult',
      `<IsTruncated>${truncated}</IsTruncated>${
        truncated ? `<NextContinuationToken>${escaped(page.at(-1)?.[0] ?? '')}</NextContinuationToken>` : ''
      }${page
        .map(([name, isKey]) =>
          isKey
            ? `<Contents><Key>${escaped(name)}</Key></Contents>`
            : `<CommonPrefixes><Prefix>${escaped(name)}</Prefix></CommonPrefixes>`,
        )
        .join('')}`,
    )
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', headers } = request
    const url = new URL(request.url ?? '/', 'http://s3.test')
    const body = await buffer(request)
    const key = decodeURIComponent(url.pathname).slice(bucket.length + 2)
    asked.push({ method, path: url.pathname, headers })
    if (instead !== undefined && instead.method === method && instead.times > 0) {
      instead.times -= 1
      return refuse(response, instead)
    }
    if (!`${url.pathname}/`.startsWith(`/${bucket}/`)) return refuse(response, { status: 404, code: 'NoSuchBucket' })
    if (method === 'PUT') {
      if (headers['if-none-match'] === '*' && objects.has(key))
        return refuse(response, { status: 412, code: 'PreconditionFailed' })
      objects.set(key, body.toString('utf8'))
      response.writeHead(200, { etag: '"x"' }).end()
      return
    }
    if (key === '') {
      response.writeHead(200, { 'content-type': 'application/xml' }).end(list(url))
      return
    }
    await gate
    const found = objects.get(key)
    if (found === undefined) return refuse(response, { status: 404, code: 'NoSuchKey' })
    response.writeHead(200, { 'content-type': 'application/jose' }).end(found)
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const open = Promise.withResolvers<void>()

  return {
    endpoint: `http://127.0.0.1:${port}`,
    objects,
    asked,
    sayInstead: (method: string, refusal: Refusal, times = Number.POSITIVE_INFINITY): void => {
      instead = { ...refusal, method, times }
    },
    sayAgain: (): void => {
      instead = undefined
    },
    /** Records are not given out until `release`. */
    hold: (): void => {
      gate = open.promise
    },
    release: (): void => {
      open.resolve()
      gate = undefined
    },
    close: (): Promise<void> => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
export type FakeS3 = Awaited<ReturnType<typeof startFakeS3>>
