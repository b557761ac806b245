import { sleep, untilAborted } from './abortable.ts'
import { createClient } from './gen/client/index.ts'
import { AzukariConnectionError, problemOf } from './problem.ts'
import { remember } from './response-of.ts'
import { retryDelayMs } from './retry.ts'

export type Connection = {
  /** Where the service is, such as `https://azukari.example.com`. */
  baseUrl: string
  /** Called with one `Request`; for proxies, tracing and tests. */
  fetch?: typeof fetch
  /** How long one try may take until its answer is there (downloads: until it begins). Default 30,000; Infinity: no limit. */
  timeoutMs?: number
  /** Tries after the first. Default 3. */
  maxRetries?: number
  /** Language of the problems' texts. Default: the service's own, Japanese. */
  language?: 'ja' | 'en'
}

export type CallOptions = Partial<Pick<Connection, 'timeoutMs' | 'maxRetries' | 'language'>> & {
  /** Every POST has one of its own; give yours where a repeated *call* must not act twice. */
  idempotencyKey?: string
  /** The ETag that was read: `responseOf(subject)?.etag`. */
  ifMatch?: string
  signal?: AbortSignal
}

/** What the generated functions have in common. */
export type Generated = (options: never) => Promise<{ data?: unknown }>

export type Call = {
  operation: Generated
  path?: Record<string, string>
  query?: unknown
  /** A function is asked anew for each try: what is encrypted is used once. */
  body?: unknown | (() => Promise<unknown>)
  parseAs?: 'json' | 'text' | 'stream'
  /** Where an operation has more than one representation. */
  accept?: string
}

export type Credential = {
  /** A bearer token; for the token endpoint `id:secret`. */
  get: () => Promise<string>
  /** The service refused it: forget it. Whether another one may be had. */
  refuse: (used: string) => boolean
}

type Outcome = { data?: unknown; error?: unknown; request?: Request; response?: Response }

const longestTimerMs = 2 ** 31 - 1

const isStream = (body: unknown): boolean => body instanceof ReadableStream

const checkedUrl = (baseUrl: string): string => {
  if (!URL.canParse(baseUrl) || !/^https?:/.test(baseUrl)) throw new TypeError('baseUrl must be an http(s) URL')
  return baseUrl.replace(/\/+$/, '')
}

/** The token is good, and the sign-in behind it is not enough: another token would not help. */
const needsSignIn = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'insufficient_user_authentication'

const hasError = (outcome: Outcome): boolean => outcome.response === undefined || 'error' in outcome

/** One function that sends a generated operation, again where that is safe, and throws what went wrong. */
export const createSend = (connection: Connection) => {
  const fetcher = connection.fetch ?? ((input: RequestInfo | URL, init?: RequestInit) => fetch(input, init))
  // Redirects are not followed: a token must not travel to where a Location points.
  const client = createClient({ baseUrl: checkedUrl(connection.baseUrl), redirect: 'manual', parseAs: 'json' })

  const attempt = async (
    call: Call,
    token: string | undefined,
    key: string,
    options: CallOptions,
  ): Promise<Outcome> => {
    const body = typeof call.body === 'function' ? await call.body() : call.body
    const language = options.language ?? connection.language
    const timeoutMs = options.timeoutMs ?? connection.timeoutMs ?? 30_000
    const clock = new AbortController()
    // A timer takes at most 2³¹ − 1 ms and ends at once over it: longer, as Infinity, is no limit.
    const timer = timeoutMs > longestTimerMs ? undefined : setTimeout(() => clock.abort(), timeoutMs)
    const request = {
      client,
      signal: options.signal === undefined ? clock.signal : AbortSignal.any([options.signal, clock.signal]),
      headers: {
        ...(language !== undefined && { 'Accept-Language': language }),
        ...(options.ifMatch !== undefined && { 'If-Match': options.ifMatch }),
        ...(call.accept !== undefined && { Accept: call.accept }),
      },
      fetch: (input: Request) => {
        if (input.method === 'POST') input.headers.set('Idempotency-Key', key)
        return fetcher(input)
      },
      ...(token !== undefined && { auth: token }),
      ...(call.path !== undefined && { path: call.path }),
      ...(call.query !== undefined && { query: call.query }),
      ...(body !== undefined && { body }),
      ...(isStream(call.body) && { duplex: 'half' }),
      ...(call.parseAs !== undefined && { parseAs: call.parseAs }),
    }
    try {
      // The builders in operations.ts took path, query and body by the generated types of this very operation.
      return await call.operation(request as never)
    } finally {
      clearTimeout(timer)
    }
  }

  const failureOf = ({ operation }: Call, { error, request, response }: Outcome): unknown => {
    if (response !== undefined && response.status >= 300) return problemOf(operation.name, response, error)
    // Its message quotes the answer, which may hold digits (a reveal cut short): so it is not passed on as the cause.
    if (error instanceof SyntaxError) return new AzukariConnectionError(operation.name, 'not_json')
    if (request === undefined) return error
    const timedOut = error instanceof Error && error.name === 'AbortError'
    return new AzukariConnectionError(operation.name, timedOut ? 'timeout' : 'network', error)
  }

  return async <T>(call: Call, options: CallOptions = {}, credential?: Credential): Promise<T> => {
    const key = options.idempotencyKey ?? crypto.randomUUID()
    const maxRetries = isStream(call.body) ? 0 : (options.maxRetries ?? connection.maxRetries ?? 3)
    let renewed = isStream(call.body)
    for (let tries = 0; ; ) {
      options.signal?.throwIfAborted()
      const token = credential && (await untilAborted(credential.get(), options.signal))
      const outcome = await attempt(call, token, key, options)
      if (!hasError(outcome) && outcome.response !== undefined) {
        const data = outcome.response.status === 204 ? undefined : outcome.data
        remember(data, outcome.response)
        return data as T
      }
      options.signal?.throwIfAborted()
      const refused =
        outcome.response?.status === 401 &&
        !needsSignIn(outcome.error) &&
        token !== undefined &&
        credential?.refuse(token) === true
      if (refused && !renewed) {
        renewed = true
        continue
      }
      const failure = failureOf(call, outcome)
      const delay = tries < maxRetries ? retryDelayMs(failure, tries) : undefined
      if (delay === undefined) throw failure
      tries += 1
      await sleep(delay, options.signal)
    }
  }
}

export type Send = <T>(call: Call, options?: CallOptions) => Promise<T>
