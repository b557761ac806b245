import { createServer } from 'node:http'
import type { Azukari } from '@azukari/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fixtureNumber } from '../support/fixture-number.ts'
import { startOwnRedis } from '../support/own-parts.ts'
import {
  inFlight,
  type Processes,
  refusalOf,
  rosterOf,
  startOrganization,
  startProcesses,
  until,
  valuesOf,
} from '../support/processes.ts'
import { makeEmployee } from '../support/service.ts'

/** Registering, checking, reading and disposing go on without Redis; what has a budget waits (DESIGN: Outbox, jobs, webhooks). */
let redis: Awaited<ReturnType<typeof startOwnRedis>>
let at: Processes
let org: Awaited<ReturnType<typeof startOrganization>>
let handler: Azukari
let officer: Azukari
beforeAll(async () => {
  redis = await startOwnRedis()
  at = await startProcesses({ redisUrl: redis.url })
  const platform = await at.platform()
  org = await startOrganization(await at.start(['api', 'worker']), platform)
  handler = org.handler.does
  officer = org.officer.does
})
afterAll(async () => {
  await org?.hooks.close()
  await at?.stop()
  await redis?.remove()
})

let made = 0
const employee = (): Promise<{ id: string }> => makeEmployee(org)
const register = async (subjectId: string) => {
  made += 1
  return handler.numbers.register(subjectId, { number: fixtureNumber(made) })
}
const answeredIn = async <T>(seconds: number, work: Promise<T>): Promise<T> => {
  const began = performance.now()
  const value = await work
  expect((performance.now() - began) / 1000).toBeLessThan(seconds)
  return value
}
const reveal = (subjectId: string) => handler.reveals.create({ subjectIds: [subjectId], purpose: 'withholding_tax' })

const everythingDelivered = async (): Promise<void> => {
  const told = new Set(org.received)
  const events = await at.rows('outbox', { topic: 'event' })
  // The first checkpoint of an organization comes before it has named a receiver.
  const since = events.filter(({ type }) => type !== 'webhook_endpoint.created' && type !== 'ledger.checkpoint')
  await until(
    'every event at the receiver',
    async () => {
      for (const id of org.received) told.add(id)
      return since.every(({ _id }) => told.has(String(_id)))
    },
    30,
  )
  expect(org.hooks.refused).toEqual([])
}

describe('Redis killed and back empty', () => {
  it('registering, checking, reading, listing and disposing answer as always; what has a budget answers 503', async () => {
    const [a, leaver] = [await employee(), await employee()]
    await register(a.id)
    await register(leaver.id)
    await org.client.subjects.createEmploymentEvent(leaver.id, { kind: 'retired', on: '2026-10-31' })
    await org.client.testClock.set({ now: '2045-01-01T00:00:00.000Z' })
    const recipient = await org.client.recipients.create({ name: '自社給与システム', kind: 'own_payroll' })
    expect((await reveal(a.id)).numbers[0]?.number).toBe(fixtureNumber(1))

    await redis.kill()
    await new Promise((resolve) => setTimeout(resolve, 100))

    const b = await answeredIn(5, employee())
    const registered = await answeredIn(5, register(b.id))
    const versionId = registered.current?.id ?? ''
    await answeredIn(5, org.reviewer.does.numbers.check(b.id, { versionId }))
    expect((await answeredIn(5, org.client.numbers.get(b.id))).state).toBe('checked')
    await answeredIn(5, handler.numbers.correct(a.id, { number: fixtureNumber(900), reason: '転記誤り' }))
    expect((await answeredIn(5, org.client.numbers.list({}).toArray({ limit: 100 }))).length).toBe(3)
    expect((await answeredIn(5, org.client.ledger.listEntries({}).toArray({ limit: 100 }))).length).toBeGreaterThan(3)
    const disposal = await answeredIn(5, officer.disposals.create({ subjectIds: [leaver.id] }))
    const imported = await answeredIn(
      5,
      handler.imports.create(rosterOf(20), { kind: 'roster', companyId: org.company.id, fileName: 'roster.csv' }),
    )

    const companyId = org.company.id
    const refused = await Promise.all([
      refusalOf(reveal(b.id)),
      refusalOf(
        handler.exports.create({
          companyId,
          recipientId: recipient.id,
          purpose: 'withholding_tax',
          format: 'payroll-7',
        }),
      ),
      refusalOf(handler.filings.create({ companyId, form: '309', year: 2026 })),
    ])
    for (const told of refused) {
      expect(told).toMatchObject({ status: 503, code: 'unavailable' })
      expect(told.retryAfter).toBeGreaterThan(0)
      expect(told.seconds).toBeLessThan(20)
    }
    expect(await org.client.operation.health()).toMatchObject({ status: 'ok' })
    expect(await org.client.operation.readiness()).toMatchObject({ status: 'ready', parts: { redis: 'down' } })
    // The refused ones left nothing behind, and the jobs wait.
    expect(await at.count('exports')).toBe(0)
    for (const { jobId } of [disposal, imported]) expect((await org.client.jobs.get(jobId)).state).toBe('queued')

    await redis.start({ empty: true })

    await until('a reveal', async () => (await refusalOf(reveal(b.id))).status === 200)
    expect((await reveal(a.id)).numbers[0]?.number).toBe(fixtureNumber(900))
    for (const { jobId } of [disposal, imported])
      expect((await org.client.jobs.wait(jobId, { timeoutMs: 20_000 })).state).toBe('succeeded')
    expect((await org.client.numbers.get(leaver.id)).state).toBe('disposed')
    expect((await org.client.imports.get(imported.id)).counts).toMatchObject({ added: 20, errors: 0 })
    await everythingDelivered()
    expect(await org.client.operation.readiness()).toMatchObject({ parts: { redis: 'up' } })
  })
})

/** A receiver that lets everybody wait until it is opened. */
const startSlowReceiver = async () => {
  const gate = Promise.withResolvers<void>()
  const server = createServer((request, response) => {
    request.resume()
    void gate.promise.then(() => response.writeHead(204).end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const close = (): void => {
    server.close()
    server.closeAllConnections()
  }
  return { url: `http://127.0.0.1:${address.port}/`, open: () => gate.resolve(), close }
}

describe('bells that were in Redis', () => {
  it.each([
    ['when it was killed and came back empty', true],
    ['when it was killed and came back as it was', false],
  ])('%s are rung again, and every event is delivered', async (_, empty) => {
    const slow = await startSlowReceiver()
    const endpoint = await org.client.webhookEndpoints.create({ url: slow.url })
    try {
      valuesOf(await inFlight(16, Array.from({ length: 40 }), async () => register((await employee()).id)))
      // All workers are held up by the slow receiver, so that bells lie in Redis that nobody has heard.
      await until('bells', async () => (await at.count('webhook_deliveries', { state: 'queued' })) >= 10)
      await redis.kill()
      slow.open()
      await redis.start({ empty })
      await until('every delivery', async () => {
        const filter = { topic: 'event', state: { $in: ['waiting', 'queued'] } }
        const open = { state: { $in: ['waiting', 'queued', 'sending'] } }
        return (await at.count('outbox', filter)) + (await at.count('webhook_deliveries', open)) === 0
      })
      await everythingDelivered()
      expect(await at.count('webhook_deliveries', { state: 'failed' })).toBe(0)
      const told = await at.count('webhook_deliveries', { endpointId: endpoint.id, type: 'number.registered' })
      expect(told).toBe(40)
    } finally {
      await org.client.webhookEndpoints.delete(endpoint.id)
      slow.close()
    }
  })
})

describe('Redis that stands still', () => {
  it('holds nobody up: registering goes on, a reveal is refused in time, and both work when it goes on', async () => {
    const [a, b] = [await employee(), await employee()]
    await register(a.id)
    await reveal(a.id)
    redis.pause()
    try {
      await answeredIn(5, register(b.id))
      await new Promise((resolve) => setTimeout(resolve, 1000))
      const told = await refusalOf(reveal(a.id))
      expect(told).toMatchObject({ status: 503, code: 'unavailable' })
      expect(told.seconds).toBeLessThan(20)
    } finally {
      redis.resume()
    }
    await until('a reveal', async () => (await refusalOf(reveal(b.id))).status === 200, 10)
    await everythingDelivered()
  })
})
