import type { Request, Response } from 'express'
import type { Logger } from 'pino'
import { AppError } from '../../core/shared/errors.ts'

/** Access log: route templates, never URLs; no header, no body. */
export type RequestLog = ((request: Request, response: Response) => void) & {
  error: (error: unknown, requestId: string) => void
  /** A refusal that explains nothing to the caller: why, for the operator. */
  refused: (error: AppError, requestId: string) => void
}

export const createRequestLog = (logger: Logger): RequestLog => {
  const log = (request: Request, response: Response): void => {
    const { route, requestId, startedAt, code } = response.locals
    logger.info({
      requestId,
      method: request.method,
      route: route ?? '-',
      status: response.statusCode,
      milliseconds: Math.round(performance.now() - startedAt),
      ...(code === undefined ? {} : { code }),
      ...(response.writableFinished ? {} : { cut: true }),
    })
  }
  const error = (thrown: unknown, requestId: string): void =>
    logger.error({ requestId, ...describeError(thrown) }, 'request failed')
  const refused = ({ code, cause }: AppError, requestId: string): void =>
    logger.warn({ requestId, code, reason: scrub(cause instanceof Error ? cause.message : '') }, 'request refused')
  return Object.assign(log, { error, refused })
}

/** What the operator needs of an error. Messages of libraries may quote what was sent, so long runs of digits are blotted out. */
export const describeError = (thrown: unknown): Record<string, unknown> => {
  if (!(thrown instanceof Error)) return { error: 'not an Error' }
  const cause = thrown.cause instanceof Error ? { cause: scrub(thrown.cause.message) } : {}
  return {
    error: thrown.name,
    ...(thrown instanceof AppError ? { code: thrown.code } : {}),
    message: scrub(thrown.message),
    stack: scrub((thrown.stack ?? '').split('\n').slice(1, 8).join('\n')),
    ...cause,
  }
}

export const scrub = (text: string): string => text.replaceAll(/(?:[0-9０-９][\s-‐－]*){11,}[0-9０-９]/g, '…')
