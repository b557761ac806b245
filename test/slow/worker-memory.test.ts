import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fixtureNumber } from '../support/fixture-number.ts'
import { type DigitForm, digitForms, scanMemory } from '../support/memory-scan.ts'
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
  const { mongodbUrl, redisUrl, databaseName, redisPrefix, keysDirectory } = at.settings
  const child = join(import.meta.dirname, '../support/memory-child.ts')
  worker = spawn(process.execPath, ['--expose-gc', child, 'worker'], {
    env: {
      ...process.env,
      MONGODB_URL: mongodbUrl,
      REDIS_URL: redisUrl,
      MONGODB_DATABASE: databaseName,
      REDIS_PREFIX: redisPrefix,
      KEYS_DIRECTORY: keysDirectory,
      WEBHOOKS_ALLOW_LOOPBACK: '1',
      PLANTED_NUMBERS: planted.join(','),
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  await once(worker, 'message')
})
afterAll(async () => {
  worker?.kill('SIGKILL')
  await at?.stop()
})

/** How many of these numbers are there at all, and in which forms. */
const countOf = (found: ReadonlyMap<string, number>, numbers: readonly string[]) => {
  const in_ = (form: DigitForm): number =>
    numbers.filter((digits) => found.has(digitForms[form](digits).toString('latin1'))).length
  const any = numbers.filter((digits) =>
    Object.values(digitForms).some((form) => found.has(form(digits).toString('latin1'))),
  ).length
  return { any, ascii: in_('ascii'), utf16: in_('utf16'), bcd: in_('bcd') }
}

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
    worker.send('gc')
    const [collected] = await once(worker, 'message')
    expect(collected).toBe(`gc ${planted.length * 3}`)
    const all = [...ours, ...planted, ...unknown]
    const needles = Object.values(digitForms).flatMap((form) => all.map(form))
    const found = await scanMemory(worker.pid ?? 0, needles)
    const counts = {
      exported: countOf(found, ours),
      planted: countOf(found, planted),
      unknown: countOf(found, unknown),
    }
    console.log(`memory of a worker after ${idleSeconds} s: ${JSON.stringify(counts)}`)
    expect(counts.planted).toMatchObject({ any: 100, ascii: 100, utf16: 100, bcd: 100 })
    // Six packed bytes are found by chance now and then; the other forms are not.
    expect(counts.unknown).toMatchObject({ ascii: 0, utf16: 0 })
    expect(counts.exported.any).toBeLessThanOrEqual(mostLeft)
  })
})
