import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type ConsentInput,
  consentKinds,
  languages,
  noticeAudiences,
  purposes,
  readyMadeNotices,
} from '../../src/core/notices/notices.ts'
import { createCollectionSetup } from '../support/collection-setup.ts'
import { codeOf, createTestCore, type TestCore, type TestCoreOrganization } from '../support/core.ts'

let core: TestCore
let org: TestCoreOrganization
const { employee, dependent, ask, enter } = createCollectionSetup(() => core)
beforeAll(async () => {
  core = await createTestCore()
  org = await core.makeOrganization()
})
afterAll(() => core.stop())

describe('the ready-made notices', () => {
  it('are there for each audience in both languages, with every purpose by its name and nothing else', () => {
    const all = readyMadeNotices()
    expect(all).toHaveLength(noticeAudiences.length * languages.length)
    for (const { audience, language, text, purposes: codes } of all) {
      const name = (code: keyof typeof purposes) => (language === 'ja' ? purposes[code].name : purposes[code].nameEn)
      for (const code of codes) expect(text, audience).toContain(name(code))
      expect(text.match(/^(・|- )/gm)).toHaveLength(codes.length)
      if (language === 'ja') expect(text).toMatch(/[ぁ-ん]/)
      else expect(text).not.toMatch(/[ぁ-ん]/)
    }
  })

  it('name to each kind of person only purposes that the law has for such a person', () => {
    const kinds = {
      ...{ employee: 'employee', dependent: 'dependent', payee_individual: 'payee', landlord: 'payee' },
      payee_corporation: 'payee',
    } as const
    for (const { audience, purposes: codes } of readyMadeNotices())
      for (const code of codes) expect(purposes[code].subjectKinds, `${audience} ${code}`).toContain(kinds[audience])
  })

  it('become the organization’s own, a new version each time, and can be changed in part', async () => {
    const { notices } = core
    const first = await notices.create(org.caller, { audience: 'employee' })
    const second = await notices.create(org.caller, { audience: 'employee' })
    expect([first.version, second.version]).toEqual([1, 2])
    expect(first).toMatchObject({ audience: 'employee', language: 'ja' })
    const narrower = await notices.create(org.caller, { audience: 'employee', purposes: ['withholding_tax'] })
    expect(narrower).toMatchObject({ title: first.title, purposes: ['withholding_tax'], version: 3 })
    expect(await notices.newestFor(org.caller.organizationId, 'employee', 'ja')).toEqual(narrower)
    expect(await codeOf(notices.create(org.caller, { title: '題だけ' }))).toBe('required')
  })

  it('are found in the other language, where it tells of all the purposes', async () => {
    const { notices } = core
    const other = await core.makeOrganization()
    const ja = await notices.create(other.caller, { audience: 'landlord' })
    expect(await notices.inLanguage(ja, 'en')).toBeUndefined()
    const en = await notices.create(other.caller, { audience: 'landlord', language: 'en' })
    expect(await notices.inLanguage(ja, 'en')).toEqual(en)
    expect((await notices.list(other.caller, { limit: 10, audience: 'landlord', language: 'en' })).rows).toEqual([en])
    const less = { audience: 'landlord', language: 'en', purposes: ['payment_record_rent'] } as const
    await notices.create(other.caller, { ...less, purposes: [...less.purposes] })
    expect(await notices.inLanguage(ja, 'en')).toBeUndefined()
  })

  it('are shown to whom they speak to, before the standing notice', async () => {
    const other = await core.makeOrganization()
    const { requests } = core.collection
    const before = await employee(other)
    expect((await requests.create(other.caller, { subjectId: before.id })).noticeId).toBe(other.notice._id)
    const own = await core.notices.create(other.caller, { audience: 'employee' })
    const after = await employee(other)
    expect((await requests.create(other.caller, { subjectId: after.id })).noticeId).toBe(own._id)
  })
})

describe('somebody who reads English', () => {
  const english = async (organization: TestCoreOrganization, subjectId: string) => ({
    ...(await enter((await ask(organization, subjectId)).token)),
    language: 'en' as const,
  })
  const toldOf = async (organization: TestCoreOrganization, subjectId: string) =>
    (await core.notices.givenTo(organization.caller.organizationId, [subjectId])).map(
      ({ noticeId, noticeVersion, language }) => ({ noticeId, noticeVersion, language }),
    )

  it('is shown the ready-made text with the same purposes, which becomes the organization’s and is what was given', async () => {
    const { sessions } = core.collection
    const other = await core.makeOrganization()
    const base = await core.notices.create(other.caller, { audience: 'employee', purposes: ['withholding_tax'] })
    const people = [await employee(other), await employee(other)]
    for (const { id } of people) {
      const visit = await english(other, id)
      const { notice } = await sessions.view(visit)
      expect(notice).toMatchObject({ language: 'en', purposes: ['withholding_tax'] })
      expect(notice.text).toContain('year-end adjustment')
      const after = await sessions.acceptNotice(visit, notice._id)
      expect(after.notice).toMatchObject({ language: 'en', text: notice.text, version: 1 })
      expect(await toldOf(other, id)).toEqual([{ noticeId: after.notice._id, noticeVersion: 1, language: 'en' }])
      expect(after.notice._id).not.toBe(base._id)
    }
    const made = await core.notices.list(other.caller, { limit: 10, language: 'en' })
    expect(made.rows).toHaveLength(1)
    const entries = (await core.documents('ledger_entries')).filter(
      ({ functionName }) => functionName === '出来合いの通知文の採用',
    )
    expect(entries).toHaveLength(1)
  })

  it('is one of two at the same moment, and both are given the same text', async () => {
    const other = await core.makeOrganization()
    const base = await core.notices.create(other.caller, { audience: 'employee' })
    const ids = [(await employee(other)).id, (await employee(other)).id]
    const visits = await Promise.all(ids.map((id) => english(other, id)))
    await Promise.all(visits.map((visit) => core.collection.sessions.acceptNotice(visit, base._id)))
    const [first, second] = await Promise.all(ids.map((id) => toldOf(other, id)))
    expect(first).toEqual(second)
    expect(first).toMatchObject([{ language: 'en' }])
  })

  it('is shown the organization’s own text where there is one, and a notice without a language is one in Japanese', async () => {
    const { sessions } = core.collection
    const other = await core.makeOrganization()
    const plain = await employee(other)
    const before = await sessions.view(await enter((await ask(other, plain.id)).token))
    expect(before.notice).toEqual(other.notice)
    await core.notices.create(other.caller, { audience: 'employee' })
    const own = await core.notices.create(other.caller, {
      audience: 'employee',
      language: 'en',
      text: 'Our own words.',
    })
    const { id } = await employee(other)
    const visit = await english(other, id)
    expect((await sessions.view(visit)).notice).toEqual(own)
    await sessions.acceptNotice(visit, own._id)
    expect(await toldOf(other, id)).toEqual([{ noticeId: own._id, noticeVersion: own.version, language: 'en' }])
  })
})

describe('a consent', () => {
  const family = async () => {
    const { id } = await employee(org)
    return { employeeId: id, spouseId: (await dependent(org, id, 1)).id }
  }
  const record = (input: ConsentInput) => core.notices.consents.record(org.caller, input)

  it('stands word by word as it was given, with when, how and by whom it was recorded', async () => {
    const { employeeId, spouseId } = await family()
    const givenAt = new Date('2026-04-01T00:00:00Z')
    const agent = await record({
      ...{ kind: 'category_3_agent', subjectId: spouseId, concernsId: employeeId },
      ...{ channel: 'paper', givenAt },
    })
    expect(agent).toMatchObject({ channel: 'paper', givenAt, recordedBy: 'staff', language: 'ja' })
    expect(agent.text).toContain('代理人')
    const own = await record({
      ...{ kind: 'family_check_entrusted', subjectId: employeeId, channel: 'word', text: '確認しました。' },
    })
    expect((await core.notices.consents.get(org.caller, own._id)).text).toBe('確認しました。')
    expect(JSON.stringify(await core.documents('consents'))).not.toMatch(/確認しました|代理人/)
    const mine = { limit: 10, subjectId: employeeId, total: true }
    expect(await core.notices.consents.list(org.caller, mine)).toEqual({ rows: [own], total: '1' })
    const entries = (await core.documents('ledger_entries')).filter(({ operation }) => operation === 'consent')
    expect(entries.map(({ functionName }) => functionName)).toEqual([
      '委任状の記録（第3号）',
      '扶養親族の本人確認の記録',
    ])
  })

  it('is of who can give it: the spouse appoints the agent, the employee checks the own family', async () => {
    const { employeeId, spouseId } = await family()
    const stranger = await family()
    const givers = { category_3_agent: spouseId, category_3_entrusted: employeeId, family_check_entrusted: employeeId }
    for (const kind of consentKinds) {
      const subjectId = givers[kind]
      const wrong = subjectId === spouseId ? employeeId : spouseId
      expect(await codeOf(record({ kind, subjectId: wrong, channel: 'paper' }))).toBe('invalid_request')
      const of = (concernsId: string) => codeOf(record({ kind, subjectId, concernsId, channel: 'paper' }))
      expect(await of(stranger.spouseId)).toBe('invalid_request')
      expect(await of(wrong)).toBe('it worked')
    }
    const tomorrow = new Date(Date.now() + 86_400_000)
    const late = { kind: 'category_3_agent', subjectId: spouseId, channel: 'paper', givenAt: tomorrow } as const
    expect(await codeOf(record(late))).toBe('invalid_request')
  })

  it('is taken back once, and stays on record', async () => {
    const { consents } = core.notices
    const { employeeId } = await family()
    const { _id } = await record({ kind: 'family_check_entrusted', subjectId: employeeId, channel: 'paper' })
    const twice = [1, 2].map(() => codeOf(consents.withdraw(org.caller, _id)))
    expect((await Promise.all(twice)).sort()).toEqual(['conflict', 'it worked'])
    expect((await consents.get(org.caller, _id)).withdrawnAt).toBeInstanceOf(Date)
    const foreign = await core.makeOrganization()
    expect(await codeOf(consents.get(foreign.caller, _id))).toBe('not_found')
    const narrow = { ...org.caller, coverage: [{ kinds: ['payee' as const] }] }
    expect(await codeOf(consents.withdraw(narrow, _id))).toBe('not_permitted')
    expect((await consents.list(narrow, { limit: 10 })).rows).toEqual([])
  })
})
