import { createServer } from 'node:http'
import express, { type Request, type Response } from 'express'
import { importJWK, type JWK, jwtVerify } from 'jose'

export type RouteInput = { port: number; jwk: JWK; issuer: string }

/** One bare Express 5 route behind `jwtVerify` (EdDSA). */
export const serveRoute = async (
  { port, jwk, issuer }: RouteInput,
  path: string,
  handle: (request: Request, response: Response, staffId: string) => Promise<void>,
): Promise<() => Promise<void>> => {
  const key = await importJWK(jwk, 'EdDSA')
  const app = express()
  app.disable('etag')
  app.disable('x-powered-by')
  app.post(path, express.json(), async (request, response) => {
    const token = request.headers.authorization?.slice('Bearer '.length) ?? ''
    const { payload } = await jwtVerify(token, key, { issuer, audience: 'azukari' })
    await handle(request, response, String(payload.staff))
  })
  const server = createServer(app)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
}
