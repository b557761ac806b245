const encoder = new TextEncoder()
export const utf8 = (text: string): Uint8Array<ArrayBuffer> => encoder.encode(text)

export const concat = (...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => {
  let length = 0
  for (const part of parts) length += part.length
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

const standard = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const urlSafe = standard.replace('+/', '-_')
/** 64 for what is no digit. */
const digitsOf = (alphabet: string): Uint8Array =>
  Uint8Array.from({ length: 128 }, (_, code) => (alphabet.indexOf(String.fromCharCode(code)) + 65) % 65)
const [standardDigits, urlSafeDigits] = [digitsOf(standard), digitsOf(urlSafe)]

/**
 * Undefined for what is no base64, and for a second spelling of the same bytes. `atob` and a copy cost five times as much,
 * and a line of an export has thirty of these.
 */
const decode = (text: string, digits: Uint8Array): Uint8Array<ArrayBuffer> | undefined => {
  const { length } = text
  if (length % 4 === 1) return undefined
  const bytes = new Uint8Array(Math.floor((length * 3) / 4))
  let [bits, held, at] = [0, 0, 0]
  for (let i = 0; i < length; i++) {
    const digit = digits[text.charCodeAt(i)] ?? 64
    if (digit === 64) return undefined
    bits = ((bits << 6) | digit) & 0xfff
    held += 6
    if (held >= 8) {
      held -= 8
      bytes[at++] = bits >> held
    }
  }
  return (bits & ((1 << held) - 1)) === 0 ? bytes : undefined
}

/** With padding, RFC 4648 § 4. */
export const fromBase64 = (text: string): Uint8Array<ArrayBuffer> | undefined =>
  text.length % 4 === 0 ? decode(text.replace(/={1,2}$/, ''), standardDigits) : undefined

/** Without padding, RFC 4648 § 5. */
export const fromBase64Url = (text: string): Uint8Array<ArrayBuffer> | undefined => decode(text, urlSafeDigits)

export const toBase64Url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
