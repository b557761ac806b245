import { createServer } from 'node:http'
import { Agent, fetch as undiciFetch } from 'undici'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/** The address of nobody (RFC 5737 TEST-NET-1): if the network were open, this would time out instead of being refused. */
const foreign = 'http://192.0.2.1/'

const causeOf = async (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'it went through',
    (error: unknown) => (error instanceof Error ? String(error.cause ?? error) : String(error)),
  )

describe('the network in tests', () => {
  const server = createServer((request, response) => request.pipe(response))
  let url: string
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    url = `http://127.0.0.1:${address !== null && typeof address === 'object' ? address.port : 0}/`
  })
  afterAll(() => new Promise((resolve) => server.close(resolve)))

  it('is closed to foreign hosts, for the global fetch and for that of undici', async () => {
    expect(await causeOf(fetch(foreign))).toContain('Disallowed net connect')
    expect(await causeOf(undiciFetch(foreign, { dispatcher: new Agent() }))).toContain('Disallowed net connect')
  })

  it('is open to loopback, body and all', async () => {
    const body = 'あ'.repeat(100_000)
    const answers = [
      await fetch(url, { method: 'POST', body }),
      await undiciFetch(url, { method: 'POST', body, dispatcher: new Agent() }),
    ]
    for (const answer of answers) expect(await answer.text()).toBe(body)
  })

  it("lets undici's own connector decide about a connection, so that the private-address guard can be tested", async () => {
    const connect = (_options: unknown, done: (error: Error, socket: null) => void): void =>
      done(new Error('guarded'), null)
    expect(await causeOf(undiciFetch(url, { dispatcher: new Agent({ connect }) }))).toContain('guarded')
  })
})
