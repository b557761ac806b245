import { expect, it } from 'vitest'
import { languageOf } from '../../src/adapters/http/problem.ts'

it.each([
  [undefined, 'ja'],
  ['', 'ja'],
  ['*', 'ja'],
  ['fr, zh-en', 'ja'],
  ['en', 'en'],
  ['EN-GB', 'en'],
  ['ja,en', 'ja'],
  ['en;q=0.5,ja;q=0.6', 'ja'],
  ['fr, ja-JP;q=0.1 , en-US; q=0.9', 'en'],
  ['en;q=0', 'ja'],
  ['english', 'ja'],
  ['en-Latn-US;q=0.1, ja;q=0.5', 'ja'],
  ['en-001;q=0.2, ja;q=0.3', 'ja'],
  ['en;q=x, ja;q=0.1', 'ja'],
] as const)('problems are in the language that Accept-Language prefers, Japanese else: %s', (wish, language) => {
  expect(languageOf(wish)).toBe(language)
})
