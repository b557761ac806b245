import { type CommittedField, type CommittedValues, committedFields, fieldSalt } from './leaf.ts'

/** What one needs to show a committed value. */
export type ShownValue = { value: string; salt: string }

/** One line of a ledger export in JSON Lines, in this order of members: all that an offline verifier needs. */
export type ExportLine = {
  /** null: not sealed yet. */
  index: number | null
  /** The canonical text, as it was hashed. */
  leaf: string
  /** base64url. */
  leafHash: string
  /** The committed values that are still kept, each with its salt. */
  values: Partial<Record<CommittedField, ShownValue>>
}

export const toExportLine = (entry: {
  index?: number
  leaf: string
  leafHash: Uint8Array
  /** Absent once the entry's personal values are erased. */
  opened?: { salt: Uint8Array; values: CommittedValues }
}): string => {
  const line: ExportLine = {
    index: entry.index ?? null,
    leaf: entry.leaf,
    leafHash: Buffer.from(entry.leafHash).toString('base64url'),
    values: {},
  }
  if (entry.opened !== undefined)
    for (const field of committedFields) {
      const value = entry.opened.values[field]
      if (value === undefined) continue
      line.values[field] = { value, salt: fieldSalt(entry.opened.salt, field).toString('base64url') }
    }
  return JSON.stringify(line)
}
