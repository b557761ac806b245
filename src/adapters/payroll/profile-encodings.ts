import { findUnmappable, type JapaneseCharset, putCp932, type Unmappable } from '../../core/shared/charset/cp932.ts'
import type { ProfileEncoding } from './format-profile.ts'

/** How text becomes bytes in one encoding. `put` returns the end, or -1 when a character does not fit. */
export type TextWriter = {
  name: string
  prefix: Uint8Array
  bytesPerUnit: number
  put: (text: string, target: Buffer, at: number) => number
  unmappable: (text: string) => Unmappable[]
}

const japanese = (name: string, charset: JapaneseCharset): TextWriter => ({
  name,
  prefix: new Uint8Array(),
  bytesPerUnit: 2,
  put: (text, target, at) => putCp932(text, target, at, charset),
  unmappable: (text) => findUnmappable(text, charset),
})

/** Half a surrogate pair is the only thing that UTF-8 cannot hold; Buffer would write U+FFFD for it. */
const unicode = (name: string, prefix: Uint8Array): TextWriter => ({
  name,
  prefix,
  bytesPerUnit: 3,
  put: (text, target, at) => (text.isWellFormed() ? at + target.write(text, at, 'utf8') : -1),
  unmappable: (text) =>
    text.isWellFormed()
      ? []
      : Array.from(text, (character, index) => ({ index, character })).filter(
          ({ character }) => !character.isWellFormed(),
        ),
})

export const profileEncodings = {
  cp932: japanese('CP932 (Shift_JIS)', 'cp932'),
  jis0208: japanese('JIS第1・第2水準', 'jis0208'),
  'utf-8': unicode('UTF-8', new Uint8Array()),
  // Excel takes a UTF-8 file without this mark for CP932.
  'utf-8-bom': unicode('UTF-8', Uint8Array.of(0xef, 0xbb, 0xbf)),
} as const satisfies Record<ProfileEncoding, TextWriter>
