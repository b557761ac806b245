import type { Finding, Findings } from './findings.ts'
import type { EntryRow } from './ledger.store.ts'

const mostRemembered = 1000

/**
 * Compares what stands at each place with what the tree has there, and remembers both where they differ: an entry that turns
 * up elsewhere was moved, not removed.
 */
export const createPlaces = (findings: Findings) => {
  /** What should be where something else or nothing is, and what is where something else should be; by leaf hash. */
  const missed = new Map<string, Finding>()
  const strange = new Map<string, Finding>()
  const remember = (where: Map<string, Finding>, hash: Buffer, finding: Finding): void => {
    if (where.size < mostRemembered) where.set(hash.toString('hex'), finding)
  }
  const moved = (finding: Finding | undefined): void => {
    if (finding !== undefined) findings.becomes(finding, 'reordered')
  }

  return {
    /** The entry and the tree agree. */
    agrees: (index: number, row: EntryRow, hash: Buffer): void => {
      const elsewhere = missed.size === 0 ? undefined : missed.get(hash.toString('hex'))
      if (elsewhere === undefined) return
      findings.becomes(
        elsewhere,
        'reordered',
        `what was sealed here had its seal taken off, and was sealed again at ${index}`,
      )
      elsewhere.entryId = row._id
    },
    differs: (index: number, row: EntryRow, hash: Buffer, expected: Buffer): Finding => {
      const finding = findings.add('changed', { index, entryId: row._id })
      const [comesFrom, isAt] = [missed.get(hash.toString('hex')), strange.get(expected.toString('hex'))]
      moved(comesFrom)
      moved(isAt)
      if (comesFrom !== undefined || isAt !== undefined) moved(finding)
      remember(missed, expected, finding)
      remember(strange, hash, finding)
      return finding
    },
    isMissing: (index: number, expected: Buffer | undefined): Finding => {
      const finding = findings.add('removed', { index })
      if (expected !== undefined) remember(missed, expected, finding)
      return finding
    },
    /** One that waits to be sealed, and once was. */
    waits: (row: EntryRow, hash: Buffer): boolean => {
      const place = missed.get(hash.toString('hex'))
      if (place === undefined) return false
      findings.becomes(place, 'unsealed')
      place.entryId = row._id
      return true
    },
  }
}
export type Places = ReturnType<typeof createPlaces>
