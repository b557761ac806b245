/**
 * How names are compared: compatibility forms unified (NFKC: ｱ → ア, Ａ → A, ㈱ → (株)), hiragana as katakana, lower case, no
 * space of any kind. Different characters stay different: 髙 is not 高, 﨑 is not 崎 (人名の異体字 are not folded).
 */
export const foldName = (text: string): string => {
  const folded = text.normalize('NFKC').toLowerCase().replace(invisible, '')
  return folded.replace(hiragana, (kana) => String.fromCharCode(kana.charCodeAt(0) + hiraganaToKatakana))
}

/** Spaces, zero-width characters and glyph variation selectors (IVS: the same character, drawn otherwise). */
const invisible = /\p{White_Space}|\p{Variation_Selector}|[\u200B\u200C\u2060\uFEFF]|\u200D/gu
/** ぁ–ゖ and the iteration marks ゝゞ. */
const hiragana = /[\u3041-\u3096\u309D\u309E]/g
const hiraganaToKatakana = 0x60

const bigramsOf = (characters: readonly string[]): string[] =>
  characters.slice(1).map((character, index) => `${characters[index]}${character}`)

/** What a stored name can be found by: its single characters and its bigrams. */
export const gramsOfName = (text: string): string[] => {
  const characters = Array.from(foldName(text))
  return [...characters, ...bigramsOf(characters)]
}

/** What a search looks up: the bigrams, or the character where it is only one. */
export const gramsOfQuery = (text: string): string[] => {
  const characters = Array.from(foldName(text))
  return characters.length === 1 ? characters : bigramsOf(characters)
}
