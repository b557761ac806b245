import { sameBytes } from './bytes.ts'
import type { LookedAt } from './entry.ts'
import { rootByInclusion } from './merkle.ts'

/** How far a line is looked for from where it says that it stands, and how often that is worth its time. */
const reach = 64
const mostSearches = 50

export type Placed = { place: number; hash: Uint8Array }

/**
 * Where a line was sealed, by its inclusion proof: the proof fits one place only, whatever index the line claims. Who removed
 * a line and numbered the others anew gave every one of them a wrong index; who wrote a line anew has no proof for it.
 */
export const createPlacing = (size: number, root: Uint8Array) => {
  let shift = 0
  let searches = 0

  const at = ({ line, hash }: LookedAt, place: number): Placed | undefined => {
    for (const candidate of sameBytes(hash, line.leafHash) ? [hash] : [hash, line.leafHash]) {
      const led = rootByInclusion(candidate, place, size, line.proof ?? [])
      if (led !== undefined && sameBytes(led, root)) return { place, hash: candidate }
    }
    return undefined
  }

  const search = (looked: LookedAt, index: number): Placed | undefined => {
    searches += 1
    for (let distance = 0; distance <= reach; distance++) {
      const placed = at(looked, index + distance) ?? at(looked, index - distance)
      if (placed !== undefined) return placed
    }
    return undefined
  }

  /** Undefined where the tree does not have it. */
  return (looked: LookedAt, index: number): Placed | undefined => {
    const placed = at(looked, index + shift) ?? (searches < mostSearches ? search(looked, index) : undefined)
    if (placed !== undefined) shift = placed.place - index
    return placed
  }
}
export type Placing = ReturnType<typeof createPlacing>
