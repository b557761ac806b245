import { createPublicKey } from 'node:crypto'
import type { PlatformCaller } from '../organizations/organizations.ts'
import type { Clock } from '../shared/clock.ts'
import type { Day } from '../shared/dates.ts'
import { dayOf } from '../shared/dates.ts'
import { defined } from '../shared/defined.ts'
import { AppError, invalidField, notFound } from '../shared/errors.ts'
import { newId } from '../shared/ids.ts'
import type { ClientRow } from './access.store.ts'
import type { ClientJwk, ClientKeyRow, ClientKeyStore, ClientKeyUse } from './client-keys.store.ts'
import type { ChangeClient } from './clients.ts'

export type { ClientJwk, ClientKeyRow, ClientKeyUse } from './client-keys.store.ts'

/** What keys of each use can be. An algorithm (client-assertion.ts) is told by the curve, never the other way round. */
const shapes = {
  sig: [
    { kty: 'OKP', crv: 'Ed25519', members: ['x'] },
    { kty: 'EC', crv: 'P-256', members: ['x', 'y'] },
  ],
} as const
/** 32 bytes in base64url; decoders are more lenient than that. */
const coordinate = /^[A-Za-z0-9_-]{43}$/
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']
/** Enough to change over in peace. */
const maxKeys = 10

/** The public part, member by member; the curve's own check is OpenSSL's. */
export const readSigningJwk = (given: object): ClientJwk => {
  if (privateMembers.some((name) => name in given))
    throw invalidField(
      '/jwk',
      'invalid_value',
      'Send the public part only. What was sent is private no more: make a new key.',
    )
  const { kty, crv, x, y } = given as Partial<ClientJwk>
  const shape = shapes.sig.find((known) => known.kty === kty && known.crv === crv)
  if (shape === undefined || x === undefined || (y !== undefined) !== (shape.crv === 'P-256'))
    throw invalidField(
      '/jwk',
      'invalid_value',
      'A signing key is Ed25519 (`kty: OKP`, `x`) or P-256 (`kty: EC`, `x`, `y`).',
    )
  if (![x, ...(y === undefined ? [] : [y])].every((part) => coordinate.test(part)))
    throw invalidField('/jwk', 'invalid_value', 'Coordinates are 32 bytes in base64url without padding.')
  const jwk: ClientJwk = { kty: shape.kty, crv: shape.crv, x, ...defined({ y }) }
  try {
    createPublicKey({ key: { ...jwk }, format: 'jwk' })
  } catch {
    throw invalidField('/jwk', 'invalid_value', 'This is no point on its curve.')
  }
  return jwk
}

export const isInForce = ({ expiresOn }: { expiresOn?: Day }, now: Date): boolean =>
  expiresOn === undefined || dayOf(now) <= expiresOn

type Deps = {
  store: ClientKeyStore
  clock: Clock
  getClient: (platform: PlatformCaller, id: string) => Promise<ClientRow>
  change: ChangeClient
}

/** Public keys that a platform registered for its clients. Rotation is adding one, changing over, and removing the other. */
export const createClientKeys = ({ store, clock, getClient, change }: Deps) => {
  const list = async (platform: PlatformCaller, clientId: string): Promise<ClientKeyRow[]> => {
    await getClient(platform, clientId)
    return store.ofClient(platform.platformId, clientId)
  }

  const create = async (
    platform: PlatformCaller,
    clientId: string,
    input: { use: ClientKeyUse; jwk: object; expiresOn?: Day },
  ): Promise<ClientKeyRow> => {
    const client = await getClient(platform, clientId)
    const jwk = readSigningJwk(input.jwk)
    if (!isInForce(input, clock.now())) throw invalidField('/expiresOn', 'invalid_value', 'This day has passed.')
    const held = await store.ofClient(platform.platformId, clientId)
    if (held.some((key) => key.jwk.x === jwk.x && key.jwk.crv === jwk.crv))
      throw invalidField('/jwk', 'already_exists', 'This key is registered already.')
    if (held.length >= maxKeys)
      throw new AppError('conflict', `A client has at most ${maxKeys} keys: remove one that is not used any more.`)
    const row: ClientKeyRow = {
      _id: newId('clientKey'),
      platformId: platform.platformId,
      clientId,
      use: input.use,
      jwk,
      createdAt: clock.now(),
      ...defined({ expiresOn: input.expiresOn }),
    }
    return change(platform, client, 'クライアント鍵の登録', async () => {
      await store.insert(row)
      return row
    })
  }

  const remove = async (platform: PlatformCaller, clientId: string, id: string): Promise<void> => {
    const client = await getClient(platform, clientId)
    await change(platform, client, 'クライアント鍵の削除', async () => {
      if (!(await store.delete(platform.platformId, clientId, id))) throw notFound('key of this client')
    })
  }

  return { list, create, remove }
}
