import { emptyRoot, nodeHash } from './merkle.ts'

/**
 * A Merkle tree (RFC 6962) that only grows, without its leaves: the roots of its perfect subtrees, the largest first. Adding a
 * leaf and asking for the root cost as many hashes as the tree is high, so the entries of a bulk job of any size fit into a row.
 */
export type Range = {
  count: number
  /** base64url; as many as `count` has ones in binary. */
  frontier: readonly string[]
}
export const emptyRange: Range = { count: 0, frontier: [] }

const fromText = (text: string): Buffer => Buffer.from(text, 'base64url')

/** Leaf hashes, in order, at the end of the range. */
export const extended = (range: Range, leafHashes: readonly Uint8Array[]): Range => {
  const roots: Buffer[] = range.frontier.map(fromText)
  let { count } = range
  for (const leaf of leafHashes) {
    let root: Buffer = Buffer.from(leaf)
    // Each one at the end of the count in binary is a perfect subtree as large as this one: the two become one.
    for (let ones = count; ones % 2 === 1; ones = (ones - 1) / 2) root = nodeHash(roots.pop() ?? root, root)
    roots.push(root)
    count += 1
  }
  return { count, frontier: roots.map((root) => root.toString('base64url')) }
}

/** base64url. */
export const rangeRoot = ({ frontier }: Range): string => {
  const [last, ...larger]: Buffer[] = frontier.map(fromText).reverse()
  return (
    last === undefined ? emptyRoot : larger.reduce<Buffer>((right, left) => nodeHash(left, right), last)
  ).toString('base64url')
}
