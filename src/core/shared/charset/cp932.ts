import { AppError } from '../errors.ts'
import { cp932Table, jis0208Table } from './cp932-table.ts'

/** `jis0208` is the strict subset of `cp932` that statutory files allow. */
export type JapaneseCharset = 'cp932' | 'jis0208'

const tables = { cp932: cp932Table, jis0208: jis0208Table } as const satisfies Record<JapaneseCharset, Uint16Array>

/** `index` counts characters, not UTF-16 units: 𠮷 is one. */
export type Unmappable = { index: number; character: string }

/** `U+20BB7`: how a message names a character without needing a font that has it. */
export const codePointName = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`

/**
 * Writes the text at `at` and returns where it ends, or -1 when a character does not fit: never a `?` in its place.
 * `target` must have room for two bytes per UTF-16 unit.
 */
export const putCp932 = (text: string, target: Uint8Array, at: number, charset: JapaneseCharset = 'cp932'): number => {
  const table = tables[charset]
  let end = at
  for (let place = 0; place < text.length; place += 1) {
    const unit = text.charCodeAt(place)
    if (unit < 0x80) {
      target[end++] = unit
      continue
    }
    const code = table[unit] ?? 0
    if (code > 0xff) target[end++] = code >> 8
    else if (code === 0) return -1
    target[end++] = code
  }
  return end
}

const unitFits = (table: Uint16Array, unit: number): boolean => unit < 0x80 || table[unit] !== 0

const allFit = (text: string, table: Uint16Array): boolean => {
  for (let place = 0; place < text.length; place += 1) if (!unitFits(table, text.charCodeAt(place))) return false
  return true
}

/** Every character that cannot be written, for a report before anything is written. */
export const findUnmappable = (text: string, charset: JapaneseCharset): Unmappable[] => {
  const table = tables[charset]
  if (allFit(text, table)) return []
  return Array.from(text, (character, index) => ({ index, character })).filter(
    ({ character }) => !(character.length === 1 && unitFits(table, character.charCodeAt(0))),
  )
}

export const encodeCp932 = (text: string, charset: JapaneseCharset = 'cp932'): Uint8Array => {
  const target = Buffer.allocUnsafe(text.length * 2)
  const end = putCp932(text, target, 0, charset)
  if (end >= 0) return target.subarray(0, end)
  const named = findUnmappable(text, charset).map(
    (found) => `${found.index + 1}文字目 ${codePointName(found.character)}`,
  )
  throw new AppError('unmappable_character', `この文字コードでは書けない文字があります: ${named.join('、')}`)
}

const decoder = new TextDecoder('shift_jis', { fatal: true })

/** ICU's converter rotates three control bytes (1A→1C, 1C→7F, 7F→1A, an IBM mainframe habit); Windows does not. */
const rotated: Record<string, string> = { '\x1c': '\x1a', '\x7f': '\x1c', '\x1a': '\x7f' }
const rotatedControls = new RegExp(`[${Object.keys(rotated).join('')}]`, 'g')

/** Throws a TypeError when a byte is not CP932: the caller knows the line. */
export const decodeCp932 = (bytes: Uint8Array): string =>
  decoder.decode(bytes).replace(rotatedControls, (control) => rotated[control] ?? control)
