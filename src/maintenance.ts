import type { Clock } from './core/shared/clock.ts'

/** What a kill can leave behind is finished or swept here. Every task may run in several workers at once and again. */
export type Task = { name: string; everySeconds: number; run: () => Promise<unknown> }

export const startMaintenance = ({
  tasks,
  clock,
  onError,
}: {
  tasks: readonly Task[]
  clock: Clock
  onError: (error: unknown, task: string) => void
}) => {
  const tickMs = 250
  const dueAt = new Map(tasks.map(({ name }) => [name, clock.now().getTime()]))
  let running: Promise<void> = Promise.resolve()
  let stopped = false

  const round = async (): Promise<void> => {
    for (const { name, everySeconds, run } of tasks) {
      if (stopped) return
      const now = clock.now().getTime()
      if ((dueAt.get(name) ?? 0) > now) continue
      // Workers drift apart, so that they do not all sweep in the same second.
      dueAt.set(name, now + everySeconds * 1000 * (0.9 + Math.random() / 5))
      await run().catch((error) => onError(error, name))
    }
  }
  let busy = false
  const timer = setInterval(() => {
    if (busy) return
    busy = true
    running = round().finally(() => {
      busy = false
    })
  }, tickMs)
  return {
    stop: async (): Promise<void> => {
      stopped = true
      clearInterval(timer)
      await running
    },
  }
}
