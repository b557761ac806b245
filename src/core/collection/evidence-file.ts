import { createHash } from 'node:crypto'
import { AppError } from '../shared/errors.ts'
import type { CleanPdf, PdfRefusal } from './collection.rules.ts'

export type EvidenceMediaType = 'image/jpeg' | 'image/png' | 'application/pdf'

export const maxEvidenceBytes = 8 * 1024 * 1024
/** Whoever decodes it later needs four bytes for each: an image of 200 kB can claim gigabytes. */
const maxPixels = 40_000_000
/** Enough for the metadata that cameras write before the size of a JPEG (RFC 2083, ITU T.81: segments of at most 64 KiB). */
const headBytes = 512 * 1024
const tailBytes = 1024

const refused = (detail: string): AppError => new AppError('invalid_file', detail)
const notKnown = (): AppError => refused('Send a JPEG or PNG image, or a PDF: the content is none of these.')

const pdfRefusals = {
  protected: 'The PDF is protected by a password: send it without.',
  // To take its metadata out would break the signature.
  signed: 'The PDF has an electronic signature: print it to a new PDF, or send a picture.',
  unreadable: 'The PDF cannot be read: print it to a new PDF, or send a picture.',
} as const satisfies Record<PdfRefusal, string>

const mustBeSmall = (width: number, height: number): void => {
  if (width < 1 || height < 1) throw refused('The image has no size.')
  if (width * height > maxPixels)
    throw refused('The image has too many pixels: make it smaller, at most 40 megapixels.')
}

const pngSignature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
/** ISO/IEC 15948 § 5.3, 11.2.2: the size stands in the first chunk. */
const lookAtPng = (head: Buffer): void => {
  if (head.length < 33 || head.readUInt32BE(8) !== 13 || head.toString('latin1', 12, 16) !== 'IHDR') throw notKnown()
  mustBeSmall(head.readUInt32BE(16), head.readUInt32BE(20))
}

/** Start of frame: all but DHT, JPG and DAC among C0–CF (ITU T.81 table B.1). */
const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
const lookAtJpeg = (head: Buffer): void => {
  for (let at = 2; at + 9 < head.length; ) {
    if (head[at] !== 0xff) throw notKnown()
    const marker = head[at + 1] ?? 0
    // Fill bytes before a marker.
    if (marker === 0xff) {
      at += 1
      continue
    }
    if (isFrame(marker)) {
      mustBeSmall(head.readUInt16BE(at + 7), head.readUInt16BE(at + 5))
      return
    }
    const length = head.readUInt16BE(at + 2)
    // The scan or the end before any size.
    if (length < 2 || marker === 0xda || marker === 0xd9) throw notKnown()
    at += 2 + length
  }
  throw refused('The size of the image does not stand where it should: take the picture again.')
}

const formats = [
  {
    mediaType: 'image/png',
    begins: (head: Buffer) => head.subarray(0, 8).equals(pngSignature),
    look: lookAtPng,
    ends: (tail: Buffer) => tail.includes('IEND', 0, 'latin1'),
  },
  {
    mediaType: 'image/jpeg',
    begins: (head: Buffer) => head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff,
    look: lookAtJpeg,
    ends: (tail: Buffer) => tail.lastIndexOf(Buffer.from([0xff, 0xd9])) >= 0,
  },
  {
    // ISO 32000-1 § 7.5.2, 7.5.5.
    mediaType: 'application/pdf',
    begins: (head: Buffer) => head.toString('latin1', 0, 5) === '%PDF-',
    look: (head: Buffer) => {
      if (head.includes('/Encrypt', 0, 'latin1')) throw refused(pdfRefusals.protected)
    },
    ends: (tail: Buffer) => tail.includes('%%EOF', 0, 'latin1'),
  },
] as const

/**
 * Lets bytes through and looks at them: what they are, by their content and not by their name, how many, and how large the
 * picture would be. No picture is decoded; of a PDF its metadata is taken out. Throws before the last byte is passed on, so that
 * a refused file is never kept.
 */
export const evidenceFile = (source: AsyncIterable<Uint8Array>, cleanPdf: CleanPdf) => {
  let mediaType: EvidenceMediaType | undefined
  let ends: (tail: Buffer) => boolean = () => false
  let bytes = 0
  const hash = createHash('sha256')

  const isPdf = (): boolean => mediaType === 'application/pdf'

  const judge = (head: Buffer): void => {
    const format = formats.find(({ begins }) => begins(head))
    if (format === undefined) throw notKnown()
    format.look(head)
    mediaType = format.mediaType
    ends = format.ends
  }

  async function* checked(): AsyncGenerator<Uint8Array> {
    let waiting: Buffer[] | undefined = []
    let held = 0
    let tail: Buffer = Buffer.alloc(0)
    for await (const chunk of source) {
      bytes += chunk.length
      hash.update(chunk)
      if (bytes > maxEvidenceBytes)
        throw new AppError('payload_too_large', `A file has at most ${maxEvidenceBytes} bytes: make it smaller.`)
      tail = Buffer.from(Buffer.concat([tail, chunk]).subarray(-tailBytes))
      if (waiting === undefined) {
        yield chunk
        continue
      }
      waiting.push(Buffer.from(chunk))
      held += chunk.length
      // A PDF is read as a whole: what says where things are stands at its end.
      if (held < headBytes || isPdf()) continue
      judge(Buffer.concat(waiting))
      if (isPdf()) continue
      yield* waiting
      waiting = undefined
    }
    if (bytes === 0) throw refused('The file is empty.')
    if (waiting !== undefined && mediaType === undefined) judge(Buffer.concat(waiting))
    if (!ends(tail)) throw refused('The file was cut short: send it again.')
    if (waiting === undefined) return
    if (!isPdf()) return yield* waiting
    const cleaned = await cleanPdf(Buffer.concat(waiting))
    if ('refused' in cleaned) throw refused(pdfRefusals[cleaned.refused])
    bytes = cleaned.bytes.length
    yield cleaned.bytes
  }

  return {
    bytes: checked(),
    /** After the last byte: what is kept, and a digest of what came. */
    found: (): { mediaType: EvidenceMediaType; bytes: number; digest: string } => {
      if (mediaType === undefined) throw new AppError('internal', 'The file was not read to its end.')
      return { mediaType, bytes, digest: hash.digest('base64url') }
    },
  }
}
