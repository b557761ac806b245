import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Backup, backUp } from '../support/backup.ts'
import { type FakeS3, startFakeS3 } from '../support/fake-s3.ts'
import { fixtureNumber } from '../support/fixture-number.ts'
import { type Processes, refusalOf, startOrganization, startProcesses, until, vendorAt } from '../support/processes.ts'

/** The service as processes, with its list in a bucket: it does not answer before what a restore brought back has gone. */
let at: Processes
let s3: FakeS3
let platform: Awaited<ReturnType<Processes['platform']>>
let org: Awaited<ReturnType<typeof startOrganization>>
let copies: Backup[]
let api: Awaited<ReturnType<Processes['start']>>
const people = ['1', '2', '3']
const subjectIds: string[] = []
let staying = ''
const certificateIds: string[] = []

const get = async (path: string) => {
  const response = await fetch(`${api.baseUrl}${path}`)
  return { status: response.status, retryAfter: response.headers.get('retry-after'), body: await response.json() }
}
/** The same client, at the process that was started last. */
const client = () => vendorAt(api, platform).for(org.organization.id)
const officer = () => client().as({ staff: org.officer.id })
/** Checkpoints of the ledger are in the same store, and are not repeated. */
const disposalsListed = () => new Map([...s3.objects].filter(([key]) => key.includes('/disposal/')).toSorted())
const restore = async (): Promise<void> => {
  for (const copy of copies) await copy.putBack()
}

beforeAll(async () => {
  s3 = await startFakeS3({ bucket: 'azukari-list' })
  at = await startProcesses()
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDTEST')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret-of-the-test')
  vi.stubEnv('ANCHOR_S3_ENDPOINT', s3.endpoint)
  at.settings.anchorUrl = 's3://azukari-list/faults'
  platform = await at.platform()
  api = await at.start(['api'])
  const worker = await at.start(['worker'])
  org = await startOrganization(api, platform)

  for (const [i, code] of people.entries()) {
    const { id } = await org.client.subjects.create({
      ...{ kind: 'employee', companyId: org.company.id, departmentId: org.department.id, code, name: '試験 太郎' },
    })
    await org.handler.does.numbers.register(id, { number: fixtureNumber(i + 1) })
    if (code === '3') staying = id
    else {
      await org.client.subjects.createEmploymentEvent(id, { kind: 'retired', on: '2026-10-31' })
      subjectIds.push(id)
    }
  }
  await org.client.testClock.set({ now: '2045-01-01T00:00:00.000Z' })
  const { mongodbUrl, databaseName } = at.settings
  copies = [await backUp(mongodbUrl, databaseName), await backUp(mongodbUrl, `${databaseName}_keys`)]

  for (const subjectId of subjectIds) {
    const { jobId, id } = await org.officer.does.disposals.create({ subjectIds: [subjectId] })
    expect((await org.client.jobs.wait(jobId, { timeoutMs: 30_000 })).state).toBe('succeeded')
    certificateIds.push(...((await org.client.disposals.get(id)).certificateIds ?? []))
  }
  await at.kill(api)
  await at.kill(worker)
}, 120_000)
afterAll(async () => {
  s3?.release()
  await org?.hooks.close()
  await at?.stop()
  await s3?.close()
  vi.unstubAllEnvs()
})

const isGone = async (): Promise<void> => {
  for (const [i, subjectId] of subjectIds.entries()) {
    expect((await client().numbers.get(subjectId)).state).toBe('disposed')
    expect(
      await refusalOf(officer().reveals.create({ subjectIds: [subjectId], purpose: 'withholding_tax' })),
    ).toMatchObject({
      code: 'number_missing',
    })
    expect((await client().certificates.get(certificateIds[i] ?? '')).subjectId).toBe(subjectId)
  }
  expect(await at.count('numbers', { sealed: { $exists: true } })).toBe(1)
  expect((await at.keyRows('deks')).filter(({ purpose }) => purpose === 'number')).toHaveLength(1)
  const { numbers } = await officer().reveals.create({ subjectIds: [staying], purpose: 'withholding_tax' })
  expect(numbers.map(({ number }) => number)).toEqual([fixtureNumber(3)])
}

describe('after a restore of both databases', () => {
  it('the service answers 503 on every route, and says which part it waits for, until the list was carried out', async () => {
    await restore()
    expect(await at.count('numbers', { state: 'registered' })).toBe(3)
    s3.hold()
    api = await at.start(['api'])
    const started = at.start(['worker'])
    for (const path of [
      '/v1/subjects',
      '/v1/nothing',
      '/oauth/token',
      '/metrics',
      '/openapi.yaml',
      '/docs/reference',
      '/x',
    ])
      expect(await get(path), path).toMatchObject({ status: 503, retryAfter: '5', body: { code: 'unavailable' } })
    expect(await get('/healthz')).toMatchObject({ status: 200 })
    expect(await get('/readyz')).toMatchObject({
      status: 503,
      body: {
        status: 'not_ready',
        parts: { mongodb: 'up', keys: 'up', redis: 'up', anchors: 'replaying' },
        detail: expect.stringMatching(/^Disposals are repeated: .*, 1 of 2\.$/),
      },
    })
    // The worker waits too: nothing is claimed.
    expect(await at.count('numbers', { state: 'registered' })).toBe(3)

    // kill -9 in the middle, and both again, side by side.
    await at.kill(api)
    api = await at.start(['api'])
    expect((await get('/v1/subjects')).status).toBe(503)
    s3.release()
    const worker = await started
    await until('an open door', async () => (await get('/readyz')).status === 200)
    expect((await get('/readyz')).body).toEqual({
      status: 'ready',
      parts: { mongodb: 'up', keys: 'up', redis: 'up', anchors: 'up' },
      ledgerLagSeconds: expect.any(Number),
    })
    await isGone()
    expect(await at.count('ledger_entries', { operation: 'delete', functionName: '復元後の再廃棄' })).toBe(2)
    expect(await at.count('outbox', { type: 'certificate.issued' })).toBe(2)
    expect(await at.count('certificates')).toBe(2)
    await at.kill(api)
    await at.kill(worker)
  }, 60_000)

  it('a record that does not verify keeps the door shut until the genuine one is back', async () => {
    await restore()
    const [[key, genuine]] = [...disposalsListed()] as [[string, string]]
    s3.objects.set(key, 'spoilt')
    api = await at.start(['api'])
    expect((await get('/v1/subjects')).status).toBe(503)
    expect((await get('/readyz')).body).toMatchObject({
      parts: { anchors: 'blocked' },
      detail: expect.stringContaining('1 of the list of disposals (ANCHOR_URL) do not verify'),
    })
    s3.objects.set(key, genuine)
    await until('an open door', async () => (await get('/readyz')).status === 200)
    await isGone()
    await at.kill(api)
  }, 60_000)

  it('a list that was cut is put back from the databases, and the readiness says so', async () => {
    const before = disposalsListed()
    s3.objects.clear()
    api = await at.start(['api'])
    expect(await get('/readyz')).toMatchObject({
      status: 200,
      body: { status: 'ready', detail: 'The list of disposals had lost 2 records, which were put back.' },
    })
    expect(disposalsListed()).toEqual(before)
    await at.kill(api)
  }, 60_000)
})

describe('a list that cannot be used at start', () => {
  it('is one clear line, and no start', async () => {
    s3.sayInstead('GET', { status: 403, code: 'AccessDenied' })
    await expect(at.start(['api'])).rejects.toThrow(
      /azukari: The list of disposals cannot be used\. ANCHOR_URL: S3 ListObjectsV2 said AccessDenied, request REQ0001: allow/,
    )
    s3.sayAgain()
  }, 60_000)
})
