import { decodeTime } from 'ulid'
import type { Clock } from '../shared/clock.ts'
import { idPrefixes } from '../shared/ids.ts'
import type { BlobName, BlobStore } from './blob-store.ts'
import type { FileRow, FilesStore } from './files.store.ts'

const hourMs = 60 * 60 * 1000
const pageSize = 500

type Deps = {
  store: FilesStore
  blobs: BlobStore
  clock: Clock
  destroyRows: (organizationId: string, rows: readonly FileRow[]) => Promise<void>
}

/** What is past its end, and what a crash left behind, in any organization. */
export const createSweep = ({ store, blobs, clock, destroyRows }: Deps) => {
  const expired = async (): Promise<number> => {
    let swept = 0
    for (;;) {
      const rows = await store.expired(clock.now(), pageSize)
      for (const [organizationId, own] of Map.groupBy(rows, (row) => row.organizationId)) {
        await destroyRows(organizationId, own)
      }
      swept += rows.length
      if (rows.length < pageSize) return swept
    }
  }

  const madeAt = (blobId: string): number => decodeTime(blobId.slice(idPrefixes.blob.length + 1))

  /** Blobs over an hour old that no row names. Their DEKs were only `prepared` and go with the DEK sweep. */
  const orphans = async (): Promise<number> => {
    const before = clock.now().getTime() - hourMs
    let swept = 0
    let after: BlobName | undefined
    for (;;) {
      const page = await blobs.page(after, pageSize)
      after = page.at(-1)
      const old = page.filter(({ blobId }) => madeAt(blobId) < before)
      for (const [organizationId, own] of Map.groupBy(old, (blob) => blob.organizationId)) {
        const ids = own.map(({ blobId }) => blobId)
        const known = new Set((await store.find(organizationId, ids)).map(({ _id }) => _id))
        const unknown = ids.filter((id) => !known.has(id))
        if (unknown.length > 0) await blobs.remove(organizationId, unknown)
        swept += unknown.length
      }
      if (page.length < pageSize) return swept
    }
  }

  return async (): Promise<{ expired: number; orphans: number }> => ({
    expired: await expired(),
    orphans: await orphans(),
  })
}
