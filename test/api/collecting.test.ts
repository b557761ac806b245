import { createSession } from '@azukari/sdk'
import { afterAll, beforeAll, expect, it } from 'vitest'
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
beforeAll(async () => {
  service = await startTestService({ worker: false })
  org = await makeOrganization(service)
})
afterAll(() => service.close())

const asked = async () => {
  const { id: subjectId } = await makeEmployee(org)
  return await org.client.requests.create({ subjectId, dueOn: '2099-12-20', priority: 'high' })
}

it('what was submitted is returned with reasons, which the person reads, corrects and submits again', async () => {
  const { id, subjectId } = await asked()
  const { url } = await org.client.requests.createLink(id)
  const visit = async () => createSession({ baseUrl: service.baseUrl, token: url.slice(url.indexOf('#') + 1) })
  const first = await visit()
  await first.acceptNotice({ noticeId: (await first.get()).notice.id })
  await first.setNumber({ number: fixtureNumber(1) })
  await first.check()
  await first.submit()
  const items = [{ subjectId, reason: 'number_differs' as const }]
  const wish = { items, remark: '書類の番号と異なります' }
  await expect(org.client.requests.return(id, wish)).rejects.toMatchObject({ code: 'staff_required' })
  await expect(org.receiver.does.requests.return(id, wish)).rejects.toMatchObject({ code: 'not_permitted' })
  const once = { idempotencyKey: 'return-1' }
  const returned = await org.reviewer.does.requests.return(id, wish, once)
  expect(returned).toMatchObject({ state: 'returned', return: wish, priority: 'high' })
  expect(await org.reviewer.does.requests.return(id, wish, once)).toEqual(returned)
  const second = await visit()
  expect((await second.get()).requestState).toBe('returned')
  await second.setNumber({ number: fixtureNumber(2) })
  await second.check()
  await second.submit()
  expect((await org.reviewer.does.requests.accept(id)).state).toBe('accepted')
  await expect(org.client.requests.cancel(id, { reason: 'not_needed' })).rejects.toMatchObject({ code: 'conflict' })
})

it('nobody is asked for a number that is held, and a code says so', async () => {
  const { id: subjectId } = await makeEmployee(org)
  const { current } = await org.handler.does.numbers.register(subjectId, { number: fixtureNumber(3) })
  await org.reviewer.does.numbers.check(subjectId, { versionId: current?.id ?? '' })
  await expect(org.client.requests.create({ subjectId })).rejects.toMatchObject({
    ...{ code: 'already_exists', errors: [{ pointer: '/subjectId' }] },
  })
})

it('a refusal, the attempts before it and their 経過記録 come as JSON and as PDF, each on record', async () => {
  const { id } = await asked()
  await org.handler.does.requests.createContact(id, {
    ...{ channel: 'fax', outcome: 'received', at: '2026-11-01T01:00:00Z' },
    received: { item: 'number_document_copy', handling: 'registered_and_destroyed' },
  })
  expect((await org.client.requests.listContacts(id)).data).toHaveLength(1)
  await org.client.requests.refuse(id, { reason: 'other', remark: '弁護士に相談する' })
  const history = await org.client.requests.history(id)
  expect(history).toMatchObject({ state: 'refused', blank: { reason: 'refused' }, companyName: '試験株式会社' })
  expect(history.lines.map(({ kind }) => kind).sort()).toEqual(['contact', 'created', 'refused'])
  const paper = await org.client.requests.downloadHistory(id)
  expect(
    Buffer.from(await paper.bytes())
      .subarray(0, 5)
      .toString(),
  ).toBe('%PDF-')
  const head = await fetch(`${service.baseUrl}/v1/requests/${id}/history`, { method: 'HEAD' })
  expect(head.ok).toBe(false)
})

it('no text about a request takes a number', async () => {
  const { id, subjectId } = await asked()
  const remark = fixtureNumber(4)
  const tries = [
    () => org.client.requests.refuse(id, { reason: 'other', remark }),
    () => org.client.requests.cancel(id, { reason: 'other', remark }),
    () => org.client.requests.createContact(id, { channel: 'chat', outcome: 'reached', remark }),
    () => org.reviewer.does.requests.return(id, { items: [{ subjectId, reason: 'other', remark }] }),
    () => org.client.campaigns.create({ name: remark, target: { everyone: true } }),
    () => org.client.consents.create({ subjectId, kind: 'family_check_entrusted', channel: 'paper', text: remark }),
  ]
  for (const attempt of tries) await expect(attempt()).rejects.toMatchObject({ code: 'number_not_accepted' })
})

it('templates become notices, and who has no number is shown with the reason and is not asked', async () => {
  const { data: templates } = await org.client.noticeTemplates.list()
  expect(templates).toHaveLength(10)
  const notice = await org.client.notices.create({ audience: 'landlord', language: 'en' })
  expect(notice).toMatchObject({ audience: 'landlord', language: 'en', version: 1 })
  expect((await org.client.notices.list({ audience: 'landlord' })).data).toEqual([notice])
  const { id } = await makeEmployee(org)
  const absent = await org.client.subjects.setNumberAbsence(id, { reason: 'overseas', sinceOn: '2026-04-01' })
  expect(absent).toMatchObject({ numberState: 'no_number', noNumber: { reason: 'overseas' } })
  expect((await org.client.subjects.list({ numberState: 'no_number' })).data.map((row) => row.id)).toEqual([id])
  await expect(org.client.requests.create({ subjectId: id })).rejects.toMatchObject({ code: 'conflict' })
  expect(await org.client.subjects.removeNumberAbsence(id)).not.toHaveProperty('noNumber')
  const moved = await org.client.requests.update((await org.client.requests.create({ subjectId: id })).id, {
    dueOn: '2099-01-31',
  })
  expect(moved).toMatchObject({ dueOn: '2099-01-31', priority: 'normal' })
})
