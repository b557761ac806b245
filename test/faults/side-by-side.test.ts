import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fixtureNumber } from '../support/fixture-number.ts'
import {
  inFlight,
  type Processes,
  refusalOf,
  registrations,
  rosterOf,
  startOrganization,
  startProcesses,
  until,
  valuesOf,
  vendorAt,
} from '../support/processes.ts'

/** Two APIs and two workers on one MongoDB and Redis are one service: nothing happens twice. */
let at: Processes
let org: Awaited<ReturnType<typeof startOrganization>>
let other: ReturnType<typeof vendorAt>
beforeAll(async () => {
  at = await startProcesses()
  const platform = await at.platform()
  const [a, b] = await Promise.all([at.start(['api']), at.start(['api']), at.start(['worker']), at.start(['worker'])])
  org = await startOrganization(a, platform)
  other = vendorAt(b, platform).for(org.organization.id)
})
afterAll(async () => {
  await org?.hooks.close()
  await at?.stop()
})

const people = 60

describe('two APIs and two workers', () => {
  it('live the life of a number once', async () => {
    const here = org.handler.does
    const there = other.as({ staff: org.handler.id })
    const upload = { kind: 'roster', companyId: org.company.id, fileName: 'roster.csv' } as const
    const checked = await here.imports.create(rosterOf(people), upload)
    await there.jobs.wait(checked.jobId, { timeoutMs: 20_000 })
    // Applied at both doors at the same moment.
    const applied = await Promise.allSettled([here.imports.apply(checked.id), there.imports.apply(checked.id)])
    for (const result of applied)
      if (result.status === 'fulfilled') await here.jobs.wait(result.value.jobId, { timeoutMs: 20_000 })
    expect(await at.count('subjects')).toBe(people)
    expect(await at.count('outbox', { type: 'import.completed' })).toBe(1)

    // The same registration with the same key at both doors: one effect, one answer.
    const rows = await there.numbers.list({}).toArray({ limit: people })
    const ids = rows.map(({ subjectId }) => subjectId)
    const numberOf = new Map(ids.map((id, i) => [id, fixtureNumber(i + 1)]))
    const both = valuesOf(
      await inFlight(8, ids, (id) => {
        const options = { idempotencyKey: `register ${id}` }
        const input = { number: numberOf.get(id) ?? '' }
        return Promise.all([here.numbers.register(id, input, options), there.numbers.register(id, input, options)])
      }),
    )
    for (const [first, second] of both) expect(second).toEqual(first)
    for (const [what, found] of Object.entries(await registrations(at))) expect(found, what).toEqual([...ids].sort())

    // Without a key the second of two is refused.
    const [id] = ids
    if (id === undefined) throw new Error('nobody')
    const correcting = await Promise.all(
      [here, there].map((door, i) =>
        refusalOf(door.numbers.reissue(id, { number: fixtureNumber(500 + i), issuedOn: '2026-06-01', reason: '紛失' })),
      ),
    )
    const won = correcting.filter(({ status }) => status === 200).length
    expect(await at.count('ledger_entries', { operation: 'reissue' })).toBe(won)
    expect(await at.count('numbers', { subjectId: id })).toBe(1 + won)
    expect(await at.count('numbers', { subjectId: id, current: true })).toBe(1)

    const recipient = await here.recipients.create({ name: '自社給与システム', kind: 'own_payroll' })
    const asked = await there.exports.create({
      companyId: org.company.id,
      recipientId: recipient.id,
      purpose: 'withholding_tax',
      format: 'payroll-7',
    })
    await here.jobs.wait(asked.jobId, { timeoutMs: 20_000 })
    expect(await at.count('ledger_entries', { operation: 'export' })).toBe(people)
    const downloads = await Promise.allSettled(
      [here, there].map(async (door) => (await door.exports.download(asked.id)).bytes()),
    )
    expect(downloads.some(({ status }) => status === 'fulfilled')).toBe(true)
    expect(await refusalOf(here.exports.download(asked.id))).toMatchObject({ status: 410, code: 'used_up' })
    expect(await refusalOf(there.exports.download(asked.id))).toMatchObject({ status: 410, code: 'used_up' })

    const leavers = ids.slice(0, 20)
    for (const leaver of leavers)
      await here.subjects.createEmploymentEvent(leaver, { kind: 'retired', on: '2026-10-31' })
    await org.client.testClock.set({ now: '2045-01-01T00:00:00.000Z' })
    const officers = [org.officer.does, other.as({ staff: org.officer.id })]
    const disposals = await Promise.allSettled(officers.map((does) => does.disposals.create({ subjectIds: leavers })))
    const begun = disposals.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
    expect(begun.length).toBe(1)
    for (const { jobId } of begun) await there.jobs.wait(jobId, { timeoutMs: 20_000 })
    for (const [collection, filter] of [
      ['certificates', {}],
      ['ledger_entries', { operation: 'delete_started', outcome: 'done' }],
      ['ledger_entries', { operation: 'delete', outcome: 'done' }],
    ] as const) {
      const subjects = (await at.rows(collection, filter)).map(({ subjectId }) => String(subjectId)).sort()
      expect(subjects).toEqual([...leavers].sort())
    }

    await until('every event delivered', async () => {
      // The first checkpoint of an organization comes before it has named a receiver.
      const type = { $ne: 'ledger.checkpoint' }
      const settled = await at.count('webhook_deliveries', { state: 'succeeded', type })
      return settled === (await at.count('outbox', { topic: 'event', type }))
    })
    expect(new Set(org.received).size).toBe(org.received.length)
    expect(await at.count('outbox', { topic: 'job', attempt: { $gt: 1 } })).toBe(0)
  }, 90_000)
})
