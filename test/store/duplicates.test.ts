import { randomInt } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { DuplicatePage } from '../../src/core/vault/duplicates.ts'
import { MyNumber } from '../../src/core/vault/my-number.ts'
import { sealNumber } from '../../src/core/vault/number-cipher.ts'
import { indexOf } from '../../src/core/vault/number-index.ts'
import { createTestCore, type TestCore, type TestCoreOrganization } from '../support/core.ts'
import { fixtureNumber } from '../support/fixture-number.ts'

let core: TestCore
let org: TestCoreOrganization
beforeAll(async () => {
  core = await createTestCore()
})
beforeEach(async () => {
  org = await core.makeOrganization()
})
afterAll(() => core.stop())

const deks = () => core.keysDb.mongoose.connection.collection('deks')
const employee = (name: string) =>
  core.subjects.create(org.caller, { kind: 'employee', companyId: org.companyId, name })
const register = async (name: string, n: number) => {
  const { id } = await employee(name)
  const number = await core.vault.register(org.caller, { subjectId: id, number: fixtureNumber(n) })
  return { id, versionId: number.current?.versionId ?? '', duplicates: number.duplicates }
}
const entriesOf = async (subjectId: string) =>
  (await core.documents('ledger_entries')).filter(
    (entry) => entry.subjectId === subjectId && entry.operation === 'compare',
  )
const walk = async (limit = 20): Promise<DuplicatePage[]> => {
  const pages: DuplicatePage[] = []
  let after: string | undefined
  do {
    const page = await core.vault.listDuplicates(org.caller, { limit, ...(after !== undefined && { after }) })
    pages.push(page)
    after = page.next
  } while (after !== undefined)
  return pages
}
const eventsOf = async (type: string) =>
  (await core.documents('outbox')).filter(
    (row) => row.organizationId === org.caller.organizationId && row.type === type,
  )

/** Two different numbers with one value: among some 1,200 numbers, 20 bits bring two together. */
const sharingOneValue = async (): Promise<[number, number]> => {
  const hash = await core.keys.numberIndex.for(org.caller.organizationId)
  const seen = new Map<number, number>()
  for (let n = 1; ; n++) {
    const { value } = indexOf(hash, Buffer.from(fixtureNumber(n)))
    const other = seen.get(value)
    if (other !== undefined) return [other, n]
    seen.set(value, n)
  }
}

describe('a value of the index that two different numbers share', () => {
  it('holds two duplicates, if it comes to that: pages of one give each once', async () => {
    const pair = await sharingOneValue()
    const expected: string[] = []
    for (const n of pair) {
      const people = [await register(`甲 ${n}`, n), await register(`乙 ${n}`, n)]
      expected.push(
        people
          .map(({ id }) => id)
          .sort()
          .join(),
      )
    }
    for (const limit of [1, 2, 20]) {
      const groups = (await walk(limit)).flatMap(({ rows }) => rows)
      const named = groups.map(({ numbers }) =>
        numbers
          .map(({ subjectId }) => subjectId)
          .sort()
          .join(),
      )
      expect(named.sort()).toEqual([...expected].sort())
    }
  })

  it('is a candidate and no duplicate: both are compared, on record, and not reported', async () => {
    const pair = await sharingOneValue()
    const first = await register('甲 一郎', pair[0])
    const second = await register('乙 一郎', pair[1])
    expect(second.duplicates).toBeUndefined()
    expect(await eventsOf('number.duplicated')).toEqual([])
    expect(await entriesOf(first.id)).toHaveLength(1)
    const pages = await walk()
    expect(pages).toEqual([{ rows: [], complete: true }])
    expect([(await entriesOf(first.id)).length, (await entriesOf(second.id)).length]).toEqual([2, 1])
    // With a third who really has the first one's number, only these two are named.
    const third = await register('丙 一郎', pair[0])
    const [page] = await walk()
    expect(page?.rows.map(({ numbers }) => numbers.map(({ subjectId }) => subjectId).sort())).toEqual([
      [first.id, third.id].sort(),
    ])
  })
})

describe('the host', () => {
  it('is told by an event of ids when a person enters a number that somebody has; the person is not', async () => {
    const holder = await register('東野 二郎', 50)
    const { id } = await employee('西野 花子')
    const person = { ...org.caller, actor: { type: 'subject' as const, id, name: '西野 花子' } }
    const entered = await core.vault.register(person, { subjectId: id, number: fixtureNumber(50) })
    expect(entered).not.toHaveProperty('duplicates')
    expect(await eventsOf('number.duplicated')).toMatchObject([
      {
        data: {
          subjectId: id,
          versionId: entered.current?.versionId,
          otherSubjectId: holder.id,
          otherVersionId: holder.versionId,
        },
      },
    ])
  })

  it('is told of nothing that was not committed', async () => {
    await register('東野 二郎', 51)
    const { id } = await employee('西野 花子')
    const enter = () => core.vault.register(org.caller, { subjectId: id, number: fixtureNumber(51) })
    const results = await Promise.allSettled([enter(), enter(), enter()])
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await eventsOf('number.duplicated')).toHaveLength(1)
  })
})

it('a record of somebody else’s that cannot be read keeps nobody’s number out', async () => {
  const broken = await register('東野 二郎', 60)
  await core.db.mongoose.connection
    .collection<{ _id: string }>('numbers')
    .updateOne({ _id: broken.versionId }, { $set: { sealed: Buffer.alloc(60, 1) } })
  const before = core.errors.length
  const next = await register('西野 花子', 60)
  expect(next).toMatchObject({ versionId: expect.stringMatching(/^num_/) })
  expect(core.errors.length).toBe(before + 1)
})

it('what is being disposed of is compared with nothing', async () => {
  const going = await register('東野 二郎', 70)
  await register('西野 花子', 70)
  await core.db.inTransaction(() => core.vault.beginDisposal(org.caller.organizationId, [going.id]))
  expect((await walk()).flatMap(({ rows }) => rows)).toEqual([])
  expect((await register('南野 太郎', 70)).duplicates).toHaveLength(1)
})

describe('numbers from before there was an index', () => {
  const forget = (versionIds: readonly string[]) =>
    deks().updateMany({ refId: { $in: [...versionIds] } }, { $unset: { index: 1 } })

  it('are given their place by a task, and are found; until then the list says that it is not complete', async () => {
    const [a, b] = [await register('甲 一郎', 75), await register('乙 一郎', 75)]
    await forget([a.versionId, b.versionId])
    expect(await walk()).toEqual([{ rows: [], complete: false }])
    expect(await core.vault.placeNumbers()).toBe(2)
    expect(await core.vault.placeNumbers()).toBe(0)
    const [page] = await walk()
    expect(page?.complete).toBe(true)
    expect(page?.rows.map(({ numbers }) => numbers.map(({ subjectId }) => subjectId).sort())).toEqual([
      [a.id, b.id].sort(),
    ])
    expect((await register('丙 一郎', 75)).duplicates).toHaveLength(2)
  })

  it('that cannot be read are left as they are, and hold up nobody', async () => {
    const [torn, spoilt, whole] = [await register('甲', 76), await register('乙', 77), await register('丙', 78)]
    await deks().updateOne({ refId: torn.versionId }, { $set: { wrapped: Buffer.alloc(40, 1) } })
    await core.db.mongoose.connection
      .collection<{ _id: string }>('numbers')
      .updateOne({ _id: spoilt.versionId }, { $set: { sealed: Buffer.alloc(60, 1) } })
    await forget([torn.versionId, spoilt.versionId, whole.versionId])
    const before = core.errors.length
    expect(await core.vault.placeNumbers()).toBe(1)
    expect(core.errors.length).toBe(before + 2)
    expect((await register('丁', 78)).duplicates).toHaveLength(1)
    expect((await walk()).at(-1)?.complete).toBe(false)
  })

  it('are found by an index of their own', async () => {
    const plan = await deks()
      .find({ purpose: 'number', 'index.value': null })
      .sort({ organizationId: 1, _id: 1 })
      .explain('queryPlanner')
    const winning = JSON.stringify((plan as { queryPlanner: { winningPlan: unknown } }).queryPlanner.winningPlan)
    expect(winning).toContain('not_in_number_index')
    expect(winning).not.toContain('"SORT"')
  })
})

describe('while an epoch renews the index', () => {
  /** As the epoch leaves it half-way: the number's row is under another index key. */
  const move = (versionId: string, value: number) =>
    deks().updateOne({ refId: versionId }, { $set: { index: { keyId: 'key_7ZZZZZZZZZZZZZZZZZZZZZZZZZ', value } } })

  it('the list says that it may be incomplete, finds what stands under one key, and is whole again afterwards', async () => {
    const [a, b] = [await register('甲 一郎', 80), await register('乙 一郎', 80)]
    const [c, d] = [await register('丙 一郎', 81), await register('丁 一郎', 81)]
    expect((await walk()).map(({ complete, rows }) => [complete, rows.length])).toEqual([[true, 2]])
    await move(a.versionId, 5)
    expect((await walk(1)).at(-1)?.complete).toBe(false)
    const half = (await walk()).flatMap(({ rows }) => rows.flatMap(({ numbers }) => numbers))
    expect(half.map(({ subjectId }) => subjectId).sort()).toEqual([c.id, d.id].sort())
    await move(b.versionId, 5)
    await move(c.versionId, 6)
    await move(d.versionId, 6)
    expect((await walk()).map(({ complete, rows }) => [complete, rows.length])).toEqual([[true, 2]])
  })

  it('a list that was begun before goes on after it, and misses nothing', async () => {
    const people = []
    for (let n = 0; n < 6; n++) people.push(await register(`甲 ${n}`, 90 + Math.floor(n / 2)))
    const first = await core.vault.listDuplicates(org.caller, { limit: 1 })
    for (const [n, { versionId }] of people.entries()) await move(versionId, Math.floor(n / 2))
    const found = new Set(first.rows.flatMap(({ numbers }) => numbers.map(({ subjectId }) => subjectId)))
    for (let after = first.next; after !== undefined; ) {
      const page = await core.vault.listDuplicates(org.caller, { limit: 1, after })
      for (const { numbers } of page.rows) for (const { subjectId } of numbers) found.add(subjectId)
      after = page.next
    }
    expect(found.size).toBe(6)
  })
})

/** So many others with the same number: quicker than registering each. */
const copies = async (versionId: string, count: number): Promise<string[]> => {
  const { organizationId } = org.caller
  const [row] = (await core.documents('numbers')).filter(({ _id }) => _id === versionId)
  const [dek] = await deks().find({ refId: versionId }).toArray()
  const people = await Promise.all(Array.from({ length: count }, (_, n) => employee(`甲 ${n}`)))
  const versions = people.map(({ id }, n) => ({ id: `${versionId}_${n}`, subjectId: id }))
  const index = dek?.index
  const made = await core.keys.deks.prepare(
    organizationId,
    versions.map(({ id }) => ({ purpose: 'number', refId: id, index })),
  )
  const sealed = versions.map(({ id, subjectId }, n) => {
    const key = made[n]
    if (key === undefined) throw new Error('No DEK was made.')
    const place = { organizationId, subjectId, versionId: id }
    return {
      ...row,
      _id: id,
      subjectId,
      dekId: key.id,
      sealed: sealNumber(key, MyNumber.parse(fixtureNumber(110)), place),
    }
  })
  await core.db.mongoose.connection.collection('numbers').insertMany(sealed as never[])
  return versions.map(({ id }) => id)
}

describe('many numbers', () => {
  it('are looked through in bounded requests, each of which says where to go on', async () => {
    const { organizationId } = org.caller
    const [a, b] = [await register('甲 一郎', 100), await register('乙 一郎', 100)]
    const [row] = await deks().find({ refId: a.versionId }).toArray()
    // Rows of numbers that the data database does not know: they cost the look at the index, and nothing else.
    const index = () => ({ keyId: row?.index.keyId, value: randomInt(2 ** 20) })
    const others = Array.from({ length: 45_000 }, (_, n) => ({
      ...row,
      _id: `key_other_${n}`,
      refId: `num_other_${n}`,
      organizationId,
      index: index(),
    }))
    await deks().insertMany(others as never[])
    const pages = await walk()
    expect(pages.length).toBe(3)
    expect(pages.slice(0, -1).every(({ next }) => next !== undefined)).toBe(true)
    expect(
      pages.flatMap(({ rows }) => rows.flatMap(({ numbers }) => numbers.map(({ subjectId }) => subjectId))),
    ).toEqual(expect.arrayContaining([a.id, b.id]))
  })

  it('of one value are named up to a hundred, and more is said to be there', async () => {
    const first = await register('甲 一郎', 110)
    expect((await copies(first.versionId, 102)).length).toBe(102)
    const [page, ...more] = await walk()
    expect(more).toEqual([])
    expect(page?.rows).toMatchObject([{ kind: 'conflict', more: true }])
    expect(page?.rows[0]?.numbers).toHaveLength(100)
    // Whoever enters it once more is told of twenty.
    expect((await register('乙 一郎', 110)).duplicates).toHaveLength(20)
  })
})

it('the index is read in its order, without sorting, and by its first value without looking at others', async () => {
  await register('甲 一郎', 120)
  const { organizationId } = org.caller
  const plan = await deks()
    .find({ organizationId, 'index.value': { $gte: 0 } })
    .sort({ 'index.keyId': 1, 'index.value': 1, _id: 1 })
    .explain('queryPlanner')
  expect(JSON.stringify(plan)).toContain('number_index_in_order')
  expect(JSON.stringify((plan as { queryPlanner: { winningPlan: unknown } }).queryPlanner.winningPlan)).not.toContain(
    '"SORT"',
  )
})
