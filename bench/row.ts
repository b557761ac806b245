import { existsSync, readFileSync } from 'node:fs'

/** One line of `out/bench.json`. */
export type Row = { part: string; name: string; figure: number; bar: string; holds: boolean; note: string }

type Bar = { atLeast: number } | { atMost: number }

export const toRow = (part: string, name: string, figure: number, bar: Bar, note: string): Row => {
  const atLeast = 'atLeast' in bar
  const limit = atLeast ? bar.atLeast : bar.atMost
  const holds = atLeast ? figure >= limit : figure <= limit
  return { part, name, figure: Number(figure.toFixed(3)), bar: `${atLeast ? '≥' : '≤'} ${limit}`, holds, note }
}

/** What could not be measured does not hold. */
export const failedRow = (part: string, name: string, why: string): Row => ({
  part,
  name,
  figure: 0,
  bar: 'runs to its end',
  holds: false,
  note: why,
})

/** Rows of an earlier run, of parts that this one didn't measure. */
export const keptRows = (file: string, measured: ReadonlySet<string>): Row[] => {
  if (!existsSync(file)) return []
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as Row[]).filter(({ part }) => !measured.has(part))
  } catch {
    return []
  }
}

const wide = (text: string): number => [...text].reduce((sum, character) => sum + (character > '\u2e7f' ? 2 : 1), 0)
const fill = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - wide(text)))

export const printRows = (rows: readonly Row[]): void => {
  const cells = rows.map(({ part, name, figure, bar, holds }) => [
    holds ? 'holds' : 'FAILS',
    part,
    name,
    String(figure),
    bar,
  ])
  const widths = [0, 1, 2, 3, 4].map((i) => Math.max(...cells.map((row) => wide(row[i] ?? ''))))
  for (const [at, row] of rows.entries()) {
    console.log((cells[at] ?? []).map((cell, i) => fill(cell, widths[i] ?? 0)).join('  '))
    console.log(`       ${row.note}`)
  }
}
