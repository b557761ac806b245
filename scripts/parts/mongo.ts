import { join } from 'node:path'
import { mongo } from 'mongoose'
import { findMongod } from './binaries.ts'
import { type Daemon, freePort, startDaemon, stopDaemon, untilAnswers } from './processes.ts'
import { type Log, messageOf } from './run.ts'

export const mongoDaemon = (dir: string): Daemon => ({
  name: 'MongoDB',
  data: join(dir, 'mongodb'),
  pidFile: join(dir, 'mongodb.pid'),
  logFile: join(dir, 'mongodb.log'),
})

const withAdmin = async <T>(url: string, use: (admin: mongo.Db) => Promise<T>): Promise<T> => {
  const client = new mongo.MongoClient(url, { serverSelectionTimeoutMS: 5000, connectTimeoutMS: 5000 })
  try {
    await client.connect()
    return await use(client.db('admin'))
  } finally {
    await client.close()
  }
}

const codeOf = (error: unknown): number | string | undefined =>
  error instanceof mongo.MongoServerError ? error.code : undefined
const notYetInitialized = 94
const invalidReplicaSetConfig = 93

/**
 * One node, which becomes its own primary. On kept data the port is another one than the set's configuration says, so
 * the node does not find itself in it (state REMOVED) until it is told by force.
 */
const initiate = (host: string): Promise<void> =>
  withAdmin(`mongodb://${host}/?directConnection=true`, async (admin) => {
    const status = await admin.command({ replSetGetStatus: 1 }).catch((error: unknown) => codeOf(error))
    if (status === notYetInitialized) {
      await admin.command({ replSetInitiate: { _id: 'rs0', members: [{ _id: 0, host }] } })
    } else if (status === invalidReplicaSetConfig) {
      const config = await admin.client.db('local').collection('system.replset').findOne({})
      if (config === null) throw new Error('the kept data holds no replica set')
      await admin.command({ replSetReconfig: { ...config, members: [{ _id: 0, host }] }, force: true })
    }
  })

const isPrimary = (host: string): Promise<boolean> =>
  withAdmin(`mongodb://${host}/?directConnection=true`, async (admin) => {
    const hello = await admin.command({ hello: 1 })
    return hello.isWritablePrimary === true && hello.me === host
  })

const answers = (host: string): Promise<boolean> =>
  withAdmin(`mongodb://${host}/?directConnection=true`, async (admin) => (await admin.command({ ping: 1 })).ok === 1)

export const startMongo = async (dir: string, log: Log): Promise<string> => {
  const daemon = mongoDaemon(dir)
  await stopDaemon(daemon)
  const program = await findMongod(log)
  const port = await freePort()
  const host = `127.0.0.1:${port}`
  const small = ['--wiredTigerCacheSizeGB', '0.5', '--oplogSize', '256']
  const args = ['--dbpath', daemon.data, '--bind_ip', '127.0.0.1', '--port', String(port), '--replSet', 'rs0', ...small]
  startDaemon(daemon, program, args)
  try {
    await untilAnswers(daemon, () => answers(host))
    await initiate(host)
    await untilAnswers(daemon, () => isPrimary(host))
  } catch (error) {
    await stopDaemon(daemon)
    throw error
  }
  return `mongodb://${host}/?replicaSet=rs0`
}

/** A server that somebody else runs. Its URL can hold a password, so it is in no message. */
export const checkMongo = async (url: string): Promise<void> => {
  const hello = await withAdmin(url, (admin) => admin.command({ hello: 1 })).catch((error: unknown) => {
    const why = messageOf(error).split(url).join('MONGODB_URL').split('\n')[0]
    throw new Error(`MONGODB_URL is set, but MongoDB does not answer there: start it or unset MONGODB_URL (${why})`)
  })
  if (typeof hello.setName !== 'string' && hello.msg !== 'isdbgrid')
    throw new Error(
      'MONGODB_URL is a MongoDB without a replica set: transactions need one; start mongod with --replSet',
    )
}
