import type { Keys } from '../keys/keys.ts'
import { openNumber } from './number-cipher.ts'
import type { VersionRow } from './vault.store.ts'

export const wipeAll = (secrets: ReadonlyMap<string, Buffer>): void => {
  for (const secret of secrets.values()) secret.fill(0)
}

/**
 * Decrypts these versions. Whoever gets the digits wipes them. What has no key (it is being disposed of, mostly) is left out,
 * once `mustBeGone` has looked at it.
 */
export const openVersions = async (
  keys: Keys,
  organizationId: string,
  versions: readonly VersionRow[],
  keyOf: (version: VersionRow) => string,
  mustBeGone: (keyless: readonly VersionRow[]) => Promise<void> = () => Promise.resolve(),
): Promise<Map<string, Buffer>> => {
  const deks = await keys.deks.openMany(
    organizationId,
    versions.flatMap(({ dekId }) => dekId ?? []),
  )
  const opened = new Map<string, Buffer>()
  const keyless: VersionRow[] = []
  try {
    for (const version of versions) {
      const { dekId, sealed, subjectId } = version
      const key = dekId === undefined ? undefined : deks.get(dekId)
      if (key === undefined || dekId === undefined || sealed === undefined) {
        keyless.push(version)
        continue
      }
      const place = { organizationId, subjectId, versionId: version._id }
      opened.set(keyOf(version), openNumber({ id: dekId, key }, sealed, place))
    }
    await mustBeGone(keyless)
    return opened
  } catch (error) {
    wipeAll(opened)
    throw error
  } finally {
    wipeAll(deks)
  }
}
