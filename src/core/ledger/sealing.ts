import type { Anchors } from '../anchors/anchors.ts'
import type { Keys } from '../keys/keys.ts'
import type { Outbox } from '../outbox/outbox.ts'
import type { Caller } from '../shared/caller.ts'
import { type Clock, earlierNow } from '../shared/clock.ts'
import { commit } from '../shared/commit.ts'
import type { Database } from '../shared/database.ts'
import { AppError } from '../shared/errors.ts'
import { type CheckpointRow, createCheckpointStore, timeStampOf } from './checkpoints.store.ts'
import { type CheckpointDeps, createCheckpoints, type VerifierKey } from './checkpoints.ts'
import type { EntryRow } from './ledger.store.ts'
import { removalFunctions } from './operations.ts'
import { createProofs } from './proofs.ts'
import { createSealedLog } from './sealed-log.ts'
import { createSealer } from './sealer.ts'
import { createSealingStore } from './sealing.store.ts'
import { createSealingWorker } from './sealing-worker.ts'
import { subtreesOf, wholeSubtrees } from './tiles.ts'
import { createTreeStore } from './tree.store.ts'

/** Of the 取扱記録 itself: what is taken from it is on record in it. */
type Recording = {
  prepare: (
    caller: Caller,
    touches: readonly { operation: 'erase' | 'renew_keys'; functionName: string; outcome: 'done' }[],
  ) => Promise<EntryRow[]>
  append: (rows: EntryRow[]) => Promise<void>
}

export type SealingDeps = {
  db: Database
  keys: Pick<Keys, 'fields' | 'macs' | 'checkpoints'>
  ledger: Recording
  outbox: Pick<Outbox, 'event'>
  anchors: Pick<Anchors, 'enterCheckpoint'>
  clock: Clock
  onError: (error: unknown) => void
  onAnchored?: NonNullable<CheckpointDeps['onAnchored']>
  onTampered: (organizationId: string, entryIds: readonly string[]) => void
  leaseMs?: number
}

export type Waiting = { lagSeconds: number; tampered: number; broken: number }

/** How long somebody who asks for a checkpoint waits for whoever is sealing. */
const patienceMs = 10_000
const pauseMs = 50
const removedAtOnce = 500
/** Enough to know how far behind the sealer is; the rest of a very long queue waits as long. */
const mostLooks = 1000

/** The Merkle tree over the 取扱記録: sealing, checkpoints, proofs, and what may go while every proof stays whole. */
export const createSealing = (deps: SealingDeps) => {
  const { db, keys, ledger, clock } = deps
  const store = createSealingStore(db)
  const trees = createTreeStore(db)
  const checkpointStore = createCheckpointStore(db)
  const sealer = createSealer({ ...deps, store, trees })
  const checkpoints = createCheckpoints({ ...deps, trees, store: checkpointStore, entries: store })
  const proofs = createProofs({ keys, entries: store, trees, checkpoints: checkpointStore })
  const worker = createSealingWorker({ ...deps, store, trees, sealer, checkpoints })

  /** Until all that was recorded before is sealed, here or by the worker. */
  const sealUntil = async (organizationId: string, until: Date): Promise<void> => {
    const patientUntil = Date.now() + patienceMs
    for (;;) {
      await sealer.seal(organizationId)
      const since = await store.waitingSince(organizationId)
      if (since === undefined || since > until) return
      if (Date.now() > patientUntil)
        throw new AppError('unavailable', 'Another process is sealing this ledger: try again.', {
          retryAfterSeconds: 5,
        })
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }

  /** On demand: seals, signs and anchors. Nothing of its own is put on record: the checkpoint is the record. */
  const checkpoint = async (caller: Caller): Promise<CheckpointRow> => {
    const { organizationId } = caller
    await sealUntil(organizationId, clock.now())
    const signed = await checkpoints.sign(organizationId)
    if (signed === undefined) throw new AppError('not_ready', 'Nothing is on record yet.')
    return checkpoints.anchor(signed, caller)
  }

  /** From now on another key signs here; other processes follow within a cache time. */
  const rotateKey = async (caller: Caller): Promise<VerifierKey> => {
    const entries = await ledger.prepare(caller, [
      { operation: 'renew_keys', functionName: '検証点の署名鍵の更新', outcome: 'done' },
    ])
    const key = await checkpoints.rotateKey(caller.organizationId)
    await commit(db, caller, () => ledger.append(entries))
    return key
  }

  /** Names, codes and what finds them, of sealed entries. Every proof stays as it is: the leaf holds commitments. */
  const eraseValues = async (caller: Caller, entryIds: readonly string[]): Promise<number> => {
    const entries = await ledger.prepare(caller, [
      { operation: 'erase', functionName: removalFunctions.values, outcome: 'done' },
    ])
    return commit(db, caller, async () => {
      const erased = await store.eraseValues(caller.organizationId, entryIds)
      await ledger.append(entries)
      return erased
    })
  }

  /** Removes entries under the size of a checkpoint; their tiles stay, so that everything after still proves itself from it. */
  const prune = async (caller: Caller, below: number): Promise<number> => {
    const { organizationId } = caller
    if ((await checkpointStore.ofSize(organizationId, below)) === null)
      throw new AppError('conflict', 'Entries are removed up to a checkpoint: name the size of one.')
    const entries = await ledger.prepare(caller, [
      { operation: 'erase', functionName: removalFunctions.entries, outcome: 'done' },
    ])
    await commit(db, caller, async () => {
      await trees.pruned(organizationId, below)
      await ledger.append(entries)
    })
    // Again from any point: what is below goes.
    let removed = 0
    for (let up = Math.min(removedAtOnce, below); ; up = Math.min(up + removedAtOnce, below)) {
      removed += await store.removeBelow(organizationId, up)
      if (up === below) return removed
    }
  }

  /** What stands for the first `size` leaves where they are gone: hashes of whole subtrees, the largest first. */
  const prefix = async (organizationId: string, size: number): Promise<Buffer[]> => {
    const head = await trees.head(organizationId)
    if (head === undefined || size > head.size) return []
    const subtree = subtreesOf(head, (level, index) => trees.tile(organizationId, level, index))
    const hashes: Buffer[] = []
    for (const [from, to] of wholeSubtrees(size)) hashes.push(await subtree(from, to))
    return hashes
  }

  /** Beside the checkpoint, for good. */
  const timeStamps = {
    add: checkpointStore.addTimeStamp,
    find: async (organizationId: string, checkpointId: string): Promise<ReturnType<typeof timeStampOf>> => {
      const row = await checkpointStore.find(organizationId, checkpointId)
      return row === null ? undefined : timeStampOf(row)
    },
  }

  /** Of the whole service, for readiness and metrics. */
  const state = async (): Promise<Waiting> => {
    const now = earlierNow(clock)
    let oldest = now
    let after = ''
    for (let looks = 0; looks < mostLooks; looks++) {
      const next = await store.nextWaiting(after)
      if (next === null) break
      after = next.organizationId
      oldest = Math.min(oldest, next.recordedAt.getTime())
    }
    return {
      lagSeconds: (now - oldest) / 1000,
      tampered: await store.countTampered(),
      broken: await trees.countBroken(),
    }
  }

  return {
    checkpoint,
    checkpoints: { list: checkpoints.list, publicKeys: checkpoints.publicKeys },
    timeStamps,
    rotateKey,
    proofs,
    eraseValues,
    prune,
    prefix,
    log: createSealedLog({ ...deps, trees, checkpoints: checkpointStore, sealUntil, sign: checkpoints.sign, prefix }),
    state,
    /** One sweep over all organizations, as the worker does it; for the operator's command and for tests. */
    sealAll: worker.sealAll,
    signAll: worker.signAll,
    anchorAll: worker.anchorAll,
    start: worker.start,
  }
}
export type Sealing = ReturnType<typeof createSealing>
