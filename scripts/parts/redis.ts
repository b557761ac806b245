import { join } from 'node:path'
import { Redis } from 'ioredis'
import { findRedis } from './binaries.ts'
import { type Daemon, freePort, startDaemon, stopDaemon, untilAnswers } from './processes.ts'
import type { Log } from './run.ts'

export const redisDaemon = (dir: string): Daemon => ({
  name: 'Redis',
  data: join(dir, 'redis'),
  pidFile: join(dir, 'redis.pid'),
  logFile: join(dir, 'redis.log'),
})

const answers = async (url: string): Promise<boolean> => {
  const redis = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    connectTimeout: 5000,
    maxRetriesPerRequest: 0,
  })
  redis.on('error', () => {}) // said once, by whoever asked
  try {
    await redis.connect()
    return (await redis.ping()) === 'PONG'
  } finally {
    redis.disconnect()
  }
}

export const startRedis = async (dir: string, log: Log): Promise<string> => {
  const daemon = redisDaemon(dir)
  await stopDaemon(daemon)
  const program = await findRedis(log)
  const port = await freePort()
  // An acknowledged job is on disk, and none is ever pushed out by a full memory.
  const kept = ['--appendonly', 'yes', '--appendfsync', 'always', '--maxmemory-policy', 'noeviction', '--save', '']
  // With a title of its own the process would hide the folder by which we know it again.
  const known = ['--set-proc-title', 'no', '--daemonize', 'no', '--dir', daemon.data]
  startDaemon(daemon, program, ['--bind', '127.0.0.1', '--port', String(port), ...kept, ...known])
  const url = `redis://127.0.0.1:${port}`
  try {
    await untilAnswers(daemon, () => answers(url))
  } catch (error) {
    await stopDaemon(daemon)
    throw error
  }
  return url
}

/** A server that somebody else runs. Its URL can hold a password, so it is in no message. */
export const checkRedis = async (url: string): Promise<void> => {
  if (!(await answers(url).catch(() => false)))
    throw new Error('REDIS_URL is set, but Redis does not answer there: start it or unset REDIS_URL')
}
