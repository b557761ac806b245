import type { EntryRow } from './ledger.store.ts'
import { hashBytes } from './merkle.ts'

/**
 * What the last round has decided: which entries have the places from `from` on, up to the head's size. It lies in the head,
 * written with it. The entries themselves get their places after that transaction, since within one MongoDB 6 reads its
 * catalogue twice for every index of every changed document (two thirds of a round, measured). So whoever comes across it may
 * carry it out, again and late: it says the same of the same entries.
 */
export type Placing = {
  from: number
  ids: string[]
  /** One after the other, in the order of the ids. */
  leafHashes: Buffer
  /** Of these, those that did not fit their MAC. */
  tampered: string[]
}

/** The next place in the tree, for one entry. */
export type Seal = { id: string; leafHash: Buffer; tampered: boolean }

export const toPlacing = (from: number, seals: readonly Seal[]): Placing => ({
  from,
  ids: seals.map(({ id }) => id),
  leafHashes: Buffer.concat(seals.map(({ leafHash }) => leafHash)),
  tampered: seals.filter(({ tampered }) => tampered).map(({ id }) => id),
})

/** Whether the round in a head ends where its tree does: what somebody has changed by hand mostly does not. */
export const isPlacing = ({ size, placing }: { size: number; placing?: Placing }): boolean =>
  placing === undefined ||
  (placing.from + placing.ids.length === size && placing.ids.length * hashBytes === placing.leafHashes.length)

const leafHashAt = ({ leafHashes }: Placing, at: number): Buffer =>
  leafHashes.subarray(at * hashBytes, (at + 1) * hashBytes)
export const leafHashesOf = (placing: Placing): Buffer[] => placing.ids.map((_, at) => leafHashAt(placing, at))

/** An entry of the round as it will stand, where it does not yet. */
export const asPlaced = (placing: Placing, row: EntryRow): EntryRow => {
  if (row.unsealed !== true) return row
  const at = placing.ids.indexOf(row._id)
  const tampered = placing.tampered.includes(row._id) ? { tampered: true as const } : {}
  return { ...row, index: placing.from + at, leafHash: leafHashAt(placing, at), ...tampered }
}
