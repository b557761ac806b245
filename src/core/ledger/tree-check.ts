import type { Finding, Findings } from './findings.ts'
import type { SignedRoot } from './signed-roots.ts'
import { extend, type Tile, type Tree, treeRoot } from './tiles.ts'

/** The leaves of [from, to): as the stored tree has them, and as the entries give them. Undefined: unknown. */
export type Piece = { stored: (Buffer | undefined)[]; entries: (Buffer | undefined)[] }

const mostOpen = 1000
const isWhole = (hashes: readonly (Buffer | undefined)[]): hashes is Buffer[] => !hashes.includes(undefined)

/**
 * Two trees grow side by side while entries and stored tree differ: which of the two a signed root belongs to says which of
 * them was changed. While they agree there is one.
 */
export const createTreeCheck = (findings: Findings, start: Tree) => {
  let tree: Tree | undefined = start
  /** That of the entries, where it is another one. */
  let own: Tree | undefined
  let isApart = false
  let good = start.size
  let explained = false
  /** Found since the last good root, and not yet judged by one: entries that differ from the stored tree. */
  let open: Finding[] = []
  let mismatch: Finding | undefined
  let verified = 0

  const grow = ({ stored, entries }: Piece): Tile[] => {
    const differs = stored.some((hash, i) => hash !== entries[i])
    if (differs || isApart) {
      const from = isApart ? own : tree
      own = from !== undefined && isWhole(entries) ? extend(from, entries).tree : undefined
      isApart = true
    }
    const grown = tree !== undefined && isWhole(stored) ? extend(tree, stored) : undefined
    tree = grown?.tree
    return grown?.finished ?? []
  }

  const judge = (signed: SignedRoot): void => {
    const { size, root, what } = signed
    const fits = (one: Tree | undefined): boolean => one !== undefined && treeRoot(one).equals(root)
    const byEntries = !fits(tree) && isApart && fits(own)
    if (fits(tree) || byEntries) {
      if (byEntries) {
        for (const finding of open)
          findings.becomes(finding, 'tile_changed', 'the stored hash of this entry was changed, not the entry')
        tree = own
      }
      if (mismatch !== undefined)
        findings.becomes(
          mismatch,
          'rebuilt',
          `${mismatch.message}; they fit ${what} of size ${size}: the tree was built anew in between`,
        )
      ;[own, isApart, open, mismatch] = [undefined, false, [], undefined]
      ;[good, explained] = [size, false]
      verified += 1
      return
    }
    if (explained) return
    explained = true
    mismatch = findings.add('root_mismatch', {
      index: good,
      message: `the entries ${good} to ${size - 1} do not lead to the root of ${what}`,
    })
  }

  return {
    grow,
    judge,
    /** To be judged by the next signed root. */
    open: (finding: Finding): void => {
      explained = true
      if (open.length < mostOpen) open.push(finding)
    },
    /** Something is missing since the last good root: that is why the next ones do not fit. */
    explain: (): void => {
      explained = true
    },
    tree: () => tree,
    verified: () => verified,
  }
}
export type TreeCheck = ReturnType<typeof createTreeCheck>
