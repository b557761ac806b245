import { Readable } from 'node:stream'
import { mongo } from 'mongoose'
import type { BlobName, BlobStore } from '../../core/files/files.ts'
import { toBuffer } from '../../core/keys/keys.ts'
import type { Database } from '../../core/shared/database.ts'

const bucketName = 'blobs'
const chunkSizeBytes = 128 * 1024
/** Two at once are 256 KB, where the driver's own reader would take 16 MiB a batch. */
const chunksAtOnce = 2
const mostSpare = 4

type Chunk = { _id: mongo.ObjectId; files_id: string; n: number; data: mongo.Binary }
type FileDocument = { _id: string; length: number; chunkSize: number; uploadDate: Date; filename: string }

/** The organization stands in the id, so a blob cannot be asked for without it. */
const idOf = (organizationId: string, blobId: string): string => `${organizationId}/${blobId}`
const nameOf = (id: string): BlobName => {
  const [organizationId = '', blobId = ''] = id.split('/')
  return { organizationId, blobId }
}

/** Sealed bytes in the GridFS of the data database, with the connection's write concern: majority, journaled. */
export const createGridFsBlobs = (db: Database): BlobStore => {
  const native = (): mongo.Db => {
    const { db: opened } = db.mongoose.connection
    if (opened === undefined) throw new Error('The data database is not connected.')
    return opened
  }
  const chunks = () => native().collection<Chunk>(`${bucketName}.chunks`)
  const files = () => native().collection<FileDocument>(`${bucketName}.files`)

  let indexed: Promise<unknown> | undefined
  /** Those of the GridFS specification, before the first upload of a process. */
  const mustBeIndexed = async (): Promise<void> => {
    indexed ??= Promise.all([
      chunks().createIndex({ files_id: 1, n: 1 }, { unique: true }),
      files().createIndex({ filename: 1, uploadDate: 1 }),
    ])
    await indexed.catch((error) => {
      indexed = undefined
      throw error
    })
  }

  /** Of chunks on their way: an upload has one, and small files come by the hundred. */
  const spare: Buffer[] = []

  /**
   * Chunks and a file by the GridFS specification, as any driver reads them. The driver's own upload takes a zeroed buffer of a
   * whole chunk for each file, however small, and copies it once more.
   */
  const upload = async (id: string, filename: string, source: AsyncIterable<Uint8Array>): Promise<void> => {
    const chunk = spare.pop() ?? Buffer.alloc(chunkSizeBytes)
    let held = 0
    let n = 0
    const flush = async (): Promise<void> => {
      const data = new mongo.Binary(chunk.subarray(0, held))
      await chunks().insertOne({ _id: new mongo.ObjectId(), files_id: id, n, data })
      n += 1
      held = 0
    }
    let length = 0
    for await (const bytes of source)
      for (let at = 0; at < bytes.length; ) {
        if (held === chunkSizeBytes) await flush()
        const taken = Math.min(chunkSizeBytes - held, bytes.length - at)
        chunk.set(bytes.subarray(at, at + taken), held)
        held += taken
        at += taken
        length += taken
      }
    if (held > 0) await flush()
    await files().insertOne({ _id: id, length, chunkSize: chunkSizeBytes, uploadDate: new Date(), filename })
    // Not after an error: a write that has timed out may still be on its way.
    if (spare.length < mostSpare) spare.push(chunk)
  }

  async function* bytesOf(id: string): AsyncGenerator<Buffer> {
    const cursor = chunks().find({ files_id: id }).sort({ n: 1 }).batchSize(chunksAtOnce)
    for await (const { data } of cursor) yield toBuffer(data)
  }

  return {
    write: async (organizationId, blobId, source) => {
      await mustBeIndexed()
      await upload(idOf(organizationId, blobId), blobId, source)
    },
    read: (organizationId, blobId) => Readable.from(bytesOf(idOf(organizationId, blobId)), { objectMode: false }),
    remove: async (organizationId, blobIds) => {
      const ids = blobIds.map((blobId) => idOf(organizationId, blobId))
      await chunks().deleteMany({ files_id: { $in: ids } })
      await files().deleteMany({ _id: { $in: ids } })
    },
    // By the chunks, not by the files: an upload that a kill cut short has no files document.
    page: async (after, limit) => {
      const from = after === undefined ? '' : idOf(after.organizationId, after.blobId)
      const found = chunks().aggregate<{ _id: string }>([
        { $match: { files_id: { $gt: from } } },
        { $sort: { files_id: 1, n: 1 } },
        { $group: { _id: '$files_id' } },
        { $sort: { _id: 1 } },
        { $limit: limit },
      ])
      return (await found.toArray()).map(({ _id }) => nameOf(_id))
    },
  }
}
