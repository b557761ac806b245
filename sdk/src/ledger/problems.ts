/** What a verification can find. Hosts may branch on these. */
export const ledgerProblemKinds = {
  line_malformed: 'a line is no line of an export',
  changed: 'an entry is not what was sealed',
  tampered: 'an entry was changed before it was sealed: it did not fit its MAC, and was sealed as such',
  not_canonical: 'the text of an entry is not in its one canonical form',
  value_changed: 'a name or code beside an entry is not the one that the entry commits to',
  removed: 'an entry is missing between others',
  inserted: 'an entry stands where none was sealed',
  reordered: 'an entry stands in another place than the one where it was sealed',
  unproven: 'a line of a selection has no inclusion proof',
  other_organization: 'an entry or checkpoint belongs to another organization',
  tail_cut: 'entries are missing at the end: a checkpoint counts more',
  root_mismatch: 'entries between two checkpoints are not those that were sealed',
  rebuilt: 'the entries fit a later checkpoint and not an earlier one: the tree was built anew in between',
  forked: 'two checkpoints of one size disagree: two histories were signed',
  checkpoint_missing: 'no verified checkpoint covers what there is',
  checkpoint_malformed: 'a checkpoint is no signed note',
  unknown_key: 'a checkpoint is signed by a key that was not given: perhaps a replaced one',
  bad_signature: 'the signature of a checkpoint does not fit its text',
  receipt_malformed: 'a receipt is none',
  receipt_unverified: 'the signature of a receipt does not fit, or its key was not given',
  receipt_missing: 'an entry that a receipt promised is not there',
  receipt_differs: 'an entry is another one than its receipt promised',
} as const
export type LedgerProblemKind = keyof typeof ledgerProblemKinds

export type LedgerProblem = {
  kind: LedgerProblemKind
  /** Place in the ledger, from 0. */
  index?: number
  entryId?: string
  message: string
}

const mostShown = 100

/** In the order in which they were found, the first hundred. Kind and message may still change while more lines are read. */
export const createProblems = () => {
  const list: LedgerProblem[] = []
  let found = 0
  return {
    list,
    found: () => found,
    omitted: () => found - list.length,
    add: (
      kind: LedgerProblemKind,
      more: Omit<LedgerProblem, 'kind' | 'message'> & { message?: string },
    ): LedgerProblem => {
      const problem = { ...more, kind, message: more.message ?? ledgerProblemKinds[kind] }
      found += 1
      if (list.length < mostShown) list.push(problem)
      return problem
    },
    /** What came after shows what it really was. */
    becomes: (problem: LedgerProblem, kind: LedgerProblemKind, message: string = ledgerProblemKinds[kind]): void => {
      problem.kind = kind
      problem.message = message
    },
  }
}
export type Problems = ReturnType<typeof createProblems>
