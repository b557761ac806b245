import type { Keys, NumberIndex } from '../keys/keys.ts'
import { openNumber } from './number-cipher.ts'
import { indexOf } from './number-index.ts'
import type { VaultStore } from './vault.store.ts'

/**
 * For the erasure epoch, whose new index key needs every living number once more: opened here, one after the other, and
 * wiped; what leaves is 20 bits of a keyed hash. Nobody looks at a number, so no touch is on record for each: the epoch's own
 * entry (鍵更新) is.
 */
export const createRenewIndexes =
  ({ store, keys, onError }: { store: VaultStore; keys: Keys; onError: (error: unknown) => void }) =>
  async (organizationId: string, deks: ReadonlyMap<string, Buffer>): Promise<Map<string, NumberIndex>> => {
    const renewed = new Map<string, NumberIndex>()
    if (deks.size === 0) return renewed
    const hash = await keys.numberIndex.for(organizationId)
    for (const { _id: versionId, subjectId, dekId, sealed } of await store.sealedUnder(organizationId, [
      ...deks.keys(),
    ])) {
      const key = dekId === undefined ? undefined : deks.get(dekId)
      if (key === undefined || dekId === undefined || sealed === undefined) continue
      try {
        const digits = openNumber({ id: dekId, key }, sealed, { organizationId, subjectId, versionId })
        renewed.set(dekId, indexOf(hash, digits))
        digits.fill(0)
      } catch (error) {
        // A damaged record must not keep everybody else's old keys alive.
        onError(error)
      }
    }
    return renewed
  }
