import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AzukariReceiptError, createSession, verifyLedger, verifyReceipt } from '@azukari/sdk'
import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { takeLedger } from '../../scripts/demo/verify-offline.ts'
import type { EntryRow } from '../../src/core/ledger/ledger.store.ts'
import { emptyRange, extended, rangeRoot } from '../../src/core/ledger/range.ts'
import { leafOf, type OpenedNames } from '../../src/core/ledger/row-leaf.ts'
import { tokenFor } from '../support/contract.ts'
import { fixtureNumber } from '../support/fixture-number.ts'
import { type Databases, jsonHeaders, openDatabases, rawRequest } from '../support/raw.ts'
import {
  makeEmployee,
  makeOrganization,
  startTestService,
  type TestOrganization,
  type TestService,
} from '../support/service.ts'

let service: TestService
let databases: Databases
let org: TestOrganization
let ahead = 0
beforeAll(async () => {
  service = await startTestService({ clock: { now: () => new Date(Date.now() + ahead) } })
  databases = await openDatabases()
  org = await makeOrganization(service)
})
afterAll(async () => {
  await databases.close()
  await service.close()
})

const purpose = 'withholding_tax'
const opened = async (receipt: string | undefined) =>
  verifyReceipt(receipt ?? '', await service.vendor.authorization.jwks())

/** The leaf as anybody makes it anew from the row that lies in the database. */
const leafHashOf = async (row: EntryRow): Promise<string> => {
  const cipher = await service.core.keys.fields.for(org.organization.id)
  const names = Buffer.from((row.names as unknown as { buffer: Uint8Array }).buffer)
  return leafOf(row, cipher.openJson(row._id, 'names', names) as OpenedNames).hash.toString('base64url')
}
const rowsOf = (filter: Record<string, unknown>): Promise<EntryRow[]> =>
  databases.data
    .collection<EntryRow>('ledger_entries')
    .find({ organizationId: org.organization.id, ...filter })
    .sort({ line: 1 })
    .toArray()

/** Whether it is of this service, about this organization, and promises the leaf that is there, of this operation. */
const mustPromise = async (receipt: string | undefined, operations: readonly string[]): Promise<void> => {
  const { issuer, organizationId, entries = [] } = await opened(receipt)
  expect({ issuer, organizationId }).toEqual({
    issuer: 'https://azukari.test',
    organizationId: org.organization.id,
  })
  const rows = await rowsOf({ _id: { $in: entries.map(({ id }) => id) } })
  const byId = new Map(rows.map((row) => [row._id, row]))
  expect(entries.map(({ id }) => byId.get(id)?.operation)).toEqual(operations)
  for (const { id, leafHash } of entries) {
    const row = byId.get(id)
    if (row === undefined) throw new Error('no such entry')
    expect(leafHash).toBe(await leafHashOf(row))
  }
}
const registered = async (number: string, more: Record<string, unknown> = {}) => {
  const { id } = await makeEmployee(org, more)
  return { id, ...(await org.handler.does.numbers.register(id, { number, issuedOn: '2016-01-01' })) }
}

describe('an act that touches digits', () => {
  it('is answered with a signed receipt that promises its entry: 代理登録 修正 再発行 番号確認', async () => {
    const { id, receipt } = await registered(fixtureNumber(1))
    await mustPromise(receipt, ['register_by_proxy'])
    const corrected = await org.handler.does.numbers.correct(id, { number: fixtureNumber(2), reason: '入力誤り' })
    await mustPromise(corrected.receipt, ['correct'])
    const reissued = await org.handler.does.numbers.reissue(id, { number: fixtureNumber(3), issuedOn: '2020-01-01' })
    await mustPromise(reissued.receipt, ['reissue'])
    const versionId = reissued.current?.id ?? ''
    await mustPromise((await org.reviewer.does.numbers.check(id, { versionId })).receipt, ['check'])
    // Checked already: nothing was done, so nothing is promised. And who only looks has done nothing either.
    expect(await org.reviewer.does.numbers.check(id, { versionId })).not.toHaveProperty('receipt')
    expect(await org.client.numbers.get(id)).not.toHaveProperty('receipt')
  })

  it('閲覧: one entry for each person, in the order asked for', async () => {
    const [a, b] = [await registered(fixtureNumber(4)), await registered(fixtureNumber(5))]
    const reveal = await org.handler.does.reveals.create({ subjectIds: [b.id, a.id], purpose })
    await mustPromise(reveal.receipt, ['view', 'view'])
    expect((await opened(reveal.receipt)).entries?.map(({ id }) => id)).toEqual(
      reveal.numbers.map(({ entryId }) => entryId),
    )
    expect(reveal.receipt).not.toContain(Buffer.from(fixtureNumber(4)).toString('base64url'))
  })

  it('sent again with its Idempotency-Key, is signed anew from the same entry, and the same', async () => {
    const { id } = await makeEmployee(org)
    const token = await tokenFor(service.baseUrl, service.credentials, {
      organization: org.organization.id,
      staff: org.handler.id,
    })
    const send = () =>
      rawRequest(service, 'POST', `/v1/subjects/${id}/number`, {
        token,
        headers: { ...jsonHeaders, 'idempotency-key': 'receipt-1' },
        body: JSON.stringify({ number: fixtureNumber(6) }),
      })
    const first = await send()
    ahead = 3000
    const again = await send()
    ahead = 0
    expect(again.text).toBe(first.text)
    await mustPromise(String(again.json.receipt), ['register_by_proxy'])
    // Ids and hashes were kept, and no signature.
    const kept = await databases.data.collection('idempotency').findOne({ subjectId: id })
    const cipher = await service.core.keys.fields.for(org.organization.id)
    const answer = cipher.openJson(String(kept?._id), 'answer', Buffer.from(kept?.answer.buffer)) as object
    expect(answer).toMatchObject({ status: 201, entries: [{ id: expect.any(String), leafHash: expect.any(String) }] })
    expect(JSON.stringify(answer)).not.toContain('receipt')
    expect(await rowsOf({ subjectId: id, operation: 'register_by_proxy' })).toHaveLength(1)
  })

  it('by the person: the receipt of the submission promises every entry of theirs, and can be asked for again', async () => {
    const employee = await makeEmployee(org)
    const request = await org.client.requests.create({ subjectId: employee.id })
    const { url } = await org.client.requests.createLink(request.id)
    const session = createSession({ baseUrl: service.baseUrl, token: url.slice(url.indexOf('#') + 1) })
    await session.acceptNotice({ noticeId: (await session.get()).notice.id })
    await session.setNumber({ number: fixtureNumber(7) })
    await session.setNumber({ number: fixtureNumber(8) })
    await session.check()
    const submitted = await session.submit()
    const acts = ['register', 'correct', 'check', 'request']
    await mustPromise(submitted.receipt, acts)
    expect((await opened(submitted.receipt)).entries?.map(({ id }) => id)).toEqual(submitted.entryIds)
    await mustPromise((await session.receipt()).receipt, acts)
  })

  it('廃棄: the answer promises 削除開始, the job 削除', async () => {
    const leaver = await registered(fixtureNumber(9))
    await org.client.subjects.createEmploymentEvent(leaver.id, { kind: 'retired', on: '2026-03-31' })
    await org.client.testClock.set({ now: '2045-01-01T00:00:00.000Z' })
    const disposal = await org.officer.does.disposals.create({ subjectIds: [leaver.id] })
    await mustPromise(disposal.receipt, ['delete_started'])
    const { receipt } = await org.client.jobs.wait(disposal.jobId)
    const [entry] = await rowsOf({ jobId: disposal.jobId, operation: 'delete' })
    if (entry === undefined) throw new Error('no entry')
    const root = await leafHashOf(entry)
    expect((await opened(receipt)).job).toEqual({ id: disposal.jobId, operation: 'delete', count: 1, root })
  })
})

describe('a bulk job', () => {
  it('has one receipt: count and Merkle root of its entries in the order of their lines', async () => {
    const recipient = await org.client.recipients.create({ name: '給与', kind: 'own_payroll' })
    const wish = { companyId: org.company.id, format: 'payroll-7', purpose, recipientId: recipient.id } as const
    const { jobId } = await org.handler.does.exports.create(wish)
    const job = await org.client.jobs.wait(jobId)
    const rows = await rowsOf({ jobId, operation: 'export' })
    expect(rows.length).toBeGreaterThan(4)
    const hashes = await Promise.all(rows.map(leafHashOf))
    const range = extended(
      emptyRange,
      hashes.map((hash) => Buffer.from(hash, 'base64url')),
    )
    expect((await opened(job.receipt)).job).toEqual({
      id: jobId,
      operation: 'export',
      count: rows.length,
      root: rangeRoot(range),
    })
    expect(job.receipt?.length).toBeLessThan(1000)
  })

  it('支払調書: a filing promises one 提出 for each number that stands in it, and the SDK finds them in the ledger', async () => {
    const payees = await Promise.all(
      ['山田　花子', '鈴木　次郎', '佐藤　三郎'].map((name) =>
        org.client.subjects.create({ kind: 'payee', companyId: org.company.id, name, address: '横浜市中区本町４－５' }),
      ),
    )
    for (const [i, { id }] of payees.entries()) {
      // The last one's number has not come yet: a slip without it, and nothing to put on record.
      if (i < 2) await org.handler.does.numbers.register(id, { number: fixtureNumber(40 + i) })
      await org.client.payments.create({
        ...{ companyId: org.company.id, subjectId: id, category: 'manuscript', kind: '講演料' },
        ...{ amount: 120_000, withheld: 12_252, dueOn: '2026-06-30' },
      })
    }
    const { jobId } = await org.handler.does.filings.create({ companyId: org.company.id, form: '309', year: 2026 })
    const { receipt = '' } = await org.client.jobs.wait(jobId)
    const rows = await rowsOf({ jobId, operation: 'file' })
    expect(rows.map(({ subjectId }) => subjectId).sort()).toEqual([payees[0]?.id, payees[1]?.id].sort())
    const hashes = await Promise.all(rows.map(leafHashOf))
    const root = rangeRoot(
      extended(
        emptyRange,
        hashes.map((hash) => Buffer.from(hash, 'base64url')),
      ),
    )
    expect((await opened(receipt)).job).toEqual({ id: jobId, operation: 'file', count: 2, root })

    const home = mkdtempSync(join(tmpdir(), 'azukari-receipts-'))
    try {
      const { ledger, checkpoints, keys } = await takeLedger(org.auditor.does, home, () => undefined)
      const verify = async (entries: string) =>
        verifyLedger({
          entries: entries.split('\n'),
          checkpoints: [readFileSync(checkpoints, 'utf8')],
          publicKeys: readFileSync(keys, 'utf8'),
          receipts: [receipt],
          receiptKeys: await service.vendor.authorization.jwks(),
        })
      const whole = readFileSync(ledger, 'utf8')
      expect(await verify(whole)).toMatchObject({ ok: true, receiptsVerified: 1 })
      const without = whole.split('\n').filter((line) => !line.includes(rows[1]?._id ?? '-'))
      expect((await verify(without.join('\n'))).problems.map(({ kind }) => kind)).toContain('receipt_missing')
    } finally {
      rmSync(home, { recursive: true, force: true })
    }
  })

  it('取扱記録の出力: an export of the ledger touches no number, so it has none, and stands in the ledger itself', async () => {
    const before = await rowsOf({ operation: 'export_ledger' })
    const made = await org.auditor.does.ledgerExports.create({ format: 'jsonl' })
    expect(await org.auditor.does.jobs.wait(made.jobId)).not.toHaveProperty('receipt')
    const known = before.map(({ _id }) => _id)
    expect(await rowsOf({ operation: 'export_ledger', _id: { $nin: known } })).toMatchObject([
      { outcome: 'done', actor: { type: 'staff', id: org.auditor.id } },
    ])
  })

  it('that touches no number has none', async () => {
    const { jobId } = await org.handler.does.imports.create('社員コード,氏名\n', {
      kind: 'roster',
      companyId: org.company.id,
    })
    const job = await org.client.jobs.wait(jobId).catch(() => org.client.jobs.get(jobId))
    expect(job).not.toHaveProperty('receipt')
  })
})

describe('verifyReceipt', () => {
  const codeOf = (receipt: string): Promise<string> =>
    opened(receipt).then(
      () => 'ok',
      (error: unknown) => (error instanceof AzukariReceiptError ? error.code : String(error)),
    )

  it('refuses what was changed, what another key signed, and what is of another kind', async () => {
    const { receipt = '' } = await registered(fixtureNumber(10))
    const [head = '', body = '', signature = ''] = receipt.split('.')
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>
    const changed = Buffer.from(JSON.stringify({ ...claims, entries: [] })).toString('base64url')
    expect(await codeOf(receipt)).toBe('ok')
    expect(await codeOf(`${head}.${changed}.${signature}`)).toBe('signature_mismatch')
    const other = { alg: 'EdDSA', typ: 'azukari-receipt+jws', kid: 'not-one-of-them' }
    const otherHead = Buffer.from(JSON.stringify(other)).toString('base64url')
    expect(await codeOf(`${otherHead}.${body}.${signature}`)).toBe('key_unknown')
    // A key of this service for another use signs things of another type.
    const { kid, privateKey } = await service.core.keys.signing.key('certificate')
    const certificate = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'EdDSA', kid, typ: 'azukari-certificate+jwt' })
      .sign(privateKey)
    expect(await codeOf(certificate)).toBe('receipt_malformed')
    for (const nothing of ['', 'a.b', 'a.b.c', `${receipt}.x`, `.${body}.${signature}`, '..'])
      expect(await codeOf(nothing)).toBe('receipt_malformed')
  })
})
