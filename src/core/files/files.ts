import { pipeline, type Readable } from 'node:stream'
import { type Keys, openStream } from '../keys/keys.ts'
import type { Clock } from '../shared/clock.ts'
import type { Database } from '../shared/database.ts'
import { defined } from '../shared/defined.ts'
import { AppError, notFound } from '../shared/errors.ts'
import { newId } from '../shared/ids.ts'
import type { BlobStore } from './blob-store.ts'
import { createFilesStore, type FileKind, type FileRow, type FileSubjectsRow } from './files.store.ts'
import { sealSegments } from './sealing.ts'
import { createSweep } from './sweep.ts'

export type { BlobName, BlobStore } from './blob-store.ts'
export type { FileKind, FileRow } from './files.store.ts'

/** A file whose blob is written and whose row is not yet attached. */
export type WrittenFile = FileRow & { subjectIds: readonly string[] }
export type FileAbout = {
  kind: FileKind
  /** Whose numbers it holds. */
  subjectIds?: readonly string[]
  /** The parts and the whole of one job share their subjects. Without it a file stands alone. */
  group?: string
  part?: number
  expiresAt?: Date
}

const dayMs = 24 * 60 * 60 * 1000
const pageSize = 500
const deksAtOnce = 50

/** 番号法20条 保管制限, and plain caution: a file that holds digits, or may hold them, lives a week at most. Evidence has a life of its own. */
const longestLifeMs = {
  import: 7 * dayMs,
  export_part: 7 * dayMs,
  export: 7 * dayMs,
  filing_part: 7 * dayMs,
  filing: 7 * dayMs,
  evidence: undefined,
} as const satisfies Record<FileKind, number | undefined>

type Deps = { db: Database; keys: Keys; blobs: BlobStore; clock: Clock }

/**
 * Stored files: sealed segments in the BlobStore under a DEK of their own. Blob first, row after: `write` before the
 * transaction, `attach` in it. What a crash leaves between the two is swept.
 */
export const createFiles = ({ db, keys, blobs, clock }: Deps) => {
  const store = createFilesStore(db)

  const endOf = (kind: FileKind, wished: Date | undefined, now: Date): Date | undefined => {
    const longest = longestLifeMs[kind]
    if (longest === undefined) return wished
    const latest = new Date(now.getTime() + longest)
    return wished !== undefined && wished < latest ? wished : latest
  }

  /** Every attempt writes under a fresh DEK: no (DEK, counter) is used twice. */
  const write = async (
    organizationId: string,
    about: FileAbout,
    source: AsyncIterable<Uint8Array>,
  ): Promise<WrittenFile> => {
    const { kind, group, part, subjectIds = [] } = about
    const id = newId('blob')
    const [dek] = await keys.deks.prepare(organizationId, [{ purpose: 'file', refId: id }])
    if (dek === undefined) throw new AppError('internal', 'No DEK was made.')
    let bytes = 0
    const place = { organizationId, fileId: id }
    const count = (more: number): void => {
      bytes += more
    }
    try {
      await blobs.write(organizationId, id, sealSegments(dek, place, source, count))
    } catch (error) {
      await discardBlob(organizationId, id, dek.id)
      throw error
    } finally {
      dek.key.fill(0)
    }
    const createdAt = clock.now()
    const expiresAt = endOf(kind, about.expiresAt, createdAt)
    const base = { _id: id, organizationId, kind, group: group ?? id, dekId: dek.id, bytes, createdAt }
    return { ...base, state: 'kept', subjectIds, ...defined({ part, expiresAt }) }
  }

  /** The key first: without it the rest is noise. If even this fails, the sweep does it. */
  const discardBlob = async (organizationId: string, id: string, dekId: string): Promise<void> => {
    await keys.deks.destroy(organizationId, [dekId]).catch(() => undefined)
    await blobs.remove(organizationId, [id]).catch(() => undefined)
  }
  const discard = (file: FileRow): Promise<void> => discardBlob(file.organizationId, file._id, file.dekId)

  /** Inside the transaction of what the files belong to. */
  const attach = async (written: readonly WrittenFile[]): Promise<void> => {
    const lists = written.flatMap(({ subjectIds, ...row }) =>
      Array.from(
        { length: Math.ceil(subjectIds.length / pageSize) },
        (_, i): FileSubjectsRow => ({
          _id: `${row._id}.${i}`,
          organizationId: row.organizationId,
          group: row.group,
          subjectIds: subjectIds.slice(i * pageSize, (i + 1) * pageSize),
          ...defined({ expiresAt: row.expiresAt }),
        }),
      ),
    )
    await store.insert(
      written.map(({ subjectIds: _, ...row }) => row),
      lists,
    )
  }

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
    if (row === undefined || row.state === 'doomed') throw gone()
    const key = (await keys.deks.openMany(organizationId, [row.dekId])).get(row.dekId)
    if (key === undefined) throw gone()
    return openRow(row, key)
  }

  /** One after the other as one stream of bytes. */
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
          for await (const chunk of openRow(row, key)) yield chunk
        }
      } finally {
        for (const key of opened.values()) key.fill(0)
      }
    }
  }

  /** For good, and repeatable: nobody reads from here on, then the keys go, then the bytes, then the rows. */
  const destroyRows = async (organizationId: string, rows: readonly FileRow[]): Promise<void> => {
    if (rows.length === 0) return
    const ids = rows.map(({ _id }) => _id)
    await store.doom(organizationId, ids, clock.now())
    await keys.deks.destroy(
      organizationId,
      rows.map(({ dekId }) => dekId),
    )
    await blobs.remove(organizationId, ids)
    await store.remove(organizationId, rows)
  }
  const destroy = async (organizationId: string, ids: readonly string[]): Promise<void> =>
    destroyRows(organizationId, await store.find(organizationId, ids))

  /**
   * The disposal's step 2. A round more until nothing is left: an export may have put its parts together meanwhile.
   */
  const destroyHolding = async (organizationId: string, subjectIds: readonly string[]): Promise<number> => {
    let destroyed = 0
    for (;;) {
      const ids = await store.holding(organizationId, subjectIds)
      if (ids.length === 0) return destroyed
      await destroy(organizationId, ids)
      destroyed += ids.length
    }
  }

  const sweep = createSweep({ store, blobs, clock, destroyRows })

  return {
    write,
    discard,
    attach,
    markLive,
    read,
    readAll,
    /** Of an export job: what its committed chunks have left, in order. */
    partsOf: store.partsOf,
    /** Inside a transaction: nobody reads them from its commit on. Says how many were still there to be read. */
    doom: (organizationId: string, ids: readonly string[]): Promise<number> =>
      store.doom(organizationId, ids, clock.now()),
    doomGroup: (organizationId: string, group: string): Promise<void> =>
      store.doomGroup(organizationId, group, clock.now()),
    /** Inside a transaction: an earlier end. */
    expireAt: store.expireAt,
    destroy,
    holding: store.holding,
    destroyHolding,
    /** For the DEK sweep: which of these the data database refers to. */
    referencedDeks: async (organizationId: string, dekIds: readonly string[]): Promise<Set<string>> =>
      new Set((await store.withDeks(organizationId, dekIds)).map(({ dekId }) => dekId)),
    sweep,
  }
}
export type Files = ReturnType<typeof createFiles>
