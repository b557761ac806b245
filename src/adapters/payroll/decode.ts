import { AppError } from '../../core/shared/errors.ts'
import {
  decoders,
  decodes,
  detectEncoding,
  type FileEncoding,
  refuseForeignControls,
  refuseSignature,
} from './detect-encoding.ts'
import { countLines, findUndecodable, safeCut } from './text-bytes.ts'

export type DecodeOptions = {
  /** Skips the detection: the customer has said which. */
  encoding?: FileEncoding
  onDetected?: (encoding: FileEncoding) => void
}

const headBytes = 64 * 1024

/** A longer run without any ASCII sign or line end is no CSV, and waiting for its end would fill the memory. */
const longestRunBytes = 1024 * 1024

const invalid = (line: number, detail: string, column?: string): AppError =>
  new AppError('invalid_file', detail, {
    places: [{ line, ...(column === undefined ? {} : { column }), code: 'invalid_file', detail }],
  })

const undecodable = (encoding: FileEncoding, bytes: Uint8Array, firstLine: number): AppError => {
  const { name, decode } = decoders[encoding]
  const found = findUndecodable(bytes, (part) => decodes(decode, part))
  const line = firstLine + found.lineOffset
  const column = `${found.cell}列目`
  return invalid(
    line,
    `${line}行目の${column}を${name}として読み取れません。ファイルの文字コードを確かめてください。`,
    column,
  )
}

const decoded = (encoding: FileEncoding, bytes: Uint8Array, firstLine: number): string => {
  try {
    return decoders[encoding].decode(bytes)
  } catch {
    throw undecodable(encoding, bytes, firstLine)
  }
}

/** One big chunk would be decoded as one big text: hand it on in pieces, the first of at least four bytes. */
async function* inPieces(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let start: Uint8Array | undefined = new Uint8Array()
  for await (const chunk of source) {
    const bytes: Uint8Array = start === undefined || start.length === 0 ? chunk : Buffer.concat([start, chunk])
    start = start === undefined || bytes.length >= 4 ? undefined : bytes
    if (start !== undefined) continue
    for (let at = 0; at < bytes.length; at += headBytes) yield bytes.subarray(at, at + headBytes)
  }
  if (start !== undefined && start.length > 0) yield start
}

/**
 * Bytes in, text out, streaming. UTF-8 with or without BOM, else CP932, decided once on the 64 KiB that begin with the
 * first sign beyond ASCII (what comes before is alike in both). Never a U+FFFD: a byte that does not fit is an
 * `invalid_file` with its line, however late in the file.
 */
export async function* decodeText(
  source: AsyncIterable<Uint8Array>,
  options: DecodeOptions = {},
): AsyncGenerator<string> {
  let encoding = options.encoding
  let pending: Uint8Array = new Uint8Array()
  let line = 1
  let atStart = true

  const take = (length: number, as: FileEncoding): string => {
    const bytes = pending.subarray(0, length)
    pending = pending.subarray(length)
    const text = decoded(as, bytes, line)
    line += countLines(text)
    const bare = atStart && text.startsWith('\ufeff') ? text.slice(1) : text
    if (length > 0) atStart = false
    return bare
  }
  const settle = (): FileEncoding => {
    encoding = detectEncoding(pending.subarray(0, safeCut(pending) || pending.length), line)
    options.onDetected?.(encoding)
    return encoding
  }

  for await (const piece of inPieces(source)) {
    if (atStart && pending.length === 0) refuseSignature(piece)
    refuseForeignControls(piece, line)
    pending = pending.length === 0 ? piece : Buffer.concat([pending, piece])
    if (encoding === undefined) {
      const beyondAscii = pending.findIndex((byte) => byte >= 0x80)
      const alike = safeCut(beyondAscii === -1 ? pending : pending.subarray(0, beyondAscii))
      if (alike > 0) yield take(alike, 'utf-8')
      if (beyondAscii === -1 || pending.length < headBytes) continue
    }
    const known = encoding ?? settle()
    const cut = safeCut(pending)
    if (cut > 0) yield take(cut, known)
    if (pending.length > longestRunBytes) throw invalid(line, `${line}行目に区切りのない長すぎるデータがあります。`)
  }
  const last = encoding ?? settle()
  if (pending.length > 0) yield take(pending.length, last)
}
