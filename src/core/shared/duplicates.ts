/** Whether MongoDB refused a write because a unique index holds the value already. Transactions report it the same way. */
export const isDuplicateKey = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 11000

/**
 * The fields of the index that refused it. What inserts many at once reports them in its text only, by the index's name
 * (`organizationId_1_kind_1_externalId_1`); the text holds values too, so nothing else of it is used.
 */
export const duplicateFields = (error: unknown): string[] => {
  const { keyPattern, message = '' } = error as { keyPattern?: Record<string, unknown>; message?: string }
  if (keyPattern !== undefined) return Object.keys(keyPattern)
  return (/ index: (\S+) dup key/.exec(message)?.[1] ?? '').split(/_-?1(?:_|$)/).filter((field) => field !== '')
}
