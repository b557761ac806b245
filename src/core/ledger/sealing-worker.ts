import type { Outbox } from '../outbox/outbox.ts'
import type { Clock } from '../shared/clock.ts'
import type { Database } from '../shared/database.ts'
import type { Checkpoints } from './checkpoints.ts'
import type { Sealer } from './sealer.ts'
import type { SealingStore } from './sealing.store.ts'
import { isBrokenTree } from './tiles.ts'
import type { TreeStore } from './tree.store.ts'

type Deps = {
  db: Database
  outbox: Pick<Outbox, 'event'>
  clock: Clock
  store: Pick<SealingStore, 'nextWaiting'>
  trees: TreeStore
  sealer: Sealer
  checkpoints: Pick<Checkpoints, 'sign' | 'anchor'>
  onError: (error: unknown) => void
}

/** How often it seals; and where something keeps coming in. Idle, it costs one look a second into an index. */
const pollMs = 200
const busyPollMs = 20
/** Under load an organization gets a checkpoint so often at most. */
const signEveryMs = 5000
const anchorEveryMs = 24 * 3600 * 1000
const anchorLookMs = 60_000
/** So often it asks who has unsealed entries; in between, whoever has just had some may have more. */
const askEveryMs = 1000
/** Organizations at once; and rounds of one before the others have their turn. */
const lanes = 4
const roundsInARow = 8
const batch = 200
/** What could not be sealed is left alone for a while. */
const restMs = 5000

/** In the worker, on a clock of its own: seals, signs what is sealed, and once a day anchors what is signed. */
export const createSealingWorker = (deps: Deps) => {
  const { db, outbox, clock, store, trees, sealer, checkpoints, onError } = deps
  const restingUntil = new Map<string, number>()
  let stopped = false

  const raise = async (organizationId: string): Promise<void> => {
    const requestId = `seal-${clock.now().getTime()}`
    await db.inTransaction(async () => {
      if (await trees.broken(organizationId, clock.now()))
        await outbox.event({ organizationId, requestId }, 'ledger.tampered', { what: 'tree' })
    })
  }

  /** One organization's trouble is not another's. */
  const attempt = async (organizationId: string, work: () => Promise<unknown>): Promise<void> => {
    if (stopped || (restingUntil.get(organizationId) ?? 0) > Date.now()) return
    restingUntil.delete(organizationId)
    try {
      await work()
    } catch (error) {
      restingUntil.set(organizationId, Date.now() + restMs)
      onError(error)
      if (isBrokenTree(error)) await raise(organizationId).catch(onError)
    }
  }

  const each = async (
    organizationIds: readonly string[],
    work: (organizationId: string) => Promise<unknown>,
  ): Promise<void> => {
    const queue = organizationIds.values()
    const lane = async (): Promise<void> => {
      for (const organizationId of queue) await attempt(organizationId, () => work(organizationId))
    }
    await Promise.all(Array.from({ length: lanes }, lane))
  }

  const waiting = async (): Promise<string[]> => {
    const found: string[] = []
    for (let after = ''; !stopped; ) {
      const next = await store.nextWaiting(after)
      if (next === null) break
      after = next.organizationId
      found.push(after)
    }
    return found
  }

  const sealAll = async (): Promise<void> =>
    each(await waiting(), (organizationId) => sealer.seal(organizationId, roundsInARow))

  let busy = new Set<string>()
  let askedAt = Number.NEGATIVE_INFINITY
  const sealSome = async (): Promise<void> => {
    const isAsking = performance.now() - askedAt >= askEveryMs
    if (isAsking) askedAt = performance.now()
    const turn = isAsking ? await waiting() : [...busy]
    busy = new Set()
    await each(turn, async (organizationId) => {
      if ((await sealer.seal(organizationId, roundsInARow, true)) !== 0) busy.add(organizationId)
    })
  }

  const signAll = async (): Promise<void> =>
    each(await trees.unsigned(new Date(clock.now().getTime() - signEveryMs), batch), async (organizationId) => {
      await checkpoints.sign(organizationId)
      await trees.mended(organizationId)
    })

  const anchorAll = async (): Promise<void> =>
    each(await trees.unanchored(new Date(clock.now().getTime() - anchorEveryMs), batch), async (organizationId) => {
      const checkpoint = await checkpoints.sign(organizationId)
      if (checkpoint !== undefined)
        await checkpoints.anchor(checkpoint, { requestId: `anchor-${clock.now().getTime()}` })
    })

  let anchorsDueAt = 0
  const round = async (): Promise<void> => {
    await sealSome()
    await signAll()
    if (Date.now() < anchorsDueAt) return
    anchorsDueAt = Date.now() + anchorLookMs
    await anchorAll()
  }

  const start = () => {
    let timer: NodeJS.Timeout | undefined
    let running: Promise<void> = Promise.resolve()
    const tick = (): void => {
      running = round()
        .catch(onError)
        .finally(() => {
          if (!stopped) timer = setTimeout(tick, busy.size > 0 ? busyPollMs : pollMs)
        })
    }
    tick()
    return {
      stop: async (): Promise<void> => {
        stopped = true
        clearTimeout(timer)
        await running
      },
    }
  }

  return { start, sealAll, signAll, anchorAll }
}
