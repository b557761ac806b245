import type { Problem } from './api.ts'
import type { Words } from './words/words.ts'

const ofNumbers = ['/number', '/numberJwe']

/** In the page's own words: the service's sentences are for those who program. */
export const sentenceAt = (words: Words, { pointer, code }: Problem['places'][number]): string => {
  const { problems } = words
  if (pointer === '/corporateNumber' && code === 'check_digit') return words.person.corporateNumberWrong
  // A text in which a 個人番号 was found; in its own field it would be the number that is refused.
  const inText = code === 'number_not_accepted' && !ofNumbers.includes(pointer ?? '')
  return problems[inText ? 'digits_in_text' : code] ?? problems.invalid_request ?? problems.other
}

export const sentenceOf = (words: Words, problem: Problem | undefined): string => {
  const [place] = problem?.places ?? []
  if (place !== undefined && words.problems[place.code] !== undefined) return sentenceAt(words, place)
  return (problem === undefined ? undefined : words.problems[problem.code]) ?? words.problems.other
}
