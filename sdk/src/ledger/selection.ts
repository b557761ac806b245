import type { LookedAt } from './entry.ts'
import type { Outcome, Reading } from './everything.ts'

/** One bit for each place of the ledger: a selection comes in any order, and no line twice. */
const createPlaces = (size: number) => {
  const bits = new Uint8Array(Math.ceil(size / 8))
  /** Whether it was new. */
  return (place: number): boolean => {
    const [at, bit] = [Math.floor(place / 8), 1 << (place % 8)]
    const before = bits[at] ?? 0
    bits[at] = before | bit
    return (before & bit) === 0
  }
}

/** An export by filters: every line brings the proof that it is in the tree. What is missing, nobody can see. */
export const readSelection = ({ problems, placing, provenSize }: Reading) => {
  const isNew = createPlaces(placing === undefined ? 0 : provenSize)
  let uncovered = 0
  return {
    take: (looked: LookedAt): void => {
      const { index, proof } = looked.line
      const entryId = looked.leaf?.id
      const about = { ...(index === null ? {} : { index }), ...(entryId === undefined ? {} : { entryId }) }
      const fault = looked.fault === undefined ? undefined : problems.add(looked.fault, about)
      if (index === null || index >= provenSize || placing === undefined) {
        uncovered += 1
        return
      }
      if (proof === undefined) {
        problems.add('unproven', about)
        return
      }
      const placed = placing(looked, index)
      if (placed === undefined) fault ?? problems.add('changed', about)
      else if (placed.place !== index)
        problems.add('reordered', {
          ...about,
          message: `an entry claims the place ${index}, and was sealed at ${placed.place}`,
        })
      else if (!isNew(index))
        problems.add('inserted', { ...about, message: 'a second line for one place in the ledger' })
    },
    end: (): Outcome => ({ checkpointsVerified: placing === undefined ? 0 : 1, uncovered }),
  }
}
