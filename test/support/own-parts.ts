import { rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { mongo } from 'mongoose'
import { findMongod, findRedis } from '../../scripts/parts/binaries.ts'
import { mongoDaemon, startMongo } from '../../scripts/parts/mongo.ts'
import { type Daemon, freePort, pidOf, startDaemon, stopDaemon, untilAnswers } from '../../scripts/parts/processes.ts'
import { redisDaemon, startRedis } from '../../scripts/parts/redis.ts'

/**
 * MongoDB and Redis of a test's own, to be killed and started again on the same port and folder. The folder is named by
 * the process, so that the next run stops and sweeps what a killed test left (global-setup.ts).
 */
const dir = join(import.meta.dirname, '../../.azukari/test', String(process.pid))
const quiet = (): void => undefined

const signal = (daemon: Daemon, name: NodeJS.Signals): void => {
  const pid = pidOf(daemon)
  if (pid === undefined) throw new Error(`${daemon.name} does not run`)
  process.kill(pid, name)
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })

/** The kernel gives the port back a moment after the process has gone. */
const kill = async (daemon: Daemon, port: number): Promise<void> => {
  signal(daemon, 'SIGKILL')
  while (pidOf(daemon) !== undefined || !(await isFree(port))) await new Promise((resolve) => setTimeout(resolve, 10))
}

const remove = async (daemon: Daemon): Promise<void> => {
  await stopDaemon(daemon)
  rmSync(daemon.data, { recursive: true, force: true })
}

export const startOwnRedis = async () => {
  const url = await startRedis(dir, quiet)
  const daemon = redisDaemon(dir)
  const answers = async (): Promise<boolean> => {
    const redis = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 })
    redis.on('error', quiet)
    try {
      await redis.connect()
      return (await redis.ping()) === 'PONG'
    } finally {
      redis.disconnect()
    }
  }
  return {
    url,
    kill: () => kill(daemon, Number(new URL(url).port)),
    /** It keeps its sockets and answers nothing. */
    pause: () => signal(daemon, 'SIGSTOP'),
    resume: () => signal(daemon, 'SIGCONT'),
    start: async ({ empty }: { empty: boolean }): Promise<void> => {
      if (empty) rmSync(daemon.data, { recursive: true, force: true })
      const kept = ['--appendonly', 'yes', '--appendfsync', 'always', '--maxmemory-policy', 'noeviction', '--save', '']
      const known = ['--set-proc-title', 'no', '--daemonize', 'no', '--dir', daemon.data]
      const at = ['--bind', '127.0.0.1', '--port', new URL(url).port]
      startDaemon(daemon, await findRedis(quiet), [...at, ...kept, ...known])
      await untilAnswers(daemon, answers)
    },
    remove: () => remove(daemon),
  }
}

const mongodArgs = (daemon: Daemon, port: string): string[] => [
  ...['--dbpath', daemon.data, '--bind_ip', '127.0.0.1', '--port', port],
  ...['--wiredTigerCacheSizeGB', '0.5'],
]

const asks = async (host: string, field: 'ok' | 'isWritablePrimary'): Promise<boolean> => {
  const client = new mongo.MongoClient(`mongodb://${host}/?directConnection=true`, { serverSelectionTimeoutMS: 2000 })
  try {
    const hello = await client.db('admin').command({ hello: 1 })
    return hello[field] === 1 || hello[field] === true
  } finally {
    await client.close()
  }
}

/** A killed process leaves its transactions open at the server: a minute by default, too long for a test. */
const endTransactionsAfter = async (host: string, seconds: number): Promise<void> => {
  const client = new mongo.MongoClient(`mongodb://${host}/?directConnection=true`)
  try {
    await client.db('admin').command({ setParameter: 1, transactionLifetimeLimitSeconds: seconds })
  } finally {
    await client.close()
  }
}

/** `beside`: a second server of the same test, by a name of its own. */
export const startOwnMongo = async ({
  transactionSeconds = 60,
  beside,
}: {
  transactionSeconds?: number
  beside?: string
} = {}) => {
  const home = beside === undefined ? dir : `${dir}.${beside}`
  const url = await startMongo(home, quiet)
  const { host, port } = new URL(url)
  await endTransactionsAfter(host, transactionSeconds)
  const daemon = mongoDaemon(home)
  return {
    url,
    kill: () => kill(daemon, Number(port)),
    pause: () => signal(daemon, 'SIGSTOP'),
    resume: () => signal(daemon, 'SIGCONT'),
    start: async (): Promise<void> => {
      startDaemon(daemon, await findMongod(quiet), [
        ...mongodArgs(daemon, port),
        '--replSet',
        'rs0',
        '--oplogSize',
        '256',
      ])
      await untilAnswers(daemon, () => asks(host, 'isWritablePrimary'))
    },
    remove: () => remove(daemon),
  }
}

/** A mongod that is no member of a replica set. */
export const startLonelyMongo = async () => {
  const daemon = mongoDaemon(dir)
  const host = `127.0.0.1:${await freePort()}`
  startDaemon(daemon, await findMongod(quiet), mongodArgs(daemon, new URL(`mongodb://${host}`).port))
  await untilAnswers(daemon, () => asks(host, 'ok'))
  return { host, remove: () => remove(daemon) }
}
