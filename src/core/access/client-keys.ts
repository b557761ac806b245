import { createPublicKey, diffieHellman } from 'node:crypto'
import { type AnswerKey, type CurveName, curves, type TransportPublicJwk, thumbprintOf } from '../keys/keys.ts'
import type { Organizations, PlatformCaller } from '../organizations/organizations.ts'
import type { Caller } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import type { Database } from '../shared/database.ts'
import { AppError, invalidField, notFound } from '../shared/errors.ts'
import type { AccessStore, ClientKeyRow, ClientRow } from './access.store.ts'

/** Enough for a rotation at several sites; each answer is encrypted to one. */
const mostKeys = 10

type JwkInput = { kty: string; crv: CurveName; x: string; y?: string }
/** How an answer with numbers leaves: to this key, in plain where there is none, or not at all. */
export type AnswerWay = { key?: AnswerKey; refusal?: AppError }

const isPoint = (jwk: TransportPublicJwk): boolean => {
  try {
    // OpenSSL refuses a P-256 point off the curve here, and a low-order X25519 point when a secret is agreed (RFC 7748 § 6.1).
    const publicKey = createPublicKey({ key: { ...jwk }, format: 'jwk' })
    diffieHellman({ privateKey: curves[jwk.crv].generate().privateKey, publicKey })
    return true
  } catch {
    return false
  }
}

type Deps = {
  db: Database
  store: AccessStore
  organizations: Organizations
  clock: Clock
  getClient: (platform: PlatformCaller, id: string) => Promise<ClientRow>
}

/** Public keys of clients: reveals and export files are encrypted to the newest one of whoever asks. */
export const createClientKeys = ({ db, store, organizations, clock, getClient }: Deps) => {
  const list = async (platform: PlatformCaller, clientId: string): Promise<ClientKeyRow[]> =>
    [...((await getClient(platform, clientId)).keys ?? [])].reverse()

  const add = async (platform: PlatformCaller, clientId: string, input: JwkInput): Promise<ClientKeyRow> => {
    await getClient(platform, clientId)
    const jwk = curves[input.crv].members(input)
    if (jwk === undefined || !isPoint(jwk))
      throw invalidField('/jwk', 'invalid_value', 'This is not a public key of P-256 or X25519.')
    const key: ClientKeyRow = { kid: thumbprintOf(jwk), jwk, createdAt: clock.now() }
    return db.inTransaction(async () => {
      const added = await store.addClientKey(platform.platformId, clientId, key, mostKeys)
      const known = added === null ? await getClient(platform, clientId) : added
      const kept = known.keys?.find(({ kid }) => kid === key.kid)
      if (kept === undefined)
        throw new AppError('conflict', `A client has at most ${mostKeys} keys: remove one that is not used any more.`)
      await platform.once?.keep(kept)
      return kept
    })
  }

  const remove = async (platform: PlatformCaller, clientId: string, kid: string): Promise<void> => {
    await getClient(platform, clientId)
    if (!(await store.removeClientKey(platform.platformId, clientId, kid))) throw notFound('key')
  }

  const answerWay = async (caller: Caller, asked: boolean): Promise<AnswerWay> => {
    if (!asked && (await organizations.own(caller)).jweAnswersRequired !== true) return {}
    const client = caller.clientId === undefined ? null : await store.findClient(caller.clientId)
    const newest = client?.keys?.at(-1)
    if (newest === undefined)
      return {
        refusal: new AppError('client_key_required', 'Register a public key first: POST /v1/clients/{id}/keys.'),
      }
    // A lean row of X25519 has no `y`; mongoose may still know of one.
    const jwk = curves[newest.jwk.crv].members(newest.jwk)
    if (jwk === undefined) throw new AppError('internal', 'A client’s key is not of its curve.')
    return { key: { kid: newest.kid, jwk } }
  }

  return { list, add, remove, answerWay }
}
export type ClientKeys = ReturnType<typeof createClientKeys>
