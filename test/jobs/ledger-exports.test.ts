import { createHash } from 'node:crypto'
import type { Azukari } from '@azukari/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readNote } from '../../src/core/ledger/checkpoint-note.ts'
import { includes } from '../../src/core/ledger/merkle.ts'
import { fixtureNumber } from '../support/fixture-number.ts'
import { openDatabases } from '../support/raw.ts'
import {
  makeEmployee,
  makeOrganization,
  startTestService,
  type TestOrganization,
  type TestService,
} from '../support/service.ts'

let service: TestService
let org: TestOrganization
let auditor: Azukari
let ahead = 0
let before: string

beforeAll(async () => {
  service = await startTestService({ clock: { now: () => new Date(Date.now() + ahead) } })
  org = await makeOrganization(service)
  auditor = org.auditor.does
  const first = await makeEmployee(org, { code: '104', name: '東野 二郎' })
  const formula = await makeEmployee(org, { code: '001', name: '=HYPERLINK("https://example.com"),"A"' })
  for (const [i, { id }] of [first, formula].entries())
    await org.handler.does.numbers.register(id, { number: fixtureNumber(80 + i) })
  await org.handler.does.reveals.create({ subjectIds: [first.id, formula.id], purpose: 'withholding_tax' })
  await org.auditor.does.reveals.create({ subjectIds: [first.id], purpose: 'withholding_tax' }).catch(() => undefined)
  before = new Date(Date.now() + 1).toISOString()
  await new Promise((resolve) => setTimeout(resolve, 5))
}, 60_000)
afterAll(() => service.close())

type Request = Parameters<Azukari['ledgerExports']['create']>[0]
const madeBy = async (who: Azukari, request: Request) => {
  const asked = await who.ledgerExports.create(request)
  await who.jobs.wait(asked.jobId)
  return who.ledgerExports.get(asked.id)
}
const textOf = async (id: string): Promise<string> =>
  new TextDecoder('utf-8', { ignoreBOM: true }).decode(await (await auditor.ledgerExports.download(id)).bytes())

describe('as CSV', () => {
  it('the log has the customers’ nine columns, for a spreadsheet: BOM, CR LF, and nothing that it takes for a formula', async () => {
    const made = await madeBy(auditor, { format: 'csv', to: before, order: 'asc', actor: 'j-handler' })
    expect(made).toMatchObject({ state: 'ready', format: 'csv', order: 'asc', filters: { actor: 'j-handler' } })
    const text = await textOf(made.id)
    expect(
      text.startsWith(
        '\uFEFF操作日時,部門コード,部門,社員コード,対象者,操作,機能名,操作した人(ユーザID),操作した人(ユーザ名)\r\n',
      ),
    ).toBe(true)
    const rows = text.split('\r\n').slice(1, -1)
    expect(rows).toHaveLength(made.entries ?? 0)
    const acts = rows.filter((row) => !row.includes(',ログイン,'))
    expect(acts.map((row) => row.replace(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d,/, ''))).toEqual([
      '101,社長室,104,東野 二郎,代理登録,マイナンバー代理登録,j-handler,担当 handler',
      `101,社長室,001,"'=HYPERLINK(""https://example.com""),""A""",代理登録,マイナンバー代理登録,j-handler,担当 handler`,
      '101,社長室,104,東野 二郎,閲覧,マイナンバー表示,j-handler,担当 handler',
      `101,社長室,001,"'=HYPERLINK(""https://example.com""),""A""",閲覧,マイナンバー表示,j-handler,担当 handler`,
    ])
  })

  it('what was refused says so', async () => {
    const made = await madeBy(auditor, { format: 'csv', to: before, outcome: 'refused' })
    expect(made.entries).toBe(1)
    expect(await textOf(made.id)).toContain(',閲覧（拒否）,権限の確認,j-auditor,担当 auditor')
  })

  it('is narrowed by name, which lies encrypted in the request', async () => {
    const made = await madeBy(auditor, { format: 'csv', to: before, name: '二郎' })
    expect(made).toMatchObject({ entries: 3, filters: { name: '二郎' } })
    const databases = await openDatabases()
    try {
      expect(await databases.content()).not.toContain('二郎')
    } finally {
      await databases.close()
    }
  })

  it('has the period of the list: three months where none is named, never backwards', async () => {
    const made = await madeBy(auditor, { format: 'csv' })
    const days = (Date.parse(made.to ?? '') - Date.parse(made.from ?? '')) / 86_400_000
    expect(days).toBe(92)
    const refused = { status: 400, errors: [{ pointer: '/from' }] }
    await expect(auditor.ledgerExports.create({ format: 'csv', from: before, to: before })).rejects.toMatchObject(
      refused,
    )
    const from = '2010-01-01T00:00:00Z'
    await expect(auditor.ledgerExports.create({ format: 'csv', from, to: before })).rejects.toMatchObject(refused)
  })
})

type Line = { index: number | null; leaf: string; leafHash: string; values: object; proof?: string[] }
const linesOf = async (id: string) => {
  const [header = '{}', ...lines] = (await textOf(id)).trimEnd().split('\n')
  return { header: JSON.parse(header), lines: lines.map((line) => JSON.parse(line) as Line) }
}
const bytes = (text: string): Buffer => Buffer.from(text, 'base64url')
const isProven = (line: Line, size: number, root: Buffer): boolean =>
  bytes(line.leafHash).equals(createHash('sha256').update('\0').update(line.leaf).digest()) &&
  includes(bytes(line.leafHash), line.index ?? -1, size, (line.proof ?? []).map(bytes), root)

describe('as JSON Lines', () => {
  it('without a filter it is everything, in the order of the log, each line proven to the checkpoint in the header', async () => {
    const made = await madeBy(auditor, { format: 'jsonl' })
    expect(made.from).toBeUndefined()
    const { header, lines } = await linesOf(made.id)
    expect(header).toMatchObject({
      azukariLedger: 1,
      organizationId: org.organization.id,
      from: 0,
      frontier: [],
      selection: false,
      filters: {},
    })
    const note = readNote(header.checkpoint)
    expect(note?.size).toBe(header.size)
    expect(made).toMatchObject({ entries: header.size, checkpointSize: header.size })
    expect(lines.map(({ index }) => index)).toEqual(Array.from({ length: header.size }, (_, i) => i))
    for (const line of lines) expect(isProven(line, header.size, note?.root ?? Buffer.alloc(0))).toBe(true)
    expect(JSON.stringify(lines)).toContain('東野 二郎')
  })

  it('of a selection says so, and each of its lines is proven', async () => {
    const made = await madeBy(auditor, { format: 'jsonl', to: before, operation: 'view' })
    const { header, lines } = await linesOf(made.id)
    expect(header).toMatchObject({ selection: true, filters: { operation: 'view' } })
    const root = readNote(header.checkpoint)?.root ?? Buffer.alloc(0)
    expect(lines).toHaveLength(3)
    for (const line of lines) expect(isProven(line, header.size, root)).toBe(true)
  })

  it('a row that somebody has changed does not fit the hash with which it was sealed', async () => {
    const made = await madeBy(auditor, { format: 'jsonl', to: before, operation: 'view' })
    const databases = await openDatabases()
    const entries = databases.data.collection('ledger_entries')
    const changed = { organizationId: org.organization.id, operation: 'view', outcome: 'refused' }
    await entries.updateMany(changed, { $set: { functionName: '番号の印刷' } })
    try {
      const again = await madeBy(auditor, { format: 'jsonl', to: before, operation: 'view' })
      const { header, lines } = await linesOf(again.id)
      const root = readNote(header.checkpoint)?.root ?? Buffer.alloc(0)
      expect(lines.map((line) => isProven(line, header.size, root))).toEqual([false, true, true])
      expect((await linesOf(made.id)).lines).toHaveLength(3)
    } finally {
      await entries.updateMany({ ...changed }, { $set: { functionName: '権限の確認' } })
      await databases.close()
    }
  })
})

describe('the file', () => {
  it('and each of its downloads are on record, and it may be fetched until it expires', async () => {
    const made = await madeBy(auditor, { format: 'pdf', to: before })
    expect((await textOf(made.id)).startsWith('%PDF-1.7')).toBe(true)
    await textOf(made.id)
    const { data } = await auditor.ledger.listEntries({ actor: org.auditor.id, limit: 3 })
    expect(data.map(({ operationLabel, functionName }) => `${operationLabel} ${functionName}`)).toEqual([
      '受取 取扱記録の受取',
      '受取 取扱記録の受取',
      '記録の出力 取扱記録のPDF出力',
    ])
    ahead += 8 * 86_400_000
    try {
      await expect(auditor.ledgerExports.download(made.id)).rejects.toMatchObject({ code: 'expired' })
      expect((await auditor.ledgerExports.get(made.id)).state).toBe('expired')
      const [refused] = (await auditor.ledger.listEntries({ operation: 'download', limit: 1 })).data
      expect(refused).toMatchObject({ outcome: 'refused', refusal: 'expired' })
    } finally {
      ahead -= 8 * 86_400_000
    }
  })

  it('is listed for whoever may read the record, and for nobody else', async () => {
    const listed = await auditor.ledgerExports.list({ limit: 200, total: true })
    expect(listed.total).toBe(String(listed.data.length))
    const [first] = listed.data
    const other = await makeOrganization(service)
    expect((await other.auditor.does.ledgerExports.list({})).data).toEqual([])
    await expect(other.auditor.does.ledgerExports.get(first?.id ?? '')).rejects.toMatchObject({ status: 404 })
    const appointment = { role: 'handler', fromOn: '2020-01-01', departmentId: org.department.id } as const
    const limited = await org.officer.does.staff.create({ name: '部門 係', userId: 'j-limited', appointment })
    const asLimited = org.client.as({ staff: limited.id })
    await expect(asLimited.ledgerExports.create({ format: 'csv' })).rejects.toMatchObject({ status: 403 })
    await expect(asLimited.ledgerExports.download(first?.id ?? '')).rejects.toMatchObject({ status: 403 })
  })

  it('leaves no part behind', async () => {
    const databases = await openDatabases()
    try {
      expect(await databases.data.collection('files').countDocuments({ kind: 'ledger_export_part' })).toBe(0)
    } finally {
      await databases.close()
    }
  })
})
