import { afterAll, beforeAll, expect, it } from 'vitest'
import { type SealingProcesses, startSealingProcesses } from '../support/sealing-processes.ts'

/** One kill of each kind; test/slow/killed-sealing.test.ts has every step. */
let here: SealingProcesses
beforeAll(async () => {
  here = await startSealingProcesses()
})
afterAll(() => here?.stop())

it('a sealer killed in the middle of a round leaves nothing of it: another one goes on, no gap, no double, no fork', async () => {
  const workers = [await here.at.start(['worker']), await here.at.start(['worker'])]
  const before = await here.untilWhole()
  const stands = here.door.holdAt({
    when: 'before',
    is: ({ name, before: done }) => name === 'commitTransaction' && done.includes('aggregate ledger_entries'),
  })
  await here.record(5)
  await stands
  for (const worker of workers) await here.at.kill(worker)
  const started = performance.now()
  await here.at.start(['worker'])
  expect(await here.untilWhole()).toBe(before + 5)
  expect(performance.now() - started).toBeLessThan(40_000)
}, 90_000)
