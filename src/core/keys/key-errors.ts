import { AppError } from '../shared/errors.ts'

/**
 * Something did not open. The caller learns nothing (not even whether the key, the tag or the length was wrong); the
 * log learns which key, from the cause.
 */
export const undecipherable = (keyId: string, why: string): AppError =>
  new AppError('internal', undefined, { cause: new Error(`Key ${keyId}: ${why}`) })

/** It does not open and never will; not: the KMS did not answer. */
export const isUndecipherable = (error: unknown): error is AppError =>
  error instanceof AppError && error.code === 'internal'

/** What an error tells the operator and not the caller. */
export const causeOf = (error: Error): string => (error.cause instanceof Error ? error.cause.message : error.message)

export const kmsUnavailable = (cause: unknown): AppError =>
  new AppError('unavailable', 'The key management system does not answer.', { retryAfterSeconds: 5, cause })

/** A key that was handed out and outlived its cache: asked for again, it is loaded again. */
export const keyExpired = (keyId: string): AppError =>
  new AppError('unavailable', 'A cached key has ended; try again.', {
    retryAfterSeconds: 1,
    cause: new Error(`Key ${keyId}: used after its cache time`),
  })
