import type { Problem } from './api.ts'
import type { Words } from './words/words.ts'

/** In the page's own words: the service's sentences are for those who program. */
export const sentenceOf = (words: Words, problem: Problem | undefined): string => {
  const codes = problem === undefined ? [] : [problem.places[0]?.code, problem.code]
  for (const code of codes) {
    const sentence = code === undefined ? undefined : words.problems[code]
    if (sentence !== undefined) return sentence
  }
  return words.problems.other
}
