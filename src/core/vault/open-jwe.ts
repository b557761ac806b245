import type { KeyObject } from 'node:crypto'
import { compactDecrypt, decodeProtectedHeader } from 'jose'
import { AppError } from '../shared/errors.ts'
import { holdsNumber } from '../shared/number-in-text.ts'
import { CarriedNumber } from './carried-number.ts'

const longestJwe = 4096
const pointer = '/numberJwe'
const algorithm = 'ECDH-ES+A256KW'
const encryption = 'A256GCM'

/** What a header may have, and nothing else: so no `crit`, `zip`, `p2c`, `jku`, `jwk` and whatever is thought of next. */
const headerMembers: Record<string, (value: unknown) => boolean> = {
  alg: (value) => value === algorithm,
  enc: (value) => value === encryption,
  kid: (value) => typeof value === 'string',
  epk: (value) => typeof value === 'object' && value !== null && Object.keys(value).every((name) => name in epkMembers),
  // RFC 7518 § 4.6.1.2: some libraries name the parties.
  apu: (value) => typeof value === 'string',
  apv: (value) => typeof value === 'string',
  typ: (value) => value === 'JWE',
  // No JWE or JWT inside: what is inside is read once.
  cty: (value) => value === 'json' || value === 'application/json',
}
const epkMembers = { kty: true, crv: true, x: true, y: true }
const needed = ['alg', 'enc', 'kid', 'epk']

/** A `kid` is the sender's text: the log has it when it could be one. */
const shownKid = (kid: unknown): string =>
  typeof kid === 'string' && /^[\w-]{1,64}$/.test(kid) && !holdsNumber(kid) ? kid : '?'

/**
 * The one refusal of a JWE. The caller learns nothing, since every difference would help whoever probes; the operator's log
 * has the reason and the key.
 */
export const jweRefused = (reason: string, kid?: unknown, cause?: unknown): AppError =>
  new AppError('number_not_accepted', undefined, {
    places: [{ pointer, code: 'number_not_accepted' }],
    cause: new Error(
      `JWE of a number refused: ${reason}; kid ${shownKid(kid)}${cause instanceof Error ? ` (${cause.name})` : ''}`,
    ),
  })

const headerOf = (compact: string): Record<string, unknown> => {
  if (compact.length > longestJwe) throw jweRefused('too long')
  if (compact.split('.').length !== 5) throw jweRefused('not five parts')
  try {
    return decodeProtectedHeader(compact)
  } catch (error) {
    throw jweRefused('header unreadable', undefined, error)
  }
}

const mustBeOurs = (header: Record<string, unknown>): string => {
  const { kid } = header
  for (const [name, value] of Object.entries(header))
    if (!Object.hasOwn(headerMembers, name) || headerMembers[name]?.(value) !== true)
      throw jweRefused(`header member ${Object.hasOwn(headerMembers, name) ? name : 'unknown'}`, kid)
  const missing = needed.find((name) => !Object.hasOwn(header, name))
  if (missing !== undefined || typeof kid !== 'string') throw jweRefused(`header lacks ${missing}`, kid)
  return kid
}

/** Decrypts and reads; judges nothing that depends on who sends it, or when. */
export const openJwe = async (
  compact: string,
  keyOf: (kid: string) => Promise<KeyObject | undefined>,
): Promise<CarriedNumber> => {
  const kid = mustBeOurs(headerOf(compact))
  const key = await keyOf(kid)
  if (key === undefined) throw jweRefused('unknown key', kid)
  const { plaintext } = await compactDecrypt(compact, key, {
    keyManagementAlgorithms: [algorithm],
    contentEncryptionAlgorithms: [encryption],
  }).catch((error: unknown) => {
    throw jweRefused('does not decrypt', kid, error)
  })
  try {
    const carried = CarriedNumber.read(plaintext, kid)
    if (carried === undefined) throw jweRefused('plaintext is not the object it has to be', kid)
    return carried
  } finally {
    plaintext.fill(0)
  }
}
