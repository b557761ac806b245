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

it('a person is asked, hands in two numbers by the link, and staff accept them', async () => {
  const employee = await makeEmployee(org)
  const request = await org.client.requests.create({ subjectId: employee.id, dueOn: '2099-12-20' })
  const link = await org.client.requests.createLink(request.id)
  const session = createSession({ baseUrl: service.baseUrl, token: link.url.slice(link.url.indexOf('#') + 1) })
  const { notice } = await session.get()
  await session.acceptNotice({ noticeId: notice.id })
  await session.setNumber({ number: fixtureNumber(1), issuedOn: '2016-01-01' })
  await session.setDependent('d1', { name: '東野 順子', relationship: '配偶者', number: fixtureNumber(2) })
  const checked = await session.check()
  expect(checked.dependents[0]).toMatchObject({ key: 'd1', number: { selfCheckedAt: expect.any(String) } })
  const receipt = await session.submit()
  expect(await session.receipt()).toEqual(receipt)
  await expect(session.setNumber({ number: fixtureNumber(3) })).rejects.toMatchObject({ status: 409, code: 'conflict' })
  expect(await org.reviewer.does.requests.accept(request.id)).toMatchObject({ state: 'accepted', dueOn: '2099-12-20' })
})

it('a repeated Idempotency-Key gives the same link, and a stray token opens no session', async () => {
  const employee = await makeEmployee(org)
  const request = await org.client.requests.create({ subjectId: employee.id })
  const twice = { idempotencyKey: 'link-1' }
  const link = await org.client.requests.createLink(request.id, undefined, twice)
  expect(await org.client.requests.createLink(request.id, undefined, twice)).toEqual(link)
  const stray = createSession({ baseUrl: service.baseUrl, token: 'A'.repeat(43) })
  await expect(stray.get()).rejects.toMatchObject({ status: 401, code: 'unauthenticated' })
})
