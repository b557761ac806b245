import { AppError } from '../../core/shared/errors.ts'

/** What every KMS can answer beside a key, in our words. No key, token or password is ever part of a sentence. */
export const versionGone = (version: string): AppError =>
  new AppError('internal', undefined, { cause: new Error(`KMS version ${version} is destroyed or was never here`) })

export const doesNotUnwrap = (version: string): AppError =>
  new AppError('internal', undefined, { cause: new Error(`KMS version ${version}: wrapped bytes do not unwrap`) })

/** Not ours to wait out: the operator has to change this setting, or what it names. */
export const refused = (setting: string, why: string): AppError =>
  new AppError('internal', undefined, { cause: new Error(`${setting}: ${why}`) })

export const notAnswering = (cause: unknown, retryAfterSeconds = 5): AppError =>
  new AppError('unavailable', 'The key management system does not answer.', { retryAfterSeconds, cause })
