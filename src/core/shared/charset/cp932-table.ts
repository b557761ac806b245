/**
 * UTF-16 code unit → CP932 bytes (0: none), made at start by inverting the runtime's own decoder: no table to copy, and
 * decode(encode(x)) = x by construction. Where a character has several byte pairs the choice is that of Windows
 * (WideCharToMultiByte 932): rows 1–8 before NEC row 13 (8740–879C) before the IBM extensions (FA40–FC4B);
 * never the NEC selection of the IBM extensions (ED40–EEFC). So 髙 FBFC, 﨑 FAB1, ① 8740, ㈱ 878A.
 *
 * Left out on purpose: U+E000–E757 (F040–F9FC, 外字). What they look like is known to one machine only.
 */

/** The same character by another code point. Nothing else is folded; U+00A5 ¥ is not 5C, which is \ for a program. */
export const folds: readonly (readonly [from: number, to: number])[] = [
  [0x301c, 0xff5e], // 〜 → ～ 8160
  [0x2212, 0xff0d], // − → － 817C
  [0x2016, 0x2225], // ‖ → ∥ 8161
  [0x2014, 0x2015], // — → ― 815C
  [0x00ac, 0xffe2], // ¬ → ￢ 81CA
  [0x00a2, 0xffe0], // ¢ → ￠ 8191
  [0x00a3, 0xffe1], // £ → ￡ 8192
]

const newline = 0x0a

const isLead = (byte: number): boolean => (byte >= 0x81 && byte <= 0x9f) || (byte >= 0xe0 && byte <= 0xfc)

const isSkipped = (lead: number): boolean => lead === 0xed || lead === 0xee || (lead >= 0xf0 && lead <= 0xf9)

/** Every pair of bytes on a line of its own, so that one call decodes them all and the bad ones stay apart. */
const everyPair = (): { codes: number[]; texts: string[] } => {
  const codes: number[] = []
  const bytes: number[] = []
  for (let lead = 0x81; lead <= 0xfc; lead += 1) {
    if (!isLead(lead) || isSkipped(lead)) continue
    for (let trail = 0x40; trail <= 0xfc; trail += 1) {
      if (trail === 0x7f) continue
      codes.push(lead * 0x100 + trail)
      bytes.push(lead, trail, newline)
    }
  }
  return { codes, texts: new TextDecoder('shift_jis').decode(Uint8Array.from(bytes)).split('\n') }
}

const build = (): Uint16Array => {
  const table = new Uint16Array(0x10000)
  for (let byte = 0x01; byte < 0x80; byte += 1) table[byte] = byte
  for (let byte = 0xa1; byte <= 0xdf; byte += 1) table[0xff61 + byte - 0xa1] = byte // 半角カナ
  const { codes, texts } = everyPair()
  for (const [place, code] of codes.entries()) {
    const text = texts[place] ?? ''
    const unit = text.charCodeAt(0)
    if (text.length === 1 && unit >= 0x80 && unit !== 0xfffd && table[unit] === 0) table[unit] = code
  }
  for (const [from, to] of folds) table[from] = table[to] ?? 0
  if (table[0x9ad9] !== 0xfbfc) throw new Error('This Node.js lacks the CP932 table: it needs full ICU.')
  return table
}

/** JIS X 0208: rows 1–8, 第1水準 (rows 16–47), 第2水準 (rows 48–84). CP932 adds nothing of its own inside these ranges. */
const isJis0208 = (code: number): boolean =>
  (code >= 0x8140 && code <= 0x84be) || (code >= 0x889f && code <= 0x9872) || (code >= 0x989f && code <= 0xeaa4)

/** Windows-31J, as the customers' spreadsheets and payroll products read it. */
export const cp932Table: Uint16Array = build()

/**
 * ASCII and JIS X 0208 only, in the same bytes: the statutory files allow no more kanji than 第1・第2水準. 半角カナ
 * (JIS X 0201) is out too: the record rules want it full-width.
 */
export const jis0208Table: Uint16Array = cp932Table.map((code) => (code < 0x80 || isJis0208(code) ? code : 0))
