import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readPlaintext } from '../../src/core/vault/jwe-plaintext.ts'
import { MyNumber } from '../../src/core/vault/my-number.ts'
import { fixtureNumber } from '../support/fixture-number.ts'

const read = (text: string) => readPlaintext(new TextEncoder().encode(text))
const texts = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 })

describe('the plaintext of a number’s JWE', () => {
  it('is read as JSON.parse would read it, in any order of its members', () => {
    fc.assert(
      fc.property(
        texts,
        texts,
        texts,
        fc.integer({ min: 0, max: 99_999_999_999 }),
        fc.shuffledSubarray(['number', 'aud', 'sub', 'jti', 'iat'], { minLength: 5 }),
        fc.integer({ min: 0, max: 4 }),
        (aud, sub, jti, iat, order, indent) => {
          const all = { number: fixtureNumber(7), aud, sub, jti, iat }
          const text = JSON.stringify(
            Object.fromEntries(order.map((name) => [name, all[name as keyof typeof all]])),
            null,
            indent,
          )
          const found = read(text)
          // Texts of over 200 bytes are refused, which graphemes of many code points can reach.
          if (found === undefined) return [aud, sub, jti].some((one) => JSON.stringify(one).length > 100)
          return (
            Buffer.from(found.number).toString('latin1') === all.number &&
            found.aud === aud &&
            found.sub === sub &&
            found.jti === jti &&
            found.iat === iat
          )
        },
      ),
    )
  })

  it('is nothing else: whatever JSON.parse refuses is refused, and nothing throws', () => {
    const good = JSON.stringify({ number: fixtureNumber(7), aud: 'a', sub: 's', jti: 'j', iat: 1 })
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: good.length }),
        fc.integer({ min: 0, max: 255 }),
        fc.nat(2),
        (at, byte, how) => {
          const bytes = [...Buffer.from(good)]
          if (how === 0) bytes.splice(at, 1)
          else if (how === 1) bytes.splice(at, 0, byte)
          else bytes.splice(at, 1, byte)
          const found = readPlaintext(Uint8Array.from(bytes))
          if (found === undefined) return true
          // Bytes in the number that are no UTF-8 are refused where the number is read.
          const parsed = JSON.parse(new TextDecoder().decode(Uint8Array.from(bytes)))
          return Object.keys(parsed).length === 5 && parsed.iat === found.iat && parsed.aud === found.aud
        },
      ),
      { numRuns: 5000 },
    )
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => readPlaintext(bytes) === undefined))
  })
})

describe('a number read from bytes', () => {
  it('is what is read from the same text', () => {
    const number = fixtureNumber(1234)
    const wide = [...number].map((digit) => String.fromCodePoint((digit.codePointAt(0) ?? 0) + 0xfee0)).join('')
    for (const text of [number, wide, ` ${number.slice(0, 4)}－${number.slice(4)}　`]) {
      const read = MyNumber.fromUtf8(new TextEncoder().encode(text))
      expect(read.equals(Buffer.from(number))).toBe(true)
    }
  })

  it('is refused where the bytes are no UTF-8, or anything else stands in it', () => {
    const number = Buffer.from(fixtureNumber(1234))
    for (const bad of [[0xff], [0xc0, 0xb0], [0xef, 0xbc], [0x00], [...Buffer.from('𝟘')]])
      expect(() => MyNumber.fromUtf8(Buffer.concat([number, Buffer.from(bad)]))).toThrow(
        expect.objectContaining({ code: 'number_format' }),
      )
  })
})
