import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createFiles, WriteAgain } from '../../src/core/files/files.ts'
import { codeOf, type TestCoreOrganization } from '../support/core.ts'
import { bytesOf, createFilesSetup, type FilesSetup, inChunks } from '../support/files-setup.ts'

const hourMs = 60 * 60 * 1000

let setup: FilesSetup
let own: TestCoreOrganization
beforeAll(async () => {
  setup = await createFilesSetup()
  own = await setup.makeOrganization()
})
afterAll(() => setup.stop())

const organizationId = (): string => own.caller.organizationId
const keep = async (content: Uint8Array, about: Parameters<FilesSetup['files']['write']>[1] = { kind: 'export' }) => {
  const file = await setup.files.write(organizationId(), about, inChunks(content, 50_000))
  await setup.db.inTransaction(() => setup.files.attach([file]))
  return file
}
const blobNames = async (): Promise<string[]> => (await setup.blobs.page(undefined, 1000)).map(({ blobId }) => blobId)

describe('a stored file', () => {
  it('comes back byte for byte, at every length around a segment, and lies nowhere in clear', async () => {
    const segment = 64 * 1024
    for (const length of [0, 1, segment - 1, segment, segment + 1, 5 * segment]) {
      const content = randomBytes(length)
      const file = await keep(content)
      expect(file.bytes).toBe(length)
      expect((await bytesOf(await setup.files.read(organizationId(), file._id))).equals(content)).toBe(true)
    }
    const marked = Buffer.from(`${'x'.repeat(100)}目印${'y'.repeat(100)}`)
    await keep(marked)
    const chunks = await setup.documents('blobs.chunks')
    expect(chunks.length).toBeGreaterThan(6)
    expect(
      chunks.some(({ data }) =>
        Buffer.from((data as { buffer: Uint8Array }).buffer).includes(marked.subarray(90, 110)),
      ),
    ).toBe(false)
  })

  it('of one organization is not there for another', async () => {
    const other = await setup.makeOrganization()
    const file = await keep(randomBytes(100))
    expect(await codeOf(setup.files.read(other.caller.organizationId, file._id))).toBe('not_found')
    await setup.files.destroy(other.caller.organizationId, [file._id])
    expect((await bytesOf(await setup.files.read(organizationId(), file._id))).length).toBe(100)
  })

  it('that was cut short in the store is not read as a shorter file', async () => {
    const file = await keep(randomBytes(600_000))
    await setup.db.mongoose.connection
      .collection('blobs.chunks')
      .deleteOne({ files_id: `${organizationId()}/${file._id}`, n: 2 } as never)
    await expect(bytesOf(await setup.files.read(organizationId(), file._id))).rejects.toThrow()
  })

  it('is gone for good once destroyed: key, bytes and row', async () => {
    const file = await keep(randomBytes(1000), { kind: 'export', subjectIds: ['sub_1'] })
    await setup.files.destroy(organizationId(), [file._id])
    expect(await codeOf(setup.files.read(organizationId(), file._id))).toBe('not_found')
    expect((await setup.keys.deks.openMany(organizationId(), [file.dekId])).size).toBe(0)
    expect(await blobNames()).not.toContain(file._id)
    expect(await setup.files.holding(organizationId(), ['sub_1'])).toEqual([])
    await setup.files.destroy(organizationId(), [file._id])
  })

  it('is found by each of the thousands of people whose numbers it holds, and by nobody else', async () => {
    const subjectIds = Array.from({ length: 1203 }, (_, i) => `sub_many_${i}`)
    const file = await keep(randomBytes(10), { kind: 'export', subjectIds })
    for (const id of [0, 499, 500, 1202])
      expect(await setup.files.holding(organizationId(), [`sub_many_${id}`])).toEqual([file._id])
    expect(await setup.files.holding(organizationId(), ['sub_many_1203'])).toEqual([])
    const lists = (await setup.documents('file_subjects')).filter(({ group }) => group === file._id)
    expect(Math.max(...lists.map(({ subjectIds: ids }) => (ids as string[]).length))).toBe(500)
  })

  it('of a job is found through its parts, whichever of them names the person, and destroyed with them', async () => {
    const part = await keep(randomBytes(10), { kind: 'export_part', group: 'exp_g', part: 0, subjectIds: ['sub_g1'] })
    const whole = await keep(randomBytes(10), { kind: 'export', group: 'exp_g' })
    expect((await setup.files.holding(organizationId(), ['sub_g1'])).sort()).toEqual([part._id, whole._id].sort())
    await setup.files.destroy(organizationId(), [part._id])
    expect(await setup.files.holding(organizationId(), ['sub_g1'])).toEqual([whole._id])
    expect(await setup.files.destroyHolding(organizationId(), ['sub_g1'])).toBe(1)
    expect(await setup.files.holding(organizationId(), ['sub_g1'])).toEqual([])
  })

  it('whose source breaks leaves neither bytes nor key behind', async () => {
    const before = await blobNames()
    const keysBefore = await setup.keysDb.mongoose.connection.collection('deks').countDocuments()
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield randomBytes(700_000)
      throw new Error('the sender went away')
    }
    await expect(setup.files.write(organizationId(), { kind: 'import' }, broken())).rejects.toThrow('went away')
    expect(await blobNames()).toEqual(before)
    expect(await setup.keysDb.mongoose.connection.collection('deks').countDocuments()).toBe(keysBefore)
  })

  it('is found by a disposal before its first byte is written, and cannot be attached any more', async () => {
    let destroyed = 0
    async function* source(): AsyncGenerator<Uint8Array> {
      destroyed = await setup.files.destroyHolding(organizationId(), ['sub_early'])
      yield randomBytes(10)
    }
    const file = await setup.files.write(organizationId(), { kind: 'export', subjectIds: ['sub_early'] }, source())
    expect(destroyed).toBe(1)
    expect((await setup.keys.deks.openMany(organizationId(), [file.dekId])).size).toBe(0)
    await expect(setup.db.inTransaction(() => setup.files.attach([file]))).rejects.toBeInstanceOf(WriteAgain)
    await setup.files.discard(file)
    expect(await blobNames()).not.toContain(file._id)
    expect(await setup.files.holding(organizationId(), ['sub_early'])).toEqual([])
  })

  it('that is taken away while its source goes on is written no further', async () => {
    let pulled = 0
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (; pulled < 1000; pulled++) {
        if (pulled === 1) await setup.files.destroyHolding(organizationId(), ['sub_long'])
        yield randomBytes(70_000)
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    }
    const files = createFiles({ ...setup, renewEveryMs: 20 })
    const about = { kind: 'export', subjectIds: ['sub_long'] } as const
    await expect(files.write(organizationId(), about, endless())).rejects.toBeInstanceOf(WriteAgain)
    expect(pulled).toBeLessThan(200)
  })

  it('that is not attached yet cannot be read, and goes whole when it is discarded, its list of people too', async () => {
    const about = { kind: 'export_part', group: 'exp_d', part: 0 } as const
    await keep(randomBytes(10), { ...about, subjectIds: ['sub_d0'] })
    const file = await setup.files.write(
      organizationId(),
      { ...about, part: 1, subjectIds: ['sub_d1'] },
      inChunks(randomBytes(10), 10),
    )
    expect(await codeOf(setup.files.read(organizationId(), file._id))).toBe('not_found')
    expect(await setup.files.holding(organizationId(), ['sub_d1'])).toContain(file._id)
    await setup.files.discard(file)
    expect((await setup.keys.deks.openMany(organizationId(), [file.dekId])).size).toBe(0)
    expect(await blobNames()).not.toContain(file._id)
    expect(await setup.files.holding(organizationId(), ['sub_d1'])).toEqual([])
    expect(await setup.files.holding(organizationId(), ['sub_d0'])).toHaveLength(1)
  })

  it('whose commit only seemed to fail stays when its writer discards it', async () => {
    const file = await keep(randomBytes(100))
    await setup.files.discard(file)
    expect((await bytesOf(await setup.files.read(organizationId(), file._id))).length).toBe(100)
  })

  it('with digits lives seven days at most, however long somebody wished', async () => {
    const wished = new Date(setup.clock.now().getTime() + 30 * 24 * hourMs)
    const file = await keep(randomBytes(10), { kind: 'export', expiresAt: wished })
    expect(file.expiresAt?.getTime()).toBe(file.createdAt.getTime() + 7 * 24 * hourMs)
  })
})

describe('the sweep', () => {
  it('takes blobs that no row names once they are an hour old, and no others', async () => {
    const kept = await keep(randomBytes(10))
    const orphan = await keep(randomBytes(10))
    await setup.db.mongoose.connection.collection('files').deleteOne({ _id: orphan._id } as never)
    await setup.files.sweep()
    expect(await blobNames()).toEqual(expect.arrayContaining([kept._id, orphan._id]))
    setup.moveClock(hourMs + 60_000)
    await setup.files.sweep()
    expect(await blobNames()).toContain(kept._id)
    expect(await blobNames()).not.toContain(orphan._id)
  })

  it('takes what a writer that died has left, once it has said nothing for an hour: key, bytes, row and list', async () => {
    const kept = await keep(randomBytes(10))
    const about = { kind: 'export', subjectIds: ['sub_dead'] } as const
    const dead = await setup.files.write(organizationId(), about, inChunks(randomBytes(10), 10))
    const half = await setup.files.write(organizationId(), about, inChunks(randomBytes(10), 10))
    await setup.db.mongoose.connection
      .collection('blobs.files')
      .deleteOne({ _id: `${organizationId()}/${half._id}` } as never)
    setup.moveClock(hourMs - 60_000)
    await setup.files.sweep()
    expect(await blobNames()).toEqual(expect.arrayContaining([kept._id, dead._id, half._id]))
    expect(await setup.files.holding(organizationId(), ['sub_dead'])).toHaveLength(2)
    setup.moveClock(2 * 60_000)
    await setup.files.sweep()
    expect(await blobNames()).toContain(kept._id)
    expect(await blobNames()).not.toContain(dead._id)
    expect(await blobNames()).not.toContain(half._id)
    expect((await setup.keys.deks.openMany(organizationId(), [dead.dekId, half.dekId])).size).toBe(0)
    expect(await setup.files.holding(organizationId(), ['sub_dead'])).toEqual([])
  })

  it('leaves a file alone that takes hours to write, as long as its writer lives', async () => {
    const content = randomBytes(200_000)
    const rowOf = async () => (await setup.documents('files')).find(({ state }) => state === 'writing')
    async function* slow(): AsyncGenerator<Uint8Array> {
      for (const chunk of [content.subarray(0, 100_000), content.subarray(100_000)]) {
        yield chunk
        for (let i = 0; i < 2; i++) {
          setup.moveClock(50 * 60_000)
          await vi.waitFor(async () => {
            const left = Number((await rowOf())?.expiresAt) - setup.clock.now().getTime()
            expect(left).toBeGreaterThan(hourMs - 60_000)
          })
          await setup.files.sweep()
        }
      }
    }
    const files = createFiles({ ...setup, renewEveryMs: 20 })
    const file = await files.write(organizationId(), { kind: 'filing' }, slow())
    await setup.db.inTransaction(() => setup.files.attach([file]))
    expect((await bytesOf(await setup.files.read(organizationId(), file._id))).equals(content)).toBe(true)
  })

  it('destroys what has expired or was doomed in a transaction', async () => {
    const doomed = await keep(randomBytes(10))
    const week = await keep(randomBytes(10))
    await setup.db.inTransaction(async () => {
      expect(await setup.files.doom(organizationId(), [doomed._id])).toBe(1)
    })
    expect(await codeOf(setup.files.read(organizationId(), doomed._id))).toBe('not_found')
    setup.moveClock(1000)
    await setup.files.sweep()
    expect((await setup.keys.deks.openMany(organizationId(), [doomed.dekId])).size).toBe(0)
    expect((await setup.keys.deks.openMany(organizationId(), [week.dekId])).size).toBe(1)
    setup.moveClock(7 * 24 * hourMs)
    await setup.files.sweep()
    expect((await setup.keys.deks.openMany(organizationId(), [week.dekId])).size).toBe(0)
    expect(await blobNames()).not.toContain(week._id)
  })

  it('of keys leaves those of files alone', async () => {
    const file = await keep(randomBytes(10), { kind: 'export' })
    setup.moveClock(2 * hourMs)
    await setup.keys.deks.sweepOrphans({
      isReferenced: (organization, refs) =>
        setup.files.referencedDeks(
          organization,
          refs.map(({ dekId }) => dekId),
        ),
    })
    expect((await bytesOf(await setup.files.read(organizationId(), file._id))).length).toBe(10)
  })
})
