const second = 1000
const minute = 60 * second
const hour = 60 * minute

/** Before each attempt, counted from the one before: about three days in all. */
export const retryDelaysMs = [
  0,
  5 * second,
  5 * minute,
  30 * minute,
  2 * hour,
  5 * hour,
  10 * hour,
  14 * hour,
  20 * hour,
  24 * hour,
] as const

/** A receiver that asks for more time than this gets this. */
export const longestWaitMs = 24 * hour
/** The whole endpoint rests this long when it says that it is overloaded and not for how long. */
export const slowDownMs = 30 * second
/** Up to a tenth more, so that what failed together does not come back together. */
const jitterShare = 0.1

/** Too Many Requests, Bad Gateway, Gateway Timeout: the receiver is there, and overloaded. */
export const overloadStatuses: readonly number[] = [429, 502, 504]
/** 410 Gone: the receiver wants no more of it. */
export const goneStatus = 410

/** RFC 9110 10.2.3: seconds, or an HTTP date. What cannot be read is not there. */
export const readRetryAfter = (value: string | null | undefined, now: Date): number | undefined => {
  if (value === null || value === undefined) return undefined
  const text = value.trim()
  const ms = /^\d{1,10}$/.test(text) ? Number(text) * second : Date.parse(text) - now.getTime()
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), longestWaitMs)
}

/** How long the endpoint as a whole is left alone. */
export const restOf = (status: number | undefined, retryAfterMs: number | undefined): number =>
  Math.max(retryAfterMs ?? 0, status !== undefined && overloadStatuses.includes(status) ? slowDownMs : 0)

/** Milliseconds until the next attempt after `attempts` failed ones; undefined when there is none. */
export const delayAfter = (attempts: number, restMs: number, random: () => number): number | undefined => {
  const delay = retryDelaysMs[attempts]
  return delay === undefined ? undefined : Math.max(delay, restMs) * (1 + jitterShare * random())
}
