import { AppError } from '../shared/errors.ts'
import { mayFollow } from './epoch.rules.ts'
import type { EpochRow, EpochStore } from './epoch.store.ts'
import { createSteps, type Hand, type StepDeps } from './epoch-steps.ts'

type Deps = StepDeps & { store: EpochStore; leaseMs: number }

/** After a failure (the KMS does not answer, …) nobody tries again before this. */
const pauseMs = 15_000

const takenOver = (): AppError => new AppError('conflict', 'Another worker has this epoch.')
const stopping = (): AppError => new AppError('unavailable', 'The service stops.')

/** Drives epochs: a lease with a fence, one state after the other, until there is something to wait for. */
export const createEpochWorker = ({ store, leaseMs, ...deps }: Deps) => {
  const { clock } = deps
  const steps = createSteps(deps)
  let stopped = false
  const leaseEnd = (): Date => new Date(clock.now().getTime() + leaseMs)

  const handFor = (epoch: EpochRow): Hand => ({
    beat: async (done = 0) => {
      if (!(await store.beat(epoch, leaseEnd(), done))) throw takenOver()
      if (stopped) throw stopping()
    },
    keep: async (set) => {
      if ((await store.move(epoch, { ...set, leaseUntil: leaseEnd() })) === null) throw takenOver()
    },
  })

  const canGoOn = (epoch: EpochRow): boolean =>
    !stopped &&
    epoch.state !== 'finished' &&
    epoch.notBefore <= clock.now() &&
    (epoch.state !== 'awaiting_backup' || epoch.backup !== undefined)

  const stepOnce = async (epoch: EpochRow): Promise<EpochRow> => {
    const { to, set = {}, unset } = await steps[epoch.state](epoch, handFor(epoch))
    if (!mayFollow(epoch.state, to))
      throw new AppError('internal', undefined, { cause: new Error(`${epoch.state} is not followed by ${to}`) })
    const moved = await store.move(epoch, { ...set, state: to, leaseUntil: leaseEnd() }, unset)
    if (moved === null) throw takenOver()
    return moved
  }

  const drive = async (claimed: EpochRow): Promise<void> => {
    let epoch = claimed
    try {
      while (canGoOn(epoch)) epoch = await stepOnce(epoch)
      await store.release(epoch, clock.now())
    } catch (error) {
      if (error instanceof AppError && error.code === 'conflict') return
      if (stopped) return store.release(epoch, clock.now())
      await store.release(epoch, new Date(clock.now().getTime() + Math.min(pauseMs, leaseMs))).catch(() => undefined)
      throw error
    }
  }

  const work = async (): Promise<void> => {
    while (!stopped) {
      const epoch = await store.claim(clock.now(), leaseEnd())
      if (epoch === null) return
      await drive(epoch)
    }
  }

  return {
    work,
    stop: (): void => {
      stopped = true
    },
  }
}
