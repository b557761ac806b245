import type { RequestRow } from './requests.store.ts'

/** The person themselves, where a dependent would have a key. */
export const selfKey = 'self'

/** How the page calls each of these people: the person, then dependents by the key it gave them, or by their id. */
export const keyOf = (request: Pick<RequestRow, 'dependents'> | undefined, subjectId: string, self: string): string =>
  subjectId === self
    ? selfKey
    : (request?.dependents.find((dependent) => dependent.subjectId === subjectId)?.key ?? subjectId)

/** …and back; undefined where the key means nobody. `family`: ids of the dependents. */
export const subjectOfKey = (
  request: Pick<RequestRow, 'dependents'> | undefined,
  key: string,
  self: string,
  family: readonly string[],
): string | undefined => {
  if (key === selfKey) return self
  const known = request?.dependents.find((dependent) => dependent.key === key)?.subjectId ?? key
  return family.includes(known) ? known : undefined
}

/** Added by the person through this request, and seen by nobody else yet: it can be taken out again without a trace in the family. */
export const isAddedHere = (request: Pick<RequestRow, 'dependents' | 'submittedAt'>, subjectId: string): boolean =>
  request.submittedAt === undefined && request.dependents.some((dependent) => dependent.subjectId === subjectId)
