import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomFillSync } from 'node:crypto'
import { type Binary, type ClientSession, type Document, MongoClient } from 'mongodb'

/**
 * What the bare baselines share: the driver, node:crypto and nothing of ours. They read and write the documents that the
 * service reads and writes (same collections, so same indexes), as fast as one can honestly write it.
 */
export type Bare = {
  mongodbUrl: string
  databaseName: string
  organizationId: string
  kek: { id: string; hex: string }
  field: { id: string; hex: string }
}
export type Doc = Document & { _id: string }

export const connect = async ({ mongodbUrl, databaseName }: Bare) => {
  const client = await MongoClient.connect(mongodbUrl, {
    maxPoolSize: 64,
    writeConcern: { w: 'majority', journal: true },
    readConcern: { level: 'majority' },
  })
  const [data, keys] = [client.db(databaseName), client.db(`${databaseName}_keys`)]
  const options = { readConcern: { level: 'snapshot' }, writeConcern: { w: 'majority', journal: true } } as const
  return {
    client,
    of: (name: string) => data.collection<Doc>(name),
    data,
    deks: keys.collection<Doc>('deks'),
    /** In a transaction, as one plain command: the driver's `insertMany` copies the documents twice more. */
    insertAll: async (name: string, documents: readonly Doc[], session: ClientSession): Promise<void> => {
      const { writeErrors } = await data.command({ insert: name, documents }, { session })
      if (writeErrors !== undefined) throw new Error('A document could not be inserted.')
    },
    transaction: (work: (session: ClientSession) => Promise<void>): Promise<void> =>
      client.withSession((session) => session.withTransaction(() => work(session), options)),
  }
}

/** 26 characters, as long as a ULID: the time and 16 random ones. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const pool = Buffer.alloc(16 * 1024)
let used = pool.length
const draw = (count: number): Buffer => {
  if (used + count > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += count
  return pool.subarray(used - count, used)
}
export const newId = (prefix: string): string => {
  let id = `${prefix}_${Date.now().toString(32).padStart(10, '0').toUpperCase()}`
  for (const byte of draw(16)) id += alphabet[byte & 31]
  return id
}
export const randomBytes = (count: number): Buffer => Buffer.from(draw(count))

/** Node 24 takes a KeyObject in a third of the time that it takes a Buffer of key bytes, the making of it included. */
export const keyOf = (bytes: Buffer): KeyObject => createSecretKey(bytes)

const kwStart = Buffer.alloc(8, 0xa6)
export const wrap = (kek: KeyObject, key: Buffer): Buffer => createCipheriv('id-aes256-wrap', kek, kwStart).update(key)
export const unwrap = (kek: KeyObject, wrapped: Buffer): KeyObject =>
  keyOf(createDecipheriv('id-aes256-wrap', kek, kwStart).update(wrapped))

/** Bytes of a document as the driver gives them. */
export const bytesOf = (binary: Binary): Buffer =>
  Buffer.from(binary.buffer.buffer, binary.buffer.byteOffset, binary.position)

const aadOf = (parts: readonly string[]): Buffer => {
  const texts = parts.map((part) => Buffer.from(part))
  const aad = Buffer.allocUnsafe(texts.reduce((sum, text) => sum + 2 + text.length, 0))
  let at = 0
  for (const text of texts) {
    at = aad.writeUInt16BE(text.length, at)
    at += text.copy(aad, at)
  }
  return aad
}

/** A record: format 1 · length of key id · key id · IV 12 · tag 16 · ciphertext, AES-256-GCM. */
export const open = (
  domain: string,
  keyId: string,
  key: KeyObject,
  sealed: Buffer,
  binding: readonly string[],
): Buffer => {
  const iv = 2 + keyId.length
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(iv, iv + 12), { authTagLength: 16 })
  decipher.setAuthTag(sealed.subarray(iv + 12, iv + 28))
  decipher.setAAD(aadOf(['azukari.v1', domain, keyId, ...binding]))
  const plain = decipher.update(sealed.subarray(iv + 28))
  decipher.final()
  return plain
}
export const seal = (
  domain: string,
  keyId: string,
  key: KeyObject,
  plain: Buffer,
  binding: readonly string[],
): Buffer => {
  const iv = draw(12)
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: 16 })
  cipher.setAAD(aadOf(['azukari.v1', domain, keyId, ...binding]))
  const body = cipher.update(plain)
  cipher.final()
  return Buffer.concat([Buffer.from([1, keyId.length]), Buffer.from(keyId, 'latin1'), iv, cipher.getAuthTag(), body])
}
