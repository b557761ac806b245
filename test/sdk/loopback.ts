import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import { type Azukari, type AzukariOptions, createAzukari } from '@azukari/sdk'
import { onTestFinished } from 'vitest'

export type Seen = { method: string; path: string; query: URLSearchParams; headers: IncomingHttpHeaders; body: string }

/** `raw` takes the response over, to cut, stall or stream it. */
export type Answer = {
  status?: number
  headers?: Record<string, string>
  json?: unknown
  text?: string
  raw?: (response: ServerResponse) => void
}

export type Loopback = { url: string; seen: Seen[] }

/** A real HTTP server that answers as told, and remembers what it was asked. Closed when the test ends. */
export const startLoopback = async (answer: (request: Seen, nth: number) => Answer): Promise<Loopback> => {
  const seen: Seen[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const url = new URL(request.url ?? '/', 'http://loopback')
    const one: Seen = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
    }
    seen.push(one)
    const { status = 200, headers = {}, json, text, raw } = answer(one, seen.length - 1)
    if (raw !== undefined) return raw(response)
    const type = status >= 400 ? 'application/problem+json' : 'application/json'
    response.writeHead(status, { ...(text === undefined && { 'content-type': type }), ...headers })
    response.end(text ?? (json === undefined ? undefined : JSON.stringify(json)))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { url: `http://127.0.0.1:${address.port}`, seen }
}

/** An Azukari that hands out `token-1`, `token-2` … and answers all else as told. */
export const startService = async (
  answer: (request: Seen, nth: number) => Answer,
  options: Partial<AzukariOptions> & { expiresIn?: number } = {},
): Promise<{ azukari: Azukari; seen: Seen[]; tokenRequests: Seen[]; url: string }> => {
  const { expiresIn = 600, ...clientOptions } = options
  const tokenRequests: Seen[] = []
  const calls: Seen[] = []
  const { url } = await startLoopback((request) => {
    if (request.path !== '/oauth/token') return answer(request, calls.push(request) - 1)
    const token = `token-${tokenRequests.push(request)}`
    return { json: { access_token: token, token_type: 'Bearer', expires_in: expiresIn, scope: '' } }
  })
  const azukari = createAzukari({ baseUrl: url, clientId: 'host', clientSecret: 'secret', ...clientOptions })
  return { azukari, seen: calls, tokenRequests, url }
}

export const problem = (status: number, code: string, headers: Record<string, string> = {}): Answer => ({
  status,
  headers,
  json: { type: `https://azukari.example/problems/${code}`, title: '題', status, code },
})
