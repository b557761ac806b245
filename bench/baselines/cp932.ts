/** CP932 by turning TextDecoder's table round: a byte or two for each UTF-16 unit, 0 where there is none. */
const table = new Uint16Array(65_536)
const decoder = new TextDecoder('shift_jis')
for (let code = 0xffff; code >= 0x20; code--) {
  const bytes = code < 0x100 ? [code] : [code >> 8, code & 0xff]
  const text = decoder.decode(Uint8Array.from(bytes))
  if (text.length === 1 && text !== '\ufffd') table[text.charCodeAt(0)] = code
}

export const encodeCp932 = (text: string, target: Buffer, from: number): number => {
  let at = from
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    const code = unit < 0x80 ? unit : (table[unit] ?? 0)
    if (code === 0) throw new Error('a character that CP932 lacks')
    if (code > 0xff) target[at++] = code >> 8
    target[at++] = code & 0xff
  }
  return at
}
export const fitsCp932 = (text: string): boolean => {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0x80 && table[text.charCodeAt(i)] === 0) return false
  return true
}
