import type { Problem } from './api.ts'
import type { Words } from './words/words.ts'

/** In the page's own words where it has some for this code, else the service's own sentence would be too technical. */
export const sentenceOf = (words: Words, problem: Problem | undefined): string => {
  const codes = problem === undefined ? [] : [problem.places[0]?.code, problem.code]
  for (const code of codes) {
    const sentence = code === undefined ? undefined : words.problems[code]
    if (sentence !== undefined) return sentence
  }
  return problem?.status === 503 ? (words.problems.unavailable ?? words.problems.other) : words.problems.other
}
