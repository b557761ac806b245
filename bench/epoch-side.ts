import { createErasure } from '../src/core/erasure/erasure.ts'
import { createRetention } from '../src/core/retention/retention.ts'
import { answerOnce, watchMemory } from './child-side.ts'
import { issuer, openGraph, type Place } from './graph.ts'

export type EpochInput = { place: Place }
export type EpochDone = {
  /** Data keys re-wrapped, each with a new place in the number index. */
  count: number
  /** From the first new key to the end of the re-wrap, without the waits for caches. */
  seconds: number
  externalMegabytes: number
  residentMegabytes: number
}

/** Nobody else has keys in a cache here: the waits for that are stepped over, and not counted. */
let steppedMs = 0
const clock = { now: () => new Date(Date.now() + steppedMs) }

/** Our erasure epoch, driven as the worker's timer drives it. */
await answerOnce(async ({ place }: EpochInput): Promise<EpochDone> => {
  const graph = await openGraph(place)
  await graph.prepare()
  const { db, keysDb, keys, ledger, outbox, jobs, organizations, access, subjects, notices, files, vault, anchors } =
    graph
  const thrown: unknown[] = []
  const onError = (error: unknown): void => void thrown.push(error)
  const retention = createRetention({
    ...{
      db,
      keys,
      ledger,
      outbox,
      jobs,
      organizations,
      access,
      subjects,
      notices,
      vault,
      files,
      anchors,
      clock,
      issuer,
    },
    answers: access.once,
    lastPaymentYears: () => Promise.resolve(new Map()),
  })
  const erasure = createErasure({
    ...{ db, keysDb, keys, ledger, outbox, organizations, subjects, vault, files, clock, onError },
    retention: { ...retention, trustedClock: { ...retention.trustedClock, isTrusted: () => Promise.resolve(true) } },
    everyDays: 21,
    keepOldKeysSeconds: 0,
    confirmsByItself: true,
    leaseMs: 60_000,
  })
  const memory = watchMemory()
  const { _id } = await erasure.operator.start()
  let seconds = 0
  for (;;) {
    const startedAt = performance.now()
    await erasure.advance()
    seconds += (performance.now() - startedAt) / 1000
    const epoch = await erasure.get(_id)
    if (epoch.state === 'finished') {
      const peak = memory()
      if (thrown.length > 0) throw new Error('The epoch met errors.', { cause: thrown[0] })
      await graph.close()
      return { count: epoch.progress.done, seconds, ...peak }
    }
    steppedMs += Math.max(0, epoch.notBefore.getTime() - clock.now().getTime())
  }
})
