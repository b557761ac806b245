import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../shared/errors.ts'

const attempts = 100
const pauseMs = 20

/**
 * Reads what another process has just inserted. Its unique index refuses us before the insert is committed by the
 * majority, and only from then on do we read it; a key that could still be rolled back must not encrypt anything.
 */
export const untilCommitted = async <T>(read: () => Promise<T | null>): Promise<T> => {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const found = await read()
    if (found !== null) return found
    await sleep(pauseMs)
  }
  throw new AppError('unavailable', 'The key database does not confirm a new key.', { retryAfterSeconds: 5 })
}
