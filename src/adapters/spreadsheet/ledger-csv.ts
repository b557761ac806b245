import { type LedgerFormat, ledgerColumns } from '../../core/reading/reading.ts'
import { guardFormula } from './formula-guard.ts'

/** RFC 4180 with Excel's habits: UTF-8 with BOM and CR LF, a quote doubled, quotes only where they are needed. */
const cell = (text: string): string => {
  const guarded = guardFormula(text)
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded
}
const line = (cells: readonly string[]): string => `${cells.map(cell).join(',')}\r\n`

/** The 取扱記録 for a spreadsheet: the customers' columns, and nothing else. */
export const ledgerCsv: LedgerFormat = {
  mediaType: 'text/csv',
  line,
  file: async function* (_facts, parts) {
    yield Buffer.from(`\uFEFF${line(ledgerColumns)}`, 'utf8')
    yield* parts
  },
}
