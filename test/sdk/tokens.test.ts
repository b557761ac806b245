import { setTimeout as pause } from 'node:timers/promises'
import { AzukariProblem, createAzukari } from '@azukari/sdk'
import { describe, expect, it } from 'vitest'
import { problem, type Seen, startLoopback, startService } from './loopback.ts'

const bearers = (seen: Seen[]) => seen.map(({ headers }) => headers.authorization)

describe('tokens', () => {
  it('are asked for by form, with id and secret form-encoded before Basic (RFC 6749 § 2.3.1)', async () => {
    const { azukari, tokenRequests } = await startService(() => ({ json: {} }), {
      clientId: 'host:a b',
      clientSecret: 'p%ä+/',
      organization: 'org_1',
      staff: 'stf_1',
      authTime: new Date('2026-11-23T00:00:00Z'),
      scopes: ['subjects:read', 'numbers:read'],
    })
    await azukari.settings.get()
    const [request] = tokenRequests
    expect(request?.headers['content-type']).toBe('application/x-www-form-urlencoded')
    expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
      grant_type: 'client_credentials',
      organization: 'org_1',
      staff: 'stf_1',
      auth_time: '1795392000',
      scope: 'subjects:read numbers:read',
    })
    const basic = Buffer.from((request?.headers.authorization ?? '').replace('Basic ', ''), 'base64').toString()
    expect(basic).toBe('host%3Aa+b:p%25%C3%A4%2B%2F')
  })

  it('are fetched once, however many calls wait for the first', async () => {
    const { azukari, seen, tokenRequests } = await startService(() => ({ json: {} }))
    await Promise.all(Array.from({ length: 8 }, () => azukari.settings.get()))
    await azukari.settings.get()
    expect(tokenRequests).toHaveLength(1)
    expect(new Set(bearers(seen))).toEqual(new Set(['Bearer token-1']))
  })

  it('are kept apart by organization, staff member and time of sign-in', async () => {
    const { azukari, seen, tokenRequests } = await startService(() => ({ json: {} }), { organization: 'org_1' })
    const acting = azukari.as({ staff: 'stf_1', authTime: 1_795_400_000 })
    for (const client of [azukari, acting, acting.for('org_2'), azukari.for('org_2'), azukari.as({ staff: 'stf_2' })]) {
      await client.settings.get()
      await client.settings.get()
    }
    await azukari.as({ staff: 'stf_1', authTime: 1_795_400_000 }).settings.get()
    const asked = tokenRequests.map(({ body }) => {
      const form = new URLSearchParams(body)
      return [form.get('organization'), form.get('staff'), form.get('auth_time')]
    })
    expect(asked).toEqual([
      ['org_1', null, null],
      ['org_1', 'stf_1', '1795400000'],
      ['org_2', 'stf_1', '1795400000'],
      ['org_2', null, null],
      ['org_1', 'stf_2', null],
    ])
    expect(bearers(seen).at(-1)).toBe('Bearer token-2')
  })

  it('are renewed before they expire', async () => {
    const { azukari, seen } = await startService(() => ({ json: {} }), { expiresIn: 1 })
    await azukari.settings.get()
    await pause(850)
    await azukari.settings.get()
    expect(bearers(seen)).toEqual(['Bearer token-1', 'Bearer token-2'])
  })

  it('that the service refuses are renewed once, for all calls together', async () => {
    const { azukari, seen, tokenRequests } = await startService(({ headers }) =>
      headers.authorization === 'Bearer token-1' ? problem(401, 'unauthenticated') : { json: {} },
    )
    await Promise.all([azukari.settings.get(), azukari.settings.get(), azukari.settings.get()])
    expect(tokenRequests).toHaveLength(2)
    expect(seen).toHaveLength(6)
  })

  it('that are refused again end in the problem', async () => {
    const { azukari, seen } = await startService(() => problem(401, 'unauthenticated'))
    await expect(azukari.settings.get()).rejects.toMatchObject({ status: 401, code: 'unauthenticated' })
    expect(seen).toHaveLength(2)
  })

  it('that cannot be had throw the problem of the token endpoint, and the secret is nowhere in it', async () => {
    const { url, seen } = await startLoopback(() => ({
      status: 401,
      json: { error: 'invalid_client', code: 'invalid_client', status: 401, title: 'クライアントの認証に失敗しました' },
    }))
    const azukari = createAzukari({ baseUrl: url, clientId: 'host', clientSecret: 'the-secret', organization: 'org_1' })
    const error: unknown = await azukari.subjects.get('sub_1').catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(AzukariProblem)
    expect(error).toMatchObject({ code: 'invalid_client', status: 401 })
    expect(`${error} ${JSON.stringify(error)}`).not.toContain('the-secret')
    expect(seen).toHaveLength(1)
    await expect(azukari.subjects.get('sub_1')).rejects.toThrow('invalid_client')
    expect(seen).toHaveLength(2)
  })
})
