import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fixtureNumber } from '../support/fixture-number.ts'
import { until } from '../support/processes.ts'
import {
  makeEmployee,
  makeOrganization,
  startTestService,
  type TestOrganization,
  type TestService,
} from '../support/service.ts'

let service: TestService
let org: TestOrganization
beforeAll(async () => {
  service = await startTestService()
  org = await makeOrganization(service)
})
afterAll(async () => {
  expect(service.logLines.filter((line) => /"level":50/.test(line))).toEqual([])
  await service.close()
})

type Target = Parameters<TestOrganization['client']['campaigns']['create']>[0]['target']
const begun = async (target: Target, more: object = {}) => {
  const campaign = await org.client.campaigns.create({ name: '年末調整', target, ...more })
  await org.client.jobs.wait(campaign.jobId)
  return org.client.campaigns.get(campaign.id)
}
const requestsOf = (campaignId: string) => org.client.requests.list({ campaignId }).toArray({ limit: 1000 })
const askedOf = async (campaignId: string) => (await requestsOf(campaignId)).map(({ subjectId }) => subjectId).sort()
const progressOf = async (id: string, query: object = {}) => org.client.campaigns.progress(id, query)
const department = async (code: string) =>
  (await org.client.departments.create({ companyId: org.company.id, code, name: `部門${code}` })).id

describe('a campaign', () => {
  it('asks everybody in its target who has no number, once, with its deadline and documents', async () => {
    const departmentId = await department('D1')
    const [fresh, held, absent, busy] = await Promise.all(
      [1, 2, 3, 4].map(() => makeEmployee(org, { departmentId })),
    ).then((people) => people.map(({ id }) => id) as [string, string, string, string])
    await org.handler.does.numbers.register(held, { number: fixtureNumber(1) })
    await org.client.subjects.setNumberAbsence(absent, { reason: 'newborn' })
    await org.client.requests.create({ subjectId: busy })
    const campaign = await begun(
      { departmentId },
      { dueOn: '2099-12-20', priority: 'high', documents: ['number_proof'] },
    )
    expect(campaign).toMatchObject({
      ...{ state: 'running', asked: 1, passedOver: 3, target: { companyId: org.company.id, departmentId } },
    })
    const [request] = await requestsOf(campaign.id)
    expect(request).toMatchObject({
      ...{ subjectId: fresh, campaignId: campaign.id, state: 'created', noticeId: org.notice.id },
      ...{ dueOn: '2099-12-20', priority: 'high', documents: ['number_proof'] },
    })
    expect((await org.client.subjects.get(fresh)).numberState).toBe('requested')
  })

  it('is for a list, for kinds, for a company, or for everyone; and shows each kind its own notice', async () => {
    const own = await makeOrganization(service)
    const { client } = own
    const asked = async (target: Target, more: object = {}) => {
      const { id, jobId } = await client.campaigns.create({ name: '収集', target, ...more })
      await client.jobs.wait(jobId)
      const rows = await client.requests.list({ campaignId: id }).toArray({ limit: 100 })
      const done = { subjects: rows.map(({ subjectId }) => subjectId).sort(), rows }
      await client.jobs.wait((await client.campaigns.cancel(id)).jobId)
      return done
    }
    const employee = await makeEmployee(own)
    const spouse = await client.subjects.createDependent(employee.id, {
      ...{ dependentNo: 1, name: '順子', relationship: '配偶者' },
    })
    const payee = await client.subjects.create({ kind: 'payee', companyId: own.company.id, name: '支払先' })
    const corporation = {
      kind: 'payee',
      payeeKind: 'corporation',
      companyId: own.company.id,
      name: '支払先株式会社',
    } as const
    const known = await client.subjects.create({ ...corporation, corporateNumber: '7000012050002' })
    const notice = await client.notices.create({ audience: 'payee_individual' })
    const whole = await asked({ everyone: true })
    expect(whole.subjects).toEqual([employee.id, payee.id].sort())
    const noticeOf = new Map(whole.rows.map(({ subjectId, noticeId }) => [subjectId, noticeId]))
    expect([noticeOf.get(payee.id), noticeOf.get(employee.id)]).toEqual([notice.id, own.notice.id])
    expect((await asked({ kinds: ['dependent'] })).subjects).toEqual([spouse.id])
    expect((await asked({ subjectIds: [spouse.id] })).subjects).toEqual([spouse.id])
    expect((await asked({ companyId: own.company.id, kinds: ['payee'] })).subjects).toEqual([payee.id])
    expect((await asked({ subjectIds: [employee.id] })).subjects).toEqual([employee.id])
    // Nobody asks the employee any more, so the dependent has a request of their own.
    await own.handler.does.numbers.register(employee.id, { number: fixtureNumber(8) })
    expect((await asked({ everyone: true })).subjects).toEqual([spouse.id, payee.id].sort())
    // A corporation is asked for a 法人番号 that nobody knows, by the notice for such and without documents; or where it is named.
    const unknown = await client.subjects.create(corporation)
    const documents = ['identity_proof'] as const
    const payees = await asked({ kinds: ['payee'] }, { noticeId: notice.id, documents: [...documents] })
    expect(payees.subjects).toEqual([payee.id, unknown.id].sort())
    const ofUnknown = payees.rows.find(({ subjectId }) => subjectId === unknown.id)
    expect(ofUnknown?.documents).toEqual([])
    const { data } = await client.notices.list({ audience: 'payee_corporation', language: 'ja' })
    expect(data.map(({ id }) => id)).toEqual([ofUnknown?.noticeId])
    expect((await asked({ subjectIds: [known.id] })).rows).toMatchObject([
      { subjectId: known.id, noticeId: ofUnknown?.noticeId },
    ])
  })

  it('names what is one’s own, in the right place, and begins before its deadline', async () => {
    const foreign = await makeOrganization(service)
    const create = (target: Target, more: object = {}) => org.client.campaigns.create({ name: '収集', target, ...more })
    await expect(create({ subjectIds: [(await makeEmployee(foreign)).id] })).rejects.toMatchObject({
      ...{ status: 404, errors: [{ pointer: '/target/subjectIds/0' }] },
    })
    const other = await org.client.companies.create({ name: '個人商店', kind: 'sole_proprietor' })
    const misplaced = { companyId: other.id, departmentId: org.department.id }
    await expect(create(misplaced)).rejects.toMatchObject({ errors: [{ pointer: '/target/departmentId' }] })
    await expect(create({ everyone: true }, { dueOn: '2020-01-01' })).rejects.toMatchObject({
      errors: [{ pointer: '/dueOn' }],
    })
    await expect(create({})).rejects.toMatchObject({ code: 'invalid_request' })
  })

  it('takes in by itself who comes later and fits, until it is closed; an import too', async () => {
    const departmentId = await department('D2')
    const campaign = await begun({ departmentId }, { joins: true })
    const fitting = await makeEmployee(org, { departmentId })
    await makeEmployee(org)
    const file = '社員コード,社員名,部門コード\r\nJ1,途中 一郎,D2\r\nJ2,途中 二郎,D2\r\n'
    const imported = await org.handler.does.imports.create(new TextEncoder().encode(file), {
      ...{ kind: 'roster', companyId: org.company.id },
    })
    await org.client.jobs.wait(imported.jobId)
    await org.client.jobs.wait((await org.handler.does.imports.apply(imported.id)).jobId)
    await until('three joined', async () => (await askedOf(campaign.id)).length === 3)
    expect(await askedOf(campaign.id)).toContain(fitting.id)
    expect(await org.client.campaigns.close(campaign.id)).toMatchObject({ state: 'closed', asked: 3 })
    const late = await makeEmployee(org, { departmentId })
    // The row of whoever came last is settled: nobody was asked.
    await until('it was told on', async () => (await service.core.outbox.waiting(org.organization.id)) === 0)
    expect(await askedOf(campaign.id)).not.toContain(late.id)
    await expect(org.client.campaigns.close(campaign.id)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('that is cancelled takes back what is open, and keeps what was submitted', async () => {
    const departmentId = await department('D3')
    const [waiting, refusing] = [await makeEmployee(org, { departmentId }), await makeEmployee(org, { departmentId })]
    const campaign = await begun({ departmentId })
    const [request] = await org.client.requests.list({ subjectId: refusing.id }).toArray({ limit: 1 })
    await org.client.requests.refuse(request?.id ?? '', { reason: 'no_consent' })
    const cancelled = await org.client.campaigns.cancel(campaign.id)
    expect(cancelled.state).toBe('cancelled')
    await org.client.jobs.wait(cancelled.jobId)
    const rows = await requestsOf(campaign.id)
    expect(rows.map(({ state, cancellation }) => [state, cancellation?.reason])).toEqual([
      ['cancelled', 'campaign_cancelled'],
      ['cancelled', 'campaign_cancelled'],
    ])
    expect((await org.client.subjects.get(waiting.id)).numberState).toBe('none')
    await expect(org.client.campaigns.cancel(campaign.id)).rejects.toMatchObject({ code: 'conflict' })
  })

  it('is begun by whose appointment covers its target, and seen in part by nobody else', async () => {
    const appointment = { role: 'handler' as const, fromOn: '2020-01-01', subjectKinds: ['payee' as const] }
    const { id } = await org.officer.does.staff.create({ name: '限定 太郎', userId: 'j-narrow', appointment })
    const narrow = org.client.as({ staff: id })
    const wide = await begun({ departmentId: await department('D4') })
    await expect(narrow.campaigns.create({ name: '収集', target: { everyone: true } })).rejects.toMatchObject({
      code: 'not_permitted',
    })
    await expect(narrow.campaigns.progress(wide.id)).rejects.toMatchObject({ code: 'not_permitted' })
    const payees = await narrow.campaigns.create({ name: '支払先', target: { kinds: ['payee'] } })
    expect(payees.target).toEqual({ kinds: ['payee'] })
  })
})

describe('the progress of a campaign', () => {
  it('counts by company and department, moments behind, and says of when it is', async () => {
    const [a, b] = [await department('P1'), await department('P2')]
    const people = await Promise.all([a, a, b].map((departmentId) => makeEmployee(org, { departmentId })))
    const campaign = await begun({ subjectIds: people.map(({ id }) => id) })
    const counted = async (state: string, n: number) => {
      const { overall, asOf } = await progressOf(campaign.id)
      return Date.now() - Date.parse(asOf) < 2000 && (overall.counts as Record<string, number>)[state] === n
    }
    await until('all are counted', () => counted('created', 3))
    const rows = await requestsOf(campaign.id)
    const of = (i: number) => rows.find(({ subjectId }) => subjectId === people[i]?.id)?.id ?? ''
    await org.client.requests.createLink(of(0))
    await org.client.requests.cancel(of(1), { reason: 'asked_by_mistake' })
    await org.client.requests.refuse(of(2), { reason: 'no_consent' })
    await org.client.requests.withdrawRefusal(of(2))
    await until('the changes are counted', () => counted('sent', 2))
    const byDepartment = await progressOf(campaign.id, { by: 'department' })
    expect(byDepartment.overall).toMatchObject({ total: 3, counts: { created: 0, sent: 2, cancelled: 1, refused: 0 } })
    expect(byDepartment.data.map(({ departmentId, total }) => [departmentId, total]).sort()).toEqual(
      [
        [a, 2],
        [b, 1],
      ].sort(),
    )
    const appointment = { role: 'handler' as const, fromOn: '2020-01-01', departmentId: a, companyId: org.company.id }
    const { id } = await org.officer.does.staff.create({ name: '部門 太郎', userId: 'j-department', appointment })
    const narrow = org.client.as({ staff: id }).campaigns
    expect(await narrow.progress(campaign.id, { by: 'department' })).toMatchObject({
      overall: { total: 2, counts: { sent: 1, cancelled: 1 } },
      data: [{ departmentId: a, total: 2 }],
    })
    expect((await narrow.progress(campaign.id)).data).toEqual([])
    const elsewhere = await org.client.campaigns.create({ name: '別', target: { departmentId: b } })
    await expect(narrow.progress(elsewhere.id)).rejects.toMatchObject({ code: 'not_permitted' })
    const byCompany = await progressOf(campaign.id, { companyId: org.company.id })
    expect(byCompany.data).toMatchObject([{ companyId: org.company.id, total: 3, counts: { sent: 2 } }])
    const first = await progressOf(campaign.id, { by: 'department', limit: 1 })
    const rest = await progressOf(campaign.id, { by: 'department', limit: 1, after: first.next })
    expect([...first.data, ...rest.data].map(({ departmentId }) => departmentId).sort()).toEqual([a, b].sort())
  })
})

describe('a slip without the number', () => {
  it('says in the filing why: refused, no number, asked in vain, or never asked', async () => {
    const own = await makeOrganization(service)
    const payee = async (payeeKind: 'individual' | 'corporation' = 'individual'): Promise<string> => {
      const more = { kind: 'payee' as const, payeeKind, companyId: own.company.id, name: '支払先', address: '東京都' }
      const { id } = await own.client.subjects.create(more)
      await own.client.payments.create({
        ...{ companyId: own.company.id, subjectId: id, category: 'manuscript', kind: '原稿料' },
        ...{ amount: 60_000, withheld: payeeKind === 'corporation' ? 0 : 6126, dueOn: '2026-05-01' },
      })
      return id
    }
    // Its 法人番号 is known to nobody yet.
    const corporation = await payee('corporation')
    const [refused, abroad, silent, unasked, held] = [
      ...[await payee(), await payee(), await payee(), await payee(), await payee()],
    ] as [string, string, string, string, string]
    const { id } = await own.client.requests.create({ subjectId: refused })
    await own.client.requests.refuse(id, { reason: 'privacy_concern' })
    await own.client.subjects.setNumberAbsence(abroad, { reason: 'overseas' })
    await own.client.requests.create({ subjectId: silent })
    await own.handler.does.numbers.register(held, { number: fixtureNumber(9) })
    const filing = await own.handler.does.filings.create({ companyId: own.company.id, form: '309', year: 2026 })
    await own.client.jobs.wait(filing.jobId)
    const { blanks = [], counts } = await own.client.filings.get(filing.id)
    expect(counts).toEqual({ slips: 6, withoutNumber: 5 })
    expect(new Map(blanks.map(({ subjectId, reason }) => [subjectId, reason]))).toEqual(
      new Map([
        [refused, 'refused'],
        [abroad, 'overseas'],
        [silent, 'not_provided'],
        [unasked, 'not_asked'],
        [corporation, 'not_asked'],
      ]),
    )
  })
})
