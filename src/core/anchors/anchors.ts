import type { Keys } from '../keys/keys.ts'
import type { Clock } from '../shared/clock.ts'
import type { Database } from '../shared/database.ts'
import { AppError } from '../shared/errors.ts'
import { type AnchorKind, type AnchorStore, anchorKinds } from './anchor-store.ts'
import { createMarksStore, type MarksStore } from './anchors.store.ts'
import { anchorName, checkpointName, folderOf } from './names.rules.ts'
import { type Anchored, createRecords } from './records.ts'
import { createRecovery, type RecoveryDeps } from './recovery.ts'

export { type AnchorKind, type AnchorStore, anchorKinds } from './anchor-store.ts'
export { isAnchorName, isMonth } from './names.rules.ts'
export { type Anchored, anchorType } from './records.ts'
export type { AnchorsState, Recovery, Replay } from './recovery.ts'

export type AnchorsDeps = {
  store: AnchorStore
  db: Database
  keysDb: Database
  keys: Pick<Keys, 'signing' | 'deks'>
  clock: Clock
}

/** What is about to go, and of whom. */
export type AnchorEntry = {
  kind: AnchorKind
  /** The disposal, the correction: its id dates the record. */
  ownerId: string
  organizationId: string
  dekIds: readonly string[]
  /** What makes this record this one, for its name: the same again is the same record. */
  of: readonly string[]
  body: Record<string, unknown>
}

/** The note says it all; ids, numbers and hashes only. */
export type AnchoredCheckpoint = {
  checkpointId: string
  organizationId: string
  size: number
  root: string
  note: string
}

const toMark = ({ name, organizationId, jws }: Anchored) => ({
  _id: name,
  organizationId,
  folder: folderOf(name),
  jws,
})
const addAll = async (marks: MarksStore, records: readonly Anchored[]): Promise<void> => {
  for (const record of records) await marks.add(toMark(record))
}

/**
 * The signed list outside both databases of all that was destroyed. A record is entered before the first key goes, so that
 * nothing is ever gone that the list does not know, and each database remembers which records it has carried out. After a
 * restore the comparison shows what came back.
 */
export const createAnchors = ({ store, db, keysDb, keys, clock }: AnchorsDeps) => {
  const records = createRecords(keys)
  const [data, keyside] = [createMarksStore(db), createMarksStore(keysDb)]

  /** Durable when it returns. When a step is repeated it is the record of the first try that counts, and is returned. */
  const enter = async ({ kind, ownerId, organizationId, dekIds, of, body }: AnchorEntry): Promise<Anchored> => {
    const name = anchorName(`${await records.listName()}/${kind}`, ownerId, of)
    const mine = { name, organizationId, dekIds: [...dekIds], recordedAt: clock.now(), body }
    const signed = await records.sign(mine)
    if ((await store.append(name, signed.jws)) === 'written') return signed
    const first = await records.read(store, name)
    if (first?.organizationId === organizationId) return first
    throw new AppError('unavailable', 'The list of disposals cannot be written to.', {
      cause: new Error(`ANCHOR_URL: ${name} is there, and does not verify: find out who wrote it, and take it away`),
    })
  }

  /** A checkpoint of the ledger. Entered for whoever looks, not to be repeated after a restore: the same again is `exists`. */
  const enterCheckpoint = async (checkpoint: AnchoredCheckpoint): Promise<void> => {
    const { checkpointId, organizationId, ...body } = checkpoint
    const name = checkpointName(`${await records.listName()}/checkpoint`, checkpointId, organizationId)
    const { jws } = await records.sign({ name, organizationId, dekIds: [], recordedAt: clock.now(), body })
    await store.append(name, jws)
  }

  const newestName = async (): Promise<string | undefined> => {
    const newest: string[] = []
    for (const kind of anchorKinds) {
      const folder = `${await records.listName()}/${kind}`
      const month = (await store.months(folder)).sort().at(-1)
      const name = month === undefined ? undefined : (await store.names(`${folder}/${month}`)).sort().at(-1)
      if (name !== undefined) newest.push(name)
    }
    const idOf = (name: string): string => name.split('/').at(-1) ?? ''
    return newest.sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1)).at(-1)
  }

  /**
   * For the operator: whether the newest record is ours, and whether the store still takes one. It is entered once more under
   * its name, which changes nothing and needs the same right. Undefined while nothing was entered.
   */
  const examine = async (): Promise<{ name: string; verifies: boolean } | undefined> => {
    await store.check()
    const name = await newestName()
    const content = name === undefined ? undefined : await store.read(name)
    if (name === undefined || content === undefined) return undefined
    await store.append(name, content.trim())
    return { name, verifies: (await records.open(name, content.trim())) !== undefined }
  }

  return {
    enter,
    enterCheckpoint,
    examine,
    /** The key database has carried them out. */
    keysGone: (done: readonly Anchored[]): Promise<void> => addAll(keyside, done),
    /** Inside the transaction in which the data database carries them out. */
    carriedOut: (done: readonly Anchored[]): Promise<void> => addAll(data, done),
    /** Inside the transaction of a replay: false when somebody else has carried it out. */
    carryOut: (record: Anchored): Promise<boolean> => data.add(toMark(record)),
    check: store.check,
    recovery: (deps: Pick<RecoveryDeps, 'replay' | 'log' | 'retryMs'>) =>
      createRecovery({
        ...deps,
        store,
        records,
        data,
        keyside,
        deks: keys.deks,
        markKeys: (record) => addAll(keyside, [record]),
      }),
  }
}
export type Anchors = ReturnType<typeof createAnchors>
