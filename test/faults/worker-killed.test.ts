import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { fixtureNumber } from '../support/fixture-number.ts'
import { startOwnMongo } from '../support/own-parts.ts'
import {
  inFlight,
  leaseSeconds,
  type Processes,
  rosterOf,
  startOrganization,
  startProcesses,
  until,
  valuesOf,
} from '../support/processes.ts'

/** A killed worker's job is finished by another one when its lease has run out: each row once, each entry once. */
let mongo: Awaited<ReturnType<typeof startOwnMongo>>
let at: Processes
let org: Awaited<ReturnType<typeof startOrganization>>
let redis: Redis
let worker: Awaited<ReturnType<Processes['start']>>
beforeAll(async () => {
  mongo = await startOwnMongo({ transactionSeconds: 3 })
  at = await startProcesses({ mongodbUrl: mongo.url })
  redis = new Redis(at.settings.redisUrl, { maxRetriesPerRequest: null })
  const platform = await at.platform()
  const [api, first] = await Promise.all([at.start(['api']), at.start(['worker'])])
  worker = first
  org = await startOrganization(api, platform)
})
afterAll(async () => {
  await org?.hooks.close()
  await at?.stop()
  await mongo?.remove()
  redis?.disconnect()
})

const people = 2200
/** Each row of the file, and each chunk, has some. */
const numbered = 275
const disposed = 150

/** What BullMQ does for a worker that was killed, or stood still for half a minute: the same bell once more. */
const ringAgain = async (jobId: string): Promise<void> => {
  const [row] = await at.rows('outbox', { topic: 'job', 'data.jobId': jobId })
  if (row === undefined) throw new Error('no row')
  const queue = new Queue('jobs', { connection: redis, prefix: at.settings.redisPrefix })
  const bell = { organizationId: String(row.organizationId), rowId: String(row._id), fence: Number(row.fence) }
  const again = `${row._id}-${row.fence}-again`
  await queue.add('jobs', bell, { jobId: again, removeOnComplete: true, removeOnFail: true })
  await until('an answer to the second bell', async () => (await queue.getJob(again)) === undefined)
  await queue.close()
}

/** Kills the worker when the job has come so far, starts another one, and gives the job when it has ended. */
const killDuring = async (jobId: string, hasBegun: (done: number) => Promise<boolean>) => {
  await until('the middle of the job', async () => {
    const [job] = await at.rows('jobs', { _id: jobId as never })
    if (job?.state === 'succeeded') throw new Error('The job was over before the worker was killed.')
    return job?.state === 'running' && (await hasBegun(Number(job.progress.done)))
  })
  await at.kill(worker)
  const [left] = await at.rows('jobs', { _id: jobId as never })
  expect(left?.state).toBe('running')
  const killed = performance.now()
  worker = await at.start(['worker'])
  await ringAgain(jobId)
  const job = await org.client.jobs.wait(jobId, { timeoutMs: 30_000 })
  return { job, left, seconds: (performance.now() - killed) / 1000 }
}

afterEach(async () => {
  expect(await at.count('numbers', { state: 'disposing' })).toBe(0)
})

describe('a worker killed', () => {
  it('in the middle of an import leaves it to another one, and everybody of the file is there once', async () => {
    const handler = org.handler.does
    const upload = { kind: 'roster', companyId: org.company.id, fileName: 'roster.csv' } as const
    const checked = await handler.imports.create(rosterOf(people), upload)
    await handler.jobs.wait(checked.jobId, { timeoutMs: 30_000 })
    const { jobId } = await handler.imports.apply(checked.id)
    const { job, left } = await killDuring(jobId, async (done) => done > 0 && done < people)
    expect(left?.progress.done).toBeLessThan(people)
    expect(job.state).toBe('succeeded')
    expect((await org.client.imports.get(checked.id)).counts).toMatchObject({ rows: people, added: people, errors: 0 })
    const codes = (await at.rows('subjects')).map(({ code }) => String(code))
    expect(codes.length).toBe(people)
    expect(new Set(codes).size).toBe(people)
    expect(await at.count('outbox', { type: 'import.completed' })).toBe(1)
  }, 60_000)

  it('in the middle of an export leaves it to another one: each row once, one CSV出力 entry for each subject', async () => {
    const rows = await org.client.numbers.list({}).toArray({ limit: people })
    const holders = rows.filter((_, i) => i % (people / numbered) === 0)
    const numberOf = new Map(holders.map(({ subjectId }, i) => [subjectId, fixtureNumber(i + 1)]))
    valuesOf(
      await inFlight(32, holders, ({ subjectId }) =>
        org.handler.does.numbers.register(subjectId, { number: numberOf.get(subjectId) ?? '' }),
      ),
    )
    const recipient = await org.client.recipients.create({ name: '自社給与システム', kind: 'own_payroll' })
    const { id, jobId } = await org.handler.does.exports.create({
      companyId: org.company.id,
      recipientId: recipient.id,
      purpose: 'withholding_tax',
      format: 'payroll-7',
    })
    const { job } = await killDuring(jobId, async (done) => done > 0 && done < people)
    expect(job.state).toBe('succeeded')
    expect((await org.client.exports.get(id)).counts).toMatchObject({
      subjects: people,
      numbers: numbered,
      skipped: people - numbered,
    })
    const file = await (await org.handler.does.exports.download(id)).bytes()
    const lines = new TextDecoder('shift_jis').decode(file).split('\r\n')
    expect(lines.length).toBe(people + 2)
    const inFile = new Map(lines.slice(1, -1).map((line) => [line.match(/\d{5}/)?.[0], line]))
    expect(inFile.size).toBe(people)
    expect(holders.every(({ code, subjectId }) => inFile.get(code)?.includes(numberOf.get(subjectId) ?? '-'))).toBe(
      true,
    )

    const entries = await at.rows('ledger_entries', { operation: 'export' })
    const exported = entries.map(({ subjectId }) => String(subjectId)).sort()
    expect(exported).toEqual([...numberOf.keys()].sort())
    expect(new Set(entries.map(({ line }) => line)).size).toBe(numbered)
    expect(entries.every(({ outcome }) => outcome === 'released')).toBe(true)
    expect(await at.count('outbox', { type: 'export.ready' })).toBe(1)
  }, 90_000)

  it('in the middle of a disposal leaves it to another one: nothing stays `disposing`, one certificate for each subject', async () => {
    const leavers = (await org.client.numbers.list({ numberState: 'registered' }).toArray({ limit: disposed })).map(
      ({ subjectId }) => subjectId,
    )
    valuesOf(
      await inFlight(32, leavers, (id) =>
        org.client.subjects.createEmploymentEvent(id, { kind: 'retired', on: '2026-10-31' }),
      ),
    )
    await org.client.testClock.set({ now: '2045-01-01T00:00:00.000Z' })
    const { id, jobId } = await org.officer.does.disposals.create({ subjectIds: leavers })
    const deks = (await at.keyRows('deks')).length
    // Keys have gone, and their ciphertexts are still there: between steps 2 and 3.
    const { job } = await killDuring(jobId, async () => (await at.keyRows('deks')).length < deks)
    expect(job.state).toBe('succeeded')
    expect(await at.count('numbers', { state: 'deleted' })).toBe(disposed)
    expect(await at.count('numbers', { state: 'deleted', sealed: { $exists: true } })).toBe(0)
    expect(await at.count('numbers', { state: 'registered' })).toBe(numbered - disposed)
    expect((await org.client.disposals.get(id)).certificateIds?.length).toBe(disposed)
    for (const [collection, filter] of [
      ['certificates', {}],
      ['ledger_entries', { operation: 'delete', outcome: 'done' }],
      ['ledger_entries', { operation: 'delete_started' }],
    ] as const) {
      const subjects = (await at.rows(collection, filter)).map(({ subjectId }) => String(subjectId)).sort()
      expect(subjects).toEqual([...leavers].sort())
    }
    const told = (await at.rows('outbox', { type: 'number.deleted' })).map(({ data }) => String(data.subjectId))
    expect(told.sort()).toEqual([...leavers].sort())
  }, 60_000)
})

describe('a job whose worker lives', () => {
  it('is not taken over while its lease is renewed', async () => {
    expect(await at.count('outbox', { topic: 'job', attempt: { $gt: 2 } })).toBe(0)
    expect(leaseSeconds).toBeLessThan(10)
  })
})
