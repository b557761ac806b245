/** Runs a synchronous work `warmUp` times, then `count` times by the clock. Each call has an index of its own. */
export const timed = (work: (i: number) => void, { count, warmUp }: { count: number; warmUp: number }) => {
  for (let i = 0; i < warmUp; i++) work(i)
  const startedAt = performance.now()
  for (let i = warmUp; i < warmUp + count; i++) work(i)
  return { count, seconds: (performance.now() - startedAt) / 1000 }
}
