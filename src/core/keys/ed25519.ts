import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'

/** PKCS#8 of an Ed25519 key is this and its 32-byte seed (RFC 8410 § 7); the seed is what is wrapped and stored. */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex')
export const seedBytes = 32

export const keyFromSeed = (seed: Buffer): KeyObject => {
  const der = Buffer.concat([pkcs8Prefix, seed])
  try {
    return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  } finally {
    der.fill(0)
  }
}

/** The 32 bytes of the public key. */
export const publicBytesOf = (privateKey: KeyObject): Buffer =>
  Buffer.from(createPublicKey(privateKey).export({ format: 'jwk' }).x ?? '', 'base64url')
