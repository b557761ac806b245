import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Caller } from '../src/core/shared/caller.ts'
import { runChild } from './child.ts'
import { openGraph } from './graph.ts'
import { type DoneInHeap, heapRow } from './heap-row.ts'
import type { FileInput } from './ledger-file-side.ts'
import type { ReadDone, ReadInput } from './ledger-read-side.ts'
import { entriesEach, seedEntries } from './ledger-rows.ts'
import type { PartInput } from './main-part.ts'
import { median, quantile } from './quantile.ts'
import { toRow } from './row.ts'
import { appendingRows, sealingRow } from './sealer-rows.ts'
import { seedOrganization } from './seed.ts'
import { heapMegabytes } from './sizes.ts'
import { verifyingRows } from './verify-rows.ts'

const part = 'ledger'
const shown = (count: number): string => count.toLocaleString('en')

/** Reading the 取扱記録: what a page costs must not grow with the ledger. */
export const measureLedger = async ({ place, sizes, logDirectory, log, add }: PartInput): Promise<void> => {
  const { rounds, ledgerSmall, ledgerLarge, ledgerPages } = sizes
  mkdirSync(logDirectory, { recursive: true })
  const from = new Date(Date.now() - 91 * 24 * 3600 * 1000)
  const period = { from: from.toISOString(), to: new Date().toISOString() }
  const graph = await openGraph(place)
  await graph.prepare()
  const seeded = async (count: number): Promise<{ caller: Caller; people: number; count: number }> => {
    const { caller } = await seedOrganization(graph)
    const startedAt = performance.now()
    await seedEntries(graph, caller, count, from)
    log(`${shown(count)} entries inserted in ${((performance.now() - startedAt) / 1000).toFixed(0)} s`)
    return { caller, people: Math.max(1, Math.floor(count / entriesEach)), count }
  }
  const small = await seeded(ledgerSmall)
  const large = await seeded(ledgerLarge)
  await graph.close()

  const options = (name: string) => ({ logFile: join(logDirectory, `ledger-${name}.log`), heapMegabytes })
  const read = async (ledger: typeof small, what: ReadInput['what'], pages = ledgerPages): Promise<ReadDone> => {
    const { caller, people } = ledger
    const input: ReadInput = { place, caller, people, pages, what, ...period }
    return (await runChild('bench/ledger-read-side.ts', input, options(what))) as ReadDone
  }

  /** The two ledgers in turn, each time in a fresh process. */
  const grows = async (what: 'page' | 'name', name: string, atMost: number): Promise<void> => {
    const ratios: number[] = []
    const medians: { small: number[]; large: number[] } = { small: [], large: [] }
    let rows = 0
    for (let round = 0; round < rounds; round++) {
      const order = round % 2 === 0 ? (['small', 'large'] as const) : (['large', 'small'] as const)
      for (const which of order) {
        const done = await read(which === 'small' ? small : large, what)
        medians[which].push(done.median)
        rows = Math.max(rows, done.figure)
      }
      ratios.push((medians.large[round] ?? 0) / (medians.small[round] ?? 1))
      log(
        `${name}: round ${round + 1} of ${rounds}: ${medians.large[round]?.toFixed(2)} and ${medians.small[round]?.toFixed(2)} ms`,
      )
    }
    const note = [
      `median of ${rounds} rounds, quartiles ${quantile(ratios, 0.25).toFixed(3)} to ${quantile(ratios, 0.75).toFixed(3)}`,
      `${median(medians.large).toFixed(2)} ms at ${shown(large.count)}, ${median(medians.small).toFixed(2)} ms at ${shown(small.count)} entries`,
      `pages of ${rows}`,
      `heap of ${heapMegabytes} MB`,
    ].join('; ')
    add(toRow(part, name, median(ratios), { atMost }, note))
  }
  await grows('page', 'a page by period, department, code and operation, large to small ledger', 1.5)
  await grows('name', 'a page by name, large to small ledger', 3)

  const examined = await read(large, 'examined', Math.min(100, ledgerPages))
  add(
    toRow(
      part,
      'totalDocsExamined of such a page, for each row shown',
      examined.figure,
      { atMost: 3 },
      `the most of ${examined.count} pages at ${shown(large.count)} entries`,
    ),
  )
  const total = await read(large, 'total', Math.min(100, ledgerPages))
  add(
    toRow(
      part,
      'a total without a name, with its page: ms',
      total.median,
      { atMost: 50 },
      `median of ${total.count}, of the whole period, a department, an operation and what was refused, at ${shown(large.count)} entries`,
    ),
  )

  const file = async (ledger: typeof small, format: FileInput['format']): Promise<void> => {
    const input: FileInput = { place, caller: ledger.caller, format, ...period }
    const done = (await runChild('bench/ledger-file-side.ts', input, options(`file-${format}`))) as DoneInHeap
    // With what seeding left behind: logins, settings, staff.
    const expected = Math.max(done.count, ledger.count)
    add(heapRow(part, `${format} of ${shown(ledger.count)} entries`, done, expected))
  }
  await file(small, 'pdf')
  await file(large, 'csv')

  const input = { place, sizes, logDirectory, log, add }
  add(...(await appendingRows(input)))
  add(await sealingRow(input))
  add(...(await verifyingRows(input)))
}
