import type { Clock } from '../shared/clock.ts'
import { newId } from '../shared/ids.ts'
import { causeOf, isUndecipherable, keyExpired, undecipherable } from './key-errors.ts'
import { unwrapKey, wrapKey } from './key-wrap.ts'
import type { Kms } from './kms.ts'
import {
  endsWithKek,
  type OrganizationKey,
  type OrganizationKeyKind,
  type OrganizationKeyStore,
  organizationKeyKinds,
} from './organization-keys.store.ts'
import { randomKey } from './pool.ts'
import { SecretKey } from './secret-key.ts'
import { toBuffer } from './stored-bytes.ts'
import { createTimedCache, longestLifeSeconds } from './timed-cache.ts'
import { untilCommitted } from './until-committed.ts'

/** All keys of one organization that can be read, opened: one call to the KMS while it has one KEK. */
export type KeyRing = {
  readonly organizationId: string
  /** From before it was read. */
  readonly loadedAt: Date
  /** Every key by its id. */
  readonly keys: Map<string, SecretKey>
  readonly current: (kind: OrganizationKeyKind) => SecretKey
  /** The current one first, then the previous ones that can still be read. */
  readonly all: (kind: OrganizationKeyKind) => readonly SecretKey[]
}

type Deps = {
  store: OrganizationKeyStore
  kms: Kms
  clock: Clock
  cacheSeconds: number
  onError: (error: unknown) => void
}

export const createKeyRings = ({ store, kms, clock, cacheSeconds, onError }: Deps) => {
  const lifeMs = longestLifeSeconds(cacheSeconds) * 1000
  const isOver = (from: Date): boolean => clock.now().getTime() > from.getTime() + lifeMs

  const unwrapKek = async (key: OrganizationKey): Promise<SecretKey> => {
    if (key.kmsVersion === undefined) throw undecipherable(key._id, 'a KEK without its KMS version')
    const bytes = await kms.unwrap(key.kmsVersion, toBuffer(key.wrapped)).catch((error: unknown) => {
      throw isUndecipherable(error)
        ? undecipherable(key._id, `the KEK of ${key.organizationId}: ${causeOf(error)}`)
        : error
    })
    return new SecretKey(key._id, bytes)
  }

  /** Makes the first KEK; undefined where another process was faster. */
  const createKek = async (organizationId: string): Promise<SecretKey | undefined> => {
    const startedAt = clock.now()
    const kmsVersion = await kms.currentVersion()
    const secret = new SecretKey(newId('key'), randomKey())
    const wrapped = await kms.wrap(kmsVersion, secret.bytes())
    const common = { organizationId, version: 1, state: 'current', createdAt: clock.now() } as const
    const row: OrganizationKey = { ...common, _id: secret.id, kind: 'kek', wrapped, kmsVersion }
    if (await store.insert([row])) {
      if (!isOver(startedAt)) return secret
      await store.remove(organizationId, [row._id])
    }
    secret.wipe()
    return undefined
  }

  const createMissing = async (organizationId: string, kek: SecretKey, rows: readonly OrganizationKey[]) => {
    const present = currentKinds(rows)
    const missing = organizationKeyKinds.filter((kind) => !present.has(kind))
    if (missing.length === 0) return false
    const createdAt = clock.now()
    const created = missing.map((kind): OrganizationKey => {
      const key = randomKey()
      const wrapped = wrapKey(kek.cipherKey(), key)
      key.fill(0)
      const version = 1 + Math.max(0, ...rows.filter((row) => row.kind === kind).map((row) => row.version))
      return { _id: newId('key'), organizationId, kind, version, state: 'current', wrapped, kekId: kek.id, createdAt }
    })
    await store.insert(created)
    return true
  }

  const readableWith = (organizationId: string, kinds: readonly OrganizationKeyKind[]): Promise<OrganizationKey[]> =>
    untilCommitted(async () => {
      const rows = await store.readable(organizationId)
      const present = currentKinds(rows)
      return kinds.every((kind) => present.has(kind)) ? rows : null
    })

  const load = async (organizationId: string): Promise<KeyRing> => {
    const loadedAt = clock.now()
    let rows = await store.readable(organizationId)
    const keks = new Map<string, SecretKey>()
    const lost = new Set<string>()
    if (!rows.some(isCurrentKek)) {
      const created = await createKek(organizationId)
      if (created !== undefined) keks.set(created.id, created)
      rows = await readableWith(organizationId, ['kek'])
    }
    const openKek = async (id: string): Promise<SecretKey> => {
      const known = keks.get(id)
      if (known !== undefined) return known
      const row = rows.find(({ _id, kind }) => _id === id && kind === 'kek')
      if (row === undefined) throw undecipherable(id, 'this KEK is retired or was never here')
      const secret = await unwrapKek(row)
      keks.set(id, secret)
      return secret
    }
    const kek = await openKek(rows.find(isCurrentKek)?._id ?? 'kek')
    if (await createMissing(organizationId, kek, rows)) rows = await readableWith(organizationId, organizationKeyKinds)

    /** Undefined for one that ended with its KEK. */
    const openKey = async (row: OrganizationKey): Promise<SecretKey | undefined> => {
      const kekId = row.kekId ?? ''
      if (lost.has(kekId) && endsWithKek(row)) return undefined
      try {
        const outer = await openKek(kekId)
        return new SecretKey(row._id, unwrapKey(outer.cipherKey(), toBuffer(row.wrapped), nameOf(row)))
      } catch (error) {
        // A copy of this database from before an epoch's end still has them; the KMS version that opened them is gone.
        if (!endsWithKek(row) || !isUndecipherable(error)) throw error
        if (!keks.has(kekId)) lost.add(kekId)
        onError(error)
        return undefined
      }
    }
    const byKind = new Map<OrganizationKeyKind, SecretKey[]>()
    for (const row of rows.toSorted(currentFirst)) {
      if (row.kind === 'kek') continue
      const secret = await openKey(row)
      if (secret !== undefined) byKind.set(row.kind, [...(byKind.get(row.kind) ?? []), secret])
    }
    byKind.set('kek', [kek, ...[...keks.values()].filter((other) => other !== kek)])
    const keys = new Map([...byKind.values()].flat().map((key) => [key.id, key]))
    const all = (kind: OrganizationKeyKind): readonly SecretKey[] => byKind.get(kind) ?? []
    const current = (kind: OrganizationKeyKind): SecretKey => {
      const [first] = all(kind)
      if (first === undefined) throw undecipherable(kind, `organization ${organizationId} has no such key`)
      return first
    }
    return { organizationId, loadedAt, keys, current, all }
  }

  const cache = createTimedCache({
    clock,
    seconds: cacheSeconds,
    limit: 10_000,
    load,
    wipe: (ring: KeyRing) => {
      for (const key of ring.keys.values()) key.wipe()
    },
  })

  const opening = new Map<string, Promise<SecretKey>>()

  /** One KEK by its id: an older one, or one made by another process since this ring was loaded, is fetched. */
  const kek = async (organizationId: string, id: string): Promise<SecretKey> => {
    const ring = await cache.get(organizationId)
    const known = ring.keys.get(id)
    if (known !== undefined) return known
    const running = opening.get(id)
    if (running !== undefined) return running
    const open = async (): Promise<SecretKey> => {
      const row = await store.find(organizationId, id)
      if (row === null || row.kind !== 'kek') throw undecipherable(id, 'this KEK is retired or was never here')
      const secret = await unwrapKek(row)
      ring.keys.set(id, secret)
      return secret
    }
    const started = open().finally(() => opening.delete(id))
    opening.set(id, started)
    return started
  }

  /**
   * After something was written under a key of this ring: a process that stood still so long that the erasure epoch may
   * have counted it out must not use what it wrote. What the check lets through, the epoch still finds and re-wraps.
   */
  const mustBeInTime = (ring: KeyRing): void => {
    if (isOver(ring.loadedAt)) throw keyExpired(ring.current('kek').id)
  }

  return { mustBeInTime, of: cache.get, drop: cache.drop, kek, evictEnded: cache.evictEnded, close: cache.close }
}
export type KeyRings = ReturnType<typeof createKeyRings>

const nameOf = ({ _id, kind, organizationId }: OrganizationKey): string => `${_id} (${kind} of ${organizationId})`
const isCurrentKek = (row: OrganizationKey): boolean => row.kind === 'kek' && row.state === 'current'
const currentKinds = (rows: readonly OrganizationKey[]): ReadonlySet<OrganizationKeyKind> =>
  new Set(rows.filter(({ state }) => state === 'current').map(({ kind }) => kind))
const currentFirst = (a: OrganizationKey, b: OrganizationKey): number =>
  Number(b.state === 'current') - Number(a.state === 'current') || b.version - a.version
