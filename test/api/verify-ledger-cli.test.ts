import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { mongo } from 'mongoose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { takeLedger } from '../../scripts/demo/verify-offline.ts'
import { runCommand } from '../../src/cli/run.ts'
import { testParts } from '../support/parts.ts'
import { startTestService, type TestService } from '../support/service.ts'

const root = join(import.meta.dirname, '../..')
const home = mkdtempSync(join(tmpdir(), 'azukari-verify-'))
let service: TestService
const environment = () => ({
  MONGODB_URL: testParts().mongodbUrl,
  REDIS_URL: testParts().redisUrl,
  MONGODB_DATABASE: testParts().databaseName,
  REDIS_PREFIX: testParts().redisPrefix,
  KEYS_DIRECTORY: service.keysDirectory,
  ANCHOR_URL: pathToFileURL(service.anchorsDirectory).href,
})
/** As the operator starts it, in a small heap… */
const verify = async (words: readonly string[], env: Record<string, string> = environment()) => {
  const heap = '--max-old-space-size=96'
  const child = spawn(process.execPath, [heap, join(root, 'src/cli.ts'), 'ledger', 'verify', ...words], {
    env: { PATH: process.env.PATH, ...env },
  })
  const [out, told, code] = await Promise.all([
    Array.fromAsync(child.stdout as AsyncIterable<Buffer>),
    Array.fromAsync(child.stderr as AsyncIterable<Buffer>),
    new Promise<number | null>((resolve) => child.once('exit', resolve)),
  ])
  const lines = Buffer.concat(out).toString('utf8').split('\n').filter(Boolean)
  return { code, told: Buffer.concat(told).toString('utf8'), reports: lines.map((line) => JSON.parse(line)) }
}

/** …and in this process, where its answer is the point. */
const verifyHere = async (words: readonly string[]): Promise<{ code: number; text: string }> => {
  const out: string[] = []
  const terminal = { out: (text: string) => void out.push(text), told: () => undefined }
  return { code: await runCommand(['ledger', 'verify', ...words], environment(), terminal), text: out.join('') }
}

beforeAll(async () => {
  service = await startTestService()
})
afterAll(async () => {
  await service.close()
  rmSync(home, { recursive: true, force: true })
})

describe('azukari ledger verify, on a service that lives', () => {
  it('says that the ledger is whole, where it lies and outside; and after somebody was in the database, which entry is not', async () => {
    const { id } = await service.vendor.organizations.create({ name: '試験組織', mode: 'test' })
    const client = service.vendor.for(id)
    const appointment = { role: 'officer' as const, fromOn: '2020-01-01', basis: '任命書' }
    const officer = client.as({
      staff: (await client.staff.create({ name: '責任 者子', userId: 'j1', appointment })).id,
    })
    const handler = { ...appointment, role: 'handler' as const }
    for (let i = 0; i < 10; i++) await officer.staff.create({ name: '担当', userId: `h${i}`, appointment: handler })

    const files = await takeLedger(officer, home, () => undefined)
    const offline = ['--export', files.ledger, '--checkpoints', files.checkpoints, '--key', files.keys]
    const alone = await verify(offline, {})
    expect(alone).toMatchObject({ code: 0, reports: [{ ok: true, covers: 'everything' }] })
    expect(alone.reports[0].entries).toBeGreaterThan(10)

    const whole = await verify(['--organization', id])
    expect(whole.told).toContain(`${id}: `)
    expect(whole).toMatchObject({ code: 0, reports: [{ ok: true, organizationId: id, findings: [] }] })
    expect(whole.reports[0].rootsVerified).toBeGreaterThan(1)
    expect((await verifyHere([])).code).toBe(0)
    expect(await verifyHere(['--organization', 'org_x'])).toEqual({ code: 1, text: '' })

    const mongodb = await new mongo.MongoClient(testParts().mongodbUrl).connect()
    try {
      const entries = mongodb.db(testParts().databaseName).collection<{ _id: string }>('ledger_entries')
      const bent = await entries.findOneAndUpdate({ organizationId: id, index: 7 }, { $set: { at: new Date(0) } })
      const found = await verify([])
      expect(found.code).toBe(1)
      expect(found.told).toContain(`The first bad entry: entry 7, ${bent?._id} (changed).`)
      expect(found.reports.find(({ organizationId }) => organizationId === id).firstBadEntry).toMatchObject({
        kind: 'changed',
        index: 7,
        entryId: bent?._id,
      })
    } finally {
      await mongodb.close()
    }
  }, 180_000)

  it('an export of the same ledger as it was taken once knows what was done to a later one', async () => {
    const kept = join(home, 'checkpoints.jsonl')
    const empty = join(home, 'empty.jsonl')
    writeFileSync(empty, '')
    const cut = await verify(['--export', empty, '--checkpoints', kept, '--key', join(home, 'ledger.vkey')], {})
    expect(cut).toMatchObject({ code: 1, reports: [{ firstBadEntry: { kind: 'tail_cut', index: 0 } }] })
  }, 60_000)
})
