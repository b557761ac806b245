import { toBuffer } from '../keys/keys.ts'
import { toExportLine } from './export-line.ts'
import type { EntryRow } from './ledger.store.ts'
import { leafOf, type OpenedNames, saltOf, valuesOf } from './row-leaf.ts'

/**
 * The line of an entry in a file for verifiers: the leaf as the row makes it now, and the hash with which it was sealed, so
 * that a row that was changed since does not fit. `proof`: from this leaf to the root that the file names.
 */
export const toEntryLine = (
  { row, names }: { row: EntryRow; names?: OpenedNames },
  proof?: readonly string[],
): string => {
  const { text, hash } = leafOf(row, names)
  const line = toExportLine({
    leaf: text,
    leafHash: row.leafHash === undefined ? hash : toBuffer(row.leafHash),
    ...(row.index === undefined ? {} : { index: row.index }),
    ...(names === undefined ? {} : { opened: { salt: saltOf(names), values: valuesOf(row, names) } }),
  })
  return proof === undefined ? line : `${line.slice(0, -1)},"proof":${JSON.stringify(proof)}}`
}
