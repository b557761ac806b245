import { sameBytes } from './bytes.ts'
import type { VerifiedCheckpoints } from './checkpoints.ts'
import { createTree } from './merkle.ts'
import type { LedgerProblem, Problems } from './problems.ts'

/** The tree of the lines beside the checkpoints: at each size that one was signed for, the roots must agree. */
export const createRoots = (
  { sizes, root }: VerifiedCheckpoints,
  problems: Problems,
  start: { from: number; frontier: readonly Uint8Array[] },
) => {
  const tree = createTree(start.from, start.frontier)
  const due = sizes().filter((size) => size >= start.from)
  const verified: number[] = []
  let next = 0
  /** Something since the last good root says why this one cannot fit. */
  let explained = false
  let mismatch: LedgerProblem | undefined

  const compare = (): void => {
    const size = due[next]
    if (size === undefined || size !== tree.size()) return
    next += 1
    const signed = root(size)
    if (signed !== undefined && sameBytes(signed, tree.root())) {
      if (mismatch !== undefined)
        problems.becomes(
          mismatch,
          'rebuilt',
          `${mismatch.message}; but they fit the checkpoint of size ${size}: the tree was built anew in between`,
        )
      mismatch = undefined
      explained = false
      verified.push(size)
      return
    }
    const good = verified.at(-1) ?? start.from
    if (explained) return
    explained = true
    mismatch = problems.add('root_mismatch', {
      index: good,
      message: `the entries ${good} to ${size - 1} do not lead to the root of the checkpoint of size ${size}: one of them was changed, removed or inserted`,
    })
  }
  compare()

  return {
    /** `doubtful`: its text is not what was hashed. */
    append: (hash: Uint8Array, doubtful: boolean): void => {
      explained ||= doubtful
      tree.append(hash)
      compare()
    },
    verified: () => verified,
  }
}
export type Roots = ReturnType<typeof createRoots>
