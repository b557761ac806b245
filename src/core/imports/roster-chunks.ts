import type { RosterItem, RosterProblem, RosterRow } from './roster-format.ts'

export type RosterChunk = {
  rows: RosterRow[]
  problems: (RosterProblem & { severity: 'error' | 'warning' })[]
  /** The last line in it: the next chunk begins after. */
  line: number
}

const mostItems = 500

/**
 * Persons and problems in chunks of at most 500, cut between lines, so that a line number says where to go on. The file is
 * read from its beginning all the same: what a row says against the rows before it must come out the same.
 */
export async function* rosterChunks(items: AsyncIterable<RosterItem>, afterLine: number): AsyncGenerator<RosterChunk> {
  let chunk: RosterChunk = { rows: [], problems: [], line: afterLine }
  for await (const item of items) {
    const line = item.kind === 'row' ? item.row.line : item.problem.line
    if (line <= afterLine) continue
    if (chunk.rows.length + chunk.problems.length >= mostItems && line !== chunk.line) {
      yield chunk
      chunk = { rows: [], problems: [], line }
    }
    chunk.line = line
    if (item.kind === 'row') chunk.rows.push(item.row)
    else chunk.problems.push({ ...item.problem, severity: item.kind })
  }
  if (chunk.rows.length + chunk.problems.length > 0) yield chunk
}
