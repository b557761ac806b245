import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { AzukariWebhookError, type VerifyWebhookOptions, verifyWebhook } from '@azukari/sdk'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'

const newSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`
const secret = newSecret()
const event = {
  type: 'number.registered',
  timestamp: '2026-11-23T01:23:45.678Z',
  data: { subjectId: 'sub_1', note: '東野' },
}
const body = JSON.stringify(event)

/** Signed by the reference implementation. */
const signed = (text = body, by = secret, at = new Date()) => ({
  'webhook-id': 'msg_1',
  'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
  'webhook-signature': new Webhook(by).sign('msg_1', at, text),
})

const codeOf = async (options: VerifyWebhookOptions): Promise<string> =>
  verifyWebhook(options).then(
    () => 'accepted',
    (error: unknown) => (error instanceof AzukariWebhookError ? error.code : `unexpected: ${error}`),
  )

describe('a webhook', () => {
  it('signed by the reference implementation is accepted, as text, bytes and with any kind of headers', async () => {
    const headers = signed()
    const expected = { ...event, id: 'msg_1' }
    expect(await verifyWebhook({ secret, headers, body })).toEqual(expected)
    expect(await verifyWebhook({ secret, headers, body: Buffer.from(body) })).toEqual(expected)
    expect(
      await verifyWebhook({ secret, headers: new Headers(headers), body: new TextEncoder().encode(body) }),
    ).toEqual(expected)
    const shouted = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), [value]]))
    expect(await verifyWebhook({ secret, headers: shouted, body })).toEqual(expected)
  })

  it('is judged as the reference implementation judges it, whatever was changed', async () => {
    const good = signed()
    const cases = [
      { headers: good, body },
      { headers: good, body: `${body} ` },
      { headers: { ...good, 'webhook-id': 'msg_2' }, body },
      { headers: { ...good, 'webhook-timestamp': String(Number(good['webhook-timestamp']) - 1) }, body },
      { headers: { ...good, 'webhook-signature': `v1a,AAAA v1,AAAA ${good['webhook-signature']}` }, body },
      { headers: { ...good, 'webhook-signature': good['webhook-signature'].replace('v1,', 'v2,') }, body },
      { headers: { ...good, 'webhook-signature': 'v1,' }, body },
      { headers: signed(body, newSecret()), body },
      { headers: signed(body, secret, new Date(Date.now() - 400_000)), body },
      { headers: signed(body, secret, new Date(Date.now() + 400_000)), body },
    ]
    const reference = cases.map((one) => {
      try {
        return Boolean(new Webhook(secret).verify(one.body, one.headers))
      } catch {
        return false
      }
    })
    const ours = await Promise.all(cases.map(async (one) => (await codeOf({ secret, ...one })) === 'accepted'))
    expect(ours).toEqual(reference)
    expect(reference.filter(Boolean)).toHaveLength(2)
  })

  it('is accepted under the old secret and the new one during a rotation', async () => {
    const newer = newSecret()
    expect(await codeOf({ secrets: [newer, secret], headers: signed(), body })).toBe('accepted')
    expect(await codeOf({ secrets: [newer], headers: signed(), body })).toBe('signature_mismatch')
    expect(await codeOf({ secrets: [], headers: signed(), body })).toBe('signature_mismatch')
    const both = `${signed(body, newer)['webhook-signature']} ${signed()['webhook-signature']}`
    expect(await codeOf({ secret, headers: { ...signed(), 'webhook-signature': both }, body })).toBe('accepted')
  })

  it('that is older or newer than the tolerance is refused', async () => {
    const at = new Date('2026-11-23T00:00:00Z')
    const within = (seconds: number, toleranceSeconds?: number) =>
      codeOf({
        secret,
        headers: signed(body, secret, at),
        body,
        now: new Date(at.getTime() + seconds * 1000),
        ...(toleranceSeconds !== undefined && { toleranceSeconds }),
      })
    expect(await within(300)).toBe('accepted')
    expect(await within(-300)).toBe('accepted')
    expect(await within(301)).toBe('timestamp_too_far')
    expect(await within(-301)).toBe('timestamp_too_far')
    expect(await within(11, 10)).toBe('timestamp_too_far')
    expect(await within(0, Number.NaN)).toBe('timestamp_too_far')
  })

  it('whose body was parsed is refused with the cure', async () => {
    const verified = Reflect.apply(verifyWebhook, undefined, [{ secret, headers: signed(), body: event }])
    await expect(verified).rejects.toThrow(/raw request body.*express\.raw/s)
    const rewritten = JSON.stringify(event, null, 2)
    await expect(verifyWebhook({ secret, headers: signed(), body: rewritten })).rejects.toThrow(/not the raw body/)
  })

  it('that lacks a header, or a secret that is none, has an error of its own', async () => {
    const { 'webhook-id': _, ...without } = signed()
    expect(await codeOf({ secret, headers: without, body })).toBe('header_missing')
    expect(await codeOf({ secret: 'whsec_', headers: signed(), body })).toBe('secret_malformed')
    expect(await codeOf({ secret: 'whsec_?', headers: signed(), body })).toBe('secret_malformed')
    expect(await codeOf({ secret, headers: { ...signed(), 'webhook-timestamp': '1e3' }, body })).toBe(
      'timestamp_malformed',
    )
    expect(await codeOf({ secret, headers: signed('[]'), body: '[]' })).toBe('body_not_an_event')
  })

  it('is accepted as a Node server receives it', async () => {
    const outcome = Promise.withResolvers<unknown>()
    const server = createServer(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk)
      verifyWebhook({ secret, headers: request.headers, body: Buffer.concat(chunks) }).then(
        outcome.resolve,
        outcome.reject,
      )
      response.writeHead(204).end()
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : undefined
    await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers: signed(), body })
    server.close()
    expect(await outcome.promise).toEqual({ ...event, id: 'msg_1' })
  })
})
