import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Db } from 'mongodb'
import { MongoClient } from 'mongodb'
import { startParts } from '../scripts/parts/parts.ts'
import { openStage, registration, revealing, type Server } from './stage.ts'

/**
 * `node bench/equal-work.ts`: what each side asks of MongoDB, by its profiler, side by side. Run it when a use case that is
 * measured changes, and bring its baseline after it.
 */
type Line = { _id: string; operations: number; documents: number; bytes: number }
type Table = Map<string, Record<Server, string>>

const dir = join(import.meta.dirname, '../.azukari/equal-work')
mkdirSync(dir, { recursive: true })
const parts = await startParts({ dir, log: console.log })
const databaseName = `azukari_equal_${Date.now().toString(36)}`
const client = await MongoClient.connect(parts.mongodbUrl)
const databases = [client.db(databaseName), client.db(`${databaseName}_keys`)]
const place = { mongodbUrl: parts.mongodbUrl, redisUrl: parts.redisUrl, databaseName, keysDirectory: join(dir, 'keys') }

const what = { $getField: { field: 'k', input: { $arrayElemAt: [{ $objectToArray: '$command' }, 0] } } }
const linesOf = (db: Db): Promise<Line[]> =>
  db
    .collection('system.profile')
    .aggregate<Line>([
      { $match: { op: { $ne: 'command' }, ns: { $not: /system\.profile/ } } },
      {
        $group: {
          _id: { $concat: [what, ' ', '$ns'] },
          operations: { $sum: 1 },
          documents: { $sum: { $ifNull: ['$nreturned', { $ifNull: ['$ninserted', '$nMatched'] }] } },
          bytes: { $sum: '$responseLength' },
        },
      },
    ])
    .toArray()

/** Runs one side with the profiler on, and adds what it asked to the table. */
const profile = async (table: Table, server: Server, count: number, work: () => Promise<unknown>): Promise<void> => {
  for (const db of databases) {
    await db.command({ profile: 0 })
    await db.collection('system.profile').drop()
    await db.createCollection('system.profile', { capped: true, size: 64 * 1024 * 1024 })
    await db.command({ profile: 2 })
  }
  await work()
  for (const db of databases)
    for (const { _id, operations, documents, bytes } of await linesOf(db)) {
      const name = _id.replace(databaseName, '')
      const row = table.get(name) ?? { ours: '-', baseline: '-' }
      const per = (value: number): string => (value / count).toFixed(2)
      table.set(name, {
        ...row,
        [server]: `${per(operations)} × · ${per(documents)} documents · ${per(bytes)} bytes answered`,
      })
    }
}

const stage = await openStage({ place, logDirectory: join(dir, 'logs'), connections: 4, warmUp: 0, secondsEach: 60 })
try {
  const count = 60
  const without = await stage.people(count * 2, 'without')
  const people = await stage.people(1500, 'with numbers')
  const sides = ['ours', 'baseline'] as const
  const works: Record<string, { count: number; by: (server: Server) => Promise<unknown> }> = {
    register: {
      count,
      by: (server) =>
        stage.serve('register', server, {
          count,
          from: server === 'ours' ? 0 : count,
          askOf: registration(without.ids, 5000),
        }),
    },
    reveal: { count, by: (server) => stage.serve('reveal', server, { count, from: 0, askOf: revealing(people.ids) }) },
    'export of 1500': { count: 1, by: (server) => stage.exportBy(server, people.companyId) },
  }
  for (const [name, work] of Object.entries(works)) {
    const table: Table = new Map()
    for (const side of sides) await profile(table, side, work.count, () => work.by(side))
    console.log(`\n${name}`)
    console.table(Object.fromEntries([...table].sort()))
  }
  // How large the documents are that each side left behind, act by act.
  for (const name of ['numbers', 'ledger_entries', 'outbox', 'idempotency', 'files', 'file_subjects']) {
    const _id = {
      act: '$operation',
      type: '$type',
      kind: '$kind',
      ours: { $or: [{ $eq: [{ $substrCP: ['$requestId', 0, 3] }, 'rid'] }, { $eq: ['$requestId', 'bench'] }] },
    }
    const sizes = {
      $group: {
        _id,
        bytes: { $avg: { $bsonSize: '$$ROOT' } },
        names: { $avg: { $binarySize: '$names' } },
        count: { $sum: 1 },
      },
    }
    const answers = {
      $group: { _id: { $binarySize: '$answer' }, bytes: { $avg: { $bsonSize: '$$ROOT' } }, count: { $sum: 1 } },
    }
    const numbers = {
      $group: {
        _id: { sealed: { $binarySize: '$sealed' }, issuedOn: '$issuedOn', by: '$registeredBy' },
        bytes: { $avg: { $bsonSize: '$$ROOT' } },
        count: { $sum: 1 },
      },
    }
    const pipeline = [name === 'idempotency' ? answers : name === 'numbers' ? numbers : sizes]
    for (const row of (await databases[0]?.collection(name).aggregate(pipeline).toArray()) ?? [])
      console.log(name, JSON.stringify(row))
  }
} finally {
  await stage.close()
  for (const db of databases) await db.dropDatabase()
  await client.close()
  await parts.stop()
  rmSync(dir, { recursive: true, force: true })
}
