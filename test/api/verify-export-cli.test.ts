import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { makeLedger, rewrite, toText } from '../support/ledger-export.ts'

const root = join(import.meta.dirname, '../..')
const home = mkdtempSync(join(tmpdir(), 'azukari-verify-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

const write = (name: string, lines: readonly string[]): string => {
  const file = join(home, name)
  writeFileSync(file, `${lines.join('\n')}\n`)
  return file
}
/** Without any setting, on a machine that has nothing but Node: `production` would refuse them all. */
const verify = async (options: Record<string, string>) => {
  const words = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value])
  const child = spawn(
    process.execPath,
    ['--max-old-space-size=96', join(root, 'src/cli.ts'), 'ledger', 'verify', ...words],
    {
      env: { PATH: process.env.PATH, NODE_ENV: 'production' },
    },
  )
  const [out, told, code] = await Promise.all([
    Array.fromAsync(child.stdout as AsyncIterable<Buffer>),
    Array.fromAsync(child.stderr as AsyncIterable<Buffer>),
    new Promise<number | null>((resolve) => child.once('exit', resolve)),
  ])
  const text = Buffer.concat(out).toString('utf8')
  return { code, told: Buffer.concat(told).toString('utf8'), report: text === '' ? undefined : JSON.parse(text) }
}

describe('azukari ledger verify --export', () => {
  const ledger = makeLedger(30, [10, 30])
  const checkpoints = write('checkpoints.jsonl', ledger.checkpoints)
  const key = write('ledger.vkey', [ledger.publicKeys])

  it('says that a whole ledger is whole, with exit 0, without settings and without a database', async () => {
    const whole = write('ledger.jsonl', toText([ledger.header, ...ledger.proven]))
    const { code, told, report } = await verify({ export: whole, checkpoints, key })
    expect([code, told]).toEqual([0, 'Everything is as it was sealed.\n'])
    expect(report).toMatchObject({ ok: true, entries: 30, checkpointsVerified: 2 })
  }, 30_000)

  it('takes one note in place of a list of checkpoints', async () => {
    const whole = write('ledger.jsonl', toText(ledger.lines))
    const note = write('checkpoint.txt', [ledger.checkpoint(30).trimEnd()])
    expect(await verify({ export: whole, checkpoints: note, key })).toMatchObject({
      code: 0,
      report: { checkpointsVerified: 1 },
    })
  }, 30_000)

  it('names the first entry that is not what was sealed, with exit 1', async () => {
    const lines = ledger.proven.map((line, i) => (i > 16 && i % 3 === 0 ? rewrite(line, { outcome: 'refused' }) : line))
    const { code, told, report } = await verify({
      export: write('changed.jsonl', toText([ledger.header, ...lines])),
      checkpoints,
      key,
    })
    expect(code).toBe(1)
    expect(report.firstBadEntry).toMatchObject({ kind: 'changed', index: 18 })
    expect(told).toContain(`The first bad entry: entry 18, ${report.firstBadEntry.entryId} (changed).`)
  }, 30_000)

  it('says what is missing or cannot be read', async () => {
    const whole = write('ledger.jsonl', toText(ledger.lines))
    expect(await verify({ export: whole, checkpoints })).toMatchObject({ code: 2, report: undefined })
    expect((await verify({ export: join(home, 'nowhere'), checkpoints, key })).told).toContain('--export')
    expect((await verify({ export: whole, checkpoints, key: checkpoints })).told).toContain('--key')
    expect((await verify({ export: whole, checkpoints, key, receipts: whole })).told).toContain('--receipt-keys')
    // Nothing that was asked to be looked at is passed over: exit 2, before any setting or database is.
    for (const surplus of ['checkpoints', 'key', 'receipts', 'receipt-keys']) {
      const { code, told } = await verify({ [surplus]: whole })
      expect([code, told.split('\n')[0]]).toEqual([2, 'azukari: --export is missing.'])
    }
    expect(await verify({ export: whole, checkpoints, key, organization: 'org_x' })).toMatchObject({ code: 2 })
  }, 60_000)
})
