import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import fc from 'fast-check'
import type { mongo } from 'mongoose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openSegments, sealSegments } from '../../src/core/files/sealing.ts'
import {
  headerBytes,
  openStream,
  sealedLength,
  sealedSegmentBytes,
  segmentBytes,
  segmentOffset,
} from '../../src/core/keys/keys.ts'
import { AppError } from '../../src/core/shared/errors.ts'
import { newId } from '../../src/core/shared/ids.ts'
import { createFilesSetup, type FilesSetup, inChunks } from '../support/files-setup.ts'

/** Sealed files as they lie in GridFS, whose chunks hold nearly two segments: no border of the one is a border of the other. */
let setup: FilesSetup
beforeAll(async () => {
  setup = await createFilesSetup()
})
afterAll(() => setup.stop())

const organizationId = 'org_segments'
type Stored = Awaited<ReturnType<typeof store>>
type Chunk = { _id: mongo.ObjectId; files_id: string; n: number; data: Buffer }

const store = async (content: Buffer, pieceBytes = 50_000) => {
  const dek = { id: newId('key'), key: randomBytes(32) }
  const place = { organizationId, fileId: newId('blob') }
  const sealed = sealSegments(dek, place, inChunks(content, pieceBytes), () => undefined)
  await setup.blobs.write(organizationId, place.fileId, sealed)
  return { content, dek, place }
}
const sealedBytes = ({ place }: Stored): Promise<Buffer> => buffer(setup.blobs.read(organizationId, place.fileId))
const put = async ({ place }: Stored, bytes: Buffer): Promise<void> => {
  await setup.blobs.remove(organizationId, [place.fileId])
  await setup.blobs.write(organizationId, place.fileId, inChunks(bytes, 70_000))
}
const chunks = () => setup.db.mongoose.connection.collection<Chunk>('blobs.chunks')
const nameOf = ({ place }: Stored): string => `${organizationId}/${place.fileId}`
const chunksOf = (stored: Stored): Promise<Chunk[]> =>
  chunks()
    .find({ files_id: nameOf(stored) }, { promoteBuffers: true })
    .sort({ n: 1 })
    .toArray()

type Opened = { given: Buffer; refusal: string | undefined }
const collect = async (source: AsyncIterable<Uint8Array>): Promise<Opened> => {
  const parts: Buffer[] = []
  try {
    for await (const part of source) parts.push(Buffer.from(part))
    return { given: Buffer.concat(parts), refusal: undefined }
  } catch (error) {
    return { given: Buffer.concat(parts), refusal: error instanceof AppError ? error.code : String(error) }
  }
}
/** Both ways in which the product reads: pulled, for what is put together; as a stream, for downloads. */
const ways = {
  segments: ({ dek, place }: Stored) => openSegments(dek, place, setup.blobs.read(organizationId, place.fileId)),
  stream: ({ dek, place }: Stored) =>
    setup.blobs.read(organizationId, place.fileId).compose<Readable>(openStream(dek, place)),
}
const mustBeWhole = async (stored: Stored): Promise<void> => {
  for (const [way, open] of Object.entries(ways)) {
    const { given, refusal } = await collect(open(stored))
    expect(refusal, way).toBeUndefined()
    expect(given.equals(stored.content), way).toBe(true)
  }
}
/** Whatever was given before the refusal is the beginning of the file, and never all of it as if it were whole. */
const mustBeRefused = async (stored: Stored, what: string): Promise<void> => {
  for (const [way, open] of Object.entries(ways)) {
    const { given, refusal } = await collect(open(stored))
    expect(refusal, `${way}: ${what}`).toBe('internal')
    expect(given.equals(stored.content.subarray(0, given.length)), `${way}: ${what}`).toBe(true)
  }
}

/** Lengths around the borders of segments and of chunks, and any others. */
const lengths = fc.oneof(
  fc.integer({ min: 0, max: 400_000 }),
  fc
    .tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: -40, max: 40 }), fc.constantFrom(segmentBytes, 131_072))
    .map(([times, more, unit]) => Math.max(0, times * unit + more)),
)
const runs = { numRuns: 15 }

describe('a sealed file in GridFS', () => {
  it('opens to what was sealed, of whatever length and in whatever pieces', async () => {
    await fc.assert(
      fc.asyncProperty(lengths, fc.integer({ min: 1000, max: 200_000 }), async (length, pieceBytes) => {
        const stored = await store(randomBytes(length), pieceBytes)
        expect((await sealedBytes(stored)).length).toBe(sealedLength(stored.dek.id, length))
        await mustBeWhole(stored)
      }),
      runs,
    )
  }, 60_000)

  it('is refused when its segments are dropped, doubled, swapped or put in any other order', async () => {
    const stored = await store(randomBytes(4 * segmentBytes + 100))
    const sealed = await sealedBytes(stored)
    const header = sealed.subarray(0, headerBytes(stored.dek.id))
    const segments = [0, 1, 2, 3, 4].map((index) =>
      sealed.subarray(segmentOffset(stored.dek.id, index), segmentOffset(stored.dek.id, index + 1)),
    )
    const orders = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 7 }).filter((o) => o.join('') !== '01234')
    await fc.assert(
      fc.asyncProperty(orders, async (order) => {
        await put(stored, Buffer.concat([header, ...order.map((index) => segments[index] ?? Buffer.alloc(0))]))
        await mustBeRefused(stored, order.join(''))
      }),
      runs,
    )
  }, 60_000)

  it('is refused when GridFS has lost, doubled, exchanged or cut one of its chunks', async () => {
    const whole = async () => {
      const stored = await store(randomBytes(5 * segmentBytes + 12_345))
      return { stored, rows: await chunksOf(stored) }
    }
    const at = fc.integer({ min: 0, max: 2 })
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('lost', 'doubled', 'exchanged', 'cut'), at, at, async (what, one, other) => {
        const { stored, rows } = await whole()
        const [a, b] = [rows[one], rows[one === other ? (other + 1) % rows.length : other]]
        if (a === undefined || b === undefined) throw new Error('no such chunk')
        const set = (row: Chunk, data: Buffer) => chunks().updateOne({ _id: row._id }, { $set: { data } })
        if (what === 'lost') await chunks().deleteOne({ _id: a._id })
        if (what === 'doubled') await set(b, a.data)
        if (what === 'exchanged') await Promise.all([set(a, b.data), set(b, a.data)])
        if (what === 'cut') await set(a, a.data.subarray(0, -1))
        await mustBeRefused(stored, `${what} ${one} ${other}`)
      }),
      runs,
    )
  }, 60_000)

  it('is refused when it is cut anywhere, or a byte of it is another, or a byte more is there', async () => {
    const stored = await store(randomBytes(2 * segmentBytes + 777))
    const sealed = await sealedBytes(stored)
    const places = fc.oneof(
      fc.integer({ min: 0, max: sealed.length - 1 }),
      fc.integer({ min: 0, max: headerBytes(stored.dek.id) }),
      fc.constantFrom(0, 1, 2).map((index) => segmentOffset(stored.dek.id, index)),
    )
    await fc.assert(
      fc.asyncProperty(places, fc.integer({ min: 1, max: 255 }), async (place, bits) => {
        await put(stored, sealed.subarray(0, place))
        await mustBeRefused(stored, `cut at ${place}`)
        const changed = Buffer.from(sealed)
        changed[place] = (changed[place] ?? 0) ^ bits
        await put(stored, changed)
        await mustBeRefused(stored, `changed at ${place}`)
      }),
      runs,
    )
    // A whole number of segments is the cut that only the flag of the last one shows.
    for (const index of [0, 1, 2]) {
      await put(stored, sealed.subarray(0, segmentOffset(stored.dek.id, index)))
      await mustBeRefused(stored, `cut before segment ${index}`)
    }
    await put(stored, Buffer.concat([sealed, Buffer.of(0)]))
    await mustBeRefused(stored, 'lengthened')
    await put(stored, sealed)
    await mustBeWhole(stored)
  }, 60_000)

  it('resumes at any byte of it', async () => {
    const stored = await store(randomBytes(6 * segmentBytes + 4321))
    const { dek, place, content } = stored
    const sealed = await sealedBytes(stored)
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: content.length - 1 }), async (offset) => {
        const fromSegment = Math.floor(offset / segmentBytes)
        const rest = [sealed.subarray(0, headerBytes(dek.id)), sealed.subarray(segmentOffset(dek.id, fromSegment))]
        const { given, refusal } = await collect(
          Readable.from(inChunks(Buffer.concat(rest), 131_072)).compose<Readable>(
            openStream(dek, place, { fromSegment }),
          ),
        )
        expect(refusal).toBeUndefined()
        expect(given.subarray(offset % segmentBytes).equals(content.subarray(offset))).toBe(true)
        // As another segment it is refused at once.
        const wrong = await collect(
          Readable.from(inChunks(Buffer.concat(rest), 131_072)).compose<Readable>(
            openStream(dek, place, { fromSegment: fromSegment + 1 }),
          ),
        )
        expect(wrong).toMatchObject({ refusal: 'internal', given: Buffer.alloc(0) })
      }),
      runs,
    )
  }, 60_000)

  it('leaves no plaintext in what it has given when the next is asked for', async () => {
    const stored = await store(Buffer.alloc(3 * segmentBytes, 0x37))
    const given: Uint8Array[] = []
    for await (const part of ways.segments(stored)) given.push(part)
    expect(given.length).toBe(3)
    expect(given.every((part) => part.length === segmentBytes && part.every((byte) => byte === 0))).toBe(true)
    expect(sealedSegmentBytes).toBe(segmentBytes + 16)
  })
})
