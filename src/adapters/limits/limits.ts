import { Redis } from 'ioredis'
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import type { SharedCounter } from '../../core/access/access.ts'

/** What one request did to its limit, in the words of the RateLimit header fields (IETF draft). */
export type RateLimitState = {
  policy: string
  quota: number
  windowSeconds: number
  remaining: number
  resetSeconds: number
  exceeded: boolean
}
export type RateLimit = (kind: 'client' | 'address', key: string) => Promise<RateLimitState>

type Deps = { redisUrl: string; prefix: string; clientPerMinute: number }

const windowSeconds = 60
const commandTimeoutMs = 1000
/** Two days: whatever the clocks of processes and Redis think, a day's counter outlives its day. */
const counterSeconds = 2 * 24 * 3600

/** Adds unless that goes over the limit: 1 added, 0 refused, -1 there is no such counter. In Lua, so that nobody comes between. */
const addScript = `
local now = redis.call('GET', KEYS[1])
if not now then return -1 end
if tonumber(now) + tonumber(ARGV[1]) > tonumber(ARGV[2]) then return 0 end
redis.call('INCRBY', KEYS[1], ARGV[1])
return 1`
const giveBackScript = `if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('DECRBY', KEYS[1], ARGV[1]) end`

/**
 * What all processes count together, in Redis. General limits go on without it, each process by itself; budgets do not: their
 * counter rejects, and whoever asks answers 503 (DESIGN § 7).
 */
export const createLimits = ({ redisUrl, prefix, clientPerMinute }: Deps) => {
  const redis = new Redis(redisUrl, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: commandTimeoutMs,
    connectTimeout: commandTimeoutMs,
    retryStrategy: (times) => Math.min(times * 100, 1000),
  })
  // The queue's own connection reports the state.
  redis.on('error', () => undefined)

  const limiterOf = (kind: string, points: number) => {
    const options = { points, duration: windowSeconds }
    return new RateLimiterRedis({
      ...options,
      storeClient: redis,
      keyPrefix: `${prefix}:limit:${kind}`,
      rejectIfRedisNotReady: true,
      insuranceLimiter: new RateLimiterMemory(options),
    })
  }
  // Who has not said who they are gets a tenth: a client has many people behind it, an address guesses.
  const quotas = { client: clientPerMinute, address: Math.max(1, Math.floor(clientPerMinute / 10)) } as const
  const limiters = { client: limiterOf('client', quotas.client), address: limiterOf('address', quotas.address) }

  type Kind = keyof typeof limiters
  type Spent = { consumed: number; msBeforeNext: number }
  const consume = async (kind: Kind, key: string, count: number): Promise<Spent> => {
    const result = await limiters[kind].consume(key, count).catch((refused: unknown) => {
      if (refused instanceof RateLimiterRes) return refused
      throw refused
    })
    return { consumed: result.consumedPoints, msBeforeNext: result.msBeforeNext }
  }

  /**
   * Of one client or address one call is under way; who comes meanwhile is counted by the next one, together. So the dearer a
   * call is, the more it counts, and each has its own place all the same.
   */
  type Batch = { count: number; spent: Promise<Spent> }
  const open = new Map<string, Batch>()
  const underWay = new Map<string, Promise<unknown>>()
  const join = (kind: Kind, key: string): { place: number; batch: Batch } => {
    const name = `${kind}/${key}`
    const joined = open.get(name)
    if (joined !== undefined) return { place: ++joined.count, batch: joined }
    const spend = (): Promise<Spent> => {
      open.delete(name)
      const call = consume(kind, key, batch.count)
      const settled = call.then(
        () => undefined,
        () => undefined,
      )
      underWay.set(name, settled)
      void settled.then(() => underWay.get(name) === settled && underWay.delete(name))
      return call
    }
    const turn = underWay.get(name) ?? new Promise<void>((resolve) => setImmediate(resolve))
    const batch: Batch = { count: 1, spent: turn.then(() => spend()) }
    open.set(name, batch)
    return { place: 1, batch }
  }

  const take: RateLimit = async (kind, key) => {
    const { place, batch } = join(kind, key)
    const { consumed, msBeforeNext } = await batch.spent
    const quota = quotas[kind]
    // Its own place among those that were counted together.
    const mine = consumed - batch.count + place
    return {
      policy: kind,
      quota,
      windowSeconds,
      remaining: Math.max(0, quota - mine),
      resetSeconds: Math.ceil(msBeforeNext / 1000),
      exceeded: mine > quota,
    }
  }

  const ready = (): Promise<void> =>
    redis.status === 'connecting' || redis.status === 'connect'
      ? new Promise((resolve, reject) => {
          const timer = setTimeout(() => reject(new Error('Redis did not answer in time.')), commandTimeoutMs)
          redis.once('ready', () => {
            clearTimeout(timer)
            resolve()
          })
        })
      : Promise.resolve()

  const counter: SharedCounter = {
    add: async (key, count, limit, rebuild) => {
      await ready()
      const name = `${prefix}:budget:${key}`
      const add = async (): Promise<number> => Number(await redis.eval(addScript, 1, name, count, limit))
      const added = await add()
      if (added >= 0) return added === 1
      // Of several who rebuild it at once the first one's figure stands.
      await redis.set(name, await rebuild(), 'EX', counterSeconds, 'NX')
      return (await add()) === 1
    },
    giveBack: async (key, count) => {
      await redis.eval(giveBackScript, 1, `${prefix}:budget:${key}`, count)
    },
  }

  return { take, counter, close: () => redis.disconnect() }
}
export type Limits = ReturnType<typeof createLimits>
