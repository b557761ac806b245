import type { Clock } from '../shared/clock.ts'

/**
 * A cache for keys: an entry is handed out for `seconds`, then loaded again; callers that come while it is loading share
 * the one load. An entry that has ended, or was pushed out, is wiped a minute later, so that a caller who got it
 * just before can finish its chunk; used after that it refuses (see SecretKey).
 */
const longestGraceSeconds = 60
const graceOf = (cacheSeconds: number): number => Math.min(longestGraceSeconds, cacheSeconds)

/** From before its load until it is wiped: longer than this nobody has a cached key. */
export const longestLifeSeconds = (cacheSeconds: number): number => cacheSeconds + graceOf(cacheSeconds)

export type TimedCache<T> = {
  get: (name: string) => Promise<T>
  /** Forgets it at once; the next `get` loads again. */
  drop: (name: string) => void
  evictEnded: () => void
  close: () => void
}

export const createTimedCache = <T>(options: {
  clock: Clock
  seconds: number
  limit: number
  load: (name: string) => Promise<T>
  wipe: (value: T) => void
}): TimedCache<T> => {
  const { clock, load, wipe, limit } = options
  const graceSeconds = graceOf(options.seconds)
  const entries = new Map<string, { value: T; endsAt: number }>()
  const loading = new Map<string, Promise<T>>()
  let ended: { value: T; wipeAt: number }[] = []

  const retire = (name: string, at: number): void => {
    const entry = entries.get(name)
    if (entry === undefined) return
    entries.delete(name)
    ended.push({ value: entry.value, wipeAt: at + graceSeconds * 1000 })
  }

  const evictEnded = (): void => {
    const now = clock.now().getTime()
    for (const [name, entry] of entries) if (entry.endsAt <= now) retire(name, entry.endsAt)
    ended = ended.filter(({ value, wipeAt }) => {
      if (wipeAt > now) return true
      wipe(value)
      return false
    })
  }

  const loadOnce = async (name: string): Promise<T> => {
    try {
      // The time limit runs from before the load: a slow KMS does not make a key live longer.
      const startedAt = clock.now().getTime()
      const value = await load(name)
      const oldest = entries.size >= limit ? entries.keys().next().value : undefined
      if (oldest !== undefined) retire(oldest, startedAt)
      entries.set(name, { value, endsAt: startedAt + options.seconds * 1000 })
      return value
    } finally {
      loading.delete(name)
    }
  }

  const get = (name: string): Promise<T> => {
    const entry = entries.get(name)
    if (entry !== undefined && entry.endsAt > clock.now().getTime()) return Promise.resolve(entry.value)
    if (entry !== undefined) evictEnded()
    const running = loading.get(name)
    if (running !== undefined) return running
    const started = loadOnce(name)
    loading.set(name, started)
    return started
  }

  const drop = (name: string): void => retire(name, clock.now().getTime())

  const timer = setInterval(evictEnded, 15_000)
  timer.unref()

  const close = (): void => {
    clearInterval(timer)
    for (const { value } of entries.values()) wipe(value)
    for (const { value } of ended) wipe(value)
    entries.clear()
    ended = []
  }

  return { get, drop, evictEnded, close }
}
