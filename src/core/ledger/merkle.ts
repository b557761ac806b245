import { hash } from 'node:crypto'

/** The Merkle tree of RFC 6962 § 2.1, over leaves that are hashed already. Pure: subtrees come from whoever keeps them. */
export const hashBytes = 32
const nodePrefix = 1
export const emptyRoot: Buffer = hash('sha256', '', 'buffer')

/** SHA-256(0x01 ‖ left ‖ right). */
const pair = Buffer.alloc(1 + 2 * hashBytes, nodePrefix)
export const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer => {
  pair.set(left, 1)
  pair.set(right, 1 + hashBytes)
  return hash('sha256', pair, 'buffer')
}

/** The largest power of two below n, for n > 1. */
export const splitOf = (n: number): number => {
  let split = 1
  while (split * 2 < n) split *= 2
  return split
}

/** The root over hashes that lie one after the other. */
export const rootOf = (hashes: Buffer): Buffer => {
  const count = hashes.length / hashBytes
  if (count === 0) return emptyRoot
  if (count === 1) return hashes
  const split = splitOf(count) * hashBytes
  return nodeHash(rootOf(hashes.subarray(0, split)), rootOf(hashes.subarray(split)))
}

/** The hash of the subtree over [from, to). */
export type Subtree = (from: number, to: number) => Promise<Buffer>

/** PATH(m, D[n]), from the leaf up. */
export const inclusionPath = async (subtree: Subtree, index: number, size: number): Promise<Buffer[]> => {
  const path: Buffer[] = []
  for (let from = 0, to = size; to - from > 1; ) {
    const middle = from + splitOf(to - from)
    const isLeft = index < middle
    path.unshift(await (isLeft ? subtree(middle, to) : subtree(from, middle)))
    if (isLeft) to = middle
    else from = middle
  }
  return path
}

/** PROOF(m, D[n]), for 0 < m ≤ n. */
export const consistencyPath = async (subtree: Subtree, old: number, size: number): Promise<Buffer[]> => {
  const path: Buffer[] = []
  let [from, to] = [0, size]
  while (to !== old) {
    const middle = from + splitOf(to - from)
    const isLeft = old <= middle
    path.unshift(await (isLeft ? subtree(middle, to) : subtree(from, middle)))
    if (isLeft) to = middle
    else from = middle
  }
  // What is a whole subtree of both trees is the old root itself, or goes first.
  return from === 0 ? path : [await subtree(from, to), ...path]
}

/** RFC 9162 § 2.1.3.2. */
export const includes = (
  leaf: Uint8Array,
  index: number,
  size: number,
  path: readonly Uint8Array[],
  root: Uint8Array,
): boolean => {
  if (index < 0 || index >= size) return false
  let [fn, sn] = [index, size - 1]
  let r: Uint8Array = leaf
  for (const p of path) {
    if (sn === 0) return false
    if (fn % 2 === 1 || fn === sn) {
      r = nodeHash(p, r)
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, Math.floor(sn / 2)]
    } else r = nodeHash(r, p)
    ;[fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)]
  }
  return sn === 0 && Buffer.compare(r, root) === 0
}

/** RFC 9162 § 2.1.4.2: whether the tree of `size` begins with the tree of `old`. */
export const continues = (
  old: { size: number; root: Uint8Array },
  now: { size: number; root: Uint8Array },
  path: readonly Uint8Array[],
): boolean => {
  if (old.size > now.size) return false
  if (old.size === now.size) return path.length === 0 && Buffer.compare(old.root, now.root) === 0
  if (old.size === 0) return path.length === 0 && Buffer.compare(old.root, emptyRoot) === 0
  const isPower = (n: number): boolean => n === 1 || splitOf(n) * 2 === n
  const whole = isPower(old.size) ? [old.root, ...path] : [...path]
  let [fn, sn] = [old.size - 1, now.size - 1]
  while (fn % 2 === 1) [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)]
  const [first, ...rest] = whole
  if (first === undefined) return false
  let [fr, sr] = [first, first]
  for (const c of rest) {
    if (sn === 0) return false
    if (fn % 2 === 1 || fn === sn) {
      fr = nodeHash(c, fr)
      sr = nodeHash(c, sr)
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn / 2, Math.floor(sn / 2)]
    } else sr = nodeHash(sr, c)
    ;[fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)]
  }
  return sn === 0 && Buffer.compare(fr, old.root) === 0 && Buffer.compare(sr, now.root) === 0
}
