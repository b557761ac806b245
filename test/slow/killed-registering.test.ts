import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fixtureNumber } from '../support/fixture-number.ts'
import { type MongoProxy, type Step, startMongoProxy } from '../support/mongo-proxy.ts'
import { startOwnMongo } from '../support/own-parts.ts'
import { type Processes, refusalOf, startProcesses, until, vendorAt } from '../support/processes.ts'
import { makeEmployee, makeOrganization, type TestOrganization } from '../support/service.ts'

/**
 * `kill -9` at every step of 登録 and of 修正: afterwards nothing is readable that should not be, and nothing unreadable that
 * should be. The process is stopped at the door of MongoDB, so nothing in it knows of the test.
 */
let mongo: Awaited<ReturnType<typeof startOwnMongo>>
let door: MongoProxy
let at: Processes
let platform: Awaited<ReturnType<Processes['platform']>>
let api: Awaited<ReturnType<Processes['start']>>
let org: TestOrganization
beforeAll(async () => {
  mongo = await startOwnMongo({ transactionSeconds: 2 })
  door = await startMongoProxy(mongo.url)
  at = await startProcesses({ mongodbUrl: door.url })
  platform = await at.platform()
  api = await at.start(['api'])
  org = await makeOrganization({ vendor: vendorAt(api, platform) })
})
afterAll(async () => {
  await at?.stop()
  door?.close()
  await mongo?.remove()
})

const on = (name: string, collection: string) => (command: { name: string; collection: string }) =>
  command.name === name && command.collection === collection
/** The commit of the transaction that has done this. */
const commitAfter =
  (done: string): Step['is'] =>
  (command) =>
    command.name === 'commitTransaction' && command.before.includes(done)

/** Kills the API when it stands at this step of what it is asked, and starts it again. */
const killAt = async (step: Step, ask: () => Promise<unknown>): Promise<void> => {
  const stands = door.holdAt(step)
  const asked = refusalOf(ask())
  await stands
  await at.kill(api)
  await asked
  api = await at.start(['api'], Number(new URL(api.baseUrl).port))
}
/** What the killed process was writing is held at MongoDB for some seconds: told so, a host tries again. */
const repeated = async <T>(ask: () => Promise<T>): Promise<T> => {
  for (;;) {
    const asked = ask()
    const told = await refusalOf(asked)
    if (told.status === 200) return asked
    expect(told).toMatchObject({ status: 503, code: 'unavailable' })
  }
}
const digitsOf = async (id: string): Promise<string | undefined> =>
  (await org.handler.does.reveals.create({ subjectIds: [id], purpose: 'withholding_tax' })).numbers[0]?.number
const revealing = (id: string) => refusalOf(digitsOf(id))
const deksOf = async (refIds: readonly string[]) =>
  (await at.keyRows('deks')).filter(({ refId }) => refIds.includes(String(refId)))
const countOf = async (id: string, operation: string): Promise<number> =>
  at.count('ledger_entries', { subjectId: id, operation, outcome: 'done' })

let seed = 100
/** Every DEK that there was before; whatever comes is of the case. */
const newDeks = async () => {
  const known = new Set((await at.keyRows('deks')).map(({ _id }) => String(_id)))
  return async () => (await at.keyRows('deks')).filter(({ _id }) => !known.has(String(_id)))
}
/** For the sweep at the end: the only key of these, and keys of nothing. */
const kept: { id: string; digits: string }[] = []
const orphans: string[] = []

const registering: [string, Step, { deks: number; committed: boolean }][] = [
  ['before its DEK is written', { when: 'before', is: on('insert', 'deks') }, { deks: 0, committed: false }],
  ['when its DEK has been written', { when: 'after', is: on('insert', 'deks') }, { deks: 1, committed: false }],
  [
    'at the beginning of the data transaction',
    { when: 'before', is: on('insert', 'numbers') },
    { deks: 1, committed: false },
  ],
  ['within the data transaction', { when: 'after', is: on('insert', 'numbers') }, { deks: 1, committed: false }],
  [
    'before the entry of the ledger',
    { when: 'before', is: on('insert', 'ledger_entries') },
    { deks: 1, committed: false },
  ],
  ['before the commit', { when: 'before', is: commitAfter('insert numbers') }, { deks: 1, committed: false }],
  ['when it has been committed', { when: 'after', is: commitAfter('insert numbers') }, { deks: 1, committed: true }],
  ['before its DEK is marked live', { when: 'before', is: on('update', 'deks') }, { deks: 1, committed: true }],
]

describe('the API killed while it registers a number', () => {
  it.each(registering)(
    '%s',
    async (_, step, { deks, committed }) => {
      const { id } = await makeEmployee(org)
      const digits = fixtureNumber(seed++)
      const ask = () =>
        org.handler.does.numbers.register(
          id,
          { number: digits },
          { idempotencyKey: `register ${id}`, timeoutMs: 20_000 },
        )
      const written = await newDeks()
      await killAt(step, ask)

      const left = await written()
      expect(left.map(({ state }) => state)).toEqual(Array.from({ length: deks }, () => 'prepared'))
      expect((await org.client.numbers.get(id)).state).toBe(committed ? 'registered' : 'none')
      expect(await countOf(id, 'register_by_proxy')).toBe(committed ? 1 : 0)
      expect(await at.count('outbox', { type: 'number.registered', 'data.subjectId': id })).toBe(committed ? 1 : 0)
      if (committed) expect((await digitsOf(id)) === digits).toBe(true)
      else expect(await revealing(id)).toMatchObject({ status: 409, code: 'number_missing' })

      expect(await repeated(ask)).toMatchObject({ subjectId: id, state: 'registered' })
      expect((await digitsOf(id)) === digits).toBe(true)
      expect(await countOf(id, 'register_by_proxy')).toBe(1)
      expect(await at.count('numbers', { subjectId: id })).toBe(1)
      expect((await written()).length).toBe(committed ? 1 : deks + 1)
      kept.push({ id, digits })
      if (!committed) orphans.push(...left.map((row) => String(row._id)))
    },
    40_000,
  )
})

/** Which digits are readable when the API is up again, and whether the key of the wrong ones is still there. */
const correcting: [string, Step, { corrected: boolean; wrongKey: boolean }][] = [
  ['before the new DEK is written', { when: 'before', is: on('insert', 'deks') }, { corrected: false, wrongKey: true }],
  [
    'before the wrong digits are removed',
    { when: 'before', is: on('delete', 'numbers') },
    { corrected: false, wrongKey: true },
  ],
  [
    'between the removal and the new digits',
    { when: 'before', is: on('insert', 'numbers') },
    { corrected: false, wrongKey: true },
  ],
  ['before the commit', { when: 'before', is: commitAfter('delete numbers') }, { corrected: false, wrongKey: true }],
  [
    'when it has been committed',
    { when: 'after', is: commitAfter('delete numbers') },
    { corrected: true, wrongKey: true },
  ],
  [
    // The list outside the databases has it by then, and the next start carries it out.
    'before the key of the wrong digits is deleted',
    { when: 'before', is: on('delete', 'deks') },
    { corrected: true, wrongKey: false },
  ],
  [
    'when the key of the wrong digits has been deleted',
    { when: 'after', is: on('delete', 'deks') },
    { corrected: true, wrongKey: false },
  ],
  [
    'before that is written down',
    { when: 'before', is: on('update', 'numbers') },
    { corrected: true, wrongKey: false },
  ],
]

describe('the API killed while it corrects a number', () => {
  it.each(correcting)(
    '%s',
    async (_, step, { corrected, wrongKey }) => {
      const { id } = await makeEmployee(org)
      const [wrong, right] = [fixtureNumber(seed++), fixtureNumber(seed++)]
      await org.handler.does.numbers.register(id, { number: wrong })
      const [before] = await at.rows('numbers', { subjectId: id })
      const wrongDeks = () => deksOf([String(before?._id)])
      const ask = () =>
        org.handler.does.numbers.correct(
          id,
          { number: right, reason: '入力誤り' },
          { idempotencyKey: `correct ${id}`, timeoutMs: 20_000 },
        )
      // Or its mark as live would be the update of the step.
      await until('the mark', async () => (await wrongDeks())[0]?.state === 'live')
      const written = await newDeks()
      await killAt(step, ask)

      expect((await digitsOf(id)) === (corrected ? right : wrong)).toBe(true)
      expect((await wrongDeks()).length).toBe(wrongKey ? 1 : 0)
      expect(await countOf(id, 'correct')).toBe(corrected ? 1 : 0)
      if (!corrected) orphans.push(...(await written()).map((row) => String(row._id)))

      expect(await repeated(ask)).toMatchObject({ subjectId: id, state: 'registered' })
      expect((await digitsOf(id)) === right).toBe(true)
      expect(await countOf(id, 'correct')).toBe(1)
      expect(await at.count('numbers', { subjectId: id })).toBe(1)
      kept.push({ id, digits: right })
    },
    40_000,
  )
})

describe('what the kills have left', () => {
  it('a worker sweeps: keys of wrong digits at once, keys of nothing after an hour, and keys of numbers never', async () => {
    expect(orphans.length).toBe(8)
    const [young, ...old] = orphans
    const keyDb = at.keyCollection('deks')
    const aged = await keyDb.updateMany({ _id: { $ne: young as never }, state: 'prepared' }, [
      { $set: { createdAt: { $subtract: ['$createdAt', 3_601_000] } } },
    ])
    expect(aged.modifiedCount).toBeGreaterThan(old.length)
    await at.start(['worker'])
    await until('the sweep', async () => {
      const prepared = await keyDb.countDocuments({ state: 'prepared' })
      return prepared === 1 && (await at.count('numbers', { doomedDekIds: { $exists: true } })) === 0
    })
    const left = (await at.keyRows('deks')).map(({ _id }) => String(_id))
    for (const id of old) expect(left).not.toContain(id)
    expect(left).toContain(young)
    const inUse = (await at.rows('numbers')).map(({ dekId }) => String(dekId))
    expect([...left].sort()).toEqual([...inUse, young].sort())
    for (const { id, digits } of kept) expect((await digitsOf(id)) === digits).toBe(true)
    expect(kept.length).toBe(registering.length + correcting.length)
  }, 60_000)
})
