import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { mongo } from 'mongoose'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { liveTheLife } from '../../scripts/demo/life.ts'
import { createScreen } from '../../scripts/demo/screen.ts'
import { fixtureNumber } from '../support/fixture-number.ts'
import { startOwnMongo } from '../support/own-parts.ts'
import { testParts } from '../support/parts.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { createSweeper, formsOf, sweepBlobs, sweepFolder, sweepMongo, sweepRedis } from '../support/sweep.ts'

/**
 * Promise 1: after a whole life, no form of any number is anywhere but in the vault's ciphertext. The key database lies on a
 * server of its own, so that its oplog is looked at too; temporary files have a folder of their own.
 */
describe('the canary sweep', () => {
  let keysMongo: Awaited<ReturnType<typeof startOwnMongo>>
  let service: TestService
  let home: string
  let out: string
  let temporary: string
  let numbers: string[] = []
  const { mongodbUrl, redisUrl, databaseName } = testParts()
  const keysName = `${databaseName}_keys`
  const since = new Date()

  beforeAll(async () => {
    keysMongo = await startOwnMongo({ beside: 'keys' })
    home = mkdtempSync(join(tmpdir(), 'azukari-canary-'))
    ;[out, temporary] = [join(home, 'out'), join(home, 'tmp')]
    for (const folder of [out, temporary]) mkdirSync(folder)
    vi.stubEnv('TMPDIR', temporary)
    service = await startTestService({ mongodbKeysUrl: keysMongo.url })
    const screen = createScreen()
    const platform = { platformId: '', ...service.credentials }
    const quiet = { ...screen, line: () => undefined, progress: () => () => undefined }
    const lived = await liveTheLife({
      baseUrl: service.baseUrl,
      platform,
      out,
      dataDirectory: join(import.meta.dirname, '../../examples/data'),
      screen: quiet,
    })
    numbers = lived.numbers
  }, 120_000)
  afterAll(async () => {
    await service?.close()
    await keysMongo?.remove()
    vi.unstubAllEnvs()
    rmSync(home, { recursive: true, force: true })
  })

  const sweepAll = async (sweeper: ReturnType<typeof createSweeper>): Promise<void> => {
    await sweepMongo(mongodbUrl, [databaseName], sweeper, since)
    await sweepMongo(keysMongo.url, [keysName], sweeper, since, 'keys’ oplog')
    await sweepBlobs(mongodbUrl, databaseName, sweeper)
    await sweepRedis(redisUrl, sweeper)
    expect(readdirSync(service.anchorsDirectory)).toHaveLength(1)
    sweepFolder(service.anchorsDirectory, sweeper)
    sweepFolder(temporary, sweeper)
    sweeper.look('log', Buffer.from(service.logLines.join('\n')))
  }
  /** What leaves the service and shows no number; `payroll.csv` and the filing are made to show some. */
  const withoutNumbers = ['webhooks.jsonl', 'ledger.csv', 'certificate.jws', '309-payee.pdf']

  it('finds no number in any document, blob or oplog of both servers, in Redis, the log, temporary files or what goes out', async () => {
    const sweeper = createSweeper(numbers)
    await sweepAll(sweeper)
    const shown = join(home, 'shown')
    mkdirSync(shown)
    for (const name of withoutNumbers) cpSync(join(out, name), join(shown, name))
    sweepFolder(shown, sweeper)
    expect(numbers.length).toBeGreaterThan(12)
    expect(sweeper.looked()).toBeGreaterThan(500_000)
    for (const place of [
      ...['numbers', 'idempotency', 'ledger_entries', 'outbox', 'jobs', 'blobs.chunks'].map(
        (c) => `${databaseName}.${c}`,
      ),
      ...['deks', 'organization_keys', 'platform_keys'].map((c) => `${keysName}.${c}`),
      ...['local.oplog.rs', 'keys’ oplog', 'blobs', 'log'],
      ...withoutNumbers.map((name) => join(shown, name)),
    ])
      expect(sweeper.places.get(place) ?? 0, place).toBeGreaterThan(0)
    expect(sweeper.finds).toEqual([])
  }, 120_000)

  it('finds the numbers that the files for payroll and for the tax office do show, through PDF and CSV', async () => {
    for (const name of ['payroll.csv', '309dat01.txt', '309-filing.pdf']) {
      const sweeper = createSweeper(numbers)
      const folder = mkdtempSync(join(home, 'file-'))
      cpSync(join(out, name), join(folder, name))
      sweepFolder(folder, sweeper)
      expect(sweeper.finds.length, name).toBeGreaterThan(0)
    }
  })

  it('finds what is planted, in every form and in every place', async () => {
    // Another number than the life's: the oplog keeps what was planted.
    const number = fixtureNumber(9_000_000 + (Date.now() % 900_000))
    for (const [form, bytes] of formsOf(number)) {
      const sweeper = createSweeper([number])
      sweeper.look('planted', Buffer.concat([Buffer.from('before '), bytes, Buffer.from(' after')]))
      expect(
        sweeper.finds.map((find) => find.form),
        form,
      ).toContain(form)
    }

    const clients = await Promise.all([mongodbUrl, keysMongo.url].map((url) => new mongo.MongoClient(url).connect()))
    const [data, keys] = [clients[0]?.db(databaseName), clients[1]?.db(keysName)]
    if (data === undefined || keys === undefined) throw new Error('no database')
    const note = { note: `番号は${number}です` }
    const zip = zipOf(Buffer.from(`in a ZIP ${number}`))
    try {
      await data.collection('planted').insertOne(note)
      await keys.collection('planted').insertOne(note)
      await data.collection<mongo.Document>('idempotency').insertOne({ _id: 'planted' as never, answer: { number } })
      // Across the border of two chunks, and packed.
      const chunks = data.collection('blobs.chunks')
      await chunks.insertMany([
        { files_id: 'org_planted/a', n: 0, data: Buffer.from(number.slice(0, 5)) },
        { files_id: 'org_planted/a', n: 1, data: Buffer.from(number.slice(5)) },
        { files_id: 'org_planted/b', n: 0, data: zip },
      ])
      writeFileSync(join(temporary, 'planted'), zip)
      const sweeper = createSweeper([number])
      await sweepAll(sweeper)
      expect(new Set(sweeper.finds.map((find) => find.where))).toEqual(
        new Set([
          `${databaseName}.planted`,
          `${databaseName}.idempotency`,
          `${keysName}.planted`,
          'local.oplog.rs',
          'keys’ oplog',
          'blobs',
          join(temporary, 'planted'),
        ]),
      )
      expect(sweeper.finds.filter(({ where, form }) => where === 'blobs' && form === 'plain').length).toBe(2)
    } finally {
      await data.collection('planted').drop()
      await data.collection<mongo.Document>('idempotency').deleteOne({ _id: 'planted' as never })
      await data.collection('blobs.chunks').deleteMany({ files_id: /^org_planted/ })
      await Promise.all(clients.map((client) => client.close()))
    }
    expect(readFileSync(join(temporary, 'planted')).includes(number)).toBe(false)
  }, 60_000)
})

/** One deflated member, as a local header announces it. */
const zipOf = (bytes: Buffer): Buffer => {
  const header = Buffer.alloc(30)
  header.write('504b0304', 0, 'hex')
  header.writeUInt16LE(8, 8)
  header.writeUInt16LE(1, 26)
  return Buffer.concat([header, Buffer.from('a'), deflateRawSync(bytes)])
}
