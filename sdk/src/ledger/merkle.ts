import { concat } from './bytes.ts'
import { sha256 } from './sha256.ts'

/** The Merkle tree of RFC 6962 § 2.1. Sizes may pass 2³¹, so that halves are taken by division. */
const leafPrefix = Uint8Array.of(0)
const pair = new Uint8Array(65).fill(1, 0, 1)

export const hashLeaf = (leaf: Uint8Array): Uint8Array<ArrayBuffer> => sha256(concat(leafPrefix, leaf))
const hashNode = (left: Uint8Array, right: Uint8Array): Uint8Array => {
  pair.set(left, 1)
  pair.set(right, 33)
  return sha256(pair)
}

const isOdd = (n: number): boolean => n % 2 === 1
const half = (n: number): number => Math.floor(n / 2)
export const bitsOf = (n: number): number => {
  let bits = 0
  for (let rest = n; rest > 0; rest = half(rest)) bits += rest % 2
  return bits
}

/** A tree that grows at its right, by the roots of its perfect subtrees alone: as many as its size has bits. */
export const createTree = (startSize = 0, frontier: readonly Uint8Array[] = []) => {
  if (frontier.length !== bitsOf(startSize)) throw new RangeError('The frontier does not fit the size.')
  const hashes = [...frontier]
  let size = startSize
  return {
    size: () => size,
    append: (leafHash: Uint8Array): void => {
      let hash = leafHash
      for (let n = size; isOdd(n); n = half(n)) hash = hashNode(hashes.pop() ?? hash, hash)
      hashes.push(hash)
      size += 1
    },
    root: (): Uint8Array =>
      size === 0 ? sha256(new Uint8Array()) : hashes.reduceRight((right, left) => hashNode(left, right)),
  }
}

/** The root to which an inclusion proof leads (RFC 9162 § 2.1.3.2); undefined where it is no proof of that place. */
export const rootByInclusion = (
  leafHash: Uint8Array,
  index: number,
  size: number,
  proof: readonly Uint8Array[],
): Uint8Array | undefined => {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return undefined
  let [at, last, hash] = [index, size - 1, leafHash]
  for (const sibling of proof) {
    if (last === 0) return undefined
    if (isOdd(at) || at === last) {
      hash = hashNode(sibling, hash)
      while (!isOdd(at) && at !== 0) [at, last] = [half(at), half(last)]
    } else hash = hashNode(hash, sibling)
    ;[at, last] = [half(at), half(last)]
  }
  return last === 0 ? hash : undefined
}

/** Both roots to which a consistency proof leads (RFC 9162 § 2.1.4.2), given the older one. */
export const rootsByConsistency = (
  from: number,
  to: number,
  fromRoot: Uint8Array,
  proof: readonly Uint8Array[],
): { from: Uint8Array; to: Uint8Array } | undefined => {
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 1 || from > to) return undefined
  if (from === to) return proof.length === 0 ? { from: fromRoot, to: fromRoot } : undefined
  let [at, last] = [from - 1, to - 1]
  while (isOdd(at)) [at, last] = [half(at), half(last)]
  // The older tree is itself a perfect subtree of the newer: its root need not be said.
  const [first, ...rest] = at === 0 ? [fromRoot, ...proof] : proof
  if (first === undefined) return undefined
  let [older, newer] = [first, first]
  for (const hash of rest) {
    if (last === 0) return undefined
    if (isOdd(at) || at === last) {
      ;[older, newer] = [hashNode(hash, older), hashNode(hash, newer)]
      while (!isOdd(at) && at !== 0) [at, last] = [half(at), half(last)]
    } else newer = hashNode(newer, hash)
    ;[at, last] = [half(at), half(last)]
  }
  return last === 0 ? { from: older, to: newer } : undefined
}
