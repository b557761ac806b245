import type { AnchorsState } from '../../../core/anchors/anchors.ts'
import type { Waiting } from '../../../core/ledger/ledger.ts'
import { defined } from '../../../core/shared/defined.ts'
import { contractText } from '../contract.ts'
import { type Handler, ok } from '../operation.ts'

type Part = 'mongodb' | 'keys' | 'redis' | 'anchors'
export type Parts = Record<Part, () => Promise<void>>
type Deps = {
  parts: Parts
  anchors: () => AnchorsState
  ledger: () => Promise<Waiting>
  metrics: () => Promise<string>
}

/** The service itself: alive, ready, measured, described. */
export const serviceHandlers = ({ parts, anchors: list, ledger, metrics }: Deps) => {
  const state = (check: () => Promise<void>): Promise<'up' | 'down'> =>
    check().then(
      () => 'up',
      () => 'down',
    )
  return {
    getHealth: (async () => ok({ status: 'ok' as const })) satisfies Handler<'getHealth'>,
    getReadiness: (async () => {
      const [mongodb, keys, redis, reached, waiting] = await Promise.all([
        state(parts.mongodb),
        state(parts.keys),
        state(parts.redis),
        state(parts.anchors),
        ledger().catch(() => undefined),
      ])
      const { state: repeated, detail } = list()
      const anchors = repeated === 'up' ? reached : repeated
      // Without Redis registering, checking and reading go on, without the list disposals wait: not ready is without a
      // database, or while disposals are repeated after a restore.
      const ready = mongodb === 'up' && keys === 'up' && repeated === 'up'
      return {
        status: ready ? 200 : 503,
        body: {
          status: ready ? 'ready' : 'not_ready',
          parts: { mongodb, keys, redis, anchors },
          ...defined({
            detail,
            ledgerLagSeconds: waiting === undefined ? undefined : Math.floor(waiting.lagSeconds),
          }),
        },
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
