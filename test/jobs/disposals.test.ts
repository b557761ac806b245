import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Caller } from '../../src/core/shared/caller.ts'
import { AppError } from '../../src/core/shared/errors.ts'
import { emptyParts } from '../support/parts.ts'
import { codeOf, killPoints, startRetention } from '../support/retention-setup.ts'
import { sealingOf } from '../support/sealing-setup.ts'

let it_: Awaited<ReturnType<typeof startRetention>>
let caller: Caller
let companyId: string
beforeAll(async () => {
  await emptyParts()
  it_ = await startRetention()
})
beforeEach(async () => {
  const made = await it_.newOrganization()
  caller = made.caller
  companyId = made.companyId
})
afterEach(() => {
  it_.moveClock(0)
  it_.killNextAt(undefined)
  it_.breakJobs(undefined)
})
afterAll(() => it_.stop())

const minute = 60_000
const list = async (who: Caller) =>
  (await it_.ledger.list(who, { from: new Date(0), to: new Date('2100-01-01'), order: 'asc', limit: 200 })).rows
const outcomes = async (subjectId: string) =>
  (await list(caller))
    .filter((e) => e.subjectId === subjectId)
    .map(({ operation, outcome, refusal }) => [operation, outcome, refusal].filter(Boolean).join(' '))
const dekCount = () =>
  it_.keysDb.mongoose.connection
    .collection('deks')
    .countDocuments({ organizationId: caller.organizationId, purpose: 'number' })
const numbers = (subjectId: string) =>
  it_.db.mongoose.connection.collection('numbers').find({ organizationId: caller.organizationId, subjectId }).toArray()
const eventsOf = async () =>
  (
    await it_.db.mongoose.connection
      .collection('outbox')
      .find({ organizationId: caller.organizationId, topic: 'event' })
      .toArray()
  ).map(({ type }) => type)
const refusal = (attempt: Promise<unknown>): Promise<AppError> =>
  attempt.then(
    () => Promise.reject(new Error('it was not refused')),
    (error: unknown) => (error instanceof AppError ? error : Promise.reject(error)),
  )

describe('a disposal', () => {
  it('before its planned day is refused as a whole, with a pointer to each, and the refusal is on record', async () => {
    const old = await it_.employee(caller, companyId, '1', '2010-10-31')
    const young = await it_.employee(caller, companyId, '2', '2026-10-31')
    const open = await it_.employee(caller, companyId, '3')
    const error = await refusal(it_.retention.disposals.create(caller, { subjectIds: [old.id, young.id, open.id] }))
    expect(error.code).toBe('disposal_too_early')
    expect(error.places.map(({ pointer, code }) => [pointer, code])).toEqual([
      ['/subjectIds/1', 'disposal_too_early'],
      ['/subjectIds/2', 'disposal_too_early'],
    ])
    expect(await outcomes(young.id)).toContain('delete refused disposal_too_early')
    expect(await outcomes(old.id)).toEqual(['subject done', 'notice done', 'register_by_proxy done', 'employment done'])
    expect((await it_.vault.numberOf(caller, old.id)).state).toBe('registered')
    expect((await it_.retention.disposals.list(caller, { limit: 10 })).rows).toEqual([])
  })

  it('on its day removes key, ciphertext and mask of every version, with certificate, ledger and events', async () => {
    const { id, number } = await it_.employee(caller, companyId, '1', '2026-10-31')
    const other = await it_.employee(caller, companyId, '2', '2026-10-31')
    await it_.vault.reissue(caller, { subjectId: id, number: other.number })
    await it_.retention.setPlanned(caller, id, { plannedOn: '2034-02-01', reason: '延長' })
    const held = await it_.holdIn(caller.organizationId, [other.id, id])
    const free = await it_.holdIn(caller.organizationId, [other.id])
    await it_.moveTestClock(caller, '2034-01-31')
    expect(await codeOf(it_.retention.disposals.create(caller, { subjectIds: [id] }))).toBe('disposal_too_early')
    await it_.moveTestClock(caller, '2034-02-01')
    const before = await dekCount()

    const begun = await it_.retention.disposals.create(caller, { subjectIds: [id] })
    expect(begun).toMatchObject({ state: 'running', certificateIds: [] })
    expect((await it_.vault.currentMasked(caller.organizationId, [id])).size).toBe(0)
    expect(await codeOf(it_.retention.setPlanned(caller, id, { plannedOn: '2050-01-01', reason: 'x' }))).toBe(
      'number_missing',
    )
    expect((await it_.retention.schedule(caller, { limit: 10 })).rows.map((row) => row.subjectId)).toEqual([other.id])

    await it_.work()
    const done = await it_.retention.disposals.get(caller, begun._id)
    expect(done).toMatchObject({ state: 'done', certificateIds: [expect.stringMatching(/^crt_/)] })
    expect(done.finishedAt).toBeInstanceOf(Date)
    expect(await it_.jobs.get(caller, done.jobId)).toMatchObject({
      state: 'succeeded',
      progress: { done: 1, total: 1 },
    })
    expect(await dekCount()).toBe(before - 2)
    for (const row of await numbers(id)) {
      expect(row.state).toBe('deleted')
      for (const field of ['sealed', 'dekId', 'mask']) expect(row).not.toHaveProperty(field)
    }
    expect((await it_.vault.numberOf(caller, id)).state).toBe('disposed')
    expect(await codeOf(it_.files.read(caller.organizationId, held))).toBe('not_found')
    expect(await codeOf(it_.files.read(caller.organizationId, free).then((stream) => stream.destroy()))).toBe(
      'it worked',
    )
    expect((await outcomes(id)).slice(-2)).toEqual(['delete_started done', 'delete done'])
    expect((await eventsOf()).filter((type) => type === 'number.deleted').length).toBe(2)
    expect((await eventsOf()).filter((type) => type === 'certificate.issued').length).toBe(1)
    expect(
      await it_.db.mongoose.connection
        .collection('disposal_plans')
        .countDocuments({ organizationId: caller.organizationId }),
    ).toBe(0)

    const { rows } = await it_.retention.certificates.list(caller, { limit: 10, subjectId: id, total: true })
    const [certificate] = rows
    if (certificate === undefined) throw new Error('no certificate')
    expect(await it_.retention.certificates.get(caller, certificate._id)).toEqual(certificate)
    const jwks = createLocalJWKSet(await it_.keys.signing.jwks(['certificate']))
    const { payload } = await jwtVerify(certificate.jws, jwks, {
      typ: 'azukari-certificate+jwt',
      algorithms: ['EdDSA'],
    })
    expect(payload).toMatchObject({
      certificateId: certificate._id,
      organizationId: caller.organizationId,
      subjectId: id,
      disposalId: begun._id,
      status: 'deleted',
      removed: ['wrapped_key', 'ciphertext', 'mask'],
      businessAt: '2034-02-01T03:00:00.000Z',
      decidedBy: { staffId: caller.actor.type === 'staff' ? caller.actor.id : '', roles: ['officer'] },
      basis: { plannedOn: '2034-02-01', ruleIds: ['withholding_7y', 'retirement_income_7y'] },
    })
    expect(payload.versionIds).toHaveLength(2)
    expect(Math.abs(Date.parse(String(payload.deletedAt)) - Date.now())).toBeLessThan(minute)
    const text = JSON.stringify([payload, decodeProtectedHeader(certificate.jws)])
    expect(text).not.toMatch(/\d{12}/)
    expect([number, other.number, '*****', '社員', 'erased'].filter((secret) => text.includes(secret))).toEqual([])
    const [head, body, signature] = certificate.jws.split('.')
    const forged = `${head}.${Buffer.from(JSON.stringify({ ...payload, status: 'erased' })).toString('base64url')}.${signature}`
    await expect(jwtVerify(forged, jwks)).rejects.toThrow()
    expect(body).not.toBe('')
  })

  it('goes in chunks, each with its entries and progress together', async () => {
    const made = []
    for (let i = 0; i < 5; i++) made.push(await it_.employee(caller, companyId, `${i}`, '2010-10-31'))
    const { _id } = await it_.retention.disposals.create(caller, { subjectIds: made.map(({ id }) => id) })
    await it_.work()
    expect((await it_.retention.disposals.get(caller, _id)).certificateIds).toHaveLength(5)
    const entries = (await list(caller)).filter(({ operation }) => operation.startsWith('delete'))
    expect(entries.map(({ line }) => line)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(new Set(entries.map(({ at }) => at.getTime())).size).toBe(1)
  })

  it('asked for twice at once happens once, and the other one is refused on record', async () => {
    const { id } = await it_.employee(caller, companyId, '1', '2010-10-31')
    const both = [0, 1].map(() => codeOf(it_.retention.disposals.create(caller, { subjectIds: [id] })))
    expect((await Promise.all(both)).sort()).toEqual(['it worked', 'number_missing'])
    await it_.work()
    expect((await it_.retention.certificates.list(caller, { limit: 10 })).rows).toHaveLength(1)
    expect((await outcomes(id)).filter((o) => o.startsWith('delete_started'))).toHaveLength(1)
    expect(await outcomes(id)).toContain('delete refused number_missing')
  })

  it('and a 予定解除 at the same moment: exactly one of them happens', async () => {
    for (let i = 0; i < 4; i++) {
      const { id } = await it_.employee(caller, companyId, `r${i}`, '2010-10-31')
      const [disposed, withdrawn] = await Promise.all([
        codeOf(it_.retention.disposals.create(caller, { subjectIds: [id] })),
        codeOf(it_.retention.removePlanned(caller, id, { reason: '再雇用', reviewOn: '2090-01-01' })),
      ])
      expect([disposed, withdrawn].filter((code) => code === 'it worked')).toHaveLength(1)
    }
    await it_.work()
  })

  it('with a clock more than five minutes from MongoDB’s is refused on record', async () => {
    const { id } = await it_.employee(caller, companyId, '1', '2010-10-31')
    for (const off of [6 * minute, -6 * minute]) {
      it_.moveClock(off)
      expect(await codeOf(it_.retention.disposals.create(caller, { subjectIds: [id] }))).toBe('clock_untrusted')
    }
    it_.moveClock(0)
    expect(await outcomes(id)).toEqual([
      'subject done',
      'notice done',
      'register_by_proxy done',
      'employment done',
      'delete refused clock_untrusted',
      'delete refused clock_untrusted',
    ])
    // What was recorded six minutes ago, by that clock, has its place: else nothing is disposed of.
    await sealingOf(it_).sealing.sealAll()
    it_.moveClock(4 * minute)
    expect(await codeOf(it_.retention.disposals.create(caller, { subjectIds: [id] }))).toBe('it worked')
    await it_.work()
  })

  it('and its certificates are not found from another organization', async () => {
    const { id } = await it_.employee(caller, companyId, '1', '2010-10-31')
    const { _id } = await it_.retention.disposals.create(caller, { subjectIds: [id] })
    await it_.work()
    const { certificateIds } = await it_.retention.disposals.get(caller, _id)
    const { caller: stranger } = await it_.newOrganization()
    expect(await codeOf(it_.retention.disposals.get(stranger, _id))).toBe('not_found')
    expect(await codeOf(it_.retention.certificates.get(stranger, certificateIds[0] ?? ''))).toBe('not_found')
    expect((await it_.retention.certificates.list(stranger, { limit: 10 })).rows).toEqual([])
    expect((await it_.retention.disposals.list(stranger, { limit: 10 })).rows).toEqual([])
  })
})

describe('a worker killed', () => {
  it.each(killPoints)('%s leaves nothing readable, and the next one finishes exactly once', async (point) => {
    const made = []
    for (let i = 0; i < 3; i++) made.push(await it_.employee(caller, companyId, `${i}`, '2010-10-31'))
    const subjectIds = made.map(({ id }) => id)
    const held = await it_.holdIn(caller.organizationId, subjectIds)
    const { _id } = await it_.retention.disposals.create(caller, { subjectIds })
    it_.killNextAt(point)
    await it_.work()
    expect((await it_.retention.disposals.get(caller, _id)).state).toBe('running')
    expect((await it_.vault.currentMasked(caller.organizationId, subjectIds)).size).toBe(0)
    // The files go with the keys, before anything is certified.
    const gone = killPoints.indexOf(point) >= killPoints.indexOf('after destroy')
    expect(await codeOf(it_.files.read(caller.organizationId, held).then((stream) => stream.destroy()))).toBe(
      gone ? 'not_found' : 'it worked',
    )
    // One that an export was still writing when the disposal began.
    const late = await it_.holdIn(caller.organizationId, subjectIds.slice(0, 1))
    // A sweep meanwhile leaves the job alone: its lease decides.
    expect(await it_.retention.finishDisposals()).toBe(0)

    it_.moveClock(2 * minute)
    await it_.work()
    const done = await it_.retention.disposals.get(caller, _id)
    expect(done).toMatchObject({ state: 'done' })
    expect(new Set(done.certificateIds).size).toBe(3)
    expect(await dekCount()).toBe(0)
    for (const file of [held, late]) expect(await codeOf(it_.files.read(caller.organizationId, file))).toBe('not_found')
    for (const id of subjectIds) {
      expect((await outcomes(id)).filter((o) => o === 'delete done')).toHaveLength(1)
      expect((await numbers(id)).map(({ state }) => state)).toEqual(['deleted'])
    }
    expect((await eventsOf()).filter((type) => type === 'number.deleted')).toHaveLength(3)
  })
})

describe('a disposal whose job has failed for good', () => {
  it('stays unreadable, and the sweep starts a new job that finishes it', async () => {
    const { id } = await it_.employee(caller, companyId, '1', '2010-10-31')
    const { _id, jobId } = await it_.retention.disposals.create(caller, { subjectIds: [id] })
    it_.breakJobs(new AppError('not_permitted', 'The appointment has ended.'))
    await it_.work()
    expect((await it_.jobs.get(caller, jobId)).state).toBe('failed')
    expect((await it_.retention.disposals.get(caller, _id)).state).toBe('failed')
    expect((await it_.vault.currentMasked(caller.organizationId, [id])).size).toBe(0)
    expect((await numbers(id)).map(({ state }) => state)).toEqual(['disposing'])

    it_.breakJobs(undefined)
    const started = await Promise.all([it_.retention.finishDisposals(), it_.retention.finishDisposals()])
    expect(started.toSorted()).toEqual([0, 1])
    await it_.work()
    const done = await it_.retention.disposals.get(caller, _id)
    expect(done.state).toBe('done')
    expect(done.jobId).not.toBe(jobId)
    expect(done.certificateIds).toHaveLength(1)
    expect(await it_.retention.finishDisposals()).toBe(0)
  })

  it('is found even when nobody could tell the disposal so', async () => {
    const { id } = await it_.employee(caller, companyId, '1', '2010-10-31')
    const { _id } = await it_.retention.disposals.create(caller, { subjectIds: [id] })
    it_.breakJobs(new AppError('not_permitted', 'x'))
    await it_.work()
    await it_.db.mongoose.connection
      .collection<{ _id: string; state: string }>('disposals')
      .updateOne({ _id }, { $set: { state: 'running' } })
    it_.breakJobs(undefined)
    expect(await it_.retention.finishDisposals()).toBe(1)
    await it_.work()
    expect((await it_.retention.disposals.get(caller, _id)).state).toBe('done')
  })

  it('is started anew at once, then less and less often', async () => {
    const { id } = await it_.employee(caller, companyId, '1', '2010-10-31')
    const { _id } = await it_.retention.disposals.create(caller, { subjectIds: [id] })
    it_.breakJobs(new AppError('not_permitted', 'x'))
    const sweep = async () => {
      await it_.work()
      return it_.retention.finishDisposals()
    }
    expect([await sweep(), await sweep()]).toEqual([1, 0])
    it_.moveClock(2.5 * minute)
    expect([await sweep(), await sweep()]).toEqual([1, 0])
    it_.breakJobs(undefined)
    it_.moveClock(10 * minute)
    expect(await sweep()).toBe(1)
    // Steps 2 and 3 wait for a trusted clock too.
    await it_.work()
    expect((await it_.retention.disposals.get(caller, _id)).state).toBe('running')
    it_.moveClock(0)
    expect((await numbers(id)).map(({ state }) => state)).toEqual(['disposing'])
  })
})
