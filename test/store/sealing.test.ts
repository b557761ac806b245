import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openNote, originOf, readVerifierKey } from '../../src/core/ledger/checkpoint-note.ts'
import type { EntryRow } from '../../src/core/ledger/ledger.store.ts'
import type { Touch } from '../../src/core/ledger/ledger.ts'
import { continues, includes, nodeHash, rootOf } from '../../src/core/ledger/merkle.ts'
import { leafOf } from '../../src/core/ledger/row-leaf.ts'
import { openNames } from '../../src/core/ledger/sealer.ts'
import type { Caller } from '../../src/core/shared/caller.ts'
import { codeOf, createTestCore, type TestCore } from '../support/core.ts'
import { sealingOf } from '../support/sealing-setup.ts'

let core: TestCore
beforeAll(async () => {
  core = await createTestCore()
})
afterAll(() => core.stop())

const entriesOf = (organizationId: string) =>
  core.db.mongoose.connection
    .collection<EntryRow>('ledger_entries')
    .find({ organizationId })
    .sort({ index: 1 })
    .toArray()
const collection = (name: string) => core.db.mongoose.connection.collection<Record<string, unknown>>(name)
const eventsOf = (organizationId: string, type: string) => collection('outbox').find({ organizationId, type }).toArray()

const touch: Touch = { operation: 'settings', functionName: '設定変更', outcome: 'done' }
const record = async (caller: Caller, count: number, more: Partial<Touch> = {}): Promise<string[]> => {
  const rows = await core.ledger.prepare(
    caller,
    Array.from({ length: count }, () => ({ ...touch, ...more })),
  )
  for (let i = 0; i < rows.length; i += 500) await core.ledger.append(rows.slice(i, i + 500))
  return rows.map(({ _id }) => _id)
}
const subjectAs = (name: string): NonNullable<Touch['subject']> => ({
  id: 'sub_01JZ0000000000000000000000',
  kind: 'employee',
  companyId: 'com_1',
  code: 'J0013',
  shownName: name,
  shownKana: 'トウノ ジロウ',
  department: { code: '101', name: '社長室' },
  grams: [1, 2, 3],
})
const wholeRoot = (rows: readonly EntryRow[]): Buffer =>
  rootOf(Buffer.concat(rows.map(({ leafHash }) => Buffer.from((leafHash as unknown as { buffer: Uint8Array }).buffer))))
const verifiersOf = async (sealing: ReturnType<typeof sealingOf>['sealing'], organizationId: string) =>
  (await sealing.checkpoints.publicKeys(organizationId)).flatMap((key) => readVerifierKey(key.verifierKey) ?? [])

describe('sealing', () => {
  it('gives every entry one place, in rounds, tile by tile, and the checkpoint is the root over all of them', async () => {
    const { caller } = await core.makeOrganization()
    const { sealing, anchored } = sealingOf(core)
    await record(caller, 700)
    const first = await sealing.checkpoint(caller)
    await record(caller, 1200)
    const second = await sealing.checkpoint(caller)

    const rows = await entriesOf(caller.organizationId)
    expect(rows.map(({ index }) => index)).toEqual(rows.map((_, i) => i))
    expect(rows.every((row) => row.unsealed === undefined && row.tampered === undefined)).toBe(true)
    expect(second.size).toBe(rows.length)
    expect(second.root).toBe(wholeRoot(rows).toString('base64'))
    const verifiers = await verifiersOf(sealing, caller.organizationId)
    expect(openNote(second.note, verifiers)).toMatchObject({
      origin: originOf(caller.organizationId),
      size: second.size,
      root: wholeRoot(rows),
    })
    expect(openNote(first.note, verifiers)?.root).toEqual(wholeRoot(rows.slice(0, first.size)))

    const tiles = await collection('ledger_tiles').find({ organizationId: caller.organizationId }).toArray()
    expect(tiles.map(({ level, index }) => `${level}/${index}`).toSorted()).toEqual(
      Array.from({ length: Math.floor(rows.length / 256) }, (_, i) => `0/${i}`),
    )
    expect(anchored.map(({ size }) => size)).toEqual([first.size, second.size])
    const events = await eventsOf(caller.organizationId, 'ledger.checkpoint')
    expect(events.map(({ data }) => data)).toEqual(
      [first, second].map(({ _id, size, root, note }) => ({ checkpointId: _id, size: String(size), root, note })),
    )
  })

  it('says the same checkpoint again while nothing was added', async () => {
    const { caller } = await core.makeOrganization()
    const { sealing } = sealingOf(core)
    const first = await sealing.checkpoint(caller)
    expect(await sealing.checkpoint(caller)).toMatchObject({ _id: first._id, note: first.note })
    expect((await sealing.checkpoints.list(caller, { limit: 10 })).rows).toHaveLength(1)
  })

  it('lets two sealers and many writers at one ledger: no gap, no double, no fork', async () => {
    const { caller } = await core.makeOrganization()
    const others = [sealingOf(core), sealingOf(core), sealingOf(core)]
    const [{ sealing }] = others as [ReturnType<typeof sealingOf>]
    let writing = true
    const writers = Array.from({ length: 32 }, async () => {
      for (let i = 0; i < 10; i++) await record(caller, 3)
    })
    const sealers = others.map(async (other) => {
      while (writing) await other.sealing.sealAll()
    })
    await Promise.all(writers)
    writing = false
    await Promise.all(sealers)
    const { size, root } = await sealing.checkpoint(caller)
    const rows = await entriesOf(caller.organizationId)
    expect(rows.length).toBeGreaterThanOrEqual(960)
    expect(rows.map(({ index }) => index)).toEqual(rows.map((_, i) => i))
    expect({ size, root }).toEqual({ size: rows.length, root: wholeRoot(rows).toString('base64') })
    expect(others.flatMap(({ errors }) => errors)).toEqual([])
    expect(others.flatMap(({ tampered }) => tampered)).toEqual([])
  })

  it('leaves nothing of a round whose lease ran out in the middle of it', async () => {
    const { caller } = await core.makeOrganization()
    const { organizationId } = caller
    const slow = sealingOf(core, { leaseMs: -1 })
    const quick = sealingOf(core)
    await record(caller, 400)
    // The slow one reads its head, then the quick one seals everything; the slow one's fence is old when it commits.
    const heads = core.db.mongoose.model('LedgerHead')
    const transactions = core.db.inTransaction
    let overtaken = false
    Object.assign(core.db, {
      inTransaction: async (work: () => Promise<unknown>) => {
        if (!overtaken) {
          overtaken = true
          await quick.sealing.sealAll()
        }
        return transactions(work)
      },
    })
    const late = sealingOf({ ...core, db: core.db }, { leaseMs: -1 })
    await late.sealing.sealAll()
    Object.assign(core.db, { inTransaction: transactions })
    expect(overtaken).toBe(true)
    await quick.sealing.sealAll()
    const rows = await entriesOf(organizationId)
    expect(rows.map(({ index }) => index)).toEqual(rows.map((_, i) => i))
    expect(await heads.findOne({ organizationId, _id: organizationId }).lean()).toMatchObject({ size: rows.length })
    expect([...late.errors, ...slow.errors, ...quick.errors]).toEqual([])
  })

  it('seals no entry that was taken away while its round was prepared, and takes no place that is taken', async () => {
    const { caller } = await core.makeOrganization()
    const { organizationId } = caller
    const { sealing, errors } = sealingOf(core)
    const { size } = await sealing.checkpoint(caller)
    const head = () => collection('ledger_heads').findOne({ _id: organizationId as never })
    const [gone = ''] = await record(caller, 10)
    const transactions = core.db.inTransaction
    const later = async (work: () => Promise<unknown>) => {
      Object.assign(core.db, { inTransaction: transactions })
      await collection('ledger_entries').deleteOne({ _id: gone as never })
      return transactions(work)
    }
    Object.assign(core.db, { inTransaction: later })
    await sealing.sealAll()
    expect(await head()).toMatchObject({ size })

    const [row] = await entriesOf(organizationId)
    await collection('ledger_entries').insertOne({
      ...row,
      _id: 'ent_stray',
      index: size + 3,
      unsealed: false,
    } as never)
    await sealing.sealAll()
    expect(errors).toHaveLength(1)
    expect(await head()).toMatchObject({ size })
    await collection('ledger_entries').deleteOne({ _id: 'ent_stray' as never })
    expect((await sealing.checkpoint(caller)).size).toBe(size + 9)
  })

  it('carries out a round that a killed sealer has left before it takes anything new, and a late one changes nothing', async () => {
    const { caller } = await core.makeOrganization()
    const { organizationId } = caller
    const [slow, quick] = [sealingOf(core, { leaseMs: -1 }), sealingOf(core)]
    const ids = await record(caller, 300)
    await collection('ledger_entries').updateOne({ _id: ids[7] as never }, { $set: { place: '支店' } })
    // The slow one has committed its round and places nothing, until the quick one has gone on.
    const entries = core.db.mongoose.model('LedgerEntry')
    const place = entries.updateMany.bind(entries)
    let between: Record<string, unknown> | null = null
    let before: EntryRow[] = []
    const late = (...update: Parameters<typeof place>) => {
      Reflect.deleteProperty(entries, 'updateMany')
      const work = async () => {
        between = await collection('ledger_heads').findOne({ _id: organizationId as never })
        expect(await codeOf(quick.sealing.proofs.inclusion(caller, { entryId: ids[9] ?? '' }))).toBe('not_ready')
        expect(await collection('ledger_entries').countDocuments({ organizationId, index: { $exists: true } })).toBe(0)
        await record(caller, 5)
        await quick.sealing.sealAll()
        before = await entriesOf(organizationId)
        return place(...update)
      }
      return work()
    }
    Object.assign(entries, { updateMany: late })
    await slow.sealing.sealAll()

    const sealed = (between as { placing?: { ids: string[] } } | null)?.placing?.ids ?? []
    expect(sealed).toEqual(expect.arrayContaining(ids))
    expect(await entriesOf(organizationId)).toEqual(before)
    expect(before.map(({ index }) => index)).toEqual(before.map((_, i) => i))
    expect(before.slice(0, sealed.length).map(({ _id }) => _id)).toEqual(sealed)
    expect(before.filter(({ unsealed, tampered }) => unsealed ?? tampered).map(({ _id }) => _id)).toEqual([ids[7]])
    expect(await collection('ledger_heads').findOne({ _id: organizationId as never })).not.toHaveProperty('placing')
    expect((await quick.sealing.checkpoint(caller)).root).toBe(wholeRoot(before).toString('base64'))
    expect([...slow.errors, ...quick.errors]).toEqual([])
  })

  it('signs nothing that is not in its place: what a killed sealer has left is carried out first', async () => {
    const { caller } = await core.makeOrganization()
    const { organizationId } = caller
    const [killed, signer] = [sealingOf(core), sealingOf(core)]
    await record(caller, 20)
    const entries = core.db.mongoose.model('LedgerEntry')
    Object.assign(entries, { updateMany: () => Promise.reject(new Error('killed')) })
    await killed.sealing.sealAll()
    Reflect.deleteProperty(entries, 'updateMany')
    expect(killed.errors).toEqual([new Error('killed')])
    const waiting = () => collection('ledger_entries').countDocuments({ organizationId, unsealed: true })
    expect(await waiting()).toBeGreaterThanOrEqual(20)
    await signer.sealing.signAll()
    expect(await waiting()).toBe(0)
    const [signed] = (await signer.sealing.checkpoints.list(caller, { limit: 1 })).rows
    expect(signed?.root).toBe(wholeRoot(await entriesOf(organizationId)).toString('base64'))
  })

  it('never mixes two organizations', async () => {
    const [one, two] = [await core.makeOrganization(), await core.makeOrganization()]
    const { sealing } = sealingOf(core)
    await record(one.caller, 3)
    const before = await sealing.checkpoint(one.caller)
    await record(two.caller, 5)
    const other = await sealing.checkpoint(two.caller)
    expect(await sealing.checkpoint(one.caller)).toMatchObject({ root: before.root })
    const verifiers = await verifiersOf(sealing, one.caller.organizationId)
    expect(openNote(other.note, verifiers)).toBeUndefined()
    const [entry] = await entriesOf(two.caller.organizationId)
    expect(await codeOf(sealing.proofs.inclusion(one.caller, { entryId: entry?._id ?? '' }))).toBe('not_found')
  })
})

describe('the worker', () => {
  it('signs at once, then at most every five seconds, and anchors once a day what is new', async () => {
    const { caller } = await core.makeOrganization()
    const { organizationId } = caller
    const { sealing, errors } = sealingOf(core)
    const work = async () => {
      await sealing.sealAll()
      await sealing.signAll()
      await sealing.anchorAll()
    }
    const counts = async () => ({
      checkpoints: (await sealing.checkpoints.list(caller, { limit: 100 })).rows.length,
      anchored: (await eventsOf(organizationId, 'ledger.checkpoint')).length,
    })
    await work()
    expect(await counts()).toEqual({ checkpoints: 1, anchored: 1 })
    for (let i = 0; i < 3; i++) {
      await record(caller, 2)
      await work()
    }
    expect(await counts()).toEqual({ checkpoints: 1, anchored: 1 })
    core.moveClock(5000)
    await work()
    await work()
    expect(await counts()).toEqual({ checkpoints: 2, anchored: 1 })
    core.moveClock(24 * 3600 * 1000)
    await work()
    await work()
    expect(await counts()).toEqual({ checkpoints: 2, anchored: 2 })
    // A day without an entry needs no anchor.
    core.moveClock(24 * 3600 * 1000)
    await work()
    expect(await counts()).toEqual({ checkpoints: 2, anchored: 2 })
    expect(errors).toEqual([])
  })

  it('seals by itself within a second, whichever organization it is', async () => {
    const organizations = await Promise.all([1, 2, 3].map(() => core.makeOrganization()))
    const { sealing, errors } = sealingOf(core)
    const worker = sealing.start()
    try {
      for (const { caller } of organizations) await record(caller, 20)
      const ids = organizations.map(({ caller }) => caller.organizationId)
      const unsealed = () =>
        collection('ledger_entries').countDocuments({ organizationId: { $in: ids }, unsealed: true })
      const startedAt = performance.now()
      while ((await unsealed()) > 0) await new Promise((resolve) => setTimeout(resolve, 20))
      expect(performance.now() - startedAt).toBeLessThan(5000)
    } finally {
      await worker.stop()
    }
    expect(errors).toEqual([])
  })

  it('looks for what waits by the index alone, however much is sealed', async () => {
    const { caller } = await core.makeOrganization()
    const { organizationId } = caller
    const { sealing } = sealingOf(core)
    await record(caller, 500)
    await sealing.checkpoint(caller)
    await record(caller, 2)
    const entries = collection('ledger_entries')
    const examined = async (filter: object, sort: Record<string, 1>) => {
      const { executionStats } = await entries.find(filter).sort(sort).limit(1).explain('executionStats')
      return Math.max(executionStats.totalKeysExamined, executionStats.totalDocsExamined)
    }
    expect(await examined({ organizationId, unsealed: true }, { recordedAt: 1 })).toBe(1)
    const next = { unsealed: true, organizationId: { $gt: organizationId.slice(0, -1) } }
    expect(await examined(next, { organizationId: 1, recordedAt: 1 })).toBeLessThanOrEqual(2)
    expect(await examined({ organizationId, index: { $type: 'number', $gte: 250 } }, { index: 1 })).toBe(1)
    await sealing.sealAll()
  })
})

describe('an entry that was changed before it was sealed', () => {
  const changes: [string, (ids: string[]) => Promise<unknown>][] = [
    [
      'another outcome',
      ([id]) => collection('ledger_entries').updateOne({ _id: id as never }, { $set: { outcome: 'refused' } }),
    ],
    [
      'another code',
      ([id]) => collection('ledger_entries').updateOne({ _id: id as never }, { $set: { code: 'J9999' } }),
    ],
    [
      'an earlier date',
      ([id]) => collection('ledger_entries').updateOne({ _id: id as never }, { $set: { at: new Date(0) } }),
    ],
    [
      'a date that is none',
      ([id]) => collection('ledger_entries').updateOne({ _id: id as never }, { $set: { at: 'gestern' } }),
    ],
    ['no MAC', ([id]) => collection('ledger_entries').updateOne({ _id: id as never }, { $unset: { mac: 1 } })],
    [
      'names that do not open',
      ([id]) => collection('ledger_entries').updateOne({ _id: id as never }, { $set: { names: Buffer.alloc(80) } }),
    ],
    [
      'other commitments',
      ([id]) => collection('ledger_entries').updateOne({ _id: id as never }, { $set: { commitments: {} } }),
    ],
    [
      'the names of another entry',
      async ([id, other]) => {
        const row = await collection('ledger_entries').findOne({ _id: other as never })
        await collection('ledger_entries').updateOne({ _id: id as never }, { $set: { names: row?.names } })
      },
    ],
    [
      'a place in the tree already',
      ([id]) => collection('ledger_entries').updateOne({ _id: id as never }, { $set: { index: 9999 } }),
    ],
  ]
  it.each(changes)('is sealed as such with %s, and told of', async (_what, change) => {
    const { caller } = await core.makeOrganization()
    const { sealing, tampered } = sealingOf(core)
    const subject = subjectAs('東野二郎')
    const ids = await record(caller, 2, { subject })
    await change(ids)
    await sealing.checkpoint(caller)
    expect(tampered).toEqual([ids[0]])
    const events = await eventsOf(caller.organizationId, 'ledger.tampered')
    expect(events.map(({ data }) => data)).toEqual([{ what: 'entry', entryId: ids[0] }])
    const rows = await entriesOf(caller.organizationId)
    expect(rows.filter((row) => row.tampered === true).map(({ _id }) => _id)).toEqual([ids[0]])
    expect(JSON.parse((await sealing.proofs.inclusion(caller, { entryId: ids[0] ?? '' })).leaf)).toMatchObject({
      tampered: true,
    })
    expect((await sealing.state()).tampered).toBeGreaterThan(0)
  })

  it('that somebody put in by hand is sealed as such', async () => {
    const { caller } = await core.makeOrganization()
    const { sealing, tampered } = sealingOf(core)
    const [id] = await record(caller, 1)
    const row = await collection('ledger_entries').findOne({ _id: id as never })
    await collection('ledger_entries').insertOne({ ...row, _id: 'ent_01JZ0000000000000000000001' as never })
    await sealing.checkpoint(caller)
    expect(tampered).toEqual(['ent_01JZ0000000000000000000001'])
    await collection('ledger_entries').deleteOne({ _id: 'ent_01JZ0000000000000000000001' as never })
  })
})

describe('proofs', () => {
  it('hold for every kind of place, at the size asked for, and verify by the RFC alone', async () => {
    const { caller } = await core.makeOrganization()
    const { sealing } = sealingOf(core)
    await record(caller, 300)
    const old = await sealing.checkpoint(caller)
    await record(caller, 500)
    const now = await sealing.checkpoint(caller)
    const rows = await entriesOf(caller.organizationId)
    for (const place of [0, 1, 255, 256, old.size - 1, old.size, now.size - 1]) {
      const entryId = rows[place]?._id ?? ''
      const proof = await sealing.proofs.inclusion(caller, { entryId })
      expect(proof).toMatchObject({ index: place, size: now.size, checkpoint: now.note })
      expect(includes(proof.leafHash, place, proof.size, proof.hashes, Buffer.from(now.root, 'base64'))).toBe(true)
      if (place < old.size) {
        const then = await sealing.proofs.inclusion(caller, { entryId, size: old.size })
        expect(includes(then.leafHash, place, old.size, then.hashes, Buffer.from(old.root, 'base64'))).toBe(true)
        expect(then.checkpoint).toBe(old.note)
      }
    }
    for (const [from, to] of [
      [old.size, now.size],
      [1, old.size],
      [256, 512],
      [now.size, now.size],
    ] as const) {
      const { hashes, ...trees } = await sealing.proofs.consistency(caller, { from, to })
      expect(continues(trees.from, trees.to, hashes)).toBe(true)
      expect(trees.from.root).toEqual(wholeRoot(rows.slice(0, from)))
    }
  })

  it('are refused for what is not sealed, and for sizes that are none', async () => {
    const { caller } = await core.makeOrganization()
    const { sealing } = sealingOf(core)
    const empty = { ...caller, organizationId: 'org_empty' }
    expect(await codeOf(sealing.proofs.consistency(empty, { from: 1 }))).toBe('not_ready')
    const { size } = await sealing.checkpoint(caller)
    const [id = ''] = await record(caller, 1)
    expect(await codeOf(sealing.proofs.inclusion(caller, { entryId: id }))).toBe('not_ready')
    await sealing.sealAll()
    expect(await codeOf(sealing.proofs.inclusion(caller, { entryId: id }))).toBe('not_ready')
    expect(await codeOf(sealing.proofs.inclusion(caller, { entryId: id, size }))).toBe('invalid_request')
    expect(await codeOf(sealing.proofs.inclusion(caller, { entryId: id, size: size + 2 }))).toBe('invalid_request')
    expect(await codeOf(sealing.proofs.consistency(caller, { from: size + 2 }))).toBe('invalid_request')
    expect(await codeOf(sealing.proofs.consistency(caller, { from: 1, to: size + 2 }))).toBe('invalid_request')
    expect(await codeOf(sealing.proofs.inclusion(caller, { entryId: 'ent_none' }))).toBe('not_found')
  })
})

describe('keys', () => {
  it('rotate: the new one signs, and what the old ones signed verifies on', async () => {
    const { caller } = await core.makeOrganization()
    const { organizationId } = caller
    const { sealing } = sealingOf(core)
    const old = await sealing.checkpoint(caller)
    await core.keys.checkpoints.rotate(organizationId)
    const now = await sealing.checkpoint(caller)
    expect(now.keyId).not.toBe(old.keyId)
    expect(now.size).toBe(old.size)
    const listed = await sealing.checkpoints.publicKeys(organizationId)
    expect(listed.map(({ keyId, current }) => [keyId, current])).toEqual([
      [now.keyId, true],
      [old.keyId, false],
    ])
    const verifiers = await verifiersOf(sealing, organizationId)
    for (const { note, size } of [old, now]) expect(openNote(note, verifiers)).toMatchObject({ size })
    await record(caller, 1)
    expect((await sealing.checkpoint(caller)).keyId).toBe(now.keyId)
  })
})

describe('a tree that somebody has changed', () => {
  const changes: [string, (organizationId: string) => Promise<unknown>][] = [
    [
      'its head moved back',
      (_id) => collection('ledger_heads').updateOne({ _id: _id as never }, { $set: { size: 3 } }),
    ],
    [
      'its head moved on',
      (_id) =>
        collection('ledger_heads').updateOne({ _id: _id as never }, [{ $set: { size: { $add: ['$size', 1] } } }]),
    ],
    [
      'its last round rewritten',
      (_id) =>
        collection('ledger_heads').updateOne(
          { _id: _id as never },
          { $set: { placing: { from: 0, ids: ['ent_1'], leafHashes: Buffer.alloc(32), tampered: [] } } },
        ),
    ],
    ['its head gone', (_id) => collection('ledger_heads').deleteOne({ _id: _id as never })],
    [
      'its unfinished tile rewritten',
      async (_id) => {
        const row = await collection('ledger_heads').findOne({ _id: _id as never })
        const tails = ((row?.tails ?? []) as { buffer: Uint8Array }[]).map(({ buffer }) =>
          Buffer.alloc(buffer.length, 1),
        )
        await collection('ledger_heads').updateOne({ _id: _id as never }, { $set: { tails } })
      },
    ],
    [
      'a tile rewritten',
      (organizationId) =>
        collection('ledger_tiles').updateOne({ organizationId, index: 0 }, { $set: { hashes: Buffer.alloc(8192) } }),
    ],
    ['a tile gone', (organizationId) => collection('ledger_tiles').deleteOne({ organizationId, index: 0 })],
    [
      'its checkpoint rewritten',
      (organizationId) =>
        collection('ledger_checkpoints').updateMany({ organizationId }, [
          { $set: { note: { $replaceOne: { input: '$note', find: '\n1', replacement: '\n2' } } } },
        ]),
    ],
  ]
  it.each(changes)('gets no signature with %s, and is told of once', async (_what, change) => {
    const { caller } = await core.makeOrganization()
    const { organizationId } = caller
    const { sealing, errors } = sealingOf(core)
    // The checkpoint ends within the first tile, and the tree goes on in the second.
    await record(caller, 150)
    await sealing.checkpoint(caller)
    await record(caller, 300)
    await sealing.sealAll()
    await change(organizationId)
    const before = (await sealing.checkpoints.list(caller, { limit: 10 })).rows.length
    await record(caller, 10)
    for (let i = 0; i < 2; i++) {
      await sealing.sealAll()
      await collection('ledger_heads').updateMany({}, { $set: { signedAt: new Date(0) } })
      await sealing.signAll()
    }
    expect(errors.length).toBeGreaterThan(0)
    expect((await sealing.checkpoints.list(caller, { limit: 10 })).rows).toHaveLength(before)
    expect((await eventsOf(organizationId, 'ledger.tampered')).map(({ data }) => data)).toEqual([{ what: 'tree' }])
    expect((await sealing.state()).broken).toBeGreaterThan(0)
    await collection('ledger_entries').deleteMany({ organizationId, unsealed: true })
    await collection('ledger_heads').deleteMany({ _id: organizationId as never })
  })

  it('gives no proof out of a finished tile that was rewritten', async () => {
    const { caller } = await core.makeOrganization()
    const { sealing } = sealingOf(core)
    const ids = await record(caller, 300)
    await sealing.checkpoint(caller)
    const { organizationId } = caller
    await collection('ledger_tiles').updateOne({ organizationId }, { $set: { hashes: Buffer.alloc(8192) } })
    expect(await codeOf(sealing.proofs.inclusion(caller, { entryId: ids[0] ?? '' }))).toBe('internal')
    expect(await codeOf(sealing.proofs.consistency(caller, { from: 100 }))).toBe('internal')
  })

  it('or a sealed entry, gives no proof any more', async () => {
    const { caller } = await core.makeOrganization()
    const { sealing } = sealingOf(core)
    const [id = ''] = await record(caller, 1)
    await sealing.checkpoint(caller)
    await collection('ledger_entries').updateOne({ _id: id as never }, { $set: { functionName: '別の機能' } })
    expect(await codeOf(sealing.proofs.inclusion(caller, { entryId: id }))).toBe('internal')
  })
})

describe('what may go', () => {
  it('is the personal values of an entry: every proof stays, and nothing personal is left', async () => {
    const { caller } = await core.makeOrganization()
    const { sealing } = sealingOf(core)
    const [id = '', kept = ''] = await record(caller, 2, { subject: subjectAs('東野二郎') })
    await sealing.checkpoint(caller)
    const before = await sealing.proofs.inclusion(caller, { entryId: id })
    const root = before.root
    expect(await sealing.eraseValues(caller, [id])).toBe(1)

    const row = (await collection('ledger_entries').findOne({ _id: id as never })) as unknown as EntryRow
    expect([row.names, row.code, row.departmentCode, row.actor.userId]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ])
    expect(row.grams).toEqual([])
    const after = await sealing.proofs.inclusion(caller, { entryId: id, size: before.size })
    expect(after).toEqual(before)
    expect(leafOf(row).text).toBe(before.leaf)
    // A value put in afterwards is found out.
    expect(leafOf({ ...row, code: 'J0013' }).text).not.toBe(before.leaf)
    const other = (await collection('ledger_entries').findOne({ _id: kept as never })) as unknown as EntryRow
    const cipher = await core.keys.fields.for(caller.organizationId)
    expect(openNames(cipher, other)).toMatchObject({ subjectName: '東野二郎' })
    const { rows } = await core.ledger.list(caller, {
      from: new Date(0),
      to: new Date('2100-01-01'),
      order: 'asc',
      limit: 100,
    })
    expect(rows.find(({ _id }) => _id === id)).not.toHaveProperty('subjectName')
    expect(rows.find(({ operation }) => operation === 'erase')).toMatchObject({ functionName: '記録の個人項目の消去' })

    const next = await sealing.checkpoint(caller)
    const { hashes, ...trees } = await sealing.proofs.consistency(caller, { from: before.size, to: next.size })
    expect(trees.from.root).toEqual(root)
    expect(continues(trees.from, trees.to, hashes)).toBe(true)
  })

  it('is not: the values of an entry that has no place yet', async () => {
    const { caller } = await core.makeOrganization()
    const { sealing } = sealingOf(core)
    const [id = ''] = await record(caller, 1, { subject: subjectAs('東野二郎') })
    expect(await sealing.eraseValues(caller, [id])).toBe(0)
  })

  it('is everything before a checkpoint: what comes after proves itself from it', async () => {
    const { caller } = await core.makeOrganization()
    const { organizationId } = caller
    const { sealing } = sealingOf(core)
    await record(caller, 600)
    const at = await sealing.checkpoint(caller)
    await record(caller, 300)
    expect(await codeOf(sealing.prune(caller, at.size - 1))).toBe('conflict')
    expect(await sealing.prune(caller, at.size)).toBe(at.size)
    const now = await sealing.checkpoint(caller)
    const rows = await entriesOf(organizationId)
    expect(rows[0]?.index).toBe(at.size)

    // By the hashes of whole subtrees, the entries that are left, and RFC 6962 alone.
    const prefix = await sealing.prefix(organizationId, at.size)
    const foldAll = (hashes: readonly Buffer[]) => hashes.reduceRight((right, left) => nodeHash(left, right))
    expect(foldAll(prefix).toString('base64')).toBe(at.root)
    const { hashes, ...trees } = await sealing.proofs.consistency(caller, { from: at.size, to: now.size })
    expect(continues(trees.from, trees.to, hashes)).toBe(true)
    const last = rows.at(-1)?._id ?? ''
    const proof = await sealing.proofs.inclusion(caller, { entryId: last })
    expect(includes(proof.leafHash, proof.index, proof.size, proof.hashes, Buffer.from(now.root, 'base64'))).toBe(true)
    await record(caller, 1)
    expect((await sealing.checkpoint(caller)).size).toBe(now.size + 1)
  })
})
