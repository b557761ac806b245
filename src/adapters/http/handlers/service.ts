import { contractText } from '../contract.ts'
import { type Handler, ok } from '../operation.ts'

export type Parts = { mongodb: () => Promise<void>; keys: () => Promise<void>; redis: () => Promise<void> }
type Deps = { parts: Parts; metrics: () => Promise<string> }

/** The service itself: alive, ready, measured, described. */
export const serviceHandlers = ({ parts, metrics }: Deps) => {
  const state = (check: () => Promise<void>): Promise<'up' | 'down'> =>
    check().then(
      () => 'up',
      () => 'down',
    )
  return {
    getHealth: (async () => ok({ status: 'ok' as const })) satisfies Handler<'getHealth'>,
    getReadiness: (async () => {
      const [mongodb, keys, redis] = await Promise.all([state(parts.mongodb), state(parts.keys), state(parts.redis)])
      // Without Redis registering, checking and reading go on: not ready is without a database.
      const ready = mongodb === 'up' && keys === 'up'
      return {
        status: ready ? 200 : 503,
        body: { status: ready ? 'ready' : 'not_ready', parts: { mongodb, keys, redis } },
      }
    }) satisfies Handler<'getReadiness'>,
    getMetrics: (async () => ({
      status: 200,
      body: await metrics(),
      headers: { 'Content-Type': 'text/plain' },
    })) satisfies Handler<'getMetrics'>,
    getOpenapi: (async () => ({
      status: 200,
      body: contractText,
      headers: { 'Content-Type': 'application/yaml' },
    })) satisfies Handler<'getOpenapi'>,
  }
}
