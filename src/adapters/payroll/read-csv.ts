import { once } from 'node:events'
import { parse } from 'csv-parse'
import { AppError } from '../../core/shared/errors.ts'

export type CsvRow = {
  /** The line in the file where the row begins; a quoted cell may hold line ends. */
  line: number
  cells: readonly string[]
  /** A closing quote stood in the middle of a cell: what follows may have been cut wrongly. */
  brokenQuotes: boolean
}

/** In bytes of UTF-8 (csv-parse counts finished cells in UTF-16 units, so a little more may pass). */
const longestRecord = 1024 * 1024

const refusals: Record<string, (line: number) => string> = {
  CSV_QUOTE_NOT_CLOSED: (line) => `${line}行目から始まる引用符 " が閉じられていません。`,
  CSV_MAX_RECORD_SIZE: (line) => `${line}行目が長すぎます（1 MiBまで）。引用符 " の閉じ忘れがないか確かめてください。`,
}

const unreadable = (error: unknown, line: number): AppError => {
  // csv-parse puts the cell itself into its messages, so none of them goes any further.
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const detail = refusals[code]?.(line) ?? `${line}行目をCSVとして読み取れません。`
  return new AppError('invalid_file', detail, { places: [{ line, code: 'invalid_file', detail }] })
}

const lineBreaks = (cells: readonly string[]): number => {
  let count = 0
  for (const cell of cells) {
    if (cell.includes('\n') || cell.includes('\r')) count += cell.match(/\r\n|\n|\r/g)?.length ?? 0
  }
  return count
}

/**
 * Text in, rows out, in constant memory. CR LF, LF and CR may be mixed; empty lines are left out. Lines are counted
 * here: csv-parse counts a CR LF inside quotes twice. Its stream is driven by hand, so that a row costs no turn of it.
 */
export async function* readCsv(source: AsyncIterable<string>): AsyncGenerator<CsvRow> {
  let rows: CsvRow[] = []
  let line = 1
  const parser = parse({
    record_delimiter: ['\r\n', '\n', '\r'],
    max_record_size: longestRecord,
    relax_column_count: true,
    relax_quotes: true,
    on_record: (cells: string[]) => {
      // With relax_quotes a cell begins with a quote only where one was closed too early (or is really meant: rare).
      const brokenQuotes = cells.some((cell) => cell.startsWith('"'))
      if (cells.length > 1 || cells[0] !== '') rows.push({ line, cells, brokenQuotes })
      line += 1 + lineBreaks(cells)
      return null
    },
  })
  let failure: unknown
  parser.on('error', (error) => {
    failure = error
  })
  parser.resume()
  const taken = (): CsvRow[] => {
    const ready = rows
    rows = []
    return ready
  }

  try {
    for await (const text of source) {
      if (text === '') continue
      const error = await new Promise<unknown>((resolve) => parser.write(text, resolve))
      yield* taken()
      if (error instanceof Error) throw unreadable(error, line)
    }
    const ended = once(parser, 'close')
    parser.end()
    await ended.catch(() => undefined)
    yield* taken()
    if (failure !== undefined) throw unreadable(failure, line)
  } finally {
    parser.destroy()
  }
}
