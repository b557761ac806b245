import { AzukariProblem } from '@azukari/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openNote, readVerifierKey } from '../../src/core/ledger/checkpoint-note.ts'
import { leafHash } from '../../src/core/ledger/leaf.ts'
import { continues, includes } from '../../src/core/ledger/merkle.ts'
import { fixtureNumber } from '../support/fixture-number.ts'
import { type Databases, openDatabases } from '../support/raw.ts'
import {
  makeEmployee,
  makeOrganization,
  startTestService,
  type TestOrganization,
  type TestService,
} from '../support/service.ts'

const bytes = (hash: string): Buffer => Buffer.from(hash, 'base64')
const refusalOf = (ask: Promise<unknown>) =>
  ask.then(
    () => ({ status: 200, code: 'it worked' }),
    (error: unknown) =>
      error instanceof AzukariProblem ? { status: error.status, code: error.code } : { code: `${error}` },
  )

let service: TestService
let raw: Databases
let org: TestOrganization
let employeeId: string
beforeAll(async () => {
  service = await startTestService({ worker: false })
  raw = await openDatabases()
  org = await makeOrganization(service)
  employeeId = (await makeEmployee(org)).id
  await org.handler.does.numbers.register(employeeId, { number: fixtureNumber(1) })
})
afterAll(async () => {
  await raw.close()
  await service.close()
})

const reveal = () => org.handler.does.reveals.create({ subjectIds: [employeeId], purpose: 'withholding_tax' })
const keysOf = async (of: TestOrganization) =>
  (await of.auditor.does.ledger.listPublicKeys()).data.flatMap((key) => readVerifierKey(key.verifierKey) ?? [])

describe('the ledger over the API', () => {
  it('proves that a reveal is in it, and that nothing before was changed, to whoever keeps a checkpoint and the key', async () => {
    const first = await org.auditor.does.ledger.createCheckpoint()
    const entryId = (await reveal()).numbers[0]?.entryId ?? ''
    expect(await refusalOf(org.auditor.does.ledger.getInclusionProof({ entryId }))).toEqual({
      status: 409,
      code: 'not_ready',
    })
    const now = await org.auditor.does.ledger.createCheckpoint()
    const keys = await keysOf(org)
    const opened = openNote(now.note, keys)
    expect(opened).toMatchObject({ origin: `azukari/${org.organization.id}`, size: now.size, root: bytes(now.root) })

    const proof = await org.auditor.does.ledger.getInclusionProof({ entryId })
    expect(leafHash(proof.leaf)).toEqual(bytes(proof.leafHash))
    const path = proof.hashes.map(bytes)
    expect(includes(bytes(proof.leafHash), proof.index, proof.size, path, opened?.root ?? Buffer.alloc(0))).toBe(true)
    const leaf = JSON.parse(proof.leaf)
    expect(leaf).toMatchObject({ v: 1, id: entryId, operation: 'view', outcome: 'released', subjectId: employeeId })
    expect(proof.leaf).not.toContain('試験 太郎')
    expect(leaf.commitments).toHaveProperty('subjectName')
    expect(proof.checkpoint).toBe(now.note)

    const { from, to, hashes } = await org.auditor.does.ledger.getConsistencyProof({ from: first.size })
    const tree = ({ size, root }: typeof from) => ({ size, root: bytes(root) })
    expect(continues(tree(from), tree(to), hashes.map(bytes))).toBe(true)
    expect([from.checkpoint, to.checkpoint]).toEqual([first.note, now.note])
  })

  it('lists checkpoints newest first, page by page', async () => {
    await reveal()
    await org.client.ledger.createCheckpoint()
    const page = await org.client.ledger.listCheckpoints({ limit: 2, total: true })
    expect(page.data).toHaveLength(2)
    expect(page.total).toBe('3')
    const rest = await org.client.ledger.listCheckpoints({ limit: 2, ...(page.next && { after: page.next }) })
    const sizes = [...page.data, ...rest.data].map(({ size }) => size)
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a))
    expect(new Set(sizes).size).toBe(3)
  })

  it('answers a repeated request for a checkpoint with the one it made', async () => {
    const options = { idempotencyKey: 'checkpoint-1' }
    const first = await org.client.ledger.createCheckpoint(options)
    await reveal()
    expect(await org.client.ledger.createCheckpoint(options)).toEqual(first)
  })

  it('refuses sizes that are none, and another organization’s entry', async () => {
    const { size } = await org.client.ledger.createCheckpoint()
    const other = await makeOrganization(service)
    const [entry] = (await org.auditor.does.ledger.listEntries({ limit: 1 })).data
    const entryId = entry?.id ?? ''
    for (const ask of [
      () => org.auditor.does.ledger.getConsistencyProof({ from: size + 1 }),
      () => org.auditor.does.ledger.getConsistencyProof({ from: 0 }),
      () => org.auditor.does.ledger.getConsistencyProof({ from: size, to: size - 1 }),
      () => org.auditor.does.ledger.getInclusionProof({ entryId, size: 9_007_199_254_740_991 }),
      () => org.auditor.does.ledger.getInclusionProof({ entryId: 'ent_%' }),
    ])
      expect(await refusalOf(ask())).toEqual({ status: 400, code: 'invalid_request' })
    expect(await refusalOf(other.auditor.does.ledger.getInclusionProof({ entryId }))).toMatchObject({ status: 404 })
    const foreign = await org.client.ledger.createCheckpoint()
    expect(openNote(foreign.note, await keysOf(other))).toBeUndefined()
  })
})

describe('while entries wait for more than five minutes', () => {
  const entries = () => raw.data.collection<Record<string, unknown>>('ledger_entries')
  const organizationId = () => org.organization.id

  it('no number leaves and none is disposed of, and registering goes on', async () => {
    const recipient = await org.client.recipients.create({ name: '給与', kind: 'own_payroll' })
    const payee = await org.client.subjects.create({
      kind: 'payee',
      companyId: org.company.id,
      name: '支払 先子',
      address: '東京都',
    })
    await org.client.payments.create({
      ...{ companyId: org.company.id, subjectId: payee.id, category: 'manuscript', kind: '原稿料' },
      ...{ amount: 60_000, withheld: 6126, dueOn: '2026-05-01' },
    })
    const leaver = await makeEmployee(org)
    await org.handler.does.numbers.register(leaver.id, { number: fixtureNumber(2) })
    await org.client.subjects.createEmploymentEvent(leaver.id, { kind: 'retired', on: '2010-03-31' })
    await org.client.ledger.createCheckpoint()
    await reveal()
    await entries().updateOne(
      { organizationId: organizationId(), unsealed: true },
      { $set: { recordedAt: new Date(Date.now() - 301_000) } },
    )
    const stopped = { status: 503, code: 'unavailable' }
    expect(await refusalOf(reveal())).toEqual(stopped)
    const asked = { companyId: org.company.id, recipientId: recipient.id, purpose: 'withholding_tax' as const }
    const [format] = (await org.client.fileFormats.list()).data.filter(({ direction }) => direction === 'export')
    expect(await refusalOf(org.handler.does.exports.create({ ...asked, format: format?.id ?? '' }))).toEqual(stopped)
    expect(
      await refusalOf(org.handler.does.filings.create({ companyId: org.company.id, form: '309', year: 2026 })),
    ).toEqual(stopped)
    expect(await refusalOf(org.officer.does.disposals.create({ subjectIds: [leaver.id] }))).toEqual(stopped)
    const answer = await fetch(`${service.baseUrl}/readyz`)
    expect(answer.status).toBe(200)
    expect((await answer.json()).ledgerLagSeconds).toBeGreaterThanOrEqual(301)
    const metrics = await org.client.operation.metrics()
    expect(Number(/^azukari_ledger_lag_seconds (\S+)$/m.exec(metrics)?.[1])).toBeGreaterThanOrEqual(301)
    expect(metrics).not.toContain(organizationId())

    const newcomer = await makeEmployee(org)
    expect(await org.handler.does.numbers.register(newcomer.id, { number: fixtureNumber(3) })).toMatchObject({
      state: 'registered',
    })
    const other = await makeOrganization(service)
    const theirs = await makeEmployee(other)
    await other.handler.does.numbers.register(theirs.id, { number: fixtureNumber(4) })
    const revealed = await other.handler.does.reveals.create({ subjectIds: [theirs.id], purpose: 'withholding_tax' })
    expect(revealed.numbers).toHaveLength(1)

    // Back-dating is tampering, and found; and sealed is sealed.
    await org.client.ledger.createCheckpoint()
    expect(await entries().countDocuments({ organizationId: organizationId(), tampered: true })).toBe(1)
    expect(service.logLines.some((line) => line.includes('tampered'))).toBe(true)
    expect((await reveal()).numbers).toHaveLength(1)
    expect(await org.officer.does.disposals.create({ subjectIds: [leaver.id] })).toMatchObject({ state: 'running' })
  })

  it('says Retry-After', async () => {
    await reveal()
    await entries().updateOne(
      { organizationId: organizationId(), unsealed: true },
      { $set: { recordedAt: new Date(Date.now() - 301_000) } },
    )
    const error = await reveal().catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ status: 503, retryAfterSeconds: 30 })
    await org.client.ledger.createCheckpoint()
  })
})
