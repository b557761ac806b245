import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { emptyRange, extended, rangeRoot } from '../../src/core/ledger/range.ts'

const leaves = Array.from({ length: 130 }, (_, n) => createHash('sha256').update(`leaf ${n}`).digest())

/** RFC 6962 § 2.1 as it is written there, over everything. */
const treeHash = (hashes: readonly Buffer[]): Buffer => {
  const [only] = hashes
  if (only === undefined) return createHash('sha256').digest()
  if (hashes.length === 1) return only
  const split = 2 ** Math.ceil(Math.log2(hashes.length) - 1)
  const sides = [treeHash(hashes.slice(0, split)), treeHash(hashes.slice(split))]
  return createHash('sha256')
    .update(Buffer.concat([Buffer.from([1]), ...sides]))
    .digest()
}

describe('a range of leaves that only grows', () => {
  it('has at every size the root of RFC 6962, in whatever chunks it came', () => {
    for (const chunk of [1, 3, 7, 64]) {
      let range = emptyRange
      for (let at = 0; at < leaves.length; at += chunk) {
        range = extended(range, leaves.slice(at, at + chunk))
        const size = Math.min(at + chunk, leaves.length)
        expect(range.count).toBe(size)
        expect(rangeRoot(range)).toBe(treeHash(leaves.slice(0, size)).toString('base64url'))
      }
    }
    expect(rangeRoot(emptyRange)).toBe(treeHash([]).toString('base64url'))
  })

  it('keeps as many hashes as its count has ones in binary, so that a job of any size fits into a row', () => {
    const range = extended(emptyRange, leaves.slice(0, 127))
    expect(range.frontier).toHaveLength(7)
    expect(extended(range, leaves.slice(127, 128)).frontier).toHaveLength(1)
  })
})
