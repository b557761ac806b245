import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fixtureNumber } from '../support/fixture-number.ts'
import {
  makeEmployee,
  makeOrganization,
  startTestService,
  type TestOrganization,
  type TestService,
} from '../support/service.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService({ worker: false })
})
afterAll(() => service.close())

const register = (org: TestOrganization, id: string, n: number) =>
  org.handler.does.numbers.register(id, { number: fixtureNumber(n) })
const payeeOf = (org: TestOrganization, name: string, more: Record<string, unknown> = {}) =>
  org.client.subjects.create({ kind: 'payee', companyId: org.company.id, name, address: '東京都', ...more })
const listed = (org: TestOrganization, query: Record<string, unknown> = {}) =>
  org.officer.does.duplicates.list(query).toArray({ limit: 1000 })
const comparisonsOf = async (org: TestOrganization, subjectId: string) =>
  (await org.client.ledger.listEntries({ subjectId, operation: 'compare' })).data

describe('the same number entered again', () => {
  it('is registered all the same, and staff are told under whom it is already, without a digit', async () => {
    const org = await makeOrganization(service)
    const employee = await makeEmployee(org, { name: '東野 二郎', birthOn: '1980-04-01' })
    const first = await register(org, employee.id, 1)
    expect(first).not.toHaveProperty('duplicates')

    const payee = await payeeOf(org, '東野　二郎')
    const second = await register(org, payee.id, 1)
    expect(second.state).toBe('registered')
    expect(second.duplicates).toEqual([{ subjectId: employee.id, versionId: first.current?.id, kind: 'same_person' }])
    const stranger = await makeEmployee(org, { name: '西野 花子' })
    const third = await register(org, stranger.id, 1)
    expect(third.duplicates?.map(({ subjectId, kind }) => [subjectId, kind]).sort()).toEqual(
      [
        [employee.id, 'conflict'],
        [payee.id, 'conflict'],
      ].sort(),
    )
    expect(JSON.stringify([second, third])).not.toMatch(/\d{12}/)
    // Whose digits were decrypted to compare them has an entry for it; the new one has its 代理登録.
    expect(await comparisonsOf(org, employee.id)).toMatchObject([
      { operationLabel: '重複確認', functionName: '重複確認', outcome: 'done', actor: { id: org.handler.id } },
      { operationLabel: '重複確認' },
    ])
    expect(await comparisonsOf(org, stranger.id)).toEqual([])
    expect(await org.handler.does.numbers.get(payee.id)).not.toHaveProperty('duplicates')
  })

  it('is told of by a correction and a reissue too, and by nobody’s own number', async () => {
    const org = await makeOrganization(service)
    const [a, b] = [await makeEmployee(org, { name: '甲 一郎' }), await makeEmployee(org, { name: '乙 一郎' })]
    await register(org, a.id, 2)
    await register(org, b.id, 3)
    const own = await org.handler.does.numbers.correct(a.id, { number: fixtureNumber(2), reason: '確認' })
    expect(own).not.toHaveProperty('duplicates')
    const corrected = await org.handler.does.numbers.correct(b.id, { number: fixtureNumber(2), reason: '誤入力' })
    expect(corrected.duplicates).toEqual([{ subjectId: a.id, versionId: own.current?.id, kind: 'conflict' }])
    const reissued = await org.handler.does.numbers.reissue(b.id, { number: fixtureNumber(4), issuedOn: '2026-01-01' })
    expect(reissued).not.toHaveProperty('duplicates')
    // The older version of b, which lives on, is still a's number.
    const again = await org.handler.does.numbers.correct(a.id, { number: fixtureNumber(2), reason: '再確認' })
    expect(again.duplicates).toEqual([{ subjectId: b.id, versionId: corrected.current?.id, kind: 'conflict' }])
  })

  it('is repeated to whoever repeats the request with its Idempotency-Key', async () => {
    const org = await makeOrganization(service)
    const [a, b] = [await makeEmployee(org), await makeEmployee(org)]
    await register(org, a.id, 5)
    const options = { idempotencyKey: 'duplicate-5' }
    const once = await org.handler.does.numbers.register(b.id, { number: fixtureNumber(5) }, options)
    expect(once.duplicates).toHaveLength(1)
    expect(await org.handler.does.numbers.register(b.id, { number: fixtureNumber(5) }, options)).toEqual(once)
    expect(await comparisonsOf(org, a.id)).toHaveLength(1)
  })

  it('in another organization is nothing of ours', async () => {
    const [org, theirs] = [await makeOrganization(service), await makeOrganization(service)]
    await register(theirs, (await makeEmployee(theirs)).id, 6)
    expect(await register(org, (await makeEmployee(org)).id, 6)).not.toHaveProperty('duplicates')
    expect(await listed(org)).toEqual([])
  })
})

describe('the list of duplicates', () => {
  it('names subjects and versions of one number, whether one person or two, and puts each comparison on record', async () => {
    const org = await makeOrganization(service)
    const employee = await makeEmployee(org, { name: '東野 二郎', birthOn: '1980-04-01' })
    const payee = await payeeOf(org, '東野 二郎', { birthOn: '1980-04-01' })
    const [x, y] = [await makeEmployee(org, { name: '甲 一郎' }), await makeEmployee(org, { name: '乙 一郎' })]
    const alone = await makeEmployee(org, { name: '丙 一郎' })
    const versions = new Map<string, string | undefined>()
    for (const [{ id }, n] of [
      [employee, 10],
      [payee, 10],
      [x, 11],
      [y, 11],
      [alone, 12],
    ] as const)
      versions.set(id, (await register(org, id, n)).current?.id)
    const before = (await comparisonsOf(org, x.id)).length

    const page = await org.officer.does.duplicates.list()
    expect(page.complete).toBe(true)
    expect(page).not.toHaveProperty('next')
    const found = new Map(page.data.map(({ kind, numbers, more }) => [kind, { numbers, more }]))
    expect([...found.keys()].sort()).toEqual(['conflict', 'same_person'])
    const row = (id: string, subjectKind: string) => ({
      subjectId: id,
      subjectKind,
      companyId: org.company.id,
      versionId: versions.get(id),
      state: 'registered',
    })
    expect(found.get('same_person')?.numbers).toEqual(
      expect.arrayContaining([row(employee.id, 'employee'), row(payee.id, 'payee')]),
    )
    expect(found.get('conflict')?.numbers).toEqual(
      expect.arrayContaining([row(x.id, 'employee'), row(y.id, 'employee')]),
    )
    expect(JSON.stringify(page)).not.toMatch(/\*{5}|\d{12}/)
    for (const { id } of [employee, payee, x, y])
      expect((await comparisonsOf(org, id))[0]).toMatchObject({ outcome: 'done', actor: { id: org.officer.id } })
    expect(await comparisonsOf(org, x.id)).toHaveLength(before + 1)
    expect(await comparisonsOf(org, alone.id)).toEqual([])

    // What was put right is no duplicate any more.
    await org.handler.does.numbers.correct(y.id, { number: fixtureNumber(13), reason: '誤入力' })
    expect((await listed(org)).map(({ kind }) => kind)).toEqual(['same_person'])
  })

  it('is cut by company: at least one of them is held for it', async () => {
    const org = await makeOrganization(service)
    const second = await org.client.companies.create({
      name: '第二株式会社',
      kind: 'corporation',
      corporateNumber: '5010001008771',
      address: '東京都',
    })
    const here = [await makeEmployee(org), await makeEmployee(org)]
    const both = await makeEmployee(org, { name: '兼 務' })
    const there = await org.client.subjects.create({ kind: 'employee', companyId: second.id, name: '兼 務' })
    for (const { id } of here) await register(org, id, 20)
    for (const { id } of [both, there]) await register(org, id, 21)
    expect(await listed(org)).toHaveLength(2)
    expect(await listed(org, { companyId: org.company.id })).toHaveLength(2)
    const ofSecond = await listed(org, { companyId: second.id })
    expect(ofSecond.map(({ kind, numbers }) => [kind, numbers.map(({ subjectId }) => subjectId).sort()])).toEqual([
      ['same_person', [both.id, there.id].sort()],
    ])
    const theirs = await makeOrganization(service)
    await expect(listed(org, { companyId: theirs.company.id })).rejects.toMatchObject({ code: 'not_found' })
  })

  it('comes in pages of any size, each group once, and its cursor is nobody’s to make', async () => {
    const org = await makeOrganization(service)
    for (let n = 30; n < 37; n++)
      for (let people = 0; people < 2; people++) await register(org, (await makeEmployee(org)).id, n)
    for (const limit of [1, 2, 3, 7, 20]) {
      const groups = await listed(org, { limit })
      expect(new Set(groups.map(({ numbers }) => numbers.map(({ versionId }) => versionId).join())).size).toBe(7)
      expect(groups).toHaveLength(7)
    }
    const { next = '' } = await org.officer.does.duplicates.list({ limit: 1 })
    const theirs = await makeOrganization(service)
    const forged = Buffer.from(JSON.stringify([Buffer.from('["key",1,0]').toString('base64url')])).toString('base64url')
    for (const [asker, after] of [
      [theirs, next],
      [org, forged],
      [org, Buffer.from('["x"]').toString('base64url')],
    ] as const)
      await expect(asker.officer.does.duplicates.list({ after })).rejects.toMatchObject({
        code: 'invalid_request',
        errors: [{ parameter: 'after' }],
      })
    expect(Buffer.from(next, 'base64url').toString()).not.toContain('key_')
  })

  it('is for those who may see numbers, and for nobody else', async () => {
    const org = await makeOrganization(service)
    await expect(org.handler.does.duplicates.list()).resolves.toMatchObject({ data: [], complete: true })
    for (const { does } of [org.reviewer, org.receiver, org.auditor])
      await expect(does.duplicates.list()).rejects.toMatchObject({ code: 'not_permitted' })
    await expect(org.client.duplicates.list()).rejects.toMatchObject({ code: 'staff_required' })
  })
})
