import { createServer } from 'node:http'
import express from 'express'
import { serveUntilStopped } from '../child-side.ts'

/** Bare Express 5 with the same JSON: no token is looked at, nothing is limited, validated or logged. */
await serveUntilStopped(async ({ port, path, answer }: { port: number; path: string; answer: unknown }) => {
  const app = express()
  app.disable('etag')
  app.disable('x-powered-by')
  app.get(path, (_request, response) => void response.json(answer))
  const server = createServer(app)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
})
