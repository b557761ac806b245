import type { Collection } from 'mongodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type EntryFilter,
  equalitiesOf,
  indexFor,
  placeOf,
  stretchesOf,
} from '../../src/core/ledger/entry-query.rules.ts'
import { ledgerOperationCodes } from '../../src/core/ledger/operations.ts'
import { newId } from '../../src/core/shared/ids.ts'
import { createTestCore, type TestCore } from '../support/core.ts'

/** A small organization beside a large one: what a query reads must not grow with what it does not show. */
const organizationId = 'org_01JZ0000000000000000000000'
const total = 6000
const start = Date.parse('2026-01-01T00:00:00Z')
const page = 20

let core: TestCore
let entries: Collection<{ _id: string }>

const rowOf = (i: number) => {
  const released = i % 3 === 0
  return {
    _id: newId('entry'),
    organizationId,
    at: new Date(start + Math.floor(i / 4) * 60_000),
    recordedAt: new Date(start + i * 1000),
    line: i % 4,
    operation: ledgerOperationCodes[i % 8],
    functionName: '試験',
    actor: { type: 'staff', id: `stf_${i % 7}`, userId: `j${i % 7}` },
    subjectId: `sub_${i % 50}`,
    departmentCode: String(101 + (i % 5)),
    code: String(i % 50),
    names: Buffer.alloc(40),
    grams: [i % 50, 100 + (i % 5), 200],
    ...(released ? { purpose: 'withholding_tax', use: 'view' } : {}),
    outcome: i % 997 === 0 ? 'refused' : released ? 'released' : 'done',
    requestId: `rid_${Math.floor(i / 4)}`,
    clientId: `cli_${i % 2}`,
    assurance: i % 11 === 0 ? 'idp' : 'host',
    ...(i % 13 === 0 ? { place: '本社' } : {}),
    commitments: {},
    mac: { keyId: '', digest: Buffer.alloc(0) },
  }
}

beforeAll(async () => {
  core = await createTestCore()
  entries = core.db.mongoose.connection.collection<{ _id: string }>('ledger_entries') as never
  const rows = Array.from({ length: total }, (_, i) => rowOf(i))
  await entries.insertMany(rows)
})
afterAll(() => core.stop())

const period = { from: new Date(start), to: new Date(start + total * 60_000) }
type More = Omit<EntryFilter, 'from' | 'to'>
type Row = { _id: string; at: Date; line: number }
const explained = async (filter: EntryFilter, direction: 1 | -1, after?: ReturnType<typeof placeOf>) => {
  let examined = 0
  let keys = 0
  const found: Row[] = []
  const stages: string[] = []
  for (const stretch of stretchesOf(filter, after, direction)) {
    const cursor = () =>
      entries
        .find({ ...equalitiesOf(organizationId, filter), ...stretch } as object)
        .sort({ at: direction, line: direction, _id: direction })
        .hint(indexFor(filter))
        .limit(page + 1 - found.length)
    if (found.length > page) break
    const plan = await cursor().explain('executionStats')
    examined += plan.executionStats.totalDocsExamined
    keys += plan.executionStats.totalKeysExamined
    stages.push(JSON.stringify(plan.queryPlanner.winningPlan))
    found.push(...((await cursor().toArray()) as unknown as Row[]))
  }
  return { examined, keys, found, plan: stages.join() }
}

const cases: [string, More][] = [
  ['a period alone', {}],
  ['department, code and operation', { departmentCode: '103', code: '2', operation: 'correct' }],
  ['department', { departmentCode: '103' }],
  ['department and operation', { departmentCode: '103', operation: 'check' }],
  ['code', { code: '7' }],
  ['code and operation', { code: '7', operation: 'print' }],
  ['operation', { operation: 'compare' }],
  ['person', { subjectId: 'sub_9' }],
  ['request', { requestId: 'rid_99' }],
  ['who acted, by id', { actorId: 'stf_3' }],
  ['who acted, by user id', { actorUserId: 'j3' }],
  ['purpose', { purpose: 'withholding_tax' }],
  ['use', { use: 'view' }],
  ['outcome', { outcome: 'refused' }],
  ['assurance', { assurance: 'idp' }],
  ['place', { place: '本社' }],
  ['client', { clientId: 'cli_1' }],
  ['part of a name', { grams: [3, 103] }],
]

describe('a page of the 取扱記録', () => {
  it.each(cases)(
    'by %s is read from its index, in order, and fetches little more than it shows',
    async (_name, more) => {
      for (const direction of [1, -1] as const) {
        const { examined, found, plan } = await explained({ ...period, ...more }, direction)
        expect(found.length).toBeGreaterThan(0)
        expect(examined).toBeLessThanOrEqual(3 * page)
        expect(plan).not.toContain('COLLSCAN')
        expect(plan).not.toContain('"stage":"SORT"')
      }
    },
  )

  it('far behind begins where the last one ended', async () => {
    const wanted = (await entries.find({ organizationId }).sort({ at: 1, line: 1, _id: 1 }).toArray()) as never as Row[]
    for (const direction of [1, -1] as const)
      for (const at of [4000, 4001, 4002, 4003]) {
        const row = wanted[at]
        if (row === undefined) throw new Error('no such row')
        const { keys, examined, found } = await explained(period, direction, placeOf(row))
        const next = direction === 1 ? wanted.slice(at + 1) : wanted.slice(0, at).reverse()
        expect(found.map(({ _id }) => _id)).toEqual(next.slice(0, page + 1).map(({ _id }) => _id))
        expect(keys).toBeLessThanOrEqual(2 * page)
        expect(examined).toBeLessThanOrEqual(2 * page)
      }
  })

  it('within an act of thousands of entries too', async () => {
    const many = 'org_01JZ0000000000000000000001'
    const at = new Date(start)
    const rows = Array.from({ length: 3000 }, (_, line) => ({ ...rowOf(line), organizationId: many, at, line }))
    await entries.insertMany(rows)
    const filter = { ...period }
    const stretches = stretchesOf(filter, placeOf({ at, line: 2500, _id: rows[2500]?._id ?? '' }), 1)
    const plans = await Promise.all(
      stretches.map((stretch) =>
        entries
          .find({ ...equalitiesOf(many, filter), ...stretch } as object)
          .sort({ at: 1, line: 1, _id: 1 })
          .hint(indexFor(filter))
          .limit(page)
          .explain('executionStats'),
      ),
    )
    for (const { executionStats } of plans) expect(executionStats.totalKeysExamined).toBeLessThanOrEqual(2 * page)
  })
})

describe('a total', () => {
  it.each(cases.filter(([, more]) => !('grams' in more)))('by %s is counted in the index', async (_name, more) => {
    const filter = { ...period, ...more }
    const [stretch = {}] = stretchesOf(filter, undefined, 1)
    const pipeline = [
      { $match: { ...equalitiesOf(organizationId, filter), ...stretch } },
      { $limit: 10_001 },
      { $group: { _id: 1, n: { $sum: 1 } } },
    ]
    const plan = await entries.aggregate(pipeline, { hint: indexFor(filter) }).explain('executionStats')
    const text = JSON.stringify(plan)
    const fetched = [...text.matchAll(/"totalDocsExamined":(\d+)/g)].map(([, n]) => Number(n))
    expect(fetched.length).toBeGreaterThan(0)
    expect(Math.max(...fetched)).toBe(0)
  })
})
