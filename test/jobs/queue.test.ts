import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  createQueue,
  deliveriesLane,
  deliverySource,
  eventsLane,
  type Lane,
  outboxSource,
} from '../../src/adapters/queue/queue.ts'
import { emptyParts, testParts } from '../support/parts.ts'
import { deleteKeys } from '../support/redis-keys.ts'
import { startRedisProxy } from '../support/redis-proxy.ts'
import { startReceiver, startWebhooks, until, verify, type WebhooksSetup } from '../support/webhooks-setup.ts'

const { redisUrl, redisPrefix } = testParts()
let at: WebhooksSetup
let redis: Redis
beforeAll(async () => {
  at = await startWebhooks()
  redis = new Redis(redisUrl)
})
beforeEach(emptyParts)
afterAll(async () => {
  redis.disconnect()
  await at.stop()
})

type Started = ReturnType<typeof createQueue>
const queues: Started[] = []
const unhandled: unknown[] = []
const note = (reason: unknown): void => void unhandled.push(reason)
beforeAll(() => void process.on('unhandledRejection', note))
afterAll(() => void process.off('unhandledRejection', note))
afterEach(async () => {
  await Promise.all(queues.splice(0).map((queue) => queue.close()))
  expect(unhandled).toEqual([])
})

/** A process of its own, as far as Redis sees it. */
const startQueue = (url = redisUrl) => {
  const lines: string[] = []
  const say = (_: object, message: string): void => void lines.push(message)
  const queue = createQueue({
    redisUrl: url,
    prefix: redisPrefix,
    log: { info: say, warn: say, error: say },
    closeMs: 3000,
  })
  queues.push(queue)
  return { ...queue, lines }
}
const sources = () => [outboxSource(at.outbox), deliverySource(at.webhooks.deliver)]
const lanes = (): Lane[] => [eventsLane(at.outbox, at.webhooks.fanOut), deliveriesLane(at.webhooks.deliver)]
const keysInRedis = () => redis.keys(`${redisPrefix}:*`)
const allDone = async (): Promise<boolean> => (await at.rowsOf('outbox')).every(({ state }) => state === 'done')
const quick = { pollMs: 20, idlePollMs: 100 }

describe('an event', () => {
  it('goes from the outbox over Redis to the receiver, and leaves nothing in Redis', async () => {
    const caller = await at.newOrganization()
    const { url, received } = await startReceiver()
    const { secret } = await at.webhooks.endpoints.create(caller, { url })
    const { relay, workers } = startQueue()
    const carrying = relay(sources())
    at.outbox.onRow(carrying.nudge)
    workers(lanes())
    const ids = [await at.announce(caller), await at.announce(caller), await at.announce(caller)]
    at.outbox.nudge()
    await until('three webhooks', () => received.length === 3)
    for (const one of received) expect(verify(secret, one)).toMatchObject({ type: 'number.registered' })
    expect(new Set(received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set(ids))
    await until('an empty queue', async () => !(await keysInRedis()).some((key) => /(obx|evt|whd)_/.test(key)))
  })

  it('is in Redis as ids alone', async () => {
    const caller = await at.newOrganization()
    const id = await at.announce(caller)
    startQueue().relay(sources(), quick)
    await until('the bell', async () => (await keysInRedis()).some((key) => key.includes(id)))
    const stored = await redis.hgetall(`${redisPrefix}:events:${id}-1`)
    expect(stored.data).toBe(JSON.stringify({ organizationId: caller.organizationId, rowId: id, fence: 1 }))
    expect(stored.name).toBe('events')
  })

  it('is delivered though all of Redis was lost between claim and work', async () => {
    const caller = await at.newOrganization()
    const { url, received } = await startReceiver()
    await at.webhooks.endpoints.create(caller, { url })
    const id = await at.announce(caller)
    const { relay, workers } = startQueue()
    relay(sources(), quick)
    await until('the bell', async () => (await keysInRedis()).some((key) => key.includes(id)))
    await deleteKeys(redis, redisPrefix)
    workers(lanes())
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(received.length).toBe(0)
    at.clock.forward(61_000)
    await until('the webhook', () => received.length === 1)
    await until('the end', allDone)
  })

  it('makes one delivery to each endpoint with two relays and two workers, and all are delivered', async () => {
    const caller = await at.newOrganization()
    const [a, b] = [await startReceiver(), await startReceiver()]
    for (const { url } of [a, b]) await at.webhooks.endpoints.create(caller, { url })
    const processes = [startQueue(), startQueue()]
    for (const { relay, workers } of processes) {
      at.outbox.onRow(relay(sources(), quick).nudge)
      workers(lanes())
    }
    const count = 60
    for (let i = 0; i < count; i += 1) await at.announce(caller)
    await until('all webhooks', () => a.received.length >= count && b.received.length >= count, 25_000)
    await until('all settled', async () =>
      (await at.rowsOf('webhook_deliveries')).every(({ state }) => state === 'succeeded'),
    )
    expect((await at.rowsOf('webhook_deliveries')).length).toBe(2 * count)
    for (const { received } of [a, b]) {
      expect(received.length).toBe(count)
      expect(new Set(received.map(({ headers }) => headers['webhook-id'])).size).toBe(count)
    }
  })
})

describe('a worker', () => {
  it('that a bell reaches twice, or late, does the work once', async () => {
    const caller = await at.newOrganization()
    await at.announce(caller)
    const row = await at.outbox.claimDue()
    if (row === null) throw new Error('nothing due')
    at.clock.forward(61_000)
    const again = await at.outbox.claimDue()
    expect(again?.fence).toBe(2)
    const ran: number[] = []
    const lane = eventsLane(at.outbox, async ({ fence }) => void ran.push(fence))
    const bell = { organizationId: row.organizationId, rowId: row._id }
    await lane.answer({ ...bell, fence: 1 })
    await lane.answer({ ...bell, organizationId: 'org_other', fence: 2 })
    await lane.answer({ ...bell, fence: 2 })
    expect(ran).toEqual([2])
  })

  it('that fails leaves the row to its lease, and the row is done by the next claim', async () => {
    const caller = await at.newOrganization()
    await at.announce(caller)
    const { relay, workers, lines } = startQueue()
    relay([outboxSource(at.outbox)], quick)
    let runs = 0
    workers([
      eventsLane(at.outbox, async (row) => {
        runs += 1
        if (runs === 1) throw new Error('broken')
        await at.outbox.finish(row)
      }),
    ])
    await until('the first run', () => runs === 1)
    at.clock.forward(61_000)
    await until('the second run', () => runs === 2)
    await until('the end', allDone)
    expect(lines.filter((line) => line.includes('tried again')).length).toBe(1)
  })

  it('finishes what it does before it closes', async () => {
    const caller = await at.newOrganization()
    await at.announce(caller)
    const { relay, workers, close } = startQueue()
    relay([outboxSource(at.outbox)], quick)
    let begun = false
    workers([
      eventsLane(at.outbox, async (row) => {
        begun = true
        await new Promise((resolve) => setTimeout(resolve, 500))
        await at.outbox.finish(row)
      }),
    ])
    await until('the run', () => begun)
    await close()
    expect(await allDone()).toBe(true)
  })
})

describe('a relay', () => {
  it('to which MongoDB does not answer says so once, and goes on when it does', async () => {
    const caller = await at.newOrganization()
    await at.announce(caller)
    const { relay, workers, lines } = startQueue()
    let asked = 0
    const source = outboxSource(at.outbox)
    const claimDue = async () => {
      asked += 1
      if (asked <= 3) throw new Error('connection lost')
      return source.claimDue()
    }
    relay([{ ...source, claimDue }], quick)
    workers(lanes())
    await until('the end', allDone)
    expect(lines).toEqual(['MongoDB cannot be reached: rows wait, nothing is lost', 'MongoDB is back'])
  })
})

describe('without Redis', () => {
  it.each([
    ['gone', 'shut', 'open'],
    ['standing still', 'jam', 'free'],
  ] as const)(
    '%s, rows wait unclaimed, ping refuses in time, and all goes on by itself when it is back',
    async (_, stop, go) => {
      const caller = await at.newOrganization()
      const { url, received } = await startReceiver()
      await at.webhooks.endpoints.create(caller, { url })
      const proxy = await startRedisProxy(redisUrl)
      const { relay, workers, ping, lines } = startQueue(proxy.url)
      relay(sources(), quick)
      workers(lanes())
      await at.announce(caller)
      await until('the first webhook', () => received.length === 1)

      proxy[stop]()
      const asked = Date.now()
      await expect(ping()).rejects.toThrow()
      expect(Date.now() - asked).toBeLessThan(5000)
      await until('the line', () => lines.some((line) => line.startsWith('Redis cannot be reached')))
      await at.announce(caller)
      await new Promise((resolve) => setTimeout(resolve, 2500))
      expect(received.length).toBe(1)
      expect((await at.rowsOf('outbox')).filter(({ state }) => state === 'waiting').length).toBe(1)

      proxy[go]()
      await until('the second webhook', () => received.length === 2)
      await ping()
      await until('the end', allDone)
      expect(lines.filter((line) => line.startsWith('Redis cannot be reached')).length).toBe(1)
      expect(lines.filter((line) => line.startsWith('Redis is back')).length).toBe(1)
    },
  )

  it('at the start, it waits, says so once, and begins when Redis comes', async () => {
    const caller = await at.newOrganization()
    const { url, received } = await startReceiver()
    await at.webhooks.endpoints.create(caller, { url })
    const proxy = await startRedisProxy(redisUrl)
    proxy.shut()
    const { relay, workers, lines } = startQueue(proxy.url)
    relay(sources(), quick)
    workers(lanes())
    await at.announce(caller)
    await until('the line', () => lines.some((line) => line.startsWith('Redis cannot be reached')))
    await new Promise((resolve) => setTimeout(resolve, 800))
    expect(lines.filter((line) => line.startsWith('Redis cannot be reached')).length).toBe(1)
    proxy.open()
    await until('the webhook', () => received.length === 1)
  })

  it('it closes all the same', async () => {
    const proxy = await startRedisProxy(redisUrl)
    const { relay, workers, close } = startQueue(proxy.url)
    relay(sources(), quick)
    workers(lanes())
    await new Promise((resolve) => setTimeout(resolve, 300))
    proxy.shut()
    const began = Date.now()
    await close()
    expect(Date.now() - began).toBeLessThan(8000)
  })
})
