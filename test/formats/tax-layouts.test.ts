import { describe, expect, it } from 'vitest'
import { eraItems, eraOfYear, toEra, yearLabel } from '../../src/adapters/tax/eras.ts'
import { toFullWidth, toHalfWidth } from '../../src/adapters/tax/full-width.ts'
import { layoutOf, layouts } from '../../src/adapters/tax/layouts.ts'

describe('the record layouts', () => {
  // 標準規格: number of items, and where the 13-digit numbers stand.
  const facts = {
    '309': [53, [52, 53]],
    '313': [42, [40, 41, 42]],
    '314': [38, [37, 38]],
    '376': [53, [51, 52, 53]],
  } as const

  it.each(layouts.map((layout) => [layout.form, layout] as const))(
    'of %s number their items without a gap',
    (form, layout) => {
      const [count, numbers] = facts[form]
      expect(layout.columns.map(({ no }) => no)).toEqual(Array.from({ length: count }, (_, index) => index + 1))
      expect(layout.columns.filter(({ name }) => name.includes('個人番号')).map(({ no }) => no)).toEqual(numbers)
      expect(layout.source).not.toBe('')
    },
  )

  it('begin with 平成28年分, the first year with numbers', () => {
    expect(layoutOf('313', 2016)?.form).toBe('313')
    expect(layoutOf('313', 2015)).toBeUndefined()
  })
})

describe('和暦', () => {
  it('changes on the day the new era began', () => {
    expect(toEra('2019-04-30')).toMatchObject({ era: '平成', code: 4, year: 31 })
    expect(toEra('2019-05-01')).toMatchObject({ era: '令和', code: 5, year: 1 })
    expect(toEra('1989-01-07')).toMatchObject({ era: '昭和', code: 1, year: 64 })
    expect(toEra('1926-12-24')).toMatchObject({ era: '大正', code: 2, year: 15 })
    expect(toEra('1912-07-29')).toMatchObject({ era: '明治', code: 3, year: 45 })
    expect(toEra('2026-02-30')).toBeUndefined()
  })

  it('is two digits in a record and the era at the end of the year in a title', () => {
    expect(eraItems('2026-09-30')).toEqual(['08', '09', '30'])
    expect(eraOfYear(2026)?.year).toBe(8)
    expect([yearLabel(2026), yearLabel(2019), yearLabel(2018)]).toEqual(['令和8年分', '令和元年分', '平成30年分'])
  })
})

describe('width', () => {
  it('of a 全角 item takes half-width kana, letters and signs up, and folds every hyphen', () => {
    expect(toFullWidth('ｶﾞﾊﾟABC-1‐2–3−4~5〜6¥\\"\'')).toBe('ガパＡＢＣ－１－２－３－４～５～６￥＼”’')
    expect(toFullWidth('  山田 \t 花子\n')).toBe('山田　花子')
    expect(toFullWidth('か\u3099ー')).toBe('がー')
    expect(toFullWidth('㈱あずかり')).toBe('（株）あずかり')
  })

  it('of a 半角 item takes full-width digits, brackets and hyphens down', () => {
    expect(toHalfWidth('０３（１２３４）５６７８')).toBe('03(1234)5678')
    expect(toHalfWidth('０３－１２３４－５６７８')).toBe('03-1234-5678')
  })
})
