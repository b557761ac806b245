import { AppError } from '../../../core/shared/errors.ts'

/** Strong, as RFC 9110 § 8.8.3: the version of the row. */
export const etagOf = (version: number): Record<string, string> => ({ ETag: `"${version}"` })

/** RFC 9110 § 13.1.1. Undefined where the header was not sent; without a version for `*`. */
export const conditionOf = (ifMatch: string | undefined): { version?: number } | undefined => {
  if (ifMatch === undefined) return undefined
  if (ifMatch.trim() === '*') return {}
  const match = /^"(\d{1,9})"$/.exec(ifMatch.trim())
  if (match === null)
    throw new AppError('precondition_failed', 'This is not an ETag of ours.', {
      places: [{ parameter: 'If-Match', code: 'precondition_failed' }],
    })
  return { version: Number(match[1]) }
}
