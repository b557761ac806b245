import { createServer } from 'node:http'
import express from 'express'
import { auth, requiredScopes } from 'express-oauth2-jwt-bearer'
import * as OpenApiValidator from 'express-openapi-validator'
import { rateLimit } from 'express-rate-limit'
import { Redis } from 'ioredis'
import type { JWK } from 'jose'
import { pino } from 'pino'
import { RedisStore } from 'rate-limit-redis'
import { serveUntilStopped } from '../child-side.ts'

type Input = {
  port: number
  path: string
  answer: unknown
  jwk: JWK
  issuer: string
  scope: string
  redisUrl: string
  prefix: string
  /** The one operation of our contract, with the schemas that it uses. */
  contract: object
}

/** What one would put together: a token, its scope, a rate limit across processes, validation by OpenAPI, a request log. */
await serveUntilStopped(async ({ port, path, answer, jwk, issuer, scope, redisUrl, prefix, contract }: Input) => {
  const redis = new Redis(redisUrl)
  const log = pino({ base: null })
  const app = express()
  app.disable('etag')
  app.disable('x-powered-by')
  app.get('/jwks.json', (_request, response) => void response.json({ keys: [{ ...jwk, alg: 'EdDSA', use: 'sig' }] }))
  app.use((request, response, next) => {
    const startedAt = performance.now()
    response.once('close', () =>
      log.info({
        method: request.method,
        route: request.route?.path,
        status: response.statusCode,
        milliseconds: Math.round(performance.now() - startedAt),
      }),
    )
    next()
  })
  app.use(
    auth({ issuer, audience: 'azukari', jwksUri: `http://127.0.0.1:${port}/jwks.json`, tokenSigningAlg: 'EdDSA' }),
    requiredScopes(scope),
    rateLimit({
      windowMs: 60_000,
      limit: 100_000_000,
      standardHeaders: 'draft-8',
      legacyHeaders: false,
      keyGenerator: (request) => String(request.auth?.payload.sub),
      store: new RedisStore({
        prefix,
        sendCommand: (command: string, ...args: string[]) => redis.call(command, ...args) as Promise<never>,
      }),
    }),
    OpenApiValidator.middleware({
      apiSpec: contract as never,
      validateRequests: true,
      validateResponses: false,
      validateSecurity: false,
    }),
  )
  app.get(path, (_request, response) => void response.json(answer))
  const server = createServer(app)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return () =>
    new Promise((resolve) => {
      redis.disconnect()
      server.close(() => resolve())
      server.closeAllConnections()
    })
})
