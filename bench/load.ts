import { Pool } from 'undici'

export type Ask = { path: string; method?: 'GET' | 'POST'; headers?: Record<string, string>; body?: string }

/**
 * The same load for both sides: `connections` connections, each sending its next request when the last one is answered.
 * autocannon has no hook for a request of its own for each subject at this rate; this is its loop and no more.
 */
export const load = async (options: {
  origin: string
  token: string
  connections: number
  /** The most requests, and the longest time: whichever ends first. */
  count: number
  seconds: number
  askOf: (i: number) => Ask
  from: number
  status: number
}): Promise<{ count: number; seconds: number }> => {
  const { origin, token, connections, count, seconds, askOf, from, status } = options
  const pool = new Pool(origin, { connections, pipelining: 1 })
  const headers = { authorization: `Bearer ${token}` }
  let next = from
  const startedAt = performance.now()
  const end = startedAt + seconds * 1000
  const one = async (): Promise<void> => {
    while (next < from + count && performance.now() < end) {
      const { path, method = 'POST', body, headers: own } = askOf(next++)
      const type = body === undefined ? {} : { 'content-type': 'application/json' }
      const answer = await pool.request({ method, path, body: body ?? null, headers: { ...headers, ...type, ...own } })
      if (answer.statusCode !== status)
        throw new Error(`A request was answered ${answer.statusCode}: ${codeIn(await answer.body.text())}`)
      await answer.body.dump()
    }
  }
  try {
    await Promise.all(Array.from({ length: connections }, one))
    return { count: next - from, seconds: (performance.now() - startedAt) / 1000 }
  } finally {
    await pool.destroy()
  }
}

const codeIn = (text: string): string => {
  try {
    const { code } = JSON.parse(text) as { code?: unknown }
    return String(code)
  } catch {
    return 'no problem document'
  }
}
