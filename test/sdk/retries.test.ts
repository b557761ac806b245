import { AzukariConnectionError } from '@azukari/sdk'
import { describe, expect, it } from 'vitest'
import { type Answer, problem, startService } from './loopback.ts'

const keys = (seen: { headers: Record<string, string | string[] | undefined> }[]) =>
  seen.map(({ headers }) => headers['idempotency-key'])

const cut: Answer = { raw: (response) => response.destroy() }
const cutInTheMiddle: Answer = {
  raw: (response) => {
    response.writeHead(201, { 'content-type': 'application/json', 'content-length': '100' })
    response.write('{"id":')
    setTimeout(() => response.destroy(), 20)
  },
}
const payee = { kind: 'payee', companyId: 'com_1', name: '東野' } as const

describe('a call is tried again', () => {
  const failures: [string, Answer][] = [
    ['429', problem(429, 'rate_limited')],
    ['502', { status: 502, text: '<html>' }],
    ['503', problem(503, 'unavailable')],
    ['504', { status: 504, text: '' }],
    ['409 idempotency_busy', problem(409, 'idempotency_busy')],
    ['a cut connection', cut],
    ['an answer cut in the middle', cutInTheMiddle],
  ]
  it.each(failures)('after %s, under the same Idempotency-Key and with the same body', async (_, failure) => {
    const { azukari, seen } = await startService((_request, nth) => (nth < 2 ? failure : { json: { id: 'sub_1' } }))
    expect(await azukari.subjects.create(payee)).toEqual({ id: 'sub_1' })
    expect(seen).toHaveLength(3)
    expect(new Set(keys(seen)).size).toBe(1)
    expect(keys(seen)[0]).toMatch(/^[0-9a-f-]{36}$/)
    expect(new Set(seen.map(({ body }) => body))).toEqual(new Set([JSON.stringify(payee)]))
  })

  it('no sooner than Retry-After says', async () => {
    const { azukari } = await startService((_, nth) =>
      nth === 0 ? problem(429, 'rate_limited', { 'retry-after': '1' }) : { json: {} },
    )
    const startedAt = performance.now()
    await azukari.settings.get()
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(990)
  })

  it('at a date that Retry-After names', async () => {
    const { azukari } = await startService((_, nth) =>
      nth === 0
        ? problem(503, 'unavailable', { 'retry-after': new Date(Date.now() + 2000).toUTCString() })
        : { json: {} },
    )
    const startedAt = performance.now()
    await azukari.settings.get()
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(900)
  })

  it('but not for having no time limit: Infinity is not 1 ms', async () => {
    const slow: Answer = {
      raw: (response) =>
        void setTimeout(() => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'), 50),
    }
    for (const timeoutMs of [Number.POSITIVE_INFINITY, 2 ** 31]) {
      const { azukari, seen } = await startService(() => slow, { timeoutMs })
      await azukari.settings.get()
      expect(seen).toHaveLength(1)
    }
  })

  it('after a try that took too long', async () => {
    const { azukari, seen } = await startService((_, nth) => (nth === 0 ? { raw: () => {} } : { json: {} }), {
      timeoutMs: 200,
    })
    await azukari.settings.get()
    expect(seen).toHaveLength(2)
  })

  it('as often as maxRetries says, 0 included', async () => {
    const { azukari, seen } = await startService(() => cut, { maxRetries: 2 })
    await expect(azukari.settings.get()).rejects.toBeInstanceOf(AzukariConnectionError)
    expect(seen).toHaveLength(3)
    await expect(azukari.settings.get({ maxRetries: 0 })).rejects.toBeInstanceOf(AzukariConnectionError)
    expect(seen).toHaveLength(4)
  })
})

describe('a call is not tried again', () => {
  it.each([
    problem(400, 'invalid_request'),
    problem(409, 'conflict'),
    problem(422, 'check_digit'),
    problem(500, 'internal'),
  ])('after $json.code', async (failure) => {
    const { azukari, seen } = await startService(() => failure)
    await expect(azukari.subjects.create(payee)).rejects.toMatchObject({ status: failure.status })
    expect(seen).toHaveLength(1)
  })

  it('when the service asks to wait for longer than a minute: the caller is told how long', async () => {
    const { azukari, seen } = await startService(() => problem(429, 'rate_limited', { 'retry-after': '3600' }))
    await expect(azukari.settings.get()).rejects.toMatchObject({ retryAfterSeconds: 3600 })
    expect(seen).toHaveLength(1)
  })

  it('once its stream has been read, for nothing would be left to send', async () => {
    const { azukari, seen } = await startService(() => problem(503, 'unavailable'))
    const stream = new Blob(['部門コード\r\n']).stream()
    const upload = azukari.imports.create(stream, { kind: 'roster', companyId: 'com_1' })
    await expect(upload).rejects.toMatchObject({ status: 503 })
    expect(seen.map(({ body }) => body)).toEqual(['部門コード\r\n'])
  })

  it('to where a redirect points: the token stays here', async () => {
    const { azukari, seen } = await startService(() => ({ status: 302, headers: { location: '/elsewhere' }, text: '' }))
    await expect(azukari.settings.get()).rejects.toMatchObject({ status: 302 })
    expect(seen.map(({ path }) => path)).toEqual(['/v1/settings'])
  })

  it('after the caller gave up, and the reason is the caller’s own', async () => {
    const { azukari, seen } = await startService(() => problem(503, 'unavailable', { 'retry-after': '30' }))
    const reason = new Error('the user left')
    const control = new AbortController()
    setTimeout(() => control.abort(reason), 100)
    await expect(azukari.settings.get({ signal: control.signal })).rejects.toBe(reason)
    expect(seen).toHaveLength(1)
    await expect(azukari.settings.get({ signal: control.signal })).rejects.toBe(reason)
    expect(seen).toHaveLength(1)
  })
})

describe('headers', () => {
  it('carry the caller’s key, ETag and language; a GET has no key', async () => {
    const { azukari, seen } = await startService(() => ({ json: { id: 'sub_1' } }), { language: 'en' })
    await azukari.subjects.create(payee, { idempotencyKey: 'mine', language: 'ja' })
    await azukari.subjects.update('sub_1', { name: '東野' }, { ifMatch: '"3"' })
    await azukari.subjects.get('sub_1')
    expect(keys(seen)).toEqual(['mine', undefined, undefined])
    expect(seen.map(({ headers }) => headers['accept-language'])).toEqual(['ja', 'en', 'en'])
    expect(seen[1]?.headers['if-match']).toBe('"3"')
  })

  it('of two calls have two keys', async () => {
    const { azukari, seen } = await startService(() => ({ json: { id: 'sub_1' } }))
    await azukari.subjects.create(payee)
    await azukari.subjects.create(payee)
    expect(new Set(keys(seen)).size).toBe(2)
  })
})
