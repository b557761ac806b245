import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { newQuery, timeIn, toDer } from '../../src/adapters/tsa/time-stamp-query.ts'
import { createTimeStamper } from '../../src/adapters/tsa/time-stamps.ts'
import { codeOf } from '../support/core.ts'
import { type Authority, noOpenssl, startAuthority } from '../support/time-stamp-authority.ts'

const content = Buffer.from('azukari/org_01JZ0000000000000000000000\n3\nroot\n')

if (noOpenssl !== undefined) console.warn(`time stamps are not tested: ${noOpenssl}`)

describe.skipIf(noOpenssl !== undefined)('a time stamp (RFC 3161) by openssl’s own authority', () => {
  let authority: Authority
  beforeAll(async () => {
    authority = await startAuthority()
  })
  afterAll(() => authority.close())
  afterEach(() => authority.answers(undefined))

  it('is taken, names the time, and verifies with openssl for this content and no other', async () => {
    const before = Date.now() - 1000
    const { response, at } = await createTimeStamper({ url: authority.url }).stamp(content)
    expect(at.getTime()).toBeGreaterThanOrEqual(before)
    expect(at.getTime()).toBeLessThanOrEqual(Date.now() + 1000)
    expect(authority.verifies(content, response)).toBe(true)
    expect(authority.verifies(Buffer.concat([content, Buffer.from('4')]), response)).toBe(false)
  })

  it('is asked for in DER, whatever the random number is', () => {
    for (let n = 0; n < 100; n++) {
      const { digest, nonce } = newQuery(content)
      const der = toDer({ digest, nonce })
      expect(der.includes(nonce)).toBe(true)
      expect(der[0]).toBe(0x30)
      expect(der.length).toBe((der[1] ?? 0) + 2)
    }
  })

  it('is refused when it is about something else, answers another question, or is none', async () => {
    const { stamp } = createTimeStamper({ url: authority.url })
    let earlier: Buffer | undefined
    authority.answers((query, honest) => {
      earlier = honest(query)
      return { status: 200, body: earlier }
    })
    await stamp(content)
    const answers: Record<string, (query: Buffer, honest: (query: Buffer) => Buffer) => Buffer> = {
      'an earlier answer': () => earlier ?? Buffer.alloc(0),
      'another hash': (query, honest) => {
        const other = Buffer.from(query)
        other[30] = (other[30] ?? 0) ^ 1
        return honest(other)
      },
      'a refusal': () => Buffer.from('30053003020102', 'hex'),
      nothing: () => Buffer.alloc(0),
      'no DER': () => Buffer.from('<html></html>'),
      'half of it': (query, honest) => honest(query).subarray(0, 200),
      'more than it': (query, honest) => Buffer.concat([honest(query), Buffer.from([0])]),
      'very much': () => Buffer.alloc(100_000, 0x30),
    }
    for (const [what, answer] of Object.entries(answers)) {
      authority.answers((query, honest) => ({ status: 200, body: answer(query, honest) }))
      expect(await codeOf(stamp(content)), what).toBe('unavailable')
    }
    for (const status of [302, 404, 500]) {
      authority.answers((query, honest) => ({ status, body: honest(query) }))
      expect(await codeOf(stamp(content)), String(status)).toBe('unavailable')
    }
    expect(await codeOf(createTimeStamper({ url: 'http://127.0.0.1:9/tsa' }).stamp(content))).toBe('unavailable')
  })

  it('of any damaged answer is a refusal or the same time: never another error', async () => {
    const query = newQuery(content)
    let honestAnswer = Buffer.alloc(0)
    authority.answers((_query, honest) => {
      honestAnswer = honest(toDer(query)) as Buffer<ArrayBuffer>
      return { status: 200, body: honestAnswer }
    })
    await createTimeStamper({ url: authority.url })
      .stamp(content)
      .catch(() => undefined)
    const time = timeIn(honestAnswer, query)
    for (let at = 0; at < honestAnswer.length; at += 7) {
      const damaged = Buffer.from(honestAnswer)
      damaged[at] = (damaged[at] ?? 0) ^ 0x55
      try {
        expect(timeIn(damaged, query)).toBeInstanceOf(Date)
      } catch (error) {
        expect((error as Error).constructor.name, `${at}`).toBe('NoTimeStamp')
      }
    }
    expect(time).toBeInstanceOf(Date)
  })
})
