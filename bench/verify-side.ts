import { createSealing, createVerification } from '../src/core/ledger/ledger.ts'
import { systemClock as clock } from '../src/core/shared/clock.ts'
import { answerOnce, watchMemory } from './child-side.ts'
import { openGraph, type Place } from './graph.ts'

export type VerifyInput = { place: Place; organizationId: string }

/** The ledger verified where it lies, as `azukari ledger verify` does it. */
await answerOnce(async ({ place, organizationId }: VerifyInput) => {
  const graph = await openGraph(place)
  const { db, keys, anchors } = graph
  const onError = (error: unknown): void => console.error(error)
  const { checkpoints } = createSealing({ ...graph, clock, onError, onTampered: () => undefined })
  const verification = createVerification({ db, keys, anchors, publicKeys: checkpoints.publicKeys })
  const memory = watchMemory()
  const startedAt = performance.now()
  const report = await verification.verify(organizationId)
  const seconds = (performance.now() - startedAt) / 1000
  const peak = memory()
  await graph.close()
  if (!report.ok || report.rootsVerified === 0) throw new Error(`Not verified: ${JSON.stringify(report)}`)
  return { count: report.entries, seconds, ...peak }
})
