import type { KeyedDigest, KeyedHash, NumberIndex } from '../keys/keys.ts'

/**
 * Finding the same number twice: HMAC-SHA-256 under the organization's index key, cut to 20 bits. There are 10^11 numbers (the
 * twelfth digit is a check digit), so a value fits some 95,000 of them: a match is a candidate, which the vault confirms by
 * decrypting both, and an index without its key reveals nothing. 20 bits keep candidates few: 100,000 people share a value
 * with a stranger about once in ten.
 */
const indexBits = 20

const cut = ({ keyId, digest }: KeyedDigest): NumberIndex => ({
  keyId,
  value: digest.readUInt32BE(0) >>> (32 - indexBits),
})

/** To write: under the current key. */
export const indexOf = (hash: KeyedHash, digits: Uint8Array): NumberIndex => cut(hash.digest(digits))

/** To look up: under each key that can be read, while an epoch renews the index. */
export const indexesOf = (hash: KeyedHash, digits: Uint8Array): NumberIndex[] => hash.digests(digits).map(cut)
