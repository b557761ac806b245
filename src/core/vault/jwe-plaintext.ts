/** What a host encrypts: who gets it, whose number it is, when it was made, and a name of its own. */
export type JwePlaintext = {
  /** The characters of the number, in the plaintext's own bytes. */
  number: Uint8Array
  aud: string
  sub: string
  jti: string
  /** Seconds since the epoch. */
  iat: number
}

const quote = 0x22
const backslash = 0x5c
const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d
const isOfNumber = (byte: number | undefined): boolean =>
  byte !== undefined && ((byte >= 0x30 && byte <= 0x39) || byte === 0x2e)

const longestText = 200
const utf8 = new TextDecoder('utf-8', { fatal: true })
const numericDate = /^(0|[1-9]\d{0,11})(\.\d{1,9})?$/

/** Bytes between quotation marks, escapes left as they are. */
const tokenAt = (bytes: Uint8Array, from: number): Uint8Array | undefined => {
  if (bytes[from] !== quote) return undefined
  for (let at = from + 1; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0
    if (byte === quote) return bytes.subarray(from + 1, at)
    if (byte < 0x20) return undefined
    if (byte === backslash) at++
  }
  return undefined
}

/** Never for the number: of that no string is made. */
const textOf = (token: Uint8Array): string | undefined => {
  if (token.length === 0 || token.length > longestText) return undefined
  try {
    const text: unknown = JSON.parse(`"${utf8.decode(token)}"`)
    return typeof text === 'string' ? text : undefined
  } catch {
    return undefined
  }
}

/**
 * The one JSON object that a plaintext may be: five members, each once, in any order, and nothing else. Read from its bytes,
 * because JSON.parse would leave the digits on the heap as a string that nobody can wipe. Undefined where it is anything else.
 */
export const readPlaintext = (bytes: Uint8Array): JwePlaintext | undefined => {
  const texts = new Map<string, string>()
  let number: Uint8Array | undefined
  let iat: number | undefined
  let at = 0
  const next = (): number | undefined => {
    while (isSpace(bytes[at])) at++
    return bytes[at]
  }
  const takes = (character: string): boolean => {
    if (next() !== character.charCodeAt(0)) return false
    at++
    return true
  }
  const token = (): Uint8Array | undefined => {
    next()
    const found = tokenAt(bytes, at)
    at += (found?.length ?? 0) + 2
    return found
  }

  const readMember = (): boolean => {
    const name = token()
    const key = name === undefined ? undefined : textOf(name)
    if (key === undefined || !takes(':')) return false
    if (key === 'iat') {
      next()
      const from = at
      while (isOfNumber(bytes[at])) at++
      const digits = utf8.decode(bytes.subarray(from, at))
      if (iat !== undefined || !numericDate.test(digits)) return false
      iat = Number(digits)
      return true
    }
    const value = token()
    if (value === undefined) return false
    if (key === 'number') {
      if (number !== undefined || value.includes(backslash)) return false
      number = value
      return true
    }
    const text = textOf(value)
    if (text === undefined || texts.has(key) || !['aud', 'sub', 'jti'].includes(key)) return false
    texts.set(key, text)
    return true
  }

  if (!takes('{')) return undefined
  do {
    if (!readMember()) return undefined
  } while (takes(','))
  if (!takes('}') || next() !== undefined) return undefined

  const [aud, sub, jti] = [texts.get('aud'), texts.get('sub'), texts.get('jti')]
  if (number === undefined || iat === undefined) return undefined
  if (aud === undefined || sub === undefined || jti === undefined) return undefined
  return { number, aud, sub, jti, iat }
}
