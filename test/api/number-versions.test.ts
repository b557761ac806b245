import { createSession } from '@azukari/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fixtureNumber } from '../support/fixture-number.ts'
import { type Databases, openDatabases } from '../support/raw.ts'
import {
  makeEmployee,
  makeOrganization,
  startTestService,
  type TestOrganization,
  type TestService,
} from '../support/service.ts'

let service: TestService
let org: TestOrganization
let databases: Databases
beforeAll(async () => {
  service = await startTestService({ worker: false })
  org = await makeOrganization(service)
  databases = await openDatabases()
})
afterAll(async () => {
  await databases.close()
  await service.close()
})

const rowsOf = (subjectId: string) =>
  databases.data.collection('numbers').find({ subjectId }).sort({ version: 1 }).toArray()
const dekIds = async (): Promise<string[]> =>
  (await databases.keys.collection('deks').find({ organizationId: org.organization.id }).toArray()).map(({ _id }) =>
    String(_id),
  )
const revealed = async (subjectId: string): Promise<string | undefined> =>
  (await org.handler.does.reveals.create({ subjectIds: [subjectId], purpose: 'withholding_tax' })).numbers[0]?.number

const registered = async (number: string) => {
  const { id } = await makeEmployee(org)
  const answer = await org.handler.does.numbers.register(id, { number, issuedOn: '2016-01-01' })
  return { id, versionId: answer.current?.id ?? '' }
}

describe('a 修正', () => {
  it('destroys the wrong digits at once: ciphertext replaced, their key gone, both checks cleared', async () => {
    const { id, versionId } = await registered(fixtureNumber(11))
    await org.reviewer.does.numbers.check(id, { versionId })
    const [before] = await rowsOf(id)
    expect(await dekIds()).toContain(before?.dekId)

    const answer = await org.handler.does.numbers.correct(id, { number: fixtureNumber(12), reason: '桁の取り違え' })
    const [after, ...more] = await rowsOf(id)
    expect(more).toEqual([])
    expect(answer).toMatchObject({
      state: 'registered',
      current: { version: 1, state: 'registered', issuedOn: '2016-01-01', reason: '桁の取り違え' },
    })
    // An id of its own: nobody confirms digits that they have not seen.
    expect(answer.current?.id).not.toBe(versionId)
    await expect(org.reviewer.does.numbers.check(id, { versionId })).rejects.toMatchObject({ code: 'not_found' })
    expect(answer.current).not.toHaveProperty('staffCheckedAt')
    expect(answer.current?.masked).toBe(`*****${fixtureNumber(12).slice(10)}`)
    expect(after?.dekId).not.toBe(before?.dekId)
    expect(after?.sealed).not.toEqual(before?.sealed)
    expect(after).not.toHaveProperty('doomedDekIds')
    const keys = await dekIds()
    expect(keys).toContain(after?.dekId)
    expect(keys).not.toContain(before?.dekId)
    expect((await revealed(id)) === fixtureNumber(12)).toBe(true)
    expect(JSON.stringify(after)).not.toContain('桁の取り違え')
  })

  it('needs a number, and a reason', async () => {
    const { id } = await makeEmployee(org)
    const wish = { number: fixtureNumber(13), reason: '誤り' }
    await expect(org.handler.does.numbers.correct(id, wish)).rejects.toMatchObject({
      status: 409,
      code: 'number_missing',
    })
    const { id: other } = await registered(fixtureNumber(13))
    await expect(org.handler.does.numbers.correct(other, { number: wish.number } as typeof wish)).rejects.toMatchObject(
      {
        errors: [{ pointer: '/reason' }],
      },
    )
  })

  it('twice at once leaves one of the two numbers, one key, and nothing that could open the rest', async () => {
    const { id } = await registered(fixtureNumber(14))
    const wishes = [15, 16, 17].map((n) =>
      org.handler.does.numbers.correct(id, { number: fixtureNumber(n), reason: '誤り' }),
    )
    const done = (await Promise.allSettled(wishes)).filter(({ status }) => status === 'fulfilled')
    expect(done.length).toBeGreaterThan(0)
    const [row] = await rowsOf(id)
    const live = (await databases.keys.collection('deks').find({ refId: row?._id }).toArray()).map(({ _id }) => _id)
    // What lost the race was only prepared: the sweep takes it.
    expect(live).toContain(row?.dekId)
    expect([15, 16, 17].map(fixtureNumber).includes((await revealed(id)) ?? '')).toBe(true)
  })
})

describe('a 再発行', () => {
  it('makes a new version and keeps the old one, with its key, by its own claims', async () => {
    const { id, versionId } = await registered(fixtureNumber(21))
    await org.reviewer.does.numbers.check(id, { versionId })
    const answer = await org.handler.does.numbers.reissue(id, {
      number: fixtureNumber(22),
      issuedOn: '2026-05-01',
      reason: '紛失',
    })
    expect(answer.state).toBe('registered')
    expect(answer.versions).toMatchObject([
      { version: 2, state: 'registered', issuedOn: '2026-05-01', masked: `*****${fixtureNumber(22).slice(10)}` },
      { version: 1, state: 'superseded', id: versionId, issuedOn: '2016-01-01', staffCheckedAt: expect.any(String) },
    ])
    expect(answer.current?.id).toBe(answer.versions[0]?.id)
    expect(answer.current).not.toHaveProperty('staffCheckedAt')
    const [old, fresh] = await rowsOf(id)
    expect(await dekIds()).toEqual(expect.arrayContaining([old?.dekId, fresh?.dekId]))
    expect(old).toHaveProperty('sealed')
    expect((await revealed(id)) === fixtureNumber(22)).toBe(true)
  })

  it('cannot be older than what it replaces', async () => {
    const { id } = await registered(fixtureNumber(23))
    await expect(
      org.handler.does.numbers.reissue(id, { number: fixtureNumber(24), issuedOn: '2015-12-31' }),
    ).rejects.toMatchObject({ status: 400, errors: [{ pointer: '/issuedOn' }] })
  })

  it('is not a second registration: that is refused', async () => {
    const { id } = await registered(fixtureNumber(25))
    await expect(org.handler.does.numbers.register(id, { number: fixtureNumber(26) })).rejects.toMatchObject({
      status: 409,
      code: 'already_exists',
    })
  })
})

describe('番号確認', () => {
  /** Somebody who handed in the number by the link. */
  const byThePerson = async (number: string) => {
    const employee = await makeEmployee(org)
    const request = await org.client.requests.create({ subjectId: employee.id })
    const { url } = await org.client.requests.createLink(request.id)
    const session = createSession({ baseUrl: service.baseUrl, token: url.slice(url.indexOf('#') + 1) })
    await session.acceptNotice({ noticeId: (await session.get()).notice.id })
    await session.setNumber({ number })
    const { current } = await org.client.numbers.get(employee.id)
    return { id: employee.id, session, versionId: current?.id ?? '', registeredBy: current?.registeredBy }
  }

  it('by the person and by staff are two: where settings ask for both, only both make it checked', async () => {
    await org.client.settings.update({ selfCheckRequired: true })
    const first = await byThePerson(fixtureNumber(31))
    expect(first.registeredBy).toBe('subject')
    const byStaff = await org.reviewer.does.numbers.check(first.id, { versionId: first.versionId })
    expect(byStaff.state).toBe('registered')
    expect(byStaff.current).toMatchObject({ staffCheckedAt: expect.any(String) })
    expect(byStaff.current).not.toHaveProperty('selfCheckedAt')
    await first.session.check()
    expect(await org.client.numbers.get(first.id)).toMatchObject({
      state: 'checked',
      current: { selfCheckedAt: expect.any(String), staffCheckedAt: byStaff.current?.staffCheckedAt },
    })

    const second = await byThePerson(fixtureNumber(32))
    await second.session.check()
    expect((await org.client.numbers.get(second.id)).state).toBe('registered')
    expect((await org.reviewer.does.numbers.check(second.id, { versionId: second.versionId })).state).toBe('checked')
  })

  it('is of the current version alone: an older one is a conflict, and there is no other, whosever it is', async () => {
    const [one, another] = [await registered(fixtureNumber(35)), await registered(fixtureNumber(36))]
    const now = await org.handler.does.numbers.reissue(one.id, { number: fixtureNumber(37), issuedOn: '2020-01-01' })
    const told = await Promise.all(
      [one.versionId, another.versionId, 'num_01JZ0000000000000000000000'].map((versionId) =>
        org.reviewer.does.numbers
          .check(one.id, { versionId })
          .catch(({ status, code, detail }) => ({ status, code, detail })),
      ),
    )
    expect(told[0]).toMatchObject({ status: 409, code: 'conflict' })
    expect(told[1]).toMatchObject({ status: 404, code: 'not_found' })
    expect(told[2]).toEqual(told[1])
    for (const id of [one.id, another.id])
      expect((await org.client.numbers.get(id)).current).not.toHaveProperty('staffCheckedAt')
    const checked = await org.reviewer.does.numbers.check(one.id, { versionId: now.current?.id ?? '' })
    expect(checked.current).toHaveProperty('staffCheckedAt')
  })

  it('asked for again under its Idempotency-Key is answered again, with the same receipt', async () => {
    const { id, versionId } = await registered(fixtureNumber(38))
    const once = { idempotencyKey: 'check-1' }
    const first = await org.reviewer.does.numbers.check(id, { versionId }, once)
    expect(first.receipt).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
    expect(await org.reviewer.does.numbers.check(id, { versionId }, once)).toEqual(first)
  })

  it('by staff is enough where settings do not ask for the other, and by the person alone never is', async () => {
    await org.client.settings.update({ selfCheckRequired: false })
    const { id, versionId } = await registered(fixtureNumber(33))
    expect((await org.reviewer.does.numbers.check(id, { versionId })).state).toBe('checked')
    const person = await byThePerson(fixtureNumber(34))
    await person.session.check()
    expect((await org.client.numbers.get(person.id)).state).toBe('registered')
  })

  it('is of the version that was looked at, and not of a later one', async () => {
    const { id, versionId } = await registered(fixtureNumber(35))
    await org.handler.does.numbers.reissue(id, { number: fixtureNumber(36), issuedOn: '2026-01-01' })
    await expect(org.reviewer.does.numbers.check(id, { versionId })).rejects.toMatchObject({ code: 'conflict' })
  })

  it('said twice is one entry, at the first instant', async () => {
    const { id, versionId } = await registered(fixtureNumber(37))
    const { receipt, ...first } = await org.reviewer.does.numbers.check(id, { versionId })
    expect(receipt).toBeDefined()
    // Nothing more is on record, so that there is nothing more to promise.
    expect(await org.reviewer.does.numbers.check(id, { versionId })).toEqual(first)
    const { data } = await org.client.ledger.listEntries({ subjectId: id, operation: 'check' })
    expect(data).toHaveLength(1)
  })
})
