import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ledgerPdf } from '../../src/adapters/pdf/ledger-pdf.ts'
import { ledgerCsv } from '../../src/adapters/spreadsheet/ledger-csv.ts'
import type { JobRun } from '../../src/core/jobs/jobs.ts'
import type { Touch } from '../../src/core/ledger/ledger.ts'
import { createReading, type Reading } from '../../src/core/reading/reading.ts'
import { createTestCore, type TestCore, type TestCoreOrganization } from '../support/core.ts'

const total = 4700
const nameOf = (i: number): string => `試験 ${i}`
const start = new Date('2026-11-01T00:00:00Z')

let core: TestCore
let org: TestCoreOrganization
let reading: Reading

beforeAll(async () => {
  core = await createTestCore()
  org = await core.makeOrganization()
  const log = {
    checkpoint: () => Promise.resolve(undefined),
    start: () => Promise.resolve({ from: 0, frontier: [] }),
    prover: () => () => Promise.resolve(undefined),
  }
  const formats = { csv: ledgerCsv, pdf: ledgerPdf }
  reading = createReading({ ...core, formats, log, onError: (error) => core.errors.push(error) })
  await core.db.prepare()
  const touches = Array.from(
    { length: total },
    (_, i): Touch => ({ operation: 'view', functionName: nameOf(i), outcome: 'released' }),
  )
  await core.ledger.append(await core.ledger.prepare({ ...org.caller, at: start }, touches))
}, 60_000)
afterAll(() => core.stop())

const period = { from: new Date('2026-10-31T00:00:00Z'), to: new Date('2026-11-02T00:00:00Z') }
/** A worker that is killed when it wants to commit its so-many-th chunk. */
const runOnce = async (jobId: string, killAt: number) => {
  const { caller } = org
  const { organizationId } = caller
  const job = await core.jobs.store.begin(organizationId, jobId, ++fence, new Date())
  if (job === null) throw new Error('The job is over.')
  const mine = fence
  let chunks = 0
  const run: JobRun = {
    job,
    caller,
    step: (change, work) =>
      core.db.inTransaction(async () => {
        chunks += 1
        if (chunks === killAt) throw new Error('killed')
        await work?.()
        await core.jobs.store.step(organizationId, jobId, mine, change)
      }),
    succeed: (work) =>
      core.db.inTransaction(async () => {
        if (killAt === 0) throw new Error('killed')
        await work?.()
        await core.jobs.store.finish(organizationId, jobId, mine, 'succeeded', [], new Date())
      }),
  }
  return reading.exports.handler.run(run).then(
    () => chunks,
    (error: Error) => `${error.message} after ${chunks}`,
  )
}
let fence = 0

describe('an export of the 取扱記録 whose worker is killed', () => {
  it('goes on behind its last committed part, and has each entry once, in order', async () => {
    const { _id, jobId } = await reading.exports.create(org.caller, { format: 'csv', ...period, order: 'asc' })
    expect(await runOnce(jobId, 2)).toBe('killed after 2')
    const wholeParts = Math.ceil(total / 500)
    expect(await runOnce(jobId, 0)).toBe(`killed after ${wholeParts - 1}`)
    const parts = async () => (await core.documents('files')).filter(({ kind }) => kind === 'ledger_export_part')
    expect((await parts()).map(({ part, state }) => [part, state])).toEqual(
      Array.from({ length: wholeParts }, (_, part) => [part, 'kept']),
    )
    expect(await runOnce(jobId, -1)).toBe(0)
    expect(await reading.exports.get(org.caller, _id)).toMatchObject({ state: 'ready', entries: total })
    const { stream } = await reading.exports.content(org.caller, _id)
    const lines = (await buffer(stream)).toString('utf8').trimEnd().split('\r\n')
    expect(lines.slice(1).map((line) => line.split(',')[6])).toEqual(Array.from({ length: total }, (_, i) => nameOf(i)))
    expect(await parts()).toEqual([])
    expect(core.errors).toEqual([])
  })
})
