import { createPublicKey, type KeyObject } from 'node:crypto'
import type { Clock } from '../shared/clock.ts'
import { AppError } from '../shared/errors.ts'
import { newId } from '../shared/ids.ts'
import { undecipherable } from './key-errors.ts'
import type { Kms } from './kms.ts'
import type { PlatformKeyStore, TransportKeyRow, TransportPublicJwk } from './platform-keys.store.ts'
import { toBuffer } from './stored-bytes.ts'
import { createTimedCache, longestLifeSeconds } from './timed-cache.ts'
import { type CurveName, curveNames, curves, privateKeyOf, secretOf, thumbprintOf } from './transport-curves.ts'
import { untilCommitted } from './until-committed.ts'

export type TransportJwk = TransportPublicJwk & { kid: string; alg: 'ECDH-ES+A256KW'; use: 'enc' }

/** How long a host may keep the published key set. */
export const publishedSeconds = 3600
/** A month of traffic, at most, lies under one key. */
const rotatedAfterMs = 30 * 24 * 3600_000
/**
 * A replaced key is still accepted: for a day by hosts that kept the old key set longer than they were told, and for the
 * day more in which a request may be repeated under its Idempotency-Key, because its fingerprint is made of the number inside.
 */
const acceptedAfterwardsMs = 48 * 3600_000
/** An unknown `kid` may be of a key that another process has just made; anybody can send one, so we look at most so often. */
const lookAgainMs = 1000

type Held = { kid: string; privateKey: KeyObject; jwk: TransportJwk; current: boolean }

type Deps = {
  store: PlatformKeyStore
  kms: Kms
  clock: Clock
  cacheSeconds: number
  onError: (error: unknown) => void
}

/** The keys to which hosts encrypt numbers: one a curve, made at first use, stored only wrapped by the KMS, replaced by and by. */
export const createTransport = ({ store, kms, clock, cacheSeconds, onError }: Deps) => {
  const create = async (curve: CurveName): Promise<void> => {
    const startedAt = clock.now().getTime()
    const kmsVersion = await kms.currentVersion()
    const { use, generate, members } = curves[curve]
    const { privateKey, publicKey } = generate()
    const publicJwk = members(publicKey.export({ format: 'jwk' }))
    if (publicJwk === undefined) throw undecipherable(use, 'no public key')
    const secret = secretOf(privateKey)
    try {
      const wrapped = await kms.wrap(kmsVersion, secret)
      const common = { _id: newId('key'), use, state: 'current', kmsVersion, createdAt: clock.now() } as const
      // Whoever loses the race to create it reads the winner's.
      const won = await store.insert({ ...common, kid: thumbprintOf(publicJwk), wrapped, publicJwk })
      // As with a KEK: a process that stood still meanwhile may have wrapped it under a version that is going.
      if (won && clock.now().getTime() > startedAt + longestLifeSeconds(cacheSeconds) * 1000)
        await store.remove(common._id)
    } finally {
      secret.fill(0)
    }
  }

  const open = async (row: TransportKeyRow): Promise<Held> => {
    const { publicJwk, wrapped, kid } = row
    if (wrapped === undefined || publicJwk === undefined || kid === undefined)
      throw undecipherable(row._id, 'no transport key')
    // Lean rows carry what the schema has: an X25519 key has no `y`.
    const jwk = curves[publicJwk.crv].members(publicJwk)
    if (jwk === undefined) throw undecipherable(row._id, 'no public key of its curve')
    const secret = await kms.unwrap(row.kmsVersion, toBuffer(wrapped))
    try {
      const privateKey = privateKeyOf(jwk.crv, secret)
      if (createPublicKey(privateKey).export({ format: 'jwk' }).x !== jwk.x)
        throw undecipherable(row._id, 'the private and the public transport key are no pair')
      return {
        kid,
        privateKey,
        jwk: { ...jwk, kid, alg: 'ECDH-ES+A256KW', use: 'enc' },
        current: row.state === 'current',
      }
    } finally {
      secret.fill(0)
    }
  }

  /** One that cannot be opened is reported, and keeps nobody from the others. */
  const openOrReport = async (row: TransportKeyRow): Promise<Held[]> => {
    try {
      return [await open(row)]
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'internal')) throw error
      onError(error)
      return []
    }
  }

  const rowsOf = async (curve: CurveName): Promise<TransportKeyRow[]> => {
    const { use } = curves[curve]
    const complete = async (): Promise<TransportKeyRow[] | null> => {
      const rows = await store.transportKeys([use])
      return rows.some(({ state }) => state === 'current') ? rows : null
    }
    return (await complete()) ?? (await create(curve).then(() => untilCommitted(complete)))
  }

  // OpenSSL cleanses a KeyObject's memory when it is collected; there is nothing of ours left to wipe.
  const held = createTimedCache({
    clock,
    seconds: cacheSeconds,
    limit: 1,
    load: async () => {
      const keys: Held[] = []
      for (const curve of curveNames) for (const row of await rowsOf(curve)) keys.push(...(await openOrReport(row)))
      return keys
    },
    wipe: () => {},
  })
  let lookedAgainAt = 0

  const all = (): Promise<Held[]> => held.get('all')

  /** The private key of that id, current or replaced and still accepted. */
  const privateKey = async (kid: string): Promise<KeyObject | undefined> => {
    const find = async () => (await all()).find((key) => key.kid === kid)?.privateKey
    const found = await find()
    if (found !== undefined) return found
    const now = clock.now().getTime()
    if (Math.abs(now - lookedAgainAt) < lookAgainMs) return undefined
    lookedAgainAt = now
    held.drop('all')
    return find()
  }

  /** For `/v1/vault/jwks`: what to encrypt to from now on. */
  const jwks = async (): Promise<{ keys: TransportJwk[] }> => ({
    keys: (await all()).filter(({ current }) => current).map(({ jwk }) => jwk),
  })

  const replace = async (rows: readonly TransportKeyRow[]): Promise<string[]> => {
    const kids: string[] = []
    for (const row of rows)
      if (await store.replaceTransport(row._id, clock.now())) if (row.kid !== undefined) kids.push(row.kid)
    held.drop('all')
    await all()
    return kids
  }

  const currentRows = async (): Promise<TransportKeyRow[]> =>
    (await Promise.all(curveNames.map(rowsOf))).flat().filter(({ state }) => state === 'current')

  /** By the operator, when a key is in doubt or at will. Answers with the ids of the keys that were replaced. */
  const rotate = async (): Promise<string[]> => {
    const askedAt = clock.now()
    // Not those that somebody who rotates at the same time has just made.
    return replace((await currentRows()).filter(({ createdAt }) => createdAt <= askedAt))
  }

  /** Maintenance: new keys when it is time, and those that nobody may use any more go. */
  const tidy = async (): Promise<{ replaced: number; removed: number }> => {
    const now = clock.now().getTime()
    const old = (await currentRows()).filter(({ createdAt }) => createdAt.getTime() <= now - rotatedAfterMs)
    const replaced = old.length === 0 ? 0 : (await replace(old)).length
    const removed = await store.removeTransport(new Date(now - acceptedAfterwardsMs))
    if (removed > 0) held.drop('all')
    return { replaced, removed }
  }

  return { privateKey, jwks, rotate, tidy, close: held.close }
}
export type Transport = ReturnType<typeof createTransport>
