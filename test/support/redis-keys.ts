import type { Redis } from 'ioredis'

/** Deletes every key that begins with the prefix; the server may be shared, so never FLUSHDB. */
export const deleteKeys = async (redis: Redis, prefix: string): Promise<void> => {
  let cursor = '0'
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', `${prefix}*`, 'COUNT', 1000)
    if (keys.length > 0) await redis.unlink(...keys)
    cursor = next
  } while (cursor !== '0')
}
