import { createSession } from '@azukari/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dayOf } from '../../src/core/shared/dates.ts'
import { tokenFor } from '../support/contract.ts'
import { fixtureNumber } from '../support/fixture-number.ts'
import { unpacked } from '../support/inflate.ts'
import { rawRequest } from '../support/raw.ts'
import {
  makeEmployee,
  makeOrganization,
  startTestService,
  type TestOrganization,
  type TestService,
} from '../support/service.ts'

const dayMs = 24 * 3600_000
const employee = '東野 二郎'
const child = '東野 順子'
const stranger = '他人 一郎'

/** 取扱状況のお知らせ: who touched my number, when and why, for the person who asks. */
describe('a handling statement', () => {
  let service: TestService
  let org: TestOrganization
  let ahead = -30 * dayMs
  let id: string
  let childId: string
  let numbers: string[]
  const statement = (subjectId = id, query = {}) => org.client.handlingStatements.get(subjectId, query)
  const path = () => `/v1/subjects/${id}/handling-statement`
  const bearer = async () => {
    const organization = org.organization.id
    const token = await tokenFor(service.baseUrl, service.credentials, { organization, staff: org.auditor.id })
    return { authorization: `Bearer ${token}` }
  }
  const ask = async (headers: Record<string, string> = {}, query = '') =>
    rawRequest(service, 'GET', `${path()}${query}`, { headers: { ...(await bearer()), ...headers } })

  beforeAll(async () => {
    service = await startTestService({ worker: false, clock: { now: () => new Date(Date.now() + ahead) } })
    org = await makeOrganization(service)
    numbers = [fixtureNumber(1), fixtureNumber(2), fixtureNumber(3)]
    const both = await org.officer.does.staff.create({
      name: '真田 竜也',
      userId: 'j0013',
      appointment: { role: 'handler', fromOn: '2020-01-01', post: '係長', departmentId: org.department.id },
    })
    const does = org.client.as({ staff: both.id })
    id = (await makeEmployee(org, { name: employee, code: '104' })).id
    childId = (await org.client.subjects.createDependent(id, { dependentNo: 1, name: child, relationship: '子' })).id
    const other = await makeEmployee(org, { name: stranger })
    for (const [i, one] of [id, childId, other.id].entries())
      await org.handler.does.numbers.register(one, { number: numbers[i] ?? '' })
    await does.reveals.create({ subjectIds: [id], purpose: 'withholding_tax', intent: 'print' })
    const wrong = does.reveals.create({ subjectIds: [id], purpose: 'property_savings' })
    await expect(wrong).rejects.toMatchObject({ code: 'notice_required' })

    // A month later the same person checks, in another role and post.
    const appointmentId = both.appointments[0]?.id ?? ''
    await org.officer.does.staff.dismiss(both.id, {
      appointmentId,
      lastOn: dayOf(new Date(Date.now() + ahead)),
      basis: '異動',
    })
    ahead += 20 * dayMs
    const fromOn = dayOf(new Date(Date.now() + ahead))
    await org.officer.does.staff.appoint(both.id, { role: 'reviewer', fromOn, post: '課長' })
    const versionId = (await org.client.numbers.get(id)).current?.id ?? ''
    await does.numbers.check(id, { versionId })
  }, 60_000)
  afterAll(() => service.close())

  it('tells the person in plain words who did what, when, for which purpose and by which law', async () => {
    const { subject, companyName, organizationName, period, lines } = await statement()
    expect({ subject, companyName, organizationName }).toEqual({
      subject: { id, name: employee },
      companyName: '試験株式会社',
      organizationName: '試験組織',
    })
    expect(period).toEqual({ to: expect.any(String) })
    expect(lines.map(({ operationLabel, outcome }) => `${operationLabel} ${outcome}`)).toEqual([
      '対象者 done',
      '代理登録 done',
      '印刷 released',
      '閲覧 refused',
      '番号確認 done',
      '開示 done',
    ])
    expect(lines[2]).toMatchObject({
      what: { ja: '番号が印刷のために表示されました。', en: 'Your number was shown for printing.' },
      purpose: { code: 'withholding_tax', law: expect.stringContaining('番号法9条4項') },
      use: 'print',
    })
    expect(lines[3]).toMatchObject({
      what: { ja: '「閲覧」が試みられました。', en: 'Somebody tried to see your number.' },
      result: { ja: 'お断りしました（利用目的の通知が記録されていません）。番号は渡っていません。' },
    })
  })

  it('names whoever acted, in the role, post and department of that day', async () => {
    const { lines } = await statement()
    expect(lines[2]?.by).toMatchObject({
      kind: 'staff',
      ja: '事務取扱担当者　真田 竜也',
      en: '真田 竜也, handler',
      name: '真田 竜也',
      roles: [{ code: 'handler' }],
      post: '係長',
      departments: ['社長室'],
    })
    expect(lines[0]?.by).toMatchObject({ kind: 'host', ja: '会社の人事・給与システム' })
    expect(lines[4]?.by).toMatchObject({
      ...{ kind: 'staff', ja: '確認者　真田 竜也', roles: [{ code: 'reviewer' }] },
      ...{ post: '課長', departments: [] },
    })
  })

  it('is itself on record, each time, in whichever form', async () => {
    const count = async () =>
      (await org.client.ledger.listEntries({ subjectId: id, operation: 'disclose' }).toArray({ limit: 100 })).length
    const before = await count()
    await statement()
    await (await org.client.handlingStatements.download(id)).bytes()
    expect(await count()).toBe(before + 2)
    expect((await statement()).lines.at(-1)).toMatchObject({ operation: 'disclose', by: { kind: 'host' } })
  })

  it('holds no digits, and nobody else’s data', async () => {
    const pdf = await (await org.client.handlingStatements.download(id)).bytes()
    const own = [JSON.stringify(await statement()), ...unpacked(Buffer.from(pdf)).map(String)].join('\n')
    expect(own).toContain(employee)
    const ofChild = JSON.stringify(await statement(childId))
    expect(ofChild).toContain(child)
    for (const text of [own, ofChild]) {
      for (const number of numbers) expect(text).not.toContain(number)
      expect(text).not.toContain(stranger)
      expect(text).not.toMatch(/\*{5}\d\d/)
    }
    expect(own).not.toContain(child)
    expect(ofChild).not.toContain(employee)
  })

  it('says of a family that it was the family, without a name, and of the person that it was themselves', async () => {
    const father = await makeEmployee(org, { name: '西田 一夫' })
    const request = await org.client.requests.create({ subjectId: father.id })
    const { url } = await org.client.requests.createLink(request.id)
    const session = createSession({ baseUrl: service.baseUrl, token: url.slice(url.indexOf('#') + 1) })
    await session.acceptNotice({ noticeId: (await session.get()).notice.id })
    await session.setNumber({ number: fixtureNumber(11) })
    await session.setDependent('d1', { name: '西田 和子', relationship: '配偶者', number: fixtureNumber(12) })
    const [wife] = (await org.client.subjects.listDependents(father.id)).data
    const hers = await statement(wife?.id)
    expect(hers.lines.map(({ operation, by }) => `${operation} ${by.kind}`)).toEqual([
      'subject family',
      'notice family',
      'register family',
      'disclose host',
    ])
    expect(JSON.stringify(hers)).not.toContain('西田 一夫')
    const his = await statement(father.id)
    expect(his.lines.find(({ operation }) => operation === 'register')?.by).toMatchObject({
      kind: 'self',
      ja: 'ご本人',
    })
    expect(JSON.stringify(his)).not.toContain('西田 和子')
  })

  it('comes as a PDF where that is preferred, as JSON otherwise, and as nothing else', async () => {
    const pdf = await ask({ accept: 'application/pdf, application/json;q=0.5' })
    expect(pdf).toMatchObject({ status: 200, mediaType: 'application/pdf' })
    expect(pdf.text.startsWith('%PDF-1.7')).toBe(true)
    expect(await ask({ accept: '*/*' })).toMatchObject({ status: 200, mediaType: 'application/json' })
    expect(await ask()).toMatchObject({ mediaType: 'application/json' })
    expect(await ask({ accept: 'text/html' })).toMatchObject({ status: 406, json: { code: 'not_acceptable' } })
    // A mere look would put a disclosure on record that never was.
    const looked = await fetch(`${service.baseUrl}${path()}`, { method: 'HEAD', headers: await bearer() })
    expect(looked.status).toBe(405)
  })

  it('is of a period where one is named; a reversed one, or one that is none, is refused', async () => {
    const { lines } = await statement()
    const from = lines[4]?.at ?? ''
    const cut = await statement(id, { from })
    expect(cut.period.from).toBe(from)
    expect(cut.lines[0]?.operation).toBe('check')
    expect((await statement(id, { to: from })).lines.map(({ operation }) => operation)).toEqual([
      'subject',
      'register_by_proxy',
      'print',
      'view',
    ])
    await expect(statement(id, { from, to: from })).rejects.toMatchObject({
      status: 400,
      errors: [{ parameter: 'from' }],
    })
    expect(await ask({}, '?from[$gt]=1')).toMatchObject({ status: 400 })
  })

  it('is refused to staff whose appointment does not cover the person', async () => {
    const narrow = await org.officer.does.staff.create({
      name: '限定 太郎',
      userId: 'j-narrow',
      appointment: { role: 'handler', fromOn: '2020-01-01', subjectKinds: ['payee'] },
    })
    const asked = org.client.as({ staff: narrow.id }).handlingStatements.get(id)
    await expect(asked).rejects.toMatchObject({ status: 403, code: 'not_permitted' })
    const [refused] = (await org.client.ledger.listEntries({ subjectId: id, operation: 'disclose', limit: 1 })).data
    expect(refused).toMatchObject({ outcome: 'refused', refusal: 'not_permitted', actor: { id: narrow.id } })
  })
})
