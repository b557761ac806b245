import type { VerifiedCheckpoints } from './checkpoints.ts'
import type { LookedAt } from './entry.ts'
import type { Placed, Placing } from './placing.ts'
import type { LedgerProblemKind, Problems } from './problems.ts'
import { createRoots } from './roots.ts'
import { createSequence } from './sequence.ts'

/** What both kinds of export are read with. */
export type Reading = {
  problems: Problems
  checkpoints: VerifiedCheckpoints
  /** By the proofs of the lines, to the verified checkpoint of `provenSize`. */
  placing?: Placing
  provenSize: number
}
/** Faults that leave the leaf what it was when it was sealed: the roots must fit all the same. */
const besideTheLeaf = new Set<LedgerProblemKind>(['tampered', 'value_changed'])

export type Outcome = { checkpointsVerified: number; uncovered: number }

/** An export of everything: no place may be missing, and the tree of all lines must lead to each signed root. */
export const readEverything = (
  { problems, checkpoints, placing, provenSize }: Reading,
  start: { from: number; frontier: readonly Uint8Array[] },
) => {
  const sequence = createSequence(problems, start.from)
  const roots = createRoots(checkpoints, problems, start)
  let unsealed = 0
  let hadProofs = false

  /** Undefined: the tree does not have it. Without proofs a line is where it says that it is, until a root tells. */
  const placeOf = (looked: LookedAt, index: number): Placed | undefined => {
    const { proof, leafHash } = looked.line
    if (placing === undefined || index >= provenSize || (proof === undefined && !hadProofs))
      return { place: index, hash: leafHash }
    hadProofs = true
    return proof === undefined ? undefined : placing(looked, index)
  }

  return {
    take: (looked: LookedAt): void => {
      const { index } = looked.line
      const entryId = looked.leaf?.id
      const about = { ...(index === null ? {} : { index }), ...(entryId === undefined ? {} : { entryId }) }
      const fault = looked.fault === undefined ? undefined : problems.add(looked.fault, about)
      if (index === null) {
        unsealed += 1
        sequence.unsealed(entryId)
        return
      }
      const placed = placeOf(looked, index)
      if (placed === undefined) sequence.stranger(fault ?? problems.add('changed', about))
      else if (sequence.take(placed.place, entryId))
        roots.append(placed.hash, fault !== undefined && !besideTheLeaf.has(fault.kind))
    },
    end: (): Outcome => {
      sequence.end(checkpoints.sizes().at(-1) ?? 0)
      const verified = roots.verified()
      const covered = verified.at(-1) ?? start.from
      return { checkpointsVerified: verified.length, uncovered: unsealed + Math.max(0, sequence.expected() - covered) }
    },
  }
}
