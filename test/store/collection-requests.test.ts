import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nextStates, requestStates } from '../../src/core/collection/collection.ts'
import { createCollectionSetup } from '../support/collection-setup.ts'
import { codeOf, createTestCore, type TestCore, type TestCoreOrganization } from '../support/core.ts'
import { fixtureNumber } from '../support/fixture-number.ts'

let core: TestCore
let org: TestCoreOrganization
const { employee, ask, asked, enter, visit, tokenOf, eventsOf } = createCollectionSetup(() => core)
beforeAll(async () => {
  core = await createTestCore()
  org = await core.makeOrganization()
})
afterAll(() => core.stop())

const entriesOf = async (subjectId: string) =>
  (
    await core.ledger.list(org.caller, { from: new Date(0), to: new Date(Date.now() + 1000), order: 'asc', limit: 100 })
  ).rows
    .filter((entry) => entry.subjectId === subjectId)
    .map(({ operation, functionName }) => `${operation} ${functionName}`)

describe('the states of a request', () => {
  it('end in acceptance or cancellation, and everything but what was accepted can be cancelled', () => {
    expect(nextStates.accepted).toEqual([])
    for (const state of requestStates)
      if (state !== 'accepted' && state !== 'cancelled') expect(nextStates[state]).toContain('cancelled')
  })
})

describe('a request', () => {
  it('shows the standing notice, makes the number `requested`, and is on record', async () => {
    const { id } = await employee(org)
    const request = await core.collection.requests.create(org.caller, { subjectId: id, dueOn: '2099-12-20' })
    expect(request).toMatchObject({ state: 'created', noticeId: org.notice._id, dueOn: '2099-12-20' })
    expect((await core.subjects.get(org.caller, id)).numberState).toBe('requested')
    expect(await entriesOf(id)).toEqual(['subject 社員の登録', 'request マイナンバー提出依頼'])
    expect(await core.collection.requests.get(org.caller, request._id)).toMatchObject({ subjectId: id })
  })

  it('needs a notice: without a standing one it must be named', async () => {
    const bare = await core.makeOrganization()
    await core.organizations.changeSettings(bare.caller, { standingNoticeId: null })
    const { id } = await employee(bare)
    expect(await codeOf(core.collection.requests.create(bare.caller, { subjectId: id }))).toBe('notice_required')
    const named = await core.collection.requests.create(bare.caller, { subjectId: id, noticeId: bare.notice._id })
    expect(named.noticeId).toBe(bare.notice._id)
  })

  it('asks nobody for what is already held', async () => {
    const { id } = await employee(org)
    await core.vault.register(org.caller, { subjectId: id, number: fixtureNumber(1) })
    expect(await codeOf(core.collection.requests.create(org.caller, { subjectId: id }))).toBe('already_exists')
  })

  it('asks nobody twice, even when two ask at once', async () => {
    const { id } = await employee(org)
    const twice = [1, 2].map(() => codeOf(core.collection.requests.create(org.caller, { subjectId: id })))
    expect((await Promise.all(twice)).sort()).toEqual(['conflict', 'it worked'])
  })

  it('has no deadline in the past', async () => {
    const { id } = await employee(org)
    const late = core.collection.requests.create(org.caller, { subjectId: id, dueOn: '2020-01-01' })
    expect(await codeOf(late)).toBe('invalid_request')
  })

  it('of another organization is not found, nor is its subject', async () => {
    const other = await core.makeOrganization()
    const { id } = await employee(org)
    const { request } = await ask(org, id)
    const { requests } = core.collection
    expect(await codeOf(requests.create(other.caller, { subjectId: id }))).toBe('not_found')
    for (const attempt of [requests.get, requests.makeLink, requests.accept])
      expect(await codeOf(attempt(other.caller, request._id))).toBe('not_found')
  })

  it('is listed by state and subject, page by page', async () => {
    const other = await core.makeOrganization()
    const people = [await employee(other), await employee(other), await employee(other)]
    const made = []
    for (const { id } of people) made.push(await core.collection.requests.create(other.caller, { subjectId: id }))
    await core.collection.requests.makeLink(other.caller, made[0]?._id ?? '')
    const created = await core.collection.requests.list(other.caller, { state: 'created', limit: 10, total: true })
    expect(created.total).toBe('2')
    const first = await core.collection.requests.list(other.caller, { limit: 2 })
    const rest = await core.collection.requests.list(other.caller, { limit: 2, after: first.next ?? '' })
    expect([...first.rows, ...rest.rows].map(({ _id }) => _id)).toEqual(made.map(({ _id }) => _id))
    const one = await core.collection.requests.list(other.caller, { subjectId: people[1]?.id ?? '', limit: 10 })
    expect(one.rows.map(({ _id }) => _id)).toEqual([made[1]?._id])
  })
})

describe('a link', () => {
  it('holds its token in the fragment, and only a hash of it is stored', async () => {
    const { id } = await employee(org)
    const request = await core.collection.requests.create(org.caller, { subjectId: id })
    const link = await core.collection.requests.makeLink(org.caller, request._id)
    const token = tokenOf(link.url)
    expect(link.url).toMatch(/^https:\/\/azukari\.test\/c#[\w-]{43}$/)
    expect(link.expiresAt.getTime() - Date.now()).toBeGreaterThan(13.9 * 24 * 3600 * 1000)
    for (const name of ['links', 'requests', 'outbox', 'ledger_entries'])
      expect(JSON.stringify(await core.documents(name))).not.toContain(token)
    expect((await core.collection.requests.get(org.caller, request._id)).state).toBe('sent')
    expect(await eventsOf(request._id)).toEqual(['request.sent'])
  })

  it('ends the earlier link, and the session that was opened by it', async () => {
    const { request, token, session } = await visit(org)
    const link = await core.collection.requests.makeLink(org.caller, request._id)
    expect(await codeOf(core.collection.sessions.open(token, asked()))).toBe('expired')
    const number = { number: fixtureNumber(2) }
    expect(await codeOf(core.collection.sessions.setNumber(session, number))).toBe('conflict')
    const again = await enter(tokenOf(link.url))
    expect((await core.collection.sessions.view(again)).noticeAccepted).toBe(true)
  })

  it('that was guessed is unauthenticated; one that ran out by the business clock has expired', async () => {
    expect(await codeOf(core.collection.sessions.open('A'.repeat(43), asked()))).toBe('unauthenticated')
    const other = await core.makeOrganization()
    const { token } = await ask(other, (await employee(other)).id)
    await core.organizations.setTestClock(other.caller, new Date(Date.now() + 31 * 86_400_000))
    expect(await codeOf(core.collection.sessions.open(token, asked()))).toBe('expired')
  })
})

describe('an acceptance', () => {
  it('is of what was submitted, once, and is on record', async () => {
    const { person, request, session } = await visit(org)
    expect(await codeOf(core.collection.requests.accept(org.caller, request._id))).toBe('conflict')
    await core.collection.sessions.setNumber(session, { number: fixtureNumber(3) })
    await core.collection.sessions.check(session)
    await core.collection.sessions.submit(session)
    expect(await codeOf(core.collection.requests.makeLink(org.caller, request._id))).toBe('conflict')
    const twice = [1, 2].map(() => codeOf(core.collection.requests.accept(org.caller, request._id)))
    expect((await Promise.all(twice)).sort()).toEqual(['conflict', 'it worked'])
    expect((await entriesOf(person.id)).filter((entry) => entry.includes('受入'))).toHaveLength(1)
    expect(await eventsOf(request._id)).toEqual([
      'request.sent',
      'request.opened',
      'request.submitted',
      'request.accepted',
    ])
  })
})
