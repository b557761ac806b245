import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { mongo } from 'mongoose'
import type { TestProject } from 'vitest/node'
import { startParts, stopParts } from '../../scripts/parts/parts.ts'
import { deleteKeys } from './redis-keys.ts'

declare module 'vitest' {
  interface ProvidedContext {
    mongodbUrl: string
    redisUrl: string
    /** Part of every database name and prefix of this run, so that two runs can share one server. */
    runName: string
  }
}

const home = join(import.meta.dirname, '../../.azukari/test')
/** For the many processes that tests start: each begins in half the time (Node keeps the code it has compiled). */
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, '../../.azukari/compile-cache')

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Each run has folders whose names begin with its pid. What a killed run left behind is stopped and cleared away. */
const sweepDeadRuns = async (): Promise<void> => {
  for (const name of existsSync(home) ? readdirSync(home) : []) {
    if (isAlive(Number.parseInt(name, 10))) continue
    await stopParts(join(home, name))
    rmSync(join(home, name), { recursive: true, force: true })
  }
}

const clearRun = async (mongodbUrl: string, redisUrl: string, runName: string): Promise<void> => {
  const client = new mongo.MongoClient(mongodbUrl)
  const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true })
  for (const { name } of databases) if (name.startsWith(`${runName}_`)) await client.db(name).dropDatabase()
  await client.close()
  const redis = new Redis(redisUrl)
  await deleteKeys(redis, `${runName}_`)
  redis.disconnect()
}

/** MONGODB_URL and REDIS_URL where they are set, else parts of this run's own. */
export const setup = async ({ provide }: TestProject): Promise<() => Promise<void>> => {
  await sweepDeadRuns()
  const dir = join(home, String(process.pid))
  const parts = await startParts({ dir, log: (line) => console.log(line) })
  const runName = `azukari_test_${process.pid}`
  provide('mongodbUrl', parts.mongodbUrl)
  provide('redisUrl', parts.redisUrl)
  provide('runName', runName)
  return async () => {
    if (parts.dataDirs.length < 2) await clearRun(parts.mongodbUrl, parts.redisUrl, runName)
    await parts.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}
