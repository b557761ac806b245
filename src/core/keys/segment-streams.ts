import { Transform } from 'node:stream'
import { undecipherable } from './key-errors.ts'
import type { Dek } from './sealed-record.ts'
import {
  type FilePlace,
  headerBytes,
  newSegmentedFile,
  type SegmentedFile,
  sealedSegmentBytes,
  segmentBytes,
  segmentedFile,
} from './segments.ts'

/** Collects bytes into full blocks; a full one is handed over only when more follow, since the last is sealed as last. */
const createBlocks = (size: number, full: (block: Buffer) => void) => {
  const block = Buffer.alloc(size)
  let filled = 0
  const add = (chunk: Buffer): void => {
    let at = 0
    while (at < chunk.length) {
      if (filled === size) {
        full(block)
        filled = 0
      }
      const taken = chunk.copy(block, filled, at)
      filled += taken
      at += taken
    }
  }
  return { add, rest: () => block.subarray(0, filled), wipe: () => block.fill(0) }
}

type Done = (error?: Error | null) => void
const asError = (error: unknown): Error => (error instanceof Error ? error : new Error('segment', { cause: error }))
const attempt = (done: Done, work: () => void): void => {
  try {
    work()
  } catch (error) {
    done(asError(error))
    return
  }
  done()
}

/** Plaintext in, sealed file out. The DEK must be fresh, and is the caller's to wipe when the stream has ended. */
export const sealStream = (dek: Dek, place: FilePlace): Transform => {
  const file = newSegmentedFile(dek, place)
  let index = 0
  let begun = false
  const blocks = createBlocks(segmentBytes, (block) => {
    stream.push(file.seal(index, false, block))
    index += 1
  })
  const begin = (): void => {
    if (!begun) stream.push(file.header)
    begun = true
  }
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done: Done) {
      attempt(done, () => {
        begin()
        blocks.add(chunk)
      })
    },
    flush(done: Done) {
      attempt(done, () => {
        begin()
        stream.push(file.seal(index, true, blocks.rest()))
        blocks.wipe()
      })
    },
    destroy(error, done) {
      blocks.wipe()
      done(error)
    },
  })
  return stream
}

/**
 * Sealed file in, plaintext out, each segment only after it was checked. To resume, the source gives the header and then
 * the segments from `fromSegment` on (see `segmentOffset`).
 */
export const openStream = (dek: Dek, place: FilePlace, options: { fromSegment?: number } = {}): Transform => {
  const header = Buffer.alloc(headerBytes(dek.id))
  let headerFilled = 0
  let file: SegmentedFile | undefined
  let index = options.fromSegment ?? 0
  const known = (): SegmentedFile => {
    if (file === undefined) throw undecipherable(dek.id, 'a file ends within its header')
    return file
  }
  const blocks = createBlocks(sealedSegmentBytes, (block) => {
    stream.push(known().open(index, false, block))
    index += 1
  })
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done: Done) {
      attempt(done, () => {
        const taken = chunk.copy(header, headerFilled, 0, header.length - headerFilled)
        headerFilled += taken
        if (file === undefined && headerFilled === header.length) file = segmentedFile(dek, place, header)
        blocks.add(chunk.subarray(taken))
      })
    },
    flush(done: Done) {
      attempt(done, () => {
        const plaintext = known().open(index, true, blocks.rest())
        if (plaintext.length > 0) stream.push(plaintext)
      })
    },
  })
  return stream
}
