import { type AnswerKey, encryptAnswer } from '../keys/keys.ts'
import { secretBytes } from '../shared/secret-bytes.ts'

/** The plaintext is that of a number on its way in, written around the digits: they are bytes from here to the cipher. */
export const numberJweOf = (
  key: AnswerKey,
  digits: Uint8Array,
  about: { aud: string; sub: string; jti: string; at: Date },
): string => {
  const { aud, sub, jti, at } = about
  const rest = JSON.stringify({ aud, sub, iat: Math.floor(at.getTime() / 1000), jti })
  const before = Buffer.from('{"number":"', 'latin1')
  const after = Buffer.from(`",${rest.slice(1)}`, 'utf8')
  const plaintext = secretBytes(before.length + digits.length + after.length)
  plaintext.set(before)
  plaintext.set(digits, before.length)
  plaintext.set(after, before.length + digits.length)
  try {
    return encryptAnswer(key, plaintext)
  } finally {
    plaintext.fill(0)
  }
}
