import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PersonSession, visitOf } from '../../src/core/collection/collection.ts'
import { createCollectionSetup } from '../support/collection-setup.ts'
import { codeOf, createTestCore, type TestCore, type TestCoreOrganization } from '../support/core.ts'
import { fixtureNumber } from '../support/fixture-number.ts'

let core: TestCore
let org: TestCoreOrganization
const { employee, dependent, ask, asked, enter, visit } = createCollectionSetup(() => core)
const sessions = () => core.collection.sessions
/** Happens once, right after collection has read the masked numbers. */
let meanwhile: (() => Promise<unknown>) | undefined
beforeAll(async () => {
  core = await createTestCore({
    vault: (vault) => ({
      ...vault,
      currentMasked: async (organizationId, subjectIds) => {
        const numbers = await vault.currentMasked(organizationId, subjectIds)
        const act = meanwhile
        meanwhile = undefined
        await act?.()
        return numbers
      },
    }),
  })
  org = await core.makeOrganization()
})
afterAll(() => core.stop())

let seed = 100
const number = (): string => fixtureNumber(seed++)
const wife = { name: '東野 順子', kana: 'ヒガシノ ジュンコ', relationship: '配偶者', birthOn: '1987-01-01' }

describe('a session', () => {
  it('shows who asks and why, and how far the person got', async () => {
    const { id } = await employee(org)
    const { id: dependentId } = await dependent(org, id, 1)
    const session = await enter((await ask(org, id)).token)
    expect(await sessions().view(session)).toMatchObject({
      requestState: 'opened',
      organizationName: '試験組織',
      companyName: '個人商店',
      notice: { _id: org.notice._id },
      noticeAccepted: false,
      subjectName: '東野 二郎',
      dependents: [
        { key: dependentId, subjectId: dependentId, dependentNo: 1, name: '東野 順子', relationship: '配偶者' },
      ],
    })
  })

  it('keeps only a hash of its token, and an unknown token opens nothing', async () => {
    const { token } = await ask(org, (await employee(org)).id)
    const { accessToken } = await sessions().open(token, asked())
    expect(accessToken).toMatch(/^ses_[\w-]{43}$/)
    expect(JSON.stringify(await core.documents('sessions'))).not.toContain(accessToken)
    expect(await codeOf(core.collection.authenticate(`${accessToken}x`))).toBe('unauthenticated')
  })

  it('ends when the link is opened on another device, and the work goes on there', async () => {
    const { token } = await ask(org, (await employee(org)).id)
    const first = await sessions().open(token, asked())
    const before = visitOf(await core.collection.authenticate(first.accessToken), asked())
    await sessions().acceptNotice(before, org.notice._id)
    await sessions().setNumber(before, { number: number() })
    const session = await enter(token)
    expect(await codeOf(core.collection.authenticate(first.accessToken))).toBe('session_replaced')
    expect(await codeOf(sessions().setNumber(before, { number: number() }))).toBe('conflict')
    await sessions().setNumber(session, { number: number() })
    await sessions().check(session)
    // A registration, its correction on the other device, the check and the submission.
    expect((await sessions().submit(session)).entries).toHaveLength(4)
  })

  it('is the only one that can write when the link is opened twice at once', async () => {
    const { request, token } = await ask(org, (await employee(org)).id)
    const opened = await Promise.all([1, 2].map(() => sessions().open(token, asked())))
    const alive = await Promise.all(opened.map(({ accessToken }) => codeOf(core.collection.authenticate(accessToken))))
    expect(alive.sort()).toEqual(['it worked', 'session_replaced'])
    const rows = (await core.documents('outbox')).filter(({ type }) => type === 'request.opened')
    expect(rows.filter(({ data }) => (data as { requestId: string }).requestId === request._id)).toHaveLength(1)
  })

  it('ends an hour after its start', async () => {
    const { token } = await ask(org, (await employee(org)).id)
    const { accessToken } = await sessions().open(token, asked())
    core.moveClock(61 * 60_000)
    try {
      expect(await codeOf(core.collection.authenticate(accessToken))).toBe('expired')
    } finally {
      core.moveClock(-61 * 60_000)
    }
  })
})

describe('the notice of the purposes', () => {
  it('comes before any number', async () => {
    const session = await enter((await ask(org, (await employee(org)).id)).token)
    expect(await codeOf(sessions().setNumber(session, { number: number() }))).toBe('notice_required')
    expect(await codeOf(sessions().setDependent(session, 'd1', wife))).toBe('notice_required')
    expect(await codeOf(sessions().submit(session))).toBe('notice_required')
  })

  it('is that of the request, and is recorded once for the person and for each dependent', async () => {
    const { id } = await employee(org)
    const { id: dependentId } = await dependent(org, id, 1)
    const session = await enter((await ask(org, id)).token)
    const another = await core.notices.create(org.caller, { title: '別', text: '別', purposes: ['withholding_tax'] })
    expect(await codeOf(sessions().acceptNotice(session, another._id))).toBe('not_found')
    await sessions().acceptNotice(session, org.notice._id)
    expect((await sessions().acceptNotice(session, org.notice._id)).noticeAccepted).toBe(true)
    await sessions().setDependent(session, 'd1', wife)
    const added = (await sessions().view(session)).dependents.find(({ key }) => key === 'd1')?.subjectId ?? ''
    for (const subjectId of [id, dependentId, added]) {
      const given = await core.notices.givenTo(org.caller.organizationId, [subjectId])
      expect(given.map(({ channel, noticeId }) => [channel, noticeId])).toEqual([['page', org.notice._id]])
    }
  })

  it('covers a dependent whom staff added after the person had read it', async () => {
    const { person, session } = await visit(org)
    const { id } = await dependent(org, person.id, 1)
    await sessions().setDependent(session, id, { ...wife, number: number() })
    const given = await core.notices.givenTo(org.caller.organizationId, [id])
    expect(given.map(({ channel }) => channel)).toEqual(['page'])
  })
})

describe('the own number', () => {
  it('is registered by the person, in the person’s name', async () => {
    const { person, session } = await visit(org)
    const own = number()
    const view = await sessions().setNumber(session, { number: own, issuedOn: '2016-01-01' })
    expect(view.number).toEqual({ masked: `*****${own.slice(-2)}`, issuedOn: '2016-01-01', readable: true })
    const { current, state } = await core.vault.numberOf(org.caller, person.id)
    expect([state, current?.registeredBy]).toEqual(['registered', 'subject'])
    const { rows } = await core.ledger.list(org.caller, {
      from: new Date(0),
      to: new Date(Date.now() + 1000),
      order: 'desc',
      limit: 1,
    })
    expect(rows[0]).toMatchObject({
      operation: 'register',
      subjectId: person.id,
      actor: { type: 'subject', id: person.id },
      actorName: '東野 二郎',
    })
  })

  it('is corrected when it is entered again before the submission, and needs its check anew', async () => {
    const { person, session } = await visit(org)
    await sessions().setNumber(session, { number: number() })
    await sessions().check(session)
    const right = number()
    const view = await sessions().setNumber(session, { number: right })
    expect(view.number).toEqual({ masked: `*****${right.slice(-2)}`, readable: true })
    expect((await core.vault.numberOf(org.caller, person.id)).versions).toHaveLength(1)
    expect(await codeOf(sessions().submit(session))).toBe('conflict')
  })

  it('with a wrong check digit is refused, and nothing is written', async () => {
    const { session } = await visit(org)
    const wrong = number().replace(/\d$/, (digit) => String((Number(digit) + 1) % 10))
    expect(await codeOf(sessions().setNumber(session, { number: wrong }))).toBe('check_digit')
    expect((await sessions().view(session)).number).toBeUndefined()
  })

  it('that staff registered meanwhile is not overwritten', async () => {
    const { person, session } = await visit(org)
    await core.vault.register(org.caller, { subjectId: person.id, number: number() })
    expect(await codeOf(sessions().setNumber(session, { number: number() }))).toBe('already_exists')
  })

  it('lies in no document as digits', async () => {
    const { session } = await visit(org)
    const [own, hers] = [number(), number()]
    await sessions().setNumber(session, { number: own })
    await sessions().setDependent(session, 'd1', { ...wife, number: hers })
    for (const name of [
      'requests',
      'links',
      'sessions',
      'subjects',
      'outbox',
      'ledger_entries',
      'notices_given',
      'numbers',
    ]) {
      const text = JSON.stringify(await core.documents(name))
      for (const digits of [own, hers]) expect(text.includes(digits)).toBe(false)
    }
  })
})

describe('a dependent', () => {
  it('is added with the next free 扶養No, and corrected under the same key', async () => {
    const { person, session } = await visit(org)
    await dependent(org, person.id, 1)
    await dependent(org, person.id, 3)
    const hers = number()
    await sessions().setDependent(session, 'd1', { ...wife, number: hers })
    await sessions().setDependent(session, 'd1', { ...wife, name: '東野 順', relationship: '長女' })
    const view = await sessions().view(session)
    expect(view.dependents.map(({ dependentNo }) => dependentNo)).toEqual([1, 2, 3])
    expect(view.dependents[1]).toMatchObject({
      key: 'd1',
      name: '東野 順',
      relationship: '長女',
      number: { masked: `*****${hers.slice(-2)}` },
    })
    const stored = await core.subjects.get(org.caller, view.dependents[1]?.subjectId ?? '')
    expect(stored).toMatchObject({ kind: 'dependent', birthOn: '1987-01-01', kana: wife.kana, relationship: '長女' })
  })

  it('is one, however often the button is tapped at once', async () => {
    const { session } = await visit(org)
    const taps = [1, 2, 3].map(() => codeOf(sessions().setDependent(session, 'd1', wife)))
    expect(await Promise.all(taps)).toEqual(['it worked', 'it worked', 'it worked'])
    expect((await sessions().view(session)).dependents).toHaveLength(1)
  })

  it('with a wrong number is not added at all', async () => {
    const { session } = await visit(org)
    const attempt = sessions().setDependent(session, 'd1', { ...wife, number: '0000' })
    expect(await codeOf(attempt)).toBe('number_format')
    expect((await sessions().view(session)).dependents).toEqual([])
  })

  it('of somebody else is not found, and a key is no place for a number', async () => {
    const { session } = await visit(org)
    const stranger = await dependent(org, (await employee(org)).id, 1)
    expect(await codeOf(sessions().setDependent(session, stranger.id, wife))).toBe('not_found')
    expect(await codeOf(sessions().setDependent(session, number(), wife))).toBe('invalid_request')
  })

  it('belongs to an employee: a payee has none', async () => {
    const { id } = await core.subjects.create(org.caller, {
      kind: 'payee',
      companyId: org.companyId,
      name: '講師 一郎',
    })
    const session = await enter((await ask(org, id)).token)
    await sessions().acceptNotice(session, org.notice._id)
    expect(await codeOf(sessions().setDependent(session, 'd1', wife))).toBe('conflict')
  })
})

describe('a submission', () => {
  it('needs the own number and the check of every number entered', async () => {
    const { session } = await visit(org)
    expect(await codeOf(sessions().check(session))).toBe('number_missing')
    expect(await codeOf(sessions().submit(session))).toBe('number_missing')
    await sessions().setNumber(session, { number: number() })
    await sessions().check(session)
    await sessions().setDependent(session, 'd1', { ...wife, number: number() })
    expect(await codeOf(sessions().submit(session))).toBe('conflict')
    const view = await sessions().check(session)
    expect(view.dependents[0]?.number?.selfCheckedAt).toBeInstanceOf(Date)
    expect(await codeOf(sessions().receipt(session))).toBe('not_ready')
    const receipt = await sessions().submit(session)
    // Two registrations, two checks, the submission.
    const ref = { id: expect.stringMatching(/^ent_/), leafHash: expect.stringMatching(/^[\w-]{43}$/) }
    expect(receipt.entries).toEqual([ref, ref, ref, ref, ref])
    expect(await sessions().receipt(session)).toEqual(receipt)
  })

  it('happens once, however often it is sent, and then the session can only read', async () => {
    const { token, session } = await visit(org)
    await sessions().setNumber(session, { number: number() })
    await sessions().check(session)
    const thrice = await Promise.all([1, 2, 3].map(() => codeOf(sessions().submit(session))))
    expect(thrice.sort()).toEqual(['conflict', 'conflict', 'it worked'])
    const writes = [
      () => sessions().setNumber(session, { number: number() }),
      () => sessions().setDependent(session, 'd1', wife),
      () => sessions().acceptNotice(session, org.notice._id),
      () => sessions().check(session),
    ]
    for (const write of writes) expect(await codeOf(write())).toBe('conflict')
    expect((await sessions().view(session)).requestState).toBe('submitted')
    // The link shows the receipt from now on, and nothing can be entered by it.
    const again = await enter(token)
    expect((await sessions().receipt(again)).entries).toHaveLength(3)
    expect(await sessions().view(again)).toMatchObject({ requestState: 'submitted', canWrite: false })
    expect(await codeOf(sessions().setNumber(again, { number: number() }))).toBe('conflict')
  })

  it('is of what was looked at: a number that another window changed in between stops it', async () => {
    const { session } = await visit(org)
    await sessions().setNumber(session, { number: number() })
    await sessions().check(session)
    meanwhile = () => sessions().setNumber(session, { number: number() })
    expect(await codeOf(sessions().submit(session))).toBe('conflict')
    expect(await sessions().view(session)).toMatchObject({
      requestState: 'opened',
      number: { masked: expect.any(String) },
    })
    await sessions().check(session)
    expect(await codeOf(sessions().submit(session))).toBe('it worked')
  })

  it('and a change of the number at the same moment: one of them is refused', async () => {
    for (let round = 0; round < 4; round++) {
      const { person, session } = await visit(org)
      await sessions().setNumber(session, { number: number() })
      await sessions().check(session)
      const [submitted, changed] = await Promise.all([
        codeOf(sessions().submit(session)),
        codeOf(sessions().setNumber(session, { number: number() })),
      ])
      expect([submitted, changed].sort()).toEqual(['conflict', 'it worked'])
      const { current } = await core.vault.numberOf(org.caller, person.id)
      expect(current?.selfCheckedAt === undefined).toBe(submitted === 'conflict')
    }
  })
})

it('a session of another organization reaches nothing with this one’s ids', async () => {
  const { request, person } = await visit(org)
  const other = await core.makeOrganization()
  const stranger = await visit(other)
  const forged: PersonSession = { ...stranger.session.session, requestId: request._id, subjectId: person.id }
  expect(await codeOf(sessions().view(visitOf(forged, asked())))).toBe('not_found')
})
