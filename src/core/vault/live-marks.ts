import type { Deks } from '../keys/keys.ts'

/**
 * Marking DEKs `live` after a commit. It may be late or lost: the sweep makes every referenced DEK live and deletes only what
 * nothing refers to. So it is batched and nobody waits for it.
 */
export const createLiveMarks = ({
  deks,
  onError,
}: {
  deks: Pick<Deks, 'markLive'>
  onError: (error: unknown) => void
}) => {
  const waiting = new Map<string, string[]>()
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  const everyMs = 200
  const enough = 500

  const flush = (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    const batch = [...waiting]
    waiting.clear()
    running = running
      .then(async () => {
        for (const [organizationId, ids] of batch) await deks.markLive(organizationId, ids)
      })
      .catch(onError)
    return running
  }

  return {
    add: (organizationId: string, ids: readonly string[]): void => {
      const list = waiting.get(organizationId) ?? []
      list.push(...ids)
      waiting.set(organizationId, list)
      if (list.length >= enough) void flush()
      else timer ??= setTimeout(() => void flush(), everyMs)
    },
    flush,
  }
}
