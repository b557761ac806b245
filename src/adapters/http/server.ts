import { createServer, type Server } from 'node:http'
import { pipeline } from 'node:stream/promises'
import express, { type Express, type NextFunction, type Request, type Response } from 'express'
import type { Guard } from '../../core/access/access.ts'
import type { Receipts } from '../../core/receipts/receipts.ts'
import type { Clock } from '../../core/shared/clock.ts'
import { isUnreachable } from '../../core/shared/database.ts'
import { AppError } from '../../core/shared/errors.ts'
import { newId } from '../../core/shared/ids.ts'
import { holdsNumber } from '../../core/shared/number-in-text.ts'
import type { CarriedNumber } from '../../core/vault/vault.ts'
import { type Authorizing, authorize, rowOf } from './authorize.ts'
import { readBody } from './body.ts'
import { loadContract, mustBeValid, type OperationId, type Validators } from './contract.ts'
import { namedSubjects } from './named-subjects.ts'
import { oauthError } from './oauth-error.ts'
import type { Answer, Asker, Context, Handler, Input } from './operation.ts'
import { mustBeOwn, type OwnFilters } from './own-filters.ts'
import { createPathTable } from './path-table.ts'
import { languageOf, toProblem } from './problem.ts'
import { limitRate, type TakeOne } from './rate-limit.ts'
import { withReceipt } from './receipt.ts'
import type { RequestLog } from './request-log.ts'
import { runOnce } from './run-once.ts'

export type Handlers = { [K in OperationId]: Handler<K> }

export type ServerDeps = Authorizing & {
  takeOne: TakeOne
  guard: Pick<Guard, 'mustBeCovered' | 'letOut'>
  receipts: Receipts
  /** Whose address a request comes from, behind proxies that are trusted. */
  addressOf: (request: Request) => string | undefined
  handlers: Handlers
  ownFilters: OwnFilters
  /** Opens a JWE that came in place of a number. */
  receiveNumber: (compact: string) => Promise<CarriedNumber>
  clock: Clock
  log: RequestLog
  /** Why nothing is answered now, but for whether the service lives and is ready. */
  closed: () => AppError | undefined
  /** In tests: an answer that does not fit the contract is an error. */
  validateResponses: boolean
  /** Pages beside the contract: `/docs/`, `/c`. */
  pages: (app: Express) => void
}

const securityHeaders = Object.entries({
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
})

const alwaysOpen = new Set(['/healthz', '/readyz'])

/** What a proxy or host may call a request: short and plain, or we name it ourselves. */
const requestIdOf = (given: string | undefined): string =>
  given !== undefined && /^[A-Za-z0-9._-]{1,64}$/.test(given) && !holdsNumber(given) ? given : newId('request_')

/** What is asked at a path, by method; HEAD is answered as GET is, without its body, but where each GET is put on record. */
const pathsOf = (operations: readonly Validators[]) =>
  createPathTable(
    [...Map.groupBy(operations, ({ path }) => path)].map(([path, here]) => {
      const byMethod = new Map(here.map((operation) => [operation.method.toUpperCase(), operation]))
      const get = byMethod.get('GET')
      if (get !== undefined && rowOf(get.operationId).tried === undefined) byMethod.set('HEAD', get)
      return [path, { byMethod, allow: [...byMethod.keys()].join(', ') }] as const
    }),
  )

export const createHttpServer = (deps: ServerDeps): { app: Express; server: Server } => {
  const app = express()
  app.disable('x-powered-by')
  app.set('etag', false)
  app.set('query parser', 'simple')
  app.set('case sensitive routing', true)
  app.set('strict routing', true)

  const paths = pathsOf(loadContract())
  // One middleware for all of the contract: each further one costs every request.
  app.use((request, response, next) => {
    const requestId = requestIdOf(request.headers['x-request-id']?.toString())
    response.locals.requestId = requestId
    response.locals.startedAt = performance.now()
    response.setHeader('X-Request-Id', requestId)
    for (const [name, value] of securityHeaders) response.setHeader(name, value)
    response.once('close', () => deps.log(request, response))

    const refusal = alwaysOpen.has(request.path) ? undefined : deps.closed()
    if (refusal !== undefined) throw refusal
    const found = paths.find(request.path)
    if (found === undefined) return next()
    const { byMethod, allow } = found.value
    const operation = byMethod.get(request.method)
    if (operation !== undefined) return serve(deps, operation, found.params, request, response)
    response.setHeader('Allow', allow)
    throw new AppError('method_not_allowed', `Use ${allow}.`)
  })
  deps.pages(app)
  app.use(() => {
    throw new AppError('not_found', 'There is nothing at this path: see /openapi.yaml.')
  })
  app.use((error: unknown, request: Request, response: Response, _next: NextFunction) => {
    // What Express itself refuses: a path that does not decode.
    const known = brokeOff(request, error) ?? knownError(error)
    sendProblem(deps, request, response, known)
  })

  const server = createServer(
    {
      // Who sends slowly holds a connection, so not for long; looked at every five seconds.
      requestTimeout: 120_000,
      headersTimeout: 15_000,
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 5000,
      maxHeaderSize: 16 * 1024,
    },
    app,
  )
  return { app, server }
}

/** Who goes away, or is too slow, before the whole request is here has not found a fault of ours. */
const brokeOff = (request: Request, error: unknown): AppError | undefined =>
  request.destroyed && !request.complete && error instanceof Error && 'code' in error && error.code === 'ECONNRESET'
    ? new AppError('invalid_request', 'The connection ended before the whole request was here.')
    : undefined

const knownError = (error: unknown): unknown => {
  if (error instanceof URIError) return new AppError('not_found', 'The path does not decode.')
  if (isUnreachable(error))
    return new AppError('unavailable', 'The database cannot be reached: try again.', { cause: error })
  return error
}

const sendProblem = (deps: ServerDeps, request: Request, response: Response, error: unknown): void => {
  const { requestId } = response.locals
  const problem = toProblem(error, requestId, languageOf(request.headers['accept-language']))
  if (problem.status >= 500) deps.log.error(error, requestId)
  else if (error instanceof AppError && error.code === 'number_not_accepted' && error.cause !== undefined)
    deps.log.refused(error, requestId)
  response.locals.code = problem.body.code
  if (response.headersSent) {
    // Half a download is no download: cut the connection, so that the client sees it.
    response.destroy()
    return
  }
  // A body that was not read to its end makes the connection unfit for another request.
  if (!request.complete) response.setHeader('Connection', 'close')
  for (const [name, value] of Object.entries(problem.headers)) response.setHeader(name, value)
  response.status(problem.status)
  const token = request.path.startsWith('/oauth/') && request.method === 'POST'
  response.setHeader('Content-Type', token ? 'application/json' : 'application/problem+json')
  response.end(JSON.stringify(token ? oauthError(problem.body) : problem.body))
}

const accepting =
  (request: Request) =>
  <T extends string>(types: readonly [T, ...T[]]): T => {
    const best = types.find((type) => type === request.accepts([...types]))
    if (best === undefined) throw new AppError('not_acceptable', `This comes as ${types.join(' or ')}.`)
    return best
  }

const isGuess = (error: unknown): boolean => error instanceof AppError && error.code === 'unauthenticated'
/** Probes, metrics and the contract are not: their watchers come from one address, all the time. */
const isCounted = (asker: Asker, { method }: Validators): boolean => asker.kind !== 'anybody' || method !== 'get'

const decodedQuery = (request: Request): Record<string, unknown> => ({ ...(request.query as Record<string, unknown>) })

const serve = async (
  deps: ServerDeps,
  operation: Validators,
  path: Record<string, string>,
  request: Request,
  response: Response,
): Promise<void> => {
  response.locals.route = operation.path
  const at = deps.clock.now()
  const { requestId } = response.locals
  const network = deps.addressOf(request)
  const asker = await authorize(deps, operation.operationId, request, requestId, at, network).catch(async (error) => {
    // Who guesses tokens is counted too, by where the guesses come from.
    if (isGuess(error)) await limitRate(deps.takeOne, response, undefined, network)
    throw error
  })
  if (isCounted(asker, operation)) await limitRate(deps.takeOne, response, asker, network)
  const context: Context = {
    requestId,
    at,
    asker,
    language: languageOf(request.headers['accept-language']),
    answerWith: () => undefined,
    ...(network === undefined ? {} : { network }),
  }

  const wrongPath = operation.path_(path)
  if (wrongPath.some(({ code }) => code === 'number_not_accepted')) mustBeValid(wrongPath, 'path')
  if (wrongPath.length > 0) throw new AppError('not_found', 'No such thing.', { places: wrongPath })
  mustBeValid(operation.headers(request.headers), 'request headers')
  const query = decodedQuery(request)
  mustBeValid(operation.query(query), 'query')
  if (asker.kind === 'organization') await mustBeOwn(deps.ownFilters, asker.caller, query)
  const body = await readBody(request, operation)
  if (body !== undefined || (operation.bodyRequired && operation.mediaType === 'application/json'))
    mustBeValid(operation.body(body), 'body')

  const ifMatch = request.headers['if-match']
  const input = {
    path,
    query,
    body,
    stream: request,
    accepts: accepting(request),
    ...(ifMatch === undefined ? {} : { ifMatch }),
  } as unknown as Input<OperationId>
  const handler = deps.handlers[operation.operationId] as Handler<OperationId>
  const act = () => handler(context, input)
  const carried = await carriedIn(deps, body)
  if (carried !== undefined) context.carried = carried
  try {
    const answer = await withReceipt(deps.receipts, operation.operationId, asker, () =>
      guarded(deps, operation.operationId, context, input, (run) =>
        runOnce(deps, operation.operationId, request, context, input, () => run(act)),
      ),
    )
    await send(deps, operation, response, answer)
  } finally {
    carried?.wipe()
  }
}

const carriedIn = async ({ receiveNumber }: ServerDeps, body: unknown): Promise<CarriedNumber | undefined> =>
  typeof body === 'object' && body !== null && 'numberJwe' in body && typeof body.numberJwe === 'string'
    ? receiveNumber(body.numberJwe)
    : undefined

/** Coverage is judged first; what lets digits out is judged when it is really done, not when an answer is repeated. */
const guarded = async (
  { guard }: ServerDeps,
  operation: OperationId,
  context: Context,
  input: Input<OperationId>,
  inner: (run: (work: () => Promise<Answer>) => Promise<Answer>) => Promise<Answer>,
): Promise<Answer> => {
  const { asker } = context
  if (asker.kind !== 'organization') return inner((work) => work())
  const row = rowOf(operation)
  const named =
    asker.caller.coverage === undefined && row.leaves === undefined
      ? []
      : namedSubjects([input.path, input.query, input.body])
  await guard.mustBeCovered(asker.caller, row, named)
  return inner((work) =>
    guard.letOut(asker.caller, row, named, (caller) => {
      context.asker = { kind: 'organization', caller }
      return work()
    }),
  )
}

const send = async (deps: ServerDeps, operation: Validators, response: Response, answer: Answer): Promise<void> => {
  const { status, body, download } = answer
  const mediaType =
    download?.mediaType ?? (body === undefined ? undefined : (answer.headers?.['Content-Type'] ?? 'application/json'))
  const text = body === undefined ? undefined : mediaType === 'application/json' ? JSON.stringify(body) : String(body)
  if (deps.validateResponses) mustFit(operation, status, mediaType, text)
  response.status(status)
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value)
  if (mediaType !== undefined) response.setHeader('Content-Type', mediaType)
  if (download !== undefined) return sendDownload(response, download)
  response.end(text)
}

/** In tests: what is sent is what was published. */
const mustFit = (
  operation: Validators,
  status: number,
  mediaType: string | undefined,
  text: string | undefined,
): void => {
  const value = text !== undefined && mediaType === 'application/json' ? JSON.parse(text) : text
  const wrong = operation.response(status, mediaType, value)
  if (wrong !== undefined) throw new Error(`The answer of ${operation.operationId} does not fit the contract: ${wrong}`)
}

const sendDownload = async (response: Response, download: NonNullable<Answer['download']>): Promise<void> => {
  if (download.fileName !== undefined)
    response.setHeader('Content-Disposition', `attachment; filename="${download.fileName.replaceAll(/[^\w.-]/g, '_')}"`)
  try {
    await pipeline(download.stream, response)
    await download.sent?.(true)
  } catch (error) {
    await download.sent?.(false)
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
  }
}
