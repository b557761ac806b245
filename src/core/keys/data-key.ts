import { undecipherable } from './key-errors.ts'
import { unwrapKey, wrapKey } from './key-wrap.ts'
import { unwrapMany, wrapMany, wrappedBytes } from './key-wrap-many.ts'
import { randomKey } from './pool.ts'
import type { SecretKey } from './secret-key.ts'

const keyBytes = 32
/** Below this many, one cipher for each is faster than 24 calls for all (measured). */
const enough = 4

const cut = (bytes: Buffer, size: number, i: number): Buffer => bytes.subarray(i * size, (i + 1) * size)

/** A new data key and its wrapped form. The key is the caller's to wipe. */
export const freshDataKey = (kek: SecretKey): { key: Buffer; wrapped: Buffer } => {
  const key = randomKey(keyBytes)
  return { key, wrapped: wrapKey(kek.cipherKey(), key) }
}

/** A new data key for each of these. Each is the caller's to wipe: together they are all of the memory that they lie in. */
export const freshDataKeys = <T>(kek: SecretKey, items: readonly T[]): { item: T; key: Buffer; wrapped: Buffer }[] => {
  if (items.length < enough) return items.map((item) => ({ item, ...freshDataKey(kek) }))
  const keys = randomKey(items.length * keyBytes)
  const wrapped = wrapMany(kek.cipherKey(), keys)
  return items.map((item, i) => ({ item, key: cut(keys, keyBytes, i), wrapped: cut(wrapped, wrappedBytes, i) }))
}

/** Opens a wrapped data key, or throws `internal` without a reason. The key is the caller's to wipe. */
export const openDataKey = (kek: SecretKey, wrapped: Buffer, dekId: string): Buffer =>
  unwrapKey(kek.cipherKey(), wrapped, dekId)

/** Opens them all, by id, or throws as for the first that does not open (`name` is for the operator's log). The keys are the caller's to wipe. */
export const openDataKeys = (
  kek: SecretKey,
  items: readonly { readonly id: string; readonly name: string; readonly wrapped: Buffer }[],
): Map<string, Buffer> => {
  const odd = items.find(({ wrapped }) => wrapped.length !== wrappedBytes)
  if (odd !== undefined) throw undecipherable(odd.name, 'its wrapped form is of the wrong length')
  if (items.length < enough) return new Map(items.map(({ id, name, wrapped }) => [id, openDataKey(kek, wrapped, name)]))
  const { keys, failed } = unwrapMany(kek.cipherKey(), Buffer.concat(items.map(({ wrapped }) => wrapped)))
  const [first] = failed
  if (first !== undefined) {
    keys.fill(0)
    throw undecipherable(items[first]?.name ?? '', 'its wrapped form does not unwrap')
  }
  return new Map(items.map(({ id }, i) => [id, cut(keys, keyBytes, i)]))
}
