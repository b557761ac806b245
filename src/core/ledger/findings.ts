/** What a verification in the database can find. */
export const findingKinds = {
  changed: 'an entry is not the one that was sealed',
  removed: 'a sealed entry is missing',
  inserted: 'an entry stands where none was sealed',
  reordered: 'an entry stands in another place than the one where it was sealed',
  unsealed: 'the seal was taken off an entry',
  tampered: 'an entry was changed before it was sealed: it did not fit its MAC, and was sealed as such',
  tile_changed: 'a stored hash of the tree is not that of the entries that were sealed',
  head_changed: 'the stored end of the tree is not where and what it was',
  root_mismatch: 'the entries do not lead to a signed root',
  rebuilt: 'the entries fit a later checkpoint and not an earlier one: the tree was built anew in between',
  checkpoint_changed: 'a checkpoint does not verify, or is not what its note says',
  anchor_unverified: 'a record of the list outside the databases does not verify',
} as const
export type FindingKind = keyof typeof findingKinds

export type Finding = {
  kind: FindingKind
  /** Place in the ledger, from 0. */
  index?: number
  entryId?: string
  message: string
}

const mostShown = 100

/** The first hundred; what comes later can still show what one of them really was. */
export const createFindings = () => {
  const list: Finding[] = []
  let found = 0
  return {
    list,
    found: () => found,
    omitted: () => found - list.length,
    add: (kind: FindingKind, about: { index?: number; entryId?: string; message?: string } = {}): Finding => {
      const finding = { ...about, kind, message: about.message ?? findingKinds[kind] }
      found += 1
      if (list.length < mostShown) list.push(finding)
      return finding
    },
    becomes: (finding: Finding, kind: FindingKind, message: string = findingKinds[kind]): void => {
      finding.kind = kind
      finding.message = message
    },
    /** Of those that have a place in the ledger. */
    first: (): Finding | undefined =>
      list.reduce<Finding | undefined>(
        (first, each) =>
          each.index !== undefined && (first?.index === undefined || each.index < first.index) ? each : first,
        undefined,
      ) ?? list.find(({ entryId }) => entryId !== undefined),
  }
}
export type Findings = ReturnType<typeof createFindings>
