import type { Keys } from '../keys/keys.ts'
import type { Clock } from '../shared/clock.ts'
import { defined } from '../shared/defined.ts'
import { AppError } from '../shared/errors.ts'
import { newId } from '../shared/ids.ts'
import type { BlobStore } from './blob-store.ts'
import type { FileKind, FileRow, FileSubjectsRow, FilesStore } from './files.store.ts'
import { sealSegments } from './sealing.ts'

/** A file whose bytes are written and whose commit has yet to come. */
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

/**
 * What was written must not come to stay: it was taken away meanwhile, or what it holds has changed. Thrown in the
 * transaction, so that nothing of it commits; the writer writes once more. For a job it is no refusal.
 */
export class WriteAgain extends AppError {
  constructor() {
    super('unavailable', 'What was being written has changed meanwhile: try again.')
  }
}

const dayMs = 24 * 60 * 60 * 1000
/**
 * 番号法20条 保管制限, and plain caution: a file that holds digits, or may hold them, lives a week at most. What the person showed as
 * 確認書類 has a life of its own: it goes when it was checked, with the person's disposal, or with its last year.
 */
const longestLifeMs = (kind: FileKind): number => (kind === 'evidence' ? 3660 * dayMs : 7 * dayMs)
/** A writer that says nothing for so long is dead. */
export const leaseMs = 60 * 60 * 1000
const renewEveryMs = 5 * 60 * 1000
const subjectsPerList = 500

export type WritingDeps = {
  store: FilesStore
  keys: Keys
  blobs: BlobStore
  clock: Clock
  /** How often a writer says that it lives. */
  renewEveryMs?: number
}

export const createWriting = (deps: WritingDeps) => {
  const { store, keys, blobs, clock } = deps

  const listsOf = ({ subjectIds, _id: fileId, organizationId, group, expiresAt }: WrittenFile): FileSubjectsRow[] =>
    Array.from({ length: Math.ceil(subjectIds.length / subjectsPerList) }, (_, i) => ({
      _id: `${fileId}.${i}`,
      organizationId,
      group,
      fileId,
      subjectIds: subjectIds.slice(i * subjectsPerList, (i + 1) * subjectsPerList),
      expiresAt,
    }))

  const leaseEnd = (): Date => new Date(clock.now().getTime() + leaseMs)

  /** By a timer, since a source may take long over its next bytes. Stops the bytes when the file was taken away. */
  const keepLease = ({ organizationId, _id }: FileRow) => {
    let lost = false
    const renew = async (): Promise<void> => {
      lost = !(await store.renew(organizationId, _id, leaseEnd()))
    }
    // A database that does not answer now is asked again: the lease is twelve rounds long.
    const timer = setInterval(() => void renew().catch(() => undefined), deps.renewEveryMs ?? renewEveryMs)
    timer.unref()
    return {
      guard: async function* (source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
        for await (const bytes of source) {
          if (lost) throw new WriteAgain()
          yield bytes
        }
      },
      end: (): void => clearInterval(timer),
    }
  }

  /**
   * The row first, with its DEK and its subjects, then the bytes: so there is no moment in which a disposal cannot find a
   * file that holds a number. The source is not asked for its first byte before the row is there. Every attempt
   * writes under a fresh DEK: no (DEK, counter) is used twice.
   */
  const write = async (
    organizationId: string,
    about: FileAbout,
    source: AsyncIterable<Uint8Array>,
  ): Promise<WrittenFile> => {
    const { kind, group, part, subjectIds = [] } = about
    const id = newId('blob')
    const [dek] = await keys.deks.prepare(organizationId, [{ purpose: 'file', refId: id }])
    if (dek === undefined) throw new AppError('internal', 'No DEK was made.')
    const createdAt = clock.now()
    const latest = new Date(createdAt.getTime() + longestLifeMs(kind))
    const base = { _id: id, organizationId, kind, group: group ?? id, dekId: dek.id, createdAt, ...defined({ part }) }
    const file: WrittenFile = {
      ...base,
      bytes: 0,
      state: 'kept',
      subjectIds,
      expiresAt: about.expiresAt !== undefined && about.expiresAt < latest ? about.expiresAt : latest,
    }
    const lease = keepLease(file)
    let bytes = 0
    const count = (more: number): void => {
      bytes += more
    }
    try {
      await store.insert({ ...base, bytes: 0, state: 'writing', expiresAt: leaseEnd() }, listsOf(file))
      const sealed = sealSegments(dek, { organizationId, fileId: id }, source, count)
      await blobs.write(organizationId, id, lease.guard(sealed))
    } catch (error) {
      await discard(file)
      throw error
    } finally {
      lease.end()
      dek.key.fill(0)
    }
    return { ...file, bytes }
  }

  /**
   * When its commit has failed, or seems to have: a file that a commit did keep stays. If even this fails, a disposal or
   * the sweep does it.
   */
  const discard = async ({ organizationId, _id: id, dekId }: FileRow): Promise<void> => {
    try {
      await store.abandon(organizationId, [id], clock.now())
      const [row] = await store.find(organizationId, [id])
      if (row?.state === 'kept') return
      // The key first: without it the rest is noise.
      await keys.deks.destroy(organizationId, [dekId])
      await blobs.remove(organizationId, [id])
      if (row !== undefined) await store.remove(organizationId, [row])
    } catch {
      // Its row, if there is one, says what is left.
    }
  }

  /** Inside the transaction of what the files belong to. */
  const attach = async (written: readonly WrittenFile[]): Promise<void> => {
    for (const file of written) if (!(await store.keep(file))) throw new WriteAgain()
  }

  return { write, discard, attach }
}
