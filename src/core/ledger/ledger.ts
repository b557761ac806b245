import { randomBytes } from 'node:crypto'
import type { FieldCipher, KeyedHash, Keys } from '../keys/keys.ts'
import type { Caller, SubjectAsShown } from '../shared/caller.ts'
import { type Clock, earlierNow } from '../shared/clock.ts'
import type { Database } from '../shared/database.ts'
import { defined } from '../shared/defined.ts'
import { AppError, type ErrorCode } from '../shared/errors.ts'
import { newId } from '../shared/ids.ts'
import type { NumberUse, PurposeCode } from '../shared/words.ts'
import type { Outcome } from './entry-query.rules.ts'
import { commitTo, entrySaltBytes, leafHash } from './leaf.ts'
import { createLedgerStore, type EntryRow } from './ledger.store.ts'
import { createListing, type FoundOf, type Opened } from './listing.ts'
import { type LedgerOperation, ledgerOperations } from './operations.ts'
import { newLeaf, type OpenedNames, valuesOf } from './row-leaf.ts'
import { createSealingStore } from './sealing.store.ts'

export { originOf, toCheckpointLine, toVerifierKey } from './checkpoint-note.ts'
export { type CheckpointRow, timeStampOf } from './checkpoints.store.ts'
export type { VerifierKey } from './checkpoints.ts'
export { toEntryLine } from './entry-line.ts'
export type { Outcome } from './entry-query.rules.ts'
export type { EntryQuery } from './listing.ts'
export { type LedgerOperation, ledgerOperationCodes, ledgerOperations } from './operations.ts'
export type { ConsistencyProof, InclusionProof } from './proofs.ts'
export { emptyRange, extended, type Range, rangeRoot } from './range.ts'
export type { SealedLog } from './sealed-log.ts'
export { createSealing, type Sealing, type SealingDeps, type Waiting } from './sealing.ts'
export { createVerification, type Verification, type VerificationReport } from './verification.ts'

/** An entry by name and content, for a receipt. The hash, base64url, is that of its leaf in the tree. */
export type EntryRef = { id: string; leafHash: string }

/** What happened to one subject (or to none: settings, staff). */
export type Touch = {
  operation: LedgerOperation
  /** 機能名: the function of the product in which it happened. */
  functionName: string
  outcome: Outcome
  subject?: SubjectAsShown
  purpose?: PurposeCode
  use?: NumberUse
  refusal?: ErrorCode
  jobId?: string
}

export type Entry = Omit<EntryRow, 'names' | 'grams' | 'unsealed' | 'commitments' | 'mac' | 'leafHash'> & {
  operationLabel: string
  subjectName?: string
  departmentName?: string
  actorName?: string
}

export type FoundEntry = FoundOf<Entry>

type Sealing = { cipher: FieldCipher; mac: KeyedHash }
/** MongoDB would keep half of a surrogate pair as another character, and the leaf would not be that of the row any more. */
const text = (value: string | undefined): string | undefined => value?.toWellFormed()
/** No number leaves, and none is disposed of, while an entry has waited longer than this for its place in the tree. */
const sealedWithinMs = 5 * 60_000

/**
 * The 取扱記録. Appending takes no lock: `prepare` seals the names, `append` inserts in the transaction of what it
 * records. Entries carry `unsealed: true` until the sealer gives them an index.
 */
export const createLedger = ({ db, keys, clock }: { db: Database; keys: Keys; clock: Clock }) => {
  const store = createLedgerStore(db)
  /** Canonical leaves of entries that were just prepared: beside the row, since what is inserted is the row. */
  const leaves = new WeakMap<EntryRow, string>()
  const sealing = createSealingStore(db)

  const toRow = ({ cipher, mac }: Sealing, caller: Caller, touch: Touch, line: number): EntryRow => {
    const { actor } = caller
    const { subject } = touch
    const id = newId('entry')
    const salt = randomBytes(entrySaltBytes)
    const names: OpenedNames = defined({
      salt: salt.toString('base64url'),
      subjectName: text(subject?.shownName),
      subjectKana: text(subject?.shownKana),
      departmentName: text(subject?.department?.name),
      actorName: 'name' in actor ? text(actor.name) : undefined,
    })
    const row: EntryRow = {
      _id: id,
      organizationId: caller.organizationId,
      at: caller.at,
      recordedAt: clock.now(),
      line,
      operation: touch.operation,
      functionName: touch.functionName,
      actor: defined({
        type: actor.type,
        id: 'id' in actor ? actor.id : undefined,
        userId: 'userId' in actor ? text(actor.userId) : undefined,
      }) as EntryRow['actor'],
      names: cipher.sealJson(id, 'names', names),
      grams: subject?.grams ?? [],
      outcome: touch.outcome,
      requestId: caller.requestId.toWellFormed(),
      assurance: caller.assurance,
      commitments: {},
      mac: { keyId: '', digest: Buffer.alloc(0) },
      unsealed: true,
      ...(defined({
        subjectId: subject?.id,
        companyId: subject?.companyId,
        departmentCode: text(subject?.department?.code),
        code: text(subject?.code),
        purpose: touch.purpose,
        use: touch.use,
        refusal: touch.refusal,
        jobId: touch.jobId,
        clientId: caller.clientId,
        network: caller.network,
        place: text(caller.place),
      }) as Partial<EntryRow>),
    }
    row.commitments = commitTo(salt, valuesOf(row, names))
    const leaf = newLeaf(row)
    leaves.set(row, leaf)
    row.mac = mac.digest(leaf)
    return row
  }

  /** Crypto, before the transaction. `firstLine` goes on where the last chunk of a bulk act ended. */
  const prepare = async (caller: Caller, touches: readonly Touch[], firstLine = 0): Promise<EntryRow[]> => {
    const sealing = {
      cipher: await keys.fields.for(caller.organizationId),
      mac: await keys.macs.for(caller.organizationId),
    }
    return touches.map((touch, i) => toRow(sealing, caller, touch, firstLine + i))
  }

  /** Of entries that were prepared here: what a receipt promises. */
  const refsOf = (rows: readonly EntryRow[]): EntryRef[] =>
    rows.map((row) => ({ id: row._id, leafHash: leafHash(leaves.get(row) ?? newLeaf(row)).toString('base64url') }))

  /** Inside the transaction of what the entries record. */
  const append = async (rows: EntryRow[]): Promise<void> => {
    if (rows.length > 0) await store.insertMany(rows)
  }

  /** A refusal goes on record by itself, then is thrown. */
  const refuse = async (
    caller: Caller,
    error: AppError,
    touches: readonly Omit<Touch, 'outcome' | 'refusal'>[],
  ): Promise<never> => {
    await append(
      await prepare(
        caller,
        touches.map((touch) => ({ ...touch, outcome: 'refused', refusal: error.code })),
      ),
    )
    throw error
  }

  const open = (
    cipher: FieldCipher,
    { names, grams, unsealed, commitments, mac, leafHash, ...row }: EntryRow,
  ): Opened<Entry> => {
    const opened = names === undefined ? undefined : (cipher.openJson(row._id, 'names', names) as OpenedNames)
    const { salt: _, subjectKana = '', ...shown } = opened ?? { salt: '' }
    const entry = { ...row, operationLabel: ledgerOperations[row.operation], ...shown }
    return { entry, kana: subjectKana, ...defined({ names: opened }) }
  }

  const { list, walk, walkSealed } = createListing<Entry>({ store, keys, open })

  /** By name, in no order: those that are there. */
  const findMany = async (organizationId: string, ids: readonly string[]): Promise<Entry[]> => {
    const cipher = await keys.fields.for(organizationId)
    return (await store.findMany(organizationId, ids)).map((row) => open(cipher, row).entry)
  }

  /** Why no number may leave or go now: what is not sealed could still be taken away unseen, so it must not become much. */
  const whyStopped = async (organizationId: string): Promise<AppError | undefined> => {
    const since = await sealing.waitingSince(organizationId, new Date(earlierNow(clock) - sealedWithinMs))
    return since === undefined
      ? undefined
      : new AppError(
          'unavailable',
          'The ledger is not being sealed: numbers stay where they are until a worker does so.',
          {
            retryAfterSeconds: 30,
          },
        )
  }
  const mustBeSealed = async (organizationId: string): Promise<void> => {
    const stopped = await whyStopped(organizationId)
    if (stopped !== undefined) throw stopped
  }

  return {
    prepare,
    refsOf,
    append,
    refuse,
    findMany,
    list,
    walk,
    walkSealed,
    whyStopped,
    mustBeSealed,
    /** How many numbers somebody has let out since then. */
    countReleased: (organizationId: string, actorId: string, operations: readonly LedgerOperation[], from: Date) =>
      store.countReleased({ organizationId, actorId, operations, from }),
    /** By how many jobs: one file each. */
    countReleasingJobs: async (
      organizationId: string,
      actorId: string,
      operations: readonly LedgerOperation[],
      from: Date,
    ): Promise<number> => (await store.releasingJobs({ organizationId, actorId, operations, from })).length,
  }
}
export type Ledger = ReturnType<typeof createLedger>
