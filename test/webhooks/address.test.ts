import { createServer } from 'node:http'
import nock from 'nock'
import { Agent, type Dispatcher, fetch } from 'undici'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '../../src/core/shared/errors.ts'
import {
  AddressNotAllowed,
  createLoopbackAgent,
  createPublicAgent,
  isPrivate,
  readEndpointUrl,
} from '../../src/outbound/address.ts'

// Real sockets: what is refused here must be refused by us, not by the closed network of the tests.
let connections = 0
const server = createServer((_, response) => response.end('secret'))
server.on('connection', () => {
  connections += 1
})
let port = 0
const agents = { unguarded: new Agent(), public: createPublicAgent(), loopback: createLoopbackAgent() }

beforeAll(async () => {
  nock.restore()
  await new Promise<void>((done) => server.listen(0, '::', done))
  const address = server.address()
  port = typeof address === 'object' && address !== null ? address.port : 0
})
afterAll(async () => {
  nock.activate()
  await Promise.all(Object.values(agents).map((agent) => agent.destroy()))
  server.closeAllConnections()
  server.close()
})

const outcome = async (host: string, dispatcher: Dispatcher): Promise<string> =>
  fetch(`http://${host}:${port}/`, { signal: AbortSignal.timeout(3000), dispatcher }).then(
    (response) => response.text(),
    (error: Error) => (error.cause instanceof AddressNotAllowed ? 'refused by us' : `${error.cause}`),
  )

/** All of them reach this machine when nobody looks. */
const reachUs = [
  '127.0.0.1',
  '[::1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '2130706433',
  '0x7f.1',
  '0x7f000001',
  '0177.0.0.1',
  '127.1',
  '127.0.0.2',
  '0',
  'localhost',
]
const elsewhere = [
  '[::7f00:1]',
  '[::]',
  '10.0.0.1',
  '172.16.0.1',
  '192.168.0.1',
  '169.254.169.254',
  '100.64.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '[fe80::1]',
  '[fc00::1]',
  '[fd00:ec2::254]',
  '[64:ff9b::7f00:1]',
  '[2002:7f00:1::]',
  '[2001:0:7f00:1::]',
]

describe('a webhook', () => {
  it.each(reachUs)('to %s would reach what is inside, and is refused before a socket opens', async (host) => {
    expect(await outcome(host, agents.unguarded)).toBe('secret')
    const before = connections
    expect(await outcome(host, agents.public)).toBe('refused by us')
    expect(connections).toBe(before)
  })

  it.each(elsewhere)('to %s is refused when it connects', async (host) => {
    expect(await outcome(host, agents.public)).toBe('refused by us')
  })

  it('of a test organization reaches 127.0.0.1 and nothing else', async () => {
    expect(await outcome('127.0.0.1', agents.loopback)).toBe('secret')
    for (const host of ['localhost', '127.0.0.2', '[::1]', '10.0.0.1', '8.8.8.8'])
      expect(await outcome(host, agents.loopback)).toBe('refused by us')
  })

  it('may go to a public address', () => {
    for (const address of ['8.8.8.8', '2001:4860:4860::8888', '::ffff:8.8.8.8']) expect(isPrivate(address)).toBe(false)
    expect(isPrivate('not an address')).toBe(true)
  })
})

describe('the URL of an endpoint', () => {
  const codeOf = (url: string, mayUseLoopback = false): unknown => {
    try {
      return readEndpointUrl(url, mayUseLoopback)
    } catch (error) {
      return error instanceof AppError ? [error.code, error.places[0]?.pointer] : error
    }
  }
  const refused = ['url_not_allowed', '/url']

  it('is https, without credentials or fragment, and names nothing private', () => {
    expect(codeOf('https://hr.example.com/hooks?x=1')).toEqual({
      url: 'https://hr.example.com/hooks?x=1',
      loopback: false,
    })
    const wrong = [
      'hr.example.com',
      'http://hr.example.com/',
      'ftp://hr.example.com/',
      'https://user:word@hr.example.com/',
      'https://user@hr.example.com/',
      'https://hr.example.com/#x',
      'https://localhost/',
      'https://a.localhost/',
      ...[...reachUs, ...elsewhere].map((host) => `https://${host}/`),
    ]
    for (const url of wrong) expect([url, codeOf(url)]).toEqual([url, refused])
  })

  it('may be http://127.0.0.1 only where loopback is allowed', () => {
    expect(codeOf('http://127.0.0.1:8080/hooks', true)).toEqual({ url: 'http://127.0.0.1:8080/hooks', loopback: true })
    expect(codeOf('http://127.0.0.1:8080/hooks')).toEqual(refused)
    for (const url of ['http://localhost/', 'http://127.0.0.2/', 'http://[::1]/', 'https://127.0.0.1/'])
      expect([url, codeOf(url, true)]).toEqual([url, refused])
  })
})
