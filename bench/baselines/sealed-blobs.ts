import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto'
import { Binary } from 'mongodb'
import { bytesOf, type connect, keyOf, newId, randomBytes, wrap } from './kit.ts'

const chunkBytes = 255 * 1024
type Connection = Awaited<ReturnType<typeof connect>>
export type Blob = { _id: string; dekId: string; key: KeyObject; bytes: number }

/** A file: its DEK first, then its bytes under AES-256-GCM in GridFS' own two collections. */
export const createBlobs = ({ of, deks }: Connection, organizationId: string, kek: { id: string; key: KeyObject }) => {
  const chunks = of('blobs.chunks')
  const named = (blobId: string): string => `${organizationId}/${blobId}`

  const prepare = async (): Promise<Omit<Blob, 'bytes'>> => {
    const [_id, dekId, bytes] = [newId('blb'), newId('key'), randomBytes(32)]
    const about = { kekId: kek.id, state: 'prepared', purpose: 'file', refId: _id, createdAt: new Date() }
    await deks.insertOne({ _id: dekId, organizationId, wrapped: wrap(kek.key, bytes), ...about })
    return { _id, dekId, key: keyOf(bytes) }
  }

  const write = async (pieces: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<Blob> => {
    const blob = await prepare()
    const iv = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', blob.key, iv, { authTagLength: 16 })
    let [held, heldBytes, n, bytes] = [[iv], iv.length, 0, 0]
    const flush = async (): Promise<void> => {
      const _id = newId('chk')
      await chunks.insertOne({ _id, files_id: named(blob._id), n, data: new Binary(Buffer.concat(held)) })
      ;[held, heldBytes, n] = [[], 0, n + 1]
    }
    for await (const piece of pieces) {
      bytes += piece.length
      held.push(cipher.update(piece))
      heldBytes += piece.length
      if (heldBytes >= chunkBytes) await flush()
    }
    cipher.final()
    held.push(cipher.getAuthTag())
    await flush()
    await of('blobs.files').insertOne({
      _id: named(blob._id),
      length: bytes,
      chunkSize: chunkBytes,
      uploadDate: new Date(),
      filename: blob._id,
    })
    return { ...blob, bytes }
  }

  const read = async (_id: string, key: KeyObject): Promise<Buffer> => {
    const parts = await chunks
      .find({ files_id: named(_id) })
      .sort({ n: 1 })
      .batchSize(8)
      .toArray()
    const sealed = Buffer.concat(parts.map(({ data }) => bytesOf(data)))
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, 12), { authTagLength: 16 })
    decipher.setAuthTag(sealed.subarray(-16))
    const plain = decipher.update(sealed.subarray(12, -16))
    decipher.final()
    return plain
  }

  const remove = async (ids: readonly string[]): Promise<void> => {
    await chunks.deleteMany({ files_id: { $in: ids.map(named) } })
    await of('blobs.files').deleteMany({ _id: { $in: ids.map(named) } })
  }
  return { write, read, remove }
}
