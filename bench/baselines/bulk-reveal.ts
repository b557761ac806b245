import { answerOnce } from '../child-side.ts'
import { type BulkRevealed, type Taker, takeDigits } from '../take-digits.ts'
import { createBulk, type Released } from './bulk.ts'
import { type Bare, connect, newId } from './kit.ts'

/** Numbers taken in bulk, bare: the next chunk is read and opened while one commits; digits leave after their ledger lines. */
await answerOnce(async (input: Bare & { companyId: string; staffId: string }): Promise<BulkRevealed> => {
  const connection = await connect(input)
  const { people, release, hold } = await createBulk(input, connection)
  const taker: Taker = takeDigits()
  const jobId = newId('job')

  const startedAt = performance.now()
  const at = new Date()
  const commit = async ({ taken, ...chunk }: Released): Promise<void> => {
    await connection.transaction(async (session) => {
      await hold(chunk, session)
      await connection.insertAll('ledger_entries', chunk.entries, session)
    })
    for (const { digits } of taken) taker.take(digits)
  }
  let [count, committing] = [0, Promise.resolve()]
  for await (const persons of people()) {
    const chunk = await release(persons, jobId, count, at)
    await committing
    committing = commit(chunk)
    count += persons.length
  }
  await committing
  const seconds = (performance.now() - startedAt) / 1000
  await connection.client.close()
  return { count: taker.count(), seconds, kmsCalls: 0 }
})
