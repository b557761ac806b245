import { createSealing } from '../src/core/ledger/ledger.ts'
import { systemClock as clock } from '../src/core/shared/clock.ts'
import { serveUntilStopped } from './child-side.ts'
import { openGraph, type Place } from './graph.ts'

/** The sealer as a worker runs it, and nothing else. */
await serveUntilStopped(async ({ place }: { place: Place }) => {
  const graph = await openGraph(place)
  const { db, keys, ledger, outbox, anchors } = graph
  const onError = (error: unknown): void => console.error(error)
  const onTampered = (): void => console.error('an entry does not fit its MAC')
  const sealing = createSealing({ db, keys, ledger, outbox, anchors, clock, onError, onTampered })
  const running = sealing.start()
  return async () => {
    await running.stop()
    await graph.close()
  }
})
