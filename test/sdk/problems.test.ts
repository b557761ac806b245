import { inspect } from 'node:util'
import { AzukariConnectionError, AzukariProblem, createAzukari, responseOf } from '@azukari/sdk'
import { describe, expect, it } from 'vitest'
import { startLoopback, startService } from './loopback.ts'

const caught = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error) => error,
  )

/** The published sample, in parts so that no file holds it whole. */
const digits = ['1234', '5678', '9018']

describe('a problem', () => {
  it('says what is wrong, where, and under which request id', async () => {
    const { azukari } = await startService(() => ({
      status: 422,
      headers: { 'x-request-id': 'rid_1' },
      json: {
        type: 'https://azukari.example/problems/check_digit',
        title: '検査用数字が合いません',
        status: 422,
        code: 'check_digit',
        detail: 'The check digit does not match.',
        errors: [{ pointer: '/number', code: 'check_digit' }],
      },
    }))
    const error = await caught(azukari.numbers.register('sub_1', { number: digits.join('') }))
    expect(error).toBeInstanceOf(AzukariProblem)
    expect(error).toMatchObject({
      status: 422,
      code: 'check_digit',
      requestId: 'rid_1',
      retryAfterSeconds: undefined,
      errors: [{ pointer: '/number', code: 'check_digit' }],
      message:
        'registerNumber: 422 check_digit: 検査用数字が合いません The check digit does not match. ' +
        '(/number: check_digit) [rid_1]',
    })
  })

  it.each(['', ' ', '-'])(
    'never holds a number, even where a gateway repeats what was sent (between groups: "%s")',
    async (gap) => {
      const number = digits.join(gap)
      const fullWidth = digits.join('').replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)))
      const { azukari } = await startService(() => ({
        status: 400,
        json: {
          code: 'invalid_request',
          title: `bad: ${number}`,
          detail: `got ${fullWidth}`,
          errors: [{ code: 'invalid_request', detail: `not ${number}` }],
        },
      }))
      const error = await caught(azukari.numbers.register('sub_1', { number }))
      const shown = inspect(error, { depth: 9 }) + JSON.stringify(error)
      expect(error).toMatchObject({ code: 'invalid_request', title: 'bad: …', detail: 'got …' })
      expect(shown).not.toContain(number)
      expect(shown).not.toContain(fullWidth)
    },
  )

  it('that is not ours (a gateway’s page) is told by its status only', async () => {
    const { azukari } = await startService(() => ({ status: 404, text: '<h1>nothing here</h1>' }))
    const error = await caught(azukari.settings.get())
    expect(error).toMatchObject({ status: 404, code: 'internal', errors: [] })
    expect(String(error)).toMatch(/baseUrl/)
    expect(String(error)).not.toContain('nothing here')
  })
})

describe('no usable answer', () => {
  it('is a connection error', async () => {
    const { azukari } = await startService(() => ({ raw: (response) => response.destroy() }), { maxRetries: 0 })
    const error = await caught(azukari.settings.get())
    expect(error).toBeInstanceOf(AzukariConnectionError)
    expect(String(error)).toContain('getSettings: the connection failed')
  })

  it('that is not JSON is not quoted: it could be a reveal cut short', async () => {
    const { azukari, seen } = await startService(() => ({ text: `{"number":"${digits.join('')}" oops` }))
    const error = await caught(azukari.settings.get())
    expect(error).toBeInstanceOf(AzukariConnectionError)
    expect(error).toMatchObject({ reason: 'not_json' })
    expect(seen).toHaveLength(1)
    expect(inspect(error, { depth: 9 })).not.toContain(digits.join(''))
  })

  it('needs an http(s) baseUrl to be had at all', async () => {
    expect(() => createAzukari({ baseUrl: 'azukari.example.com', clientId: 'a', clientSecret: 'b' })).toThrow(TypeError)
  })
})

it('what came beside a result is there on demand', async () => {
  const { azukari } = await startService(() => ({
    headers: { etag: '"7"', 'x-request-id': 'rid_2' },
    json: { id: 'sub_1' },
  }))
  const subject = await azukari.subjects.get('sub_1')
  expect(subject).toEqual({ id: 'sub_1' })
  expect(responseOf(subject)).toMatchObject({ etag: '"7"', requestId: 'rid_2', status: 200 })
})

it('nothing is left of a 204', async () => {
  const { azukari } = await startService(() => ({ status: 204 }))
  expect(await azukari.webhookEndpoints.delete('whe_1')).toBeUndefined()
})

it('what needs no token asks for none', async () => {
  const { url, seen } = await startLoopback(() => ({ text: '"up 1"', headers: { 'content-type': 'text/plain' } }))
  const azukari = createAzukari({ baseUrl: `${url}/`, clientId: 'a', clientSecret: 'b' })
  const { authorization, operation } = azukari
  expect(await operation.metrics()).toBe('"up 1"')
  for (const open of [...Object.values(authorization), ...Object.values(operation)]) await open()
  expect(seen.map(({ path }) => path)).not.toContain('/oauth/token')
  expect(seen).toHaveLength(7)
})
