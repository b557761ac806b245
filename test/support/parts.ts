import { Redis } from 'ioredis'
import { mongo } from 'mongoose'
import { inject } from 'vitest'
import { deleteKeys } from './redis-keys.ts'

export type TestParts = { mongodbUrl: string; redisUrl: string; databaseName: string; redisPrefix: string }

/** The real MongoDB and Redis, with a database name and a key prefix that no other worker and no other run uses. */
export const testParts = (): TestParts => {
  const mine = `${inject('runName')}_${process.env.VITEST_POOL_ID ?? '0'}`
  return { mongodbUrl: inject('mongodbUrl'), redisUrl: inject('redisUrl'), databaseName: mine, redisPrefix: mine }
}

/**
 * Empties what this worker has: the data database, its key database (`<name>_keys`) and its keys in Redis. Collections
 * and indexes stay, because making them again for every file takes longer than most files.
 */
export const emptyParts = async (): Promise<void> => {
  const { mongodbUrl, redisUrl, databaseName, redisPrefix } = testParts()
  const client = new mongo.MongoClient(mongodbUrl)
  try {
    for (const name of [databaseName, `${databaseName}_keys`]) {
      const collections = await client.db(name).listCollections({ type: 'collection' }, { nameOnly: true }).toArray()
      await Promise.all(collections.map((collection) => client.db(name).collection(collection.name).deleteMany({})))
    }
  } finally {
    await client.close()
  }
  const redis = new Redis(redisUrl)
  try {
    await deleteKeys(redis, redisPrefix)
  } finally {
    redis.disconnect()
  }
}
