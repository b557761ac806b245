import { type AnswerKey, curves } from '../keys/keys.ts'
import type { Organizations, PlatformCaller } from '../organizations/organizations.ts'
import type { Caller } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import type { Day } from '../shared/dates.ts'
import { defined } from '../shared/defined.ts'
import { AppError, invalidField, notFound } from '../shared/errors.ts'
import { newId } from '../shared/ids.ts'
import type { AccessStore } from './access.store.ts'
import { isInForce, readClientJwk } from './client-keys.rules.ts'
import type { ClientKeyRow, ClientKeyStore, ClientKeyUse } from './client-keys.store.ts'
import type { Clients } from './clients.ts'

export type { ClientJwk, ClientKeyRow, ClientKeyUse } from './client-keys.store.ts'

/** How an answer with numbers leaves: to this key, in plain where there is none, or not at all. */
export type AnswerWay = { key?: AnswerKey; refusal?: AppError }
export type ClientKeyInput = { use: ClientKeyUse; jwk: object; expiresOn?: Day }

/** Of each use: enough for a rotation at several sites. */
const mostOfAUse = 10

type Deps = {
  store: AccessStore
  keyStore: ClientKeyStore
  organizations: Organizations
  clock: Clock
  clients: Pick<Clients, 'get' | 'change'>
}

/**
 * Public keys that a platform registered for its clients: to verify what they sign (`sig`), and to encrypt to them what they
 * ask for (`enc`). Rotation is adding one, changing over, and removing the other.
 */
export const createClientKeys = ({ store, keyStore, organizations, clock, clients }: Deps) => {
  const list = async (platform: PlatformCaller, clientId: string): Promise<ClientKeyRow[]> => {
    await clients.get(platform, clientId)
    return keyStore.ofClient(platform.platformId, clientId)
  }

  const create = async (platform: PlatformCaller, clientId: string, input: ClientKeyInput): Promise<ClientKeyRow> => {
    const { platformId } = platform
    const client = await clients.get(platform, clientId)
    const now = clock.now()
    const { use, expiresOn } = input
    const jwk = readClientJwk(use, input.jwk)
    if (!isInForce(input, now)) throw invalidField('/expiresOn', 'invalid_value', 'This day has passed.')
    const row: ClientKeyRow = {
      _id: newId('clientKey'),
      platformId,
      clientId,
      use,
      jwk,
      createdAt: now,
      ...defined({ expiresOn }),
    }
    return clients.change(platform, client, 'クライアント鍵の登録', async () => {
      if (!(await store.touchClient(platformId, clientId, now))) throw notFound('client')
      const held = await keyStore.ofClient(platformId, clientId)
      // Of the other use too: no key both signs and decrypts (NIST SP 800-57 part 1, § 5.2).
      if (held.some((key) => key.jwk.x === jwk.x && key.jwk.crv === jwk.crv))
        throw invalidField('/jwk', 'already_exists', 'This key is registered already: make another for another use.')
      if (held.filter((key) => key.use === use).length >= mostOfAUse)
        throw new AppError(
          'conflict',
          `A client has at most ${mostOfAUse} keys of each use: remove one that is not used any more.`,
        )
      await keyStore.insert(row)
      return row
    })
  }

  const remove = async (platform: PlatformCaller, clientId: string, id: string): Promise<void> => {
    const client = await clients.get(platform, clientId)
    await clients.change(platform, client, 'クライアント鍵の削除', async () => {
      if (!(await keyStore.delete(platform.platformId, clientId, id))) throw notFound('key of this client')
    })
  }

  /** To the newest key of whoever asks. */
  const answerWay = async (caller: Caller, asked: boolean): Promise<AnswerWay> => {
    const required = caller.jweAnswersRequired ?? (await organizations.own(caller)).jweAnswersRequired === true
    if (!asked && !required) return {}
    const now = clock.now()
    const held = caller.clientId === undefined ? [] : await keyStore.ofClient(caller.platformId, caller.clientId)
    const newest = held.find((key) => key.use === 'enc' && isInForce(key, now))
    if (newest === undefined)
      return {
        refusal: new AppError(
          'client_key_required',
          'Register a public key with `use: enc` first: POST /v1/clients/{id}/keys.',
        ),
      }
    const { crv } = newest.jwk
    const jwk = crv === 'Ed25519' ? undefined : curves[crv].members(newest.jwk)
    if (jwk === undefined) throw new AppError('internal', 'A client’s key is not of its curve.')
    return { key: { kid: newest._id, jwk } }
  }

  return { list, create, remove, answerWay }
}
export type ClientKeys = ReturnType<typeof createClientKeys>
