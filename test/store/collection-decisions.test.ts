import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCollectionSetup } from '../support/collection-setup.ts'
import { codeOf, createTestCore, type TestCore, type TestCoreOrganization } from '../support/core.ts'
import { fixtureNumber } from '../support/fixture-number.ts'

let core: TestCore
let org: TestCoreOrganization
const { employee, dependent, ask, enter, visit, eventsOf, tokenOf } = createCollectionSetup(() => core)
beforeAll(async () => {
  core = await createTestCore()
  org = await core.makeOrganization()
})
afterAll(() => core.stop())

let numbers = 100
const submitted = async () => {
  const visited = await visit(org)
  await core.collection.sessions.setNumber(visited.session, { number: fixtureNumber(numbers++) })
  await core.collection.sessions.check(visited.session)
  await core.collection.sessions.submit(visited.session)
  return visited
}
const created = async () => {
  const person = await employee(org)
  return { person, request: await core.collection.requests.create(org.caller, { subjectId: person.id }) }
}
const stateOf = async (subjectId: string) => (await core.subjects.get(org.caller, subjectId)).numberState

describe('a return (差戻し)', () => {
  it('names each item with its reason; the person corrects by the same link and submits again', async () => {
    const { requests, sessions } = core.collection
    const { person, request, token } = await submitted()
    const items = [{ subjectId: person.id, reason: 'document_unreadable' as const, remark: '右上が切れている' }]
    const returned = await requests.giveBack(org.caller, request._id, { items, remark: '撮り直しをお願いします' })
    expect(returned).toMatchObject({ state: 'returned', returned: { items, remark: '撮り直しをお願いします' } })
    const again = await enter(token)
    await sessions.setNumber(again, { number: fixtureNumber(numbers++) })
    await sessions.check(again)
    await sessions.submit(again)
    expect(await requests.get(org.caller, request._id)).toMatchObject({ state: 'submitted', returned: { items } })
    expect(await eventsOf(request._id)).toEqual([
      ...['request.sent', 'request.opened', 'request.submitted', 'request.returned', 'request.submitted'],
    ])
    expect(JSON.stringify(await core.documents('requests'))).not.toMatch(/右上|撮り直し/)
  })

  it('is of the person or of their dependents, and says in words what has no code', async () => {
    const { giveBack } = core.collection.requests
    const { person, request } = await submitted()
    const stranger = await employee(org)
    const child = await dependent(org, person.id, 7)
    const of = (subjectId: string, reason: 'other' | 'relationship_differs') =>
      codeOf(giveBack(org.caller, request._id, { items: [{ subjectId, reason }] }))
    expect(await of(stranger.id, 'relationship_differs')).toBe('not_found')
    expect(await of(child.id, 'other')).toBe('required')
    expect(await of(child.id, 'relationship_differs')).toBe('it worked')
    expect(await of(child.id, 'relationship_differs')).toBe('conflict')
  })
})

describe('a refusal (不同意)', () => {
  it('is recorded with its reason, ends the session, and takes no link until it is withdrawn', async () => {
    const { requests, sessions } = core.collection
    const { request, session, token } = await visit(org)
    const said = { reason: 'privacy_concern', remark: '漏れるのが心配', refusedOn: '2026-11-01' } as const
    expect(await requests.refuse(org.caller, request._id, said)).toMatchObject({
      state: 'refused',
      refusal: { ...said, by: 'staff' },
    })
    expect(await codeOf(sessions.setNumber(session, { number: fixtureNumber(numbers++) }))).toBe('conflict')
    expect(await codeOf(requests.makeLink(org.caller, request._id))).toBe('conflict')
    const { refusal, ...after } = await requests.withdrawRefusal(org.caller, request._id)
    expect(after.state).toBe('sent')
    expect(refusal).toBeUndefined()
    expect((await core.collection.sessions.view(await enter(token))).requestState).toBe('opened')
    expect(await codeOf(requests.withdrawRefusal(org.caller, request._id))).toBe('conflict')
  })

  it('may come before any link was sent, and by the person in the session', async () => {
    const { requests } = core.collection
    const { request } = await created()
    expect((await requests.refuse(org.caller, request._id, { reason: 'no_reason_given' })).state).toBe('refused')
    const { request: own, session } = await visit(org)
    const { refusal } = await requests.refuse(session, own._id, { reason: 'no_consent' })
    expect(refusal).toMatchObject({ by: 'subject', reason: 'no_consent' })
  })

  it('is not of tomorrow, and says what it is where it is none of the reasons', async () => {
    const { request } = await created()
    const { refuse } = core.collection.requests
    const late = { reason: 'no_consent', refusedOn: '2999-01-01' } as const
    expect(await codeOf(refuse(org.caller, request._id, late))).toBe('invalid_request')
    expect(await codeOf(refuse(org.caller, request._id, { reason: 'other' }))).toBe('required')
  })
})

describe('a cancellation', () => {
  it('ends the request; the subject is as before, and may be asked anew', async () => {
    const { requests } = core.collection
    const { person, request } = await created()
    expect(await stateOf(person.id)).toBe('requested')
    const gone = await requests.cancel(org.caller, request._id, { reason: 'other', remark: '入社取りやめ' })
    expect(gone).toMatchObject({ state: 'cancelled', cancellation: { reason: 'other', remark: '入社取りやめ' } })
    expect(await stateOf(person.id)).toBe('none')
    expect((await requests.create(org.caller, { subjectId: person.id })).state).toBe('created')
  })

  it('leaves a number that was registered where it is', async () => {
    const { person, request } = await submitted()
    await core.collection.requests.cancel(org.caller, request._id, { reason: 'not_needed' })
    expect(await stateOf(person.id)).toBe('registered')
  })

  it('comes by itself when the number came in another way, unless the person has begun', async () => {
    const { changes, requests } = core.collection
    const tell = (subjectId: string) =>
      changes.onEvent({
        type: 'number.registered',
        organizationId: org.caller.organizationId,
        data: { subjectId },
      } as never)
    const { person, request } = await created()
    await core.vault.register(org.caller, { subjectId: person.id, number: fixtureNumber(numbers++) })
    await tell(person.id)
    await tell(person.id)
    expect(await requests.get(org.caller, request._id)).toMatchObject({
      state: 'cancelled',
      cancellation: { reason: 'already_held' },
    })
    const begun = await visit(org)
    await core.collection.sessions.setNumber(begun.session, { number: fixtureNumber(numbers++) })
    await tell(begun.person.id)
    expect((await requests.get(org.caller, begun.request._id)).state).toBe('opened')
  })
})

describe('who has no number (番号なし)', () => {
  it('is not asked, and an open request ends; taken back, they may be asked', async () => {
    const { absences, requests } = core.collection
    const { person, request } = await created()
    const absent = await absences.set(org.caller, person.id, { reason: 'overseas', sinceOn: '2026-04-01' })
    expect(absent).toMatchObject({ numberState: 'no_number', noNumber: { reason: 'overseas', sinceOn: '2026-04-01' } })
    expect(await requests.get(org.caller, request._id)).toMatchObject({
      state: 'cancelled',
      cancellation: { reason: 'no_number' },
    })
    expect(await codeOf(requests.create(org.caller, { subjectId: person.id }))).toBe('conflict')
    const back = await absences.remove(org.caller, person.id)
    expect(back.numberState).toBe('none')
    expect(back.noNumber).toBeUndefined()
    expect(await codeOf(absences.remove(org.caller, person.id))).toBe('conflict')
    expect(await codeOf(requests.create(org.caller, { subjectId: person.id }))).toBe('it worked')
  })

  it('is nobody whose number is held; and a number that comes ends it', async () => {
    const { absences } = core.collection
    const held = await employee(org)
    await core.vault.register(org.caller, { subjectId: held.id, number: fixtureNumber(numbers++) })
    expect(await codeOf(absences.set(org.caller, held.id, { reason: 'unregistered' }))).toBe('conflict')
    const { id } = await employee(org)
    await absences.set(org.caller, id, { reason: 'newborn' })
    await core.subjects.update(org.caller, id, { name: '改名 太郎' })
    expect((await core.subjects.get(org.caller, id)).noNumber).toMatchObject({ reason: 'newborn' })
    await core.vault.register(org.caller, { subjectId: id, number: fixtureNumber(numbers++) })
    const { numberState, noNumber } = await core.subjects.get(org.caller, id)
    expect({ numberState, noNumber }).toEqual({ numberState: 'registered', noNumber: undefined })
  })
})

describe('a deadline', () => {
  const day = (days: number) => new Date(Date.UTC(2030, 0, 1 + days, 3)).toISOString().slice(0, 10)
  const clocked = async () => {
    const own = await core.makeOrganization()
    const to = (days: number) => core.organizations.setTestClock(own.caller, new Date(Date.UTC(2030, 0, 1 + days, 3)))
    await to(0)
    return { own, to }
  }

  it('ends the request on the day after, by the test clock; what was submitted is kept', async () => {
    const { requests, deadlines } = core.collection
    const { own, to } = await clocked()
    const late = await employee(own)
    const { request } = await ask(own, late.id)
    await requests.change(own.caller, request._id, { dueOn: day(10) })
    await to(10)
    await deadlines.sweep()
    expect((await requests.get(own.caller, request._id)).state).toBe('sent')
    await to(11)
    await Promise.all([deadlines.sweep(), deadlines.sweep()])
    expect(await requests.get(own.caller, request._id)).toMatchObject({ state: 'expired' })
    expect((await eventsOf(request._id)).filter((type) => type === 'request.expired')).toHaveLength(1)
    expect((await core.subjects.get(own.caller, late.id)).numberState).toBe('none')
    expect(await codeOf(requests.create(own.caller, { subjectId: late.id, dueOn: day(20) }))).toBe('it worked')
  })

  it('is reminded of before, more often where it matters, and only whom one waits for', async () => {
    const { requests, deadlines } = core.collection
    const { own, to } = await clocked()
    const people = [await employee(own), await employee(own), await employee(own)]
    const ids: string[] = []
    for (const [i, priority] of (['low', 'normal', 'high'] as const).entries()) {
      const subjectId = people[i]?.id ?? ''
      const { _id } = await requests.create(own.caller, { subjectId, dueOn: day(20), priority })
      ids.push(_id)
      await requests.makeLink(own.caller, _id)
    }
    const unsent = await requests.create(own.caller, { subjectId: (await employee(own)).id, dueOn: day(20) })
    for (const days of [5, 6, 13, 14, 17, 19, 20]) {
      await to(days)
      await deadlines.sweep()
      await deadlines.sweep()
    }
    const reminders = async (id: string) =>
      (await eventsOf(id)).filter((type) => type === 'request.reminder_due').length
    expect(await Promise.all([...ids, unsent._id].map(reminders))).toEqual([1, 2, 4, 0])
  })

  it('can be moved or lifted while the request is open, and not into the past', async () => {
    const { requests } = core.collection
    const { request } = await created()
    const { change } = requests
    expect(await change(org.caller, request._id, { dueOn: '2999-12-31', priority: 'high' })).toMatchObject({
      dueOn: '2999-12-31',
      priority: 'high',
    })
    expect((await change(org.caller, request._id, { dueOn: null })).dueOn).toBeUndefined()
    expect(await codeOf(change(org.caller, request._id, { dueOn: '2020-01-01' }))).toBe('invalid_request')
    await requests.cancel(org.caller, request._id, { reason: 'not_needed' })
    expect(await codeOf(change(org.caller, request._id, { priority: 'low' }))).toBe('conflict')
  })
})

describe('a request', () => {
  it('outlives leaving: who has retired still hands in the number', async () => {
    const { person, request } = await created()
    await core.subjects.addEvent(org.caller, person.id, { kind: 'retired', on: '2026-10-31' })
    const link = await core.collection.requests.makeLink(org.caller, request._id)
    const session = await enter(tokenOf(link.url))
    await core.collection.sessions.acceptNotice(session, org.notice._id)
    await core.collection.sessions.setNumber(session, { number: fixtureNumber(numbers++) })
    await core.collection.sessions.check(session)
    expect(await codeOf(core.collection.sessions.submit(session))).toBe('it worked')
  })

  it('is found by campaign, company, priority and what is due', async () => {
    const own = await core.makeOrganization()
    const { requests } = core.collection
    const [first, second] = [await employee(own), await employee(own)]
    await requests.create(own.caller, { subjectId: first.id, dueOn: '2999-01-10', priority: 'high' })
    await requests.create(own.caller, { subjectId: second.id, dueOn: '2999-02-10' })
    const found = async (filter: object) =>
      (await requests.list(own.caller, { limit: 10, ...filter })).rows.map(({ subjectId }) => subjectId)
    expect(await found({ priority: 'high' })).toEqual([first.id])
    expect(await found({ dueBefore: '2999-02-10' })).toEqual([first.id])
    expect(await found({ companyId: own.companyId })).toEqual([first.id, second.id])
  })
})
