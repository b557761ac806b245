import { createHash } from 'node:crypto'
import type { Clock } from '../shared/clock.ts'
import { AppError } from '../shared/errors.ts'

/**
 * Lock-out after failed client authentications. A secret has 256 random bits, so this is no wall against guessing: it keeps
 * noise down and the record readable. So it is never worth shutting out the right client: failures count for a client
 * together with the network address they came from, and for an address alone only where it never came with the right
 * credentials. Whoever fails elsewhere locks nobody out here.
 */
export type AttemptCounts = {
  /** Milliseconds until none of these is locked; whether the pair has lately been right. */
  state: (pair: string, address: string) => Promise<{ pairMs: number; addressMs: number; wasRight: boolean }>
  /** One more failure: the key's count, after which `lock` may follow. */
  fail: (key: string) => Promise<number>
  lock: (key: string, ms: number) => Promise<void>
  right: (pair: string) => Promise<void>
}

/** `links`: tokens of people's links that are none of ours. A whole office opens its links from one address, so a few are nobody's fault. */
const limits = { pair: 10, address: 300, links: 30 } as const
/** The first lock; each further failure doubles it. */
const firstLockSeconds = 5
const longestLockSeconds = 900
/** Failures are forgotten after an hour without one. */
export const forgetSeconds = 3600
export const rightSeconds = 24 * 3600

export const lockSeconds = (failures: number, limit: number): number =>
  failures < limit ? 0 : Math.min(longestLockSeconds, firstLockSeconds * 2 ** Math.min(failures - limit, 20))

/** A network of IPv6 is a /64: whoever has one has all its addresses. */
export const networkOf = (address: string): string => {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  if (!address.includes(':')) return address
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::')
  const front = head.split(':').filter((part) => part !== '')
  const back = (tail ?? '').split(':').filter((part) => part !== '')
  const groups =
    tail === undefined ? front : [...front, ...Array(Math.max(0, 8 - front.length - back.length)).fill('0'), ...back]
  return groups
    .slice(0, 4)
    .map((part) => part.replace(/^0+(?=.)/, ''))
    .join(':')
}

/** In this process alone, bounded: what is left when Redis cannot be reached. */
export const createMemoryCounts = (clock: Clock, max = 20_000): AttemptCounts => {
  const counts = new Map<string, { value: number; until: number }>()
  const get = (key: string): number => {
    const found = counts.get(key)
    return found === undefined || found.until <= clock.now().getTime() ? 0 : found.value
  }
  const set = (key: string, value: number, ms: number): void => {
    counts.delete(key)
    counts.set(key, { value, until: clock.now().getTime() + ms })
    const oldest = counts.size > max ? counts.keys().next().value : undefined
    if (oldest !== undefined) counts.delete(oldest)
  }
  const left = (key: string): number => Math.max(0, get(`lock ${key}`) - clock.now().getTime())
  return {
    state: async (pair, address) => ({
      pairMs: left(pair),
      addressMs: left(address),
      wasRight: get(`right ${pair}`) > 0,
    }),
    fail: async (key) => {
      const value = get(`fail ${key}`) + 1
      set(`fail ${key}`, value, forgetSeconds * 1000)
      return value
    },
    lock: async (key, ms) => set(`lock ${key}`, clock.now().getTime() + ms, ms),
    right: async (pair) => {
      counts.delete(`fail ${pair}`)
      set(`right ${pair}`, 1, rightSeconds * 1000)
    },
  }
}

/** Names and addresses as they were sent are kept nowhere. */
const digest = (...parts: string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22)

/**
 * Counted in Redis for all processes, and in this process besides. Without Redis each process counts alone: nobody is shut
 * out, and nobody gets more than as many tries as there are processes.
 */
export const createAttempts = ({ clock, shared }: { clock: Clock; shared?: AttemptCounts | undefined }) => {
  const local = createMemoryCounts(clock)
  const both = async <T>(work: (counts: AttemptCounts) => Promise<T>): Promise<T[]> => {
    const own = await work(local)
    if (shared === undefined) return [own]
    return work(shared).then(
      (theirs) => [own, theirs],
      () => [own],
    )
  }

  const mustWait = (ms: number, what: string): void => {
    if (ms > 0)
      throw new AppError('rate_limited', `Too many ${what} from here: wait, and see Retry-After.`, {
        retryAfterSeconds: Math.ceil(ms / 1000),
      })
  }
  const fail = async (keys: readonly (readonly [key: string, limit: number])[]): Promise<void> => {
    await both(async (counts) => {
      for (const [key, limit] of keys) {
        const seconds = lockSeconds(await counts.fail(key), limit)
        if (seconds > 0) await counts.lock(key, seconds * 1000)
      }
    })
  }

  /** Guessed links, by where they come from. */
  const forLinks = (network: string | undefined) => {
    const key = `l${digest(networkOf(network ?? ''))}`
    return {
      mustBeFree: async (): Promise<void> => {
        const states = await both((counts) => counts.state(key, key))
        mustWait(Math.max(...states.map(({ pairMs }) => pairMs)), 'unknown links')
      },
      failed: (): Promise<void> => fail([[key, limits.links]]),
    }
  }

  const forClient = (clientId: string, network: string | undefined) => {
    const place = networkOf(network ?? '')
    const pair = `p${digest(clientId, place)}`
    const address = `a${digest(place)}`

    const mustBeFree = async (): Promise<void> => {
      const states = await both((counts) => counts.state(pair, address))
      const wasRight = states.some((state) => state.wasRight)
      const ms = Math.max(...states.map(({ pairMs, addressMs }) => Math.max(pairMs, wasRight ? 0 : addressMs)))
      mustWait(ms, 'failed authentications')
    }
    const failed = (): Promise<void> =>
      fail([
        [pair, limits.pair],
        [address, limits.address],
      ])
    const succeeded = async (): Promise<void> => {
      await both((counts) => counts.right(pair))
    }
    return { mustBeFree, failed, succeeded }
  }
  return { forClient, forLinks }
}
export type Attempts = ReturnType<typeof createAttempts>
