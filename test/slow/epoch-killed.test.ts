import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type EpochPoint, epochPoints } from '../../src/core/erasure/erasure.ts'
import { codeOf } from '../support/core.ts'
import { type ErasureGraph, openErasureGraph } from '../support/erasure-graph.ts'
import { advanceUntil, fillErasureGraph, revealAt } from '../support/erasure-setup.ts'
import { emptyParts, testParts } from '../support/parts.ts'

/** `kill -9` at every step of an epoch: afterwards nothing is readable that should not be, nothing unreadable that should be. */
let directory: string
let graph: ErasureGraph
beforeEach(async () => {
  await emptyParts()
  directory = mkdtempSync(join(tmpdir(), 'azukari-epoch-killed-'))
  graph = await openErasureGraph({ ...testParts(), directory }, { cacheSeconds: 1, chunkSize: 2 })
})
afterEach(async () => {
  await graph.close()
  rmSync(directory, { recursive: true, force: true })
})

const child = join(import.meta.dirname, '../support/epoch-child.ts')
/** How the process ended: by the signal, or with what it wrote. */
const runChild = (epochId: string, killAt: EpochPoint): Promise<string> =>
  new Promise((resolve, reject) => {
    const input = JSON.stringify({ place: { ...testParts(), directory }, killAt, epochId })
    const started = spawn(process.execPath, [child, input], { stdio: ['ignore', 'ignore', 'pipe'] })
    let told = ''
    started.stderr.on('data', (chunk: Buffer) => {
      told += chunk.toString('utf8')
    })
    started.once('error', reject)
    started.once('exit', (code, signal) => resolve(signal ?? `${code} ${told}`))
  })
const keyRows = (name: string) => graph.keysDb.mongoose.connection.collection(name).find().toArray()
const rows = (name: string, filter: Record<string, unknown>) =>
  graph.db.mongoose.connection.collection(name).find(filter).toArray()

describe('a worker killed in an epoch', () => {
  it.each(epochPoints)(
    'at the point “%s” leaves it to another one',
    async (point) => {
      const { caller, living, leavers, dispose, add } = await fillErasureGraph(graph, { living: 3, leavers: 3 })
      await dispose(leavers.map(({ id }) => id))
      const { _id } = await graph.erasure.operator.start()
      expect(await runChild(_id, point)).toBe('SIGKILL')

      // While nobody has taken over: the living are there, the others are not, and one more is registered.
      for (const { id, digits } of living) expect(await revealAt(graph, caller, id)).toBe(digits)
      for (const { id } of leavers) expect(await codeOf(revealAt(graph, caller, id))).toBe('number_missing')
      const meanwhile = await add()
      const early = await rows('certificates', { status: 'erased' })
      if (point !== 'chunk certified') expect(early).toEqual([])

      const epoch = await advanceUntil(graph, _id, ({ state }) => state === 'finished')
      const fresh = await openErasureGraph({ ...testParts(), directory }, { cacheSeconds: 1 })
      try {
        for (const { id, digits } of [...living, meanwhile]) expect(await revealAt(fresh, caller, id)).toBe(digits)
      } finally {
        await fresh.close()
      }
      expect(graph.errors).toEqual([])
      // One that was made and not yet kept is nobody's: it wraps nothing.
      expect(readdirSync(join(directory, 'kms')).length).toBe(point === 'KMS version made' ? 2 : 1)
      const platform = await keyRows('platform_keys')
      expect(new Set(platform.map(({ kmsVersion }) => kmsVersion)).size).toBe(1)
      const keks = new Set(
        (await keyRows('organization_keys')).filter(({ kind }) => kind === 'kek').map(({ _id: k }) => k),
      )
      expect((await keyRows('deks')).every(({ kekId }) => keks.has(kekId))).toBe(true)
      const certificates = await rows('certificates', {})
      expect(certificates.map(({ status }) => status)).toEqual(['erased', 'erased', 'erased'])
      expect(certificates.every(({ erasedAt }) => erasedAt.getTime() === epoch.erasableAt?.getTime())).toBe(true)
      for (const [operation, count] of [
        ['renew_keys', 1],
        ['erase', 3],
      ] as const)
        expect((await rows('ledger_entries', { operation })).length).toBe(count)
      expect((await rows('outbox', { type: 'number.erased' })).length).toBe(3)
    },
    90_000,
  )
})
