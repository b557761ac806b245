import { AppError } from '../../core/shared/errors.ts'

const tag = /(?:W\/)?"[^"]*"/g
const list = /^\s*(?:W\/)?"[^"]*"(?:\s*,\s*(?:W\/)?"[^"]*")+\s*$/

/** RFC 9110 § 13.1.1: any of the tags may be the current one. */
const tagsOf = (ifMatch: string): readonly string[] => (list.test(ifMatch) ? (ifMatch.match(tag) ?? []) : [ifMatch])

/** Acts under each of the tags in turn until one fits: what is refused by its condition has changed nothing. */
export const underAnyTag = async <T>(
  ifMatch: string | undefined,
  act: (tag: string | undefined) => Promise<T>,
): Promise<T> => {
  if (ifMatch === undefined) return act(undefined)
  const tags = [...new Set(tagsOf(ifMatch))]
  for (const [i, one] of tags.entries()) {
    try {
      return await act(one)
    } catch (error) {
      const misses = error instanceof AppError && error.code === 'precondition_failed'
      if (!misses || i === tags.length - 1) throw error
    }
  }
  return act(ifMatch)
}
