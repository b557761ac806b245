import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fixtureNumber } from '../support/fixture-number.ts'
import { type Databases, openDatabases } from '../support/raw.ts'
import {
  makeEmployee,
  makeOrganization,
  startTestService,
  type TestOrganization,
  type TestService,
} from '../support/service.ts'

const dayMs = 24 * 60 * 60 * 1000
const at = (instant: string | undefined): number => Date.parse(instant ?? '')
const iso = (ms: number): string => new Date(ms).toISOString()

let service: TestService
let databases: Databases
let ahead = 0
beforeAll(async () => {
  service = await startTestService({ clock: { now: () => new Date(Date.now() + ahead) } })
  databases = await openDatabases()
})
afterAll(async () => {
  await databases.close()
  await service.close()
})

/** An organization with one of each file that is ready. */
const withFiles = async () => {
  const org = await makeOrganization(service)
  const { id } = await makeEmployee(org)
  await org.handler.does.numbers.register(id, { number: fixtureNumber(61) })
  return { ...org, ...(await filesOf(org)) }
}

const filesOf = async (org: TestOrganization) => {
  const { client, company, handler } = org
  const recipient = await client.recipients.create({ name: '給与', kind: 'own_payroll' })
  const exported = await handler.does.exports.create({
    companyId: company.id,
    format: 'payroll-7',
    purpose: 'withholding_tax',
    recipientId: recipient.id,
  })
  await client.jobs.wait(exported.jobId)
  const payee = await client.subjects.create({
    kind: 'payee',
    companyId: company.id,
    name: '山田　花子',
    address: '横浜市中区本町４－５',
  })
  await client.payments.create({
    companyId: company.id,
    subjectId: payee.id,
    category: 'manuscript',
    kind: '講演料',
    amount: 120_000,
    withheld: 12_252,
    dueOn: '2026-06-30',
  })
  const filed = await handler.does.filings.create({ companyId: company.id, form: '309', year: 2026 })
  await client.jobs.wait(filed.jobId)
  return { exportId: exported.id, filingId: filed.id }
}

type WithFiles = Awaited<ReturnType<typeof withFiles>>
const statesOf = async ({ client, exportId, filingId }: WithFiles): Promise<(string | undefined)[]> => [
  (await client.exports.get(exportId)).state,
  (await client.exports.list()).data[0]?.state,
  (await client.filings.get(filingId)).packageState,
  (await client.filings.list()).data[0]?.packageState,
]
const all = (state: string): string[] => [state, state, state, state]
const downloads = ({ handler: { does }, exportId, filingId }: WithFiles): Promise<string>[] =>
  [does.exports.download(exportId), does.filings.downloadPackage(filingId)].map((work) =>
    work.then(
      async (file) => `${(await file.bytes()).length > 0}`,
      (error) => error.code,
    ),
  )
const filesLeft = (org: WithFiles): Promise<number> =>
  databases.data.collection('files').countDocuments({ organizationId: org.organization.id })
const sweep = async (): Promise<void> => {
  for (const run of [service.core.exports.sweep, service.core.payments.filings.sweep, service.core.files.sweep])
    await run()
}

describe('exports and filing packages of a `test` organization expire by its clock', () => {
  it('ready on a day of the test clock, ready until it has moved a week, then gone with their bytes', async () => {
    const org = await makeOrganization(service)
    const now = '2034-02-01T00:00:00.000Z'
    await org.client.testClock.set({ now })
    const own = { ...org, ...(await filesOf(org)) }
    const { expiresAt } = await own.client.exports.get(own.exportId)
    expect(Math.abs(at(expiresAt) - at(now) - 7 * dayMs)).toBeLessThan(60_000)
    expect(await statesOf(own)).toEqual(all('ready'))
    await own.client.testClock.set({ now: iso(at(expiresAt) - 60_000) })
    await sweep()
    expect(await statesOf(own)).toEqual(all('ready'))
    expect(await filesLeft(own)).toBeGreaterThanOrEqual(2)

    await own.client.testClock.set({ now: iso(at(expiresAt) + 60_000) })
    expect(await statesOf(own)).toEqual(all('expired'))
    expect(await Promise.all(downloads(own))).toEqual(['expired', 'expired'])
    const { data } = await own.client.ledger.listEntries({ operation: 'download' })
    expect(data.map(({ outcome, refusal }) => [outcome, refusal])).toEqual([
      ['refused', 'expired'],
      ['refused', 'expired'],
    ])
    await sweep()
    expect(await statesOf(own)).toEqual(all('expired'))
    expect(await filesLeft(own)).toBe(0)
  })

  it('also one that was made before the test clock was moved', async () => {
    const own = await withFiles()
    expect(await statesOf(own)).toEqual(all('ready'))
    await own.client.testClock.set({ now: iso(Date.now() + ahead + 8 * dayMs) })
    expect(await statesOf(own)).toEqual(all('expired'))
    await sweep()
    expect(await filesLeft(own)).toBe(0)
  })

  it('a test clock that stands still keeps no file with digits longer than a week of real time', async () => {
    const org = await makeOrganization(service)
    await org.client.testClock.set({ now: '2034-02-01T00:00:00Z' })
    const [mine, live] = [{ ...org, ...(await filesOf(org)) }, await withFiles()]
    ahead += 7 * dayMs + 60_000
    try {
      for (const own of [mine, live]) {
        expect(await statesOf(own)).toEqual(all('expired'))
        expect(await Promise.all(downloads(own))).toEqual(['expired', 'expired'])
      }
      await sweep()
      expect([await filesLeft(mine), await filesLeft(live)]).toEqual([0, 0])
    } finally {
      ahead = 0
    }
  })

  it('a test clock that real time has left behind ends nothing early', async () => {
    const org = await makeOrganization(service)
    await org.client.testClock.set({ now: iso(Date.now() + 1000) })
    ahead += 30 * dayMs
    try {
      const own = { ...org, ...(await filesOf(org)) }
      await sweep()
      expect(await statesOf(own)).toEqual(all('ready'))
      expect(await Promise.all(downloads(own))).toEqual(['true', 'true'])
    } finally {
      ahead = 0
    }
  })
})
