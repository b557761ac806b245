import { type FieldCipher, type KeyedHash, type Keys, toBuffer } from '../keys/keys.ts'
import type { Outbox } from '../outbox/outbox.ts'
import type { Clock } from '../shared/clock.ts'
import type { Database } from '../shared/database.ts'
import { isDuplicateKey } from '../shared/duplicates.ts'
import { AppError } from '../shared/errors.ts'
import type { EntryRow } from './ledger.store.ts'
import { leafOf, type OpenedNames, type RowLeaf } from './row-leaf.ts'
import type { Seal, SealingStore } from './sealing.store.ts'
import { brokenTree, extend, isTree, type Tree } from './tiles.ts'
import type { Head, TreeStore } from './tree.store.ts'

export const roundSize = 500
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

/** What a round would write, made before its transaction. */
type Round = { seals: Seal[]; grown: ReturnType<typeof extend> }

/** Another sealer has gone on, or an entry is not what it was when the round was prepared: nothing was written. */
const lost = (): AppError => new AppError('conflict', 'This round of sealing is another’s.')
const isLost = (error: unknown): boolean => error instanceof AppError && error.code === 'conflict'

/** A key whose cache time has ended says nothing about an entry: the round is tried again. */
const unlessUnavailable = (error: unknown): void => {
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
 * Gives entries their places in the tree. Rounds of one transaction each: index and leaf hash of up to 500 entries, the
 * tiles that they finish, the head. Every write expects what the round was made from, so that of two sealers, or of one
 * that stood still while its lease ran out, one round commits and the other leaves nothing.
 */
export const createSealer = (deps: SealerDeps) => {
  const { db, keys, outbox, clock, store, trees } = deps
  const leaseMs = Math.min(deps.leaseMs ?? longestLeaseMs, longestLeaseMs)
  const leaseEnd = (): Date => new Date(clock.now().getTime() + leaseMs)

  const sealOf = (cipher: FieldCipher, mac: KeyedHash, row: EntryRow, index: number): Seal => {
    const opened = openNames(cipher, row)
    const leaf = leafOf(row, opened)
    if (fits(mac, row, leaf)) return { id: row._id, index, leafHash: leaf.hash, tampered: false }
    return { id: row._id, index, leafHash: leafOf({ ...row, tampered: true }, opened).hash, tampered: true }
  }

  const prepare = async (head: Head): Promise<Round | undefined> => {
    const { organizationId } = head
    if (!isTree(head)) throw brokenTree(`its head at size ${head.size}`)
    const rows = await store.unsealed(organizationId, roundSize)
    if (rows.length === 0) return undefined
    const [cipher, mac] = [await keys.fields.for(organizationId), await keys.macs.for(organizationId)]
    const seals = rows.map((row, i) => sealOf(cipher, mac, row, head.size + i))
    const leaves = seals.map(({ leafHash }) => leafHash)
    return { seals, grown: extend(head, leaves) }
  }

  const commit = (head: Head, { seals, grown }: Round): Promise<Tree> => {
    const { organizationId } = head
    return db.inTransaction(async () => {
      if ((await store.seal(organizationId, seals)) !== seals.length) throw lost()
      await trees.addTiles(organizationId, grown.finished)
      if (!(await trees.advance(head, grown.tree, leaseEnd()))) throw lost()
      const about = { organizationId, requestId: `seal-${grown.tree.size}` }
      for (const { id } of seals.filter(({ tampered }) => tampered))
        await outbox.event(about, 'ledger.tampered', { what: 'entry', entryId: id })
      return grown.tree
    })
  }

  const rounds = async (leased: Head, most: number): Promise<number> => {
    let head = leased
    let sealed = 0
    for (let round = 0; round < most; round++) {
      const prepared = await prepare(head)
      if (prepared === undefined) break
      const tree = await commit(head, prepared)
      head = { ...head, ...tree }
      sealed += prepared.seals.length
      const bad = prepared.seals.filter(({ tampered }) => tampered).map(({ id }) => id)
      if (bad.length > 0) deps.onTampered(head.organizationId, bad)
      if (prepared.seals.length < roundSize) break
    }
    return sealed
  }

  /** How many entries were sealed; undefined while another sealer has this organization. */
  const seal = async (organizationId: string, most = 20): Promise<number | undefined> => {
    const head = await trees.lease(organizationId, clock.now(), leaseEnd())
    if (head === undefined) return undefined
    try {
      return await rounds(head, most)
    } catch (error) {
      if (isLost(error)) return undefined
      throw isDuplicateKey(error) ? brokenTree(`a place after its head at size ${head.size} is taken`) : error
    } finally {
      await trees.release(head).catch(() => undefined)
    }
  }

  return { seal }
}
export type Sealer = ReturnType<typeof createSealer>
