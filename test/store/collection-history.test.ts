import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCollectionSetup } from '../support/collection-setup.ts'
import { codeOf, createTestCore, type TestCore, type TestCoreOrganization } from '../support/core.ts'
import { fixtureNumber } from '../support/fixture-number.ts'
import { unpacked } from '../support/inflate.ts'

let core: TestCore
let org: TestCoreOrganization
const { employee, visit } = createCollectionSetup(() => core)
beforeAll(async () => {
  core = await createTestCore()
  org = await core.makeOrganization()
})
afterAll(() => core.stop())

const created = async () => {
  const person = await employee(org)
  return { person, request: await core.collection.requests.create(org.caller, { subjectId: person.id }) }
}
/** The same staff, so many milliseconds after the request was made. */
const later = (ms: number) => ({ ...org.caller, at: new Date(org.caller.at.getTime() + ms) })

describe('a contact (対応記録)', () => {
  it('has channel, outcome, instant and who by the name of then; what was written is sealed', async () => {
    const { contacts } = core.collection
    const { person, request } = await created()
    const at = new Date('2026-11-01T01:00:00Z')
    const made = await contacts.create(org.caller, request._id, {
      ...{ channel: 'telephone', outcome: 'promised', at },
      remark: '今週中に登録するとのこと',
    })
    expect(made).toMatchObject({
      ...{ requestId: request._id, subjectId: person.id, channel: 'telephone', outcome: 'promised', at },
      ...{ by: { kind: 'staff', name: '責任 太郎' }, remark: '今週中に登録するとのこと' },
    })
    expect((await contacts.list(org.caller, request._id, { limit: 10 })).rows).toEqual([made])
    const stored = JSON.stringify(await core.documents('request_history'))
    expect(stored).not.toMatch(/今週中|責任/)
  })

  it('says of what came what it was and what was done with it', async () => {
    const { contacts } = core.collection
    const { request } = await created()
    const came = {
      channel: 'post',
      outcome: 'received',
      received: { item: 'card_original', handling: 'returned_by_registered_mail', handledOn: '2026-11-02' },
    } as const
    expect(await contacts.create(org.caller, request._id, came)).toMatchObject({ received: came.received })
    const { received: _, ...bare } = came
    expect(await codeOf(contacts.create(org.caller, request._id, bare))).toBe('invalid_request')
    const tomorrow = { channel: 'visit', outcome: 'reached', at: new Date(Date.now() + 86_400_000) } as const
    expect(await codeOf(contacts.create(org.caller, request._id, tomorrow))).toBe('invalid_request')
  })

  it('is listed page by page, of its own request, by whom the appointment covers the person', async () => {
    const { contacts } = core.collection
    const { request } = await created()
    for (const channel of ['mail', 'chat', 'letter'] as const)
      await contacts.create(org.caller, request._id, { channel, outcome: 'sent' })
    const first = await contacts.list(org.caller, request._id, { limit: 2, total: true })
    const rest = await contacts.list(org.caller, request._id, { limit: 2, after: first.next ?? '' })
    expect(first.total).toBe('3')
    expect([...first.rows, ...rest.rows].map(({ channel }) => channel)).toEqual(['mail', 'chat', 'letter'])
    const narrow = { ...org.caller, coverage: [{ kinds: ['payee' as const] }] }
    expect(await codeOf(contacts.list(narrow, request._id, { limit: 2 }))).toBe('not_permitted')
    const other = await core.makeOrganization()
    expect(await codeOf(contacts.list(other.caller, request._id, { limit: 2 }))).toBe('not_found')
  })
})

describe('the 経過記録', () => {
  it('tells in order how the number was asked for, and why the slip is blank', async () => {
    const { contacts, history, requests } = core.collection
    const { person, request } = await created()
    await core.notices.give(org.caller, {
      subjectId: person.id,
      noticeId: org.notice._id,
      channel: 'paper',
      givenAt: org.caller.at,
    })
    await requests.makeLink(later(1), request._id)
    await contacts.create(later(2), request._id, { channel: 'telephone', outcome: 'no_answer' })
    const said = { reason: 'no_consent', remark: '番号は出しません' } as const
    await requests.refuse(later(3), request._id, said)
    const told = await history.get(org.caller, request._id)
    expect(told.lines.map(({ kind }) => kind).sort()).toEqual(
      ['contact', 'created', 'notice_given', 'refused', 'sent'].sort(),
    )
    expect(told.lines.slice(-3).map(({ kind }) => kind)).toEqual(['sent', 'contact', 'refused'])
    expect(told.lines.at(-1)).toMatchObject({
      ...{ reason: 'no_consent', remark: '番号は出しません' },
      ...{ detail: { ja: '提供に同意しない' }, by: { kind: 'staff', name: '責任 太郎' } },
    })
    expect(told.blank).toMatchObject({ reason: 'refused' })
    const entries = (await core.documents('ledger_entries')).filter(({ subjectId }) => subjectId === person.id)
    expect(entries.map(({ functionName }) => functionName)).toContain('経過記録の出力')
  })

  it('says that a number is held, that there is none, or that it was not provided', async () => {
    const { absences, history, requests, sessions } = core.collection
    const held = await visit(org)
    await sessions.setNumber(held.session, { number: fixtureNumber(1) })
    expect((await history.get(org.caller, held.request._id)).blank).toBeUndefined()
    const abroad = await created()
    await absences.set(org.caller, abroad.person.id, { reason: 'overseas' })
    expect((await history.get(org.caller, abroad.request._id)).blank).toMatchObject({ reason: 'overseas' })
    const silent = await created()
    await requests.cancel(org.caller, silent.request._id, { reason: 'not_needed' })
    expect((await history.get(org.caller, silent.request._id)).blank).toMatchObject({ reason: 'not_provided' })
  })

  it('comes on paper with each line, who acted and the result, and blacks out what could be a number', async () => {
    const { contacts, history, requests } = core.collection
    const { request } = await created()
    const remark = `電話で ${[...'０１２３'].join('')}-4567-8901 と聞いた`
    await contacts.create(later(1), request._id, { channel: 'fax', outcome: 'reached', remark })
    await requests.refuse(later(2), request._id, { reason: 'safety_concern' })
    const text =
      unpacked(await history.pdf(org.caller, request._id))
        .at(-1)
        ?.toString() ?? ''
    for (const words of [
      '経過記録',
      '東野 二郎',
      'FAX',
      '本人と話した',
      '安全管理に不安がある',
      '責任 太郎',
      '提供を拒んだ',
    ])
      expect(text).toContain(words)
    expect(text).toContain('●')
    expect(text).not.toMatch(/4567|８９/)
  })

  it('goes over pages, each with the head of the table', async () => {
    const { contacts, history } = core.collection
    const { request } = await created()
    for (let i = 0; i < 32; i++)
      await contacts.create(later(i), request._id, { channel: 'telephone', outcome: 'no_answer' })
    const text =
      unpacked(await history.pdf(org.caller, request._id))
        .at(-1)
        ?.toString() ?? ''
    const pages = Number(/1 \/ (\d+)/.exec(text)?.[1])
    expect(pages).toBeGreaterThan(2)
    expect(text.match(/What happened/g)).toHaveLength(pages)
  })
})
