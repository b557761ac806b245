import { createSession } from '@azukari/sdk'
import { describe, expect, it } from 'vitest'
import { problem, type Seen, startLoopback } from './loopback.ts'

const answer = ({ path }: Seen) => ({
  json:
    path === '/v1/sessions'
      ? { id: 'ses_1', accessToken: 'person', expiresAt: '2026-11-23T02:00:00Z' }
      : { id: 'ses_1' },
})

describe('the person’s session', () => {
  it('exchanges the link’s token once, and acts with what it got', async () => {
    const { url, seen } = await startLoopback(answer)
    const session = createSession({ baseUrl: url, token: 'of-the-link' })
    expect(seen).toHaveLength(0)
    await Promise.all([session.get(), session.get()])
    await session.acceptNotice({ noticeId: 'ntc_1' })
    await session.setNumber({ number: 'x' })
    await session.setDependent('d1', { name: '東野 順子', relationship: '配偶者' })
    await session.check()
    await session.submit()
    await session.receipt()
    expect((await session.open()).expiresAt).toBe('2026-11-23T02:00:00Z')
    const [first, ...others] = seen
    expect([first?.path, first?.body, first?.headers.authorization]).toEqual([
      '/v1/sessions',
      '{"token":"of-the-link"}',
      undefined,
    ])
    expect(others.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /v1/session',
      'GET /v1/session',
      'POST /v1/session/consents',
      'PUT /v1/session/number',
      'PUT /v1/session/dependents/d1',
      'POST /v1/session/checks',
      'POST /v1/session/submission',
      'GET /v1/session/receipt',
    ])
    expect(new Set(others.map(({ headers }) => headers.authorization))).toEqual(new Set(['Bearer person']))
  })

  it('whose link is used up or whose time is over is a problem, and nothing is tried again', async () => {
    const used = await startLoopback(() => problem(410, 'used_up'))
    await expect(createSession({ baseUrl: used.url, token: 't' }).get()).rejects.toMatchObject({ code: 'used_up' })
    expect(used.seen).toHaveLength(1)
    const over = await startLoopback((request) =>
      request.path === '/v1/sessions' ? answer(request) : problem(401, 'unauthenticated'),
    )
    await expect(createSession({ baseUrl: over.url, token: 't' }).get()).rejects.toMatchObject({ status: 401 })
    expect(over.seen).toHaveLength(2)
  })
})
