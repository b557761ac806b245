import type { Problem } from './api.ts'
import type { Ending } from './steps.ts'

/** What ends the visit, so that a sentence above the form would not do. `opened`: whether there was one. */
export const endingOf = ({ code, status }: Problem, opened: boolean): Ending | undefined => {
  if (code === 'session_replaced') return 'elsewhere'
  if (code === 'link_locked') return 'locked'
  if (code === 'rate_limited' && !opened) return 'busy'
  if (code === 'expired' || code === 'used_up' || status === 401) return opened ? 'time' : 'link'
  return undefined
}
