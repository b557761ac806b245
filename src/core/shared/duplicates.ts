/** Whether MongoDB refused a write because a unique index holds the value already. Transactions report it the same way. */
export const isDuplicateKey = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 11000
