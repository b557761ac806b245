import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Visit, visitOf } from '../../src/core/collection/collection.ts'
import { createCollectionSetup } from '../support/collection-setup.ts'
import { codeOf, createTestCore, type TestCore, type TestCoreOrganization } from '../support/core.ts'
import { fixtureNumber } from '../support/fixture-number.ts'

let core: TestCore
let org: TestCoreOrganization
const { employee, dependent, ask, asked, enter, tokenOf, eventsOf } = createCollectionSetup(() => core)
const sessions = () => core.collection.sessions
beforeAll(async () => {
  core = await createTestCore()
  org = await core.makeOrganization()
})
afterAll(() => core.stop())

let seed = 3000
const number = (): string => fixtureNumber(seed++)
const birthOn = '1985-04-01'
const dayMs = 86_400_000
const born = async () => {
  const person = await employee(org)
  await core.subjects.update(org.caller, person.id, { birthOn, address: '東京都千代田区一番町1' })
  return person
}
/** The same visit, as its next request would be authenticated. */
const again = async (accessToken: string): Promise<Visit> =>
  visitOf(await core.collection.authenticate(accessToken), asked())
const opened = (token: string) => sessions().open(token, asked())
/** Enters, confirms and submits the own number. */
const handIn = async (visit: Visit) => {
  await sessions().acceptNotice(visit, (await sessions().view(visit)).notice._id)
  await sessions().setNumber(visit, { number: number() })
  await sessions().check(visit)
  return sessions().submit(visit)
}
const entriesOf = async (subjectId: string) =>
  (
    await core.ledger.list(org.caller, {
      from: new Date(0),
      to: new Date(Date.now() + dayMs),
      order: 'asc',
      limit: 500,
      subjectId,
    })
  ).rows

describe('a link', () => {
  it('ends 30 days after it was sent, later where the request can be answered longer, and when it was told to', async () => {
    const make = async (dueOn?: string, expiresAt?: Date) => {
      const request = await core.collection.requests.create(org.caller, {
        subjectId: (await employee(org)).id,
        ...(dueOn === undefined ? {} : { dueOn }),
      })
      return core.collection.requests.makeLink(org.caller, request._id, expiresAt === undefined ? {} : { expiresAt })
    }
    const days = (at: Date): number => Math.round((at.getTime() - Date.now()) / dayMs)
    expect(days((await make()).expiresAt)).toBe(30)
    const inHundred = new Date(Date.now() + 100 * dayMs)
    expect((await make(inHundred.toISOString().slice(0, 10))).expiresAt.getTime()).toBeGreaterThanOrEqual(
      Date.parse(`${inHundred.toISOString().slice(0, 10)}T15:00:00Z`),
    )
    expect(days((await make('2099-12-31')).expiresAt)).toBe(366)
    const soon = new Date(Date.now() + dayMs)
    expect((await make(undefined, soon)).expiresAt).toEqual(soon)
    expect(await codeOf(make(undefined, new Date(Date.now() - 1)))).toBe('invalid_request')
    expect(await codeOf(make(undefined, new Date(Date.now() + 367 * dayMs)))).toBe('invalid_request')
  })

  it('comes with a QR code of itself, as a picture and as vectors', async () => {
    const request = await core.collection.requests.create(org.caller, { subjectId: (await employee(org)).id })
    const link = await core.collection.requests.makeLink(org.caller, request._id)
    expect(link.qrCode.svg).toMatch(/^<svg [^>]*>[\s\S]*<\/svg>\s*$/)
    expect(Buffer.from(link.qrCode.png, 'base64').subarray(1, 4).toString()).toBe('PNG')
    expect(link.embedUrl).toBeUndefined()
  })

  it('leads back only where the settings allow, and is embedded only by origins of the settings', async () => {
    const other = await core.makeOrganization()
    const set = (collecting: object) => core.organizations.changeSettings(other.caller, { collecting })
    await set({ allowedOrigins: ['https://hr.example.co.jp'], redirectUrls: ['https://hr.example.co.jp/done'] })
    const person = await employee(other)
    const request = await core.collection.requests.create(other.caller, { subjectId: person.id })
    const make = (redirectUrl: string) => core.collection.requests.makeLink(other.caller, request._id, { redirectUrl })
    const link = await make('https://hr.example.co.jp/done?user=7')
    expect(link.embedUrl).toContain(`/c/${other.caller.organizationId}#`)
    expect((await sessions().view(await enter(tokenOf(link.url)))).redirectUrl).toBe(
      'https://hr.example.co.jp/done?user=7',
    )
    const strangers = [
      'https://hr.example.co.jp/done/more',
      'https://hr.example.co.jp.evil.example/done',
      'https://user@hr.example.co.jp/done',
      'http://hr.example.co.jp/done',
      'javascript:alert(1)',
    ]
    for (const url of strangers) expect(await codeOf(make(url))).toBe('url_not_allowed')
    expect(await core.collection.framedBy(other.caller.organizationId)).toEqual(['https://hr.example.co.jp'])
    expect(await core.collection.framedBy('org_00000000000000000000000000')).toEqual([])
    for (const origin of [
      'https://hr.example.co.jp/',
      'http://hr.example.co.jp',
      '*',
      "https://x.example; script-src 'unsafe-inline'",
      'https://*',
      'https://*.example.co.jp',
      'https://x.example;sandbox',
      'https://x.example,y.example',
    ])
      expect(await codeOf(set({ allowedOrigins: [origin] }))).toBe('url_not_allowed')
  })

  it('guessed from one place again and again makes that place wait, and no other', async () => {
    const { token } = await ask(org, (await employee(org)).id)
    const from = (network: string) => (candidate: string) => codeOf(sessions().open(candidate, { ...asked(), network }))
    const guess = from('203.0.113.7')
    const codes: string[] = []
    for (let i = 0; i < 32; i++) codes.push(await guess(`${i}`.padEnd(43, 'A')))
    expect(codes.slice(0, 30)).toEqual(Array(30).fill('unauthenticated'))
    expect(codes.at(-1)).toBe('rate_limited')
    expect(await guess(token)).toBe('rate_limited')
    expect(await from('203.0.113.8')(token)).toBe('it worked')
  })
})

describe('the second factor', () => {
  it('hides names, addresses and family, and lets nothing be entered, until it is there', async () => {
    const person = await born()
    await dependent(org, person.id, 1)
    const { accessToken } = await opened((await ask(org, person.id, { factor: 'birth_date' })).token)
    const before = await again(accessToken)
    const hidden = await sessions().view(before)
    expect(hidden).toMatchObject({
      factor: { kind: 'birth_date', passed: false },
      dependents: [],
      companyName: '個人商店',
    })
    expect([hidden.subjectName, hidden.person]).toEqual([undefined, undefined])
    expect(JSON.stringify(hidden)).not.toContain('東野')
    for (const attempt of [
      () => sessions().acceptNotice(before, org.notice._id),
      () => sessions().setNumber(before, { number: number() }),
      () => sessions().refuse(before, { reason: 'no_consent' }),
      () => sessions().status(before),
      () => sessions().evidence.list(before),
    ])
      expect(await codeOf(attempt())).toBe('factor_required')
    const shown = await sessions().prove(before, { birthOn })
    expect(shown).toMatchObject({ subjectName: '東野 二郎', person: { address: '東京都千代田区一番町1', birthOn } })
    expect(shown.dependents).toHaveLength(1)
    const receipt = await handIn(await again(accessToken))
    expect(receipt.lines.map(({ operation }) => operation)).toEqual(['register', 'check', 'request'])
    expect(new Set(receipt.lines.map(({ name }) => name))).toEqual(new Set(['東野 二郎']))
  })

  it('as a passcode is kept as a sealed hash, and typed in full width it is the same', async () => {
    const { accessToken } = await opened(
      (await ask(org, (await employee(org)).id, { factor: 'passcode', passcode: 'himitsu-2026' })).token,
    )
    expect(await codeOf(sessions().prove(await again(accessToken), { birthOn }))).toBe('factor_wrong')
    const view = await sessions().prove(await again(accessToken), { passcode: 'ｈｉｍｉｔｓｕ－２０２６ ' })
    expect(view.factor).toEqual({ kind: 'passcode', passed: true })
    expect(JSON.stringify(await core.documents('links'))).not.toContain('himitsu')
  })

  it('wrong five times locks the link and not the person: staff are told, it is on record, and a new link helps', async () => {
    const person = await born()
    const { request, token } = await ask(org, person.id, { factor: 'birth_date' })
    const { accessToken } = await opened(token)
    const visit = await again(accessToken)
    const codes = await Promise.all(
      Array.from({ length: 12 }, (_, i) => codeOf(sessions().prove(visit, { birthOn: `1990-01-${10 + i}` }))),
    )
    expect(codes.filter((code) => code === 'factor_wrong')).toHaveLength(4)
    expect(codes.filter((code) => code === 'link_locked')).toHaveLength(8)
    expect(await codeOf(sessions().prove(visit, { birthOn }))).toBe('link_locked')
    expect(await codeOf(opened(token))).toBe('link_locked')
    expect(await codeOf(again(accessToken))).toBe('expired')
    expect(await eventsOf(request._id)).toContain('link.locked')
    expect((await core.documents('outbox')).filter(({ type }) => type === 'link.locked')).toHaveLength(1)
    expect((await core.collection.requests.get(org.caller, request._id)).linkLockedAt).toBeInstanceOf(Date)
    const refusals = (await entriesOf(person.id)).filter(({ outcome }) => outcome === 'refused')
    expect(refusals.map(({ refusal }) => refusal).sort()).toEqual([...Array(4).fill('factor_wrong'), 'link_locked'])
    const link = await core.collection.requests.makeLink(org.caller, request._id, { factor: 'birth_date' })
    expect((await core.collection.requests.get(org.caller, request._id)).linkLockedAt).toBeUndefined()
    const fresh = await enter(tokenOf(link.url))
    expect((await sessions().prove(fresh, { birthOn })).factor.passed).toBe(true)
  })

  it('that cannot be answered is not asked for', async () => {
    const attempt = ask(org, (await employee(org)).id, { factor: 'birth_date' })
    expect(await codeOf(attempt)).toBe('conflict')
  })

  it('is the host’s word where it has the person signed in: a link for a quarter of an hour, used up by the submission', async () => {
    const { token } = await ask(org, (await employee(org)).id, { factor: 'host' })
    const visit = await enter(token)
    expect(visit).toMatchObject({ assurance: 'host', session: { factor: { kind: 'host', passed: true } } })
    await handIn(visit)
    expect(await codeOf(opened(token))).toBe('expired')
    const late = await ask(org, (await employee(org)).id, { factor: 'host' })
    core.moveClock(16 * 60_000)
    try {
      expect(await codeOf(opened(late.token))).toBe('expired')
    } finally {
      core.moveClock(-16 * 60_000)
    }
  })
})

describe('a session', () => {
  it('goes on for as long as it is used, and ends after the minutes that the settings say', async () => {
    const other = await core.makeOrganization()
    await core.organizations.changeSettings(other.caller, { collecting: { sessionMinutes: 10 } })
    const { accessToken } = await opened((await ask(other, (await employee(other)).id)).token)
    try {
      for (const minutes of [8, 8]) {
        core.moveClock(minutes * 60_000)
        expect(await codeOf(core.collection.authenticate(accessToken))).toBe('it worked')
      }
      core.moveClock(11 * 60_000)
      expect(await codeOf(core.collection.authenticate(accessToken))).toBe('expired')
    } finally {
      core.moveClock(-27 * 60_000)
    }
  })

  it('ends after twelve hours, however it is used', async () => {
    const other = await core.makeOrganization()
    await core.organizations.changeSettings(other.caller, { collecting: { sessionMinutes: 240 } })
    const { accessToken } = await opened((await ask(other, (await employee(other)).id)).token)
    const seen: string[] = []
    try {
      for (let hours = 3; hours <= 12; hours += 3) {
        core.moveClock(3 * 3600_000)
        seen.push(await codeOf(core.collection.authenticate(accessToken)))
      }
      expect(seen).toEqual(['it worked', 'it worked', 'it worked', 'expired'])
    } finally {
      core.moveClock(-seen.length * 3 * 3600_000)
    }
  })

  it('put off ends, keeps what was entered, and is opened by the same link', async () => {
    const { request, token } = await ask(org, (await employee(org)).id)
    const { accessToken } = await opened(token)
    const visit = await again(accessToken)
    await sessions().acceptNotice(visit, org.notice._id)
    await sessions().setNumber(visit, { number: number() })
    const { linkExpiresAt } = await sessions().postpone(visit)
    expect(linkExpiresAt.getTime()).toBeGreaterThan(Date.now() + 29 * dayMs)
    expect(await codeOf(again(accessToken))).toBe('expired')
    const view = await sessions().view(await enter(token))
    // The number was entered in another session, and nobody was asked who they are: it is not shown.
    expect(view).toMatchObject({ canWrite: true, noticeAccepted: true, number: { readable: false } })
    expect((await core.collection.requests.get(org.caller, request._id)).state).toBe('opened')
  })

  it('refuses at any time, and takes it back', async () => {
    const { request, token } = await ask(org, (await employee(org)).id)
    const visit = await enter(token)
    const refused = await sessions().refuse(visit, { reason: 'privacy_concern', remark: '心配です' })
    expect(refused).toMatchObject({ requestState: 'refused', canWrite: false, refusal: { reason: 'privacy_concern' } })
    expect(await codeOf(sessions().acceptNotice(visit, org.notice._id))).toBe('conflict')
    expect((await core.collection.requests.get(org.caller, request._id)).refusal).toMatchObject({ by: 'subject' })
    const back = await enter(token)
    expect(await sessions().view(back)).toMatchObject({ requestState: 'refused', canWrite: false })
    expect(await sessions().takeBack(back)).toMatchObject({ requestState: 'opened', canWrite: true })
    expect((await handIn(back)).kind).toBe('collect')
    expect(await eventsOf(request._id)).toEqual(expect.arrayContaining(['request.refused', 'request.submitted']))
  })

  it('of a request that was cancelled meanwhile can submit nothing, and says why', async () => {
    const { request, token } = await ask(org, (await employee(org)).id)
    const visit = await enter(token)
    await sessions().acceptNotice(visit, org.notice._id)
    await sessions().setNumber(visit, { number: number() })
    await sessions().check(visit)
    await core.collection.requests.cancel(org.caller, request._id, { reason: 'asked_by_mistake' })
    await expect(sessions().submit(visit)).rejects.toMatchObject({ code: 'conflict', message: /cancelled/ })
    expect(await codeOf(opened(token))).toBe('expired')
  })

  it('after a return says of each item why, and submits again', async () => {
    const person = await employee(org)
    const { request, token } = await ask(org, person.id)
    const visit = await enter(token)
    await sessions().acceptNotice(visit, org.notice._id)
    await sessions().setDependent(visit, 'd1', { name: '東野 順子', relationship: '配偶者', number: number() })
    await handIn(visit)
    const wife = (await core.subjects.dependentsOf(org.caller.organizationId, [person.id]))[0]?.id ?? ''
    await core.collection.requests.giveBack(org.caller, request._id, {
      items: [
        { subjectId: person.id, reason: 'issue_date_differs' },
        { subjectId: wife, reason: 'other', remark: '続柄をご確認ください' },
      ],
      remark: 'お手数をおかけします',
    })
    const back = await enter(token)
    expect((await sessions().view(back)).returned).toMatchObject({
      items: [
        { key: 'self', reason: 'issue_date_differs' },
        { key: 'd1', reason: 'other', remark: '続柄をご確認ください' },
      ],
      remark: 'お手数をおかけします',
    })
    await sessions().setNumber(back, { number: number(), issuedOn: '2020-05-01' })
    await sessions().check(back)
    expect((await sessions().submit(back)).entries.length).toBeGreaterThan(6)
    expect((await sessions().view(back)).returned).toBeUndefined()
  })

  it('shows consents that fit the family, and keeps what was agreed word by word', async () => {
    const notice = await core.notices.create(org.caller, {
      title: '第3号',
      text: '第3号',
      purposes: ['national_pension_3'],
    })
    const person = await employee(org)
    const wife = await dependent(org, person.id, 1)
    const request = await core.collection.requests.create(org.caller, { subjectId: person.id, noticeId: notice._id })
    const visit = await enter(tokenOf((await core.collection.requests.makeLink(org.caller, request._id)).url))
    expect(await codeOf(sessions().consent(visit, { kind: 'family_check_entrusted' }))).toBe('notice_required')
    const view = await sessions().acceptNotice(visit, notice._id)
    expect(view.consents.map(({ kind, dependentKey }) => [kind, dependentKey])).toEqual([
      ['family_check_entrusted', undefined],
      ['category_3_agent', wife.id],
      ['category_3_entrusted', wife.id],
    ])
    const agent = { kind: 'category_3_agent', dependentKey: wife.id } as const
    await sessions().consent(visit, agent)
    const given = (await sessions().consent(visit, agent)).consents
    expect(given.map(({ givenAt }) => givenAt !== undefined)).toEqual([false, true, false])
    const rows = await core.notices.consents.givenBy(org.caller.organizationId, [wife.id])
    expect(rows).toMatchObject([
      { kind: 'category_3_agent', concernsId: person.id, channel: 'page', recordedBy: 'subject' },
    ])
    expect(rows[0]?.text).toBe(given[1]?.text)
    const stranger = await dependent(org, (await employee(org)).id, 1)
    const attempt = sessions().consent(visit, { kind: 'category_3_entrusted', dependentKey: stranger.id })
    expect(await codeOf(attempt)).toBe('not_found')
  })
})

describe('somebody who comes back', () => {
  const accepted = async () => {
    const person = await born()
    const { request, token } = await ask(org, person.id)
    await handIn(await enter(token))
    await core.collection.requests.accept(org.caller, request._id)
    return person
  }

  it('changes numbers, address and family by a link of its own, and staff accept it as they do a request', async () => {
    const person = await accepted()
    const link = await core.collection.makeSubjectLink(org.caller, person.id, { kind: 'change', factor: 'birth_date' })
    const { accessToken } = await opened(tokenOf(link.url))
    await sessions().prove(await again(accessToken), { birthOn })
    const visit = await again(accessToken)
    expect(await sessions().view(visit)).toMatchObject({ kind: 'change', canWrite: true, number: { readable: true } })
    await sessions().acceptNotice(visit, org.notice._id)
    expect(await codeOf(sessions().submit(visit))).toBe('conflict')
    expect(await codeOf(sessions().refuse(visit, { reason: 'no_consent' }))).toBe('conflict')
    await sessions().updatePerson(visit, { address: '大阪市北区1-1' })
    const renewed = number()
    const view = await sessions().setNumber(visit, { number: renewed, issuedOn: '2026-10-01', change: 'reissue' })
    expect(view).toMatchObject({
      number: { masked: `*****${renewed.slice(-2)}` },
      person: { address: '大阪市北区1-1' },
    })
    expect((await core.vault.numberOf(org.caller, person.id)).versions).toHaveLength(2)
    // Mistyped, and entered again: what was just entered is put right, and not renewed twice.
    await sessions().setNumber(visit, { number: number(), change: 'reissue' })
    expect((await core.vault.numberOf(org.caller, person.id)).versions).toHaveLength(2)
    expect(await codeOf(sessions().submit(visit))).toBe('conflict')
    await sessions().check(visit)
    expect(await sessions().submit(visit)).toMatchObject({ kind: 'change' })
    expect(await core.collection.requests.accept(org.caller, link.requestId ?? '')).toMatchObject({ state: 'accepted' })
  })

  it('finds what was begun: a second link for changes goes on with it, and ends the first', async () => {
    const person = await accepted()
    const make = () => core.collection.makeSubjectLink(org.caller, person.id, { kind: 'change' })
    const first = await make()
    const visit = await enter(tokenOf(first.url))
    await sessions().acceptNotice(visit, org.notice._id)
    const second = await make()
    expect(second.requestId).toBe(first.requestId)
    expect(await codeOf(opened(tokenOf(first.url)))).toBe('expired')
    expect((await sessions().view(await enter(tokenOf(second.url)))).noticeAccepted).toBe(true)
    const list = await core.collection.requests.list(org.caller, { subjectId: person.id, limit: 10 })
    expect(list.rows.filter(({ change }) => change === true)).toHaveLength(1)
  })

  it('sees what is held, for what and who used it, but never the number, and can enter nothing', async () => {
    const person = await accepted()
    await core.use.reveal(
      { ...org.caller, at: core.clock.now() },
      { subjectIds: [person.id], purpose: 'withholding_tax' },
    )
    await core.organizations.changeSettings(org.caller, { collecting: { contact: '人事部 内線12' } })
    const link = await core.collection.makeSubjectLink(org.caller, person.id, { kind: 'status', factor: 'birth_date' })
    expect(link.requestId).toBeUndefined()
    const { accessToken } = await opened(tokenOf(link.url))
    await sessions().prove(await again(accessToken), { birthOn })
    const visit = await again(accessToken)
    const status = await sessions().status(visit)
    expect(status).toMatchObject({
      contact: { text: '人事部 内線12' },
      held: [{ key: 'self', name: '東野 二郎', state: 'registered', purposes: ['withholding_tax', 'health_pension'] }],
    })
    expect(status.uses.find(({ operation }) => operation === 'view')?.by).toMatchObject({
      kind: 'staff',
      name: '責任 太郎',
    })
    expect(await sessions().view(visit)).toMatchObject({
      kind: 'status',
      canWrite: false,
      notice: { _id: org.notice._id },
    })
    expect(await codeOf(sessions().setNumber(visit, { number: number() }))).toBe('conflict')
    expect(await codeOf(sessions().submit(visit))).toBe('conflict')
  })

  it('has nothing to see where nothing is held', async () => {
    const attempt = core.collection.makeSubjectLink(org.caller, (await employee(org)).id, { kind: 'status' })
    expect(await codeOf(attempt)).toBe('conflict')
  })

  it('reads the receipt by the link of the submission for a year', async () => {
    const other = await core.makeOrganization()
    const { token } = await ask(other, (await employee(other)).id)
    await handIn(await enter(token))
    await core.organizations.setTestClock(other.caller, new Date(Date.now() + 360 * dayMs))
    expect((await sessions().receipt(await enter(token))).lines).toHaveLength(3)
    await core.organizations.setTestClock(other.caller, new Date(Date.now() + 370 * dayMs))
    expect(await codeOf(opened(token))).toBe('expired')
  })
})
