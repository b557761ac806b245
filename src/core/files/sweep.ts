import { decodeTime } from 'ulid'
import type { Clock } from '../shared/clock.ts'
import { idPrefixes } from '../shared/ids.ts'
import type { BlobName, BlobStore } from './blob-store.ts'
import type { FilesStore } from './files.store.ts'
import { leaseMs } from './writing.ts'

const pageSize = 500

type Deps = {
  store: FilesStore
  blobs: BlobStore
  clock: Clock
  /** Of these, those that are still past their end. */
  destroyExpired: (organizationId: string, ids: readonly string[]) => Promise<void>
}

/** What is past its end, and what a crash left behind, in any organization. */
export const createSweep = ({ store, blobs, clock, destroyExpired }: Deps) => {
  /** Files past their end, and those whose writer has said nothing for an hour. */
  const expired = async (): Promise<number> => {
    let swept = 0
    for (;;) {
      const rows = await store.expired(clock.now(), pageSize)
      for (const [organizationId, own] of Map.groupBy(rows, (row) => row.organizationId)) {
        await destroyExpired(
          organizationId,
          own.map(({ _id }) => _id),
        )
      }
      swept += rows.length
      if (rows.length < pageSize) return swept
    }
  }

  const madeAt = (blobId: string): number => decodeTime(blobId.slice(idPrefixes.blob.length + 1))

  /** Blobs over an hour old that no row names: of a file that was destroyed while its writer, since dead, still wrote. */
  const orphans = async (): Promise<number> => {
    const before = clock.now().getTime() - leaseMs
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
