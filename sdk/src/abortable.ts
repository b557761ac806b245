/** Waits for the promise, but no longer than the signal lets it. The promise itself goes on: others may wait for it. */
export const untilAborted = async <T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> => {
  if (signal === undefined) return promise
  signal.throwIfAborted()
  const { promise: aborted, reject } = deferred()
  const onAbort = (): void => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}

/** Promise.withResolvers, which Node 20 has not. */
const deferred = (): { promise: Promise<never>; reject: (reason: unknown) => void } => {
  let reject: (reason: unknown) => void = () => {}
  const promise = new Promise<never>((_, no) => {
    reject = no
  })
  return { promise, reject }
}

export const sleep = async (ms: number, signal: AbortSignal | undefined): Promise<void> => {
  let timer: ReturnType<typeof setTimeout> | undefined
  try {
    await untilAborted(
      new Promise<void>((done) => {
        timer = setTimeout(done, ms)
      }),
      signal,
    )
  } finally {
    clearTimeout(timer)
  }
}
