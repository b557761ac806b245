import type { ErrorCode, ProblemPlace } from './gen/types.gen.ts'

export type { ErrorCode, ProblemPlace }

type Parts = {
  status: number
  code: ErrorCode
  title: string
  detail: string | undefined
  errors: readonly ProblemPlace[]
  requestId: string | undefined
  retryAfterSeconds: number | undefined
}

/**
 * An answer of the service that is not a success (RFC 9457). It holds no value that was sent: no body, no URL, no header
 * of the request.
 */
export class AzukariProblem extends Error {
  override readonly name = 'AzukariProblem'
  readonly status: number
  /** Stable: branch on this, never on the message. New codes may be added. */
  readonly code: ErrorCode
  readonly title: string
  readonly detail: string | undefined
  /** Which places of the request are wrong. */
  readonly errors: readonly ProblemPlace[]
  /** Quote it when you ask for help: it finds the request in the service's log. */
  readonly requestId: string | undefined
  readonly retryAfterSeconds: number | undefined

  constructor(operation: string, parts: Parts) {
    const places = parts.errors.map((place) => `${placeName(place)}: ${place.code}`).slice(0, 5)
    const said = [parts.title, parts.detail].filter((text) => text !== undefined && text !== '').join(' ')
    const where = places.length === 0 ? '' : ` (${places.join(', ')}${parts.errors.length > 5 ? ', …' : ''})`
    const id = parts.requestId === undefined ? '' : ` [${parts.requestId}]`
    super(`${operation}: ${parts.status} ${parts.code}: ${said}${where}${id}`)
    this.status = parts.status
    this.code = parts.code
    this.title = parts.title
    this.detail = parts.detail
    this.errors = parts.errors
    this.requestId = parts.requestId
    this.retryAfterSeconds = parts.retryAfterSeconds
  }
}

/** No usable answer: the network, a time-out, or something that is not Azukari at `baseUrl`. */
export class AzukariConnectionError extends Error {
  override readonly name = 'AzukariConnectionError'
  readonly reason: 'network' | 'timeout' | 'not_json'

  constructor(operation: string, reason: AzukariConnectionError['reason'], cause?: unknown) {
    super(`${operation}: ${unanswered[reason]}`, cause === undefined ? {} : { cause })
    this.reason = reason
  }
}

const unanswered = {
  network: 'the connection failed',
  timeout: 'no answer in time',
  not_json: 'the answer is not JSON. Is baseUrl right?',
} as const

const placeName = (place: ProblemPlace): string =>
  place.pointer ?? place.parameter ?? (place.line === undefined ? 'request' : `line ${place.line}`)

/**
 * The service never repeats a value, but a gateway before it may. Errors end up in logs, so anything as long as a
 * 個人番号 (12 digits, also full-width or grouped) is taken out.
 */
const withoutNumbers = (text: string): string => text.replace(/[0-9０-９](?:[-\s‐－　]?[0-9０-９]){11,}/g, '…')

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? withoutNumbers(value) : undefined)

const isCode = (value: unknown): value is ErrorCode => typeof value === 'string' && /^[a-z_0-9]{1,60}$/.test(value)

const placeOf = (value: unknown): ProblemPlace => {
  const place = isObject(value) ? value : {}
  const [pointer, parameter, column, detail] = [place.pointer, place.parameter, place.column, place.detail].map(textOf)
  return {
    ...(pointer !== undefined && { pointer }),
    ...(parameter !== undefined && { parameter }),
    ...(typeof place.line === 'number' && { line: place.line }),
    ...(column !== undefined && { column }),
    code: isCode(place.code) ? place.code : 'invalid_request',
    ...(detail !== undefined && { detail }),
  }
}

/** RFC 9110 § 10.2.3: seconds or a date. */
export const retryAfterOf = (headers: Headers): number | undefined => {
  const value = headers.get('retry-after')
  if (value === null) return undefined
  if (/^\d+$/.test(value.trim())) return Number(value)
  const at = Date.parse(value)
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - Date.now()) / 1000))
}

/** Where the answer is not ours (a gateway's page), the status is all that can be said. */
const codeOfStatus = (status: number): ErrorCode => {
  if (status === 429) return 'rate_limited'
  return status >= 502 && status <= 504 ? 'unavailable' : 'internal'
}

export const problemOf = (operation: string, response: Response, body: unknown): AzukariProblem => {
  const problem = isObject(body) && isCode(body.code) ? body : undefined
  return new AzukariProblem(operation, {
    status: response.status,
    code: problem !== undefined && isCode(problem.code) ? problem.code : codeOfStatus(response.status),
    title:
      textOf(problem?.title) ?? 'The answer is not a problem of Azukari. Is baseUrl right, or is a proxy in between?',
    detail: textOf(problem?.detail),
    errors: Array.isArray(problem?.errors) ? problem.errors.map(placeOf) : [],
    requestId: response.headers.get('x-request-id') ?? textOf(problem?.instance),
    retryAfterSeconds: retryAfterOf(response.headers),
  })
}
