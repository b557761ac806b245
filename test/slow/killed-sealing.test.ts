import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Command, Step } from '../support/mongo-proxy.ts'
import { type SealingProcesses, startSealingProcesses } from '../support/sealing-processes.ts'

/** `kill -9` of the worker at every step of a round and of a checkpoint: no gap, no double, no fork. */
let here: SealingProcesses
beforeAll(async () => {
  here = await startSealingProcesses()
})
afterAll(() => here?.stop())

const on =
  (name: string, collection: string) =>
  (command: Command): boolean =>
    command.name === name && command.collection === collection
const inRound = (command: Command): boolean => command.before.includes('aggregate ledger_entries')
const headInRound = (command: Command) => on('update', 'ledger_heads')(command) && inRound(command)
const commitOfRound = (command: Command) => command.name === 'commitTransaction' && inRound(command)

const steps: [string, Step, number][] = [
  ['before it has the lease', { when: 'before', is: on('findAndModify', 'ledger_heads') }, 3],
  ['when it has the lease', { when: 'after', is: on('findAndModify', 'ledger_heads') }, 3],
  ['before it asks whether they still wait', { when: 'before', is: on('aggregate', 'ledger_entries') }, 3],
  ['before a tile is written', { when: 'before', is: on('insert', 'ledger_tiles') }, 260],
  ['when a tile is written', { when: 'after', is: on('insert', 'ledger_tiles') }, 260],
  ['before the head goes on', { when: 'before', is: headInRound }, 3],
  ['when the head has gone on', { when: 'after', is: headInRound }, 3],
  ['before the commit', { when: 'before', is: commitOfRound }, 3],
  ['when it is committed', { when: 'after', is: commitOfRound }, 3],
  ['before entries get their places', { when: 'before', is: on('update', 'ledger_entries') }, 3],
  ['when entries have their places', { when: 'after', is: on('update', 'ledger_entries') }, 3],
  [
    'before it lets go of the head',
    { when: 'before', is: (command) => on('update', 'ledger_heads')(command) && isRelease(command) },
    3,
  ],
  ['before a checkpoint is written', { when: 'before', is: on('insert', 'ledger_checkpoints') }, 3],
  ['when a checkpoint is written', { when: 'after', is: on('insert', 'ledger_checkpoints') }, 3],
  [
    'before the head says so',
    {
      when: 'before',
      is: (command) => on('update', 'ledger_heads')(command) && command.before.length === 0 && !isRelease(command),
    },
    3,
  ],
]
const isRelease = ({ body, before }: Command): boolean =>
  before.length === 0 && JSON.stringify(body.updates ?? []).includes('"fence"')

describe('the sealer killed', () => {
  it.each(steps)(
    '%s',
    async (_, step, count) => {
      const worker = await here.at.start(['worker'])
      const before = await here.untilWhole()
      const stands = here.door.holdAt(step)
      await here.record(count)
      await stands
      await here.at.kill(worker)
      const next = await here.at.start(['worker'])
      expect(await here.untilWhole()).toBe(before + count)
      await here.at.kill(next)
    },
    120_000,
  )

  it('again and again under load, one of two at a time', async () => {
    const workers = [await here.at.start(['worker']), await here.at.start(['worker'])]
    const before = await here.untilWhole()
    let writing = true
    let written = 0
    const writers = Array.from({ length: 8 }, async () => {
      while (writing) {
        await here.record(1)
        written += 1
      }
    })
    for (let i = 0; i < 10; i++) {
      await new Promise((resolve) => setTimeout(resolve, 100 + 90 * (i % 7)))
      const [victim] = workers.splice(i % 2, 1)
      if (victim !== undefined) await here.at.kill(victim)
      workers.push(await here.at.start(['worker']))
    }
    writing = false
    await Promise.all(writers)
    expect(await here.untilWhole()).toBe(before + written)
    expect(written).toBeGreaterThan(100)
  }, 240_000)
})
