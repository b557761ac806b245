import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { AppError } from '../../src/core/shared/errors.ts'
import { checkDigitFits } from '../../src/core/shared/number-shape.ts'
import { MyNumber } from '../../src/core/vault/my-number.ts'
import { fixtureNumber } from '../support/fixture-number.ts'

const weights = [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]
const remainderOf = (number: string): number =>
  weights.reduce((sum, weight, i) => sum + weight * Number(number[i]), 0) % 11
const codeOf = (text: string): string => {
  try {
    MyNumber.parse(text).wipe()
    return 'taken'
  } catch (error) {
    return error instanceof AppError ? error.code : `${error}`
  }
}

/** One fixture for each remainder of the division by 11. */
const byRemainder = new Map<number, string>()
for (let n = 1; byRemainder.size < 11; n++) {
  const number = fixtureNumber(n)
  if (!byRemainder.has(remainderOf(number))) byRemainder.set(remainderOf(number), number)
}

describe('the check digit (総務省令85号5条)', () => {
  it.each([...byRemainder].sort(([a], [b]) => a - b))(
    'at remainder %i is the one digit that is taken, and the nine others are refused',
    (remainder, number) => {
      const right = remainder <= 1 ? 0 : 11 - remainder
      for (let digit = 0; digit <= 9; digit++)
        expect(codeOf(`${number.slice(0, 11)}${digit}`)).toBe(digit === right ? 'taken' : 'check_digit')
    },
  )

  it('fits the published sample, and finds any single wrong digit of it but where both remainders give 0', () => {
    const sample = [...'123456789018'].map(Number)
    expect(checkDigitFits(sample)).toBe(true)
    for (let place = 0; place < 12; place++)
      for (let digit = 0; digit <= 9; digit++) {
        const changed = sample.with(place, digit)
        if (digit !== sample[place]) expect(checkDigitFits(changed), `place ${place}`).toBe(false)
      }
  })
})

describe('a number as people type it', () => {
  const number = fixtureNumber(4711)
  const groups = [number.slice(0, 4), number.slice(4, 8), number.slice(8)]
  const separators = [
    ...[' ', '\t', '\u00a0', '\u3000', '\u2002', '\u2009', '\u200b', '\u202f', '\ufeff', '  '],
    ...['-', '\u00ad', '\u2010', '\u2011', '\u2012', '\u2013', '\u2014', '\u2015', '\u2043', '\u2212'],
    ...['\u2500', '\ufe58', '\ufe63', '\uff0d', '\u30fc', '\uff70', ' - '],
  ]
  it.each(separators.map((separator) => [`U+${separator.codePointAt(0)?.toString(16)}`, separator]))(
    'is taken with %s between its groups, and in full-width digits',
    (_name, separator) => {
      const wide = groups.map((group) =>
        [...group].map((digit) => String.fromCodePoint((digit.codePointAt(0) ?? 0) + 0xfee0)).join(''),
      )
      for (const text of [groups.join(separator), wide.join(separator), `${separator}${number}${separator}`]) {
        const parsed = MyNumber.parse(text)
        expect(parsed.equals(Buffer.from(number))).toBe(true)
        parsed.wipe()
      }
    },
  )

  it.each(['', ' ', '1', 'abc', '①②③', '٠١٢٣', '0x12', '1.2', '+', '一二三'])('is not %j', (text) => {
    expect(codeOf(text)).toBe('number_format')
    expect(codeOf(`${number}${text === '' || text === ' ' ? 'x' : text}`)).toBe('number_format')
  })

  it('has neither eleven digits nor thirteen', () => {
    expect(codeOf(number.slice(0, 11))).toBe('number_format')
    expect(codeOf(`${number}0`)).toBe('number_format')
    expect(codeOf(`0${number}`)).toBe('number_format')
  })

  it('never prints, whatever prints it, and is zeros once wiped', () => {
    const parsed = MyNumber.parse(number)
    const prints = [`${parsed}`, JSON.stringify({ parsed }), inspect({ parsed }, { showHidden: true, depth: 9 })]
    for (const print of [...prints, String(Object.entries(parsed)), `${parsed.toString()}`])
      expect(print).not.toMatch(/\d{2}/)
    parsed.wipe()
    expect(parsed.equals(Buffer.alloc(12))).toBe(true)
  })
})
