/** Bytes as they come back from MongoDB: a Buffer from a document, a BSON Binary from a lean query. */
export type StoredBytes = Uint8Array | { readonly buffer: Uint8Array; readonly position: number }

/** The same bytes as a Buffer, without copying them. */
export const toBuffer = (stored: StoredBytes): Buffer => {
  if (Buffer.isBuffer(stored)) return stored
  const bytes = stored instanceof Uint8Array ? stored : stored.buffer.subarray(0, stored.position)
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
