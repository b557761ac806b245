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
let org: TestOrganization
let ahead = 0
beforeAll(async () => {
  service = await startTestService({ worker: false, clock: { now: () => new Date(Date.now() + ahead) } })
  org = await makeOrganization(service)
})
afterAll(() => service.close())

const registered = async (n: number, name = '東野 二郎') => {
  const employee = await makeEmployee(org, { name })
  await org.handler.does.numbers.register(employee.id, { number: fixtureNumber(n) })
  return employee
}
const entriesOf = async (subjectId: string) =>
  (await org.client.ledger.listEntries({ subjectId })).data.filter(
    ({ operation }) => operation === 'view' || operation === 'print',
  )
type Wish = Parameters<TestOrganization['handler']['does']['reveals']['create']>[0]
const refusal = async (wish: Wish, status: number, code: string, pointer?: string) => {
  await expect(org.handler.does.reveals.create(wish)).rejects.toMatchObject({
    status,
    code,
    ...(pointer !== undefined && { errors: [{ pointer }] }),
  })
}

describe('a reveal for a purpose', () => {
  it('gives the numbers in the order asked for, each with its entry, as 閲覧 or 印刷', async () => {
    const [a, b] = [await registered(1), await registered(2, '試験 花子')]
    const answer = await org.handler.does.reveals.create({
      subjectIds: [b.id, a.id],
      purpose: 'withholding_tax',
      intent: 'print',
    })
    expect(answer.numbers.map(({ subjectId }) => subjectId)).toEqual([b.id, a.id])
    expect(answer.numbers.map(({ number }) => number === fixtureNumber(1) || number === fixtureNumber(2))).toEqual([
      true,
      true,
    ])
    const [entry] = await entriesOf(b.id)
    expect(entry).toMatchObject({
      id: answer.numbers[0]?.entryId,
      at: answer.at,
      operation: 'print',
      operationLabel: '印刷',
      functionName: 'マイナンバー印刷',
      outcome: 'released',
      subjectName: '試験 花子',
      code: b.code,
      department: { code: '101', name: '社長室' },
      purpose: 'withholding_tax',
      use: 'print',
      actor: { type: 'staff', id: org.handler.id, userId: 'j-handler', name: '担当 handler' },
      assurance: 'host',
    })
    await org.handler.does.reveals.create({ subjectIds: [a.id], purpose: 'withholding_tax' })
    expect(await entriesOf(a.id)).toMatchObject([{ operationLabel: '閲覧', use: 'view' }, { operationLabel: '印刷' }])
    expect(JSON.stringify(await entriesOf(a.id))).not.toMatch(/\d{12}/)
  })

  it('is on record with the name and the department of then, whatever they are later', async () => {
    const { id } = await registered(3, '旧姓 花子')
    const { id: child } = await org.client.subjects.createDependent(id, {
      dependentNo: 1,
      name: '旧姓 太郎',
      relationship: '子',
    })
    await org.handler.does.numbers.register(child, { number: fixtureNumber(4) })
    const subjectIds = [id, child]
    await org.handler.does.reveals.create({ subjectIds, purpose: 'withholding_tax' })
    const before = [await entriesOf(id), await entriesOf(child)]
    expect(before).toMatchObject([[{ subjectName: '旧姓 花子' }], [{ subjectName: '旧姓 花子 > 旧姓 太郎' }]])

    const moved = await org.client.departments.create({ companyId: org.company.id, code: '202', name: '経理部' })
    await org.client.subjects.update(id, { name: '新姓 花子', departmentId: moved.id, code: 'N1' })
    expect([await entriesOf(id), await entriesOf(child)]).toEqual(before)
    await org.handler.does.reveals.create({ subjectIds, purpose: 'withholding_tax' })
    expect((await entriesOf(child))[0]).toMatchObject({
      subjectName: '新姓 花子 > 旧姓 太郎',
      department: { code: '202', name: '経理部' },
      code: 'N1',
    })
    expect((await org.client.ledger.listEntries({ name: '旧姓 花子', operation: 'view' })).data).toHaveLength(2)
  })
})

describe('a refused reveal is on record, with its reason and the name of then:', () => {
  it('without a purpose', async () => {
    const { id } = await registered(11)
    await refusal({ subjectIds: [id] }, 422, 'purpose_not_permitted', '/purpose')
    const [entry] = await entriesOf(id)
    expect(entry).toMatchObject({
      outcome: 'refused',
      refusal: 'purpose_not_permitted',
      subjectName: '東野 二郎',
      operation: 'view',
    })
    expect(entry).not.toHaveProperty('purpose')
  })

  it('for a purpose that such a person cannot have', async () => {
    const { id } = await registered(12)
    await refusal({ subjectIds: [id], purpose: 'payment_record_fee' }, 422, 'purpose_not_permitted', '/subjectIds/0')
    expect(await entriesOf(id)).toMatchObject([
      { outcome: 'refused', refusal: 'purpose_not_permitted', purpose: 'payment_record_fee' },
    ])
  })

  it('for a purpose that the person was not told of, until a notice that covers it is given', async () => {
    const { id } = await registered(13)
    const wish: Wish = { subjectIds: [id], purpose: 'shareholding', intent: 'print' }
    await refusal(wish, 422, 'notice_required', '/subjectIds/0')
    const notice = await org.client.notices.create({
      title: '持株会',
      text: '持株会の事務に利用します。',
      purposes: ['shareholding'],
    })
    await refusal(wish, 422, 'notice_required', '/subjectIds/0')
    await org.client.noticesGiven.create({ subjectId: id, noticeId: notice.id, channel: 'paper' })
    await org.handler.does.reveals.create(wish)
    expect(await entriesOf(id)).toMatchObject([
      { outcome: 'released' },
      { outcome: 'refused', refusal: 'notice_required', use: 'print' },
      { outcome: 'refused', refusal: 'notice_required' },
    ])
  })

  it('before the notice was given', async () => {
    const { id } = await registered(14)
    const notice = await org.client.notices.create({
      title: '財形',
      text: '財形貯蓄の事務に利用します。',
      purposes: ['property_savings'],
    })
    try {
      ahead = 3600_000
      await org.client.noticesGiven.create({ subjectId: id, noticeId: notice.id, channel: 'paper' })
      ahead = 0
      await refusal({ subjectIds: [id], purpose: 'property_savings' }, 422, 'notice_required')
      ahead = 3600_001
      await org.handler.does.reveals.create({ subjectIds: [id], purpose: 'property_savings' })
    } finally {
      ahead = 0
    }
  })

  it('of somebody who has no number', async () => {
    const { id } = await makeEmployee(org)
    await refusal({ subjectIds: [id], purpose: 'withholding_tax' }, 409, 'number_missing', '/subjectIds/0')
    expect(await entriesOf(id)).toMatchObject([
      { outcome: 'refused', refusal: 'number_missing', subjectName: '試験 太郎' },
    ])
  })

  it('of somebody of another organization, who is not found and not named', async () => {
    const theirs = await makeOrganization(service)
    const stranger = await makeEmployee(theirs, { name: '他社 一郎' })
    await theirs.handler.does.numbers.register(stranger.id, { number: fixtureNumber(15) })
    const { id } = await registered(15)
    await refusal({ subjectIds: [id, stranger.id], purpose: 'withholding_tax' }, 404, 'not_found')
    expect(await entriesOf(id)).toMatchObject([{ outcome: 'refused', refusal: 'not_found' }])
    const { data } = await org.client.ledger.listEntries({ operation: 'view', limit: 2 })
    const stray = data.find(({ subjectId }) => subjectId === undefined)
    expect(stray).toMatchObject({ outcome: 'refused', refusal: 'not_found', actor: { id: org.handler.id } })
    expect(JSON.stringify(await org.client.ledger.listEntries())).not.toContain(stranger.id)
    expect(JSON.stringify(await theirs.client.ledger.listEntries({ operation: 'view' }))).not.toContain(stranger.id)
  })

  it('of many when one is refused: all or nothing', async () => {
    const [a, b, c] = [await registered(16), await makeEmployee(org), await registered(17)]
    await expect(
      org.handler.does.reveals.create({ subjectIds: [a.id, b.id, c.id], purpose: 'withholding_tax' }),
    ).rejects.toMatchObject({ code: 'number_missing', errors: [{ pointer: '/subjectIds/1', code: 'number_missing' }] })
    for (const { id } of [a, b, c]) expect(await entriesOf(id)).toMatchObject([{ outcome: 'refused' }])
  })
})

it('the digits of a superseded version are not what is revealed, and a list of people twice is no request', async () => {
  const { id } = await registered(18)
  await org.handler.does.numbers.reissue(id, { number: fixtureNumber(19), issuedOn: '2026-01-01' })
  const { numbers } = await org.handler.does.reveals.create({ subjectIds: [id], purpose: 'withholding_tax' })
  expect(numbers[0]?.number === fixtureNumber(19)).toBe(true)
  await expect(
    org.handler.does.reveals.create({ subjectIds: [id, id], purpose: 'withholding_tax' }),
  ).rejects.toMatchObject({ status: 400 })
})
