import type { Clock } from '../shared/clock.ts'
import { newId } from '../shared/ids.ts'
import type { DekRow, DekStore, NumberIndex, RewrappedDek } from './deks.store.ts'
import { undecipherable } from './key-errors.ts'
import type { KeyRings } from './key-ring.ts'
import { unwrapKey, wrapKey } from './key-wrap.ts'
import type { Kms } from './kms.ts'
import {
  endsWithKek,
  type OrganizationKey,
  type OrganizationKeyKind,
  type OrganizationKeyStore,
} from './organization-keys.store.ts'
import type { PlatformKeyStore } from './platform-keys.store.ts'
import { randomKey } from './pool.ts'
import { SecretKey } from './secret-key.ts'
import { toBuffer } from './stored-bytes.ts'
import { longestLifeSeconds } from './timed-cache.ts'

/**
 * What the erasure epoch does to keys, in steps that can each be done again from any point. A KEK, an index key and a
 * fingerprint key are new ones; field, MAC and gram keys stay the keys that they are, under the new KEK: what they made
 * must open on.
 */
const newKinds = ['kek', 'index', 'fingerprint'] as const satisfies readonly OrganizationKeyKind[]

/** Clocks of processes need not agree, but their rates do: what a cache time may be off by. */
const marginOf = (cacheSeconds: number): number => Math.min(30, cacheSeconds)

/** Where these numbers stand under the new index key; the digits are the vault's alone. One it cannot open is left out. */
export type RenewIndexes = (
  organizationId: string,
  deks: ReadonlyMap<string, Buffer>,
) => Promise<ReadonlyMap<string, NumberIndex>>

/** Destroys those of these files' DEKs that nothing committed refers to, and says which. */
export type EndUncommitted = (organizationId: string, dekIds: readonly string[]) => Promise<ReadonlySet<string>>

type Deps = {
  keys: OrganizationKeyStore
  platformKeys: PlatformKeyStore
  deks: DekStore
  rings: KeyRings
  kms: Kms
  clock: Clock
  cacheSeconds: number
  onError: (error: unknown) => void
}

const idsOf = (rows: readonly DekRow[]): string[] => rows.map(({ _id }) => _id)

export const createRotation = ({ keys, platformKeys, deks, rings, kms, clock, cacheSeconds, onError }: Deps) => {
  const noteCache = (): Promise<void> => platformKeys.noteCache(cacheSeconds)

  /** After so long every process, whatever its cache time, has forgotten what it had read of keys before. */
  const settleSeconds = async (): Promise<number> => {
    const noted = (await platformKeys.kmsVersions()).map((row) => row.cacheSeconds ?? 0)
    const longest = Math.max(cacheSeconds, ...noted)
    return longestLifeSeconds(longest) + marginOf(longest)
  }

  /** Since when the KMS version of now is in use; undefined before anything has a key. */
  const currentSince = async (): Promise<Date | undefined> =>
    (await keys.exist()) ? (await platformKeys.current('kms'))?.createdAt : undefined

  const kmsVersions = async (): Promise<string[]> =>
    (await platformKeys.kmsVersions()).map(({ kmsVersion }) => kmsVersion)

  /** From here on new KEKs and signing keys are under this version. */
  const useKmsVersion = async (old: readonly string[], kmsVersion: string): Promise<void> => {
    const cached = Math.max(cacheSeconds, ...(await platformKeys.kmsVersions()).map((row) => row.cacheSeconds ?? 0))
    const common = { _id: newId('key'), use: 'kms', state: 'current', createdAt: clock.now() } as const
    await platformKeys.replaceKms(old, { ...common, kmsVersion, provider: kms.name, cacheSeconds: cached })
  }

  /** Since when this version is the one that new keys are wrapped with. */
  const inUseSince = async (kmsVersion: string): Promise<Date> => {
    const row = (await platformKeys.kmsVersions()).find((known) => known.kmsVersion === kmsVersion)
    if (row === undefined) throw undecipherable(kmsVersion, 'this KMS version is not in use')
    return row.createdAt
  }

  const openKek = async (key: OrganizationKey): Promise<SecretKey> => {
    if (key.kmsVersion === undefined) throw undecipherable(key._id, 'a KEK without its KMS version')
    return new SecretKey(key._id, await kms.unwrap(key.kmsVersion, toBuffer(key.wrapped)))
  }

  /** The keys of this epoch, readable from now on and not written with. Since when the last of them is there. */
  const announce = async (organizationId: string, epochId: string, kmsVersion: string): Promise<Date> => {
    const rows = await keys.all(organizationId)
    const own = rows.filter((row) => row.epochId === epochId)
    const missing = newKinds.filter((kind) => !own.some((row) => row.kind === kind))
    if (missing.length === 0) return new Date(Math.max(...own.map(({ createdAt }) => createdAt.getTime())))
    const rowOf = (kind: OrganizationKeyKind, id: string) => {
      const version = 1 + Math.max(0, ...rows.filter((row) => row.kind === kind).map((row) => row.version))
      return { _id: id, organizationId, kind, version, state: 'previous', epochId } as const
    }
    // Dated when they are put there, not before the KMS was asked: caches are waited for from then on.
    const insert = (made: readonly Omit<OrganizationKey, 'createdAt'>[]): Promise<boolean> =>
      keys.insert(made.map((key) => ({ ...key, createdAt: clock.now() })))
    const known = own.find(({ kind }) => kind === 'kek')
    const kek = known === undefined ? new SecretKey(newId('key'), randomKey()) : await openKek(known)
    try {
      const made: Omit<OrganizationKey, 'createdAt'>[] = []
      for (const kind of missing)
        if (kind === 'kek')
          made.push({ ...rowOf(kind, kek.id), wrapped: await kms.wrap(kmsVersion, kek.bytes()), kmsVersion })
        else {
          const key = randomKey()
          made.push({ ...rowOf(kind, newId('key')), wrapped: wrapKey(kek.bytes(), key), kekId: kek.id })
          key.fill(0)
        }
      // The KEK first, by itself: nothing is ever wrapped by a KEK that another worker's has beaten.
      const [first, ...others] = made
      if (first?.kind === 'kek' && !(await insert([first]))) return clock.now()
      await insert(first?.kind === 'kek' ? others : made)
      return clock.now()
    } finally {
      kek.wipe()
    }
  }

  /** What is still under something older than this epoch, and what it goes under. */
  const planOf = async (organizationId: string, epochId: string) => {
    const rows = await keys.all(organizationId)
    const kek = rows.find((row) => row.kind === 'kek' && row.epochId === epochId)
    const index = rows.find((row) => row.kind === 'index' && row.epochId === epochId)
    if (kek === undefined || index === undefined || kek.state !== 'current')
      throw undecipherable(epochId, `organization ${organizationId} has no current keys of this epoch`)
    const old = rows.filter((row) => row.kind === 'kek' && row.version < kek.version)
    const oldIds = new Set(old.map(({ _id }) => _id))
    const under = rows.filter((row) => row.kind !== 'kek' && oldIds.has(row.kekId ?? ''))
    return {
      kek,
      indexKeyId: index._id,
      old,
      oldIds: [...oldIds],
      toRewrap: under.filter((row) => !endsWithKek(row)),
      ending: under.filter(endsWithKek),
      oldIndexIds: rows.filter((row) => row.kind === 'index' && row._id !== index._id).map(({ _id }) => _id),
    }
  }

  /** Whether one of the DEKs under this KEK opens: those that do not were tried, and told of, when they were re-wrapped. */
  const opensAny = async (organizationId: string, key: OrganizationKey): Promise<boolean> => {
    const kek = await openKek(key)
    const opens = ({ _id, wrapped }: DekRow): boolean => {
      try {
        unwrapKey(kek.bytes(), toBuffer(wrapped), _id).fill(0)
        return true
      } catch {
        return false
      }
    }
    try {
      for (let after = ''; ; ) {
        const rows = await deks.under(organizationId, key._id, after, 500)
        if (rows.some(opens)) return true
        const last = rows.at(-1)
        if (last === undefined) return false
        after = last._id
      }
    } finally {
      kek.wipe()
    }
  }

  /** Whether anything of this organization would become unreadable if the older KEKs went. */
  const refersToOld = async (organizationId: string, epochId: string): Promise<boolean> => {
    const { toRewrap, old } = await planOf(organizationId, epochId)
    if (toRewrap.length > 0) return true
    for (const key of old)
      if ((await deks.isUsed(organizationId, [key._id])) && (await opensAny(organizationId, key))) return true
    return false
  }

  const countOld = async (organizationId: string, epochId: string): Promise<number> =>
    deks.countUnder(organizationId, (await planOf(organizationId, epochId)).oldIds)

  /**
   * Re-wraps everything of one organization that is under an older KEK, in chunks. `step` is told of each chunk and may
   * stop it by throwing. Done again until a look finds nothing: somebody may have written meanwhile.
   */
  const rewrap = async (
    organizationId: string,
    epochId: string,
    options: {
      chunkSize: number
      renewIndexes: RenewIndexes
      endUncommitted: EndUncommitted
      step: (count: number) => Promise<void>
    },
  ): Promise<void> => {
    const { chunkSize, renewIndexes, endUncommitted, step } = options
    const plan = await planOf(organizationId, epochId)
    const opened = new Map<string, SecretKey>()
    const isKnown = (id: string): boolean => id === plan.kek._id || plan.oldIds.includes(id)
    const kekOf = async (id: string): Promise<SecretKey> => {
      const known = opened.get(id)
      if (known !== undefined) return known
      const row = [plan.kek, ...plan.old].find(({ _id }) => _id === id)
      if (row === undefined) throw undecipherable(id, 'this KEK is not there any more')
      const secret = await openKek(row)
      opened.set(id, secret)
      return secret
    }

    /** How many were dealt with: files' DEKs that nothing has committed go, the others come along. */
    const rewrapOrEnd = async (rows: readonly DekRow[]): Promise<number> => {
      const asked = rows.filter(({ purpose, state }) => purpose === 'file' && state === 'prepared')
      const ended = asked.length === 0 ? new Set() : await endUncommitted(organizationId, idsOf(asked))
      return ended.size + (await rewrapRows(rows.filter(({ _id }) => !ended.has(_id))))
    }

    /** The DEKs are open only in here. */
    const rewrapRows = async (rows: readonly DekRow[]): Promise<number> => {
      const kek = await kekOf(plan.kek._id)
      const keysById = new Map<string, Buffer>()
      try {
        const outer = new Map<string, SecretKey>()
        for (const { kekId } of rows) if (isKnown(kekId) && !outer.has(kekId)) outer.set(kekId, await kekOf(kekId))
        for (const { _id, kekId, wrapped } of rows)
          try {
            const secret = outer.get(kekId)
            if (secret === undefined) throw undecipherable(kekId, 'this KEK is not there any more')
            keysById.set(_id, unwrapKey(secret.bytes(), toBuffer(wrapped), _id))
          } catch (error) {
            // What nobody can read must not keep everybody else's old keys alive.
            onError(error)
          }
        const stale = rows.filter(({ purpose, index }) => purpose === 'number' && index?.keyId !== plan.indexKeyId)
        const indexes = await renewIndexes(
          organizationId,
          new Map(stale.flatMap(({ _id }) => [[_id, keysById.get(_id) ?? Buffer.alloc(0)] as const])),
        )
        const rewrapped = rows.flatMap(({ _id, kekId }): RewrappedDek[] => {
          const key = keysById.get(_id)
          if (key === undefined) return []
          const index = indexes.get(_id)
          const common = { organizationId, _id, was: kekId, kekId: kek.id, wrapped: wrapKey(kek.bytes(), key) }
          return [index?.keyId === plan.indexKeyId ? { ...common, index } : common]
        })
        return await deks.rewrap(rewrapped)
      } finally {
        for (const key of keysById.values()) key.fill(0)
      }
    }

    try {
      for (const key of plan.toRewrap) {
        const kek = await kekOf(plan.kek._id)
        const plain = unwrapKey((await kekOf(key.kekId ?? '')).bytes(), toBuffer(key.wrapped), key._id)
        await keys.rewrap(key, wrapKey(kek.bytes(), plain), kek.id)
        plain.fill(0)
      }
      for (const kekId of plan.oldIds)
        for (let after = ''; ; ) {
          const rows = await deks.under(organizationId, kekId, after, chunkSize)
          const last = rows.at(-1)
          if (last === undefined) break
          await step(await rewrapOrEnd(rows))
          after = last._id
        }
      // Written under the new KEK by a process that still had the older index key; or not committed when it was looked at.
      // What is left has no number yet, or never will: the next look or the sweep of orphans comes to it.
      for (let after = ''; ; ) {
        const rows = await deks.indexedUnder(organizationId, plan.oldIndexIds, after, chunkSize)
        const last = rows.at(-1)
        if (last === undefined) break
        await rewrapRows(rows)
        await step(0)
        after = last._id
      }
    } finally {
      for (const secret of opened.values()) secret.wipe()
    }
  }

  /** Signing keys and whatever else of the platform the KMS has wrapped. How many there were. */
  const rewrapPlatform = async (old: readonly string[], kmsVersion: string): Promise<number> => {
    const rows = await platformKeys.wrappedUnder(old)
    for (const row of rows) {
      if (row.wrapped === undefined) continue
      const plain = await kms.unwrap(row.kmsVersion, toBuffer(row.wrapped))
      try {
        await platformKeys.rewrap(row, await kms.wrap(kmsVersion, plain), kmsVersion)
      } finally {
        plain.fill(0)
      }
    }
    return rows.length
  }

  /** Older KEKs, and the index and fingerprint keys that end with them: out of every reader's sight. */
  const retire = async (organizationId: string, epochId: string): Promise<void> => {
    const { oldIds, ending } = await planOf(organizationId, epochId)
    const endingIds = ending.map(({ _id }) => _id)
    // One after the other, what is inside first: a reader in between finds no key whose KEK is out of sight.
    for (const ids of [endingIds, oldIds]) await keys.retire(organizationId, ids)
    rings.drop(organizationId)
  }

  const removeRetired = async (organizationId: string, epochId: string): Promise<void> => {
    const { oldIds, ending } = await planOf(organizationId, epochId)
    const endingIds = ending.map(({ _id }) => _id)
    // The KEKs last: by them the next worker knows that something is left.
    for (const ids of [endingIds, oldIds]) await keys.remove(organizationId, ids)
  }

  /** Past this nothing brings back what they wrapped, but for the provider's `deletionDelayDays`. */
  const destroyVersions = async (old: readonly string[]): Promise<void> => {
    for (const version of old) await kms.destroyVersion(version)
  }

  return {
    noteCache,
    settleSeconds,
    currentSince,
    inUseSince,
    kmsVersions,
    createKmsVersion: kms.createVersion,
    useKmsVersion,
    /** Organizations that have something under one of these KMS versions, in the order of their ids. */
    organizationsUnder: keys.under,
    announce,
    promote: async (organizationId: string, epochId: string): Promise<void> => {
      const done = await keys.promote(organizationId, epochId)
      rings.drop(organizationId)
      if (!done)
        throw undecipherable(epochId, `organization ${organizationId} has no keys of this epoch, or newer ones`)
    },
    countOld,
    refersToOld,
    rewrap,
    platformRefersTo: async (old: readonly string[]): Promise<boolean> =>
      (await platformKeys.wrappedUnder(old)).length > 0,
    rewrapPlatform,
    retire,
    destroyVersions,
    removeRetired,
    removeVersions: platformKeys.removeKms,
    deletionDelayDays: kms.deletionDelayDays,
    isLocal: kms.name === 'local-files',
  }
}
export type Rotation = ReturnType<typeof createRotation>
