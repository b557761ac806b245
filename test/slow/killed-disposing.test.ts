import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { fixtureNumber } from '../support/fixture-number.ts'
import { type MongoProxy, type Step, startMongoProxy } from '../support/mongo-proxy.ts'
import { startOwnMongo } from '../support/own-parts.ts'
import { type Processes, refusalOf, startProcesses, until, vendorAt } from '../support/processes.ts'
import { makeEmployee, makeOrganization } from '../support/service.ts'

/**
 * `kill -9` at every step of 廃棄: the decision (1), the keys (2), ciphertext and certificate (3). What has not begun leaves the
 * number as it was; what has begun is never readable again, the next worker finishes it, and there is one certificate.
 */
let mongo: Awaited<ReturnType<typeof startOwnMongo>>
let door: MongoProxy
let at: Processes
let platform: Awaited<ReturnType<Processes['platform']>>
let api: Awaited<ReturnType<Processes['start']>>
let worker: Awaited<ReturnType<Processes['start']>>
beforeAll(async () => {
  mongo = await startOwnMongo({ transactionSeconds: 2 })
  door = await startMongoProxy(mongo.url)
  at = await startProcesses({ mongodbUrl: door.url })
  platform = await at.platform()
  ;[api, worker] = await Promise.all([at.start(['api']), at.start(['worker'])])
})
afterAll(async () => {
  await at?.stop()
  door?.close()
  await mongo?.remove()
})
afterEach(async () => {
  expect(await at.count('numbers', { state: 'disposing' })).toBe(0)
  expect(await at.count('disposals', { state: { $ne: 'done' } })).toBe(0)
})

const on =
  (name: string, collection: string): Step['is'] =>
  (command) =>
    command.name === name && command.collection === collection
/** The commit of the transaction that has done all of this. */
const commitAfter =
  (...done: string[]): Step['is'] =>
  (command) =>
    command.name === 'commitTransaction' && done.every((one) => command.before.includes(one))
const decided = commitAfter('insert disposals')
const removed = commitAfter('insert certificates')
const done: Step['is'] = (command) => commitAfter('update disposals', 'update jobs')(command) && !removed(command)

const times = (count: number, is: Step['is']): Step['is'] => {
  let seen = 0
  return (command) => is(command) && ++seen === count
}

let seed = 300
/** Somebody who left long ago, with two versions of a number and a file that holds one. */
const leaver = async () => {
  const org = await makeOrganization({ vendor: vendorAt(api, platform) })
  const { client, officer, handler, company } = org
  const { id } = await makeEmployee(org)
  const stays = await makeEmployee(org)
  await handler.does.numbers.register(id, { number: fixtureNumber(seed++), issuedOn: '2016-01-01' })
  await handler.does.numbers.reissue(id, { number: fixtureNumber(seed++), issuedOn: '2020-01-01' })
  const neighbour = fixtureNumber(seed++)
  await handler.does.numbers.register(stays.id, { number: neighbour })
  await client.subjects.createEmploymentEvent(id, { kind: 'retired', on: '2026-10-31' })
  await client.testClock.set({ now: '2045-01-01T00:00:00.000Z' })
  const recipient = await client.recipients.create({ name: '自社給与', kind: 'own_payroll' })
  const request = { companyId: company.id, recipientId: recipient.id, purpose: 'withholding_tax' } as const
  const file = await handler.does.exports.create({ ...request, format: 'payroll-7' })
  await client.jobs.wait(file.jobId, { timeoutMs: 20_000 })
  const versions = await at.rows('numbers', { subjectId: id })
  const [stored] = await at.rows('files', { group: file.id, kind: 'export' })
  const dekIds = [...versions, stored].map((row) => String(row?.dekId))
  const reveal = async (subjectId: string) =>
    (await handler.does.reveals.create({ subjectIds: [subjectId], purpose: 'withholding_tax' })).numbers[0]?.number
  return {
    ...{ id, client, officer, handler, file, dekIds, reveal },
    neighbour: { id: stays.id, digits: neighbour },
    dispose: (idempotencyKey: string) => officer.does.disposals.create({ subjectIds: [id] }, { idempotencyKey }),
  }
}
type Leaver = Awaited<ReturnType<typeof leaver>>

const keysLeft = async ({ dekIds }: Leaver): Promise<number> =>
  (await at.keyRows('deks')).filter(({ _id }) => dekIds.includes(String(_id))).length

/** From the moment of the decision on, whatever is left of it. */
const isUnreadable = async (of: Leaver): Promise<void> => {
  expect(await refusalOf(of.reveal(of.id))).toMatchObject({ status: 409, code: 'number_missing' })
  expect((await of.reveal(of.neighbour.id)) === of.neighbour.digits).toBe(true)
}

const isDisposedOfOnce = async (of: Leaver): Promise<void> => {
  const { id, client } = of
  await until(
    'the end of the disposal',
    async () => (await at.count('disposals', { 'items.subjectId': id, state: 'done' })) === 1,
  )
  await isUnreadable(of)
  expect((await client.numbers.get(id)).state).toBe('disposed')
  expect(await at.count('numbers', { subjectId: id, state: 'deleted' })).toBe(2)
  for (const field of ['sealed', 'dekId', 'mask'])
    expect(await at.count('numbers', { subjectId: id, [field]: { $exists: true } })).toBe(0)
  expect(await keysLeft(of)).toBe(0)
  expect(await refusalOf(of.handler.does.exports.download(of.file.id))).toMatchObject({ status: 410, code: 'expired' })
  const [disposal] = await at.rows('disposals', { 'items.subjectId': id })
  expect(disposal?.certificateIds.length).toBe(1)
  for (const [collection, filter, count] of [
    ['disposals', { 'items.subjectId': id }, 1],
    ['certificates', { subjectId: id }, 1],
    ['ledger_entries', { subjectId: id, operation: 'delete_started', outcome: 'done' }, 1],
    ['ledger_entries', { subjectId: id, operation: 'delete', outcome: 'done' }, 1],
    ['outbox', { type: 'number.deleted', 'data.subjectId': id }, 2],
    ['outbox', { type: 'certificate.issued', 'data.subjectId': id }, 1],
  ] as const)
    expect(await at.count(collection, filter), `${collection} ${JSON.stringify(filter)}`).toBe(count)
}

const deciding: [string, Step, { begun: boolean }][] = [
  ['before the decision is written', { when: 'before', is: on('insert', 'disposals') }, { begun: false }],
  ['before step 1 commits', { when: 'before', is: decided }, { begun: false }],
  ['when step 1 has committed', { when: 'after', is: decided }, { begun: true }],
]

describe('the API killed while it decides a disposal', () => {
  it.each(deciding)(
    '%s',
    async (_, step, { begun }) => {
      const of = await leaver()
      const digits = await of.reveal(of.id)
      const stands = door.holdAt(step)
      const asked = refusalOf(of.dispose(`dispose ${of.id}`))
      await stands
      await at.kill(api)
      await asked
      api = await at.start(['api'], Number(new URL(api.baseUrl).port))

      expect(await at.count('disposals', { 'items.subjectId': of.id })).toBe(begun ? 1 : 0)
      if (begun) await isUnreadable(of)
      else {
        expect((await of.reveal(of.id)) === digits).toBe(true)
        expect(await keysLeft(of)).toBe(of.dekIds.length)
      }
      await until('an answer', async () => (await refusalOf(of.dispose(`dispose ${of.id}`))).status === 200)
      await isDisposedOfOnce(of)
    },
    60_000,
  )
})

const working: [string, Step, { keys: number; certified: boolean }][] = [
  ['between steps 1 and 2', { when: 'before', is: on('delete', 'deks') }, { keys: 3, certified: false }],
  ['when the keys of the number are gone', { when: 'after', is: on('delete', 'deks') }, { keys: 1, certified: false }],
  [
    'before the keys of its files go',
    { when: 'before', is: times(2, on('delete', 'deks')) },
    { keys: 1, certified: false },
  ],
  [
    'when the keys of its files are gone',
    { when: 'after', is: times(2, on('delete', 'deks')) },
    { keys: 0, certified: false },
  ],
  ['between steps 2 and 3', { when: 'before', is: on('insert', 'certificates') }, { keys: 0, certified: false }],
  ['before step 3 commits', { when: 'before', is: removed }, { keys: 0, certified: false }],
  ['when step 3 has committed', { when: 'after', is: removed }, { keys: 0, certified: true }],
  ['before the job is done', { when: 'before', is: done }, { keys: 0, certified: true }],
]

describe('the worker killed while it disposes', () => {
  it.each(working)(
    '%s',
    async (_, step, { keys, certified }) => {
      const of = await leaver()
      const stands = door.holdAt(step)
      await of.dispose(`dispose ${of.id}`)
      await stands
      await at.kill(worker)

      await isUnreadable(of)
      expect(await keysLeft(of)).toBe(keys)
      expect(await at.count('certificates', { subjectId: of.id })).toBe(certified ? 1 : 0)
      expect(await at.count('numbers', { subjectId: of.id, state: certified ? 'deleted' : 'disposing' })).toBe(2)
      worker = await at.start(['worker'])
      await isDisposedOfOnce(of)
    },
    60_000,
  )
})
