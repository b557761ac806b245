import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Caller } from '../../src/core/shared/caller.ts'
import { backUp } from '../support/backup.ts'
import { emptyParts, testParts } from '../support/parts.ts'
import { codeOf, fixtureNumber, type KillPoint, killPoints, startRetention } from '../support/retention-setup.ts'

/** Promise 5 across a restore: what was disposed of does not come back. */
let it_: Awaited<ReturnType<typeof startRetention>>
let caller: Caller
let companyId: string
const { mongodbUrl, databaseName } = testParts()
beforeAll(async () => {
  await emptyParts()
  it_ = await startRetention()
})
beforeEach(async () => {
  const made = await it_.newOrganization()
  caller = made.caller
  companyId = made.companyId
  // As every start does: the key that signs the list is in every backup.
  await it_.recover()
})
afterEach(() => {
  it_.moveClock(0)
  it_.killNextAt(undefined)
})
afterAll(() => it_.stop())

type Which = 'data' | 'keys'
const restores: [string, Which[]][] = [
  ['the data database', ['data']],
  ['the key database', ['keys']],
  ['both', ['data', 'keys']],
]

const copyOf = async () => {
  await it_.vault.flush()
  const copies = {
    data: await backUp(mongodbUrl, databaseName),
    keys: await backUp(mongodbUrl, `${databaseName}_keys`),
  }
  return async (which: readonly Which[]): Promise<void> => {
    for (const each of which) await copies[each].putBack()
  }
}
const rowsOf = (database: Which, collection: string, filter: Record<string, unknown> = {}) =>
  (database === 'data' ? it_.db : it_.keysDb).mongoose.connection
    .collection(collection)
    .find({ organizationId: caller.organizationId, ...filter })
    .toArray()
const eventsOf = async (type: string) =>
  (await rowsOf('data', 'outbox', { type })).map(({ data }) => data as Record<string, string>)
const entriesOf = async (subjectId: string) =>
  (await it_.ledger.list(caller, { from: new Date(0), to: new Date('2100-01-01'), order: 'asc', limit: 200 })).rows
    .filter((entry) => entry.subjectId === subjectId)
    .map(({ operation, functionName, actor }) => `${operation} ${functionName} ${actor.type}`)
const numberDeks = () => rowsOf('keys', 'deks', { purpose: 'number' })
const listed = (): string[] => {
  const files = readdirSync(it_.anchorsDirectory, { recursive: true, withFileTypes: true })
  return files.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}
const employee = (code: string) => it_.employee(caller, companyId, code, '2010-10-31')
const dispose = async (subjectIds: string[]) => {
  const { _id } = await it_.retention.disposals.create(caller, { subjectIds })
  await it_.work()
  return it_.retention.disposals.get(caller, _id)
}
const certificatesOf = async (subjectId?: string) =>
  (await it_.retention.certificates.list(caller, { limit: 50, ...(subjectId === undefined ? {} : { subjectId }) })).rows

describe('the list of disposals', () => {
  it('has one record a chunk and one a round of files, of ids only, before the first key goes', async () => {
    const before = listed().length
    const made = [await employee('1'), await employee('2'), await employee('3')]
    const held = await it_.holdIn(
      caller.organizationId,
      made.slice(0, 1).map(({ id }) => id),
    )
    const ids = made.map(({ id }) => id)
    const { _id } = await it_.retention.disposals.create(caller, { subjectIds: ids })
    const keysBefore = (await numberDeks()).length
    it_.killNextAt('after enter')
    await it_.work()
    expect(listed()).toHaveLength(before + 1)
    expect(await numberDeks()).toHaveLength(keysBefore)
    it_.moveClock(120_000)
    await it_.work()
    expect((await it_.retention.disposals.get(caller, _id)).state).toBe('done')
    // Two in a chunk.
    expect(listed()).toHaveLength(before + 3)
    expect(await codeOf(it_.files.read(caller.organizationId, held))).toBe('not_found')
    const text = listed()
      .map((file) => readFileSync(file, 'utf8'))
      .map((jws) => Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString('utf8'))
      .join('\n')
    for (const { id, number } of made) {
      expect(text).toContain(id)
      expect(text).not.toContain(number)
    }
    expect(text).not.toMatch(/\d{12}|\*{5}|社員/)
    // Both databases have carried them out.
    expect(await it_.recover()).toEqual([])
  })

  it.each(killPoints)(
    'after a kill %s has each record once, and nothing is left to repeat when the job is done',
    async (point: KillPoint) => {
      const before = listed().length
      const made = [await employee('1'), await employee('2')]
      const subjectIds = made.map(({ id }) => id)
      await it_.holdIn(caller.organizationId, subjectIds)
      const { _id } = await it_.retention.disposals.create(caller, { subjectIds })
      it_.killNextAt(point)
      await it_.work()
      // A start meanwhile: the numbers are `disposing`, which nobody reads, and the job goes on where it was.
      await it_.recover()
      expect((await rowsOf('data', 'numbers')).every(({ state }) => state !== 'registered')).toBe(true)
      expect((await it_.retention.disposals.get(caller, _id)).state).toBe('running')
      it_.moveClock(120_000)
      await it_.work()
      expect((await it_.retention.disposals.get(caller, _id)).state).toBe('done')
      expect(listed()).toHaveLength(before + 2)
      expect(await certificatesOf()).toHaveLength(2)
      for (const id of subjectIds)
        expect(await entriesOf(id)).toEqual([
          'subject 社員の登録 staff',
          'notice 利用目的の通知 staff',
          'register_by_proxy マイナンバー代理登録 staff',
          'employment 異動の記録（退職） staff',
          'delete_started マイナンバー廃棄 staff',
          'delete マイナンバー廃棄 staff',
        ])
      expect(await eventsOf('number.deleted')).toHaveLength(2)
      expect(await it_.recover()).toEqual([])
    },
  )
})

describe.each(restores)('after a restore of %s', (_what, which) => {
  it('a number that was disposed of goes again for good, with its certificate, one entry and one event', async () => {
    const [gone, kept] = [await employee('1'), await employee('2')]
    await it_.vault.reissue(caller, { subjectId: gone.id, number: fixtureNumber(900_001) })
    const held = await it_.holdIn(caller.organizationId, [gone.id])
    const putBack = await copyOf()
    const disposal = await dispose([gone.id])
    const [certificate] = await certificatesOf(gone.id)
    if (certificate === undefined) throw new Error('no certificate')

    await putBack(which)
    if (which.includes('data')) {
      expect((await it_.vault.numberOf(caller, gone.id)).state).toBe('registered')
      expect(await certificatesOf(gone.id)).toEqual([])
    }
    if (which.includes('keys')) expect(await numberDeks()).toHaveLength(3)
    const lines = await it_.recover()
    expect(lines[0]).toMatch(/carried out again/)

    const rows = await rowsOf('data', 'numbers', { subjectId: gone.id })
    expect(rows.map(({ state }) => state)).toEqual(['deleted', 'deleted'])
    for (const row of rows)
      for (const field of ['sealed', 'dekId', 'mask', 'current']) expect(row).not.toHaveProperty(field)
    expect((await numberDeks()).map(({ refId }) => refId)).toEqual(
      (await rowsOf('data', 'numbers', { subjectId: kept.id })).map(({ _id }) => _id),
    )
    expect((await it_.vault.numberOf(caller, gone.id)).state).toBe('disposed')
    expect((await it_.vault.numberOf(caller, kept.id)).state).toBe('registered')
    expect(await codeOf(it_.files.read(caller.organizationId, held))).toBe('not_found')
    expect(await rowsOf('keys', 'deks', { purpose: 'file' })).toEqual([])
    expect(await rowsOf('data', 'disposal_plans')).toEqual([])

    // The certificate is there under the id that was given out, and verifies.
    const again = await it_.retention.certificates.get(caller, certificate._id)
    const jwks = createLocalJWKSet(await it_.keys.signing.jwks(['certificate']))
    const { payload } = await jwtVerify(again.jws, jwks, { typ: 'azukari-certificate+jwt', algorithms: ['EdDSA'] })
    expect(payload).toMatchObject({
      certificateId: certificate._id,
      disposalId: disposal._id,
      status: 'deleted',
      decidedBy: { roles: ['officer'] },
      basis: { plannedOn: disposal.items[0]?.plannedOn },
    })
    expect(payload.versionIds).toHaveLength(2)
    expect('repeatedAfterRestore' in payload).toBe(which.includes('data'))
    expect(await it_.retention.disposals.get(caller, disposal._id)).toMatchObject({
      state: 'done',
      certificateIds: [certificate._id],
      items: [{ subjectId: gone.id, plannedOn: disposal.items[0]?.plannedOn }],
    })
    expect((await entriesOf(gone.id)).filter((entry) => entry.startsWith('delete '))).toEqual([
      which.includes('data') ? 'delete 復元後の再廃棄 system' : 'delete マイナンバー廃棄 staff',
    ])
    expect(await eventsOf('number.deleted')).toHaveLength(2)
    expect(await eventsOf('certificate.issued')).toHaveLength(1)

    // Nothing is left, and nothing happens twice.
    expect(await it_.recover()).toEqual([])
    expect(await eventsOf('certificate.issued')).toHaveLength(1)
    expect((await it_.vault.register(caller, { subjectId: gone.id, number: fixtureNumber(900_002) })).state).toBe(
      'registered',
    )
  })

  it('every chunk of a large disposal goes again', async () => {
    const made = []
    for (let i = 0; i < 5; i++) made.push(await employee(`${i}`))
    const putBack = await copyOf()
    const disposal = await dispose(made.map(({ id }) => id))
    await putBack(which)
    await Promise.all([it_.recover(), it_.recover()])
    expect(await numberDeks()).toEqual([])
    expect((await rowsOf('data', 'numbers')).map(({ state }) => state)).toEqual(Array(5).fill('deleted'))
    const back = await it_.retention.disposals.get(caller, disposal._id)
    expect(back.items.map(({ subjectId }) => subjectId).toSorted()).toEqual(made.map(({ id }) => id).toSorted())
    expect(back.certificateIds.toSorted()).toEqual(disposal.certificateIds.toSorted())
    expect((await certificatesOf()).map(({ _id }) => _id).toSorted()).toEqual(disposal.certificateIds.toSorted())
    expect(await eventsOf('number.deleted')).toHaveLength(5)
  })

  it('a backup taken in the middle of a disposal is finished by its own job, exactly once', async () => {
    const made = [await employee('1'), await employee('2'), await employee('3')]
    const subjectIds = made.map(({ id }) => id)
    const { _id } = await it_.retention.disposals.create(caller, { subjectIds })
    const putBack = await copyOf()
    await it_.work()
    const before = await it_.retention.disposals.get(caller, _id)
    await putBack(which)
    await it_.recover()
    it_.moveClock(120_000)
    await it_.work()
    const after = await it_.retention.disposals.get(caller, _id)
    expect(after).toMatchObject({ state: 'done', certificateIds: before.certificateIds })
    expect(await numberDeks()).toEqual([])
    expect(await eventsOf('certificate.issued')).toHaveLength(3)
    for (const id of subjectIds)
      expect((await entriesOf(id)).filter((entry) => entry.startsWith('delete '))).toHaveLength(1)
    it_.moveClock(0)
    expect(await it_.recover()).toEqual([])
  })

  it('wrong digits that were corrected do not come back, and the person is without a number', async () => {
    const { id } = await employee('1')
    const held = await it_.holdIn(caller.organizationId, [id])
    const wrong = (await numberDeks()).map(({ _id }) => String(_id))
    const putBack = await copyOf()
    await it_.vault.correct(caller, { subjectId: id, number: fixtureNumber(900_003), reason: '誤り' })
    expect(it_.errors).toEqual([])
    expect(await it_.recover()).toEqual([])
    await putBack(which)
    await it_.recover()
    const rows = await rowsOf('data', 'numbers', { subjectId: id })
    if (which.includes('data')) {
      expect(rows.map(({ state }) => state)).toEqual(['deleted'])
      expect(rows[0]).not.toHaveProperty('sealed')
      expect((await it_.vault.numberOf(caller, id)).state).toBe('none')
      expect(await entriesOf(id)).toContain('delete 復元後の再廃棄 system')
      expect(await eventsOf('number.deleted')).toHaveLength(1)
      expect(await codeOf(it_.files.read(caller.organizationId, held))).toBe('not_found')
      expect((await it_.vault.register(caller, { subjectId: id, number: fixtureNumber(900_003) })).state).toBe(
        'registered',
      )
    } else {
      expect((await it_.vault.numberOf(caller, id)).state).toBe('registered')
    }
    // The wrong digits' only key is gone from wherever it came back.
    expect(wrong).toHaveLength(1)
    expect((await numberDeks()).filter(({ _id }) => wrong.includes(String(_id)))).toEqual([])
    expect(await it_.recover()).toEqual([])
  })

  it('to before there was this organization, nothing of it is there, and the rest goes on', async () => {
    const putBack = await copyOf()
    const other = await it_.newOrganization()
    const { id } = await it_.employee(other.caller, other.companyId, '1', '2010-10-31')
    await it_.retention.disposals.create(other.caller, { subjectIds: [id] })
    await it_.work()
    await putBack(which)
    await it_.recover()
    expect(await it_.recover()).toEqual([])
    const left = { organizationId: other.caller.organizationId, purpose: 'number' }
    expect(await it_.keysDb.mongoose.connection.collection('deks').countDocuments(left)).toBe(0)
  })
})

describe('a list that cannot be written to', () => {
  it('keeps a disposal waiting with its keys, and a correction too; both are finished when it is back', async () => {
    const [leaver, wrong] = [await employee('1'), await employee('2')]
    const keysBefore = (await numberDeks()).length
    it_.breakList(true)
    const { _id } = await it_.retention.disposals.create(caller, { subjectIds: [leaver.id] })
    await it_.work()
    await it_.vault.correct(caller, { subjectId: wrong.id, number: fixtureNumber(900_004) })
    expect(await numberDeks()).toHaveLength(keysBefore + 1)
    expect((await it_.retention.disposals.get(caller, _id)).state).toBe('running')
    expect((await it_.vault.currentMasked(caller.organizationId, [leaver.id])).size).toBe(0)
    const causes = it_.errors
      .splice(0)
      .map((error) => (error instanceof Error && error.cause instanceof Error ? error.cause.message : ''))
    expect(causes).toEqual(['ANCHOR_URL: it is away', 'ANCHOR_URL: it is away'])

    it_.breakList(false)
    it_.moveClock(120_000)
    await it_.work()
    expect((await it_.retention.disposals.get(caller, _id)).state).toBe('done')
    expect(await it_.vault.finishCorrections()).toBe(1)
    expect(await it_.vault.finishCorrections()).toBe(0)
    expect(await numberDeks()).toHaveLength(1)
    it_.moveClock(0)
    expect(await it_.recover()).toEqual([])
  })
})
