import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { emptyParts } from '../support/parts.ts'
import { codeOf, Killed, startPayments } from '../support/payments-setup.ts'

let here: Awaited<ReturnType<typeof startPayments>>
beforeAll(async () => {
  await emptyParts()
  here = await startPayments()
})
beforeEach(() => here.moveClock(0))
afterAll(() => here.stop())

const wish = { form: '309', year: 2026 } as const

/** Five payees with numbers, two slips a chunk: three chunks of checks, the decision, three of numbers, the package. */
const makeFive = async () => {
  const place = await here.newOrganization()
  const numbers: string[] = []
  const ids: string[] = []
  for (let i = 0; i < 5; i++) {
    const { id } = await here.payee(place)
    ids.push(id)
    numbers.push(await here.register(place, id, place.noticeId))
    await here.pay(place, id)
  }
  const filing = await here.payments.filings.create(place.caller, { ...wish, companyId: place.companyId })
  return { place, ids, numbers, filing }
}
const firstOfNumbers = 5
const commitsInAll = 8

describe('a worker that is killed', () => {
  // What 'before' the n-th leaves behind is what 'after' the one before it does, and more.
  it.each([
    ...Array.from({ length: commitsInAll }, (_, i) => ['before', i + 1] as const),
    ['after', commitsInAll] as const,
  ])('%s commit %i leaves a filing that the next one finishes, with one entry for each number', async (when, at) => {
    const { place, ids, numbers, filing } = await makeFive()
    await expect(here.attempt(place.caller, filing.jobId, { at, when })).rejects.toThrow(Killed)
    const done = at === commitsInAll && when === 'after'
    if (!done) expect((await here.attempt(place.caller, filing.jobId)).state).toBe('succeeded')
    expect(await here.payments.filings.get(place.caller, filing.id)).toMatchObject({
      packageState: 'ready',
      counts: { slips: 5, withoutNumber: 0 },
    })
    const released = (await here.entriesOf(place.caller)).filter(({ operation }) => operation === 'file')
    expect(released.map(({ subjectId }) => subjectId)).toEqual(ids)
    const { records } = await here.opened(place.caller, filing.id)
    expect(records.map((record, i) => record[52] === `0${numbers[i]}`)).toEqual([true, true, true, true, true])
  })

  it('and comes back with an older fence writes nothing', async () => {
    const { place, filing } = await makeFive()
    await expect(here.attempt(place.caller, filing.jobId, { at: 2, when: 'after' })).rejects.toThrow(Killed)
    const { organizationId, fence } = await here.jobs.get(place.caller, filing.jobId)
    await expect(here.attempt(place.caller, filing.jobId, { at: 1, when: 'after' })).rejects.toThrow(Killed)
    expect(await here.jobs.store.step(organizationId, filing.jobId, fence, { progress: { done: 0 } })).toBe(false)
  })
})

describe('the rendered package', () => {
  it('is byte for byte the same when the worker was killed in between', async () => {
    const { place, filing } = await makeFive()
    await expect(here.attempt(place.caller, filing.jobId, { at: commitsInAll, when: 'before' })).rejects.toThrow(Killed)
    const sealedOf = async () =>
      here.db.mongoose.connection.db
        ?.collection('files')
        .countDocuments({ organizationId: place.caller.organizationId })
    // The parts alone: what the attempt had put together went with it.
    expect(await sealedOf()).toBe(3)
    await here.attempt(place.caller, filing.jobId)
    const first = await here.download(place.caller, filing.id)

    const again = await here.payments.filings.create(place.caller, { ...wish, companyId: place.companyId })
    await here.db.mongoose.connection.db
      ?.collection<{ _id: string }>('filings')
      .updateOne({ _id: again.id }, { $set: { createdAt: filing.createdAt } })
    here.moveClock(60_000)
    await here.attempt(place.caller, again.jobId)
    const second = await here.download(place.caller, again.id)
    expect(Buffer.from(first).equals(Buffer.from(second))).toBe(true)
  })

  it('and its parts hold no digits that could be read: no collection does', async () => {
    const { place, numbers, filing } = await makeFive()
    await expect(here.attempt(place.caller, filing.jobId, { at: commitsInAll, when: 'before' })).rejects.toThrow(Killed)
    const found: string[] = []
    for (const { name } of (await here.db.mongoose.connection.db?.listCollections().toArray()) ?? [])
      for await (const row of here.db.mongoose.connection.db?.collection(name).find({}, { raw: true }) ?? [])
        for (const number of numbers)
          if (
            Buffer.isBuffer(row) &&
            [number, Buffer.from(number).toString('base64')].some((form) => row.includes(form))
          )
            found.push(name)
    expect(found).toEqual([])
  })

  it('leaves no part behind', async () => {
    const { place, filing } = await makeFive()
    await here.attempt(place.caller, filing.jobId)
    const rows = await here.db.mongoose.connection.db
      ?.collection('files')
      .find({ organizationId: place.caller.organizationId })
      .toArray()
    expect(rows?.map(({ kind }) => kind)).toEqual(['filing'])
  })
})

describe('a disposal meanwhile', () => {
  it('of somebody in the parts makes the filing ask for the numbers once more', async () => {
    const { place, ids, filing } = await makeFive()
    const { organizationId } = place.caller
    await expect(here.attempt(place.caller, filing.jobId, { at: 6, when: 'after' })).rejects.toThrow(Killed)
    const gone = ids[0] ?? ''
    const versions = await here.db.inTransaction(() => here.vault.beginDisposal(organizationId, [gone]))
    await here.vault.deleteKeys(organizationId, versions)
    await here.files.destroyHolding(organizationId, [gone])
    expect((await here.attempt(place.caller, filing.jobId)).state).toBe('succeeded')
    expect(await here.payments.filings.get(place.caller, filing.id)).toMatchObject({
      counts: { slips: 5, withoutNumber: 1 },
    })
    const { records } = await here.opened(place.caller, filing.id)
    expect(records.map((record) => record[52]?.length)).toEqual([0, 13, 13, 13, 13])
  })

  it('between reading and commit leaves the number out, and no key of what was written', async () => {
    const { place, ids, filing } = await makeFive()
    const job = await here.attempt(place.caller, filing.jobId, undefined, async (commit) => {
      if (commit === firstOfNumbers) await here.dispose(place.caller, ids[0] ?? '')
    })
    expect(job.state).toBe('succeeded')
    const { records } = await here.opened(place.caller, filing.id)
    expect(records.map((record) => record[52]?.length)).toEqual([0, 13, 13, 13, 13])
    const released = (await here.entriesOf(place.caller)).filter(({ operation }) => operation === 'file')
    expect(released.map(({ subjectId }) => subjectId)).toEqual(ids.slice(1))
    expect(await here.fileKeysOf(place.caller)).toHaveLength(1)
  })

  it('cannot commit beside a chunk that takes the number: it waits, and then finds the part', async () => {
    const { place, ids, filing } = await makeFive()
    const { organizationId } = place.caller
    let began = false
    let beginning: Promise<unknown> | undefined
    const inCommit = async (commit: number): Promise<void> => {
      if (commit !== firstOfNumbers) return
      beginning ??= here.db
        .inTransaction(() => here.vault.beginDisposal(organizationId, [ids[0] ?? '']))
        .then(() => {
          began = true
        })
      await new Promise((resolve) => setTimeout(resolve, 300))
      expect(began).toBe(false)
    }
    const die = { at: firstOfNumbers, when: 'after' } as const
    await expect(here.attempt(place.caller, filing.jobId, die, undefined, inCommit)).rejects.toThrow(Killed)
    await beginning
    expect(await here.files.destroyHolding(organizationId, [ids[0] ?? ''])).toBe(1)
    expect(await here.fileKeysOf(place.caller)).toEqual([])
  })

  it('before the last commit takes parts and package, and the filing is prepared once more', async () => {
    const { place, ids, filing } = await makeFive()
    const last = here.attempt(place.caller, filing.jobId, undefined, async (commit) => {
      if (commit === commitsInAll) await here.dispose(place.caller, ids[4] ?? '')
    })
    expect(await codeOf(last)).toBe('unavailable')
    expect(await here.fileKeysOf(place.caller)).toEqual([])
    expect((await here.attempt(place.caller, filing.jobId)).state).toBe('succeeded')
    const { records } = await here.opened(place.caller, filing.id)
    expect(records.map((record) => record[52]?.length)).toEqual([13, 13, 13, 13, 0])
  })

  it('or a correction of somebody in the package takes the package with it, for good', async () => {
    const { place, ids, filing } = await makeFive()
    await here.attempt(place.caller, filing.jobId)
    await here.register(place, ids[2] ?? '', place.noticeId, 'correct')
    expect(await codeOf(here.payments.filings.package(place.caller, filing.id))).toBe('expired')
    expect(await here.payments.filings.get(place.caller, filing.id)).toMatchObject({ packageState: 'expired' })
  })

  it('of somebody in the package takes the package with it', async () => {
    const { place, ids, filing } = await makeFive()
    await here.attempt(place.caller, filing.jobId)
    await here.files.destroyHolding(place.caller.organizationId, [ids[3] ?? ''])
    expect(await codeOf(here.payments.filings.package(place.caller, filing.id))).toBe('expired')
  })
})

describe('a download', () => {
  it('that broke off may be repeated by the same person for 15 minutes, and by nobody else', async () => {
    const { place, filing } = await makeFive()
    await here.attempt(place.caller, filing.jobId)
    const broken = await here.payments.filings.package(place.caller, filing.id)
    broken.stream.destroy()
    await broken.sent(false)
    const { caller } = place
    const other = { ...caller, actor: { type: 'staff', id: 'stf_other', userId: 'j0002', name: '担当 次郎' } } as const
    expect(await codeOf(here.payments.filings.package(other, filing.id))).toBe('used_up')
    here.moveClock(14 * 60_000)
    const { stream } = await here.payments.filings.package(caller, filing.id)
    expect((await buffer(stream)).length).toBeGreaterThan(1000)
    here.moveClock(15 * 60_000 + 5000)
    expect(await codeOf(here.payments.filings.package(caller, filing.id))).toBe('used_up')
    expect(await here.payments.filings.get(caller, filing.id)).toMatchObject({ packageState: 'used_up' })
  })

  it('that broke and was not repeated is used up with the sweep, and its key goes', async () => {
    const { place, filing } = await makeFive()
    await here.attempt(place.caller, filing.jobId)
    const { stream } = await here.payments.filings.package(place.caller, filing.id)
    stream.destroy()
    here.moveClock(15 * 60_000 + 1)
    expect(await here.payments.filings.sweep()).toBeGreaterThan(0)
    here.moveClock(16 * 60_000)
    await here.files.sweep()
    expect(await here.fileKeysOf(place.caller)).toEqual([])
    here.moveClock(0)
    expect(await here.payments.filings.get(place.caller, filing.id)).toMatchObject({ packageState: 'used_up' })
  })

  it('of a package that is a week old is refused', async () => {
    const { place, filing } = await makeFive()
    await here.attempt(place.caller, filing.jobId)
    here.moveClock(7 * 24 * 3600_000)
    expect(await codeOf(here.payments.filings.package(place.caller, filing.id))).toBe('expired')
  })
})
