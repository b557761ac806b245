import { describe, expect, it } from 'vitest'
import { holdsNumber } from '../../src/core/shared/number-in-text.ts'
import { fixtureNumber } from '../support/fixture-number.ts'

const number = fixtureNumber(4_712_345)
const groups = [number.slice(0, 4), number.slice(4, 8), number.slice(8)]
const wrong = `${number.slice(0, 11)}${(Number(number[11]) + 1) % 10}`
/** A mobile with its country is twelve digits: this one's check digit fits. */
const mobile = Array.from({ length: 10 }, (_, digit) => `8190000012${digit}`)
  .flatMap((eleven) => Array.from({ length: 10 }, (_, digit) => `${eleven}${digit}`))
  .find(holdsNumber)

describe('a number out of place', () => {
  it.each([' ', '\u3000', '-', '－', 'ー', '.', '_', ',', '/', '·', '・', '･', '．', '＿', '，', '／', '、', ' / '])(
    'is seen with %j between its groups, in the middle of a text, and parted in any other way',
    (gap) => {
      expect(holdsNumber(`番号は${groups.join(gap)}です`)).toBe(true)
      expect(holdsNumber([...number].join(gap))).toBe(true)
      expect(holdsNumber([number.slice(0, 6), number.slice(6)].join(gap))).toBe(true)
      expect(holdsNumber(`03${gap}${groups.join(gap)}`)).toBe(true)
    },
  )

  it.each(['\n', '\r\n', '\n\n', ' \n', '\u2028'])('is seen in groups of four with %j between them', (gap) => {
    expect(holdsNumber(groups.join(gap))).toBe(true)
    expect(holdsNumber(`番号\n${groups.join(gap)}\n2026`)).toBe(true)
    expect(holdsNumber(`${groups[0]} ${groups[1]}${gap}${groups[2]}`)).toBe(true)
    // What is on the next line hides nothing, and is nothing by itself.
    expect(holdsNumber(`${groups[0]} ${number.slice(4)}${gap}1`)).toBe(true)
    expect(holdsNumber([number.slice(0, 7), number.slice(7)].join(gap))).toBe(false)
  })

  it.each([
    ['a wrong check digit', wrong],
    ['eleven digits', number.slice(0, 11)],
    ['thirteen, as a 法人番号', `${number}7`],
    ['a date and a time', '2026-04-01 12:34'],
    ['a price', '1,234,567円'],
    ['a mobile with its country', `+${mobile}`],
    ['letters between its groups', groups.join('x')],
  ])('is not seen in %s', (_name, text) => {
    expect(holdsNumber(text)).toBe(false)
  })

  it('is not seen in any id that begins with a year and a month', () => {
    const ids = Array.from({ length: 40 }, (_, i) => `2026-04-${String(i).padStart(6, '0')}`)
    expect(ids.filter(holdsNumber)).toEqual([])
    expect(ids.map((id) => id.replace('-04-', '-40-')).filter(holdsNumber)).not.toEqual([])
  })

  it('is seen in such digits without the country', () => {
    expect(holdsNumber(String(mobile))).toBe(true)
  })

  it('is not seen in a UUID, but for one that is all digits', () => {
    expect(holdsNumber(`a50e8400-e29b-41d4-a716-${number}`)).toBe(false)
    expect(holdsNumber(`00000000-0000-4000-8000-${number}`)).toBe(true)
    expect(holdsNumber(`00000000-0000-4000-8000-${number}-a`)).toBe(true)
  })
})
