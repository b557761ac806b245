import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { createServer } from 'node:http'
import express, { type Request, type Response } from 'express'
import { importJWK, type JWK, jwtVerify } from 'jose'

export type RouteInput = { port: number; jwk: JWK; issuer: string }

const receiptKey = generateKeyPairSync('ed25519').privateKey
const header = Buffer.from(JSON.stringify({ alg: 'EdDSA', kid: 'k'.repeat(30), typ: 'receipt+jws' })).toString(
  'base64url',
)
/** What answers for an entry: its hash, signed (Ed25519), as a compact JWS. */
export const receiptOf = (issuer: string, organizationId: string, entry: { _id: string }): Promise<string> => {
  const leafHash = createHash('sha256').update(JSON.stringify(entry)).digest('base64url')
  const claims = {
    iss: issuer,
    organizationId,
    iat: Math.floor(Date.now() / 1000),
    entries: [{ id: entry._id, leafHash }],
  }
  const input = `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`
  return new Promise((resolve, reject) =>
    sign(null, Buffer.from(input), receiptKey, (error, signature) =>
      error === null ? resolve(`${input}.${signature.toString('base64url')}`) : reject(error),
    ),
  )
}

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
