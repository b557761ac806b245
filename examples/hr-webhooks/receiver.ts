import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { type VerifiedEvent, verifyWebhook } from '@azukari/sdk'

export type Delivery = { headers: IncomingHttpHeaders; body: string; event: VerifiedEvent }

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks = await Array.fromAsync(request as AsyncIterable<Buffer>)
  return Buffer.concat(chunks).toString('utf8')
}

/**
 * An HR system's receiver. It verifies the raw body before it reads it, takes each event once by its id, and answers
 * quickly. `secret` is asked for at each delivery, because the endpoint's secret is known only after it was created.
 */
export const startReceiver = async (secret: () => string, onDelivery: (delivery: Delivery) => void) => {
  const seen = new Set<string>()
  const refused: string[] = []
  const server = createServer((request, response) => {
    void (async () => {
      const body = await readBody(request)
      try {
        const event = await verifyWebhook({ secret: secret(), headers: request.headers, body })
        onDelivery({ headers: request.headers, body, event })
        // At-least-once: the same event may come again, and is taken once.
        seen.add(event.id)
        response.writeHead(204).end()
      } catch (error) {
        refused.push(error instanceof Error ? error.message : 'unknown')
        response.writeHead(400).end()
      }
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}/hooks/azukari`,
    seen,
    refused,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
