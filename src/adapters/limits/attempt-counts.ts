import { Redis } from 'ioredis'
import { type AttemptCounts, forgetSeconds, rightSeconds } from '../../core/access/access.ts'

/** A Redis that stands still must not hold up a sign-in: it is asked again a while later. */
const answerMs = 250
const restMs = 1000

/** Failed client authentications, counted for all processes. Rejects at once while Redis cannot be reached. */
export const createAttemptCounts = ({ redisUrl, prefix }: { redisUrl: string; prefix: string }) => {
  const redis = new Redis(redisUrl, {
    // Not before compose knows that all parts are there: an open connection would keep a failed start alive.
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    commandTimeout: answerMs,
    connectTimeout: 2000,
    keyPrefix: `${prefix}:attempts:`,
    retryStrategy: (times) => Math.min(times * 100, 1000),
  })
  // The queue reports the state of Redis; here a lost one is an ordinary case.
  redis.on('error', () => undefined)

  let restUntil = 0
  const ask = async <T>(work: () => Promise<T>): Promise<T> => {
    if (redis.status !== 'ready' || performance.now() < restUntil) throw new Error('Redis is not ready')
    try {
      return await work()
    } catch (error) {
      restUntil = performance.now() + restMs
      throw error
    }
  }

  const counts: AttemptCounts = {
    state: (pair, address) =>
      ask(async () => {
        const [pairMs, addressMs, right] = await Promise.all([
          redis.pttl(`lock:${pair}`),
          redis.pttl(`lock:${address}`),
          redis.exists(`right:${pair}`),
        ])
        return { pairMs: Math.max(0, pairMs), addressMs: Math.max(0, addressMs), wasRight: right === 1 }
      }),
    fail: (key) =>
      ask(async () => {
        const [count] = (await redis.multi().incr(`fail:${key}`).expire(`fail:${key}`, forgetSeconds).exec()) ?? []
        return Number(count?.[1] ?? 0)
      }),
    lock: (key, ms) => ask(async () => void (await redis.set(`lock:${key}`, '1', 'PX', ms))),
    right: (pair) =>
      ask(async () => {
        await redis.multi().del(`fail:${pair}`).set(`right:${pair}`, '1', 'EX', rightSeconds).exec()
      }),
  }
  const connect = (): Promise<void> => redis.connect().catch(() => undefined)
  return { counts, connect, close: () => redis.disconnect() }
}
