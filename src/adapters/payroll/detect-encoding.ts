import { decodeCp932 } from '../../core/shared/charset/cp932.ts'
import { AppError } from '../../core/shared/errors.ts'

/** What a file turned out to be. */
export type FileEncoding = 'utf-8' | 'utf-8-bom' | 'cp932'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const eucJp = new TextDecoder('euc-jp', { fatal: true })

const decodeUtf8 = (bytes: Uint8Array): string => utf8.decode(bytes)

export const decoders = {
  'utf-8': { name: 'UTF-8', decode: decodeUtf8 },
  'utf-8-bom': { name: 'UTF-8', decode: decodeUtf8 },
  cp932: { name: 'CP932 (Shift_JIS)', decode: decodeCp932 },
} as const satisfies Record<FileEncoding, { name: string; decode: (bytes: Uint8Array) => string }>

export const decodes = (decode: (bytes: Uint8Array) => string, bytes: Uint8Array): boolean => {
  try {
    decode(bytes)
    return true
  } catch {
    return false
  }
}

export const hasBom = (bytes: Uint8Array): boolean => bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf

const saveAsUtf8 = 'Excelの「名前を付けて保存」で「CSV UTF-8」を選んで保存し直してください。'

const signatures: readonly { bytes: readonly number[]; what: string }[] = [
  { bytes: [0xff, 0xfe], what: 'UTF-16のファイルです。' },
  { bytes: [0xfe, 0xff], what: 'UTF-16のファイルです。' },
  { bytes: [0x50, 0x4b, 0x03, 0x04], what: 'Excelブック（またはZIP）で、CSVではありません。' },
  { bytes: [0xd0, 0xcf, 0x11, 0xe0], what: 'Excelブックで、CSVではありません。' },
]

const refuse = (line: number, what: string): AppError => {
  const detail = `${what}${saveAsUtf8}`
  return new AppError('invalid_file', detail, { places: [{ line, code: 'invalid_file', detail }] })
}

export const refuseSignature = (start: Uint8Array): void => {
  const found = signatures.find(({ bytes }) => bytes.every((byte, at) => start[at] === byte))
  if (found !== undefined) throw refuse(1, found.what)
}

/** NUL and ESC stand in no CSV of ours: UTF-16 without its mark, and ISO-2022-JP, which is ASCII to the eye. */
export const refuseForeignControls = (bytes: Uint8Array, line: number): void => {
  if (bytes.includes(0x00)) throw refuse(line, '文字でないデータ（またはUTF-16）が含まれています。')
  if (bytes.includes(0x1b)) throw refuse(line, 'JIS (ISO-2022-JP) のファイルです。')
}

/**
 * Decides on a beginning that holds a byte beyond ASCII. EUC-JP has to be looked for by name: most of it is also valid
 * CP932, as 半角カナ, and would be read as nonsense without an error. CP932 with one ordinary kanji (leads 88–9F) is
 * never valid EUC-JP.
 */
export const detectEncoding = (head: Uint8Array, line: number): FileEncoding => {
  if (hasBom(head)) return 'utf-8-bom'
  if (decodes(decodeUtf8, head)) return 'utf-8'
  if (decodes((bytes) => eucJp.decode(bytes), head)) throw refuse(line, 'EUC-JPのファイルのようです。')
  return 'cp932'
}
