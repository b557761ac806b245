import { type Dek, type FilePlace, newSegmentedFile, segmentBytes } from '../keys/keys.ts'

/**
 * Plaintext in, sealed segments out, pulled: each chunk is copied before the next is asked for, so that a source may
 * wipe what it gave. Wipes its own block; the DEK is the caller's.
 */
export async function* sealSegments(
  dek: Dek,
  place: FilePlace,
  source: AsyncIterable<Uint8Array>,
  onBytes: (count: number) => void,
): AsyncGenerator<Uint8Array> {
  const file = newSegmentedFile(dek, place)
  const block = Buffer.alloc(segmentBytes)
  let filled = 0
  let index = 0
  try {
    yield file.header
    for await (const chunk of source) {
      onBytes(chunk.length)
      for (let at = 0; at < chunk.length; ) {
        if (filled === segmentBytes) {
          yield file.seal(index, false, block)
          index += 1
          filled = 0
        }
        const taken = Math.min(segmentBytes - filled, chunk.length - at)
        block.set(chunk.subarray(at, at + taken), filled)
        filled += taken
        at += taken
      }
    }
    yield file.seal(index, true, block.subarray(0, filled))
  } finally {
    block.fill(0)
  }
}
