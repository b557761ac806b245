import type { Clock } from '../shared/clock.ts'
import { newId } from '../shared/ids.ts'
import type { DekPurpose, DekRow, DekStore, NumberIndex } from './deks.store.ts'
import { undecipherable } from './key-errors.ts'
import type { KeyRings } from './key-ring.ts'
import { unwrapKey, wrapKey } from './key-wrap.ts'
import { randomKey } from './pool.ts'
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
    for (const item of items) {
      const dek = { id: newId('key'), key: randomKey() }
      const wrapped = wrapKey(kek.bytes(), dek.key)
      deks.push(dek)
      rows.push({ _id: dek.id, organizationId, kekId: kek.id, wrapped, state: 'prepared', ...item, createdAt })
    }
    await store.insert(rows)
    rings.mustBeInTime(ring)
    return deks
  }

  const markLive = async (organizationId: string, ids: readonly string[]): Promise<void> => {
    if (ids.length > 0) await store.markLive(organizationId, ids)
  }

  const kekFor = async (organizationId: string, row: DekRow): Promise<SecretKey> => rings.kek(organizationId, row.kekId)

  /** The keys by DEK id; one that is not there any more is left out. The Buffers are the caller's to wipe. */
  const openMany = async (organizationId: string, ids: readonly string[]): Promise<Map<string, Buffer>> => {
    const opened = new Map<string, Buffer>()
    if (ids.length === 0) return opened
    const rows = await store.find(organizationId, ids)
    let kek: SecretKey | undefined
    for (const read of rows) {
      let row = read
      if (kek?.id !== row.kekId)
        try {
          kek = await kekFor(organizationId, row)
        } catch (error) {
          // Read just before an erasure epoch put it under another KEK and the old one went: read once more.
          const [again] = await store.find(organizationId, [row._id])
          if (again === undefined) continue
          if (again.kekId === row.kekId) throw error
          row = again
          kek = await kekFor(organizationId, row)
        }
      opened.set(row._id, unwrapKey(kek.bytes(), toBuffer(row.wrapped), row._id))
    }
    return opened
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

  return { prepare, markLive, open, openMany, candidates, destroy, sweepOrphans }
}
export type Deks = ReturnType<typeof createDeks>
