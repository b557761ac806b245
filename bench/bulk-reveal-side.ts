import { exportFunction } from '../src/core/exports/export-chunk.ts'
import { createPeople } from '../src/core/exports/export-people.ts'
import type { Caller } from '../src/core/shared/caller.ts'
import { newId } from '../src/core/shared/ids.ts'
import { answerOnce } from './child-side.ts'
import { openGraph, type Place } from './graph.ts'
import { type BulkRevealed, takeDigits } from './take-digits.ts'

/** `ahead`: the next chunk is read and opened while one commits, as in the export job; else one after the other. */
export type BulkRevealInput = { place: Place; caller: Caller; companyId: string; ahead: boolean }
const chunkRows = 500

/** Numbers out of the vault in bulk, as exports and filings take them: `batch`, then hold and ledger in one transaction. */
await answerOnce(async ({ place, caller, companyId, ahead }: BulkRevealInput): Promise<BulkRevealed> => {
  const graph = await openGraph(place)
  const { db, keys, ledger, subjects, vault } = graph
  const { organizationId } = caller
  const asked: Caller = { ...caller, at: new Date(), requestId: newId('request_'), network: '127.0.0.1' }
  const people = createPeople({ ...graph, organizationId })
  const taker = takeDigits()
  const jobId = newId('job')

  const prepare = async (after: string | undefined, firstLine: number) => {
    const filter = { companyId, kinds: ['employee', 'dependent'] as const }
    const [rows, cipher] = await Promise.all([
      subjects.rows.inOrder(organizationId, filter, after, chunkRows, 'file'),
      keys.fields.for(organizationId),
    ])
    const persons = await people(cipher, rows)
    const batch = await vault.batch(asked, {
      subjects: persons.map(({ shown }) => shown),
      companyId,
      purpose: 'withholding_tax',
      use: 'export',
      functionName: exportFunction,
      jobId,
      firstLine,
    })
    return { batch, last: rows.at(-1)?.order }
  }

  const commit = async ({ batch }: Awaited<ReturnType<typeof prepare>>): Promise<void> => {
    await db.inTransaction(async () => {
      if (!(await vault.hold(organizationId, batch.held))) throw new Error('A number moved.')
      await ledger.append(batch.entries)
    })
    for (const { digits } of batch.numbers.values()) taker.take(digits)
    batch.wipe()
  }

  const before = keys.kmsCalls().total
  const startedAt = performance.now()
  let [line, committing] = [0, Promise.resolve()]
  let after: string | undefined
  for (;;) {
    const chunk = await prepare(after, line)
    await committing
    if (chunk.last === undefined) break
    line += chunk.batch.entries.length
    after = chunk.last
    committing = commit(chunk)
    if (!ahead) await committing
  }
  const seconds = (performance.now() - startedAt) / 1000
  const kmsCalls = keys.kmsCalls().total - before
  await graph.close()
  return { count: taker.count(), seconds, kmsCalls }
})
