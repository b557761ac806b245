import { lookup as dnsLookup, type LookupAddress, type LookupOptions } from 'node:dns'
import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import { Agent, buildConnector } from 'undici'
import { type AppError, invalidField } from '../core/shared/errors.ts'

/**
 * Where requests to addresses that customers chose may go (webhooks, keys of their OIDC issuers): `https`, and no address that is private, as seen by the connection itself. A check of the name
 * before connecting would be answered by one address and followed by another (DNS rebinding); and a resolver hook alone
 * is never asked for literal addresses, in whatever form (`2130706433`, `0x7f.1`, `[::ffff:127.0.0.1]`).
 */
const loopback = '127.0.0.1'
const connectTimeoutMs = 5000

// ipaddr.js calls the deprecated IPv4-compatible form (`::7f00:1`, RFC 4291 2.5.5.1) unicast.
const compatible = ipaddr.parseCIDR('::/96')

/** Whether nobody outside may make us talk to it. What is not an address is refused too. */
export const isPrivate = (address: string): boolean => {
  try {
    const parsed = ipaddr.process(address)
    return parsed.range() !== 'unicast' || (parsed.kind() === 'ipv6' && parsed.match(compatible))
  } catch {
    return true
  }
}

/** Never says which address it was: that would tell the customer what our network looks like. */
export class AddressNotAllowed extends Error {
  constructor() {
    super('the address is not public')
    this.name = 'AddressNotAllowed'
  }
}

const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, '')

type LookupAnswer = (error: Error | null, address: string | LookupAddress[], family?: number) => void

/** One private address among a name's addresses refuses the name. */
const publicLookup = (hostname: string, options: LookupOptions, answer: LookupAnswer): void => {
  dnsLookup(hostname, { ...options, all: true }, (error, addresses) => {
    const [first] = addresses ?? []
    if (error !== null) answer(error, [])
    else if (first === undefined || addresses.some(({ address }) => isPrivate(address)))
      answer(new AddressNotAllowed(), [])
    else if (options.all === true) answer(null, addresses)
    else answer(null, first.address, first.family)
  })
}

type Options = { rejectUnauthorized?: boolean; ca?: string }

/** For undici's own fetch (the global one comes with another undici): refuses private addresses when it connects. */
export const createPublicAgent = (tls: Options = {}): Agent => {
  const connect = buildConnector({ lookup: publicLookup, timeout: connectTimeoutMs, ...tls })
  return new Agent({
    connect: (options, done) => {
      const host = bare(options.hostname)
      if (isIP(host) !== 0 && isPrivate(host)) return done(new AddressNotAllowed(), null)
      connect(options, (error, socket) => {
        // With an error there is no socket: undefined, whatever the types say.
        if (error !== null) return done(error, null)
        if (!isPrivate(socket.remoteAddress ?? '')) return done(null, socket)
        socket.destroy()
        done(new AddressNotAllowed(), null)
      })
    },
  })
}

/** For demo, development and tests: `http://127.0.0.1` alone. */
export const createLoopbackAgent = (): Agent => {
  const connect = buildConnector({ timeout: connectTimeoutMs })
  return new Agent({
    connect: (options, done) =>
      options.hostname === loopback ? connect(options, done) : done(new AddressNotAllowed(), null),
  })
}

/**
 * The check when an address is named: it catches mistakes early, and is no protection. `loopback` says that it is
 * `http://127.0.0.1`, which a `test` organization may name where WEBHOOKS_ALLOW_LOOPBACK is set.
 */
export const readEndpointUrl = (
  text: string,
  mayUseLoopback: boolean,
  pointer = '/url',
): { url: string; loopback: boolean } => {
  const refuse = (detail: string): AppError => invalidField(pointer, 'url_not_allowed', detail)
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined) throw refuse('This is not a URL.')
  if (url.username !== '' || url.password !== '') throw refuse('A URL with a user name or password is not accepted.')
  if (url.hash !== '') throw refuse('A URL with a fragment is not accepted: it would never be sent.')
  if (url.protocol === 'http:' && url.hostname === loopback && mayUseLoopback) return { url: url.href, loopback: true }
  if (url.protocol !== 'https:') throw refuse('Use https.')
  const host = bare(url.hostname)
  const isLocalName = host === 'localhost' || host.endsWith('.localhost')
  if (isLocalName || (isIP(host) !== 0 && isPrivate(host))) throw refuse('Use a public address.')
  return { url: url.href, loopback: false }
}
