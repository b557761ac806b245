import type { Collection } from 'mongodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type EntryFilter,
  equalitiesOf,
  indexFor,
  placeOf,
  stretchesOf,
} from '../../src/core/ledger/entry-query.rules.ts'
import { ledgerOperationCodes, type Touch } from '../../src/core/ledger/ledger.ts'
import type { Caller } from '../../src/core/shared/caller.ts'
import { createTestCore, type TestCore } from '../support/core.ts'

const total = 6000
const start = Date.parse('2026-01-01T00:00:00Z')
const page = 20

let core: TestCore
let organizationId: string
let entries: Collection<{ _id: string }>

/** One act of four entries, recorded as the service records it. */
const actOf = (act: number): { caller: Caller; touches: Touch[] } => {
  const caller: Caller = {
    organizationId,
    platformId: 'plt_01JZ0000000000000000000000',
    mode: 'test',
    clientId: `cli_${act % 2}`,
    actor: { type: 'staff', id: `stf_${act % 7}`, userId: `j${act % 7}`, name: '担当' },
    assurance: act % 11 === 0 ? 'idp' : 'host',
    requestId: `rid_${act}`,
    at: new Date(start + act * 60_000),
    ...(act % 13 === 0 ? { place: '本社' } : {}),
  }
  const touches = Array.from({ length: 4 }, (_, line): Touch => {
    const i = act * 4 + line
    return {
      operation: ledgerOperationCodes[i % 8] ?? 'view',
      functionName: '試験',
      outcome: i % 997 === 0 ? 'refused' : i % 3 === 0 ? 'released' : 'done',
      ...(i % 3 === 0 ? { purpose: 'withholding_tax', use: 'view' } : {}),
      subject: {
        id: `sub_${i % 50}`,
        kind: 'employee',
        companyId: 'com_01JZ0000000000000000000000',
        code: String(i % 50),
        shownName: '東野 二郎',
        department: { code: String(101 + (i % 5)), name: '部' },
        grams: [i % 50, 100 + (i % 5), 200],
      },
    }
  })
  return { caller, touches }
}

const record = async (acts: readonly { caller: Caller; touches: Touch[] }[]): Promise<void> => {
  const rows = []
  for (const { caller, touches } of acts) rows.push(...(await core.ledger.prepare(caller, touches)))
  await core.ledger.append(rows)
}

beforeAll(async () => {
  core = await createTestCore()
  organizationId = (await core.makeOrganization()).caller.organizationId
  entries = core.db.mongoose.connection.collection<{ _id: string }>('ledger_entries') as never
  await record(Array.from({ length: total / 4 }, (_, act) => actOf(act)))
}, 60_000)
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
    const wanted = (await entries
      .find({ organizationId, functionName: '試験' } as object)
      .sort({ at: 1, line: 1, _id: 1 })
      .toArray()) as never as Row[]
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
    const { caller } = await core.makeOrganization()
    const many = caller.organizationId
    const act = actOf(0)
    const at = new Date(start)
    const touches = Array.from({ length: 3000 }, (_, i) => act.touches[i % 4] as Touch)
    await record([{ caller: { ...caller, at }, touches }])
    const filter = { ...period }
    const last = await entries.findOne({ organizationId: many, at, line: 2500 } as object)
    const stretches = stretchesOf(filter, placeOf({ at, line: 2500, _id: last?._id ?? '' }), 1)
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
