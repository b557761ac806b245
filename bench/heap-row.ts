import type { Memory } from './child-side.ts'
import { type Row, toRow } from './row.ts'
import { heapMegabytes, mostExternalMegabytes } from './sizes.ts'

/** What a child did that ran with `heapMegabytes`. */
export type DoneInHeap = Memory & { count: number; seconds: number }

/** Long work in a small heap: it ended, it did all of it, and little lay outside the heap. */
export const heapRow = (
  part: string,
  work: string,
  done: DoneInHeap,
  expected: number,
  remarks: readonly string[] = [],
): Row => {
  const whole = done.count === expected
  const note = [
    `peak RSS ${done.residentMegabytes.toFixed(0)} MB`,
    `${(done.count / done.seconds).toFixed(0)}/s`,
    ...remarks,
    ...(whole ? [] : [`${done.count} of ${expected} only`]),
  ].join('; ')
  const name = `${work} in a heap of ${heapMegabytes} MB: MB outside the heap`
  const row = toRow(part, name, done.externalMegabytes, { atMost: mostExternalMegabytes }, note)
  return { ...row, holds: row.holds && whole }
}
