import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto'
import { undecipherable } from './key-errors.ts'
import type { KeyRings } from './key-ring.ts'
import type { OrganizationKeyKind } from './organization-keys.store.ts'

export type KeyedDigest = { readonly keyId: string; readonly digest: Buffer }

export type KeyedHash = {
  /** HMAC-SHA-256 under the current key, 32 bytes. */
  digest: (bytes: Uint8Array | string) => KeyedDigest
  /** Under the current key and those that can still be read, current first: what to look up after a rotation. */
  digests: (bytes: Uint8Array | string) => KeyedDigest[]
  /** Whether a digest was made by the key it names. A key that is not there is an error, not a mismatch. */
  matches: (bytes: Uint8Array | string, claimed: { keyId: string; digest: Uint8Array }) => boolean
}

/** HMAC-SHA-256 under one of an organization's keys: the ledger's MAC, fingerprints, the vault's number index. */
export const createKeyedHash = ({ rings }: { rings: Pick<KeyRings, 'of'> }, kind: OrganizationKeyKind) => {
  const forOrganization = async (organizationId: string): Promise<KeyedHash> => {
    const keys = (await rings.of(organizationId)).all(kind)
    const hmac = (key: KeyObject, bytes: Uint8Array | string): Buffer =>
      createHmac('sha256', key).update(bytes).digest()
    const digests = (bytes: Uint8Array | string): KeyedDigest[] =>
      keys.map((key) => ({ keyId: key.id, digest: hmac(key.cipherKey(), bytes) }))
    const [current] = keys
    if (current === undefined) throw undecipherable(kind, `organization ${organizationId} has no such key`)
    return {
      digest: (bytes) => ({ keyId: current.id, digest: hmac(current.cipherKey(), bytes) }),
      digests,
      matches: (bytes, { keyId, digest }) => {
        const key = keys.find(({ id }) => id === keyId)
        if (key === undefined) throw undecipherable(keyId, `no ${kind} key of organization ${organizationId}`)
        const expected = hmac(key.cipherKey(), bytes)
        return digest.length === expected.length && timingSafeEqual(expected, digest)
      },
    }
  }
  return { for: forOrganization }
}
