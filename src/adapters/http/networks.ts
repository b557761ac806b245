import type { Socket } from 'node:net'
import type { Request } from 'express'
import ipaddr from 'ipaddr.js'

type Range = [ipaddr.IPv4 | ipaddr.IPv6, number]

/** An address, or a CIDR range; undefined where it is neither. */
const rangeOf = (network: string): Range | undefined => {
  try {
    if (network.includes('/')) return ipaddr.parseCIDR(network)
    const address = ipaddr.process(network)
    return [address, address.kind() === 'ipv4' ? 32 : 128]
  } catch {
    return undefined
  }
}
export const isNetwork = (network: string): boolean => rangeOf(network) !== undefined

/** An IPv4 address that came in over IPv6 (`::ffff:…`) counts as what it is. */
export const isWithin = (address: string, network: string): boolean => {
  const range = rangeOf(network)
  if (range === undefined || !ipaddr.isValid(address)) return false
  const given = ipaddr.process(address)
  return given.kind() === range[0].kind() && given.match(range as never)
}

const normalized = (address: string | undefined): string | undefined =>
  address !== undefined && ipaddr.isValid(address) ? ipaddr.process(address).toString() : address

/** Short enough to be an address, with a port or without. */
const maxHops = 20

/**
 * `X-Forwarded-For` is what anybody may write: it counts only as far as it was written by proxies that the operator trusts, read
 * from the right, the nearest first.
 */
export const createAddressOf = (trustedProxies: readonly string[]) => {
  const ofSockets = new WeakMap<Socket, string | undefined>()
  /** As it is written everywhere; once for each connection. */
  const peerOf = (socket: Socket): string | undefined => {
    if (!ofSockets.has(socket)) ofSockets.set(socket, normalized(socket.remoteAddress))
    return ofSockets.get(socket)
  }
  return (request: Request): string | undefined => {
    const peer = peerOf(request.socket)
    if (trustedProxies.length === 0) return peer
    const isTrusted = (address: string): boolean => trustedProxies.some((proxy) => isWithin(address, proxy))
    let address = peer
    const header = request.headers['x-forwarded-for']?.toString() ?? ''
    const hops = header.split(',').slice(-maxHops).reverse()
    for (const hop of hops) {
      if (address === undefined || !isTrusted(address)) break
      const given = hop.trim()
      if (!ipaddr.isValid(given)) break
      address = given
    }
    return normalized(address)
  }
}
