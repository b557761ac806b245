import type { Azukari } from '@azukari/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tokenFor } from '../support/contract.ts'
import { fixtureNumber } from '../support/fixture-number.ts'
import { rawRequest } from '../support/raw.ts'
import {
  makeEmployee,
  makeOrganization,
  startTestService,
  type TestOrganization,
  type TestService,
} from '../support/service.ts'

let service: TestService
let org: TestOrganization
let auditor: Azukari
let ids: string[]
let before: string
let ahead = 0

beforeAll(async () => {
  service = await startTestService({ worker: false, clock: { now: () => new Date(Date.now() + ahead) } })
  org = await makeOrganization(service)
  auditor = org.auditor.does
  const first = await makeEmployee(org, { code: '104', name: '東野 二郎' })
  const second = await makeEmployee(org, { code: '1040', name: '鈴木 奈々子' })
  ids = [first.id, second.id]
  for (const [i, id] of ids.entries()) await org.handler.does.numbers.register(id, { number: fixtureNumber(70 + i) })
  await org.handler.does.reveals.create({ subjectIds: ids, purpose: 'withholding_tax' })
  await org.handler.does.reveals.create({ subjectIds: [first.id], purpose: 'resident_tax', intent: 'print' })
  await org.auditor.does.reveals.create({ subjectIds: ids, purpose: 'withholding_tax' }).catch(() => undefined)
  before = new Date(Date.now() + 1).toISOString()
  await new Promise((resolve) => setTimeout(resolve, 5))
}, 60_000)
afterAll(() => service.close())

type Query = NonNullable<Parameters<Azukari['ledger']['listEntries']>[0]>
const of = async (query: Query) =>
  (await auditor.ledger.listEntries({ to: before, order: 'asc', ...query }).toArray({ limit: 1000 })).map(
    ({ operation, subjectName, outcome }) =>
      [operation, subjectName, outcome === 'refused' ? outcome : undefined].filter(Boolean).join(' '),
  )

describe('the 取扱記録 is narrowed', () => {
  it('by purpose, use and outcome', async () => {
    expect(await of({ purpose: 'resident_tax' })).toEqual(['print 東野 二郎'])
    expect(await of({ use: 'view', outcome: 'released' })).toEqual(['view 東野 二郎', 'view 鈴木 奈々子'])
    expect(await of({ use: 'print' })).toEqual(['print 東野 二郎'])
    expect(await of({ use: 'filing' })).toEqual([])
    expect(await of({ outcome: 'refused' })).toEqual(['view refused'])
  })

  it('by who acted: the id of a staff member or a client, or the host’s user id', async () => {
    const all = ['register_by_proxy 東野 二郎', 'register_by_proxy 鈴木 奈々子', 'view 東野 二郎', 'view 鈴木 奈々子']
    const acts = (rows: string[]) => rows.filter((row) => row !== 'login')
    expect(acts(await of({ actor: org.handler.id }))).toEqual([...all, 'print 東野 二郎'])
    expect(acts(await of({ actor: 'j-handler' }))).toEqual([...all, 'print 東野 二郎'])
    expect(acts(await of({ actor: 'j-auditor' }))).toEqual(['view refused'])
    expect(await of({ actor: 'j-hand' })).toEqual([])
    expect((await of({ actor: service.credentials.clientId })).length).toBeGreaterThan(0)
  })

  it('by request, client, assurance and place', async () => {
    const [entry] = await auditor.ledger.listEntries({ operation: 'print', to: before }).toArray({ limit: 1 })
    expect(await of({ requestId: entry?.requestId ?? '' })).toEqual(['print 東野 二郎'])
    expect(await of({ requestId: 'another' })).toEqual([])
    const { clientId } = service.credentials
    expect(await of({ clientId, operation: 'print' })).toEqual(['print 東野 二郎'])
    expect(await of({ clientId: 'cli_01JZ0000000000000000000000' })).toEqual([])
    expect(await of({ assurance: 'host', operation: 'print' })).toEqual(['print 東野 二郎'])
    expect(await of({ assurance: 'idp' })).toEqual([])
    expect(await of({ place: '本社 人事室' })).toEqual([])
  })

  it('by everything at once', async () => {
    const all = {
      from: new Date(Date.now() - 86_400_000).toISOString(),
      departmentCode: '101',
      code: '104',
      name: '二郎',
      operation: 'print',
      subjectId: ids[0] ?? '',
      purpose: 'resident_tax',
      use: 'print',
      outcome: 'released',
      assurance: 'host',
      clientId: service.credentials.clientId,
      actor: 'j-handler',
    } as const
    expect(await of(all)).toEqual(['print 東野 二郎'])
    expect(await of({ ...all, code: '1040' })).toEqual([])
    expect((await auditor.ledger.listEntries({ ...all, to: before, total: true })).total).toBe('1')
  })
})

describe('a question that cannot be answered', () => {
  it('is refused with the parameter that is wrong', async () => {
    const token = await tokenFor(service.baseUrl, service.credentials, {
      organization: org.organization.id,
      staff: org.auditor.id,
    })
    const asked = {
      'from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z': 'from',
      'from=2010-01-01T00:00:00Z&to=2026-01-01T00:00:00Z': 'from',
      'from=2026-13-01T00:00:00Z': 'from',
      [`name=${'あ'.repeat(1000)}`]: 'name',
      [`name=${'a'.repeat(10_000)}`]: 'name',
      [`code=${'1'.repeat(10_000)}`]: 'code',
      'code[$regex]=.*': 'code[$regex]',
      'operation[$ne]=view': 'operation[$ne]',
      [`outcome=${encodeURIComponent('{"$ne":null}')}`]: 'outcome',
      'use=everything': 'use',
    }
    for (const [query, parameter] of Object.entries(asked)) {
      const answer = await rawRequest(service, 'GET', `/v1/ledger/entries?${encodeURI(decodeURIComponent(query))}`, {
        token,
      })
      expect([answer.status, answer.json.code], query.slice(0, 60)).toEqual([400, 'invalid_request'])
      expect(
        answer.json.errors?.map((place) => place.parameter),
        query.slice(0, 60),
      ).toContain(parameter)
    }
  })

  it('a text that would be a pattern elsewhere is only a text here', async () => {
    for (const text of ['.*', '^1', '$where', '{"$gt":""}']) {
      expect(await of({ code: text })).toEqual([])
      expect(await of({ place: text })).toEqual([])
      expect(await of({ requestId: text })).toEqual([])
      expect(await of({ actor: text })).toEqual([])
      expect(await of({ name: text })).toEqual([])
    }
  })
})

describe('a read of the 取扱記録', () => {
  const reads = async () =>
    (await org.client.ledger.listEntries({ operation: 'read_ledger', actor: org.auditor.id, limit: 200 })).data

  it('is on record in the reader’s name, once for a query and not for each page', async () => {
    const had = (await reads()).length
    const rows = await auditor.ledger.listEntries({ to: before, limit: 2 }).toArray({ limit: 1000 })
    expect(rows.length).toBeGreaterThan(6)
    const entries = await reads()
    expect(entries.length - had).toBe(1)
    expect(entries[0]).toMatchObject({
      operationLabel: '記録の閲覧',
      functionName: '取扱記録の閲覧',
      outcome: 'done',
      actor: { userId: 'j-auditor' },
    })
  })

  it('is not in its own first page, and in the next read', async () => {
    const first = await auditor.ledger.listEntries({ limit: 1 })
    const second = await auditor.ledger.listEntries({ limit: 1 })
    expect(second.data[0]).toMatchObject({ operation: 'read_ledger', actor: { id: org.auditor.id } })
    expect(first.data[0]?.id).not.toBe(second.data[0]?.id)
  })

  it('is the same read for an hour; a cursor that comes later is a read anew', async () => {
    const { next = '' } = await auditor.ledger.listEntries({ to: before, limit: 2 })
    const had = (await reads()).length
    await auditor.ledger.listEntries({ to: before, limit: 2, after: next })
    expect((await reads()).length).toBe(had)
    ahead += 3600_000
    try {
      await auditor.ledger.listEntries({ to: before, limit: 2, after: next })
      expect((await reads()).length).toBe(had + 1)
    } finally {
      ahead -= 3600_000
    }
  })

  it('cannot be made up: a cursor serves its own query, its own reader, and no other', async () => {
    const { next = '' } = await auditor.ledger.listEntries({ to: before, limit: 2 })
    const refused = { status: 400, errors: [{ parameter: 'after' }] }
    const made = Buffer.from(JSON.stringify([Date.now(), 0, 'ent_'])).toString('base64url')
    await expect(auditor.ledger.listEntries({ to: before, after: made })).rejects.toMatchObject(refused)
    await expect(auditor.ledger.listEntries({ to: before, code: '104', after: next })).rejects.toMatchObject(refused)
    await expect(auditor.ledger.listEntries({ to: before, order: 'asc', after: next })).rejects.toMatchObject(refused)
    await expect(auditor.ledger.listEntries({ after: next })).rejects.toMatchObject(refused)
    await expect(org.officer.does.ledger.listEntries({ to: before, after: next })).rejects.toMatchObject(refused)
    const other = await makeOrganization(service)
    await expect(other.auditor.does.ledger.listEntries({ to: before, after: next })).rejects.toMatchObject(refused)
  })

  it('without a period keeps the period of its first page', async () => {
    const all = await auditor.ledger.listEntries({ order: 'asc', limit: 200 })
    await auditor.ledger.listEntries({ limit: 1 })
    const paged = await auditor.ledger.listEntries({ order: 'asc', limit: 3 }).toArray({ limit: 1000 })
    expect(paged.slice(0, all.data.length)).toEqual(all.data)
    expect(paged.length).toBeGreaterThanOrEqual(all.data.length + 2)
  })
})

it('a staff member whose appointment is limited reads none of it, on record; a limited 監査者 reads all', async () => {
  const appointment = { role: 'handler', fromOn: '2020-01-01', departmentId: org.department.id } as const
  const limited = await org.officer.does.staff.create({ name: '部門 係', userId: 'j-limited', appointment })
  await expect(org.client.as({ staff: limited.id }).ledger.listEntries({})).rejects.toMatchObject({ status: 403 })
  const [refused] = (await auditor.ledger.listEntries({ outcome: 'refused', limit: 1 })).data
  expect(refused).toMatchObject({ operation: 'read_ledger', refusal: 'not_permitted', actor: { id: limited.id } })
})
