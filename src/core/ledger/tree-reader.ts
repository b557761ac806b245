import type { Findings } from './findings.ts'
import { hashBytes } from './merkle.ts'
import { isTree, isWholeTile, type Tile, type Tree, tileWidth } from './tiles.ts'
import type { Head, TreeStore } from './tree.store.ts'

/** The stored tree, as far as it is there: nothing of it is believed until a signed root says so. */
export const createTreeReader = (
  trees: Pick<TreeStore, 'tile' | 'tiles'>,
  organizationId: string,
  head: Head | undefined,
  findings: Findings,
) => {
  const isSound = head !== undefined && isTree(head)
  if (head !== undefined && !isSound) findings.add('head_changed')
  const size = isSound ? head.size : 0
  const tails = isSound ? head.tails : []
  const name = (level: number, index: number): string => `tile ${index} of level ${level}`

  /** The leaves of [from, to); undefined where the tree says nothing of them. `from` is where a tile begins. */
  const leaves = async (from: number, to: number): Promise<(Buffer | undefined)[]> => {
    const [first, last] = [from / tileWidth, Math.ceil(to / tileWidth)]
    const stored = await trees.tiles(organizationId, 0, first, last)
    const found: (Buffer | undefined)[] = []
    for (let tile = first; tile < last; tile++) {
      const isTail = tile === Math.floor(size / tileWidth)
      const hashes = isTail ? tails[0] : stored.get(tile)
      if (!isTail && tile * tileWidth < size && (hashes === undefined || !isWholeTile(hashes)))
        findings.add('tile_changed', { message: `${name(0, tile)} is missing or cut` })
      for (let at = 0; at < tileWidth; at++) {
        const hash = hashes?.subarray(at * hashBytes, (at + 1) * hashBytes)
        found.push(hash?.length === hashBytes ? hash : undefined)
      }
    }
    return found.slice(0, to - from)
  }

  /** As the sealer had it at an older size: the unfinished tile of each level is the beginning of a finished one. */
  const treeAt = async (at: number): Promise<Tree> => {
    const cut: Buffer[] = []
    for (let [level, nodes] = [0, at]; nodes > 0; level++, nodes = Math.floor(nodes / tileWidth)) {
      const [index, count] = [Math.floor(nodes / tileWidth), nodes % tileWidth]
      const isTail = index === Math.floor(Math.floor(size / tileWidth ** level) / tileWidth)
      const hashes = count === 0 ? undefined : isTail ? tails[level] : await trees.tile(organizationId, level, index)
      if (count > 0 && (hashes === undefined || hashes.length < count * hashBytes))
        findings.add('tile_changed', { message: `${name(level, index)} is missing or cut` })
      cut.push(hashes?.subarray(0, count * hashBytes) ?? Buffer.alloc(0))
    }
    return { size: at, tails: cut }
  }

  /** Finished tiles over level 0, against those that the leaves make. */
  const compareTiles = async (finished: readonly Tile[]): Promise<void> => {
    for (const { level, index, hashes } of finished) {
      if (level === 0 || (await trees.tile(organizationId, level, index))?.equals(hashes) === true) continue
      findings.add('tile_changed', { message: `${name(level, index)} does not hold the roots of the tiles under it` })
    }
  }

  const compareTails = (tree: Tree | undefined): void => {
    if (!isSound || tree === undefined || tree.size !== size) return
    const differs = Array.from({ length: Math.max(tails.length, tree.tails.length) }, (_, level) =>
      Buffer.compare(tails[level] ?? Buffer.alloc(0), tree.tails[level] ?? Buffer.alloc(0)),
    ).some((order) => order !== 0)
    if (differs)
      findings.add('head_changed', { message: 'the unfinished tiles in the head are not those of the entries' })
  }

  return { size, leaves, treeAt, compareTiles, compareTails }
}
export type TreeReader = ReturnType<typeof createTreeReader>
