import { createPublicKey, diffieHellman, type KeyObject } from 'node:crypto'
import { curves } from '../keys/keys.ts'
import type { Day } from '../shared/dates.ts'
import { dayOf } from '../shared/dates.ts'
import { defined } from '../shared/defined.ts'
import { invalidField } from '../shared/errors.ts'
import type { ClientJwk, ClientKeyUse } from './client-keys.store.ts'

type Shape = Pick<ClientJwk, 'kty' | 'crv'> & {
  hasY: boolean
  /** What `alg` may say where it is given. The curve tells the algorithm (client-assertion.ts), never the other way round. */
  algorithms: readonly string[]
  /** What more than OpenSSL's reading shows that it can be used. */
  prove?: (key: KeyObject) => void
}

const agreement = ['ECDH-ES+A256KW']
/** OpenSSL refuses a P-256 point off the curve when it is read, and a low-order X25519 point here (RFC 7748 § 6.1). */
const agrees = (crv: keyof typeof curves) => (publicKey: KeyObject) => {
  diffieHellman({ privateKey: curves[crv].generate().privateKey, publicKey })
}

/** Everything about the keys of one use in one place. */
const uses: Record<ClientKeyUse, { told: string; shapes: readonly Shape[] }> = {
  sig: {
    told: 'A signing key is Ed25519 (`kty: OKP`, `x`) or P-256 (`kty: EC`, `x`, `y`).',
    shapes: [
      { kty: 'OKP', crv: 'Ed25519', hasY: false, algorithms: ['EdDSA', 'Ed25519'] },
      { kty: 'EC', crv: 'P-256', hasY: true, algorithms: ['ES256'] },
    ],
  },
  enc: {
    told: 'A key to encrypt to is X25519 (`kty: OKP`, `x`) or P-256 (`kty: EC`, `x`, `y`).',
    shapes: [
      { kty: 'OKP', crv: 'X25519', hasY: false, algorithms: agreement, prove: agrees('X25519') },
      { kty: 'EC', crv: 'P-256', hasY: true, algorithms: agreement, prove: agrees('P-256') },
    ],
  },
}

/** 32 bytes in base64url; decoders are more lenient than that. */
const coordinate = /^[A-Za-z0-9_-]{43}$/
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']
const refused = (detail: string) => invalidField('/jwk', 'invalid_value', detail)

/** The public part, member by member, of a key that can serve for this use. */
export const readClientJwk = (use: ClientKeyUse, given: object): ClientJwk => {
  if (privateMembers.some((name) => name in given))
    throw refused('Send the public part only. What was sent is private no more: make a new key.')
  const { kty, crv, x, y, alg, use: said } = given as Partial<ClientJwk> & { alg?: string; use?: string }
  const { told, shapes } = uses[use]
  const shape = shapes.find((known) => known.kty === kty && known.crv === crv)
  if (shape === undefined || x === undefined || (y !== undefined) !== shape.hasY) throw refused(told)
  if ((alg !== undefined && !shape.algorithms.includes(alg)) || (said !== undefined && said !== use))
    throw refused('`alg` and `use` of the key say something else than its curve and the use asked for.')
  if (![x, ...(y === undefined ? [] : [y])].every((part) => coordinate.test(part)))
    throw refused('Coordinates are 32 bytes in base64url without padding.')
  const jwk: ClientJwk = { kty: shape.kty, crv: shape.crv, x, ...defined({ y }) }
  try {
    const key = createPublicKey({ key: { ...jwk }, format: 'jwk' })
    shape.prove?.(key)
  } catch {
    throw refused('This is no point on its curve, or none that can be used.')
  }
  return jwk
}

export const isInForce = ({ expiresOn }: { expiresOn?: Day }, now: Date): boolean =>
  expiresOn === undefined || dayOf(now) <= expiresOn
