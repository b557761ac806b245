/**
 * What a 全角 item accepts (標準規格 § 5(4)イ: half-width kana, letters and signs are to be converted to full-width), and
 * how a 半角 item is folded. Length counts after this, in characters.
 */

/** U+2010–2015 hyphens and dashes, U+2212 minus: all are written －; 長音 ー (U+30FC) is a letter and stays. */
const hyphens = /[\u002d\u00ad\u2010-\u2015\u2043\u2212\ufe58\ufe63\uff0d]/gu
const tildes = /[\u007e\u02dc\u223c\u301c\uff5e]/gu

/**
 * Signs whose full-width form lies outside JIS X 0208 or which the standard wants written out: 標準規格 § 5(3) allows a
 * corporate form in full or in brackets, so ㈱ becomes （株）.
 */
const written: Record<string, string> = {
  '"': '”',
  "'": '’',
  '＂': '”',
  '＇': '’',
  '\u00a0': '　',
  '\u00a2': '￠',
  '\u00a3': '￡',
  '\u00a5': '￥',
  '\u00ac': '￢',
  '\u2016': '∥',
  '\u2225': '∥',
  '㈱': '（株）',
  '㈲': '（有）',
  '㈳': '（社）',
  '㈶': '（財）',
  '㈹': '（代）',
}

const halfWidthKana = /[\uff61-\uff9f]+/gu
const ascii = /[\u0021-\u007e]/gu

/**
 * Text for a 全角 item. NFC first: it joins か and a combining ゛, and turns compatibility ideographs (神 U+FA19) into the
 * standard form that the standard asks for; it changes no other kanji. Runs of space become one full-width space.
 */
export const toFullWidth = (text: string): string =>
  text
    .normalize('NFC')
    .replace(halfWidthKana, (run) => run.normalize('NFKC'))
    .replace(hyphens, '－')
    .replace(tildes, '～')
    .replace(/["'＂＇\u00a0\u00a2\u00a3\u00a5\u00ac\u2016\u2225㈱㈲㈳㈶㈹]/gu, (sign) => written[sign] ?? sign)
    .replace(ascii, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0))
    .replace(/\s+/gu, '　')
    .replace(/^　|　$/gu, '')

/** Text for a 半角 item (telephone and the like): full-width digits, brackets and hyphens become ASCII. */
export const toHalfWidth = (text: string): string => text.normalize('NFKC').replace(hyphens, '-').trim()

/** Characters as the standard counts them (N文字): code points, not bytes. */
export const characterCount = (text: string): number => Array.from(text).length
