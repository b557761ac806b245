/** What a record is about; the second part of its name. Checkpoints of the ledger (`checkpoint`) are not repeated after a restore. */
export const anchorKinds = ['disposal', 'correction'] as const
export type AnchorKind = (typeof anchorKinds)[number]

/**
 * Where signed records lie, outside both databases: a folder, a blob store. Adapters implement it. Names are
 * `<list>/<kind>/<month>/<id>`: one list for each installation, so that two may share a store, and listing goes month by
 * month. Failures are `unavailable`, with a cause for the operator.
 */
export type AnchorStore = {
  /** Whole and durable when it returns, or not there at all; never over what is there. Says the same to two at once. */
  append: (name: string, content: string) => Promise<'written' | 'exists'>
  /** Undefined where there is none. */
  read: (name: string) => Promise<string | undefined>
  /** Of `<list>/<kind>`: `2026-08`, …, in any order. */
  months: (folder: string) => Promise<string[]>
  /** Of `<list>/<kind>/<month>`: whole names, in any order. */
  names: (folder: string) => Promise<string[]>
  /** Throws when the store is not there, or not ours to read. */
  check: () => Promise<void>
}
