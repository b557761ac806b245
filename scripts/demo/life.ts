import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Azukari, AzukariProblem, createAzukari, type Job } from '@azukari/sdk'
import { compactVerify, createLocalJWKSet } from 'jose'
import { fixtureNumber } from '../../examples/fixture-numbers.ts'
import { type Delivery, startReceiver } from '../../examples/hr-webhooks/receiver.ts'
import { file309, pay, payeeCopyOf } from '../../examples/payment-records/records.ts'
import {
  applyRoster,
  checkAll,
  checkRoster,
  exportPayroll,
  registerByProxy,
  toScreen,
} from '../../examples/payroll-host/host.ts'
import { registerMyself } from '../../examples/payroll-host/self-registration.ts'
import type { Platform } from '../service.ts'
import type { Screen } from './screen.ts'
import { takeLedger, verifyBent, verifyTaken } from './verify-offline.ts'

type Setting = {
  baseUrl: string
  platform: Platform
  out: string
  dataDirectory: string
  screen: Screen
  /** How the person registers: through the page in a browser, where there is one; else as the page does it, by the API. */
  registering?: {
    way: string
    register: (...given: Parameters<typeof registerMyself>) => Promise<{ requestId: string }>
  }
}
const byApi = { way: 'by the API (no Chromium found)', register: registerMyself }

const must = (right: boolean, what: string): void => {
  if (!right) throw new Error(`Not as it should be: ${what}`)
}

/** What must be refused, and with which code. */
const refusal = async (work: Promise<unknown>, code: string): Promise<AzukariProblem> => {
  const problem = await work.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (!(problem instanceof AzukariProblem) || problem.code !== code)
    throw new Error(
      `Should have been refused as ${code}, was ${problem instanceof AzukariProblem ? problem.code : problem === undefined ? 'done' : String(problem)}.`,
    )
  return problem
}

const until = async (what: string, holds: () => Promise<boolean> | boolean): Promise<void> => {
  for (let i = 0; i < 150; i++) {
    if (await holds()) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`Did not come in 15 s: ${what}`)
}

/** The whole life of a number: collect, check, keep, use, export, 支払調書, dispose. */
export const liveTheLife = async (setting: Setting) => {
  const { baseUrl, platform, out, dataDirectory, screen, registering = byApi } = setting
  const { step } = screen
  const numbers: string[] = []
  /** Every number of the demo is a fixture, and is written down so that anybody can look for it where none should be. */
  const next = (): string => {
    const number = fixtureNumber(1000 + numbers.length * 37)
    numbers.push(number)
    return number
  }

  const vendor = createAzukari({ baseUrl, clientId: platform.clientId, clientSecret: platform.clientSecret })
  const { organization, client } = await step('組織 organization', async () => {
    const made = await vendor.organizations.create({ name: '青葉商事グループ', mode: 'test' })
    return { outcome: `test 組織 ${made.id}`, value: { organization: made, client: vendor.for(made.id) } }
  })

  const { company, officer, handler, reviewer } = await step('会社・担当者 company and staff', async () => {
    const madeCompany = await client.companies.create({
      name: '青葉商事株式会社',
      kind: 'corporation',
      corporateNumber: '7000012050002',
      address: '東京都千代田区霞が関３－１－１',
      phone: '03-3581-4161',
    })
    await refusal(
      client.companies.create({ name: '検査用数字の誤り', kind: 'corporation', corporateNumber: '1111111111111' }),
      'check_digit',
    )
    const as = (id: string): Azukari => client.as({ staff: id, authTime: Math.floor(Date.now() / 1000) })
    const staff = async (name: string, userId: string, role: 'officer' | 'handler' | 'reviewer', by = client) =>
      by.staff.create({ name, userId, appointment: { role, fromOn: '2026-04-01', basis: '2026年4月1日付 任命書' } })
    const o = await staff('責任 者子', 'j0001', 'officer')
    // Since there is an officer, only officers appoint.
    await refusal(staff('誰か', 'j9999', 'handler'), 'staff_required')
    const [h, r] = [
      await staff('担当 太郎', 'j0013', 'handler', as(o.id)),
      await staff('確認 次郎', 'j0020', 'reviewer', as(o.id)),
    ]
    return {
      outcome: '法人番号 checked, 3 staff appointed',
      value: {
        company: madeCompany,
        officer: { id: o.id, does: as(o.id) },
        handler: { id: h.id, does: as(h.id) },
        reviewer: { id: r.id, does: as(r.id) },
      },
    }
  })

  let webhookSecret = ''
  const deliveries: Delivery[] = []
  const webhooksFile = join(out, 'webhooks.jsonl')
  writeFileSync(webhooksFile, '')
  const receiver = await startReceiver(
    () => webhookSecret,
    (delivery) => {
      deliveries.push(delivery)
      writeFileSync(webhooksFile, `${JSON.stringify({ headers: delivery.headers, body: delivery.body })}\n`, {
        flag: 'a',
      })
    },
  )
  const received = (type: string): boolean => deliveries.some(({ event }) => event.type === type)

  try {
    await step('Webhook', async () => {
      const { id, secret } = await client.webhookEndpoints.create({ url: receiver.url })
      webhookSecret = secret ?? ''
      await client.webhookEndpoints.createTestEvent(id)
      await until('the test event', () => received('webhook_endpoint.test'))
      return { outcome: 'test event delivered, signature verified by the SDK', value: undefined }
    })

    const notice = await step('利用目的の通知 notice', async () => {
      const made = await client.notices.create({
        title: '個人番号の利用目的について',
        text: '当社は、給与所得・退職所得の源泉徴収、個人住民税、健康保険・厚生年金保険、雇用保険の届出のために個人番号を利用します。',
        purposes: ['withholding_tax', 'resident_tax', 'health_pension', 'employment_insurance', 'national_pension_3'],
      })
      await client.settings.update({ standingNoticeId: made.id })
      return { outcome: `version ${made.version}, 5 purposes, standing`, value: made }
    })

    await step('名簿の取込 roster import', async () => {
      const bad = await checkRoster(
        handler.does,
        company.id,
        readFileSync(join(dataDirectory, 'roster-with-errors.csv')),
        screen.progress('dry run'),
      )
      must(
        bad.problems.length >= 2 && bad.problems.every((problem) => problem.line !== undefined),
        'each bad row is reported by its line',
      )
      await refusal(handler.does.imports.apply(bad.checked.id), 'invalid_file')
      must((await client.subjects.list({ total: true })).total === '0', 'the dry run wrote nothing')

      const csv = readFileSync(join(dataDirectory, 'roster.csv'))
      const good = await checkRoster(handler.does, company.id, csv, screen.progress('dry run'))
      must(good.checked.counts?.added === 13 && good.checked.counts.errors === 0, '13 people would be added')
      await applyRoster(handler.does, good.checked, screen.progress('apply'))
      const again = await checkRoster(handler.does, company.id, csv, screen.progress('again'))
      must(again.checked.counts?.unchanged === 13 && again.checked.counts.added === 0, 'the second run changes nothing')
      return {
        outcome: `${bad.problems.length} problems shown by line, then 13 people added; again: 13 unchanged`,
        value: undefined,
      }
    })

    const rowOf = async (name: string) => {
      const row = (await client.numbers.list({ name }).toArray({ limit: 50 })).find((each) => each.name === name)
      if (row === undefined) throw new Error('Somebody of the roster is missing.')
      return row
    }

    await step('本人の登録 self-registration', async () => {
      const person = await rowOf('東野二郎')
      const request = await handler.does.requests.create({ subjectId: person.subjectId, dueOn: '2026-12-20' })
      const link = await handler.does.requests.createLink(request.id)
      const receipt = await registering.register(baseUrl, link.url, { number: next(), issuedOn: '2016-01-01' }, [
        { key: 'spouse', name: '東野順子', relationship: '配偶者', number: next() },
        { key: 'child', name: '東野真奈美', relationship: '子', number: next() },
      ])
      await reviewer.does.requests.accept(receipt.requestId)
      return {
        outcome: `1 person and 2 dependents by link, ${registering.way}: 番号確認, submitted, accepted`,
        value: undefined,
      }
    })

    await step('代理登録 registration by proxy', async () => {
      const rows = await client.numbers.list({}).toArray({ limit: 1000 })
      // 真田 竜也 has handed in nothing yet: the payroll file must skip that row.
      const registered = await registerByProxy(handler.does, rows, (row) =>
        row.name === '真田 竜也' ? undefined : next(),
      )
      must(registered === 9, '9 people are registered by proxy')
      const wrong = await rowOf('真田 竜也')
      const mistyped = `${fixtureNumber(77).slice(0, 11)}${(Number(fixtureNumber(77).at(-1)) + 1) % 10}`
      await refusal(handler.does.numbers.register(wrong.subjectId, { number: mistyped }), 'check_digit')
      return { outcome: '9 numbers; a mistyped one refused by its check digit', value: undefined }
    })

    await step('修正・再発行 correction and reissue', async () => {
      const [a, b] = [await rowOf('高山 史'), await rowOf('安藤信之')]
      const corrected = await handler.does.numbers.correct(a.subjectId, { number: next(), reason: '転記誤り' })
      const reissued = await handler.does.numbers.reissue(b.subjectId, {
        number: next(),
        issuedOn: '2026-06-01',
        reason: '紛失による変更',
      })
      must(corrected.versions.length === 1, 'a correction destroys the wrong entry')
      must(reissued.versions.length === 2 && reissued.current?.version === 2, 'a reissue is a new version')
      return { outcome: 'one of each', value: undefined }
    })

    await step('番号確認・一覧 staff check and list', async () => {
      const checked = await checkAll(reviewer.does)
      const rows = await client.numbers.list({}).toArray({ limit: 1000 })
      must(
        rows.map((row) => `${row.code}${row.dependentNo ?? ''}`).join(' ') ===
          '001 test 101 103 102 104 1041 1042 1000 201 2011 202 2021',
        "the customers' order",
      )
      must(
        rows.every((row) => row.masked === undefined || /^\*{5}\d\d$/.test(row.masked)),
        'masked',
      )
      for (const row of rows.slice(0, 3)) screen.line(`    ${toScreen(row).join(' | ')}`)
      return { outcome: `${checked} checked; 13 rows, masked, in order`, value: undefined }
    })

    await step('閲覧 reveal', async () => {
      const person = await rowOf('河合康則')
      await refusal(handler.does.reveals.create({ subjectIds: [person.subjectId] }), 'purpose_not_permitted')
      await refusal(
        handler.does.reveals.create({ subjectIds: [person.subjectId], purpose: 'payment_record_fee' }),
        'purpose_not_permitted',
      )
      await refusal(
        reviewer.does.reveals.create({ subjectIds: [person.subjectId], purpose: 'withholding_tax' }),
        'not_permitted',
      )
      const revealed = await handler.does.reveals.create({
        subjectIds: [person.subjectId],
        purpose: 'withholding_tax',
        intent: 'view',
      })
      must(numbers.includes(revealed.numbers[0]?.number ?? ''), 'the digits are right')
      const refused = await client.ledger.listEntries({ code: '001', operation: 'view' }).toArray({ limit: 10 })
      must(refused.filter((entry) => entry.outcome === 'refused').length === 2, 'the refusals are on record')
      return { outcome: 'revealed for a purpose; 2 refusals on record', value: undefined }
    })

    await step('CSV出力 payroll export', async () => {
      const recipient = await client.recipients.create({ name: '自社給与システム', kind: 'own_payroll' })
      const { ready, file } = await exportPayroll(
        handler.does,
        { companyId: company.id, recipientId: recipient.id, purpose: 'withholding_tax' },
        screen.progress('export'),
      )
      writeFileSync(join(out, 'payroll.csv'), file)
      must(ready.counts?.subjects === 13 && ready.counts.skipped === 1, '13 rows, one to be skipped')
      await refusal(handler.does.exports.download(ready.id), 'used_up')
      return { outcome: '13 rows, CP932, downloaded once', value: undefined }
    })

    const payee = await step('支払先・支払 payees and payments', async () => {
      const feeNotice = await client.notices.create({
        title: '報酬の支払調書のための個人番号の利用について',
        text: '当社は、報酬、料金、契約金及び賞金の支払調書の作成のために個人番号を利用します。',
        purposes: ['payment_record_fee'],
      })
      const lecturer = await client.subjects.create({
        kind: 'payee',
        companyId: company.id,
        code: 'P001',
        name: '講師 花子',
        address: '東京都港区芝公園４－２－８',
      })
      const painter = await client.subjects.create({
        kind: 'payee',
        companyId: company.id,
        code: 'P002',
        name: '挿絵 三郎',
        address: '神奈川県横浜市中区日本大通１',
      })
      const office = await client.subjects.create({
        kind: 'payee',
        companyId: company.id,
        code: 'P003',
        name: '丸の内税理士法人',
        address: '東京都千代田区丸の内１－１－１',
        payeeKind: 'corporation',
        corporateNumber: '1180301018771',
      })
      await handler.does.numbers.register(lecturer.id, {
        number: next(),
        notice: { noticeId: feeNotice.id, channel: 'contract' },
      })
      const base = { companyId: company.id, unpaid: 0, withheldUnpaid: 0 }
      await pay(client, [
        {
          ...base,
          subjectId: lecturer.id,
          category: 'manuscript',
          kind: '講演料',
          detail: '経営講座',
          amount: 120_000,
          withheld: 12_252,
          dueOn: '2026-06-30',
          paidOn: '2026-07-10',
        },
        {
          ...base,
          subjectId: lecturer.id,
          category: 'manuscript',
          kind: '原稿料',
          detail: '６回',
          amount: 60_000,
          withheld: 6126,
          dueOn: '2026-09-30',
          paidOn: '2026-10-10',
        },
        {
          ...base,
          subjectId: painter.id,
          category: 'manuscript',
          kind: 'さし絵料',
          detail: '１回',
          amount: 50_000,
          withheld: 5105,
          dueOn: '2026-08-31',
          paidOn: '2026-09-10',
        },
        {
          ...base,
          subjectId: office.id,
          category: 'professional',
          kind: '税理士報酬',
          detail: '顧問契約',
          amount: 660_000,
          withheld: 0,
          dueOn: '2026-10-31',
          paidOn: '2026-11-10',
        },
      ])
      return { outcome: '3 payees, 4 payments', value: lecturer }
    })

    await step('支払調書 309', async () => {
      const { filing, files } = await file309(handler.does, company.id, 2026, screen.progress('filing'))
      for (const name of ['309dat01.txt', '309-filing.pdf']) {
        const bytes = files.get(name)
        if (bytes === undefined) throw new Error(`${name} is not in the package.`)
        writeFileSync(join(out, name), bytes)
      }
      // 50,000 yen is not over 50,000: that payee needs no slip (所得税法施行規則84条2項).
      must(filing.counts?.slips === 2, 'two slips are required')
      writeFileSync(join(out, '309-payee.pdf'), await payeeCopyOf(handler.does, filing.id, payee.id))
      return {
        outcome: '2 slips (one payee at 50,000 needs none): CSV, PDF, payee’s copy without a number',
        value: undefined,
      }
    })

    const leaver = await rowOf('鈴木奈々子')
    await step('退職・削除予定日 planned disposal', async () => {
      await client.subjects.createEmploymentEvent(leaver.subjectId, { kind: 'retired', on: '2026-10-31' })
      await client.subjects.createEmploymentEvent(leaver.subjectId, { kind: 'insurance_lost', on: '2026-11-01' })
      const planned = await officer.does.plannedDisposals.get(leaver.subjectId)
      must(planned.plannedOn === '2034-01-11', 'seven years from 2027-01-11')
      await refusal(officer.does.disposals.create({ subjectIds: [leaver.subjectId] }), 'disposal_too_early')
      const withdrawn = await officer.does.plannedDisposals.remove(leaver.subjectId, {
        reason: '税務調査中',
        reviewOn: '2034-06-30',
      })
      must(withdrawn.state === 'withdrawn', '予定解除 takes it out of the queue')
      const later = await officer.does.plannedDisposals.set(leaver.subjectId, {
        plannedOn: '2034-03-31',
        reason: '税務調査が終わる見込み',
      })
      must(later.plannedOn === '2034-03-31', 'the later of claims and staff')
      return { outcome: 'claims to 2034-01-10, staff’s date 2034-03-31; too early refused', value: undefined }
    })

    await step('廃棄 disposal', async () => {
      await client.testClock.set({ now: '2034-04-01T00:00:00.000Z' })
      const due = await officer.does.disposalSchedule.list({ due: true }).toArray({ limit: 10 })
      must(due.length === 1 && due[0]?.subjectId === leaver.subjectId, 'one number is due')
      const { id, jobId } = await officer.does.disposals.create({ subjectIds: [leaver.subjectId] })
      await officer.does.jobs.wait(jobId, { onProgress: screen.progress('disposal') as (job: Job) => void })
      const disposal = await officer.does.disposals.get(id)
      const [certificateId] = disposal.certificateIds ?? []
      if (certificateId === undefined) throw new Error('There is no certificate.')
      const { jws, status } = await officer.does.certificates.get(certificateId)
      await compactVerify(
        jws,
        createLocalJWKSet((await client.authorization.jwks()) as Parameters<typeof createLocalJWKSet>[0]),
      )
      must(status === 'deleted', 'the certificate says deleted')
      must((await client.numbers.get(leaver.subjectId)).state === 'disposed', 'the number is gone')
      await refusal(
        handler.does.reveals.create({ subjectIds: [leaver.subjectId], purpose: 'withholding_tax' }),
        'number_missing',
      )
      writeFileSync(join(out, 'certificate.jws'), jws)
      return { outcome: 'deleted; certificate verified against the public keys', value: undefined }
    })

    await step('取扱記録 ledger', async () => {
      const entries = await client.ledger.listEntries({ order: 'asc' }).toArray({ limit: 10_000 })
      for (const format of ['csv', 'pdf'] as const) {
        const { id, jobId } = await client.ledgerExports.create({ format, order: 'asc' })
        await client.jobs.wait(jobId, { onProgress: screen.progress(`ledger ${format}`) as (job: Job) => void })
        writeFileSync(join(out, `ledger.${format}`), await (await client.ledgerExports.download(id)).bytes())
      }
      const exported = entries.filter((entry) => entry.operation === 'export')
      must(exported.length === 12, 'one entry per number exported')
      must(
        entries.some((entry) => entry.subjectName === '東野二郎 > 東野順子'),
        'a dependent is named with the employee',
      )
      return { outcome: `${entries.length} entries, as CSV and PDF`, value: undefined }
    })

    await step('Webhookの受信 deliveries', async () => {
      const types = [
        'number.registered',
        'number.corrected',
        'number.reissued',
        'number.checked',
        'request.submitted',
        'import.completed',
        'export.ready',
        'payment_records.ready',
        'number.deleted',
        'certificate.issued',
      ]
      await until(`events of ${types.length} kinds`, () => types.every(received))
      must(receiver.refused.length === 0, 'every signature verified')
      return { outcome: `${deliveries.length} deliveries, every signature verified`, value: undefined }
    })

    await step('取扱記録の検証 offline', async () => {
      const taken = await takeLedger(officer.does, out, screen.progress('ledger export') as (job: Job) => void)
      const report = await verifyTaken(taken)
      must(report.ok && report.covers === 'everything', `the ledger is as it was sealed: ${JSON.stringify(report)}`)
      must(
        report.checkpointsVerified > 0 && report.entries - report.uncovered > 50,
        'a signed root covers what was done',
      )
      const bent = await verifyBent(taken)
      must(bent.firstBadEntry?.kind === 'changed', 'one changed line is found')
      return {
        outcome: `${report.entries} entries, ${report.checkpointsVerified} checkpoints, without the service; a changed copy fails at entry ${bent.firstBadEntry?.index}`,
        value: undefined,
      }
    })

    void notice
    return { organizationId: organization.id, staffId: officer.id, webhookSecret, numbers }
  } finally {
    await receiver.close()
  }
}
