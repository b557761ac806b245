import { setImmediate } from 'node:timers/promises'
import { type FieldCipher, type KeyedHash, type Keys, toBuffer } from '../keys/keys.ts'
import type { Outbox } from '../outbox/outbox.ts'
import type { Clock } from '../shared/clock.ts'
import type { Database } from '../shared/database.ts'
import { isDuplicateKey } from '../shared/duplicates.ts'
import { AppError } from '../shared/errors.ts'
import type { EntryRow } from './ledger.store.ts'
import { type Placing, type Seal, toPlacing } from './placing.ts'
import { leafOf, type OpenedNames, type RowLeaf } from './row-leaf.ts'
import type { SealingStore } from './sealing.store.ts'
import { brokenTree, extend, isTree } from './tiles.ts'
import type { Head, TreeStore } from './tree.store.ts'

export const roundSize = 500
/** Read together. */
const roundsAtOnce = 4
/** Entries, before somebody else in this process has their turn. */
const atOnce = 50
/** Longer than any round; a killed sealer's place is taken after it, or sooner where leases are shorter. */
const longestLeaseMs = 10_000

export type SealerDeps = {
  db: Database
  keys: Pick<Keys, 'fields' | 'macs'>
  outbox: Pick<Outbox, 'event'>
  clock: Clock
  store: SealingStore
  trees: TreeStore
  /** Entries that did not fit their MAC; ids only. */
  onTampered: (organizationId: string, entryIds: readonly string[]) => void
  leaseMs?: number
}

/** Where a round may begin to look, and when the last one looked at everything. */
type Look = { from: Date; wholeAt: number }
/** What commits late waits so long at most. */
const wholeLookMs = 1000
const mostLooks = 10_000

/** What a round would write, made before its transaction. */
type Round = { placing: Placing; grown: ReturnType<typeof extend> }

/** Another sealer has gone on, or an entry is not what it was when the round was prepared: nothing was written. */
const lost = (): AppError => new AppError('conflict', 'This round of sealing is another’s.')
const taken = ({ size }: Head): AppError => brokenTree(`a place after its head at size ${size} is taken`)
const isLost = (error: unknown): boolean => error instanceof AppError && error.code === 'conflict'

/** A key whose cache time has ended says nothing about an entry: the round is tried again. */
export const unlessUnavailable = (error: unknown): void => {
  if (error instanceof AppError && error.code === 'unavailable') throw error
}

/** Names that do not open are no reason to stop: the entry is sealed as tampered. */
export const openNames = (cipher: FieldCipher, { _id, names }: EntryRow): OpenedNames | undefined => {
  if (names === undefined) return undefined
  try {
    return cipher.openJson(_id, 'names', names) as OpenedNames
  } catch (error) {
    unlessUnavailable(error)
    return undefined
  }
}

const fits = (mac: KeyedHash, row: EntryRow, { text }: RowLeaf): boolean => {
  // Whoever takes a sealed entry out of the tree by hand leaves its place there empty.
  if (row.index !== undefined || row.leafHash !== undefined || row.tampered !== undefined) return false
  try {
    return mac.matches(text, { keyId: row.mac.keyId, digest: toBuffer(row.mac.digest) })
  } catch (error) {
    unlessUnavailable(error)
    return false
  }
}

/**
 * Gives entries their places in the tree, in rounds of up to 500. One transaction each decides them: the tiles that they
 * finish, the head, and in it who has which place. It expects what the round was made from, so that of two sealers, or of one
 * that stood still while its lease ran out, one round commits and the other leaves nothing. Then the entries get their places.
 */
export const createSealer = (deps: SealerDeps) => {
  const { db, keys, outbox, clock, store, trees } = deps
  const leaseMs = Math.min(deps.leaseMs ?? longestLeaseMs, longestLeaseMs)
  const leaseEnd = (): Date => new Date(clock.now().getTime() + leaseMs)

  const sealOf = (cipher: FieldCipher, mac: KeyedHash, row: EntryRow): Seal => {
    const opened = openNames(cipher, row)
    const leaf = leafOf(row, opened)
    if (fits(mac, row, leaf)) return { id: row._id, leafHash: leaf.hash, tampered: false }
    return { id: row._id, leafHash: leafOf({ ...row, tampered: true }, opened).hash, tampered: true }
  }

  const looks = new Map<string, Look>()
  const find = async (organizationId: string, most: number, isHurried: boolean): Promise<EntryRow[]> => {
    const { from, wholeAt } = looks.get(organizationId) ?? { from: undefined, wholeAt: 0 }
    const now = performance.now()
    const isWhole = from === undefined || !isHurried || now - wholeAt >= wholeLookMs
    const rows = await store.unsealed(organizationId, most, isWhole ? undefined : from)
    const last = rows.at(-1)
    if (looks.size >= mostLooks) looks.clear()
    if (last !== undefined) looks.set(organizationId, { from: last.recordedAt, wholeAt: isWhole ? now : wholeAt })
    return rows
  }

  /** Others have their turn in this process meanwhile, the round before this one among them. */
  const prepare = async (head: Head, rows: readonly EntryRow[]): Promise<Round> => {
    const { organizationId } = head
    if (!isTree(head)) throw brokenTree(`its head at size ${head.size}`)
    const [cipher, mac] = [await keys.fields.for(organizationId), await keys.macs.for(organizationId)]
    const seals: Seal[] = []
    for (const [i, row] of rows.entries()) {
      if (i % atOnce === 0) await setImmediate()
      seals.push(sealOf(cipher, mac, row))
    }
    const leaves = seals.map(({ leafHash }) => leafHash)
    return { placing: toPlacing(head.size, seals), grown: extend(head, leaves) }
  }

  const commit = async (head: Head, { placing, grown }: Round): Promise<void> => {
    const { organizationId, size } = head
    const bad = placing.tampered
    await db.inTransaction(async () => {
      if (!(await store.areWaiting(organizationId, placing.ids))) throw lost()
      if (await store.isTaken(organizationId, size, grown.tree.size)) throw taken(head)
      await trees.addTiles(organizationId, grown.finished)
      if (!(await trees.advance(head, grown.tree, placing, leaseEnd()))) throw lost()
      const about = { organizationId, requestId: `seal-${grown.tree.size}` }
      for (const id of bad) await outbox.event(about, 'ledger.tampered', { what: 'entry', entryId: id })
    })
    if (bad.length > 0) deps.onTampered(organizationId, bad)
    await store.place({ ...grown.tree, organizationId, placing })
  }

  /** The next round is prepared while MongoDB has the one before, and begins when that one is done. */
  const rounds = async (leased: Head, most: number, isHurried: boolean): Promise<number> => {
    let head = leased
    for (let left = most; left > 0; left -= roundsAtOnce) {
      const wanted = Math.min(left, roundsAtOnce) * roundSize
      const rows = await find(head.organizationId, wanted, isHurried)
      let committing = Promise.resolve()
      for (let at = 0; at < rows.length; at += roundSize) {
        const [round] = await Promise.all([prepare(head, rows.slice(at, at + roundSize)), committing])
        committing = commit(head, round)
        head = { ...head, ...round.grown.tree }
      }
      await committing
      if (rows.length < wanted) break
    }
    return head.size - leased.size
  }

  /**
   * How many entries were sealed; undefined while another sealer has this organization. Who is hurried comes again soon, and
   * does not look at everything each time.
   */
  const seal = async (organizationId: string, most = 20, isHurried = false): Promise<number | undefined> => {
    const head = await trees.lease(organizationId, clock.now(), leaseEnd())
    if (head === undefined) return undefined
    let placed = false
    try {
      // What somebody who was killed has sealed, and nobody has placed.
      await store.place(head)
      const sealed = await rounds(head, most, isHurried)
      placed = true
      return sealed
    } catch (error) {
      if (isLost(error)) return undefined
      throw isDuplicateKey(error) ? taken(head) : error
    } finally {
      await trees.release(head, placed).catch(() => undefined)
    }
  }

  return { seal }
}
export type Sealer = ReturnType<typeof createSealer>
