import type { Readable } from 'node:stream'

/**
 * Where sealed bytes lie: GridFS by default, S3-like by adapter. It sees ciphertext only. A blob is named by its
 * organization and its id, which begins with the time it was made.
 */
export type BlobStore = {
  /**
   * Returns when the bytes are there to stay. After an error something may be left: `remove` it. What the source gave is gone
   * when the next is asked for: copy it.
   */
  write: (organizationId: string, blobId: string, source: AsyncIterable<Uint8Array>) => Promise<void>
  read: (organizationId: string, blobId: string) => Readable
  /** Of blobs, half-written ones and names that never were. */
  remove: (organizationId: string, blobIds: readonly string[]) => Promise<void>
  /** Every blob of every organization, half-written ones too, after this one: for the sweep. */
  page: (after: BlobName | undefined, limit: number) => Promise<BlobName[]>
}
export type BlobName = { organizationId: string; blobId: string }
