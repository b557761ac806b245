import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestCore, type TestCore } from '../support/core.ts'
import { sealingOf } from '../support/sealing-setup.ts'

/**
 * Other people's tools: checkpoints and proofs go through golang.org/x/mod/sumdb, which verifies Go's own module log. Where Go
 * is missing, or its module cannot be had, this says so and proves nothing.
 */
const source = join(import.meta.dirname, '../support/go-verify')
const home = mkdtempSync(join(tmpdir(), 'azukari-go-'))
const program = join(home, 'verify')
const build = async (): Promise<string | undefined> => {
  // Where its installer puts it, when it is on no path.
  for (const each of ['go', '/usr/local/go/bin/go'])
    try {
      const env = { ...process.env, GOFLAGS: '-mod=readonly', GOTOOLCHAIN: 'local' }
      await promisify(execFile)(each, ['build', '-o', program, '.'], { cwd: source, env, timeout: 240_000 })
      return undefined
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') continue
      return `Go could not build the verifier: ${error instanceof Error ? error.message.split('\n').slice(0, 3).join(' ') : ''}`
    }
  return 'Go is not installed here'
}
const missing = await build()
if (missing !== undefined) console.warn(`SKIPPED, nothing was verified by other people's tools: ${missing}`)

const ask = async (question: object): Promise<string> => {
  const child = spawn(program)
  child.stdin.end(JSON.stringify(question))
  const [out, told] = await Promise.all([
    Array.fromAsync(child.stdout as AsyncIterable<Buffer>),
    Array.fromAsync(child.stderr as AsyncIterable<Buffer>),
  ])
  return Buffer.concat([...out, ...told])
    .toString('utf8')
    .trim()
}

describe.skipIf(missing !== undefined)('golang.org/x/mod/sumdb, note and tlog', () => {
  let core: TestCore
  beforeAll(async () => {
    core = await createTestCore()
  })
  afterAll(async () => {
    await core.stop()
    rmSync(home, { recursive: true, force: true })
  })

  it('verify our checkpoint, inclusion and consistency, and refuse another note, leaf, place or tree', async () => {
    const { caller } = await core.makeOrganization()
    const { sealing } = sealingOf(core)
    const record = async (count: number) => {
      const touch = { operation: 'view', functionName: 'マイナンバー閲覧', outcome: 'released' } as const
      await core.ledger.append(await core.ledger.prepare(caller, new Array(count).fill(touch)))
      return sealing.checkpoint(caller)
    }
    const [older, newer] = [await record(300), await record(412)]
    const vkeys = (await sealing.checkpoints.publicKeys(caller.organizationId)).map(({ verifierKey }) => verifierKey)
    const entries = await core.documents('ledger_entries')
    const base64url = (hashes: readonly Buffer[]) => hashes.map((hash) => hash.toString('base64url'))

    for (const index of [0, 255, 256, 301, newer.size - 1]) {
      const entryId = String(entries.find((entry) => entry.index === index)?._id)
      const { leaf, hashes } = await sealing.proofs.inclusion(caller, { entryId })
      const inclusion = { leaf, index, hashes: base64url(hashes) }
      const question = { vkeys, note: newer.note, inclusion }
      expect(await ask(question)).toBe('verified')
      expect(await ask({ ...question, inclusion: { ...inclusion, leaf: leaf.replace('"v":1', '"v":2') } })).toMatch(
        /^inclusion/,
      )
      expect(await ask({ ...question, inclusion: { ...inclusion, index: index + 1 } })).toMatch(/^inclusion/)
    }

    const { hashes } = await sealing.proofs.consistency(caller, { from: older.size, to: newer.size })
    const consistency = { from: older.note, hashes: base64url(hashes) }
    const question = { vkeys, note: newer.note, consistency }
    expect(await ask(question)).toBe('verified')
    expect(await ask({ ...question, consistency: { ...consistency, from: newer.note } })).toMatch(/^consistency/)
    expect(await ask({ ...question, note: newer.note.replace(`\n${newer.size}\n`, `\n${newer.size - 1}\n`) })).toMatch(
      /^checkpoint/,
    )
    const other = (await core.makeOrganization()).caller
    const theirs = (await sealing.checkpoints.publicKeys(other.organizationId)).map(({ verifierKey }) => verifierKey)
    expect(await ask({ ...question, vkeys: theirs })).toMatch(/^checkpoint/)
  }, 60_000)
})
