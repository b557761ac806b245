import { pino } from 'pino'

const batchCharacters = 8192
/** What a `kill -9` can take of the access log; the 取扱記録 is in MongoDB, and loses nothing. */
const batchMs = 200
const warn = 40

/**
 * Standard output, written in batches: a call to the system for every line costs a short request a tenth of its time, and
 * pino's own batching, which measures the batch again for each line, another twentieth (measured). Warnings and errors are
 * written at once, with all before them, and the rest before the process ends, by itself or by a signal.
 */
export const createLogStream = (fd = 1) => {
  const destination = pino.destination({ dest: fd, sync: true })
  let batch = ''
  let timer: NodeJS.Timeout | undefined
  const flush = (): void => {
    clearTimeout(timer)
    timer = undefined
    const lines = batch
    batch = ''
    if (lines !== '') destination.write(lines)
    destination.flushSync()
  }
  process.once('exit', flush)
  return {
    // pino then says here how grave the line is that it writes next.
    [pino.symbols.needsMetadataGsym]: true as const,
    lastLevel: 0,
    write(line: string): void {
      batch += line
      if (batch.length >= batchCharacters || this.lastLevel >= warn) flush()
      else timer ??= setTimeout(flush, batchMs).unref()
    },
  }
}
