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
  valuesOf,
} from '../support/processes.ts'
import { makeEmployee } from '../support/service.ts'

/** Promise 2: what the API has acknowledged survives a kill, and what it has not can be repeated with the same keys. */
let mongo: Awaited<ReturnType<typeof startOwnMongo>>
let at: Processes
let platform: Awaited<ReturnType<Processes['platform']>>
let api: Awaited<ReturnType<Processes['start']>>
let org: Awaited<ReturnType<typeof startOrganization>>
beforeAll(async () => {
  mongo = await startOwnMongo({ transactionSeconds: 3 })
  at = await startProcesses({ mongodbUrl: mongo.url })
  platform = await at.platform()
  api = await at.start(['api'])
  org = await startOrganization(api, platform)
})
afterAll(async () => {
  await org?.hooks.close()
  await at?.stop()
  await mongo?.remove()
})

const rounds = 3
const perRound = 64

describe('the API killed in the middle of a burst of registrations', () => {
  it('keeps all that it acknowledged; repeated with the same keys, everybody has one number, one entry and one event', async () => {
    const port = Number(new URL(api.baseUrl).port)
    const numberOfId = new Map<string, string>()
    let cutShort = 0
    for (let round = 0; round < rounds; round += 1) {
      const people = valuesOf(await inFlight(8, Array.from({ length: perRound }), () => makeEmployee(org)))
      for (const { id } of people) numberOfId.set(id, fixtureNumber(1 + numberOfId.size))
      const register = (id: string) =>
        org.handler.does.numbers.register(
          id,
          { number: numberOfId.get(id) ?? '' },
          { idempotencyKey: `register ${id}`, timeoutMs: 20_000 },
        )
      const ids = people.map(({ id }) => id)

      // One token is there: the burst is of registrations alone.
      await org.handler.does.subjects.get(ids[0] ?? '')
      const afterMs = 30 + Math.random() * 400
      const killed = new Promise((resolve) => setTimeout(resolve, afterMs)).then(() => at.kill(api))
      const burst = await inFlight(32, ids, register)
      await killed
      const acknowledged = ids.filter((_, i) => burst[i]?.status === 'fulfilled')
      cutShort += ids.length - acknowledged.length

      // As the kill left it: whole registrations only.
      const left = await registrations(at)
      const note = `round ${round}, killed after ${afterMs.toFixed(0)} ms, ${acknowledged.length} acknowledged`
      expect(left.numbers, note).toEqual(expect.arrayContaining(acknowledged))
      for (const [what, found] of Object.entries(left)) expect(found, `${note}: ${what}`).toEqual(left.numbers)

      api = await at.start(['api'], port)
      const missing = ids.filter((id) => !left.numbers.includes(id))
      const [unwritten] = missing
      if (unwritten !== undefined) {
        expect((await org.client.numbers.get(unwritten)).state).toBe('none')
        const told = await refusalOf(
          org.handler.does.reveals.create({ subjectIds: [unwritten], purpose: 'withholding_tax' }),
        )
        expect(told).toMatchObject({ status: 409, code: 'number_missing' })
      }

      // What the killed process was writing is held at MongoDB for some seconds: told so, a host tries again.
      const repeat = async (id: string): ReturnType<typeof register> => {
        for (;;) {
          const answer = await refusalOf(register(id).then((value) => repeatedBy.set(id, value)))
          const found = repeatedBy.get(id)
          if (found !== undefined) return found
          expect(answer).toMatchObject({ status: 503, code: 'unavailable' })
        }
      }
      const repeatedBy = new Map<string, Awaited<ReturnType<typeof register>>>()
      const repeated = valuesOf(await inFlight(32, ids, repeat))
      for (const [i, answer] of repeated.entries()) {
        const first = burst[i]
        expect(answer).toMatchObject({ subjectId: ids[i], state: 'registered' })
        if (first?.status === 'fulfilled') expect(answer).toEqual(first.value)
      }
    }
    expect(cutShort).toBeGreaterThan(0)

    const all = [...numberOfId.keys()]
    const end = await registrations(at)
    for (const [what, found] of Object.entries(end)) expect(found, what).toEqual([...all].sort())
    for (let i = 0; i < all.length; i += 100) {
      const subjectIds = all.slice(i, i + 100)
      const { numbers } = await org.handler.does.reveals.create({ subjectIds, purpose: 'withholding_tax' })
      expect(numbers.every(({ subjectId, number }) => number === numberOfId.get(subjectId))).toBe(true)
      expect(numbers.length).toBe(subjectIds.length)
    }
  }, 90_000)

  it('leaves data keys that belong to no number, and none of them opens anything', async () => {
    const [deks, numbers] = await Promise.all([at.keyRows('deks'), at.rows('numbers')])
    const used = new Set(numbers.map(({ dekId }) => String(dekId)))
    // Swept by the worker when they are an hour old: a `prepared` key is never removed before.
    for (const { _id, state } of deks) if (!used.has(String(_id))) expect(state).toBe('prepared')
    expect(new Set(numbers.map(({ dekId }) => dekId)).size).toBe(numbers.length)
  })
})
