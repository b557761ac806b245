import { AzukariProblem } from '@azukari/sdk'
import { describe, expect, it } from 'vitest'
import { problem, type Seen, startService } from './loopback.ts'

/** Seven rows, three a page unless `limit` says otherwise. */
const sevenRows = ({ query }: Seen) => {
  const [from, limit] = [Number(query.get('after') ?? '0'), Number(query.get('limit') ?? '3')]
  const data = Array.from({ length: 7 }, (_, index) => ({ id: `sub_${index}` })).slice(from, from + limit)
  return { json: { data, ...(from + limit < 7 && { next: String(from + limit) }) } }
}

describe('a list', () => {
  it('that is awaited is one page', async () => {
    const { azukari, seen } = await startService(sevenRows)
    const page = await azukari.subjects.list({ limit: 2, kind: 'employee', total: true })
    expect(page).toEqual({ data: [{ id: 'sub_0' }, { id: 'sub_1' }], next: '2' })
    expect(Object.fromEntries(seen[0]?.query ?? [])).toEqual({ limit: '2', kind: 'employee', total: 'true' })
  })

  it('that is iterated gives all rows, page after page, the filter kept', async () => {
    const { azukari, seen } = await startService(sevenRows)
    const ids: string[] = []
    for await (const subject of azukari.subjects.list({ name: '東野' })) ids.push(subject.id)
    expect(ids).toEqual(['sub_0', 'sub_1', 'sub_2', 'sub_3', 'sub_4', 'sub_5', 'sub_6'])
    expect(seen.map(({ query }) => [query.get('name'), query.get('after')])).toEqual([
      ['東野', null],
      ['東野', '3'],
      ['東野', '6'],
    ])
  })

  it('asks for no page that nobody reads', async () => {
    const { azukari, seen } = await startService(sevenRows)
    expect(await azukari.subjects.list().toArray({ limit: 3 })).toHaveLength(3)
    expect(seen).toHaveLength(1)
    expect(await azukari.subjects.list().toArray({ limit: 0 })).toEqual([])
    await expect(azukari.subjects.list().toArray({ limit: Number.NaN })).rejects.toBeInstanceOf(TypeError)
    expect(seen).toHaveLength(1)
    expect(await azukari.subjects.list().toArray({ limit: 4 })).toHaveLength(4)
    expect(await azukari.subjects.list().toArray({ limit: 100 })).toHaveLength(7)
  })

  it('below a subject and closed ones page alike', async () => {
    const { azukari, seen } = await startService(sevenRows)
    expect(await azukari.subjects.listDependents('sub_1', { limit: 5 }).toArray({ limit: 9 })).toHaveLength(7)
    expect(await azukari.claims.list('sub_1').toArray({ limit: 9 })).toHaveLength(7)
    expect(await azukari.purposes.list().toArray({ limit: 9 })).toHaveLength(7)
    expect(new Set(seen.map(({ path }) => path))).toEqual(
      new Set(['/v1/subjects/sub_1/dependents', '/v1/subjects/sub_1/claims', '/v1/purposes']),
    )
  })

  it('that fails on a later page says so there', async () => {
    const { azukari } = await startService((request, nth) => (nth === 0 ? sevenRows(request) : problem(400, 'expired')))
    const ids: string[] = []
    const reading = async () => {
      for await (const subject of azukari.subjects.list()) ids.push(subject.id)
    }
    await expect(reading()).rejects.toBeInstanceOf(AzukariProblem)
    expect(ids).toHaveLength(3)
  })

  it('whose cursor does not move ends in an error instead of never', async () => {
    const { azukari } = await startService(() => ({ json: { data: [{ id: 'sub_0' }], next: 'same' } }))
    await expect(azukari.subjects.list().toArray({ limit: 50 })).rejects.toThrow('same cursor')
  })
})
