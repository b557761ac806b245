import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openStream, sealStream } from '../../src/core/keys/segment-streams.ts'
import {
  headerBytes,
  newSegmentedFile,
  sealedLength,
  sealedSegmentBytes,
  segmentBytes,
  segmentOffset,
} from '../../src/core/keys/segments.ts'
import { AppError } from '../../src/core/shared/errors.ts'
import { newId } from '../../src/core/shared/ids.ts'

const newDek = () => ({ id: newId('key'), key: randomBytes(32) })
const place = { organizationId: 'org_1', fileId: 'blb_1' }
type Dek = ReturnType<typeof newDek>

/** The bytes in pieces of uneven size, as a network would give them. */
const pieces = (bytes: Buffer, size: number): Buffer[] => {
  const cut: Buffer[] = []
  for (let at = 0; at < bytes.length; at += size) cut.push(bytes.subarray(at, at + size))
  return cut
}
const through = async (parts: Buffer[], stream: ReturnType<typeof sealStream>): Promise<Buffer> => {
  const collected = buffer(stream)
  collected.catch(() => {})
  await pipeline(Readable.from(parts), stream, { end: true }).catch(async (error: unknown) => {
    throw error
  })
  return collected
}
const seal = (dek: Dek, bytes: Buffer, size = 10_007) => through(pieces(bytes, size), sealStream(dek, place))
const open = (dek: Dek, bytes: Buffer, size = 30_011, options: { fromSegment?: number } = {}, where = place) =>
  through(pieces(bytes, size), openStream(dek, where, options))

const failureOf = async (attempt: Promise<Buffer>): Promise<string> =>
  attempt.then(
    () => 'it opened',
    (error: unknown) => (error instanceof AppError ? error.code : `${error}`),
  )

const segmentsOf = (dek: Dek, sealed: Buffer): Buffer[] =>
  pieces(sealed.subarray(headerBytes(dek.id)), sealedSegmentBytes)
const headerOf = (dek: Dek, sealed: Buffer): Buffer => sealed.subarray(0, headerBytes(dek.id))

describe('a file in segments', () => {
  it.each([0, 1, segmentBytes - 1, segmentBytes, segmentBytes + 1, 3 * segmentBytes, 3 * segmentBytes + 5])(
    'of %i bytes opens to what was sealed, and is as long as foretold',
    async (length) => {
      const dek = newDek()
      const bytes = randomBytes(length)
      const sealed = await seal(dek, bytes)
      expect(sealed.length).toBe(sealedLength(dek.id, length))
      expect((await open(dek, sealed)).equals(bytes)).toBe(true)
    },
  )

  it('opens whatever the sizes of the pieces it comes in', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 200_000 }),
        fc.integer({ min: 1000, max: 150_000 }),
        fc.integer({ min: 1000, max: 150_000 }),
        async (length, sizeIn, sizeOut) => {
          const dek = newDek()
          const bytes = randomBytes(length)
          expect((await open(dek, await seal(dek, bytes, sizeIn), sizeOut)).equals(bytes)).toBe(true)
        },
      ),
      { numRuns: 25 },
    )
  })

  it('opens even when its header comes byte by byte', async () => {
    const dek = newDek()
    const bytes = randomBytes(100)
    expect((await open(dek, await seal(dek, bytes), 1)).equals(bytes)).toBe(true)
  })

  it('fails when segments are dropped, swapped, doubled or cut, wherever that is', async () => {
    const dek = newDek()
    const sealed = await seal(dek, randomBytes(3 * segmentBytes + 100))
    const header = headerOf(dek, sealed)
    const segments = segmentsOf(dek, sealed)
    expect(segments).toHaveLength(4)
    const order = fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 5 }).filter((list) => list.join() !== '0,1,2,3')
    await fc.assert(
      fc.asyncProperty(order, async (list) => {
        const chosen = list.map((index) => segments[index] ?? Buffer.alloc(0))
        expect(await failureOf(open(dek, Buffer.concat([header, ...chosen])))).toBe('internal')
      }),
      { numRuns: 40 },
    )
    for (const length of [0, 1, header.length - 1, header.length, header.length + 15, sealed.length - 1])
      expect(await failureOf(open(dek, sealed.subarray(0, length))), `cut at ${length}`).toBe('internal')
  })

  it('fails when it is cut at the end of a segment, since that segment was not sealed as the last', async () => {
    const dek = newDek()
    const sealed = await seal(dek, randomBytes(2 * segmentBytes))
    expect(await failureOf(open(dek, sealed.subarray(0, segmentOffset(dek.id, 1))))).toBe('internal')
  })

  it('fails on any changed byte of its header, and on changed bytes of its segments', async () => {
    const dek = newDek()
    const sealed = await seal(dek, randomBytes(segmentBytes + 50))
    const places = [
      ...Array(headerBytes(dek.id)).keys(),
      headerBytes(dek.id),
      40_000,
      sealed.length - 60,
      sealed.length - 1,
    ]
    for (const at of places) {
      const changed = Buffer.from(sealed)
      changed[at] = (changed[at] ?? 0) ^ 0x10
      expect(await failureOf(open(dek, changed)), `byte ${at}`).toBe('internal')
    }
  })

  it('does not open as the file of another organization or as another file', async () => {
    const dek = newDek()
    const sealed = await seal(dek, randomBytes(100))
    for (const where of [
      { ...place, organizationId: 'org_2' },
      { ...place, fileId: 'blb_2' },
    ])
      expect(await failureOf(open(dek, sealed, 1000, {}, where))).toBe('internal')
  })

  it('does not take a segment of another file under the same key', async () => {
    const dek = newDek()
    const [one, two] = [await seal(dek, randomBytes(70_000)), await seal(dek, randomBytes(70_000))]
    const mixed = Buffer.concat([headerOf(dek, one), ...segmentsOf(dek, two)])
    expect(await failureOf(open(dek, mixed))).toBe('internal')
  })

  it('resumes at any segment', async () => {
    const dek = newDek()
    const bytes = randomBytes(3 * segmentBytes + 9)
    const sealed = await seal(dek, bytes)
    for (const fromSegment of [0, 1, 2, 3]) {
      const rest = Buffer.concat([headerOf(dek, sealed), sealed.subarray(segmentOffset(dek.id, fromSegment))])
      const opened = await open(dek, rest, 30_011, { fromSegment })
      expect(opened.equals(bytes.subarray(fromSegment * segmentBytes))).toBe(true)
    }
    const wrong = Buffer.concat([headerOf(dek, sealed), sealed.subarray(segmentOffset(dek.id, 2))])
    expect(await failureOf(open(dek, wrong, 30_011, { fromSegment: 1 }))).toBe('internal')
  })

  it('has no short segment but the last, and no number beyond its counter', () => {
    const file = newSegmentedFile(newDek(), place)
    expect(() => file.seal(0, false, randomBytes(10))).toThrow(RangeError)
    expect(() => file.seal(0, true, randomBytes(segmentBytes + 1))).toThrow(RangeError)
    expect(() => file.seal(2 ** 32, true, randomBytes(1))).toThrow(RangeError)
  })

  it('cannot be lengthened by an empty last segment', () => {
    const file = newSegmentedFile(newDek(), place)
    expect(() => file.open(1, true, file.seal(1, true, Buffer.alloc(0)))).toThrow(AppError)
  })
})
