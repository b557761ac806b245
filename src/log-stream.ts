import { pino } from 'pino'

const batchBytes = 8192
/** What a `kill -9` can take of the access log; the 取扱記録 is in MongoDB, and loses nothing. */
const batchMs = 200
const warn = 40

/**
 * Standard output, written in batches: a call to the system for every line costs a short request a tenth of its time (measured).
 * Warnings and errors are written at once, with all before them, and the rest before the process ends, by itself or by a signal.
 */
export const createLogStream = (fd = 1) => {
  const destination = pino.destination({ dest: fd, sync: true, minLength: batchBytes, periodicFlush: batchMs })
  process.once('exit', () => destination.flushSync())
  return {
    // pino then says here how grave the line is that it writes next.
    [pino.symbols.needsMetadataGsym]: true as const,
    lastLevel: 0,
    write(line: string): void {
      destination.write(line)
      if (this.lastLevel >= warn) destination.flushSync()
    },
  }
}
