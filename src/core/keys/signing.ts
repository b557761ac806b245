import { createHash, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { Clock } from '../shared/clock.ts'
import { AppError } from '../shared/errors.ts'
import { newId } from '../shared/ids.ts'
import { keyFromSeed, seedBytes } from './ed25519.ts'
import { undecipherable } from './key-errors.ts'
import type { Kms } from './kms.ts'
import { type PlatformKeyStore, type PublicJwk, type SigningUse, signingUses } from './platform-keys.store.ts'
import { toBuffer } from './stored-bytes.ts'
import { createTimedCache, longestLifeSeconds } from './timed-cache.ts'
import { untilCommitted } from './until-committed.ts'

export type SigningKey = { readonly kid: string; readonly privateKey: KeyObject; readonly publicJwk: SigningJwk }
export type SigningJwk = PublicJwk & { readonly kid: string; readonly alg: 'EdDSA'; readonly use: 'sig' }

/** RFC 7638: the thumbprint of the required members in lexical order. */
const thumbprint = ({ crv, kty, x }: PublicJwk): string =>
  createHash('sha256').update(JSON.stringify({ crv, kty, x })).digest('base64url')

const toSigningJwk = (jwk: PublicJwk, kid: string): SigningJwk => ({
  kty: jwk.kty,
  crv: jwk.crv,
  x: jwk.x,
  kid,
  alg: 'EdDSA',
  use: 'sig',
})

type Deps = { store: PlatformKeyStore; kms: Kms; clock: Clock; cacheSeconds: number }

/**
 * Uses whose key can be renewed while all goes on. A new key is published for `publishSeconds` before it signs, so that who
 * keeps the JWKS knows it; the old one verifies for `verifySeconds` after that: other processes sign with it until their
 * cache ends (600 s at most), a token lives 600 s, and clocks differ. Never `anchor`: its first key names the list of disposals.
 */
const rotations = { token: { publishSeconds: 600, verifySeconds: 1260 } } as const satisfies Partial<
  Record<Exclude<SigningUse, 'anchor'>, { publishSeconds: number; verifySeconds: number }>
>
export type RotatableUse = keyof typeof rotations
const verifySecondsOf = (use: SigningUse): number | undefined =>
  use in rotations ? rotations[use as RotatableUse].verifySeconds : undefined

/** Ed25519 keys of the platform, one for each use, made at first use and stored only wrapped by the KMS. */
export const createSigning = ({ store, kms, clock, cacheSeconds }: Deps) => {
  const create = async (
    use: SigningUse,
    state: { state: 'current' } | { state: 'next'; signsFrom: Date } = { state: 'current' },
  ): Promise<{ kid: string; inserted: boolean }> => {
    const startedAt = clock.now().getTime()
    const kmsVersion = await kms.currentVersion()
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    const der = privateKey.export({ format: 'der', type: 'pkcs8' })
    const seed = der.subarray(der.length - seedBytes)
    const { x } = publicKey.export({ format: 'jwk' })
    if (x === undefined) throw undecipherable(use, 'no public key')
    const publicJwk: PublicJwk = { kty: 'OKP', crv: 'Ed25519', x }
    try {
      const wrapped = await kms.wrap(kmsVersion, seed)
      const kid = thumbprint(publicJwk)
      const common = { _id: newId('key'), use, ...state, kmsVersion, createdAt: clock.now() }
      const inserted = await store.insert({ ...common, kid, wrapped, publicJwk })
      // As with a KEK: a process that stood still meanwhile may have wrapped it under a version that is going.
      if (!inserted || clock.now().getTime() <= startedAt + longestLifeSeconds(cacheSeconds) * 1000)
        return { kid, inserted }
      await store.remove(common._id)
      return { kid, inserted: false }
    } finally {
      der.fill(0)
    }
  }

  /** A key whose time has come takes over here, in whichever process loads first. */
  const promoteIfDue = async (use: SigningUse): Promise<void> => {
    const next = await store.next(use)
    const now = clock.now()
    if (next === null || next.signsFrom === undefined || next.signsFrom > now) return
    const seconds = verifySecondsOf(use)
    await store.promote(use, next._id, seconds === undefined ? undefined : new Date(now.getTime() + seconds * 1000))
  }

  const load = async (use: SigningUse): Promise<SigningKey> => {
    await promoteIfDue(use)
    const row =
      (await store.current(use)) ??
      (await store.lastSigned(use)) ??
      // Whoever loses the race to create it reads the winner's.
      (await create(use).then(() => untilCommitted(() => store.current(use))))
    if (row?.wrapped === undefined || row.kid === undefined || row.publicJwk === undefined)
      throw undecipherable(row?._id ?? use, 'no signing key')
    const seed = await kms.unwrap(row.kmsVersion, toBuffer(row.wrapped))
    try {
      const privateKey = keyFromSeed(seed)
      if (createPublicKey(privateKey).export({ format: 'jwk' }).x !== row.publicJwk.x)
        throw undecipherable(row._id, 'the private and the public signing key are no pair')
      return { kid: row.kid, privateKey, publicJwk: toSigningJwk(row.publicJwk, row.kid) }
    } finally {
      seed.fill(0)
    }
  }

  // OpenSSL cleanses a KeyObject's memory when it is collected; there is nothing of ours left to wipe.
  const perUse = Object.fromEntries(
    signingUses.map((use) => [
      use,
      createTimedCache({ clock, seconds: cacheSeconds, limit: 1, load: () => load(use), wipe: () => {} }),
    ]),
  )

  const key = async (use: SigningUse): Promise<SigningKey> => {
    const cache = perUse[use]
    if (cache === undefined) throw undecipherable(use, 'no such use')
    return cache.get(use)
  }

  /** Public keys, current and previous, for `/v1/jwks` and for verifying; of all uses or of those named. */
  const jwks = async (uses: readonly SigningUse[] = signingUses): Promise<{ keys: SigningJwk[] }> => {
    const rows = await store.publicKeys(uses, clock.now())
    return {
      keys: rows.flatMap(({ kid, publicJwk }) =>
        kid === undefined || publicJwk === undefined ? [] : [toSigningJwk(publicJwk, kid)],
      ),
    }
  }

  const verifying = createTimedCache({
    clock,
    seconds: Math.min(cacheSeconds, 60),
    limit: signingUses.length,
    load: async (use) => {
      const { keys } = await jwks(signingUses.filter((known) => known === use))
      return new Map(keys.map((jwk) => [jwk.kid, createPublicKey({ key: { ...jwk }, format: 'jwk' })]))
    },
    wipe: () => {},
  })
  let lookedAgainAt = 0

  /** The key to verify with, cached; undefined where no key of this use has that id. */
  const publicKey = async (use: SigningUse, kid: string): Promise<KeyObject | undefined> => {
    const found = (await verifying.get(use)).get(kid)
    if (found !== undefined) return found
    // It may be new: look again, but at most once a second, since anybody can send an unknown `kid`.
    const now = clock.now().getTime()
    if (Math.abs(now - lookedAgainAt) < 1000) return undefined
    lookedAgainAt = now
    verifying.drop(use)
    return (await verifying.get(use)).get(kid)
  }

  /** A new key, published at once; it signs from the instant named. One rotation at a time. */
  const rotate = async (use: RotatableUse): Promise<{ kid: string; signsFrom: Date }> => {
    await load(use)
    const signsFrom = new Date(clock.now().getTime() + rotations[use].publishSeconds * 1000)
    const { kid, inserted } = await create(use, { state: 'next', signsFrom })
    if (!inserted)
      throw (await store.next(use)) === null
        ? new AppError('unavailable', 'The KMS took too long: rotate again.', { retryAfterSeconds: 5 })
        : new AppError('conflict', 'A new key is published already: it takes over by itself. Rotate again after that.')
    return { kid, signsFrom }
  }

  const close = (): void => {
    for (const cache of [...Object.values(perUse), verifying]) cache.close()
  }

  return { key, jwks, publicKey, rotate, close }
}
