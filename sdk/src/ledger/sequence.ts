import type { LedgerProblem, Problems } from './problems.ts'

type Gap = { from: number; to: number; found: number; problem: LedgerProblem }
const mostGaps = 100

/**
 * The places of the lines, one after the other: which are missing, stand twice, or come later. `take` says whether a line is
 * the next one of an unbroken row, so that its hash may be added to the tree.
 */
export const createSequence = (problems: Problems, from: number) => {
  let expected = from
  let unbroken = true
  const gaps: Gap[] = []
  /** Lines that were sealed nowhere: they replaced entries, or were put between them. The next line tells. */
  let strangers: LedgerProblem[] = []
  let withoutIndex: string | undefined

  /** `room`: how many entries are missing where the strangers stand. */
  const settle = (room: number): void => {
    strangers.forEach((problem, i) => {
      if (i < room) problem.index = expected + i
      else problems.becomes(problem, 'inserted')
    })
    const replaced = Math.min(strangers.length, Math.max(0, room))
    if (replaced > 0) unbroken = false
    expected += replaced
    strangers = []
  }

  const openGap = (to: number, entryId: string | undefined): void => {
    const many = to - expected > 1
    const problem =
      withoutIndex === undefined
        ? problems.add('removed', {
            index: expected,
            message: `${many ? `entries ${expected} to ${to - 1} are` : `entry ${expected} is`} missing before ${entryId ?? 'a line'}`,
          })
        : problems.add('changed', {
            index: expected,
            entryId: withoutIndex,
            message: 'an entry stands in the row of sealed ones without its index: its seal was taken off',
          })
    if (gaps.length < mostGaps) gaps.push({ from: expected, to, found: 0, problem })
    unbroken = false
    expected = to
  }

  const fillGap = (place: number, entryId: string | undefined): boolean => {
    const gap = gaps.find((each) => each.from <= place && place < each.to)
    if (gap === undefined) return false
    gap.found += 1
    if (gap.found === gap.to - gap.from)
      problems.becomes(
        gap.problem,
        'reordered',
        `what was sealed at ${gap.from} comes later: ${entryId ?? 'a line'} is out of its place`,
      )
    return true
  }

  return {
    expected: () => expected,
    unbroken: () => unbroken && strangers.length === 0,
    take: (place: number, entryId: string | undefined): boolean => {
      if (strangers.length > 0) settle(place - expected)
      if (place > expected) openGap(place, entryId)
      withoutIndex = undefined
      if (place === expected) {
        expected += 1
        return unbroken
      }
      if (!fillGap(place, entryId))
        problems.add('inserted', {
          index: place,
          ...(entryId && { entryId }),
          message: 'a second line for one place in the ledger',
        })
      return false
    },
    /** A line that the tree does not have. */
    stranger: (problem: LedgerProblem): void => {
      strangers.push(problem)
    },
    unsealed: (entryId: string | undefined): void => {
      withoutIndex ??= entryId ?? 'a line'
    },
    /** `size`: how many the newest checkpoint counts. */
    end: (size: number): void => {
      if (strangers.length > 0) settle(size - expected)
      if (expected >= size) return
      const many = size - expected > 1
      problems.add('tail_cut', {
        index: expected,
        message: `${many ? `entries ${expected} to ${size - 1} are` : `entry ${expected} is`} missing at the end: a checkpoint counts ${size}`,
      })
    },
  }
}
export type Sequence = ReturnType<typeof createSequence>
