import type { mongo } from 'mongoose'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { EntryRow } from '../../src/core/ledger/ledger.store.ts'
import type { Touch } from '../../src/core/ledger/ledger.ts'
import { createVerification, type VerificationReport } from '../../src/core/ledger/verification.ts'
import type { Caller } from '../../src/core/shared/caller.ts'
import { createTestCore, type TestCore } from '../support/core.ts'
import { keepRows } from '../support/kept-rows.ts'
import { sealingOf } from '../support/sealing-setup.ts'

/** What somebody does who has the data database, and not the keys: every one of these is found, and the entry named. */
let core: TestCore
let caller: Caller
let sealing: ReturnType<typeof sealingOf>
let organizationId = ''
type Anchored = { name: string; body?: Record<string, unknown> }
let anchored: Anchored[] = []
let outside: Anchored[] = []
let ledger: (EntryRow & { index: number })[] = []
let putBack: () => Promise<void>

const of = (name: string) => core.db.mongoose.connection.collection<mongo.BSON.Document & { _id: string }>(name)
const entries = () => of('ledger_entries')
const verify = (): Promise<VerificationReport> =>
  createVerification({
    ...{ db: core.db, keys: core.keys, publicKeys: sealing.sealing.checkpoints.publicKeys },
    anchors: {
      checkpointsOf: async function* () {
        yield* outside
      },
    },
  }).verify(organizationId)
const first = async () => {
  const { ok, firstBadEntry, findings } = await verify()
  expect(ok).toBe(findings.length === 0)
  return firstBadEntry && [firstBadEntry.kind, firstBadEntry.index, firstBadEntry.entryId]
}
const kinds = async () => [...new Set((await verify()).findings.map(({ kind }) => kind))]

const touch: Touch = {
  operation: 'view',
  functionName: 'マイナンバー閲覧',
  outcome: 'released',
  purpose: 'withholding_tax',
  use: 'view',
  jobId: 'job_1',
  subject: {
    id: 'sub_01JZ0000000000000000000000',
    kind: 'employee',
    companyId: 'com_1',
    code: 'J0013',
    shownName: '東野二郎',
    shownKana: 'トウノ ジロウ',
    department: { code: '101', name: '社長室' },
    grams: [1, 2, 3],
  },
}
const record = async (count: number): Promise<EntryRow[]> => {
  const by = { ...caller, clientId: 'cli_1', network: '192.0.2.1', place: '本社' }
  const rows = await core.ledger.prepare(
    by,
    Array.from({ length: count }, () => touch),
  )
  await core.ledger.append(rows)
  return rows
}
const collections = ['ledger_entries', 'ledger_heads', 'ledger_tiles', 'ledger_checkpoints']

beforeAll(async () => {
  core = await createTestCore()
  caller = (await core.makeOrganization()).caller
  organizationId = caller.organizationId
  sealing = sealingOf(core)
  for (const count of [100, 300, 250]) {
    await record(count)
    await sealing.sealing.checkpoint(caller)
  }
  putBack = await keepRows(collections.map((name) => ({ collection: of(name), filter: { organizationId } })))
  ledger = (await entries().find({ organizationId }).toArray()) as unknown as typeof ledger
  anchored = sealing.anchored.map((checkpoint) => ({ name: checkpoint.checkpointId, body: checkpoint }))
  outside = anchored
})
afterAll(() => core.stop())
/** As it was before. */
afterEach(async () => {
  await putBack()
  outside = anchored
})

const at = (index: number) => {
  const row = ledger.find((each) => each.index === index)
  if (row === undefined) throw new Error('There is no such entry.')
  return row
}
const idAt = (index: number): string => at(index)._id
const change = (index: number, update: object) => entries().updateOne({ _id: idAt(index) }, update)
const size = () => ledger.length

/** As a sealer leaves it that is killed when its round is committed, and `placed` of `count` entries have their places. */
const untilPlaced = async (count: number, placed: number) => {
  await record(count)
  await sealing.sealing.sealAll()
  const sealed = await entries()
    .find({ organizationId, index: { $gte: size() } })
    .sort({ index: 1 })
    .toArray()
  const ids = sealed.map(({ _id }) => _id)
  const leafHashes = Buffer.concat(sealed.map(({ leafHash }) => leafHash.buffer))
  const placing = { from: size(), ids, leafHashes, tampered: [] }
  await of('ledger_heads').updateOne({ organizationId }, { $set: { placing } })
  await entries().updateMany(
    { _id: { $in: ids.slice(placed) } },
    { $set: { unsealed: true }, $unset: { index: 1, leafHash: 1 } },
  )
  return placing
}

describe('a ledger that nobody touched', () => {
  it('is whole, to every checkpoint and every record outside', async () => {
    expect(await verify()).toMatchObject({ ok: true, entries: size(), unsealed: 0, rootsVerified: 6, findings: [] })
  })

  it('is whole with entries that wait, are sealed meanwhile, were erased, or pruned', async () => {
    await record(10)
    expect(await verify()).toMatchObject({ ok: true, unsealed: 10 })
    await sealing.sealing.eraseValues(caller, [idAt(200), idAt(201)])
    expect(await verify()).toMatchObject({ ok: true })
    const below = Number(anchored[0]?.body?.size)
    await sealing.sealing.prune(caller, below)
    const report = await verify()
    expect(report).toMatchObject({ ok: true, entries: size() - below })
    expect(report.rootsVerified).toBe(6)
  })

  it('is whole while a round is sealed of which not all entries have their places; what happens to them meanwhile is named', async () => {
    const placing = await untilPlaced(10, 3)
    expect(await verify()).toMatchObject({ ok: true, entries: size() + 10, unsealed: 0, findings: [] })
    const [placed, changed, gone] = [placing.ids[2], placing.ids[5], placing.ids[7]] as [string, string, string]
    await entries().updateOne({ _id: changed }, { $set: { place: '支店' } })
    expect(await first()).toEqual(['changed', size() + 5, changed])
    await entries().deleteOne({ _id: gone })
    await entries().updateOne({ _id: placed }, { $set: { leafHash: Buffer.alloc(32) } })
    expect((await verify()).findings.map(({ kind, index }) => [kind, index])).toEqual([
      ['changed', size() + 2],
      ['changed', size() + 5],
      ['removed', size() + 7],
    ])
  })
})

describe('an entry', () => {
  const values: Record<string, unknown> = {
    at: new Date('2020-01-01'),
    recordedAt: new Date('2020-01-01'),
    line: 7,
    operation: 'print',
    functionName: '別の機能',
    'actor.type': 'system',
    'actor.id': 'stf_other',
    'actor.userId': 'j9999',
    subjectId: 'sub_other',
    companyId: 'com_other',
    departmentCode: '999',
    code: 'J9999',
    purpose: 'resident_tax',
    use: 'print',
    outcome: 'refused',
    refusal: 'not_permitted',
    requestId: 'other',
    clientId: 'cli_other',
    network: '198.51.100.1',
    place: '支店',
    assurance: 'idp',
    jobId: 'job_other',
    names: Buffer.from('x'),
    'commitments.subjectName': 'x',
    tampered: true,
    leafHash: Buffer.alloc(32),
  }
  it.each(Object.keys(values))('whose %s was changed is named', async (field) => {
    await change(420, { $set: { [field]: values[field] } })
    expect((await first())?.slice(1)).toEqual([420, idAt(420)])
  })

  it.each(['subjectId', 'code', 'names', 'purpose', 'commitments', 'actor.userId', 'requestId', 'at'])(
    'from which %s was taken away is named',
    async (field) => {
      await change(420, { $unset: { [field]: 1 } })
      expect(await first()).toEqual(['changed', 420, idAt(420)])
    },
  )

  it('that was deleted is named by its place', async () => {
    await entries().deleteMany({ _id: { $in: [idAt(300), idAt(301), idAt(5)] } })
    expect(await first()).toEqual(['removed', 5, undefined])
    expect(await kinds()).toEqual(['removed'])
  })

  it('from which all names and codes were taken away, as if they had been erased, is named', async () => {
    const gone = { names: 1, code: 1, departmentCode: 1, 'actor.userId': 1 }
    await change(420, { $unset: gone })
    expect(await first()).toEqual(['changed', 420, idAt(420)])
  })

  it('that was deleted with all before it, as if they had been pruned, is missed', async () => {
    const below = Number(anchored[0]?.body?.size)
    await entries().deleteMany({ organizationId, index: { $lt: below } })
    await of('ledger_heads').updateOne({ organizationId }, { $set: { prunedBelow: below } })
    expect(await first()).toEqual(['removed', 0, undefined])
    expect(await kinds()).toEqual(['removed'])
  })

  it('that was put in is named: beyond the tree, between two places, or beside it all', async () => {
    const stranger = { ...at(420), _id: 'ent_01JZSTRANGER' }
    for (const index of [size(), 420.5, -1]) {
      await entries().insertOne({ ...stranger, index } as never)
      expect((await first())?.[2]).toBe(stranger._id)
      expect(await kinds()).toEqual(['inserted'])
      await entries().deleteOne({ _id: stranger._id })
    }
    const { index: _, ...floating } = stranger
    await entries().insertOne(floating as never)
    expect(await first()).toEqual(['inserted', undefined, stranger._id])
  })

  it('that stands in another’s place is named', async () => {
    for (const index of [33, 34]) await change(index, { $unset: { index: 1 } })
    await change(33, { $set: { index: 34 } })
    await change(34, { $set: { index: 33 } })
    expect(await first()).toEqual(['reordered', 33, idAt(34)])
    expect(await kinds()).toEqual(['reordered'])
  })

  it('whose seal was taken off is named, also after it was sealed again', async () => {
    await change(33, { $unset: { index: 1, leafHash: 1 }, $set: { unsealed: true } })
    expect(await first()).toEqual(['unsealed', 33, idAt(33)])
    await sealing.sealing.checkpoint(caller)
    expect(await first()).toEqual(['reordered', 33, idAt(33)])
  })

  it('that was changed or put there before it was sealed does not fit its MAC, and stays named', async () => {
    const [one] = await record(1)
    await entries().updateOne({ _id: String(one?._id) }, { $set: { at: new Date('2020-01-01') } })
    expect(await first()).toEqual(['changed', undefined, one?._id])
    await sealing.sealing.checkpoint(caller)
    expect(await first()).toEqual(['tampered', size(), one?._id])
  })
})

describe('the tree', () => {
  it('with another hash in a tile names the entry whose hash it was, and does not blame the entry', async () => {
    const tile = await of('ledger_tiles').findOne({ organizationId, level: 0, index: 1 })
    const hashes = Buffer.from((tile?.hashes as mongo.Binary | undefined)?.buffer ?? [])
    hashes.fill(7, 44 * 32, 45 * 32)
    await of('ledger_tiles').updateOne({ organizationId, level: 0, index: 1 }, { $set: { hashes } })
    expect(await first()).toEqual(['tile_changed', 300, idAt(300)])
    expect(await kinds()).toEqual(['tile_changed'])
  })

  it('without a tile, or with a cut one, is said so, and its entries are verified all the same', async () => {
    await of('ledger_tiles').deleteOne({ organizationId, level: 0, index: 1 })
    expect(await kinds()).toEqual(['tile_changed'])
    await change(300, { $set: { operation: 'print' } })
    expect((await first())?.slice(1)).toEqual([300, idAt(300)])
  })

  it('with another head is said so', async () => {
    const head = (await of('ledger_heads').findOne({ organizationId })) as unknown as {
      size: number
      tails: mongo.Binary[]
    }
    const tail = Buffer.from(head.tails[0]?.buffer ?? [])
    const changed = Buffer.from(tail).fill(1, 0, 32)
    for (const update of [
      { size: head.size + 1 },
      { size: head.size - 1, tails: [tail.subarray(0, -32), ...head.tails.slice(1)] },
      { tails: [tail, Buffer.alloc(64)] },
    ]) {
      await of('ledger_heads').updateOne({ organizationId }, { $set: update })
      expect(await kinds()).toContain('head_changed')
    }
    await of('ledger_heads').updateOne(
      { organizationId },
      { $set: { size: head.size, tails: [changed, ...head.tails.slice(1)] } },
    )
    expect(await kinds()).toEqual(['tile_changed', 'head_changed'])
    await of('ledger_heads').deleteOne({ organizationId })
    expect(await kinds()).toEqual(['head_changed'])
  })

  it('whose tail was cut off, rows and head alike, ends before what was signed', async () => {
    const cut = 650 - 30
    await entries().deleteMany({ organizationId, index: { $gte: cut } })
    expect((await first())?.slice(0, 2)).toEqual(['removed', cut])
    await of('ledger_checkpoints').deleteMany({ organizationId })
    expect((await first())?.slice(0, 2)).toEqual(['removed', cut])
  })
})

describe('checkpoints and keys', () => {
  it.each([
    ['size', { size: 399 }],
    ['root', { root: Buffer.alloc(32).toString('base64') }],
    ['note', { note: 'azukari/x\n1\n' }],
    ['key', { keyId: '00000000' }],
  ])('a checkpoint whose %s was changed is said so', async (_, update) => {
    const row = await of('ledger_checkpoints').findOne({ organizationId })
    await of('ledger_checkpoints').updateOne({ _id: row?._id ?? '' }, { $set: update })
    const report = await verify()
    expect(report.findings).toMatchObject([{ kind: 'checkpoint_changed' }])
    expect(report.findings[0]?.message).toContain(row?._id)
  })

  it('a ledger rewritten with head, tiles and checkpoints, by somebody with all the keys, is found by the list outside', async () => {
    await change(50, { $set: { outcome: 'refused' } })
    await entries().updateMany({ organizationId }, { $set: { unsealed: true }, $unset: { index: 1, leafHash: 1 } })
    const names = collections.filter((name) => name !== 'ledger_entries')
    for (const name of names) await of(name).deleteMany({ organizationId })
    await sealing.sealing.checkpoint(caller)
    const report = await verify()
    expect(report.ok).toBe(false)
    expect(report.findings.map(({ kind }) => kind)).toEqual(['tampered', 'rebuilt'])
    outside = []
    expect(await kinds()).toEqual(['tampered'])
  })

  it('a record outside the databases that does not verify is named', async () => {
    outside = [
      { name: 'list/checkpoint/2026-11/chk_1' },
      { name: 'list/checkpoint/2026-11/chk_2', body: { note: 'x' } },
    ]
    const report = await verify()
    expect(report.findings.map(({ kind, message }) => [kind, /chk_[12]/.exec(message)?.[0]])).toEqual([
      ['anchor_unverified', 'chk_1'],
      ['anchor_unverified', 'chk_2'],
    ])
  })

  it('a checkpoint of a key that is not this ledger’s is said so', async () => {
    const other = (await core.makeOrganization()).caller
    const theirs = await sealing.sealing.checkpoint(other)
    const { _id, ...row } = (await of('ledger_checkpoints').findOne({ _id: theirs._id })) as never as { _id: string }
    await of('ledger_checkpoints').insertOne({ ...row, _id: 'chk_stolen', organizationId, size: 1 } as never)
    expect(await kinds()).toEqual(['checkpoint_changed'])
  })
})
