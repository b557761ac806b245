import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { describeRecord, formats, type StoredBytes, toBuffer } from '../../src/core/keys/keys.ts'
import { createRenewal, type Renewal } from '../../src/core/renewal/renewal.ts'
import { secretsAtRest } from '../../src/core/shared/secrets-at-rest.ts'
import { codeOf, createTestCore, type TestCore, type TestCoreOrganization } from '../support/core.ts'
import { fixtureNumber } from '../support/fixture-number.ts'

/** A format for this test alone, which can be read beside the first; which one is written, the test says. */
const format = { current: 1 }
vi.spyOn(formats, 'current').mockImplementation(() => format.current)
vi.spyOn(formats, 'label').mockImplementation((of) => ['', 'azukari.v1', 'azukari.test-format-2'][of])

let core: TestCore
let org: TestCoreOrganization
let renewal: Renewal
beforeAll(async () => {
  core = await createTestCore()
  renewal = createRenewal({ ...core, secrets: secrets(), onError: (error) => core.errors.push(error) })
  await core.db.prepare()
})
beforeEach(async () => {
  format.current = 1
  for (const name of ['numbers', 'migrations', 'subjects', 'ledger_entries'])
    await core.db.mongoose.connection.collection(name).deleteMany({})
  org = await core.makeOrganization()
})
afterAll(() => core.stop())

/** The core of these tests is not the whole graph; test/security/secrets-at-rest.test.ts renews every field there is. */
const secrets = () => secretsAtRest.filter(({ model }) => core.db.mongoose.modelNames().includes(model))
const copyOf = (bytes: StoredBytes | undefined): Buffer => Buffer.from(toBuffer(bytes ?? Buffer.alloc(0)))

type Stored = { _id: string; sealed: StoredBytes; dekId: string; personal: StoredBytes; names: StoredBytes }
const rowsOf = async (name: string): Promise<Stored[]> => (await core.documents(name)) as Stored[]
const formatsOf = async (name: string, field: 'sealed' | 'personal' | 'names'): Promise<(number | undefined)[]> => [
  ...new Set((await rowsOf(name)).map((row) => describeRecord(row[field]).format)),
]
const register = async (n: number): Promise<string> => {
  const input = { kind: 'employee' as const, companyId: org.companyId, name: `東野 ${n}`, birthOn: '1980-04-01' }
  const { id } = await core.subjects.create(org.caller, input)
  await core.vault.register(org.caller, { subjectId: id, number: fixtureNumber(n) })
  return id
}
const people = async (count: number): Promise<string[]> => {
  const ids: string[] = []
  for (let n = 1; n <= count; n++) ids.push(await register(n))
  return ids
}
/** Whether each number is what it was, without a digit in the outcome. */
const read = async (ids: readonly string[], some = ids): Promise<boolean[]> => {
  const same: boolean[] = []
  await core.vault.reveal(
    { ...org.caller, at: new Date(Date.now() + 1000) },
    { subjectIds: some, purpose: 'withholding_tax', use: 'view' },
    ({ digits, subjectId }) => same.push(digits.toString('latin1') === fixtureNumber(ids.indexOf(subjectId) + 1)),
  )
  return same
}
const resultOf = async (area: string, run = renewal.run) => (await run()).find((result) => result.area === area)

describe('under a new format version', () => {
  it('the old records are read, and new ones are written, side by side', async () => {
    const [old = ''] = await people(1)
    format.current = 2
    const fresh = await register(2)
    expect((await formatsOf('numbers', 'sealed')).sort()).toEqual([1, 2])
    expect(await read([old, fresh])).toEqual([true, true])
    // A record of one version does not pass for one of the other.
    const [row] = await rowsOf('numbers')
    const swapped = copyOf(row?.sealed)
    swapped[0] = 2
    await core.db.mongoose.connection
      .collection<Stored>('numbers')
      .updateOne({ _id: row?._id ?? '' }, { $set: { sealed: swapped } as never })
    await expect(read([old])).rejects.toMatchObject({ code: 'internal' })
  })

  it('numbers and personal fields are written anew: same key, fresh IV, everything readable, and nothing twice', async () => {
    const ids = await people(5)
    const before = await rowsOf('numbers')
    const ledgerBefore = (await rowsOf('ledger_entries')).length
    format.current = 2
    expect(await resultOf('NumberVersion.sealed')).toEqual({ area: 'NumberVersion.sealed', renewed: 5, done: false })
    const after = await rowsOf('numbers')
    expect(after.map(({ dekId }) => dekId)).toEqual(before.map(({ dekId }) => dekId))
    const ivs = [...before, ...after].map(({ sealed, dekId }) =>
      copyOf(sealed)
        .subarray(2 + dekId.length, 14 + dekId.length)
        .toString('hex'),
    )
    expect(new Set(ivs).size).toBe(10)
    for (const [name, field] of [
      ['numbers', 'sealed'],
      ['subjects', 'personal'],
      ['ledger_entries', 'names'],
    ] as const)
      expect([name, await formatsOf(name, field)]).toEqual([name, [2]])
    expect((await rowsOf('ledger_entries')).length).toBe(ledgerBefore)

    // The second pass finds nothing older, and says that it is done; from then on nothing is even read.
    expect(await resultOf('NumberVersion.sealed')).toEqual({ area: 'NumberVersion.sealed', renewed: 5, done: true })
    expect(await rowsOf('numbers')).toEqual(after)
    expect(await read(ids)).toEqual(ids.map(() => true))
    expect(await core.subjects.get(org.caller, ids[0] ?? '')).toMatchObject({ name: '東野 1', birthOn: '1980-04-01' })
    expect((await core.subjects.list(org.caller, { name: '東野', limit: 10 })).rows).toHaveLength(5)
    const entries = await core.ledger.list(org.caller, {
      from: new Date(0),
      to: new Date('2100-01-01'),
      order: 'asc',
      limit: 100,
    })
    expect(entries.rows.some(({ subjectName }) => subjectName === '東野 1')).toBe(true)
  })

  it('what a process of the last release wrote behind it is found by the next pass, or when the operator asks', async () => {
    await people(2)
    format.current = 2
    await renewal.run()
    format.current = 1
    await register(3)
    format.current = 2
    expect(await resultOf('NumberVersion.sealed')).toMatchObject({ renewed: 3, done: false })
    expect(await resultOf('NumberVersion.sealed')).toMatchObject({ renewed: 3, done: true })
    format.current = 1
    await register(4)
    format.current = 2
    expect(await resultOf('NumberVersion.sealed')).toMatchObject({ renewed: 3, done: true })
    expect((await formatsOf('numbers', 'sealed')).length).toBe(2)
    expect(await resultOf('NumberVersion.sealed', renewal.again)).toMatchObject({ renewed: 4, done: true })
    expect(await formatsOf('numbers', 'sealed')).toEqual([2])
  })

  it('a process of the last release leaves alone what the newer one has written', async () => {
    format.current = 2
    await people(2)
    format.current = 1
    await renewal.again()
    expect(await formatsOf('numbers', 'sealed')).toEqual([2])
  })

  it('one that cannot be read stays as it is, and the others are written anew', async () => {
    await people(3)
    const [broken] = await rowsOf('numbers')
    const bytes = copyOf(broken?.sealed)
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 1) ^ 1, bytes.length - 1)
    await core.db.mongoose.connection
      .collection<Stored>('numbers')
      .updateOne({ _id: broken?._id ?? '' }, { $set: { sealed: bytes } as never })
    core.errors.length = 0
    format.current = 2
    expect(await resultOf('NumberVersion.sealed')).toMatchObject({ renewed: 2 })
    expect(core.errors).toHaveLength(1)
    expect(await resultOf('NumberVersion.sealed')).toMatchObject({ renewed: 2, done: true })
    const [after] = (await rowsOf('numbers')).filter(({ _id }) => _id === broken?._id)
    expect(copyOf(after?.sealed).equals(bytes)).toBe(true)
  })
})

describe('while it is in use', () => {
  it('a page that was read before a correction does not bring the wrong digits back, nor does one before a disposal', async () => {
    const ids = await people(3)
    format.current = 2
    const { openMany } = core.keys.deks
    const meanwhile = vi.spyOn(core.keys.deks, 'openMany').mockImplementationOnce(async (organizationId, dekIds) => {
      const opened = await openMany(organizationId, dekIds)
      await core.vault.correct(org.caller, { subjectId: ids[0] ?? '', number: fixtureNumber(77) })
      const gone = [ids[1] ?? '']
      const disposing = await core.db.inTransaction(() => core.vault.beginDisposal(organizationId, gone))
      await core.vault.deleteKeys(organizationId, disposing)
      await core.db.inTransaction(() => core.vault.finishDisposal(organizationId, gone, new Date()))
      return opened
    })
    const page = await core.vault.renewNumbers('', 500)
    meanwhile.mockRestore()
    expect(page.renewed).toBe(1)
    const rows = await rowsOf('numbers')
    expect(rows).toHaveLength(3)
    expect(rows.filter(({ sealed }) => sealed !== undefined)).toHaveLength(2)
    const digits: boolean[] = []
    await core.vault.reveal(
      { ...org.caller, at: new Date(Date.now() + 1000) },
      { subjectIds: [ids[0] ?? ''], purpose: 'withholding_tax', use: 'view' },
      (number) => digits.push(number.digits.toString('latin1') === fixtureNumber(77)),
    )
    expect(digits).toEqual([true])
  })

  it('a page that was read before an edit does not bring the old name back', async () => {
    const [id = ''] = await people(1)
    format.current = 2
    let edits = 0
    /** Asked for the field key when the page of subjects has been read and is about to be written. */
    const fields: typeof core.keys.fields = {
      ...core.keys.fields,
      for: async (organizationId) => {
        edits += 1
        await core.subjects.update(org.caller, id, { name: '改姓 花子' })
        return core.keys.fields.for(organizationId)
      },
    }
    const subjectsOnly = createRenewal({
      ...core,
      keys: { ...core.keys, fields },
      secrets: secrets().filter(({ model }) => model === 'Subject'),
      onError: () => undefined,
    })
    await subjectsOnly.run()
    expect(edits).toBe(1)
    expect((await core.subjects.get(org.caller, id)).name).toBe('改姓 花子')
  })

  it('reveals, corrections, edits and two workers go on beside it, and nothing is unreadable at any moment', async () => {
    const ids = await people(40)
    const corrected = ids.filter((_, n) => n % 4 === 0)
    const untouched = ids.filter((id) => !corrected.includes(id))
    format.current = 2
    let over = false
    const whole = async (): Promise<number> => {
      let looks = 0
      while (!over) {
        expect((await read(ids, untouched)).every(Boolean)).toBe(true)
        // One that is being corrected may ask to be looked at again, and nothing else.
        expect(['it worked', 'number_missing']).toContain(await codeOf(read(ids, corrected)))
        looks += 1
      }
      return looks
    }
    const corrections = async (): Promise<void> => {
      // The same digits again: readers can tell that nothing was mixed up.
      for (let n = 0; n < 40; n += 4)
        await core.vault.correct(org.caller, { subjectId: ids[n] ?? '', number: fixtureNumber(n + 1) })
    }
    const edited = async (): Promise<void> => {
      for (let n = 1; n < 40; n += 4) await core.subjects.update(org.caller, ids[n] ?? '', { name: `改名 ${n}` })
    }
    // Small pages, so that much happens between them.
    const renewed = async (): Promise<void> => {
      for (let after: string | undefined = ''; after !== undefined; )
        after = (await core.vault.renewNumbers(after, 3)).last
    }
    const reader = whole().catch((error: unknown) => error)
    await Promise.all([renewed(), renewed(), corrections(), edited(), renewal.run(), renewal.run()])
    over = true
    expect(await reader).toBeGreaterThan(0)
    await renewal.again()
    expect(await formatsOf('numbers', 'sealed')).toEqual([2])
    expect(await formatsOf('subjects', 'personal')).toEqual([2])
    expect(await read(ids)).toEqual(ids.map(() => true))
    for (let n = 1; n < 40; n += 4) expect((await core.subjects.get(org.caller, ids[n] ?? '')).name).toBe(`改名 ${n}`)
  }, 60_000)

  it('a worker that died goes on where it stopped', async () => {
    await people(1)
    const { _id, ...row } = (await rowsOf('numbers'))[0] as Stored & Record<string, unknown>
    const others = Array.from({ length: 1200 }, (_, n) => ({
      ...row,
      _id: `num_other_${String(n).padStart(5, '0')}`,
      subjectId: `sub_other_${n}`,
    }))
    await core.db.mongoose.connection.collection('numbers').insertMany(others as never[])
    format.current = 2
    const pages: string[] = []
    const dies = createRenewal({
      ...core,
      secrets: [],
      onError: () => undefined,
      vault: {
        renewNumbers: async (after, limit) => {
          pages.push(after)
          if (pages.length === 3) throw new Error('killed')
          return core.vault.renewNumbers(after, limit)
        },
      },
    })
    await expect(dies.run()).rejects.toThrow('killed')
    expect(pages).toHaveLength(3)
    await dies.run()
    expect(pages[3]).toBe(pages[2])
    expect(pages[3]).not.toBe('')
  })
})
