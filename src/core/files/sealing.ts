import {
  type Dek,
  type FilePlace,
  headerBytes,
  newSegmentedFile,
  sealedSegmentBytes,
  segmentBytes,
  segmentedFile,
} from '../keys/keys.ts'
import { release } from '../shared/secret-bytes.ts'

/**
 * Blocks are lent and given back: a bulk job writes and reads hundreds of small files, and what it leaves outside the heap is
 * what the process grows by until the next collection. Zeroed when they come back, so that none lies there with plaintext.
 */
const spare: Buffer[] = []
const mostSpare = 8
const lendBlock = (): Buffer => spare.pop() ?? Buffer.alloc(sealedSegmentBytes)
const takeBack = (block: Buffer): void => {
  block.fill(0)
  if (spare.length < mostSpare) spare.push(block)
}

/** Each is released when the next is asked for. */
function* released(parts: readonly Buffer[]): Generator<Buffer> {
  for (const part of parts)
    try {
      yield part
    } finally {
      release(part)
    }
}

/**
 * Plaintext in, sealed segments out, pulled: each chunk is copied before the next is asked for, so that a source may
 * wipe what it gave; and whoever pulls copies likewise. Wipes its own block; the DEK is the caller's.
 */
export async function* sealSegments(
  dek: Dek,
  place: FilePlace,
  source: AsyncIterable<Uint8Array>,
  onBytes: (count: number) => void,
): AsyncGenerator<Uint8Array> {
  const file = newSegmentedFile(dek, place)
  const block = lendBlock()
  let filled = 0
  let index = 0
  try {
    yield file.header
    for await (const chunk of source) {
      onBytes(chunk.length)
      for (let at = 0; at < chunk.length; ) {
        if (filled === segmentBytes) {
          yield* released(file.sealParts(index, false, block.subarray(0, segmentBytes)))
          index += 1
          filled = 0
        }
        const taken = Math.min(segmentBytes - filled, chunk.length - at)
        block.set(chunk.subarray(at, at + taken), filled)
        filled += taken
        at += taken
      }
    }
    yield* released(file.sealParts(index, true, block.subarray(0, filled)))
  } finally {
    takeBack(block)
  }
}

/** Blocks of this many bytes and a shorter last one; a full block is given only when more follows. All lie in this buffer. */
async function* blocksOf(
  source: AsyncIterable<Uint8Array>,
  sizes: { first: number; others: number },
  block: Buffer,
): AsyncGenerator<{ bytes: Buffer; isLast: boolean }> {
  let size = sizes.first
  let filled = 0
  for await (const chunk of source)
    for (let at = 0; at < chunk.length; ) {
      if (filled === size) {
        yield { bytes: block.subarray(0, filled), isLast: false }
        size = sizes.others
        filled = 0
      }
      const taken = Math.min(size - filled, chunk.length - at)
      block.set(chunk.subarray(at, at + taken), filled)
      filled += taken
      at += taken
    }
  yield { bytes: block.subarray(0, filled), isLast: true }
}

/**
 * The other way, for those who put sealed files together: each segment was checked before it is given, and is zeroed when the
 * next is asked for, so that no plaintext is left to the garbage collector. (A stream hands over its buffers for good.)
 */
export async function* openSegments(
  dek: Dek,
  place: FilePlace,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  let file: ReturnType<typeof segmentedFile> | undefined
  let index = 0
  const sizes = { first: headerBytes(dek.id), others: sealedSegmentBytes }
  const block = lendBlock()
  try {
    for await (const { bytes, isLast } of blocksOf(source, sizes, block)) {
      if (file === undefined) {
        file = segmentedFile(dek, place, bytes)
        // Even an empty file has a segment, so a header alone is a file cut short.
        if (isLast) file.open(0, true, Buffer.alloc(0))
        continue
      }
      const plaintext = file.open(index, isLast, bytes)
      index += 1
      try {
        if (plaintext.length > 0) yield plaintext
      } finally {
        // Whoever pulled it may have released it: then it has no length.
        if (plaintext.length > 0) plaintext.fill(0)
      }
    }
  } finally {
    takeBack(block)
  }
}
