import { pipeline, type Readable } from 'node:stream'
import { openStream } from '../keys/keys.ts'
import type { Database } from '../shared/database.ts'
import { type AppError, notFound } from '../shared/errors.ts'
import { release } from '../shared/secret-bytes.ts'
import { createFilesStore, type FileKind, type FileRow } from './files.store.ts'
import { openSegments } from './sealing.ts'
import { createSweep } from './sweep.ts'
import { createWriting, type WritingDeps } from './writing.ts'

export type { BlobName, BlobStore } from './blob-store.ts'
export { type BothClocks, type DownloadState, type DownloadTries, endsOf, stateNow } from './downloads.rules.ts'
export { downloadSchema, expiredBy, overdue, takeable, taken } from './downloads.store.ts'
export { createDownloads } from './downloads.ts'
export type { FileKind, FileRow } from './files.store.ts'
export { type FileAbout, WriteAgain, type WrittenFile } from './writing.ts'

const deksAtOnce = 50

/** What must be on record before keys go. */
export type BeforeKeysGo = (dekIds: string[]) => Promise<void>

type Deps = Omit<WritingDeps, 'store'> & { db: Database }

/**
 * Stored files: sealed segments in the BlobStore under a DEK of their own. `write` before the transaction, `attach` in it,
 * `discard` when it fails. What a crash leaves in between has a row, so a disposal finds it, and the sweep.
 */
export const createFiles = ({ db, ...deps }: Deps) => {
  const { keys, blobs, clock } = deps
  const store = createFilesStore(db)
  const { write, discard, attach } = createWriting({ ...deps, store })

  /** After the commit. Late or lost, the DEK sweep does it. Not worth it for parts, which live for minutes. */
  const markLive = (file: FileRow): Promise<void> => keys.deks.markLive(file.organizationId, [file.dekId])

  const openRow = (row: FileRow, key: Buffer): Readable => {
    const opened = openStream({ id: row.dekId, key }, { organizationId: row.organizationId, fileId: row._id })
    // The callback takes the error: `opened` is destroyed with it, so whoever reads sees it.
    pipeline(blobs.read(row.organizationId, row._id), opened, () => key.fill(0))
    return opened
  }

  const gone = (): AppError => notFound('file any more: it expired or was destroyed')

  const read = async (organizationId: string, id: string): Promise<Readable> => {
    const [row] = await store.find(organizationId, [id])
    if (row?.state !== 'kept') throw gone()
    const key = (await keys.deks.openMany(organizationId, [row.dekId])).get(row.dekId)
    if (key === undefined) throw gone()
    return openRow(row, key)
  }

  /** One after the other. No key is opened before the first byte is asked for; what was given is released with the next. */
  async function* readAll(rows: readonly FileRow[]): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < rows.length; at += deksAtOnce) {
      const round = rows.slice(at, at + deksAtOnce)
      const [first] = round
      if (first === undefined) return
      const opened = await keys.deks.openMany(
        first.organizationId,
        round.map(({ dekId }) => dekId),
      )
      try {
        for (const row of round) {
          const key = opened.get(row.dekId)
          if (key === undefined) throw gone()
          const place = { organizationId: row.organizationId, fileId: row._id }
          const sealed = blobs.read(row.organizationId, row._id)
          for await (const bytes of openSegments({ id: row.dekId, key }, place, sealed))
            try {
              yield bytes
            } finally {
              release(bytes)
            }
        }
      } finally {
        for (const key of opened.values()) key.fill(0)
      }
    }
  }

  /** For good, and repeatable: nobody attaches or reads from here on, then the keys go, then the bytes, then the rows. */
  const destroy = async (
    organizationId: string,
    ids: readonly string[],
    { pastOnly = false, before }: { pastOnly?: boolean; before?: BeforeKeysGo | undefined } = {},
  ): Promise<void> => {
    await store.takeAway(organizationId, ids, clock.now(), pastOnly)
    await destroyRows(
      organizationId,
      (await store.find(organizationId, ids)).filter(({ state }) => state !== 'writing' && state !== 'kept'),
      before,
    )
  }

  /** The keys first: without them the rest is noise, and the rows say what is left. */
  const destroyRows = async (
    organizationId: string,
    rows: readonly FileRow[],
    before?: BeforeKeysGo | undefined,
  ): Promise<void> => {
    if (rows.length === 0) return
    await before?.(rows.map(({ dekId }) => dekId))
    await keys.deks.destroy(
      organizationId,
      rows.map(({ dekId }) => dekId),
    )
    await blobs.remove(
      organizationId,
      rows.map(({ _id }) => _id),
    )
    await store.remove(organizationId, rows)
  }

  /**
   * For an erasure epoch: of these DEKs, those whose file has no commit are destroyed with it, and not taken along. A writer
   * that read its digits before a disposal and died, or has yet to be refused, would else have them under a key of after it.
   * One that lives writes once more. A DEK without a row has sealed nothing: the row comes before the first byte.
   */
  const endUncommitted = async (organizationId: string, dekIds: readonly string[]): Promise<ReadonlySet<string>> => {
    const ids = (await store.notKept(organizationId, dekIds)).map(({ _id }) => _id)
    if (ids.length === 0) return new Set()
    await store.abandon(organizationId, ids, clock.now())
    // Read again: what was committed meanwhile stays.
    const rows = (await store.find(organizationId, ids)).filter(({ state }) => state !== 'kept')
    await destroyRows(organizationId, rows)
    return new Set(rows.map(({ dekId }) => dekId))
  }

  /**
   * Of a disposal (its step 2): every file with these people's numbers, those being written too. A
   * round more until nothing is left: an export may have put its parts together meanwhile. A job whose parts go makes
   * them anew or fails; a finished file answers `expired`. `before` is told the keys of each round before they go.
   */
  const destroyHolding = async (
    organizationId: string,
    subjectIds: readonly string[],
    before?: BeforeKeysGo,
    except: readonly FileKind[] = [],
  ): Promise<number> => {
    let destroyed = 0
    for (;;) {
      const ids = await store.holding(organizationId, subjectIds, except)
      if (ids.length === 0) return destroyed
      await destroy(organizationId, ids, { before })
      destroyed += ids.length
    }
  }

  return {
    write,
    discard,
    attach,
    markLive,
    read,
    readAll,
    /** Of a job: what its committed chunks have left, in order. */
    partsOf: store.partsOf,
    /** Inside a transaction: nobody reads them from its commit on. Says how many were still there to be read. */
    doom: (organizationId: string, ids: readonly string[]): Promise<number> =>
      store.doom(organizationId, ids, clock.now()),
    doomGroup: (organizationId: string, group: string): Promise<void> =>
      store.doomGroup(organizationId, group, clock.now()),
    /** Inside a transaction: an earlier end. */
    expireAt: store.expireAt,
    destroy: (organizationId: string, ids: readonly string[]): Promise<void> => destroy(organizationId, ids),
    holding: store.holding,
    destroyHolding,
    /** …and of a correction: what was written with the wrong digits. A 確認書類 shows the right ones. */
    destroyWritten: (organizationId: string, subjectIds: readonly string[], before?: BeforeKeysGo): Promise<number> =>
      destroyHolding(organizationId, subjectIds, before, ['evidence']),
    endUncommitted,
    /** For the DEK sweep: which of these the data database refers to. */
    referencedDeks: async (organizationId: string, dekIds: readonly string[]): Promise<Set<string>> =>
      new Set((await store.withDeks(organizationId, dekIds)).map(({ dekId }) => dekId)),
    sweep: createSweep({ store, blobs, clock, destroyExpired: (...of) => destroy(...of, { pastOnly: true }) }),
  }
}
export type Files = ReturnType<typeof createFiles>
