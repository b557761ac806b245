import type { Claim, Source } from './bells.ts'
import type { StateLog } from './log.ts'

export type RelayDeps = {
  sources: readonly Source[]
  /** Rings for all of them in one round trip, or throws. */
  ring: (claims: readonly Claim[]) => Promise<void>
  /** Throws while Redis does not answer: then nothing is claimed, so that rows stay due. */
  reach: () => Promise<void>
  redis: StateLog
  mongo: StateLog
  pollMs?: number
  idlePollMs?: number
}

const batchSize = 50

/**
 * Carries due rows to the queue. Any number of relays may run side by side: a claim is one atomic step, under a lease. A
 * relay that dies between claim and ring, or a Redis that loses what it was given, costs one lease; then the row is due.
 */
export const startRelay = (deps: RelayDeps) => {
  const { sources, ring, reach, redis, mongo, pollMs = 200, idlePollMs = 1000 } = deps
  let stopped = false
  let nudged = false
  let wake: (() => void) | undefined

  const claimBatch = async (source: Source): Promise<Claim[]> => {
    const claims: Claim[] = []
    while (claims.length < batchSize && !stopped) {
      const claim = await source.claimDue().catch((error: unknown) => {
        // What was claimed so far is still rung for.
        if (claims.length === 0) throw error
        return null
      })
      if (claim === null) break
      claims.push(claim)
    }
    return claims
  }

  /** How many rows were carried until none was due, or Redis or MongoDB stopped answering. */
  const drain = async (source: Source): Promise<number> => {
    let carried = 0
    for (;;) {
      const claims = await claimBatch(source)
      if (claims.length === 0) return carried
      try {
        await ring(claims)
      } catch (error) {
        redis.down(error)
        // As well as it goes: a row that cannot be released is due when its lease runs out.
        for (const claim of claims) await source.release(claim).catch(() => undefined)
        return carried
      }
      carried += claims.length
      if (claims.length < batchSize) return carried
    }
  }

  const round = async (): Promise<number> => {
    try {
      await reach()
      redis.up()
    } catch (error) {
      redis.down(error)
      return 0
    }
    let carried = 0
    try {
      for (const source of sources) carried += await drain(source)
      mongo.up()
    } catch (error) {
      mongo.down(error)
    }
    return carried
  }

  const rest = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  const loop = async (): Promise<void> => {
    let pause = pollMs
    while (!stopped) {
      nudged = false
      const carried = await round()
      pause = carried > 0 ? pollMs : Math.min(pause * 1.5, idlePollMs)
      if (nudged && !redis.isDown() && !mongo.isDown()) continue
      if (!stopped) await rest(pause)
    }
  }
  const ended = loop()

  return {
    /** Look now instead of at the next round. */
    nudge: (): void => {
      nudged = true
      wake?.()
    },
    stop: async (): Promise<void> => {
      stopped = true
      wake?.()
      await ended
    },
  }
}
export type Relay = ReturnType<typeof startRelay>
