import { mongo } from 'mongoose'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { fixtureNumber } from '../support/fixture-number.ts'
import { startOwnMongo } from '../support/own-parts.ts'
import { type Processes, refusalOf, startProcesses, until, vendorAt } from '../support/processes.ts'
import { makeEmployee, makeOrganization, type TestOrganization } from '../support/service.ts'

/** MONGODB_KEYS_URL names another server: no step needs one transaction over both, and either can be lost alone. */
let data: Awaited<ReturnType<typeof startOwnMongo>>
let keys: Awaited<ReturnType<typeof startOwnMongo>>
let at: Processes
let service: Awaited<ReturnType<Processes['start']>>
let org: TestOrganization
beforeAll(async () => {
  // As in production: what is in memory serves on.
  vi.stubEnv('KEY_CACHE_SECONDS', '300')
  ;[data, keys] = await Promise.all([startOwnMongo(), startOwnMongo({ beside: 'keys' })])
  at = await startProcesses({ mongodbUrl: data.url, mongodbKeysUrl: keys.url })
  const platform = await at.platform()
  service = await at.start(['api', 'worker'])
  org = await makeOrganization({ vendor: vendorAt(service, platform) })
})
afterAll(async () => {
  await at?.stop()
  await Promise.all([data?.remove(), keys?.remove()])
})

let seed = 700
const registered = async () => {
  const { id } = await makeEmployee(org)
  const digits = fixtureNumber(seed++)
  await org.handler.does.numbers.register(id, { number: digits })
  return { id, digits }
}
const digitsOf = async (id: string) =>
  (await org.handler.does.reveals.create({ subjectIds: [id], purpose: 'withholding_tax' })).numbers[0]?.number
const makeExport = async () => {
  const recipient = await org.client.recipients.create({ name: '自社給与', kind: 'own_payroll' })
  const request = { companyId: org.company.id, recipientId: recipient.id, purpose: 'withholding_tax' } as const
  return org.handler.does.exports.create({ ...request, format: 'payroll-7' })
}
/** Somebody whose period is over. */
const leave = async (id: string): Promise<void> => {
  await org.client.subjects.createEmploymentEvent(id, { kind: 'retired', on: '2026-10-31' })
  await org.client.testClock.set({ now: '2045-01-01T00:00:00.000Z' })
}
const deksOf = async (id: string): Promise<number> => {
  const versions = (await at.rows('numbers', { subjectId: id })).map(({ _id }) => String(_id))
  return (await at.keyRows('deks')).filter(({ refId }) => versions.includes(String(refId))).length
}
const databasesOf = async ({ url }: { url: string }): Promise<string[]> => {
  const client = new mongo.MongoClient(url)
  try {
    const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true })
    return databases.map(({ name }) => name).filter((name) => !['admin', 'config', 'local'].includes(name))
  } finally {
    await client.close()
  }
}

describe('a key database on a server of its own', () => {
  it('serves a whole life: registered, corrected, revealed, exported, disposed of with a certificate', async () => {
    const { id, digits } = await registered()
    expect((await digitsOf(id)) === digits).toBe(true)
    const right = fixtureNumber(seed++)
    await org.handler.does.numbers.correct(id, { number: right, reason: '入力誤り' })
    expect(await deksOf(id)).toBe(1)
    const made = await makeExport()
    await org.client.jobs.wait(made.jobId, { timeoutMs: 20_000 })
    const file = Buffer.from(await (await org.handler.does.exports.download(made.id)).bytes())
    expect(file.includes(right)).toBe(true)
    await leave(id)
    const disposal = await org.officer.does.disposals.create({ subjectIds: [id] })
    await org.client.jobs.wait(disposal.jobId, { timeoutMs: 20_000 })
    expect((await org.client.disposals.get(disposal.id)).certificateIds?.length).toBe(1)
    expect(await deksOf(id)).toBe(0)
    expect(await refusalOf(digitsOf(id))).toMatchObject({ status: 409, code: 'number_missing' })
  }, 60_000)

  it('holds every key and nothing else, and no key lies with the data', async () => {
    const { databaseName } = at.settings
    expect(await databasesOf(data)).toEqual([databaseName])
    expect(await databasesOf(keys)).toEqual([`${databaseName}_keys`])
  })
})

describe('the key database lost alone', () => {
  it('is 503 with Retry-After for whatever needs a key; a disposal waits; and all goes on when it is back', async () => {
    const [somebody, leaver, nobody] = [await registered(), await registered(), await makeEmployee(org)]
    await leave(leaver.id)
    expect((await digitsOf(somebody.id)) === somebody.digits).toBe(true)
    await keys.kill()

    const register = () => org.handler.does.numbers.register(nobody.id, { number: fixtureNumber(900) })
    // The organization's own keys are in memory: names and masks are read, and the decision to dispose is one of the data.
    expect((await org.client.numbers.get(somebody.id)).current?.masked).toMatch(/^\*{5}\d\d$/)
    const disposal = await org.officer.does.disposals.create({ subjectIds: [leaver.id] })
    const asked = [refusalOf(digitsOf(somebody.id)), refusalOf(register()), refusalOf(org.client.operation.readiness())]
    for (const [i, answer] of (await Promise.all(asked)).entries()) {
      expect(answer, `${i}`).toMatchObject({ status: 503 })
      expect(answer.seconds).toBeLessThan(20)
    }
    for (const answer of (await Promise.all(asked)).slice(0, 2)) {
      expect(answer.code).toBe('unavailable')
      expect(answer.retryAfter).toBeGreaterThan(0)
    }
    expect(await at.count('numbers', { subjectId: nobody.id })).toBe(0)
    expect(await refusalOf(digitsOf(leaver.id))).toMatchObject({ status: 409, code: 'number_missing' })
    expect(await at.count('certificates', { subjectId: leaver.id })).toBe(0)

    await keys.start()
    await until('readiness', async () => (await refusalOf(org.client.operation.readiness())).status === 200)
    await until('a reveal', async () => (await refusalOf(digitsOf(somebody.id))).status === 200)
    expect((await digitsOf(somebody.id)) === somebody.digits).toBe(true)
    await register()
    expect((await digitsOf(nobody.id)) === fixtureNumber(900)).toBe(true)
    await org.client.jobs.wait(disposal.jobId, { timeoutMs: 60_000 })
    expect((await org.client.disposals.get(disposal.id)).certificateIds?.length).toBe(1)
    expect(await deksOf(leaver.id)).toBe(0)
    expect(service.child.exitCode).toBe(null)
  }, 120_000)
})
