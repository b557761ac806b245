import { createAzukari, createSession } from '@azukari/sdk'
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
/** Every answer as it came: the SDK takes numbers out of what it throws. */
const answers: string[] = []
const { fetch } = globalThis
globalThis.fetch = async (...request) => {
  const response = await fetch(...request)
  answers.push(await response.clone().text())
  return response
}

beforeAll(async () => {
  service = await startTestService({ worker: false })
  org = await makeOrganization(service)
})
afterAll(async () => {
  globalThis.fetch = fetch
  await service.close()
})

const asked = async (of = org) => {
  const employee = await makeEmployee(of)
  const request = await of.client.requests.create({ subjectId: employee.id })
  const { url } = await of.client.requests.createLink(request.id)
  const session = createSession({ baseUrl: service.baseUrl, token: url.slice(url.indexOf('#') + 1) })
  const { notice } = await session.get()
  await session.acceptNotice({ noticeId: notice.id })
  return { employee, session }
}
const registered = async (of = org) => {
  const { id } = await makeEmployee(of)
  await of.handler.does.numbers.register(id, { number: fixtureNumber(1), issuedOn: '2016-01-01' })
  return id
}

/** Every way by which a number comes in: each gives a function that sends one and returns whose it is. */
const entrances: Record<string, (of?: TestOrganization) => Promise<(number: string) => Promise<string>>> = {
  '代理登録 (staff)':
    async (of = org) =>
    async (number) => {
      const { id } = await makeEmployee(of)
      await of.handler.does.numbers.register(id, { number })
      return id
    },
  '修正 (correction)': async (of = org) => {
    const id = await registered(of)
    return async (number) => {
      await of.handler.does.numbers.correct(id, { number, reason: '入力誤り' })
      return id
    }
  },
  '再発行 (reissue)': async (of = org) => {
    const id = await registered(of)
    return async (number) => {
      await of.handler.does.numbers.reissue(id, { number, issuedOn: '2026-01-01' })
      return id
    }
  },
  '登録 (the person’s own)': async (of = org) => {
    const { employee, session } = await asked(of)
    return async (number) => {
      await session.setNumber({ number })
      return employee.id
    }
  },
  '登録 (a dependent’s)': async (of = org) => {
    const { employee, session } = await asked(of)
    return async (number) => {
      await session.setDependent('d1', { name: '試験 花子', relationship: '妻', number })
      return (await of.client.subjects.listDependents(employee.id)).data[0]?.id ?? ''
    }
  },
}

const numberOf = async (subjectId: string, of = org): Promise<string | undefined> =>
  (await of.handler.does.reveals.create({ subjectIds: [subjectId], purpose: 'withholding_tax' })).numbers[0]?.number

const wide = (text: string): string =>
  text.replaceAll(/\d/g, (digit) => String.fromCodePoint((digit.codePointAt(0) ?? 0) + 0xfee0))
const grouped = (number: string, gap: string): string =>
  [number.slice(0, 4), number.slice(4, 8), number.slice(8)].join(gap)
const spellings: ((number: string) => string)[] = [
  (number) => number,
  (number) => grouped(number, ' '),
  (number) => ` ${grouped(number, '\u3000')} `,
  (number) => grouped(number, '-'),
  (number) => grouped(number, '‐'),
  (number) => grouped(number, '−'),
  (number) => grouped(number, 'ー'),
  (number) => wide(number),
  (number) => wide(grouped(number, '－')),
]

const wrongDigit = (number: string): string => `${number.slice(0, 11)}${(Number(number[11]) + 1) % 10}`

describe.each(Object.entries(entrances))('%s', (_name, open) => {
  it('takes spaces, hyphens and full-width digits, and keeps twelve plain ones', async () => {
    const enter = await open()
    for (const [i, spell] of spellings.entries()) {
      const number = fixtureNumber(100 + i)
      const matches = (await numberOf(await enter(spell(number)))) === number
      expect(matches, `spelling ${i}`).toBe(true)
    }
  })

  it('refuses eleven digits, thirteen and a wrong check digit by its place, and echoes none of them', async () => {
    const enter = await open()
    const good = fixtureNumber(200)
    const [log, answered] = [service.logLines.length, answers.length]
    const bad: [string, string, number][] = [
      [good.slice(0, 11), 'number_format', 422],
      [`${good}7`, 'number_format', 422],
      [wide(`${good}7`), 'number_format', 422],
      ['マイナンバー', 'number_format', 422],
      [wrongDigit(good), 'check_digit', 422],
      [wide(grouped(wrongDigit(good), '－')), 'check_digit', 422],
    ]
    for (const [text, code, status] of bad) {
      answers.length = answered
      const error = await enter(text).then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
      expect(error).toMatchObject({ status, code, errors: [{ pointer: '/number', code }] })
      const said = [
        JSON.stringify(error),
        String(error),
        ...service.logLines.slice(log),
        ...answers.slice(answered),
      ].join()
      expect(
        said.includes(text) || said.includes(good.slice(0, 11)) || said.includes(wide(good.slice(0, 4))),
        'echoed',
      ).toBe(false)
    }
  })

  it('of a test organization takes no number that somebody could have', async () => {
    const enter = await open()
    const real = '98765432109'
    const sum = [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2].reduce((total, weight, i) => total + weight * Number(real[i]), 0) % 11
    const number = `${real}${sum <= 1 ? 0 : 11 - sum}`
    await expect(enter(number)).rejects.toMatchObject({
      status: 422,
      code: 'number_not_accepted',
      errors: [{ pointer: '/number' }],
    })
    await enter('123456789018')
    await enter('0'.repeat(12))
  })
})

const samples = ['123456789018', '111111111118', '000111111111']
type Sent = { number: string; sampleConfirmed: boolean }
/** By which the staff enter a number, as the 取扱記録 calls it. */
const confirmed: Record<string, (of: TestOrganization, id: string, sent: Sent) => Promise<unknown>> = {
  代理登録: (of, id, sent) => of.handler.does.numbers.register(id, sent),
  修正: (of, id, sent) => of.handler.does.numbers.correct(id, { ...sent, reason: '入力誤り' }),
  再発行: (of, id, sent) => of.handler.does.numbers.reissue(id, { ...sent, issuedOn: '2026-01-01' }),
}

describe('a live organization', () => {
  let live: TestOrganization
  beforeAll(async () => {
    live = await makeOrganization(service, 'live')
  })

  it.each(Object.entries(entrances))(
    'takes by %s neither twelve zeros nor, unasked, a published sample',
    async (name, open) => {
      const enter = await open(live)
      // The person cannot confirm it; the staff are asked to.
      const code = name.startsWith('登録') ? 'number_not_accepted' : 'sample_number'
      for (const sample of samples)
        await expect(enter(sample)).rejects.toMatchObject({ status: 422, code, errors: [{ pointer: '/number', code }] })
      await expect(enter('0'.repeat(12))).rejects.toMatchObject({
        code: 'number_not_accepted',
        errors: [{ pointer: '/number' }],
      })
      const number = fixtureNumber(300)
      expect((await numberOf(await enter(number), live)) === number).toBe(true)
    },
  )

  it.each(Object.entries(confirmed))(
    'takes a published sample by %s that staff confirm, and the 取扱記録 says so',
    async (functionName, enter) => {
      const { id } = await makeEmployee(live)
      const { numbers } = live.handler.does
      if (functionName !== '代理登録')
        await numbers.register(id, { number: fixtureNumber(301), issuedOn: '2016-01-01' })
      const [sample = ''] = samples
      const notYet = { code: 'sample_number' }
      await expect(enter(live, id, { number: sample, sampleConfirmed: false })).rejects.toMatchObject(notYet)
      await enter(live, id, { number: sample, sampleConfirmed: true })
      expect((await numberOf(id, live)) === sample).toBe(true)
      const { data } = await live.client.ledger.listEntries({ subjectId: id })
      expect(data.filter(({ functionName: name }) => name.includes('見本番号確認済'))).toMatchObject([
        { functionName: `マイナンバー${functionName}（見本番号確認済）`, actor: { id: live.handler.id } },
      ])
    },
  )

  it('takes twelve zeros of nobody, whatever is confirmed, and says nothing of a confirmation that was not needed', async () => {
    const { id } = await makeEmployee(live)
    const enter = (number: string) => live.handler.does.numbers.register(id, { number, sampleConfirmed: true })
    await expect(enter('0'.repeat(12))).rejects.toMatchObject({ code: 'number_not_accepted' })
    await enter(fixtureNumber(302))
    const { data } = await live.client.ledger.listEntries({ subjectId: id })
    expect(data.map(({ functionName }) => functionName).filter((name) => name.includes('代理登録'))).toEqual([
      'マイナンバー代理登録',
    ])
  })

  it('asks the same of a sample that came encrypted, once it is known to be for this person', async () => {
    const { id } = await makeEmployee(live)
    const staff = createAzukari({
      baseUrl: service.baseUrl,
      ...service.credentials,
      organization: live.organization.id,
      encryptNumbers: true,
    }).as({ staff: live.handler.id })
    const [number = ''] = samples
    await expect(staff.numbers.register(id, { number })).rejects.toMatchObject({
      code: 'sample_number',
      errors: [{ pointer: '/numberJwe' }],
    })
    await staff.numbers.register(id, { number, sampleConfirmed: true })
    expect((await numberOf(id, live)) === number).toBe(true)
  })

  it('gives the person no way to confirm', async () => {
    const { session } = await asked(live)
    const [number = ''] = samples
    await expect(session.setNumber({ number, sampleConfirmed: true } as { number: string })).rejects.toMatchObject({
      code: 'invalid_request',
    })
  })

  it('has no test clock', async () => {
    await expect(live.client.testClock.set({ now: '2040-01-01T00:00:00Z' })).rejects.toMatchObject({ status: 409 })
  })
})

it('an employee’s number is no corporate payee’s: that has a 法人番号, a plain field', async () => {
  const { id } = await org.client.subjects.create({
    kind: 'payee',
    companyId: org.company.id,
    name: '株式会社支払先',
    payeeKind: 'corporation',
    corporateNumber: '7000012050002',
  })
  await expect(org.handler.does.numbers.register(id, { number: fixtureNumber(1) })).rejects.toMatchObject({
    code: 'conflict',
  })
})

it('registering asks for a notice: the one named, the one given, or the standing one', async () => {
  const bare = await makeOrganization(service)
  await bare.client.settings.update({ standingNoticeId: null })
  const { id } = await makeEmployee(bare)
  const other = await makeEmployee(bare)
  const number = fixtureNumber(5)
  const { does } = bare.handler
  await expect(does.numbers.register(id, { number })).rejects.toMatchObject({ status: 422, code: 'notice_required' })
  const given = await bare.client.noticesGiven.create({
    subjectId: other.id,
    noticeId: bare.notice.id,
    channel: 'paper',
  })
  await expect(does.numbers.register(id, { number, noticeGivenId: given.id })).rejects.toMatchObject({
    errors: [{ pointer: '/noticeGivenId' }],
  })
  const tomorrow = new Date(Date.now() + 24 * 3600_000).toISOString()
  const notice = { noticeId: bare.notice.id, channel: 'mail' } as const
  await expect(does.numbers.register(id, { number, notice: { ...notice, givenAt: tomorrow } })).rejects.toMatchObject({
    errors: [{ pointer: '/notice/givenAt' }],
  })
  await does.numbers.register(id, { number, notice })
  await does.numbers.register(other.id, { number: fixtureNumber(6), noticeGivenId: given.id })
  const { data } = await bare.client.noticesGiven.list({ subjectId: id })
  expect(data).toMatchObject([{ subjectId: id, noticeId: bare.notice.id, noticeVersion: 1, channel: 'mail' }])
})
