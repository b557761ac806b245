import { type FieldCipher, type KeyedHash, toBuffer } from '../keys/keys.ts'
import type { Findings } from './findings.ts'
import type { EntryRow } from './ledger.store.ts'
import { removalFunctions } from './operations.ts'
import { isErased, leafOf } from './row-leaf.ts'
import type { Places } from './row-places.ts'
import { openNames, unlessUnavailable } from './sealer.ts'
import type { Piece, TreeCheck } from './tree-check.ts'

const hashOf = (cipher: FieldCipher, row: EntryRow): Buffer => leafOf(row, openNames(cipher, row)).hash

/** Rows against the leaves of the stored tree at the same places; where they differ, a signed root says which of the two is right. */
export const createRowCheck = (findings: Findings, places: Places, check: Pick<TreeCheck, 'open' | 'explain'>) => {
  let count = 0
  const recorded = new Set<string>()
  let erased: { index: number; entryId: string } | undefined
  const note = (row: EntryRow): void => {
    if (row.operation === 'erase') recorded.add(row.functionName)
    if (erased === undefined && isErased(row) && Object.keys(row.commitments).length > 0 && row.index !== undefined)
      erased = { index: row.index, entryId: row._id }
  }

  const one = (index: number, row: EntryRow, hash: Buffer, expected: Buffer, beside: Buffer | undefined): void => {
    if (row.tampered === true) findings.add('tampered', { index, entryId: row._id })
    if (!hash.equals(expected)) {
      check.open(places.differs(index, row, hash, expected))
      return
    }
    places.agrees(index, row, hash)
    if (beside?.equals(hash) !== true)
      findings.add('changed', {
        index,
        entryId: row._id,
        message: 'the hash that stands beside the entry is another one',
      })
  }

  return {
    count: () => count,
    /** `stored`: from the place `from` on. */
    look: (
      cipher: FieldCipher,
      from: number,
      rows: readonly EntryRow[],
      stored: readonly (Buffer | undefined)[],
    ): Piece => {
      const leaves: Piece = { stored: [...stored], entries: new Array(stored.length).fill(undefined) }
      const byPlace = new Map(rows.map((row) => [(row.index ?? 0) - from, row]))
      count += rows.length
      for (let at = 0; at < stored.length; at++) {
        const row = byPlace.get(at)
        if (row === undefined) {
          places.isMissing(from + at, stored[at])
          check.explain()
          continue
        }
        byPlace.delete(at)
        note(row)
        const [hash, beside] = [hashOf(cipher, row), row.leafHash && toBuffer(row.leafHash)]
        // Where the tree says nothing, what the sealer wrote beside the entry does.
        const expected = stored[at] ?? beside ?? hash
        one(from + at, row, hash, expected, beside)
        leaves.stored[at] = expected
        // One and the same object where they agree, so that comparing costs nothing.
        leaves.entries[at] = hash.equals(expected) ? expected : hash
      }
      for (const [at, { _id }] of byPlace)
        findings.add('inserted', {
          index: from + Math.floor(at),
          entryId: _id,
          message: 'an entry stands between two places',
        })
      return leaves
    },

    /** What is gone by an act of the service is on record in what is left. */
    lookAtRemovals: (from: number): void => {
      if (from > 0 && !recorded.has(removalFunctions.entries))
        findings.add('removed', { index: 0, message: `the ledger begins at ${from}, and no entry records a removal` })
      if (erased !== undefined && !recorded.has(removalFunctions.values))
        findings.add('changed', {
          ...erased,
          message: 'its names and codes are gone, and no entry records their erasure',
        })
    },

    /** Before sealing, the MAC is all there is. */
    lookAtUnsealed: (cipher: FieldCipher, mac: KeyedHash, row: EntryRow): void => {
      note(row)
      const leaf = leafOf(row, openNames(cipher, row))
      if (places.waits(row, leaf.hash)) return
      if (row.index === undefined && macFits(mac, row, leaf.text)) return
      findings.add('changed', {
        entryId: row._id,
        message: 'an entry that waits to be sealed does not fit its MAC: it was changed, or put there',
      })
    },
  }
}

const macFits = (mac: KeyedHash, row: EntryRow, text: string): boolean => {
  try {
    return mac.matches(text, { keyId: row.mac.keyId, digest: toBuffer(row.mac.digest) })
  } catch (error) {
    unlessUnavailable(error)
    return false
  }
}
