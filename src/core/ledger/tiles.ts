import { AppError } from '../shared/errors.ts'
import { emptyRoot, hashBytes, nodeHash, rootOf, type Subtree, splitOf } from './merkle.ts'

/**
 * The tree is kept in tiles of 256 hashes, as C2SP tlog-tiles has them: tile n of level l holds the roots of 256 subtrees of
 * 256^l leaves each. Finished tiles never change; the unfinished one of each level lies in the head (`tails`).
 */
export const tileWidth = 256
const tileBytes = tileWidth * hashBytes
export const isWholeTile = (hashes: Uint8Array): boolean => hashes.length === tileBytes

export type Tree = { size: number; tails: readonly Buffer[] }
export type Tile = { level: number; index: number; hashes: Buffer }

const leavesPerNode = (level: number): number => tileWidth ** level
const countOf = (hashes: Uint8Array): number => hashes.length / hashBytes

/** Whether the unfinished tiles are those of a tree of this size: what somebody has changed by hand mostly is not. */
export const isTree = ({ size, tails }: Tree): boolean =>
  Number.isSafeInteger(size) &&
  size >= 0 &&
  Math.floor(size / leavesPerNode(tails.length)) === 0 &&
  tails.every((tail, level) => countOf(tail) === Math.floor(size / leavesPerNode(level)) % tileWidth)

/** The tree with these leaves added, and the tiles that they have finished. */
export const extend = ({ size, tails }: Tree, leaves: readonly Buffer[]): { tree: Tree; finished: Tile[] } => {
  const grown: Buffer[] = [...tails]
  const finished: Tile[] = []
  let added = Buffer.concat(leaves)
  for (let level = 0; added.length > 0; level++) {
    const all = Buffer.concat([grown[level] ?? Buffer.alloc(0), added])
    const first = Math.floor(size / leavesPerNode(level + 1))
    const roots: Buffer[] = []
    let at = 0
    for (; all.length - at >= tileBytes; at += tileBytes) {
      const hashes = all.subarray(at, at + tileBytes)
      finished.push({ level, index: first + roots.length, hashes })
      roots.push(rootOf(hashes))
    }
    grown[level] = all.subarray(at)
    added = Buffer.concat(roots)
  }
  return { tree: { size: size + leaves.length, tails: grown }, finished }
}

/** The root of the whole tree: what is unfinished at one level is the last node of the next. */
export const treeRoot = ({ tails }: Tree): Buffer => {
  let root: Buffer | undefined
  for (const tail of tails) {
    const nodes = root === undefined ? tail : Buffer.concat([tail, root])
    if (nodes.length > 0) root = rootOf(nodes)
  }
  return root ?? emptyRoot
}

const broken = new WeakSet<object>()
/** Head, tiles, checkpoints or a sealed entry are not what they were: an alarm, and no answer to whoever asked. */
export const brokenTree = (what: string): AppError => {
  const error = new AppError('internal', undefined, {
    cause: new Error(`The tree of the ledger is not as it was sealed: ${what}.`),
  })
  broken.add(error)
  return error
}
export const isBrokenTree = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && broken.has(error)

const isPowerOfTwo = (n: number): boolean => n === 1 || splitOf(n) * 2 === n

/** Hashes of subtrees out of the tiles, each tile read once. Any older size can be asked for too: finished is finished. */
export const subtreesOf = (
  { size, tails }: Tree,
  readTile: (level: number, index: number) => Promise<Buffer | undefined>,
): Subtree => {
  const tiles = new Map<string, Promise<Buffer>>()
  const tile = (level: number, index: number): Promise<Buffer> => {
    const name = `${level}/${index}`
    const known = tiles.get(name)
    if (known !== undefined) return known
    const isTail = index === Math.floor(size / leavesPerNode(level + 1))
    const read = isTail ? Promise.resolve(tails[level]) : readTile(level, index)
    const whole = read.then((hashes) => {
      if (hashes === undefined || (!isTail && !isWholeTile(hashes))) throw brokenTree(`tile ${name} is missing or cut`)
      return hashes
    })
    tiles.set(name, whole)
    return whole
  }

  const aligned = async (from: number, count: number): Promise<Buffer> => {
    let level = 0
    while (leavesPerNode(level + 1) <= count) level += 1
    const first = from / leavesPerNode(level)
    const nodes = await tile(level, Math.floor(first / tileWidth))
    const at = (first % tileWidth) * hashBytes
    const own = nodes.subarray(at, at + (count / leavesPerNode(level)) * hashBytes)
    if (own.length * leavesPerNode(level) !== count * hashBytes) throw brokenTree('a tile ends too early')
    return rootOf(own)
  }

  const subtree: Subtree = async (from, to) => {
    if (from === to) return emptyRoot
    const count = to - from
    if (isPowerOfTwo(count)) return aligned(from, count)
    const middle = from + splitOf(count)
    return nodeHash(await subtree(from, middle), await subtree(middle, to))
  }
  return subtree
}

/** [0, size) as whole subtrees, the largest first: with their hashes anybody can go on from there. */
export const wholeSubtrees = (size: number): [from: number, to: number][] => {
  const parts: [number, number][] = []
  for (let from = 0; from < size; ) {
    const count = isPowerOfTwo(size - from) ? size - from : splitOf(size - from)
    parts.push([from, from + count])
    from += count
  }
  return parts
}
