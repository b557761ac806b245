/** What stands on a file besides its entries. */
export type LedgerFileFacts = {
  organization: string
  madeAt: Date
  /** Who asked for it. */
  madeBy: string
  /** What was asked for, in words: 期間, then each filter. */
  conditions: readonly (readonly [name: string, value: string])[]
  order: 'asc' | 'desc'
  entries: number
  /** 検証点: the newest one when the file was begun. */
  checkpoint?: { size: number; root: string; signedAt: Date }
}

/** A file of the 取扱記録 for people: cells in, bytes out. An adapter knows how. */
export type LedgerFormat = {
  mediaType: string
  /** One entry in a sealed part, with its line end. */
  line: (cells: readonly string[]) => string
  /** Out of the parts, in any pieces; what it is given is overwritten when the next is asked for. */
  file: (facts: LedgerFileFacts, parts: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>
}
