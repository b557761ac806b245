import type { Clock } from '../shared/clock.ts'
import { AppError } from '../shared/errors.ts'
import { newId } from '../shared/ids.ts'
import { freshDataKeys, openDataKeys } from './data-key.ts'
import type { DekPurpose, DekRow, DekStore, NumberIndex } from './deks.store.ts'
import { causeOf, undecipherable } from './key-errors.ts'
import type { KeyRings } from './key-ring.ts'
import type { Dek } from './sealed-record.ts'
import type { SecretKey } from './secret-key.ts'
import { toBuffer } from './stored-bytes.ts'

const hourMs = 60 * 60 * 1000
const pageSize = 500

export type DekReference = { readonly dekId: string; readonly refId: string; readonly purpose: DekPurpose }

export type NumberCandidate = { readonly dekId: string; readonly refId: string; readonly index: NumberIndex }

/** Answers which of these DEKs, by id, the data database refers to. */
export type FindReferenced = (organizationId: string, refs: readonly DekReference[]) => Promise<ReadonlySet<string>>

/**
 * Data keys, one for each number version and each file. A DEK is written before the data transaction, as `prepared`, and
 * marked `live` after its commit, which must come within an hour; so no step needs one transaction over both databases.
 */
export const createDeks = ({ store, rings, clock }: { store: DekStore; rings: KeyRings; clock: Clock }) => {
  /** New DEKs in one round trip (majority). The keys are the caller's to wipe. */
  const prepare = async (
    organizationId: string,
    items: readonly { purpose: DekPurpose; refId: string; index?: NumberIndex }[],
  ): Promise<Dek[]> => {
    if (items.length === 0) return []
    const ring = await rings.of(organizationId)
    const kek = ring.current('kek')
    const createdAt = clock.now()
    const deks: Dek[] = []
    const rows: DekRow[] = []
    for (const { item, key, wrapped } of freshDataKeys(kek, items)) {
      const _id = newId('key')
      deks.push({ id: _id, key })
      rows.push({ _id, organizationId, kekId: kek.id, wrapped, state: 'prepared', ...item, createdAt })
    }
    await store.insert(rows)
    rings.mustBeInTime(ring)
    return deks
  }

  const markLive = async (organizationId: string, ids: readonly string[]): Promise<void> => {
    if (ids.length > 0) await store.markLive(organizationId, ids)
  }

  /** The operator learns which DEK and which record an unusable KEK leaves closed. */
  const kekFor = (organizationId: string, { _id, refId, kekId }: DekRow): Promise<SecretKey> =>
    rings.kek(organizationId, kekId).catch((error: unknown) => {
      throw error instanceof AppError && error.code === 'internal'
        ? undecipherable(_id, `of ${refId}: ${causeOf(error)}`)
        : error
    })

  const openRows = async (
    organizationId: string,
    rows: readonly DekRow[],
    opened: Map<string, Buffer>,
    isFirst = true,
  ): Promise<void> => {
    for (const [kekId, group] of Map.groupBy(rows, (row) => row.kekId)) {
      const [first] = group
      if (first === undefined) continue
      const kek = await kekFor(organizationId, first).catch(async (error: unknown) => {
        // Read just before an erasure epoch put them under another KEK and the old one went: read once more.
        const ids = group.map(({ _id }) => _id)
        const moved = await store.find(organizationId, ids)
        if (!isFirst || moved.some((row) => row.kekId === kekId)) throw error
        return openRows(organizationId, moved, opened, false)
      })
      if (kek === undefined) continue
      const wrapped = group.map((row) => ({
        id: row._id,
        name: `${row._id} of ${row.refId}`,
        wrapped: toBuffer(row.wrapped),
      }))
      for (const [id, key] of openDataKeys(kek, wrapped)) opened.set(id, key)
    }
  }

  /** The keys by DEK id; one that is not there any more is left out. The Buffers are the caller's to wipe. */
  const openMany = async (organizationId: string, ids: readonly string[]): Promise<Map<string, Buffer>> => {
    const opened = new Map<string, Buffer>()
    if (ids.length === 0) return opened
    try {
      await openRows(organizationId, await store.find(organizationId, ids), opened)
      return opened
    } catch (error) {
      for (const key of opened.values()) key.fill(0)
      throw error
    }
  }

  const open = async (organizationId: string, dekId: string): Promise<Buffer> => {
    const key = (await openMany(organizationId, [dekId])).get(dekId)
    if (key === undefined) throw undecipherable(dekId, 'there is no such DEK; its number or file was disposed of')
    return key
  }

  /** What could be the same number: the record that each belongs to. The vault confirms by decrypting. */
  const candidates = async (organizationId: string, wanted: readonly NumberIndex[]): Promise<NumberCandidate[]> => {
    const found: NumberCandidate[] = []
    for (const [keyId, group] of Map.groupBy(wanted, (index) => index.keyId)) {
      const values = group.map(({ value }) => value)
      for (const { _id: dekId, refId, index } of await store.withIndex(organizationId, keyId, values))
        if (index !== undefined) found.push({ dekId, refId, index })
    }
    return found
  }

  /** The whole number index, page by page, in the order of key and value: equal values stand beside each other. */
  const indexed = async (
    organizationId: string,
    after: NumberIndex | undefined,
    limit: number,
  ): Promise<NumberCandidate[]> =>
    (await store.indexed(organizationId, after, limit)).flatMap(({ _id: dekId, refId, index }) =>
      index === undefined ? [] : [{ dekId, refId, index }],
    )

  /**
   * False while an epoch renews the index: then a number can stand under either of two keys, where no values meet. And while
   * a number stands nowhere in it, being from before there was one.
   */
  const indexIsWhole = async (organizationId: string): Promise<boolean> =>
    (await store.indexKeyIds(organizationId)).length < 2 && !(await store.hasNotPlaced(organizationId))

  /** Deletes for good, majority; again for ids already gone is no error. */
  const destroy = async (organizationId: string, ids: readonly string[]): Promise<void> => {
    if (ids.length > 0) await store.remove(organizationId, ids)
  }

  /**
   * What a crash between the two databases left behind: prepared DEKs over an hour old. Referenced ones become live, the
   * others are deleted; a live one never.
   */
  const sweepOrphans = async (options: {
    olderThanMs?: number
    isReferenced: FindReferenced
  }): Promise<{ live: number; deleted: number }> => {
    const age = Math.max(options.olderThanMs ?? hourMs, hourMs)
    const before = new Date(clock.now().getTime() - age)
    const swept = { live: 0, deleted: 0 }
    let after = ''
    for (;;) {
      const page = await store.preparedBefore(before, after, pageSize)
      const last = page.at(-1)
      if (last === undefined) return swept
      after = last._id
      for (const [organizationId, rows] of Map.groupBy(page, (row) => row.organizationId)) {
        const refs = rows.map(({ _id, refId, purpose }) => ({ dekId: _id, refId, purpose }))
        const referenced = await options.isReferenced(organizationId, refs)
        const [kept, orphans] = [
          refs.filter(({ dekId }) => referenced.has(dekId)).map(({ dekId }) => dekId),
          refs.filter(({ dekId }) => !referenced.has(dekId)).map(({ dekId }) => dekId),
        ]
        await markLive(organizationId, kept)
        swept.live += kept.length
        if (orphans.length > 0) swept.deleted += await store.removePrepared(organizationId, orphans)
      }
    }
  }

  return {
    prepare,
    markLive,
    open,
    openMany,
    candidates,
    indexed,
    indexIsWhole,
    destroy,
    sweepOrphans,
    /** For the vault's task, which places numbers from before there was an index. */
    notPlacedAfter: store.notPlacedAfter,
    place: store.place,
  }
}
export type Deks = ReturnType<typeof createDeks>
