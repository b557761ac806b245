import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { decodeJwt } from 'jose'
import type { mongo } from 'mongoose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { WriteAgain } from '../../src/core/files/files.ts'
import { backUp } from '../support/backup.ts'
import { codeOf } from '../support/core.ts'
import { type ErasureGraph, type ErasureWish, openErasureGraph } from '../support/erasure-graph.ts'
import { advanceUntil, type ErasureData, fillErasureGraph, finish, revealAt } from '../support/erasure-setup.ts'
import { fixtureNumber } from '../support/fixture-number.ts'
import { emptyParts, testParts } from '../support/parts.ts'

/** Promise 5, its second step: the key version that could open any copy is destroyed, and only then a certificate says so. */
let directory: string
let graph: ErasureGraph
let data: ErasureData
const opened: ErasureGraph[] = []

/** Another process on the same databases and KMS, with caches of its own. */
const openAnother = async (wish: ErasureWish = {}): Promise<ErasureGraph> => {
  const another = await openErasureGraph({ ...testParts(), directory }, wish)
  opened.push(another)
  return another
}
const begin = async (wish: ErasureWish = {}, count = { living: 3, leavers: 2 }): Promise<void> => {
  graph = await openAnother(wish)
  data = await fillErasureGraph(graph, count)
}
const rows = (name: string, filter: mongo.Filter<mongo.Document> = {}) =>
  graph.db.mongoose.connection.collection(name).find(filter).toArray()
const keyRows = (name: string, filter: mongo.Filter<mongo.Document> = {}) =>
  graph.keysDb.mongoose.connection.collection(name).find(filter).toArray()
const kmsFiles = (): string[] => readdirSync(join(directory, 'kms')).sort()

beforeEach(async () => {
  await emptyParts()
  directory = mkdtempSync(join(tmpdir(), 'azukari-erasure-'))
})
afterEach(async () => {
  await Promise.all(opened.splice(0).map((each) => each.close()))
  rmSync(directory, { recursive: true, force: true })
})

describe('an erasure epoch', () => {
  it('leaves one new KMS version, under which everything is, and every living number readable', async () => {
    await begin()
    await data.dispose(data.leavers.map(({ id }) => id))
    // One from before there was an index.
    await graph.keysDb.mongoose.connection
      .collection('deks')
      .updateOne({ purpose: 'number', state: 'live' }, { $unset: { index: 1 } })
    const before = kmsFiles()
    const oldKeks = (await keyRows('organization_keys', { kind: 'kek' })).map(({ _id }) => _id)
    const { _id } = await graph.erasure.operator.start()
    const epoch = await finish(graph, _id)
    expect(graph.errors).toEqual([])
    expect(epoch.progress).toEqual({ done: 3, total: 3 })

    expect(kmsFiles().length).toBe(1)
    expect(before).not.toContain(kmsFiles()[0])
    const version = kmsFiles()[0]?.replace('.key', '')
    const under = [...(await keyRows('platform_keys')), ...(await keyRows('organization_keys', { kind: 'kek' }))]
    expect(new Set(under.map(({ kmsVersion }) => kmsVersion))).toEqual(new Set([version]))
    const keys = await keyRows('organization_keys', { organizationId: data.caller.organizationId })
    expect(keys.length).toBe(7)
    expect(keys.every(({ state }) => state === 'current')).toBe(true)
    for (const collection of ['organization_keys', 'deks'])
      expect(await keyRows(collection, { $or: [{ kekId: { $in: oldKeks } }, { _id: { $in: oldKeks } }] })).toEqual([])
    const [index] = keys.filter(({ kind }) => kind === 'index')
    const deks = await keyRows('deks', { purpose: 'number' })
    expect(deks.map(({ index: own }) => own.keyId)).toEqual(deks.map(() => index?._id))

    const fresh = await openAnother()
    for (const process of [graph, fresh])
      for (const { id, digits } of data.living) expect(await revealAt(process, data.caller, id)).toBe(digits)
    for (const { id } of data.leavers) expect(await codeOf(revealAt(graph, data.caller, id))).toBe('number_missing')
  })

  it('makes the certificates of what was disposed of before it final: JWS, states, ledger and events agree', async () => {
    await begin({ chunkSize: 1 })
    const [first, second] = data.leavers
    await data.dispose([first?.id ?? ''])
    const { _id } = await graph.erasure.operator.start()
    // Between the entry of the organization and the end: belongs to the next epoch.
    await advanceUntil(graph, _id, ({ state, notBefore }) => state === 'announcing' && notBefore > graph.clock.now())
    await data.dispose([second?.id ?? ''])
    const epoch = await finish(graph, _id)

    const [certificate] = await rows('certificates', { subjectId: first?.id })
    expect(certificate).toMatchObject({ status: 'erased', erasedAt: epoch.erasableAt, epochId: _id })
    const claims = decodeJwt(certificate?.jws)
    expect(claims).toMatchObject({
      status: 'erased',
      certificateId: String(certificate?._id),
      deletedAt: certificate?.deletedAt.toISOString(),
      erasedAt: epoch.erasableAt?.toISOString(),
      businessAt: expect.any(String),
      erasedBusinessAt: expect.any(String),
    })
    expect(JSON.stringify(claims)).not.toMatch(/\d{12}/)
    expect((await rows('numbers', { subjectId: first?.id })).map(({ state }) => state)).toEqual(['erased'])
    const entries = await rows('ledger_entries', { operation: { $in: ['erase', 'renew_keys'] } })
    expect(entries.map(({ operation, subjectId }) => [operation, subjectId]).sort()).toEqual([
      ['erase', first?.id],
      ['renew_keys', undefined],
    ])
    const told = await rows('outbox', { type: { $in: ['number.erased', 'certificate.final'] } })
    expect(told.map(({ type, data: { subjectId } }) => [type, subjectId]).sort()).toEqual([
      ['certificate.final', first?.id],
      ['number.erased', first?.id],
    ])

    expect(await rows('certificates', { subjectId: second?.id })).toMatchObject([{ status: 'deleted' }])
    const next = await graph.erasure.operator.start()
    await finish(graph, next._id)
    expect(await rows('certificates', { status: 'deleted' })).toEqual([])
  })

  it('a certificate that somebody changed in the database is not signed again', async () => {
    await begin()
    await data.dispose(data.leavers.map(({ id }) => id))
    const [first] = data.leavers
    const collection = graph.db.mongoose.connection.collection('certificates')
    const genuine = String((await collection.findOne({ subjectId: first?.id ?? '' }))?.jws)
    const [header, , signature] = genuine.split('.')
    const forged = Buffer.from(JSON.stringify({ status: 'deleted', subjectId: 'sub_other' })).toString('base64url')
    await collection.updateOne({ subjectId: first?.id ?? '' }, { $set: { jws: `${header}.${forged}.${signature}` } })
    await finish(graph, (await graph.erasure.operator.start())._id)
    expect(await rows('certificates', { status: 'deleted' })).toMatchObject([{ subjectId: first?.id }])
    expect(graph.errors.length).toBe(1)

    // Put right, it belongs to the next epoch: that of the first is over.
    await collection.updateOne({ subjectId: first?.id ?? '' }, { $set: { jws: genuine } })
    const next = await graph.erasure.operator.start()
    await finish(graph, next._id)
    expect(await rows('certificates', { subjectId: first?.id })).toMatchObject([
      { status: 'erased', epochId: next._id },
    ])
  })

  it('is one at a time; waits for a backup that was begun after the re-wrap, and for nothing older', async () => {
    await begin({ confirmsByItself: false })
    await data.dispose(data.leavers.map(({ id }) => id))
    const { _id } = await graph.erasure.operator.start()
    expect(await codeOf(graph.erasure.operator.start())).toBe('conflict')
    expect(await codeOf(graph.erasure.operator.confirm(_id, graph.clock.now()))).toBe('conflict')
    const { rewrappedAt } = await advanceUntil(graph, _id, ({ state }) => state === 'awaiting_backup')
    const old = kmsFiles()
    expect(old.length).toBe(2)
    const before = new Date((rewrappedAt?.getTime() ?? 0) - 1)
    expect(await codeOf(graph.erasure.operator.confirm(_id, before))).toBe('too_early')
    expect(await codeOf(graph.erasure.operator.confirm(_id, new Date(graph.clock.now().getTime() + 60_000)))).toBe(
      'invalid_request',
    )
    await graph.erasure.advance()
    expect((await graph.erasure.get(_id)).state).toBe('awaiting_backup')
    expect(kmsFiles()).toEqual(old)
    expect(await rows('certificates', { status: 'erased' })).toEqual([])
    await graph.erasure.operator.confirm(_id, graph.clock.now())
    await finish(graph, _id)
    expect(kmsFiles().length).toBe(1)
    expect((await rows('certificates', { status: 'erased' })).length).toBe(2)
  })

  it('keeps the old keys as long as it is told to, and destroys nothing by a clock that MongoDB does not confirm', async () => {
    await begin({ keepOldKeysSeconds: 3600 })
    const { _id } = await graph.erasure.operator.start()
    await advanceUntil(graph, _id, ({ state }) => state === 'awaiting_backup')
    expect((await graph.keys.fingerprintCandidates(data.caller.organizationId, 'body')).length).toBe(2)
    await graph.erasure.advance()
    expect((await graph.erasure.get(_id)).state).toBe('awaiting_backup')
    await advanceUntil(graph, _id, ({ state }) => state === 'retiring')
    graph.moveClock(60_000)
    expect(await codeOf(graph.erasure.advance())).toBe('clock_untrusted')
    expect(kmsFiles().length).toBe(2)
  })

  it('certifies nothing before the KMS could not bring the old version back, and says so to the instant', async () => {
    await begin({ deletionDelayDays: 7, trustsClock: true })
    await data.dispose(data.leavers.map(({ id }) => id))
    const { _id } = await graph.erasure.operator.start()
    const { destroyedAt, erasableAt } = await advanceUntil(graph, _id, ({ state }) => state === 'waiting')
    expect(kmsFiles().length).toBe(1)
    const days = 24 * 60 * 60 * 1000
    expect(erasableAt?.getTime()).toBe((destroyedAt?.getTime() ?? 0) + 7 * days)
    graph.moveClock(7 * days - 10_000)
    await graph.erasure.advance()
    expect(await rows('certificates', { status: 'erased' })).toEqual([])
    // The next epoch need not wait for that.
    await graph.erasure.operator.start()
    graph.moveClock(10_000)
    await finish(graph, _id)
    expect((await rows('certificates')).map(({ erasedAt }) => erasedAt)).toEqual([erasableAt, erasableAt])
  })

  it('leaves the old fingerprint under nothing that outlives the old KMS version', async () => {
    await begin({ confirmsByItself: false })
    const organizationId = data.caller.organizationId
    const before = await graph.keys.fingerprint(organizationId, 'body')
    const [old] = await keyRows('organization_keys', { organizationId, kind: 'fingerprint' })
    const { _id } = await graph.erasure.operator.start()
    await advanceUntil(graph, _id, ({ state }) => state === 'awaiting_backup')
    const [kept] = await keyRows('organization_keys', { _id: old?._id ?? ('' as never) })
    expect({ kekId: kept?.kekId, wrapped: kept?.wrapped }).toEqual({ kekId: old?.kekId, wrapped: old?.wrapped })
    expect((await graph.keys.fingerprintCandidates(organizationId, 'body'))[1]).toBe(before)
    await graph.erasure.operator.confirm(_id, graph.clock.now())
    await finish(graph, _id)
    const fresh = await openAnother()
    expect(await fresh.keys.fingerprintCandidates(organizationId, 'body')).not.toContain(before)
  })

  it('goes on under reads and writes of two other processes, and with two workers at once', async () => {
    const wish = { chunkSize: 2, cacheSeconds: 1 }
    await begin(wish, { living: 12, leavers: 2 })
    const [other, second] = [await openAnother(wish), await openAnother(wish)]
    await data.dispose(data.leavers.map(({ id }) => id))
    const { _id } = await graph.erasure.operator.start()
    let over = false
    const failures: unknown[] = []
    const added: { id: string; digits: string }[] = []
    const use = async (process: ErasureGraph, offset: number): Promise<number> => {
      let count = 0
      for (let i = offset; !over; i += 1, count += 1) {
        const person = data.living[i % data.living.length]
        const digits = await revealAt(process, data.caller, person?.id ?? '').catch((error: unknown) => {
          failures.push(error)
          return ''
        })
        if (digits !== person?.digits) failures.push('other digits')
        if (i % 5 === 0) added.push(await data.add())
      }
      return count
    }
    const users = [use(graph, 0), use(other, 7)]
    await Promise.all([finish(graph, _id), finish(second, _id)])
    over = true
    const counts = await Promise.all(users)
    expect(failures).toEqual([])
    expect(Math.min(...counts)).toBeGreaterThan(10)
    expect(added.length).toBeGreaterThan(2)
    const fresh = await openAnother()
    for (const { id, digits } of [...data.living, ...added]) expect(await revealAt(fresh, data.caller, id)).toBe(digits)
    expect((await rows('ledger_entries', { operation: 'renew_keys' })).length).toBe(1)
    expect((await rows('ledger_entries', { operation: 'erase' })).length).toBe(2)
    expect(kmsFiles().length).toBe(1)
    expect([...graph.errors, ...second.errors]).toEqual([])
  })

  it('takes no file along that nothing committed: a writer that died with the digits of somebody disposed of', async () => {
    await begin()
    const [leaver] = data.leavers
    const { organizationId } = data.caller
    const subjectIds = [leaver?.id ?? '']
    // The writers had read the number before; the disposal, which looks for files with it, is over before they have a row.
    await data.dispose(subjectIds)
    const about = { kind: 'export_part', subjectIds } as const
    const write = (group: string, of: object = about) =>
      graph.files.write(organizationId, { kind: 'export_part', ...of, group }, Readable.from([Buffer.from('row')]))
    const dead = await write('exp_dead')
    const slow = await write('exp_slow')
    const kept = await write('exp_kept', {})
    await graph.db.inTransaction(() => graph.files.attach([kept]))

    const { _id } = await graph.erasure.operator.start()
    const { progress } = await finish(graph, _id)
    expect(progress.done).toBe(progress.total)
    expect((await rows('certificates')).map(({ status }) => status)).toEqual(['erased'])
    expect((await keyRows('deks', { purpose: 'file' })).map(({ _id: id }) => String(id))).toEqual([kept.dekId])
    expect((await rows('files')).map(({ _id: id }) => String(id))).toEqual([kept._id])
    expect(await rows('file_subjects')).toEqual([])
    // The one that lives is told to write once more; what was kept is read on.
    await expect(graph.db.inTransaction(() => graph.files.attach([slow]))).rejects.toBeInstanceOf(WriteAgain)
    expect((await (await graph.files.read(organizationId, kept._id)).toArray()).join('')).toBe('row')
    expect(dead.dekId).not.toBe(kept.dekId)
    expect(graph.errors).toEqual([])
  })

  it('a file that is committed while the epoch goes on stays, with its key', async () => {
    let commit = async (): Promise<unknown> => undefined
    await begin({ observe: async (point) => void (point === 'organization promoted' && (await commit())) })
    const { organizationId } = data.caller
    const file = await graph.files.write(organizationId, { kind: 'import' }, Readable.from([Buffer.from('row')]))
    commit = () => graph.db.inTransaction(() => graph.files.attach([file]))
    const { _id } = await graph.erasure.operator.start()
    await finish(graph, _id)
    expect((await (await graph.files.read(organizationId, file._id)).toArray()).join('')).toBe('row')
  })

  it('finds what a straggler wrapped by an old key, re-wraps it, and then wants a newer backup', async () => {
    await begin({ confirmsByItself: false })
    const { organizationId } = data.caller
    const [person] = data.living
    const [old] = await keyRows('deks', { purpose: 'number' })
    const collection = graph.keysDb.mongoose.connection.collection('deks')
    const { _id } = await graph.erasure.operator.start()
    await advanceUntil(graph, _id, ({ state }) => state === 'awaiting_backup')
    // As a process leaves it that was paused while it wrote: wrapped by the old key.
    await collection.replaceOne({ _id: old?._id ?? ('' as never), organizationId }, old ?? {})
    await graph.erasure.operator.confirm(_id, graph.clock.now())
    const again = await advanceUntil(graph, _id, ({ backup }) => backup === undefined)
    expect(again.state).toBe('awaiting_backup')
    expect(kmsFiles().length).toBe(2)
    await graph.erasure.operator.confirm(_id, graph.clock.now())
    await finish(graph, _id)
    const fresh = await openAnother()
    expect(await revealAt(fresh, data.caller, person?.id ?? '')).toBe(person?.digits)
  })

  it('a process that stood still past its cache time does not give out a key that it wrapped by an old one', async () => {
    await begin({ cacheSeconds: 300 })
    const { organizationId } = data.caller
    await graph.keys.deks.prepare(organizationId, [{ purpose: 'number', refId: 'num_1' }])
    const model = graph.keysDb.mongoose.model('Dek')
    const insertMany = model.insertMany.bind(model)
    model.insertMany = (async (...args: Parameters<typeof insertMany>) => {
      const inserted = await insertMany(...args)
      graph.moveClock(400_000)
      return inserted
    }) as never
    expect(await codeOf(graph.keys.deks.prepare(organizationId, [{ purpose: 'number', refId: 'num_2' }]))).toBe(
      'unavailable',
    )
  })

  it('begins by itself when the keys are 21 days old, raises an alarm when nobody confirms, and one after 35 days', async () => {
    await begin({ confirmsByItself: false })
    await data.dispose(data.leavers.map(({ id }) => id))
    const days = 24 * 60 * 60 * 1000
    await graph.erasure.advance()
    expect((await graph.erasure.list({ limit: 10 })).rows).toEqual([])
    graph.moveClock(21 * days + 1000)
    await graph.erasure.advance()
    const [epoch] = (await graph.erasure.list({ limit: 10 })).rows
    expect(epoch).toMatchObject({ startedBy: 'schedule', alarms: [] })
    await advanceUntil(graph, epoch?._id ?? '', ({ state }) => state === 'awaiting_backup')
    expect(await graph.erasure.alarms()).toEqual([])
    graph.moveClock(2 * days + 1000)
    expect(await graph.erasure.alarms()).toEqual(['backup_late'])
    graph.moveClock(13 * days)
    expect(await graph.erasure.alarms()).toEqual(['backup_late', 'erasure_late'])
    expect((await graph.erasure.get(epoch?._id ?? '')).alarms).toEqual(['backup_late', 'erasure_late'])
  })

  it('ends with a backup that can be restored: the keys of the epoch open, and disposals since are repeated', async () => {
    await begin({ confirmsByItself: false })
    const { organizationId } = data.caller
    const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }
    const recoveryOf = async ({ anchors, retention }: ErasureGraph) => {
      const recovery = anchors.recovery({ replay: retention.replays, log: silent })
      await recovery.prepare()
      return recovery
    }
    await recoveryOf(graph)
    const { _id } = await graph.erasure.operator.start()
    await advanceUntil(graph, _id, ({ state }) => state === 'awaiting_backup')
    const { mongodbUrl, databaseName } = testParts()
    const backup = await backUp(mongodbUrl, `${databaseName}_keys`)
    await graph.erasure.operator.confirm(_id, graph.clock.now())
    await data.dispose(data.leavers.map(({ id }) => id))
    const deks = (await keyRows('deks', { purpose: 'number' })).map((row) => row._id)
    await finish(graph, _id)
    await backup.putBack()
    expect((await keyRows('deks', { purpose: 'number' })).length).toBe(deks.length + 2)

    const fresh = await openAnother({ confirmsByItself: false })
    fresh.moveClock(graph.clock.now().getTime() - Date.now())
    const recovery = await recoveryOf(fresh)
    recovery.start()
    await recovery.open()
    await recovery.stop()
    expect((await keyRows('deks', { purpose: 'number' })).map((row) => row._id)).toEqual(deks)
    for (const { id, digits } of data.living) expect(await revealAt(fresh, data.caller, id)).toBe(digits)
    const shown = await fresh.subjects.shown(
      organizationId,
      data.living.map(({ id }) => id),
    )
    for (const { shownName } of shown.values()) expect(shownName).toMatch(/^社員/)
    const { id } = await fresh.subjects.create(data.caller, {
      ...{ kind: 'employee', companyId: data.companyId, code: 'after', name: '社員 後' },
    })
    await fresh.vault.register(data.caller, { subjectId: id, number: fixtureNumber(77) })
    expect(await revealAt(fresh, data.caller, id)).toBe(fixtureNumber(77))
    // What ended with the old version is told of, and the epoch goes on from where the backup was taken.
    expect(fresh.errors.length).toBeGreaterThan(0)
    await fresh.erasure.operator.confirm(_id, fresh.clock.now())
    await finish(fresh, _id)
    expect(await revealAt(fresh, data.caller, id)).toBe(fixtureNumber(77))
  })

  it('takes an organization along that had only a KEK when it came: a process died making the rest', async () => {
    await begin()
    const organizationId = 'org_half'
    await graph.keys.fields.for(organizationId)
    const collection = graph.keysDb.mongoose.connection.collection('organization_keys')
    await collection.deleteMany({ organizationId, kind: { $ne: 'kek' } })
    const { _id } = await graph.erasure.operator.start()
    await advanceUntil(graph, _id, ({ state, notBefore }) => state === 'announcing' && notBefore > graph.clock.now())
    // Its first use: newer index and fingerprint keys than those announced.
    const fresh = await openAnother()
    const sealed = await fresh.keys.fields.seal(organizationId, 'sub_1', '東野')
    await finish(graph, _id)
    const rows = await keyRows('organization_keys', { organizationId })
    const kinds = ['checkpoint', 'field', 'fingerprint', 'gram', 'index', 'kek', 'mac']
    expect(rows.map(({ kind }) => kind).sort()).toEqual(kinds)
    const later = await openAnother()
    expect(await later.keys.fields.open(organizationId, 'sub_1', sealed)).toBe('東野')
    expect(graph.errors).toEqual([])
  })

  it('waits for caches also after a worker that died while it announced, and where nobody had a key', async () => {
    const died = new Error('died here')
    let dies = true
    await begin({
      observe: (point) => {
        if (dies && point === 'organization announced') throw died
      },
    })
    const { _id } = await graph.erasure.operator.start()
    await expect(graph.erasure.advance()).rejects.toThrow(died)
    dies = false
    graph.moveClock(3000)
    await graph.erasure.advance()
    const [key] = await keyRows('organization_keys', { epochId: _id })
    const settleMs = (await graph.keys.rotation.settleSeconds()) * 1000
    const { state, notBefore } = await graph.erasure.get(_id)
    expect(state).toBe('announcing')
    expect(notBefore.getTime()).toBeGreaterThanOrEqual(key?.createdAt.getTime() + settleMs)
    await finish(graph, _id)

    await graph.keysDb.mongoose.connection.collection('organization_keys').deleteMany({})
    const next = await graph.erasure.operator.start()
    await graph.erasure.advance()
    const waiting = await graph.erasure.get(next._id)
    expect(waiting.state).toBe('announcing')
    const [version] = await keyRows('platform_keys', { use: 'kms', state: 'current' })
    expect(waiting.notBefore.getTime()).toBe(version?.createdAt.getTime() + settleMs)
  })

  it('keeps its lease over many organizations, in every look at them', async () => {
    await begin({ leaseMs: 2000, confirmsByItself: true })
    for (const organizationId of ['org_a', 'org_b', 'org_c']) await graph.keys.fields.for(organizationId)
    const { _id } = await graph.erasure.operator.start()
    const late: string[] = []
    const { rotation } = graph.keys
    const slowly =
      <T>(name: string, work: (organizationId: string, epochId: string) => Promise<T>) =>
      async (organizationId: string, epochId: string): Promise<T> => {
        const { leaseUntil } = await graph.erasure.get(_id)
        if (leaseUntil <= graph.clock.now()) late.push(name)
        graph.moveClock(1500)
        return work(organizationId, epochId)
      }
    rotation.refersToOld = slowly('look', rotation.refersToOld)
    rotation.countOld = slowly('count', rotation.countOld)
    await finish(graph, _id)
    expect(late).toEqual([])
  })

  it('leaves a data key that does not open, says so, and goes on with the others', async () => {
    await begin({ chunkSize: 1 })
    const [broken] = await keyRows('deks', { purpose: 'number' })
    const collection = graph.keysDb.mongoose.connection.collection('deks')
    await collection.updateOne({ _id: broken?._id ?? ('' as never) }, { $set: { wrapped: Buffer.alloc(40) } })
    for (let round = 0; round < 2; round += 1) {
      await finish(graph, (await graph.erasure.operator.start())._id)
      expect(graph.errors.length).toBeGreaterThan(round)
      expect(kmsFiles().length).toBe(1)
    }
    const [index] = await keyRows('organization_keys', { organizationId: data.caller.organizationId, kind: 'index' })
    const others = await keyRows('deks', { purpose: 'number', _id: { $ne: broken?._id ?? ('' as never) } })
    expect(others.map(({ index: own }) => own.keyId)).toEqual(others.map(() => index?._id))
    for (const { id, digits } of data.living.slice(1)) expect(await revealAt(graph, data.caller, id)).toBe(digits)
  })

  it('says so when an organization has none of its keys, and does not go on', async () => {
    await begin()
    const { _id } = await graph.erasure.operator.start()
    await advanceUntil(graph, _id, ({ state, notBefore }) => state === 'announcing' && notBefore > graph.clock.now())
    expect(await codeOf(graph.keys.rotation.promote(data.caller.organizationId, 'epoch_other'))).toBe('internal')
  })

  it('shows an organization its own part alone', async () => {
    await begin()
    const other = await fillErasureGraph(graph, { living: 1, leavers: 0 })
    const { _id } = await graph.erasure.operator.start()
    await finish(graph, _id)
    const late = await fillErasureGraph(graph, { living: 1, leavers: 0 })
    expect((await graph.erasure.get(_id)).progress).toEqual({ done: 6, total: 6 })
    expect((await graph.erasure.getOwn(other.caller, _id)).progress).toEqual({ done: 1, total: 1 })
    expect((await graph.erasure.listOwn(data.caller, { limit: 10, total: true })).total).toBe('1')
    expect(await codeOf(graph.erasure.getOwn(late.caller, _id))).toBe('not_found')
    expect((await graph.erasure.listOwn(late.caller, { limit: 10 })).rows).toEqual([])
  })
})
