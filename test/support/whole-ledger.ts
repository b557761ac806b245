import { expect } from 'vitest'
import { openNote, readVerifierKey } from '../../src/core/ledger/checkpoint-note.ts'
import { hashBytes, rootOf } from '../../src/core/ledger/merkle.ts'
import { tileWidth } from '../../src/core/ledger/tiles.ts'

type Row = Record<string, unknown>
export type StoredLedger = { entries: Row[]; heads: Row[]; tiles: Row[]; checkpoints: Row[]; keys: readonly string[] }

const bytesOf = (value: unknown): Buffer => Buffer.from((value as { buffer: Uint8Array }).buffer)

/** No gap, no double, no fork: everything that is stored of one organization's tree, recomputed from its leaf hashes. */
export const mustBeWhole = ({ entries, heads, tiles, checkpoints, keys }: StoredLedger): void => {
  const sealed = entries.toSorted((a, b) => Number(a.index) - Number(b.index))
  expect(sealed.map(({ index }) => index)).toEqual(sealed.map((_, i) => i))
  expect(sealed.filter(({ unsealed, tampered }) => unsealed !== undefined || tampered !== undefined)).toEqual([])
  const leaves = Buffer.concat(sealed.map(({ leafHash }) => bytesOf(leafHash)))
  expect(heads.map(({ size }) => size)).toEqual([sealed.length])

  const lowest = tiles.filter(({ level }) => level === 0).toSorted((a, b) => Number(a.index) - Number(b.index))
  expect(lowest.map(({ index }) => index)).toEqual(
    Array.from({ length: Math.floor(sealed.length / tileWidth) }, (_, i) => i),
  )
  for (const [i, { hashes }] of lowest.entries())
    expect(bytesOf(hashes).equals(leaves.subarray(i * tileWidth * hashBytes, (i + 1) * tileWidth * hashBytes))).toBe(
      true,
    )

  const verifiers = keys.flatMap((key) => readVerifierKey(key) ?? [])
  expect(verifiers.length).toBe(keys.length)
  expect(checkpoints.length).toBeGreaterThan(0)
  for (const { note, size } of checkpoints) {
    const opened = openNote(String(note), verifiers)
    expect(opened?.size).toBe(size)
    expect(opened?.root.equals(rootOf(leaves.subarray(0, Number(size) * hashBytes)))).toBe(true)
  }
  expect(Math.max(...checkpoints.map(({ size }) => Number(size)))).toBe(sealed.length)
}
