import { createAzukari } from '@azukari/sdk'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { memoryControls, scanMemory, scatteredNumbers, tell } from '../support/memory-look.ts'
import { inFlight, type Processes, startProcesses, valuesOf, vendorAt } from '../support/processes.ts'
import { makeEmployee, makeOrganization } from '../support/service.ts'

/**
 * Digits that come as JWE are bytes that are wiped: an API process that took 1,000 of them, left alone for a minute and
 * collected once, has none of them. A plain `number` is a string that nobody can wipe, so it is not measured here.
 */
const count = 1000
const idleSeconds = 60
/** Over four standard deviations between two counts of about ten. */
const chanceMargin = 20

let at: Processes
let service: Awaited<ReturnType<Processes['start']>>
let credentials: { clientId: string; clientSecret: string }
beforeAll(async () => {
  at = await startProcesses()
  credentials = await at.platform()
  vi.stubEnv('NODE_OPTIONS', memoryControls)
  service = await at.start(['api'])
})
afterAll(() => at?.stop())

describe('an API process that took 1,000 numbers as JWE', () => {
  it('holds none of them after a minute and one collection, in whatever form, and controls are found', async () => {
    const pid = service.child.pid ?? 0
    const vendor = vendorAt(service, credentials)
    const org = await makeOrganization({ vendor })
    const acting = createAzukari({ baseUrl: service.baseUrl, ...credentials, encryptNumbers: true })
      .for(org.organization.id)
      .as({ staff: org.handler.id })
    const people = valuesOf(await inFlight(8, Array.from({ length: count }), () => makeEmployee(org)))

    const numbers = scatteredNumbers(count)
    const never = scatteredNumbers(count, count)

    const registered = valuesOf(
      await inFlight(8, people, async ({ id }) => {
        const number = numbers[people.findIndex((person) => person.id === id)] ?? ''
        return (await acting.numbers.register(id, { number })).state
      }),
    )
    expect(registered.filter((state) => state === 'registered')).toHaveLength(count)
    const busy = scanMemory(pid, numbers)

    await new Promise((resolve) => setTimeout(resolve, idleSeconds * 1000))
    await tell(service.child, { gc: true })
    const idle = scanMemory(pid, numbers)

    const chance = scanMemory(pid, never)
    const controls = scatteredNumbers(100, 2 * count)
    await tell(service.child, { plant: controls })
    const planted = scanMemory(pid, controls)
    const told = { 'just after': busy, 'a minute and a collection later': idle, 'never there': chance, planted }
    for (const [when, { found, bytes }] of Object.entries(told))
      console.log(`${when}: ${JSON.stringify(found)} in ${Math.round(bytes / 2 ** 20)} MiB`)

    expect(planted.found).toEqual({ ascii: 100, utf16: 100, values: 100, packed: 100, any: 100 })
    expect(idle.found).toMatchObject({ ascii: 0, utf16: 0, values: 0 })
    // Both counts are of chance; a process that packed numbers and did not wipe them would show dozens more.
    expect(idle.found.packed).toBeLessThanOrEqual(chance.found.packed + chanceMargin)
    expect(idle.unread).toBe(0)
  })
})
