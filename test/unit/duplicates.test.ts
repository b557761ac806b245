import { describe, expect, it } from 'vitest'
import { bucketsOf, duplicateKind, groupEqual } from '../../src/core/vault/duplicates.rules.ts'

describe('one number under several people', () => {
  it.each([
    ['the same name and birth date', '東野 二郎', '1980-04-01', '東野　二郎', '1980-04-01', 'same_person'],
    ['the same name, written otherwise', 'ヤマダ', '1980-04-01', 'ﾔﾏﾀﾞ', undefined, 'same_person'],
    ['the same name, no birth dates', '東野 二郎', undefined, '東野二郎', undefined, 'same_person'],
    ['the same name, another birth date', '東野 二郎', '1980-04-01', '東野 二郎', '1981-04-01', 'conflict'],
    ['another name', '東野 二郎', '1980-04-01', '東野 一郎', '1980-04-01', 'conflict'],
    ['a character that only looks alike', '髙橋', undefined, '高橋', undefined, 'conflict'],
  ] as const)('%s', (_what, name, birthOn, otherName, otherBirthOn, kind) => {
    const person = (who: string, on: string | undefined) => ({ name: who, ...(on !== undefined && { birthOn: on }) })
    expect(duplicateKind([person(name, birthOn), person(otherName, otherBirthOn)])).toBe(kind)
  })

  it('is a conflict as soon as any two of them differ, whatever stands between', () => {
    const name = '東野 二郎'
    expect(duplicateKind([{ name, birthOn: '1980-04-01' }, { name }, { name, birthOn: '1990-04-01' }])).toBe('conflict')
  })
})

it('what was opened is sorted by equal digits, in the order in which it came', () => {
  const items = ['a1', 'b2', 'c1', 'd3', 'e2'].map((text) => ({ text, digits: Buffer.from(text.slice(1)) }))
  expect(groupEqual(items, ({ digits }) => digits).map((group) => group.map(({ text }) => text).join())).toEqual([
    'a1,c1',
    'b2,e2',
    'd3',
  ])
})

describe('a page of the index', () => {
  const row = (keyId: string, value: number) => ({ dekId: `${keyId}${value}`, refId: '', index: { keyId, value } })
  const rows = [row('k1', 1), row('k1', 2), row('k1', 2), row('k2', 2), row('k2', 3)]
  const sizes = (isFull: boolean, of = rows) => bucketsOf(of, isFull).map(({ length }) => length)

  it('is cut into runs of one value under one key', () => expect(sizes(false)).toEqual([1, 2, 1, 1]))
  it('leaves its last run to the next page when it may go on there', () => expect(sizes(true)).toEqual([1, 2, 1]))
  it('keeps a run that fills it', () => expect(sizes(true, [row('k1', 2), row('k1', 2)])).toEqual([2]))
  it('can be empty', () => expect(sizes(false, [])).toEqual([]))
})
