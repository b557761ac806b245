import type { ChildProcess } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { fixtureNumber } from '../support/fixture-number.ts'
import { memoryControls, scanMemory, tell } from '../support/memory-look.ts'
import { inFlight, type Processes, startProcesses, valuesOf, vendorAt } from '../support/processes.ts'
import { makeEmployee, makeOrganization, type TestOrganization } from '../support/service.ts'

/** Digits are bytes from decryption to encoding, and the bytes are zeroed: a worker that is idle has (nearly) none. */
const exported = 1000
const idleSeconds = 60
const mostLeft = 10

/** Spread over digits that no pointer, text or small number looks like, so that packed digits are not found by chance. */
const numbersFrom = (first: number, count: number): string[] =>
  Array.from({ length: count }, (_, i) => fixtureNumber(first + i * 1237))
const ours = numbersFrom(8_612_345, exported)
const planted = numbersFrom(8_612_756, 100)
const unknown = numbersFrom(8_613_168, exported)

let at: Processes
let org: TestOrganization
let worker: ChildProcess
beforeAll(async () => {
  at = await startProcesses()
  const platform = await at.platform()
  const api = await at.start(['api'])
  org = await makeOrganization({ vendor: vendorAt(api, platform) })
  vi.stubEnv('NODE_OPTIONS', memoryControls)
  worker = (await at.start(['worker'])).child
})
afterAll(() => at?.stop())

describe('the memory of a worker', () => {
  it(`that has exported ${exported} numbers holds at most ${mostLeft} of them when it has been idle, and all planted controls`, async () => {
    valuesOf(
      await inFlight(32, ours, async (number) => {
        const { id } = await makeEmployee(org)
        await org.handler.does.numbers.register(id, { number })
      }),
    )
    const recipient = await org.client.recipients.create({ name: '自社給与', kind: 'own_payroll' })
    const request = { companyId: org.company.id, recipientId: recipient.id, purpose: 'withholding_tax' } as const
    const { id, jobId } = await org.handler.does.exports.create({ ...request, format: 'payroll-7' })
    expect((await org.client.jobs.wait(jobId, { timeoutMs: 60_000 })).state).toBe('succeeded')
    expect((await org.client.exports.get(id)).counts?.numbers).toBe(exported)

    await new Promise((resolve) => setTimeout(resolve, idleSeconds * 1000))
    await tell(worker, { plant: planted })
    await tell(worker, { gc: true })
    const found = (numbers: readonly string[]) => scanMemory(worker.pid ?? 0, numbers).found
    const counts = { exported: found(ours), planted: found(planted), unknown: found(unknown) }
    console.log(`memory of a worker after ${idleSeconds} s: ${JSON.stringify(counts)}`)
    expect(counts.planted).toEqual({ ascii: 100, utf16: 100, values: 100, packed: 100, any: 100 })
    // Six packed bytes are found by chance now and then; the other forms are not.
    expect(counts.unknown).toMatchObject({ ascii: 0, utf16: 0, values: 0 })
    expect(counts.exported.any).toBeLessThanOrEqual(mostLeft)
  })
})
