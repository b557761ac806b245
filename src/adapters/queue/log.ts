/** What the queue needs of the log; pino's own functions fit. */
export type Log = {
  info: (fields: object, message: string) => void
  warn: (fields: object, message: string) => void
  error: (fields: object, message: string) => void
}

/** The name of an error and its code, never its message: a driver's message may quote what it was given. */
export const named = (error: unknown): { error: string; code?: string } => ({
  error: error instanceof Error ? error.name : 'unknown',
  ...(typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string'
    ? { code: error.code }
    : {}),
})

/** Says once that a part is lost, and once that it is back: a Redis that is down for an hour is two lines. */
export const createStateLog = (log: Log, part: string) => {
  let lost = false
  return {
    down: (error: unknown): void => {
      if (!lost) log.warn({ part, ...named(error) }, `${part} cannot be reached: rows wait, nothing is lost`)
      lost = true
    },
    up: (): void => {
      if (lost) log.info({ part }, `${part} is back`)
      lost = false
    },
    isDown: (): boolean => lost,
  }
}
export type StateLog = ReturnType<typeof createStateLog>
