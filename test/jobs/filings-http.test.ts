import { afterAll, beforeAll, expect, it } from 'vitest'
import { fixtureNumber } from '../support/fixture-number.ts'
import { readRecords, unzip } from '../support/payments-setup.ts'
import { makeOrganization, startTestService, type TestService } from '../support/service.ts'

let service: TestService
beforeAll(async () => {
  service = await startTestService()
})
afterAll(() => service.close())

it('payments become a filed package and a payee’s copy, over HTTP through the SDK', async () => {
  const { client, company, handler } = await makeOrganization(service)
  const payee = await client.subjects.create({
    kind: 'payee',
    companyId: company.id,
    name: '山田　花子',
    address: '横浜市中区本町４－５',
  })
  const number = fixtureNumber(77)
  await handler.does.numbers.register(payee.id, { number })
  const payment = await client.payments.create({
    companyId: company.id,
    subjectId: payee.id,
    category: 'manuscript',
    kind: '講演料',
    amount: 120_000,
    withheld: 12_252,
    dueOn: '2026-06-30',
    externalId: 'host-1',
  })
  expect(await client.payments.get(payment.id)).toEqual(payment)

  const started = await handler.does.filings.create({ companyId: company.id, form: '309', year: 2026 })
  await client.jobs.wait(started.jobId)
  const filing = await client.filings.get(started.id)
  expect(filing).toMatchObject({ state: 'checked', packageState: 'ready', counts: { slips: 1, withoutNumber: 0 } })

  const entries = await unzip(await (await handler.does.filings.downloadPackage(filing.id)).bytes())
  const [record] = readRecords(entries.get('309dat01.txt') ?? new Uint8Array())
  expect(record?.[52] === `0${number}`).toBe(true)
  // The last byte has gone before the service can write that down.
  await expect.poll(async () => (await client.filings.get(filing.id)).packageState).toBe('used_up')
  await expect(handler.does.filings.downloadPackage(filing.id)).rejects.toMatchObject({ code: 'used_up' })

  const { data } = await client.paymentRecords.list({ filingId: filing.id })
  expect(data).toMatchObject([{ subjectId: payee.id, required: true, amount: 120_000 }])
  const copy = await (await client.paymentRecords.downloadPayeeCopy(data[0]?.id ?? '')).bytes()
  expect(Buffer.from(copy.subarray(0, 5)).toString('latin1')).toBe('%PDF-')
})
