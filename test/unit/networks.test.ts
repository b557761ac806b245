import type { Request } from 'express'
import { describe, expect, it } from 'vitest'
import { createAddressOf, isWithin } from '../../src/adapters/http/networks.ts'

const from = (remoteAddress: string, forwardedFor?: string): Request =>
  ({
    socket: { remoteAddress },
    headers: forwardedFor === undefined ? {} : { 'x-forwarded-for': forwardedFor },
  }) as unknown as Request

describe('whose address a request comes from', () => {
  const behind = createAddressOf(['10.0.0.0/8', '::1'])
  it('is the connection’s, whatever a stranger writes into X-Forwarded-For', () => {
    expect(createAddressOf([])(from('198.51.100.7', '203.0.113.9'))).toBe('198.51.100.7')
    expect(behind(from('198.51.100.7', '203.0.113.9'))).toBe('198.51.100.7')
  })

  it('is, behind a proxy that is trusted, what that proxy saw: the last address that none of ours wrote', () => {
    expect(behind(from('10.1.1.1', '203.0.113.9'))).toBe('203.0.113.9')
    expect(behind(from('::1', '203.0.113.9, 10.2.2.2'))).toBe('203.0.113.9')
    // The sender put an address before the one that the proxy saw.
    expect(behind(from('10.1.1.1', '192.0.2.1, 203.0.113.9'))).toBe('203.0.113.9')
  })

  it('is the proxy’s where what it wrote is no address', () => {
    for (const header of ['', 'unknown', 'a, b', '203.0.113.9:80', ','])
      expect(behind(from('10.1.1.1', header)), header).toBe('10.1.1.1')
  })

  it('is the same for IPv4 that comes in over IPv6, and for each request of a connection', () => {
    const request = from('::ffff:198.51.100.7')
    expect([behind(request), behind(request)]).toEqual(['198.51.100.7', '198.51.100.7'])
    expect(isWithin('::ffff:198.51.100.7', '198.51.100.0/24')).toBe(true)
  })
})
