/** The child's side of `child.ts`: takes the input, answers once, ends. */
const receive = <T>(): Promise<T> => new Promise((resolve) => process.once('message', (input) => resolve(input as T)))

const send = (message: unknown): Promise<void> => new Promise((resolve) => process.send?.(message, () => resolve()))

export const answerOnce = async <T>(work: (input: T) => Promise<unknown>): Promise<void> => {
  await send(await work(await receive<T>()))
  process.exit(0)
}

/** A server: answers `ready` once it listens, and ends when it is told to. */
export const serveUntilStopped = async <T>(listen: (input: T) => Promise<() => Promise<void>>): Promise<void> => {
  const close = await listen(await receive<T>())
  process.once('SIGTERM', () => void close().finally(() => process.exit(0)))
  await send('ready')
}

export type Memory = { externalMegabytes: number; residentMegabytes: number }
const megabyte = 1024 * 1024

/** Watches what lies outside the heap (`external` + `arrayBuffers`) and the whole process, at its highest. */
export const watchMemory = (): (() => Memory) => {
  let external = 0
  const look = (): void => {
    const now = process.memoryUsage()
    external = Math.max(external, now.external + now.arrayBuffers)
  }
  const timer = setInterval(look, 20)
  return () => {
    clearInterval(timer)
    look()
    return { externalMegabytes: external / megabyte, residentMegabytes: process.resourceUsage().maxRSS / 1024 }
  }
}
