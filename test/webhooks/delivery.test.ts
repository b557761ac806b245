import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AppError } from '../../src/core/shared/errors.ts'
import { emptyParts } from '../support/parts.ts'
import { isSignedBy, startReceiver, startWebhooks, verify, type WebhooksSetup } from '../support/webhooks-setup.ts'

let at: WebhooksSetup
beforeAll(async () => {
  at = await startWebhooks()
})
beforeEach(emptyParts)
afterAll(() => at.stop())

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour
const page = { limit: 100 }
const deliveriesOf = async (caller: Awaited<ReturnType<WebhooksSetup['newOrganization']>>) =>
  (await at.webhooks.deliveries.list(caller, page)).rows

const codeOf = async (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'it worked',
    (error: unknown) => (error instanceof AppError ? error.code : `${error}`),
  )

describe('an event', () => {
  it('reaches each endpoint that wants it, signed, with ids alone', async () => {
    const caller = await at.newOrganization()
    const [all, some, none] = [await startReceiver(), await startReceiver(), await startReceiver()]
    const first = await at.webhooks.endpoints.create(caller, { url: all.url })
    await at.webhooks.endpoints.create(caller, { url: some.url, events: ['number.registered'] })
    await at.webhooks.endpoints.create(caller, { url: none.url, events: ['number.deleted'] })
    const eventId = await at.announce(caller)
    await at.work()
    expect([all, some, none].map(({ received }) => received.length)).toEqual([1, 1, 0])
    const [one] = all.received
    if (one === undefined) throw new Error('nothing received')
    expect(verify(first.secret, one)).toEqual({
      type: 'number.registered',
      timestamp: expect.any(String),
      data: { subjectId: 'sub_1' },
    })
    expect(Object.keys(JSON.parse(one.body))).toEqual(['type', 'timestamp', 'data'])
    expect(one.headers['webhook-id']).toBe(eventId)
    expect(one.headers['content-type']).toBe('application/json')
    expect(
      (await deliveriesOf(caller)).map(({ state, lastStatus, attempts }) => [state, lastStatus, attempts]),
    ).toEqual([
      ['succeeded', 204, 1],
      ['succeeded', 204, 1],
    ])
    expect(await at.outbox.waiting(caller.organizationId)).toBe(0)
  })

  it('is sent again until the receiver takes it, with the same id and body', async () => {
    const caller = await at.newOrganization()
    const { url, received } = await startReceiver((nth) => ({ status: nth < 4 ? 500 : 200 }))
    const { secret } = await at.webhooks.endpoints.create(caller, { url })
    await at.announce(caller)
    await at.work()
    for (const wait of [5 * second, 5 * minute, 30 * minute]) {
      const before = received.length
      at.clock.forward(wait - 2 * second)
      await at.work()
      expect(received.length).toBe(before)
      at.clock.forward(2 * second)
      await at.work()
      expect(received.length).toBe(before + 1)
    }
    expect(new Set(received.map(({ headers, body }) => `${headers['webhook-id']} ${body}`)).size).toBe(1)
    expect(new Set(received.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(4)
    expect(received.every((one) => isSignedBy(secret, one))).toBe(true)
    expect(await deliveriesOf(caller)).toMatchObject([{ state: 'succeeded', attempts: 4, lastStatus: 200 }])
  })

  it('that nobody takes for three days has failed, after ten attempts', async () => {
    const caller = await at.newOrganization()
    const { url, received } = await startReceiver(() => ({
      status: 302,
      headers: { location: 'https://example.com/' },
    }))
    await at.webhooks.endpoints.create(caller, { url })
    await at.announce(caller)
    for (let hours = 0; hours < 90; hours += 1) {
      await at.work()
      at.clock.forward(hour)
    }
    expect(received.length).toBe(10)
    expect(await deliveriesOf(caller)).toMatchObject([{ state: 'failed', attempts: 10, lastError: 'redirect' }])
  })

  it('processed twice makes one delivery', async () => {
    const caller = await at.newOrganization()
    const { url, received } = await startReceiver()
    await at.webhooks.endpoints.create(caller, { url })
    await at.announce(caller)
    const row = await at.outbox.claimDue()
    if (row === null) throw new Error('nothing due')
    await Promise.all([at.webhooks.fanOut(row), at.webhooks.fanOut(row)])
    await at.work()
    await at.webhooks.fanOut(row)
    await at.work()
    expect((await at.rowsOf('webhook_deliveries')).length).toBe(1)
    expect(received.length).toBe(1)
  })

  it('reaches nobody else: another organization sees neither endpoint nor delivery', async () => {
    const [caller, other] = [await at.newOrganization(), await at.newOrganization()]
    const { url, received } = await startReceiver()
    const mine = await at.webhooks.endpoints.create(caller, { url })
    const { url: otherUrl, received: theirs } = await startReceiver()
    await at.webhooks.endpoints.create(other, { url: otherUrl })
    await at.announce(caller)
    await at.work()
    expect([received.length, theirs.length]).toEqual([1, 0])
    expect(await deliveriesOf(other)).toEqual([])
    const { get, remove, rotate, sendTest, list } = at.webhooks.endpoints
    for (const act of [get, remove, rotate, sendTest]) expect(await codeOf(act(other, mine.id))).toBe('not_found')
    expect((await list(other, page)).rows.map(({ id }) => id)).not.toContain(mine.id)
    expect((await at.webhooks.deliveries.list(other, { ...page, endpointId: mine.id })).rows).toEqual([])
  })
})

describe('a delivery', () => {
  it('rung for twice is sent once, and one cut short by a kill is sent again when its lease has run out', async () => {
    const caller = await at.newOrganization()
    const { url, received } = await startReceiver()
    await at.webhooks.endpoints.create(caller, { url })
    await at.announce(caller)
    const row = await at.outbox.claimDue()
    if (row === null) throw new Error('nothing due')
    await at.webhooks.fanOut(row)
    const lost = await at.webhooks.deliver.claimDue()
    expect(lost).not.toBeNull()
    expect(await at.webhooks.deliver.claimDue()).toBeNull()
    at.clock.forward(61 * second)
    const bell = await at.webhooks.deliver.claimDue()
    if (bell === null || lost === null) throw new Error('nothing due')
    await Promise.all([at.webhooks.deliver.run(bell), at.webhooks.deliver.run(bell), at.webhooks.deliver.run(lost)])
    expect(received.length).toBe(1)
  })

  it('waits as long as the receiver asks, and so do the others of that endpoint', async () => {
    const caller = await at.newOrganization()
    const { url, received } = await startReceiver((nth) =>
      nth === 1 ? { status: 429, headers: { 'retry-after': '600' } } : { status: 200 },
    )
    await at.webhooks.endpoints.create(caller, { url })
    await at.announce(caller)
    await at.work()
    await at.announce(caller)
    await at.work()
    at.clock.forward(9 * minute)
    await at.work()
    expect(received.length).toBe(1)
    at.clock.forward(minute + second)
    await at.work()
    expect(received.length).toBe(3)
    expect((await deliveriesOf(caller)).map(({ state, attempts }) => [state, attempts])).toEqual([
      ['succeeded', 1],
      ['succeeded', 2],
    ])
  })

  it('slows down for a receiver that is overloaded, and no receiver can put it off for more than a day', async () => {
    const caller = await at.newOrganization()
    const { url, received } = await startReceiver((nth) =>
      nth === 1 ? { status: 503, headers: { 'retry-after': '9999999' } } : { status: nth === 2 ? 502 : 200 },
    )
    await at.webhooks.endpoints.create(caller, { url })
    await at.announce(caller)
    await at.work()
    at.clock.forward(day)
    await at.work()
    expect(received.length).toBe(2)
    await at.announce(caller)
    at.clock.forward(20 * second)
    await at.work()
    expect(received.length).toBe(2)
    at.clock.forward(11 * second)
    await at.work()
    expect(received.length).toBe(3)
  })

  it('to a receiver that is not there, or does not answer in time, has failed for now', async () => {
    const hasty = await startWebhooks({ timeoutMs: 200, beside: at })
    try {
      const caller = await at.newOrganization()
      const slow = await startReceiver(() => ({ status: 200, afterMs: 2000 }))
      for (const url of [slow.url, 'http://127.0.0.1:9/']) await at.webhooks.endpoints.create(caller, { url })
      await at.announce(caller)
      await hasty.work()
      const rows = await deliveriesOf(caller)
      expect(new Set(rows.map(({ lastError }) => lastError))).toEqual(new Set(['timeout', 'connection_failed']))
      expect(rows.every(({ state, attempts, nextAt }) => state === 'waiting' && attempts === 1 && nextAt)).toBe(true)
    } finally {
      await hasty.stop()
    }
  })
})

describe('an endpoint', () => {
  it('that answers 410 is disabled, nothing more is sent to it, and record and other endpoints learn of it', async () => {
    const caller = await at.newOrganization()
    const gone = await startReceiver((nth) => ({ status: nth === 1 ? 500 : 410 }))
    const { id } = await at.webhooks.endpoints.create(caller, { url: gone.url, events: ['number.registered'] })
    const watching = await startReceiver()
    await at.webhooks.endpoints.create(caller, { url: watching.url, events: ['webhook_endpoint.disabled'] })
    await at.announce(caller)
    await at.work()
    await at.announce(caller)
    await at.work()
    expect((await at.webhooks.endpoints.get(caller, id)).state).toBe('disabled')
    at.clock.forward(hour)
    await at.announce(caller)
    await at.work()
    expect(gone.received.length).toBe(2)
    expect(watching.received.map(({ body }) => JSON.parse(body).data)).toEqual([{ endpointId: id }])
    const states = (await at.webhooks.deliveries.list(caller, { ...page, endpointId: id })).rows.map(
      ({ state, lastError }) => [state, lastError],
    )
    expect(states).toEqual([
      ['failed', 'status'],
      ['failed', 'endpoint_disabled'],
    ])
    const entries = await at.rowsOf('ledger_entries')
    expect(entries.map(({ operation, functionName, actor }) => [operation, functionName, actor.type])).toEqual([
      ['organization', '契約法人の作成', 'operator'],
      ['settings', 'Webhook登録', 'client'],
      ['settings', 'Webhook登録', 'client'],
      ['settings', 'Webhook停止', 'system'],
    ])
    expect(await codeOf(at.webhooks.endpoints.sendTest(caller, id))).toBe('conflict')
  })

  it('signs with the old secret and the new one for a day after a rotation', async () => {
    const caller = await at.newOrganization()
    const { url, received } = await startReceiver()
    const { id, secret: old } = await at.webhooks.endpoints.create(caller, { url })
    const { secret: newer, previousUntil } = await at.webhooks.endpoints.rotate(caller, id)
    expect(Math.round((previousUntil.getTime() - at.clock.now().getTime()) / hour)).toBe(24)
    await at.announce(caller)
    await at.work()
    at.clock.forward(day)
    await at.announce(caller)
    await at.work()
    const signedBy = received.map((one) => [isSignedBy(old, one), isSignedBy(newer, one)])
    expect(signedBy).toEqual([
      [true, true],
      [false, true],
    ])
  })

  it('rotated twice at once keeps both new secrets', async () => {
    const caller = await at.newOrganization()
    const { url, received } = await startReceiver()
    const { id, secret } = await at.webhooks.endpoints.create(caller, { url })
    const rotated = await Promise.all([
      at.webhooks.endpoints.rotate(caller, id),
      at.webhooks.endpoints.rotate(caller, id),
    ])
    await at.announce(caller)
    await at.work()
    for (const each of [secret, ...rotated.map((one) => one.secret)])
      expect(received.every((one) => isSignedBy(each, one))).toBe(true)
    expect(received.length).toBe(1)
  })

  it('has its secret nowhere in the clear, and shows it once', async () => {
    const caller = await at.newOrganization()
    const { id, secret } = await at.webhooks.endpoints.create(caller, {
      url: 'https://hr.example.com/hooks',
      description: '人事',
    })
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    const [row] = await at.rowsOf('webhook_endpoints')
    const key = Buffer.from(secret.slice(6), 'base64')
    const stored = Buffer.from(row?.secrets[0].sealed.buffer)
    expect(stored.includes(key) || stored.includes(secret) || JSON.stringify(row).includes(secret)).toBe(false)
    expect(await at.webhooks.endpoints.get(caller, id)).toEqual({
      id,
      url: 'https://hr.example.com/hooks',
      events: [],
      description: '人事',
      state: 'enabled',
      createdAt: expect.any(Date),
    })
  })

  it('that is deleted ends what waits for it', async () => {
    const caller = await at.newOrganization()
    const { url, received } = await startReceiver(() => ({ status: 500 }))
    const { id } = await at.webhooks.endpoints.create(caller, { url })
    await at.announce(caller)
    await at.work()
    await at.webhooks.endpoints.remove(caller, id)
    expect(await deliveriesOf(caller)).toMatchObject([{ state: 'failed', lastError: 'endpoint_deleted' }])
    at.clock.forward(day)
    await at.work()
    expect(received.length).toBe(1)
    expect(await codeOf(at.webhooks.endpoints.remove(caller, id))).toBe('not_found')
  })

  it('gets a test event, whatever events it asked for, and no other endpoint does', async () => {
    const caller = await at.newOrganization()
    const [asked, other] = [await startReceiver(), await startReceiver()]
    const { id } = await at.webhooks.endpoints.create(caller, { url: asked.url, events: ['number.deleted'] })
    await at.webhooks.endpoints.create(caller, { url: other.url })
    const { eventId } = await at.webhooks.endpoints.sendTest(caller, id)
    await at.work()
    expect(asked.received.map(({ headers }) => headers['webhook-id'])).toEqual([eventId])
    expect(other.received.length).toBe(0)
  })

  it('of a live organization is https, whatever the service allows to test ones', async () => {
    const live = await at.newOrganization('live')
    expect(await codeOf(at.webhooks.endpoints.create(live, { url: 'http://127.0.0.1:9/' }))).toBe('url_not_allowed')
    expect(await at.rowsOf('webhook_endpoints')).toEqual([])
  })
})

describe('where loopback is not allowed any more', () => {
  it('an endpoint on loopback gets nothing', async () => {
    const caller = await at.newOrganization()
    const { url, received } = await startReceiver()
    await at.webhooks.endpoints.create(caller, { url })
    await at.announce(caller)
    const strict = await startWebhooks({ allowLoopback: false, beside: at })
    try {
      await strict.work()
      expect(received.length).toBe(0)
      expect(await deliveriesOf(caller)).toMatchObject([{ lastError: 'address_not_allowed' }])
      expect(await codeOf(strict.webhooks.endpoints.create(caller, { url }))).toBe('url_not_allowed')
    } finally {
      await strict.stop()
    }
  })
})
