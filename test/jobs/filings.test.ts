import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { emptyParts } from '../support/parts.ts'
import { codeOf, startPayments } from '../support/payments-setup.ts'

let here: Awaited<ReturnType<typeof startPayments>>
beforeAll(async () => {
  await emptyParts()
  here = await startPayments()
})
afterAll(() => here.stop())

/** 標準規格 309, counted from 1. */
const item = (record: readonly string[] | undefined, no: number): string | undefined => record?.[no - 1]

/** An organization with a payee of each fate. */
const makeYear = async () => {
  const place = await here.newOrganization()
  const told = await here.payee(place, { name: '山田　花子' })
  const number = await here.register(place, told.id, place.noticeId)
  await here.pay(place, told.id, { detail: '４回', remarks: '消費税込み', unpaid: 20_000, withheldUnpaid: 2042 })
  await here.pay(place, told.id, { detail: '４回', dueOn: '2026-01-31', amount: 30_000, withheld: 3063 })
  const numberless = await here.payee(place, { name: '鈴木　次郎' })
  await here.pay(place, numberless.id)
  const untold = await here.payee(place, { name: '高橋　三郎' })
  await here.register(place, untold.id, place.otherNoticeId)
  await here.pay(place, untold.id)
  const corporation = await here.payee(place, {
    name: '株式会社翻訳',
    payeeKind: 'corporation',
    corporateNumber: '7000012050002',
  })
  await here.pay(place, corporation.id, { withheld: 0 })
  const small = await here.payee(place, { name: '小野　四郎' })
  await here.pay(place, small.id, { amount: 50_000, withheld: 5105 })
  const otherYear = await here.payee(place, { name: '昨年　五郎' })
  await here.pay(place, otherYear.id, { dueOn: '2025-12-31' })
  return { place, told, number, numberless, untold, corporation, small, otherYear }
}
let year: Awaited<ReturnType<typeof makeYear>>
let made: Awaited<ReturnType<typeof here.file>>
let opened: Awaited<ReturnType<typeof here.opened>>
beforeAll(async () => {
  year = await makeYear()
  made = await here.file(year.place)
  opened = await here.opened(year.place.caller, made.filing.id)
})

describe('a filing of form 309', () => {
  it('is checked, ready, and counts its slips and those without a number', () => {
    expect(made.job).toMatchObject({ state: 'succeeded', progress: { done: 10, total: 10 } })
    expect(made.filing).toMatchObject({
      state: 'checked',
      packageState: 'ready',
      counts: { slips: 4, withoutNumber: 2 },
      problems: [],
    })
  })

  it('holds the record file and the slips', () => {
    expect([...opened.entries.keys()]).toEqual(['309dat01.txt', '309-filing.pdf'])
    expect(opened.records.map((record) => record.length)).toEqual([53, 53, 53, 53])
  })

  it('writes each payee over the limit as a record of 53 items, the number with a leading 0', () => {
    const [record] = opened.records
    const expected: Record<number, string> = {
      1: '309',
      4: '東京都千代田区大手町１－２－３',
      5: '株式会社あずかり商事',
      6: '03-1234-5678',
      10: '0',
      11: '08',
      12: '横浜市中区本町４－５',
      13: '0',
      14: '山田　花子',
      15: '原稿料',
      16: '４回',
      17: '150000',
      18: '20000',
      19: '15315',
      20: '2042',
      51: '消費税込み',
      52: '7000012050002',
    }
    for (const [no, value] of Object.entries(expected)) expect([no, item(record, Number(no))]).toEqual([no, value])
    expect(item(record, 53) === `0${year.number}`).toBe(true)
  })

  it('files a missing number and one whose purpose was not told blank, and a corporation with its 法人番号', () => {
    expect(opened.records.map((record) => item(record, 14))).toEqual([
      '山田　花子',
      '鈴木　次郎',
      '高橋　三郎',
      '株式会社翻訳',
    ])
    expect(opened.records.slice(1).map((record) => item(record, 53))).toEqual(['', '', '7000012050002'])
  })

  it('puts every release and every refusal on record, and touches nobody who has no number', async () => {
    const entries = (await here.entriesOf(year.place.caller)).filter(({ operation }) => operation === 'file')
    expect(
      entries.map(({ subjectId, outcome, refusal, jobId, purpose }) => ({
        subjectId,
        outcome,
        refusal,
        jobId,
        purpose,
      })),
    ).toEqual([
      {
        subjectId: year.told.id,
        outcome: 'released',
        refusal: undefined,
        jobId: made.job._id,
        purpose: 'payment_record_fee',
      },
      {
        subjectId: year.untold.id,
        outcome: 'refused',
        refusal: 'notice_required',
        jobId: made.job._id,
        purpose: 'payment_record_fee',
      },
    ])
    expect(new Set(entries.map(({ at }) => at.getTime())).size).toBe(1)
  })

  it('draws one sheet a slip, in a PDF that is sound, with the number in its boxes', () => {
    const home = mkdtempSync(join(tmpdir(), 'azukari-filing-'))
    const path = join(home, 'filing.pdf')
    writeFileSync(path, opened.entries.get('309-filing.pdf') ?? new Uint8Array())
    const text = Buffer.from(opened.entries.get('309-filing.pdf') ?? []).toString('latin1')
    expect(text.match(/\/Type \/Page\b(?!s)/gu)?.length).toBe(4)
    if (spawnSync('qpdf', ['--version']).error === undefined)
      expect(spawnSync('qpdf', ['--check', path]).status).toBe(0)
    rmSync(home, { recursive: true })
  })

  it('leaves a record for each payee of the year, filed or not, with the reason', async () => {
    const { rows } = await here.payments.records.list(year.place.caller, { limit: 10, filingId: made.filing.id })
    expect(rows.map(({ subjectId, required }) => [subjectId, required])).toEqual([
      [year.told.id, true],
      [year.numberless.id, true],
      [year.untold.id, true],
      [year.corporation.id, true],
      [year.small.id, false],
    ])
    expect(rows[4]?.reason.ja).toBe('年間の支払金額が5万円以下のため')
    expect(rows[0]).toMatchObject({ amount: 150_000, withheld: 15_315, form: '309', year: 2026 })
    expect(await here.payments.records.get(year.place.caller, rows[0]?.id ?? '')).toEqual(rows[0])
  })

  it('announces that the package is ready, by ids', async () => {
    const rows = await here.db.mongoose.connection.db
      ?.collection('outbox')
      .find({ type: 'payment_records.ready' })
      .toArray()
    expect(rows?.map(({ data }) => data)).toContainEqual({ filingId: made.filing.id, companyId: year.place.companyId })
  })

  it('is used up by the download, and the next try is refused on record', async () => {
    expect(await codeOf(here.payments.filings.package(year.place.caller, made.filing.id))).toBe('used_up')
    const tries = (await here.entriesOf(year.place.caller)).filter(({ operation }) => operation === 'download')
    expect(tries.map(({ outcome }) => outcome)).toEqual(['released', 'refused'])
    expect(await here.payments.filings.get(year.place.caller, made.filing.id)).toMatchObject({
      packageState: 'used_up',
    })
  })

  it('of another organization is not there, nor are its records and copies', async () => {
    const { caller } = await here.newOrganization()
    const [record] = (await here.payments.records.list(year.place.caller, { limit: 1 })).rows
    expect(await codeOf(here.payments.filings.get(caller, made.filing.id))).toBe('not_found')
    expect(await codeOf(here.payments.filings.package(caller, made.filing.id))).toBe('not_found')
    expect(
      await codeOf(here.payments.filings.create(caller, { companyId: year.place.companyId, form: '309', year: 2026 })),
    ).toBe('not_found')
    expect(await codeOf(here.payments.records.get(caller, record?.id ?? ''))).toBe('not_found')
    expect(await codeOf(here.payments.payeeCopy(caller, record?.id ?? ''))).toBe('not_found')
    expect((await here.payments.filings.list(caller, { limit: 10 })).rows).toEqual([])
    expect((await here.payments.records.list(caller, { limit: 10 })).rows).toEqual([])
  })

  it('made again keeps the ids of the records', async () => {
    const idsOf = async () =>
      (await here.payments.records.list(year.place.caller, { limit: 10 })).rows.map(({ id }) => id)
    const before = await idsOf()
    await here.file(year.place)
    expect(await idsOf()).toEqual(before)
  })
})

describe('the payee’s copy', () => {
  it('is a PDF of the slip, the same every time', async () => {
    const [record] = (await here.payments.records.list(year.place.caller, { limit: 1 })).rows
    const copy = await here.payments.payeeCopy(year.place.caller, record?.id ?? '')
    expect(copy.subarray(0, 5).toString('latin1')).toBe('%PDF-')
    expect(copy.equals(await here.payments.payeeCopy(year.place.caller, record?.id ?? ''))).toBe(true)
  })
})

describe('more than six 支払内容', () => {
  it('go on in further records with the same number', async () => {
    const place = await here.newOrganization()
    const { id } = await here.payee(place)
    await here.register(place, id, place.noticeId)
    for (let i = 1; i <= 7; i++) await here.pay(place, id, { detail: `第${i}巻`, remarks: '消費税込み' })
    const { filing } = await here.file(place)
    const { records } = await here.opened(place.caller, filing.id)
    expect(filing.counts).toEqual({ slips: 1, withoutNumber: 0 })
    expect(records.map((record) => [item(record, 16), item(record, 22), item(record, 46), item(record, 51)])).toEqual([
      ['第１巻', '第２巻', '第６巻', '消費税込み'],
      ['第７巻', '', '', ''],
    ])
    expect(item(records[0], 53) === item(records[1], 53) && item(records[0], 53)?.length).toBe(13)
  })
})

describe('a slip whose items are as long as they may be', () => {
  it('is filed: what the record holds, the sheet holds', async () => {
    const place = await here.newOrganization({ name: '社'.repeat(30), address: '東'.repeat(60) })
    const { id } = await here.payee(place, { name: '名'.repeat(30), address: '横'.repeat(60) })
    for (let i = 0; i < 6; i++)
      await here.pay(place, id, {
        kind: '区'.repeat(9) + i,
        detail: '細'.repeat(20),
        amount: 9_999_999_999,
        unpaid: 9_999_999_999,
        withheld: 9_999_999_999,
        withheldUnpaid: 9_999_999_999,
        ...(i === 0 ? { remarks: '摘'.repeat(100) } : {}),
      })
    const { filing } = await here.file(place)
    expect(filing.problems).toEqual([])
    expect(filing.packageState).toBe('ready')
  })
})

describe('a sole proprietor', () => {
  it('files with the own number on every slip, released once', async () => {
    const place = await here.newOrganization({ kind: 'sole_proprietor' })
    const proprietorId = place.company.proprietorId ?? ''
    const own = await here.register(place, proprietorId, place.noticeId)
    for (let i = 0; i < 3; i++) await here.pay(place, (await here.payee(place)).id)
    const { filing } = await here.file(place)
    const { records } = await here.opened(place.caller, filing.id)
    expect(records.map((record) => item(record, 52) === `0${own}`)).toEqual([true, true, true])
    const released = (await here.entriesOf(place.caller)).filter(
      ({ operation, outcome }) => operation === 'file' && outcome === 'released',
    )
    expect(released.map(({ subjectId }) => subjectId)).toEqual([proprietorId])
  })

  it('without a number gets blank slips, and is told', async () => {
    const place = await here.newOrganization({ kind: 'sole_proprietor' })
    await here.pay(place, (await here.payee(place)).id)
    const { filing } = await here.file(place)
    expect(filing.packageState).toBe('ready')
    expect(filing.problems).toMatchObject([{ subjectId: place.company.proprietorId, code: 'number_missing' }])
  })
})

describe('a filing that cannot be written', () => {
  it('fails as a whole, lists every problem by payee and item, and touches no number', async () => {
    const place = await here.newOrganization()
    const good = await here.payee(place)
    await here.register(place, good.id, place.noticeId)
    const noAddress = await here.subjects.create(place.caller, {
      kind: 'payee',
      companyId: place.companyId,
      name: '住所　無子',
    })
    const oldForm = await here.payee(place, { name: '髙橋　一郎' })
    const wordy = await here.payee(place, { name: '長い　摘要' })
    for (const { id } of [good, noAddress, oldForm]) await here.pay(place, id)
    await here.pay(place, wordy.id, { remarks: 'あ'.repeat(60) })
    await here.pay(place, wordy.id, { remarks: 'い'.repeat(60) })
    const { job, filing } = await here.file(place)
    expect(job.state).toBe('failed')
    expect(filing).toMatchObject({ state: 'draft', packageState: 'failed' })
    expect(filing.problems.map(({ subjectId, item: of, code }) => [subjectId, of, code])).toEqual([
      [noAddress.id, '項番12 支払を受ける者 住所（居所）又は所在地', 'required'],
      [oldForm.id, '項番14 支払を受ける者 氏名又は名称', 'unmappable_character'],
      [wordy.id, '項番51 摘要', 'too_long'],
    ])
    expect(JSON.stringify([job, filing])).not.toContain('橋')
    expect((await here.entriesOf(place.caller)).filter(({ operation }) => operation === 'file')).toEqual([])
    expect(await codeOf(here.payments.filings.package(place.caller, filing.id))).toBe('conflict')
  })

  it('tells what is wrong with the payer once, not on every slip', async () => {
    const place = await here.newOrganization({ name: '株式会社髙橋' })
    for (let i = 0; i < 3; i++) await here.pay(place, (await here.payee(place)).id)
    const { filing } = await here.file(place)
    expect(filing.problems).toMatchObject([{ item: '項番5 提出義務者の氏名又は名称', code: 'unmappable_character' }])
  })

  it('fails when nobody is over the limits', async () => {
    const place = await here.newOrganization()
    await here.pay(place, (await here.payee(place)).id, { amount: 50_000, withheld: 5105 })
    expect((await here.file(place)).job.state).toBe('failed')
  })

  it('is refused at once without payments, without the company’s address, and while another is prepared', async () => {
    const place = await here.newOrganization()
    const { caller, companyId } = place
    const wish = { companyId, form: '309', year: 2026 } as const
    expect(await codeOf(here.payments.filings.create(caller, wish))).toBe('conflict')
    await here.pay(place, (await here.payee(place)).id)
    await here.payments.filings.create(caller, wish)
    expect(await codeOf(here.payments.filings.create(caller, wish))).toBe('conflict')
    const bare = await here.organizations.createCompany(
      caller,
      { name: '住所なし', kind: 'corporation', corporateNumber: '7000012050002' },
      () => Promise.reject(new Error('none')),
    )
    expect(await codeOf(here.payments.filings.create(caller, { ...wish, companyId: bare._id }))).toBe('required')
  })
})
