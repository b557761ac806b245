import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { mongo } from 'mongoose'
import type { BlobName, BlobStore } from '../../core/files/files.ts'
import { toBuffer } from '../../core/keys/keys.ts'
import type { Database } from '../../core/shared/database.ts'

const bucketName = 'blobs'
/** An upload takes a buffer of a whole chunk however small its file is: two segments are enough. */
const chunkSizeBytes = 128 * 1024
/** Eight at once are 1 MB, where the driver's own reader would take 16 MiB a batch. */
const chunksAtOnce = 8

type Chunk = { _id: mongo.ObjectId; files_id: string; n: number; data: mongo.Binary }

/** The organization stands in the id, so a blob cannot be asked for without it. */
const idOf = (organizationId: string, blobId: string): string => `${organizationId}/${blobId}`
const nameOf = (id: string): BlobName => {
  const [organizationId = '', blobId = ''] = id.split('/')
  return { organizationId, blobId }
}

/** Sealed bytes in the GridFS of the data database, with the connection's write concern: majority, journaled. */
export const createGridFsBlobs = (db: Database): BlobStore => {
  let known: mongo.GridFSBucket | undefined
  const native = (): mongo.Db => {
    const { db: opened } = db.mongoose.connection
    if (opened === undefined) throw new Error('The data database is not connected.')
    return opened
  }
  const bucket = (): mongo.GridFSBucket => {
    known ??= new mongo.GridFSBucket(native(), { bucketName, chunkSizeBytes })
    return known
  }
  const chunks = () => native().collection<Chunk>(`${bucketName}.chunks`)

  async function* bytesOf(id: string): AsyncGenerator<Buffer> {
    const cursor = chunks().find({ files_id: id }).sort({ n: 1 }).batchSize(chunksAtOnce)
    for await (const { data } of cursor) yield toBuffer(data)
  }

  return {
    write: async (organizationId, blobId, source) => {
      const id = idOf(organizationId, blobId)
      // GridFS takes any _id; the driver's types know ObjectIds only.
      await pipeline(source, bucket().openUploadStreamWithId(id as unknown as mongo.ObjectId, blobId))
    },
    read: (organizationId, blobId) => Readable.from(bytesOf(idOf(organizationId, blobId)), { objectMode: false }),
    remove: async (organizationId, blobIds) => {
      const ids = blobIds.map((blobId) => idOf(organizationId, blobId))
      await chunks().deleteMany({ files_id: { $in: ids } })
      await native()
        .collection<{ _id: string }>(`${bucketName}.files`)
        .deleteMany({ _id: { $in: ids } })
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
