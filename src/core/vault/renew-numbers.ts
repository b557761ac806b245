import { isOlderFormat, type Keys } from '../keys/keys.ts'
import { renewNumber } from './number-cipher.ts'
import { wipeAll } from './open-versions.ts'
import type { VaultStore, VersionRow } from './vault.store.ts'

/** `last` is where the next page begins; absent on the last page. */
export type RenewedPage = { last?: string; renewed: number }

type Deps = { store: VaultStore; keys: Keys; onError: (error: unknown) => void }

/**
 * Numbers in an older format of sealed records, written anew in the current one. Each is one update that replaces what was
 * read, so that at every moment the row holds one whole ciphertext of its own DEK, and doing it again changes nothing. No
 * digit leaves the vault and nobody asked for one, so this is no entry of the 取扱記録.
 */
export const createRenewNumbers = ({ store, keys, onError }: Deps) => {
  const renewOf = async (organizationId: string, rows: readonly VersionRow[]): Promise<number> => {
    const deks = await keys.deks.openMany(
      organizationId,
      rows.flatMap(({ dekId }) => dekId ?? []),
    )
    try {
      const changes = rows.flatMap((row) => {
        const { dekId = '', sealed } = row
        const key = deks.get(dekId)
        if (key === undefined || sealed === undefined) return []
        try {
          const place = { organizationId, subjectId: row.subjectId, versionId: row._id }
          return [{ id: row._id, dekId, from: sealed, to: renewNumber({ id: dekId, key }, sealed, place) }]
        } catch (error) {
          // One that cannot be read stays as it is, and is no reason to leave the others.
          onError(error)
          return []
        }
      })
      return await store.renew(organizationId, changes)
    } finally {
      wipeAll(deks)
    }
  }

  return async (after: string, limit: number): Promise<RenewedPage> => {
    const rows = await store.sealedAfter(after, limit)
    const older = rows.filter(({ sealed }) => sealed !== undefined && isOlderFormat(sealed))
    let renewed = 0
    for (const [organizationId, own] of Map.groupBy(older, (row) => row.organizationId))
      renewed += await renewOf(organizationId, own)
    const last = rows.at(-1)?._id
    return { renewed, ...(last === undefined || rows.length < limit ? {} : { last }) }
  }
}
