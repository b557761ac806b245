const cr = 0x0d
const lf = 0x0a
const quote = 0x22
const comma = 0x2c

/**
 * Where a piece may be cut: after its last byte below 40. In CP932 as in UTF-8 such a byte is a character by itself,
 * never a second byte. Not after CR, so that CR LF stays together for counting lines. 0: nowhere.
 */
export const safeCut = (bytes: Uint8Array): number => {
  for (let at = bytes.length - 1; at >= 0; at -= 1) {
    const byte = bytes[at] ?? 0
    if (byte < 0x40 && byte !== cr) return at + 1
  }
  return 0
}

export const countLines = (text: string): number => text.match(/\r\n|\n|\r/g)?.length ?? 0

const linesOf = (bytes: Uint8Array): Uint8Array[] => {
  const lines: Uint8Array[] = []
  let start = 0
  for (const [at, byte] of bytes.entries()) {
    if (byte !== lf && !(byte === cr && bytes[at + 1] !== lf)) continue
    lines.push(bytes.subarray(start, at + 1))
    start = at + 1
  }
  return [...lines, bytes.subarray(start)]
}

/** The cells of one line: commas and quotes are below 40 too. */
const cellsOf = (line: Uint8Array): Uint8Array[] => {
  const cells: Uint8Array[] = []
  let start = 0
  let quoted = false
  for (const [at, byte] of line.entries()) {
    if (byte === quote) quoted = !quoted
    if (byte !== comma || quoted) continue
    cells.push(line.subarray(start, at))
    start = at + 1
  }
  return [...cells, line.subarray(start)]
}

/** The first line (from 0) and cell (from 1) that do not decode. */
export const findUndecodable = (
  bytes: Uint8Array,
  decodes: (part: Uint8Array) => boolean,
): { lineOffset: number; cell: number } => {
  const lines = linesOf(bytes)
  const lineOffset = Math.max(
    0,
    lines.findIndex((line) => !decodes(line)),
  )
  const cell = cellsOf(lines[lineOffset] ?? bytes).findIndex((one) => !decodes(one))
  return { lineOffset, cell: cell + 1 }
}
