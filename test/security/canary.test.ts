import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { mongo } from 'mongoose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { liveTheLife } from '../../scripts/demo/life.ts'
import { createScreen } from '../../scripts/demo/screen.ts'
import { fixtureNumber } from '../support/fixture-number.ts'
import { testParts } from '../support/parts.ts'
import { startTestService, type TestService } from '../support/service.ts'
import { createSweeper, formsOf, sweepFolder, sweepMongo, sweepRedis } from '../support/sweep.ts'

/** Promise 1: after a whole life, no form of any number is anywhere but in the vault's ciphertext. */
describe('the canary sweep', () => {
  let service: TestService
  let out: string
  let numbers: string[] = []
  const { mongodbUrl, redisUrl, databaseName } = testParts()
  const since = new Date()
  const databases = [databaseName, `${databaseName}_keys`]

  beforeAll(async () => {
    service = await startTestService()
    out = mkdtempSync(join(tmpdir(), 'azukari-canary-'))
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
    await service.close()
    rmSync(out, { recursive: true, force: true })
  })

  it('finds no number in any document, in the oplog, in Redis, in the log or in a webhook', async () => {
    const sweeper = createSweeper(numbers)
    await sweepMongo(mongodbUrl, databases, sweeper, since)
    await sweepRedis(redisUrl, sweeper)
    expect(readdirSync(service.anchorsDirectory)).toHaveLength(1)
    sweepFolder(service.anchorsDirectory, sweeper)
    sweeper.look('log', Buffer.from(service.logLines.join('\n')))
    sweeper.look('webhooks', readFileSync(join(out, 'webhooks.jsonl')))
    sweeper.look('ledger', readFileSync(join(out, 'ledger.csv')))
    sweeper.look('certificate', readFileSync(join(out, 'certificate.jws')))
    expect(numbers.length).toBeGreaterThan(12)
    expect(sweeper.looked()).toBeGreaterThan(500_000)
    expect(sweeper.finds).toEqual([])
  }, 120_000)

  it('finds what is planted, in every form', async () => {
    // Another number than the life's: the oplog keeps what was planted.
    const number = fixtureNumber(9_000_000 + (Date.now() % 900_000))
    const client = await new mongo.MongoClient(mongodbUrl).connect()
    const planted = client.db(databaseName).collection('planted')
    try {
      for (const [form, bytes] of formsOf(number)) {
        const sweeper = createSweeper([number])
        sweeper.look('planted', Buffer.concat([Buffer.from('before '), bytes, Buffer.from(' after')]))
        expect(
          sweeper.finds.map((find) => find.form),
          form,
        ).toContain(form)
      }
      await planted.insertOne({ note: `番号は${number}です` })
      const sweeper = createSweeper([number])
      await sweepMongo(mongodbUrl, [databaseName], sweeper, since)
      expect(new Set(sweeper.finds.map((find) => find.where))).toEqual(
        new Set([`${databaseName}.planted`, 'local.oplog.rs']),
      )
    } finally {
      await planted.drop()
      await client.close()
    }
  }, 60_000)
})
