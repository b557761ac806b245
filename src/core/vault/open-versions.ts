import type { Keys } from '../keys/keys.ts'
import { openNumber } from './number-cipher.ts'
import type { VersionRow } from './vault.store.ts'

export const wipeAll = (secrets: ReadonlyMap<string, Buffer>): void => {
  for (const secret of secrets.values()) secret.fill(0)
}

/** Decrypts these versions. Whoever gets the digits wipes them; what is being disposed of is left out. */
export const openVersions = async (
  keys: Keys,
  organizationId: string,
  versions: readonly VersionRow[],
  keyOf: (version: VersionRow) => string,
): Promise<Map<string, Buffer>> => {
  const deks = await keys.deks.openMany(
    organizationId,
    versions.flatMap(({ dekId }) => dekId ?? []),
  )
  const opened = new Map<string, Buffer>()
  try {
    for (const version of versions) {
      const { dekId, sealed, subjectId } = version
      const key = dekId === undefined ? undefined : deks.get(dekId)
      // A DEK that went between the two reads belongs to a number being disposed of: it is simply not there.
      if (key === undefined || dekId === undefined || sealed === undefined) continue
      const place = { organizationId, subjectId, versionId: version._id }
      opened.set(keyOf(version), openNumber({ id: dekId, key }, sealed, place))
    }
    return opened
  } catch (error) {
    wipeAll(opened)
    throw error
  } finally {
    wipeAll(deks)
  }
}
