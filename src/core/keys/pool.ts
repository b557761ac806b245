import { randomFillSync } from 'node:crypto'
import { secretBytes } from '../shared/secret-bytes.ts'

/**
 * Random bytes from a pool: one call into OpenSSL serves hundreds of IVs and keys (a `randomBytes(12)` for each costs
 * more than the encryption itself). What was handed out is wiped from the pool, so that it holds no key of the past.
 */
const pool = Buffer.alloc(16 * 1024)
let used = pool.length

/** Fills `target` from `offset` on, `size` bytes. */
export const fillRandom = (target: Buffer, offset: number, size: number): void => {
  if (size > pool.length) {
    randomFillSync(target, offset, size)
    return
  }
  if (used + size > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  pool.copy(target, offset, used, used + size)
  pool.fill(0, used, used + size)
  used += size
}

/** A new key or prefix in memory of its own (never a slice of Node's shared 8 KiB pool, so wiping it wipes it). */
export const randomKey = (size = 32): Buffer => {
  const key = secretBytes(size)
  fillRandom(key, 0, size)
  return key
}
