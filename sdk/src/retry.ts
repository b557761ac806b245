import { AzukariConnectionError, AzukariProblem } from './problem.ts'

const firstDelayMs = 250
const longestDelayMs = 8_000
/** Asked to wait longer than this, the caller decides: `problem.retryAfterSeconds` says how long. */
const longestRetryAfterSeconds = 60

const statusesToRetry = new Set([429, 502, 503, 504])

/** Doubles from 250 ms to 8 s; jitter keeps many clients from coming back all at once. */
export const backOffMs = (tries: number): number =>
  Math.min(longestDelayMs, firstDelayMs * 2 ** tries) * (0.5 + Math.random() / 2)

/** How long to wait before the next try; undefined where another try would change nothing. */
export const retryDelayMs = (failure: unknown, tries: number): number | undefined => {
  if (failure instanceof AzukariConnectionError) return failure.reason === 'not_json' ? undefined : backOffMs(tries)
  if (!(failure instanceof AzukariProblem)) return undefined
  // 409 idempotency_busy: the first request with this key still runs, and its answer will be ours.
  if (!statusesToRetry.has(failure.status) && failure.code !== 'idempotency_busy') return undefined
  const asked = failure.retryAfterSeconds
  if (asked === undefined) return backOffMs(tries)
  return asked > longestRetryAfterSeconds ? undefined : asked * 1000 * (1 + Math.random() / 10)
}
