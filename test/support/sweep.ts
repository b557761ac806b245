import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { Redis } from 'ioredis'
import { mongo } from 'mongoose'
import { unpacked } from './inflate.ts'

/** Every form in which a number could lie somewhere, as bytes. */
export const formsOf = (number: string): Map<string, Buffer> => {
  const groups = [number.slice(0, 4), number.slice(4, 8), number.slice(8)]
  const wide = [...number].map((digit) => String.fromCodePoint((digit.codePointAt(0) ?? 0) + 0xfee0)).join('')
  const forms = new Map<string, Buffer>()
  const add = (name: string, bytes: Buffer | string): void => void forms.set(name, Buffer.from(bytes))
  add('plain', number)
  add('13 digits', `0${number}`)
  add('spaced', groups.join(' '))
  add('hyphened', groups.join('-'))
  add('full-width', wide)
  add('full-width spaced', [wide.slice(0, 4), wide.slice(4, 8), wide.slice(8)].join('　'))
  add('full-width CP932', Buffer.from([...number].flatMap((digit) => [0x82, 0x4f + Number(digit)])))
  add('utf-16', Buffer.from(number, 'utf16le'))
  add('hex', Buffer.from(number).toString('hex'))
  // Base64 at each of the three alignments, without the characters that neighbours change.
  for (const shift of [0, 1, 2]) {
    const text = Buffer.concat([Buffer.alloc(shift), Buffer.from(number)]).toString('base64')
    add(`base64+${shift}`, text.slice(shift === 0 ? 0 : 4, text.length - (shift === 0 ? 0 : 4)))
  }
  add('reversed', [...number].reverse().join(''))
  const long = Buffer.alloc(8)
  long.writeBigInt64LE(BigInt(number))
  if (BigInt(number) > 0xffffffffn) add('int64', long)
  const double = Buffer.alloc(8)
  double.writeDoubleLE(Number(number))
  add('double', double)
  for (const algorithm of ['md5', 'sha1', 'sha256', 'sha512', 'sha3-256']) {
    const digest = createHash(algorithm).update(number).digest()
    add(algorithm, digest)
    add(`${algorithm} hex`, digest.toString('hex'))
    add(`${algorithm} base64`, digest.toString('base64'))
    add(`${algorithm} base64url`, digest.toString('base64url'))
  }
  add('deflated', deflateRawSync(number))
  return forms
}

export type Find = { where: string; form: string; which: number }
export type Sweeper = {
  look: (where: string, bytes: Buffer) => void
  finds: Find[]
  looked: () => number
  /** How many bytes were looked at in each place: a place without any was not looked at. */
  places: ReadonlyMap<string, number>
}

export const createSweeper = (numbers: readonly string[]): Sweeper => {
  const forms = numbers.map(formsOf)
  const finds: Find[] = []
  const places = new Map<string, number>()
  let bytesLooked = 0
  return {
    finds,
    places,
    looked: () => bytesLooked,
    look: (where, bytes) => {
      bytesLooked += bytes.length
      places.set(where, (places.get(where) ?? 0) + bytes.length)
      for (const [which, each] of forms.entries())
        for (const [form, pattern] of each) if (bytes.includes(pattern)) finds.push({ where, form, which })
    },
  }
}

const batchBytes = 1024 * 1024
/** Every document of every collection of these databases, and what the oplog holds of them, as BSON. */
export const sweepMongo = async (
  url: string,
  databases: readonly string[],
  sweeper: Sweeper,
  since: Date,
  oplogName = 'local.oplog.rs',
): Promise<void> => {
  const client = await new mongo.MongoClient(url).connect()
  const read = async (
    database: string,
    collection: string,
    filter: object,
    name = `${database}.${collection}`,
  ): Promise<void> => {
    let batch: Buffer[] = []
    let size = 0
    const flush = (): void => {
      sweeper.look(name, Buffer.concat(batch))
      batch = []
      size = 0
    }
    for await (const document of client
      .db(database)
      .collection(collection)
      .find(filter, { raw: true, batchSize: 500 })) {
      batch.push(document as unknown as Buffer)
      size += (document as unknown as Buffer).length
      if (size > batchBytes) flush()
    }
    flush()
  }
  try {
    for (const database of databases)
      for (const { name } of await client.db(database).listCollections({}, { nameOnly: true }).toArray())
        await read(database, name, {})
    const from = new mongo.Timestamp({ t: Math.floor(since.getTime() / 1000) - 1, i: 0 })
    // A transaction's entries carry the namespace inside. What the tests beside this one write is left out: it is much.
    const ours = new RegExp(`^(${databases.join('|')})\\.`)
    await read('local', 'oplog.rs', { ts: { $gte: from }, $or: [{ ns: ours }, { 'o.applyOps.ns': ours }] }, oplogName)
  } finally {
    await client.close()
  }
}

/** Every stored blob as one run of bytes: a number may lie across the border of two chunks. */
export const sweepBlobs = async (url: string, database: string, sweeper: Sweeper): Promise<void> => {
  const client = await new mongo.MongoClient(url).connect()
  try {
    const chunks = client.db(database).collection<{ files_id: string; n: number; data: Buffer }>('blobs.chunks')
    for (const id of await chunks.distinct('files_id')) {
      const rows = await chunks.find({ files_id: id }, { promoteBuffers: true }).sort({ n: 1 }).toArray()
      for (const bytes of unpacked(Buffer.concat(rows.map(({ data }) => data)))) sweeper.look('blobs', bytes)
    }
  } finally {
    await client.close()
  }
}

/** Everything Redis holds. */
export const sweepRedis = async (url: string, sweeper: Sweeper): Promise<void> => {
  const redis = new Redis(url)
  try {
    for (const key of await redis.keys('*')) {
      sweeper.look(`redis key`, Buffer.from(key))
      const dump = await redis.dumpBuffer(key)
      if (dump !== null) sweeper.look(`redis ${key}`, dump)
      const type = await redis.type(key)
      // DUMP compresses long strings: read the plain values too.
      if (type === 'hash') sweeper.look(`redis ${key}`, Buffer.from(JSON.stringify(await redis.hgetall(key))))
      if (type === 'string') sweeper.look(`redis ${key}`, (await redis.getBuffer(key)) ?? Buffer.alloc(0))
      if (type === 'stream')
        sweeper.look(`redis ${key}`, Buffer.from(JSON.stringify(await redis.xrange(key, '-', '+'))))
    }
  } finally {
    redis.disconnect()
  }
}

/** Every file below, what is packed in it too; `since` leaves out what others left there before. */
export const sweepFolder = (folder: string, sweeper: Sweeper, since = new Date(0)): void => {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    const stats = statSync(path)
    if (stats.isDirectory()) sweepFolder(path, sweeper, since)
    else if (stats.isFile() && stats.mtime >= since)
      for (const bytes of unpacked(readFileSync(path))) sweeper.look(path, bytes)
  }
}
