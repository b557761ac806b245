import { mm, pitch } from './fit.ts'
import type { Pen } from './pen.ts'
import { redactNumbers } from './redact.ts'
import { wrapWords } from './wrap-words.ts'

/** A text on a document for people, on as many lines as it needs. `after`: the room left below it, in mm. */
export type Line = { text: string; size: number; muted?: true; after?: number }
/** One line as it is drawn; `pitch` is how far below it the next one begins, in mm. */
export type Run = { text: string; size: number; muted: boolean; pitch: number }
/** In mm from the top left. */
export type Spot = { x: number; y: number }

const ink = '#1a1a1a'
const grey = '#666666'

/** What people typed: whatever could be a number is blacked out (番号法19条). The rest is ours. */
export const typed = (text: string): string => redactNumbers(text).text

export const runsOf = (pen: Pen, lines: readonly Line[], width: number): Run[] =>
  lines.flatMap(({ text, size, muted = false, after = 0 }) => {
    const step = (size * pitch) / mm
    const broken = wrapWords(pen.printable(text), (width * mm) / size, pen.widthOf)
    return broken.map((one, i) => ({ text: one, size, muted, pitch: step + (i === broken.length - 1 ? after : 0) }))
  })

export const heightOf = (runs: readonly Run[]): number => runs.reduce((sum, run) => sum + run.pitch, 0)

export const write = (
  pen: Pen,
  { text, size, muted }: Omit<Run, 'pitch'>,
  { x, y }: Spot,
  align: 'left' | 'right' = 'left',
): void => pen.put(text, { x: x * mm, y: y * mm, size, color: muted ? grey : ink, align })

export const writeAll = (pen: Pen, runs: readonly Run[], { x, y }: Spot): void => {
  let at = y
  for (const run of runs) {
    write(pen, run, { x, y: at })
    at += run.pitch
  }
}
