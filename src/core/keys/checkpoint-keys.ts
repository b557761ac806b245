import type { KeyObject } from 'node:crypto'
import type { Clock } from '../shared/clock.ts'
import { AppError } from '../shared/errors.ts'
import { newId } from '../shared/ids.ts'
import { keyFromSeed, publicBytesOf } from './ed25519.ts'
import type { KeyRings } from './key-ring.ts'
import { wrapKey } from './key-wrap.ts'
import type { OrganizationKey, OrganizationKeyStore } from './organization-keys.store.ts'
import { randomKey } from './pool.ts'

/** What signs an organization's checkpoints: Ed25519, its seed one of the organization's keys. */
export type CheckpointKey = { readonly privateKey: KeyObject; readonly publicKey: Buffer }
/** Of the current one, and of each that it followed: what was signed with them must verify for good. */
export type CheckpointPublicKey = { readonly publicKey: Buffer; readonly current: boolean; readonly createdAt: Date }

type Deps = { store: OrganizationKeyStore; rings: KeyRings; clock: Clock }
const kind = 'checkpoint'

export const createCheckpointKeys = ({ store, rings, clock }: Deps) => {
  const signer = async (organizationId: string): Promise<CheckpointKey> => {
    const privateKey = keyFromSeed((await rings.of(organizationId)).current(kind).bytes())
    return { privateKey, publicKey: publicBytesOf(privateKey) }
  }

  const rowsOf = async (organizationId: string): Promise<OrganizationKey[]> =>
    (await store.readable(organizationId)).filter((row) => row.kind === kind)

  /** Newest first. Derived from what the KMS protects: no public half lies anywhere to be swapped. */
  const publicKeys = async (organizationId: string): Promise<CheckpointPublicKey[]> => {
    let ring = await rings.of(organizationId)
    const rows = await rowsOf(organizationId)
    // Another process has rotated since this ring was loaded.
    if (rows.some(({ _id }) => !ring.keys.has(_id))) {
      rings.drop(organizationId)
      ring = await rings.of(organizationId)
    }
    const states = new Map((await rowsOf(organizationId)).map((row) => [row._id, row]))
    return ring.all(kind).flatMap((secret) => {
      const row = states.get(secret.id)
      if (row === undefined) return []
      const publicKey = publicBytesOf(keyFromSeed(secret.bytes()))
      return [{ publicKey, current: row.state === 'current', createdAt: row.createdAt }]
    })
  }

  /** A new key signs from now on here, and in other processes when they load it, within a cache time. */
  const rotate = async (organizationId: string): Promise<CheckpointPublicKey> => {
    rings.drop(organizationId)
    const ring = await rings.of(organizationId)
    const current = (await rowsOf(organizationId)).find(({ state }) => state === 'current')
    const kek = ring.current('kek')
    const seed = randomKey()
    try {
      const row: OrganizationKey = {
        ...{ _id: newId('key'), organizationId, kind, version: (current?.version ?? 0) + 1, state: 'current' },
        ...{ wrapped: wrapKey(kek.cipherKey(), seed), kekId: kek.id, createdAt: clock.now() },
      }
      rings.mustBeInTime(ring)
      if (!(await store.replace(row)))
        throw new AppError('conflict', 'The keys of this organization are being changed: rotate again.')
      rings.drop(organizationId)
      return { publicKey: publicBytesOf(keyFromSeed(seed)), current: true, createdAt: row.createdAt }
    } finally {
      seed.fill(0)
    }
  }

  return { signer, publicKeys, rotate }
}
export type CheckpointKeys = ReturnType<typeof createCheckpointKeys>
