import type { Slip } from './payments.rules.ts'

/**
 * What a chunk leaves for the assembly, inside a sealed file: frames of a head (length of the JSON in four bytes, of the
 * digits in one), the JSON and the digits as bytes. The payer's own number, where it is a person's, has a frame without slip.
 */
export type Frame = { slip?: Slip; digits: Uint8Array | undefined }

const headBytes = 5

/** All frames of a chunk in one buffer: the caller zeroes it when the file is written. */
export const writeFrames = (frames: readonly Frame[]): Buffer => {
  const texts = frames.map(({ slip }) =>
    slip === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(slip), 'utf8'),
  )
  const size = frames.reduce(
    (sum, { digits }, i) => sum + headBytes + (texts[i]?.length ?? 0) + (digits?.length ?? 0),
    0,
  )
  const bytes = Buffer.alloc(size)
  let at = 0
  frames.forEach(({ digits }, i) => {
    const text = texts[i] ?? Buffer.alloc(0)
    bytes.writeUInt32BE(text.length, at)
    bytes.writeUInt8(digits?.length ?? 0, at + 4)
    at += headBytes
    at += text.copy(bytes, at)
    if (digits !== undefined) bytes.set(digits, at)
    at += digits?.length ?? 0
  })
  return bytes
}

const parseSlip = (text: Buffer): Slip => JSON.parse(text.toString('utf8'))

/** The frames of a file that `writeFrames` made, as they come. Digits belong to the reader, who zeroes them. */
export const readFrames = async function* (source: AsyncIterable<Uint8Array>): AsyncGenerator<Frame> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of source) {
    const bytes = Buffer.concat([rest, chunk])
    rest.fill(0)
    let at = 0
    while (bytes.length - at >= headBytes) {
      const textEnd = at + headBytes + bytes.readUInt32BE(at)
      const end = textEnd + bytes.readUInt8(at + 4)
      if (end > bytes.length) break
      const text = bytes.subarray(at + headBytes, textEnd)
      const digits = end === textEnd ? undefined : Buffer.from(bytes.subarray(textEnd, end))
      at = end
      yield text.length === 0 ? { digits } : { slip: parseSlip(text), digits }
    }
    rest = Buffer.from(bytes.subarray(at))
    bytes.fill(0)
  }
}
