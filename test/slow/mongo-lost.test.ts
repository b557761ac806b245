import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fixtureNumber } from '../support/fixture-number.ts'
import { startOwnMongo } from '../support/own-parts.ts'
import {
  inFlight,
  type Processes,
  refusalOf,
  registrations,
  startOrganization,
  startProcesses,
  until,
  valuesOf,
} from '../support/processes.ts'
import { makeEmployee } from '../support/service.ts'

let mongo: Awaited<ReturnType<typeof startOwnMongo>>
let at: Processes
let service: Awaited<ReturnType<Processes['start']>>
let org: Awaited<ReturnType<typeof startOrganization>>
beforeAll(async () => {
  mongo = await startOwnMongo()
  at = await startProcesses({ mongodbUrl: mongo.url })
  const platform = await at.platform()
  service = await at.start(['api', 'worker'])
  org = await startOrganization(service, platform)
})
afterAll(async () => {
  await org?.hooks.close()
  await at?.stop()
  await mongo?.remove()
})

const count = 64
const limitSeconds = 40

describe('MongoDB killed in the middle of a burst and started again', () => {
  it('is 503 with Retry-After meanwhile, and afterwards what was acknowledged is there and the rest can be repeated', async () => {
    const handler = org.handler.does
    const people = valuesOf(await inFlight(8, Array.from({ length: count }), () => makeEmployee(org)))
    const [first] = people
    if (first === undefined) throw new Error('nobody')
    const register = (i: number) =>
      handler.numbers.register(
        people[i]?.id ?? '',
        { number: fixtureNumber(1 + i) },
        { idempotencyKey: `register-${i}`, timeoutMs: 60_000 },
      )
    const reveal = (id: string) => handler.reveals.create({ subjectIds: [id], purpose: 'withholding_tax' })

    let acknowledged = 0
    const told: Awaited<ReturnType<typeof refusalOf>>[] = []
    const killed = until('some answers', async () => acknowledged >= count / 4).then(mongo.kill)
    const burst = await inFlight(32, [...people.keys()], async (i) => {
      const answer = await refusalOf(
        register(i).then(() => {
          acknowledged += 1
        }),
      )
      told.push(answer)
      return answer.status === 200
    })
    await killed
    const kept = people.filter((_, i) => valuesOf(burst)[i]).map(({ id }) => id)
    expect(kept.length).toBeGreaterThanOrEqual(count / 4)
    expect(kept.length).toBeLessThan(count)

    const health = org.client.operation.health()
    const readiness = refusalOf(org.client.operation.readiness())
    const reading = refusalOf(org.client.numbers.get(first.id))
    const listing = refusalOf(org.client.numbers.list({}).toArray({ limit: 10 }))
    const writing = refusalOf(makeEmployee(org))
    const revealing = refusalOf(reveal(first.id))
    const token = refusalOf(org.client.as({ staff: org.officer.id, authTime: 1 }).subjects.get(first.id))
    const began = performance.now()
    expect(await health).toMatchObject({ status: 'ok' })
    expect(performance.now() - began).toBeLessThan(2000)
    expect((await readiness).status).toBe(503)
    for (const answer of [...told, ...(await Promise.all([reading, listing, writing, revealing, token]))]) {
      if (answer.status !== 200) {
        expect(answer).toMatchObject({ status: 503, code: 'unavailable' })
        expect(answer.retryAfter).toBeGreaterThan(0)
      }
      expect(answer.seconds).toBeLessThan(limitSeconds)
    }
    expect((await Promise.all([reading, listing, writing, revealing, token])).map(({ status }) => status)).toEqual(
      Array.from({ length: 5 }, () => 503),
    )

    await mongo.start()
    await until('readiness', async () => (await refusalOf(org.client.operation.readiness())).status === 200)
    expect(service.child.exitCode).toBe(null)

    const before = await registrations(at)
    expect(before.numbers).toEqual(expect.arrayContaining(kept))
    for (const ids of Object.values(before)) expect(ids).toEqual(before.numbers)

    valuesOf(await inFlight(32, [...people.keys()], register))
    const after = await registrations(at)
    for (const ids of Object.values(after)) expect(ids).toEqual(people.map(({ id }) => id).sort())
    const digits = await reveal(first.id)
    expect(digits.numbers[0]?.number).toBe(fixtureNumber(1))

    // The platform's own record is anchored too, and told to nobody.
    const events = await at.rows('outbox', { topic: 'event', organizationId: org.organization.id })
    expect(events.length).toBeGreaterThanOrEqual(count)
    await until(
      'every event at the receiver',
      async () => events.every(({ _id }) => org.received.includes(String(_id))),
      40,
    )
  }, 120_000)
})
