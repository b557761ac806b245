import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { checkMongo, mongoDaemon, startMongo } from './mongo.ts'
import { pidOf, stopDaemon } from './processes.ts'
import { checkRedis, redisDaemon, startRedis } from './redis.ts'
import { type Log, messageOf } from './run.ts'

/**
 * Real MongoDB and Redis for tests, demo and development. MONGODB_URL and REDIS_URL win; what they do not name is
 * found or fetched, and runs with its data, log and pid file below `dir`.
 */
export type Parts = {
  mongodbUrl: string
  redisUrl: string
  /** Where the data of the servers that we started lies; empty for those of the environment. */
  dataDirs: readonly string[]
  stop: () => Promise<void>
}

const daemons = (dir: string) => [mongoDaemon(dir), redisDaemon(dir)]

export const stopParts = async (dir: string): Promise<void> => {
  await Promise.all(daemons(resolve(dir)).map(stopDaemon))
  rmSync(join(dir, 'parts.json'), { force: true })
}

export const startParts = async (options: { dir: string; log: Log }): Promise<Parts> => {
  const { log } = options
  const dir = resolve(options.dir)
  mkdirSync(dir, { recursive: true })
  const given = { mongodb: process.env.MONGODB_URL ?? '', redis: process.env.REDIS_URL ?? '' }

  const mongodb = async (): Promise<string> => {
    if (given.mongodb === '') return startMongo(dir, log)
    await checkMongo(given.mongodb)
    return given.mongodb
  }
  const redis = async (): Promise<string> => {
    if (given.redis === '') return startRedis(dir, log)
    await checkRedis(given.redis)
    return given.redis
  }

  const [mongodbStarted, redisStarted] = await Promise.allSettled([mongodb(), redis()])
  if (mongodbStarted.status === 'rejected' || redisStarted.status === 'rejected') {
    await stopParts(dir)
    const failed = [mongodbStarted, redisStarted].filter((part) => part.status === 'rejected')
    throw new Error(failed.map((part) => messageOf(part.reason)).join('\n'))
  }

  const ours = {
    ...(given.mongodb === '' ? { mongodbUrl: mongodbStarted.value } : {}),
    ...(given.redis === '' ? { redisUrl: redisStarted.value } : {}),
  }
  // Only our own URLs are written down: those of the environment can hold passwords.
  writeFileSync(join(dir, 'parts.json'), `${JSON.stringify(ours, null, 2)}\n`)
  log(`MongoDB: ${ours.mongodbUrl ?? 'MONGODB_URL'} · Redis: ${ours.redisUrl ?? 'REDIS_URL'}`)

  return {
    mongodbUrl: mongodbStarted.value,
    redisUrl: redisStarted.value,
    dataDirs: [
      ...(given.mongodb === '' ? [mongoDaemon(dir).data] : []),
      ...(given.redis === '' ? [redisDaemon(dir).data] : []),
    ],
    stop: () => stopParts(dir),
  }
}

/** What runs below `dir`, a line for each part. */
export const partsStatus = (dir: string): { name: string; pid: number | undefined; url: string | undefined }[] => {
  const at = resolve(dir)
  const urls = readUrls(at)
  const [mongodb, redis] = [mongoDaemon(at), redisDaemon(at)]
  return [
    { name: mongodb.name, pid: pidOf(mongodb), url: urls.mongodbUrl },
    { name: redis.name, pid: pidOf(redis), url: urls.redisUrl },
  ]
}

const readUrls = (dir: string): { mongodbUrl?: string; redisUrl?: string } => {
  try {
    return JSON.parse(readFileSync(join(dir, 'parts.json'), 'utf8'))
  } catch {
    return {}
  }
}
