import { unwrapKey, wrapKey } from './key-wrap.ts'
import { randomKey } from './pool.ts'
import type { SecretKey } from './secret-key.ts'

/** A new data key and its wrapped form. The key is the caller's to wipe. */
export const freshDataKey = (kek: SecretKey): { key: Buffer; wrapped: Buffer } => {
  const key = randomKey()
  return { key, wrapped: wrapKey(kek.cipherKey(), key) }
}

/** Opens a wrapped data key, or throws `internal` without a reason. The key is the caller's to wipe. */
export const openDataKey = (kek: SecretKey, wrapped: Buffer, dekId: string): Buffer =>
  unwrapKey(kek.cipherKey(), wrapped, dekId)
