import { createSealing, type Touch } from '../src/core/ledger/ledger.ts'
import type { Caller } from '../src/core/shared/caller.ts'
import { systemClock as clock } from '../src/core/shared/clock.ts'
import { answerOnce } from './child-side.ts'
import { openGraph, type Place } from './graph.ts'

export type SealedLedgerInput = { place: Place; caller: Caller; count: number }
const chunk = 500
const sealEvery = 4000
const checkpointEvery = 20_000

const touch = (i: number): Touch => ({
  operation: 'view',
  functionName: 'マイナンバー閲覧',
  outcome: 'released',
  purpose: 'withholding_tax',
  use: 'view',
  subject: {
    id: `sub_${String(i % 5000).padStart(26, '0')}`,
    kind: 'employee',
    companyId: 'com_01JZ0000000000000000000000',
    code: String(i % 5000),
    shownName: '東野二郎 > 東野順子',
    shownKana: 'ヒガシノ ジュンコ',
    department: { code: '101', name: '総務部' },
    grams: [i % 4096, 1, 2, 3, 4, 5, 6, 7],
  },
})

/** An organization's ledger of so many entries: recorded and sealed by the product, with a checkpoint now and then. */
await answerOnce(async ({ place, caller, count }: SealedLedgerInput) => {
  const graph = await openGraph(place)
  await graph.prepare()
  const onError = (error: unknown): void => console.error(error)
  const sealing = createSealing({ ...graph, clock, onError, onTampered: () => undefined })
  const by: Caller = { ...caller, at: clock.now(), clientId: 'cli_01JZ0000000000000000000000', network: '192.0.2.1' }
  for (let done = 0; done < count; done += chunk) {
    const size = Math.min(chunk, count - done)
    await graph.ledger.append(
      await graph.ledger.prepare(
        by,
        Array.from({ length: size }, (_, i) => touch(done + i)),
      ),
    )
    if ((done + size) % sealEvery === 0) await sealing.sealAll()
    if ((done + size) % checkpointEvery === 0) await sealing.checkpoint(by)
  }
  const { size } = await sealing.checkpoint(by)
  await graph.close()
  return { size }
})
