import type { Condition } from '../../../core/shared/condition.ts'
import { AppError } from '../../../core/shared/errors.ts'

/** Strong, as RFC 9110 § 8.8.3: the version of the row. */
export const etagOf = (version: number): Record<string, string> => ({ ETag: `"${version}"` })

const tag = /(?:W\/)?"[^"]*"/g
const list = /^\s*(?:W\/)?"[^"]*"(?:\s*,\s*(?:W\/)?"[^"]*")*\s*$/
const ours = /^"\d{1,9}"$/

/** RFC 9110 § 13.1.1: any of the tags may be the current one, a weak one never is. Undefined where the header was not sent. */
export const conditionOf = (ifMatch: string | undefined): Condition | undefined => {
  if (ifMatch === undefined) return undefined
  if (ifMatch.trim() === '*') return {}
  const tags = list.test(ifMatch) ? (ifMatch.match(tag) ?? []) : []
  const versions = tags.filter((each) => ours.test(each)).map((each) => Number(each.slice(1, -1)))
  if (versions.length === 0)
    throw new AppError('precondition_failed', 'This is not an ETag of ours.', {
      places: [{ parameter: 'If-Match', code: 'precondition_failed' }],
    })
  return { versions }
}
