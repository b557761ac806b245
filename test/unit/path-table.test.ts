import { describe, expect, it } from 'vitest'
import { createPathTable } from '../../src/adapters/http/path-table.ts'

const templates = [
  '/healthz',
  '/v1/subjects',
  '/v1/subjects/{id}',
  '/v1/subjects/{id}/number',
  '/v1/subjects/by-external-id/{externalId}',
  '/v1/payment-years/{companyId}/{year}',
]
const table = createPathTable(templates.map((template) => [template, template]))

describe('the table of paths', () => {
  it('finds each template, and what stood in its places', () => {
    expect(table.find('/v1/subjects')).toEqual({ value: '/v1/subjects', params: {} })
    expect(table.find('/v1/subjects/a/number')).toEqual({ value: '/v1/subjects/{id}/number', params: { id: 'a' } })
    expect(table.find('/v1/payment-years/c/2026')?.params).toEqual({ companyId: 'c', year: '2026' })
  })

  it('takes what is spelled out before a parameter, and goes back where that leads nowhere', () => {
    expect(table.find('/v1/subjects/by-external-id/x')?.params).toEqual({ externalId: 'x' })
    expect(table.find('/v1/subjects/by-external-id')?.params).toEqual({ id: 'by-external-id' })
    expect(table.find('/v1/subjects/by-external-id/number')?.value).toBe('/v1/subjects/by-external-id/{externalId}')
  })

  it('knows case, a slash at the end, and that a parameter is never empty', () => {
    for (const path of ['/V1/subjects', '/v1/subjects/', '/v1/subjects//number', '/v1', '/', '', '/healthz/x'])
      expect(table.find(path), path).toBeUndefined()
  })

  it('decodes a parameter once, after the path is cut: an encoded slash cuts nothing', () => {
    expect(table.find('/v1/subjects/a%2Fnumber')?.params).toEqual({ id: 'a/number' })
    expect(table.find('/v1/subjects/%2541')?.params).toEqual({ id: '%41' })
    expect(() => table.find('/v1/subjects/%ZZ')).toThrow(URIError)
  })

  it('is not misled by names of Object.prototype', () => {
    for (const name of ['__proto__', 'constructor', 'toString']) {
      expect(table.find(`/v1/${name}`)).toBeUndefined()
      expect(table.find(`/v1/subjects/${name}`)?.params).toEqual({ id: name })
    }
  })
})
