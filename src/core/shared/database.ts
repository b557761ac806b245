import { AsyncLocalStorage } from 'node:async_hooks'
import { type ClientSession, type Model, Mongoose, mongo, type Schema } from 'mongoose'
import { AppError } from './errors.ts'
import { isolation, mustNameOrganization } from './isolation.ts'

/**
 * One MongoDB database with its own mongoose instance. The data database joins model operations to the running
 * transaction by itself (`transactionAsyncLocalStorage`); the key database must not, so that no step can ever need one
 * transaction over both.
 */
export type Database = ReturnType<typeof createDatabase>

/** How long a transaction is tried again for. */
const contendedMs = 10_000

export const createDatabase = (options: { url: string; name: string; joinsTransactions: boolean }) => {
  const mongoose = new Mongoose()
  mongoose.set('transactionAsyncLocalStorage', options.joinsTransactions)
  mongoose.set('autoIndex', false)
  mongoose.set('autoCreate', false)
  mongoose.set('strictQuery', 'throw')
  mongoose.set('bufferCommands', false)
  mongoose.set('sanitizeFilter', false)
  mongoose.plugin(isolation)

  const connect = async (): Promise<void> => {
    await mongoose.connect(options.url, {
      dbName: options.name,
      appName: 'azukari',
      serverSelectionTimeoutMS: 5000,
      socketTimeoutMS: 60_000,
      maxPoolSize: 64,
      writeConcern: { w: 'majority', journal: true },
      readConcern: { level: 'majority' },
      retryWrites: true,
    })
  }

  /**
   * Collections and indexes must exist before the first transaction needs them. Most starts find all of them there, so that
   * each collection's indexes go in one command (mongoose would send one for each index).
   */
  const prepare = async (): Promise<void> => {
    const there = new Set((await mongoose.connection.listCollections()).map(({ name }) => name))
    for (const name of mongoose.modelNames()) {
      const model = mongoose.model(name)
      if (!there.has(model.collection.collectionName)) await model.createCollection()
      const indexes = model.schema.indexes().map(([key, options]) => ({ ...options, key }) as mongo.IndexDescription)
      if (indexes.length === 0) continue
      await model.collection.createIndexes(indexes).catch(async (error: unknown) => {
        if (!isIndexConflict(error)) throw error
        await dropOutdated(name)
        await model.collection.createIndexes(indexes)
      })
    }
  }

  /** Only what stands in the way of an index of this release goes; indexes that an operator has added stay. */
  const dropOutdated = async (modelName: string): Promise<void> => {
    const model = mongoose.model(modelName)
    const wanted = model.schema.indexes().map(([keys, options]) => ({
      keys: JSON.stringify(keys),
      name: options.name ?? Object.entries(keys).flat().join('_'),
    }))
    const { toDrop } = await model.diffIndexes()
    for (const { key, name } of await model.listIndexes()) {
      const keys = JSON.stringify(key)
      const rival = wanted.find((index) => index.name === name || index.keys === keys)
      if (name === undefined || rival === undefined) continue
      // mongoose takes two indexes that differ in their names alone for one.
      if (toDrop.includes(name) || rival.name !== name) await model.collection.dropIndex(name)
    }
  }

  /**
   * Runs `work` in one transaction, majority and journaled. MongoDB re-runs it under contention: it must be repeatable,
   * touch nothing but the database, and not run things side by side. Where transactions are not joined (the key database)
   * each operation names the session.
   *
   * The driver would go on for two minutes. A process that was killed leaves its transaction open at the server until
   * transactionLifetimeLimitSeconds (60 by default), and whoever waits for its documents is told so long before.
   */
  const inTransaction = async <T>(work: (session: ClientSession) => Promise<T>): Promise<T> => {
    const began = performance.now()
    let tries = 0
    const bounded = (session: ClientSession): Promise<T> => {
      tries += 1
      if (tries > 1 && performance.now() - began > contendedMs)
        throw new AppError('unavailable', 'Something else is being written in the same place: try again.', {
          cause: contended,
        })
      return work(session)
    }
    const options = { readConcern: { level: 'snapshot' }, writeConcern: { w: 'majority', journal: true } } as const
    return mongoose.connection.transaction(
      async (session) => running.run(session, () => bounded(session)),
      options,
    ) as Promise<T>
  }

  const running = new AsyncLocalStorage<ClientSession>()

  /**
   * Many rows, each of one organization. Within a transaction they go as one plain command: `insertMany` serializes each row
   * alone and then copies all of them three times, which for a chunk of 500 ledger entries is over 3 MB outside the heap.
   * (Nothing is lost by it: the driver retries no single write of a transaction.)
   */
  const insertMany = async <T>(model: Model<T>, rows: readonly T[]): Promise<void> => {
    const session = options.joinsTransactions ? running.getStore() : undefined
    const { db: native } = mongoose.connection
    if (session === undefined || native === undefined) {
      await model.insertMany([...rows], { lean: true })
      return
    }
    mustNameOrganization(model, rows, 'insert')
    const answer = await native.command({ insert: model.schema.get('collection'), documents: rows }, { session })
    const [failed] = answer.writeErrors ?? []
    if (failed !== undefined) throw new mongo.MongoServerError(failed)
  }

  const define = <T>(name: string, schema: Schema<T>) => mongoose.model<T>(name, schema)

  /** A server alone has no transactions. A mongos stands before replica sets. */
  const isReplicaSet = async (): Promise<boolean> => {
    const hello = await mongoose.connection.db?.admin().command({ hello: 1 })
    return typeof hello?.setName === 'string' || hello?.msg === 'isdbgrid'
  }

  const ping = async (): Promise<void> => {
    await mongoose.connection.db?.admin().ping()
  }

  /** An administrative command, or one on this database, for whoever looks after the server. Its answer is the server's own. */
  const command = async (
    words: Record<string, unknown>,
    on: 'admin' | 'database',
  ): Promise<Record<string, unknown>> => {
    const { db } = mongoose.connection
    const answer: unknown = await (on === 'admin' ? db?.admin().command(words) : db?.command(words))
    return typeof answer === 'object' && answer !== null ? { ...answer } : {}
  }

  return {
    command,
    name: options.name,
    mongoose,
    connect,
    prepare,
    inTransaction,
    insertMany,
    define,
    isReplicaSet,
    ping,
    close: () => mongoose.disconnect(),
  }
}

/** An index of another release has the same name and other keys, or the same keys and another name or other options. */
const isIndexConflict = (error: unknown): boolean =>
  error instanceof mongo.MongoServerError && (error.code === 85 || error.code === 86)

const contended = new Error('contended for longer than the time that a transaction gets')
/** Whether somebody else's transaction was in the way for all of the time that one gets. */
export const isContended = (error: unknown): boolean => error instanceof AppError && error.cause === contended

const unreachable =
  /^Mongo(Network|NetworkTimeout|ServerSelection|PoolCleared|PoolClosed|NotConnected|Topology|ConnectionPool|WriteConcern|OperationTimeout|ExpiredSession|ClientClosed|WaitQueueTimeout)/
/** The driver's own word that trying again is right. */
const retryableLabels = ['TransientTransactionError', 'UnknownTransactionCommitResult', 'RetryableWriteError']
/** Codes of a replica set that is electing, stepping down or shutting down, and of transactions it has lost. */
const retryableCodes = new Set([6, 7, 50, 64, 89, 91, 112, 189, 251, 262, 9001, 10107, 11600, 11602, 13435, 13436])

/** Whether MongoDB could not be reached, so that trying again later is the right answer. */
export const isUnreachable = (error: unknown): boolean => {
  if (!(error instanceof Error)) return false
  if (unreachable.test(error.name) || error.name === 'MongooseServerSelectionError') return true
  if (error instanceof mongo.MongoError && retryableLabels.some((label) => error.hasErrorLabel(label))) return true
  if ('code' in error && typeof error.code === 'number' && retryableCodes.has(error.code)) return true
  // A bulk write keeps what stopped it as the server's answer, even where no server answered.
  if (error instanceof mongo.MongoBulkWriteError && isUnreachable(error.errorResponse)) return true
  // Some of mongoose's errors carry the driver's as their cause.
  return error.cause !== undefined && error.cause !== error && isUnreachable(error.cause)
}
