import type { Anchors } from '../anchors/anchors.ts'
import type { CheckpointPublicKey, Keys } from '../keys/keys.ts'
import type { Outbox } from '../outbox/outbox.ts'
import type { Caller } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import type { Database } from '../shared/database.ts'
import { newId } from '../shared/ids.ts'
import { cutPage, type Page, type PageRequest, readCursor, shownTotal } from '../shared/page.ts'
import { openNote, originOf, readVerifierKey, signNote, toVerifierKey } from './checkpoint-note.ts'
import type { CheckpointRow, CheckpointStore } from './checkpoints.store.ts'
import { consistencyPath, continues } from './merkle.ts'
import type { SealingStore } from './sealing.store.ts'
import { brokenTree, isTree, subtreesOf, treeRoot } from './tiles.ts'
import type { Head, TreeStore } from './tree.store.ts'

export type CheckpointDeps = {
  db: Database
  keys: Pick<Keys, 'checkpoints'>
  anchors: Pick<Anchors, 'enterCheckpoint'>
  outbox: Pick<Outbox, 'event'>
  clock: Clock
  /** In the transaction that announces it: whatever takes it out of the house. */
  onAnchored?: (checkpoint: AnchoredCheckpoint) => Promise<void>
  trees: TreeStore
  store: CheckpointStore
  entries: Pick<SealingStore, 'place'>
}

export type AnchoredCheckpoint = Pick<CheckpointRow, 'organizationId' | 'size' | 'root' | 'note' | 'createdAt'> & {
  id: string
}

/** One line of a key file, and since when it is the one that signs. */
export type VerifierKey = { verifierKey: string; keyId: string; current: boolean; createdAt: Date }

/**
 * Signed roots. One is signed only if the tree continues the last one that was signed: whoever changes head or tiles by hand
 * gets no signature for it.
 */
export const createCheckpoints = (deps: CheckpointDeps) => {
  const { db, keys, anchors, outbox, clock, trees, store, entries } = deps
  const keyIdOf = (verifierKey: string): string => verifierKey.split('+')[1] ?? ''

  const toVerifier = (organizationId: string, { publicKey, ...rest }: CheckpointPublicKey): VerifierKey => {
    const verifierKey = toVerifierKey(originOf(organizationId), publicKey)
    return { verifierKey, keyId: keyIdOf(verifierKey), ...rest }
  }
  const publicKeys = async (organizationId: string): Promise<VerifierKey[]> =>
    (await keys.checkpoints.publicKeys(organizationId)).map((key) => toVerifier(organizationId, key))
  const rotateKey = async (organizationId: string): Promise<VerifierKey> =>
    toVerifier(organizationId, await keys.checkpoints.rotate(organizationId))

  /** The last checkpoint must be one of ours, and the tree of now must begin with its tree. */
  const mustContinue = async (head: Head, last: CheckpointRow): Promise<void> => {
    const { organizationId, size } = head
    const verifiers = (await publicKeys(organizationId)).flatMap(
      ({ verifierKey }) => readVerifierKey(verifierKey) ?? [],
    )
    const signed = openNote(last.note, verifiers)
    if (signed === undefined || signed.origin !== originOf(organizationId))
      throw brokenTree(`its checkpoint ${last._id} does not verify`)
    if (signed.size > size) throw brokenTree(`it ends at ${size}, and was signed up to ${signed.size}`)
    const subtree = subtreesOf(head, (level, index) => trees.tile(organizationId, level, index))
    const path = signed.size === 0 ? [] : await consistencyPath(subtree, signed.size, size)
    if (!continues(signed, { size, root: treeRoot(head) }, path))
      throw brokenTree(`at size ${size} it does not continue its checkpoint ${last._id}`)
  }

  /** The newest checkpoint, signed now where something was sealed since. Undefined for an empty ledger. */
  const sign = async (organizationId: string): Promise<CheckpointRow | undefined> => {
    const [head, last] = [await trees.head(organizationId), await store.newest(organizationId)]
    if (head === undefined || head.size === 0) {
      if (last !== null) throw brokenTree('its head is gone')
      return undefined
    }
    if (!isTree(head)) throw brokenTree(`its head at size ${head.size}`)
    // What is signed is in its place: whoever reads up to a checkpoint finds all of it.
    await entries.place(head)
    if (last !== null) await mustContinue(head, last)
    const { privateKey, publicKey } = await keys.checkpoints.signer(organizationId)
    const name = originOf(organizationId)
    const keyId = keyIdOf(toVerifierKey(name, publicKey))
    const createdAt = clock.now()
    if (last !== null && last.size === head.size && last.keyId === keyId) {
      await trees.signed(organizationId, head.size, createdAt)
      return last
    }
    const root = treeRoot(head)
    const row: CheckpointRow = {
      _id: newId('checkpoint'),
      organizationId,
      size: head.size,
      root: root.toString('base64'),
      note: signNote({ origin: name, size: head.size, root }, { name, privateKey, publicKey }),
      keyId,
      createdAt,
    }
    const inserted = await store.insert(row)
    await trees.signed(organizationId, head.size, createdAt)
    return inserted ? row : ((await store.ofSize(organizationId, head.size)) ?? row)
  }

  /** Outside the databases first, then said to the outside: ids, size, root and note. */
  const anchor = async (checkpoint: CheckpointRow, by: Pick<Caller, 'requestId' | 'once'>): Promise<CheckpointRow> => {
    const { _id: checkpointId, organizationId, size, root, note, createdAt } = checkpoint
    await anchors.enterCheckpoint({ checkpointId, organizationId, size, root, note })
    const anchoredAt = clock.now()
    const anchored = { ...checkpoint, anchoredAt }
    await db.inTransaction(async () => {
      await store.anchored(organizationId, checkpointId, anchoredAt)
      await trees.anchored(organizationId, size, anchoredAt)
      const about = { organizationId, requestId: by.requestId }
      await outbox.event(about, 'ledger.checkpoint', { checkpointId, size: String(size), root, note })
      await deps.onAnchored?.({ id: checkpointId, organizationId, size, root, note, createdAt })
      await by.once?.keep(anchored)
    })
    return anchored
  }

  const list = async ({ organizationId }: Caller, page: PageRequest): Promise<Page<CheckpointRow>> => {
    const rows = await store.list(organizationId, readCursor(page.after, ['number', 'string']), page.limit + 1)
    return {
      ...cutPage(rows, page.limit, ({ size, _id }) => [size, _id]),
      ...(page.total === true ? { total: shownTotal(await store.count(organizationId)) } : {}),
    }
  }

  return { sign, anchor, list, publicKeys, rotateKey }
}
export type Checkpoints = ReturnType<typeof createCheckpoints>
