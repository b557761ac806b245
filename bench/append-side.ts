import type { Touch } from '../src/core/ledger/ledger.ts'
import type { Caller } from '../src/core/shared/caller.ts'
import { answerOnce } from './child-side.ts'
import { openGraph, type Place } from './graph.ts'

export type AppendInput = {
  place: Place
  organizationIds: readonly string[]
  writers: number
  seconds: number
  /** Entries in each transaction. */
  batch: number
  /** Entries in a second, of all writers; as many as they can without it. */
  perSecond?: number
}
export type Appended = { count: number; seconds: number }

const subject: NonNullable<Touch['subject']> = {
  id: 'sub_01JZ0000000000000000000000',
  kind: 'employee',
  companyId: 'com_01JZ0000000000000000000000',
  code: 'J0013',
  shownName: '東野二郎',
  shownKana: 'トウノ ジロウ',
  department: { code: '101', name: '社長室' },
  grams: [11, 222, 3333, 44_444, 555_555, 1_666_666],
}
const touch: Touch = {
  ...{ operation: 'view', functionName: 'マイナンバー表示', outcome: 'released', subject },
  ...{ purpose: 'withholding_tax', use: 'view' },
}

/** Entries written by as many writers at once, each in a transaction of its own, as use cases write them. */
await answerOnce(async (input: AppendInput): Promise<Appended> => {
  const { place, organizationIds, writers, seconds, batch, perSecond } = input
  const { db, ledger, keys, close } = await openGraph(place)
  const callerOf = (organizationId: string): Caller => ({
    ...{ organizationId, platformId: 'plt_bench', mode: 'test', assurance: 'host', requestId: 'bench' },
    ...{ actor: { type: 'staff', id: 'stf_01JZ0000000000000000000000', userId: 'j0013', name: '計測 太郎' } },
    ...{ clientId: 'cli_01JZ0000000000000000000000', network: '127.0.0.1', at: new Date() },
  })
  const append = async (organizationId: string): Promise<void> => {
    const touches = Array.from({ length: batch }, () => touch)
    const rows = await ledger.prepare(callerOf(organizationId), touches)
    await db.inTransaction(() => ledger.append(rows))
  }
  // Keys are there, connections open and code compiled before the clock starts.
  for (const organizationId of organizationIds) await keys.fields.for(organizationId)
  await Promise.all(
    Array.from({ length: writers }, (_, i) => append(organizationIds[i % organizationIds.length] ?? '')),
  )

  let count = 0
  const startedAt = performance.now()
  const elapsed = (): number => (performance.now() - startedAt) / 1000
  const isAhead = (): boolean => perSecond !== undefined && count > elapsed() * perSecond
  const write = async (organizationId: string): Promise<void> => {
    while (elapsed() < seconds)
      if (isAhead()) await new Promise((resolve) => setTimeout(resolve, 5))
      else {
        count += batch
        await append(organizationId)
      }
  }
  await Promise.all(Array.from({ length: writers }, (_, i) => write(organizationIds[i % organizationIds.length] ?? '')))
  const took = elapsed()
  await close()
  return { count, seconds: took }
})
