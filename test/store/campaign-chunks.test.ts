import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createJobRunner, type JobHandler } from '../../src/core/jobs/jobs.ts'
import { createCollectionSetup } from '../support/collection-setup.ts'
import { createTestCore, type TestCore, type TestCoreOrganization } from '../support/core.ts'
import { fixtureNumber } from '../support/fixture-number.ts'

let core: TestCore
let org: TestCoreOrganization
const { employee, eventsOf } = createCollectionSetup(() => core)
beforeAll(async () => {
  core = await createTestCore()
})
afterAll(() => core.stop())

const never: JobHandler = { run: () => Promise.reject(new Error('not here')), failed: async () => undefined }
/** Does what is due, as a worker would; `before` is called at the beginning of each step of a campaign's job. */
const work = async (before: (step: number) => Promise<void> = async () => undefined): Promise<void> => {
  const { db, jobs, outbox, clock, access, collection } = core
  let steps = 0
  const watched = (handler: JobHandler): JobHandler => ({
    ...handler,
    run: (run) =>
      handler.run({
        ...run,
        step: async (change, effect) => {
          steps += 1
          await before(steps)
          await run.step(change, effect)
        },
      }),
  })
  const runner = createJobRunner({
    ...{ db, jobs, outbox, clock, onError: () => undefined },
    handlers: {
      ...{ import_check: never, import_apply: never, export: never, filing: never, disposal: never },
      ledger_export: never,
      campaign: watched(collection.jobs.begin),
      campaign_cancellation: watched(collection.jobs.takeBack),
    },
    callerOf: access.callerOfJob(() => undefined),
    systemCallerOf: async () => org.caller,
  })
  for (;;) {
    const row = await outbox.claimDue()
    if (row === null) return
    if (row.topic === 'job') await runner.run(row)
    else if (row.topic === 'change') await collection.changes.answer(row)
    else await outbox.finish(row)
  }
}
const people = async (count: number): Promise<string[]> => {
  org = await core.makeOrganization()
  const ids: string[] = []
  for (let i = 0; i < count; i++) ids.push((await employee(org)).id)
  return ids
}
const begin = async () => {
  const { _id } = await core.collection.campaigns.create(org.caller, { name: '収集', target: { everyone: true } })
  return _id
}
const requestsOf = async (campaignId: string) =>
  (await core.collection.requests.list(org.caller, { campaignId, limit: 200 })).rows
const progressOf = (id: string) => core.collection.campaigns.progress(org.caller, id, { by: 'company', limit: 10 })
const entriesOf = async (functionName: string) =>
  (await core.documents('ledger_entries')).filter(
    (entry) => entry.functionName === functionName && entry.organizationId === org.caller.organizationId,
  )

describe('the job of a campaign', () => {
  it('asks in chunks, goes on where it was killed, and asks nobody twice', async () => {
    const ids = await people(10)
    const campaignId = await begin()
    await work(async (step) => {
      if (step === 2) throw new Error('killed')
    })
    expect(await requestsOf(campaignId)).toHaveLength(4)
    expect((await core.collection.campaigns.get(org.caller, campaignId)).state).toBe('preparing')
    core.moveClock(60_000)
    await work()
    const rows = await requestsOf(campaignId)
    expect(rows.map(({ subjectId }) => subjectId).sort()).toEqual(ids.sort())
    expect(await core.collection.campaigns.get(org.caller, campaignId)).toMatchObject({
      ...{ state: 'running', asked: 10, passedOver: 0 },
    })
    expect(await entriesOf('マイナンバー提出依頼')).toHaveLength(10)
    expect(await progressOf(campaignId)).toMatchObject({ overall: { total: 10, counts: { created: 10 } } })
  })

  it('looks at a chunk anew where somebody was asked, or gave the number, at this very moment', async () => {
    const [asked = '', held = ''] = await people(6)
    const campaignId = await begin()
    let once = true
    await work(async () => {
      if (!once) return
      once = false
      await core.collection.requests.create(org.caller, { subjectId: asked })
      await core.vault.register(org.caller, { subjectId: held, number: fixtureNumber(700) })
    })
    expect(await requestsOf(campaignId)).toHaveLength(4)
    expect(await core.collection.campaigns.get(org.caller, campaignId)).toMatchObject({ asked: 4, passedOver: 2 })
    expect((await core.subjects.get(org.caller, held)).numberState).toBe('registered')
  })

  it('stops asking when the campaign is cancelled under it, and everything is taken back', async () => {
    await people(9)
    const campaignId = await begin()
    await work(async (step) => {
      if (step === 2) await core.collection.campaigns.cancel(org.caller, campaignId)
    })
    const rows = await requestsOf(campaignId)
    expect(rows.map(({ state }) => state)).toEqual(Array(4).fill('cancelled'))
    expect((await core.collection.campaigns.get(org.caller, campaignId)).state).toBe('cancelled')
    expect(await entriesOf('提出依頼の取消（収集の取消）')).toHaveLength(4)
    expect((await progressOf(campaignId)).overall).toMatchObject({ total: 4, counts: { created: 0, cancelled: 4 } })
  })
})

describe('the counters of a campaign', () => {
  it('come to the same when told twice, late and at once, and say since when they are behind', async () => {
    await people(5)
    const campaignId = await begin()
    await work()
    const rows = await requestsOf(campaignId)
    const before = Date.now()
    for (const { _id } of rows.slice(0, 3)) await core.collection.requests.makeLink(org.caller, _id)
    for (const { _id } of rows.slice(2, 4))
      await core.collection.requests.refuse(org.caller, _id, { reason: 'no_consent' })
    const behind = await progressOf(campaignId)
    expect(behind.overall.counts).toMatchObject({ created: 5, sent: 0 })
    const offset = core.clock.now().getTime() - Date.now()
    expect(behind.asOf.getTime() - offset).toBeGreaterThanOrEqual(before)
    expect(behind.asOf.getTime()).toBeLessThan(core.clock.now().getTime())
    const row = { type: 'requests.changed', organizationId: org.caller.organizationId, data: { campaignId } } as never
    await Promise.all([1, 2, 3].map(() => core.collection.changes.answer(row)))
    await work()
    await core.collection.changes.answer(row)
    const after = await progressOf(campaignId)
    expect(after.overall).toMatchObject({ total: 5, counts: { created: 1, sent: 2, refused: 2 } })
    expect(core.clock.now().getTime() - after.asOf.getTime()).toBeLessThan(2000)
  })
})

describe('people who were asked by a campaign', () => {
  it('expire all together, each on record once, however many sweep', async () => {
    await people(7)
    const at = (day: string) => new Date(`${day}T03:00:00Z`)
    await core.organizations.setTestClock(org.caller, at('2031-01-01'))
    const wish = { name: '期限', target: { everyone: true as const }, dueOn: '2031-01-10' }
    const { _id } = await core.collection.campaigns.create(org.caller, wish)
    await work()
    await core.organizations.setTestClock(org.caller, at('2031-01-11'))
    await Promise.all([1, 2].map(() => core.collection.deadlines.sweep()))
    await work()
    const rows = await requestsOf(_id)
    expect(rows.map(({ state }) => state)).toEqual(Array(7).fill('expired'))
    for (const { _id: id } of rows) expect(await eventsOf(id)).toEqual(['request.expired'])
    expect(await entriesOf('提出依頼の期限切れ')).toHaveLength(7)
    expect((await progressOf(_id)).overall.counts).toMatchObject({ expired: 7, created: 0 })
  })
})
