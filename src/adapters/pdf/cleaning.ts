import { Worker } from 'node:worker_threads'
import type { CleanPdf } from '../../core/collection/collection.rules.ts'
import type { Cleaned } from './cleaned.ts'

const patienceMs = 10_000
/** Others wait: each may hold a few hundred megabytes for a moment. */
const atOnce = 2
const entry = new URL(`./cleaning-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url)

/**
 * PDFs that strangers send are read in a thread of their own, with an end to its memory and its time: one that is made to hang
 * or to swell is refused, and nobody else's request notices.
 */
export const createPdfCleaning = (): CleanPdf => {
  let running = 0
  const waiting: (() => void)[] = []
  const turn = async (): Promise<void> => {
    if (running >= atOnce) await new Promise<void>((resolve) => waiting.push(resolve))
    else running += 1
  }
  /** The place goes to whoever waits longest. */
  const done = (): void => {
    const next = waiting.shift()
    if (next === undefined) running -= 1
    else next()
  }

  const inThread = (bytes: Uint8Array): Promise<Cleaned> => {
    const worker = new Worker(entry, {
      workerData: bytes,
      resourceLimits: { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32 },
      stdout: true,
      stderr: true,
    })
    const { promise, resolve } = Promise.withResolvers<Cleaned>()
    const timer = setTimeout(() => void worker.terminate(), patienceMs)
    worker.once('message', resolve)
    // Out of memory, out of time: it says nothing more.
    worker.once('error', () => resolve({ refused: 'unreadable' }))
    worker.once('exit', () => resolve({ refused: 'unreadable' }))
    return promise.finally(() => {
      clearTimeout(timer)
      return worker.terminate()
    })
  }

  return async (bytes) => {
    await turn()
    try {
      return await inThread(bytes)
    } finally {
      done()
    }
  }
}
