import type { Problem } from './api.ts'
import type { OpenedSession } from './contract.ts'
import type { Ending } from './steps.ts'

/** What ends the visit, so that a sentence above the form would not do. */
export const endingOf = (
  { code, status }: Problem,
  opened: OpenedSession | undefined,
  now: Date,
): Ending | undefined => {
  if (code === 'rate_limited' && opened === undefined) return 'busy'
  if (status !== 401 && code !== 'expired') return undefined
  if (opened === undefined) return 'link'
  return now.getTime() < Date.parse(opened.expiresAt) ? 'elsewhere' : 'time'
}
