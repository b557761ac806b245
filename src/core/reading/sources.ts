import type { FoundEntry, Ledger, SealedLog } from '../ledger/ledger.ts'
import type { CursorKey } from '../shared/page.ts'
import { shownCells } from './columns.ts'
import { type ReadingFilters, toEntryFilters } from './filters.ts'
import { createJsonLines } from './json-lines.ts'
import type { LedgerExportRow } from './ledger-exports.store.ts'
import type { LedgerFileFacts, LedgerFormat } from './ledger-format.ts'

export type SourceDeps = { ledger: Ledger; log: SealedLog; formats: Record<'csv' | 'pdf', LedgerFormat> }
type Batch = { lines: string[]; last: CursorKey }

/** What a file is made of: entries in, lines of its format out. */
export const createSources = ({ ledger, log, formats }: SourceDeps) => {
  const jsonLines = createJsonLines({ log })

  const lineOf = async (row: LedgerExportRow): Promise<(found: FoundEntry) => string | Promise<string>> => {
    if (row.format === 'jsonl') return jsonLines.lineOf(row)
    const { line } = formats[row.format]
    return ({ entry }) => line(shownCells(entry))
  }

  const lines = async (row: LedgerExportRow, filters: ReadingFilters) => {
    const { organizationId, period, order, checkpoint } = row
    const line = await lineOf(row)
    const fields = row.format === 'jsonl' ? 'all' : 'shown'
    return async function* from(after: CursorKey | undefined): AsyncGenerator<Batch> {
      const walk =
        period === undefined
          ? ledger.walkSealed(organizationId, checkpoint?.size ?? 0, after)
          : ledger.walk(organizationId, { ...toEntryFilters(filters), ...period, order }, after, fields)
      for await (const { found, last } of walk) {
        const lines: string[] = []
        for (const one of found) lines.push(await line(one))
        yield { lines, last }
      }
    }
  }

  const file = (
    row: LedgerExportRow,
    facts: LedgerFileFacts,
    parts: AsyncIterable<Uint8Array>,
  ): AsyncIterable<Uint8Array> =>
    row.format === 'jsonl' ? jsonLines.file(row, facts, parts) : formats[row.format].file(facts, parts)

  return { lines, file }
}
