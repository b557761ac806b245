import { describe, expect, it } from 'vitest'
import { foldName, gramsOfName, gramsOfQuery } from '../../src/core/keys/grams.rules.ts'

describe('names for search', () => {
  it.each([
    ['ﾋｶﾞｼﾉ ｼﾞﾛｳ', 'ヒガシノジロウ'],
    ['ひがしの　じろう', 'ヒガシノジロウ'],
    ['Ｓｍｉｔｈ\u00a0John', 'smithjohn'],
    ['東野\t二郎\u200b', '東野二郎'],
    ['葛\u{E0100}城', '葛城'],
    ['ゔぁ いすゞ', 'ヴァイスヾ'],
  ])('%s is compared as %s', (text, folded) => {
    expect(foldName(text)).toBe(folded)
  })

  it('keep different characters apart: 髙 is not 高, 﨑 is not 崎', () => {
    expect(foldName('髙')).not.toBe(foldName('高'))
    expect(foldName('﨑')).not.toBe(foldName('崎'))
  })

  it('are found by single characters and pairs, a surrogate pair being one character', () => {
    expect(gramsOfName('𠮷 田')).toEqual(['𠮷', '田', '𠮷田'])
    expect(gramsOfQuery('𠮷')).toEqual(['𠮷'])
    expect(gramsOfQuery('東野二')).toEqual(['東野', '野二'])
    expect(gramsOfQuery(' 　')).toEqual([])
  })

  it('have, for any part of a name, the grams of that part', () => {
    const name = Array.from('東野二郎左衛門')
    const grams = new Set(gramsOfName(name.join('')))
    for (let from = 0; from < name.length; from += 1)
      for (let to = from + 1; to <= name.length; to += 1)
        for (const gram of gramsOfQuery(name.slice(from, to).join(''))) expect(grams).toContain(gram)
  })
})
