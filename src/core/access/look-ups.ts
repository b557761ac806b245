import type { Clock } from '../shared/clock.ts'

/**
 * Look-ups remembered for a short while; one under way is shared, the oldest is forgotten when full. Failures and what was not
 * found (null) are not kept: what was just created is seen at once.
 */
export const createLookUps = <T>({ clock, ms, max }: { clock: Clock; ms: number; max: number }) => {
  const kept = new Map<string, { until: number; value: Promise<T> }>()
  const get = (key: string, look: () => Promise<T>): Promise<T> => {
    const now = clock.now().getTime()
    const hit = kept.get(key)
    if (hit !== undefined && hit.until > now) return hit.value
    const value = look()
    kept.delete(key)
    kept.set(key, { until: now + ms, value })
    if (kept.size > max) {
      const oldest = kept.keys().next().value
      if (oldest !== undefined) kept.delete(oldest)
    }
    value.then(
      (found) => found === null && kept.delete(key),
      () => kept.delete(key),
    )
    return value
  }
  /** Looks again now, whatever is remembered. */
  const renew = (key: string, look: () => Promise<T>): Promise<T> => {
    kept.delete(key)
    return get(key, look)
  }
  return { get, renew }
}
