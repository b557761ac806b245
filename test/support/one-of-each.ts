import { fixtureNumber } from './fixture-number.ts'
import { makeEmployee, type TestOrganization } from './service.ts'

/** One thing of each kind in an organization, by the prefix of its id. Needs a worker. */
export const oneOfEach = async (org: TestOrganization): Promise<Record<string, string>> => {
  const { client, handler, company, department, notice } = org
  const employee = await makeEmployee(org)
  const other = await makeEmployee(org)
  const number = await handler.does.numbers.register(employee.id, { number: fixtureNumber(1) })
  const given = await client.noticesGiven.create({ subjectId: other.id, noticeId: notice.id, channel: 'paper' })
  const request = await handler.does.requests.create({ subjectId: other.id })
  const consent = await client.consents.create({
    subjectId: employee.id,
    kind: 'family_check_entrusted',
    channel: 'paper',
  })
  const campaign = await client.campaigns.create({ name: '収集', target: { subjectIds: [other.id] } })
  await client.jobs.wait(campaign.jobId)
  const recipient = await client.recipients.create({ name: '給与', kind: 'own_payroll' })
  const payee = await client.subjects.create({
    kind: 'payee',
    companyId: company.id,
    name: '支払先',
    address: '東京都',
  })
  const payment = await client.payments.create({
    companyId: company.id,
    subjectId: payee.id,
    category: 'manuscript',
    kind: '原稿料',
    amount: 60_000,
    withheld: 6126,
    dueOn: '2026-05-01',
  })
  const filing = await handler.does.filings.create({ companyId: company.id, form: '309', year: 2026 })
  await client.jobs.wait(filing.jobId)
  const [record] = await client.paymentRecords.list({ filingId: filing.id }).toArray({ limit: 1 })
  const exported = await handler.does.exports.create({
    companyId: company.id,
    format: 'payroll-7',
    purpose: 'withholding_tax',
    recipientId: recipient.id,
  })
  await client.jobs.wait(exported.jobId)
  const imported = await handler.does.imports.create(
    new TextEncoder().encode('社員コード,社員名\r\nX1,取込 一郎\r\n'),
    { kind: 'roster', companyId: company.id },
  )
  await client.jobs.wait(imported.jobId)
  const endpoint = await client.webhookEndpoints.create({ url: 'https://hooks.example.com/a' })
  const fresh = await makeEmployee(org)
  const [entry] = await client.ledger.listEntries({ limit: 1 }).toArray({ limit: 1 })
  const appointment = (await client.staff.get(org.officer.id)).appointments[0]
  const ledger = await org.auditor.does.ledgerExports.create({ format: 'csv' })
  await client.jobs.wait(ledger.jobId)
  // What is on record is sealed, signed and anchored: nothing of it changes any more by itself.
  await client.ledger.createCheckpoint()
  return {
    org: org.organization.id,
    com: company.id,
    dep: department.id,
    stf: org.officer.id,
    sub: employee.id,
    num: number.current?.id ?? '',
    ntc: notice.id,
    ngv: given.id,
    req: request.id,
    cns: consent.id,
    cpg: campaign.id,
    rcp: recipient.id,
    pay: payment.id,
    fil: filing.id,
    prc: record?.id ?? '',
    exp: exported.id,
    imp: imported.id,
    job: exported.jobId,
    whe: endpoint.id,
    ent: entry?.id ?? '',
    lex: ledger.id,
    apt: appointment?.id ?? '',
    /** Of these no example makes one: well-formed, and nobody's. */
    dsp: 'dsp_01JZ0000000000000000000009',
    crt: 'crt_01JZ0000000000000000000009',
    /** An employee without number and without request. */
    fresh: fresh.id,
  }
}
