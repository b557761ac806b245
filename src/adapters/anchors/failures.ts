import { AppError } from '../../core/shared/errors.ts'

/** What is deleted waits until the list can be written to; the cause is for the operator. */
export const listUnavailable = (why: string): AppError =>
  new AppError('unavailable', 'The list of disposals outside the databases cannot be used: try again.', {
    retryAfterSeconds: 30,
    cause: new Error(`ANCHOR_URL: ${why}`),
  })
