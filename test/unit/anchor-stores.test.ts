import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { createAnchorStore } from '../../src/adapters/anchors/choose.ts'
import { createFolderAnchors } from '../../src/adapters/anchors/folder.ts'
import { createS3Anchors } from '../../src/adapters/anchors/s3.ts'
import type { AnchorStore } from '../../src/core/anchors/anchors.ts'
import { AppError } from '../../src/core/shared/errors.ts'
import { type FakeS3, startFakeS3 } from '../support/fake-s3.ts'

const home = mkdtempSync(join(tmpdir(), 'azukari-anchor-stores-'))
const list = 'A1b2C3d4E5f6-_78'
const folder = `${list}/disposal/2026-08`
const nameOf = (id: string | number): string => `${folder}/dsp_${id}`
let s3: FakeS3
beforeAll(async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDTEST')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret-of-the-test')
  s3 = await startFakeS3({ bucket: 'azukari-list', pageSize: 3 })
})
afterEach(() => {
  s3.sayAgain()
  s3.objects.clear()
})
afterAll(async () => {
  await s3.close()
  vi.unstubAllEnvs()
  rmSync(home, { recursive: true, force: true })
})

let folders = 0
const inFolder = (): AnchorStore => createFolderAnchors({ directory: join(home, `list-${folders++}`), create: true })
const limits = { connectMs: 500, requestMs: 500, attempts: 2 }
const inBucket = (): AnchorStore =>
  createS3Anchors({ bucket: 'azukari-list', prefix: 'prod/', region: 'ap-northeast-1', endpoint: s3.endpoint, limits })

const told = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'it worked',
    (error: unknown) =>
      error instanceof AppError
        ? `${error.code}: ${error.cause instanceof Error ? error.cause.message : ''}`
        : `${error}`,
  )

describe.each([
  ['a folder', inFolder],
  ['a bucket', inBucket],
])('the list in %s', (_what, make) => {
  it('gives back what was entered, and lists it by month', async () => {
    const store = make()
    await store.check()
    expect(await store.months(`${list}/disposal`)).toEqual([])
    expect(await store.names(folder)).toEqual([])
    for (let i = 0; i < 7; i++) expect(await store.append(nameOf(i), `record ${i}`)).toBe('written')
    await store.append(`${list}/disposal/2026-09/dsp_x`, 'later')
    await store.append(`${list}/correction/2026-07/num_x`, 'another kind')
    expect((await store.read(nameOf(3)))?.trim()).toBe('record 3')
    expect(await store.read(nameOf('none'))).toBeUndefined()
    expect((await store.months(`${list}/disposal`)).toSorted()).toEqual(['2026-08', '2026-09'])
    expect((await store.names(folder)).toSorted()).toEqual([0, 1, 2, 3, 4, 5, 6].map(nameOf))
    expect(await store.names('Z1b2C3d4E5f6-_78/disposal/2026-08')).toEqual([])
  })

  it('takes a name once: of many that write it at the same moment one does, and its record stays', async () => {
    const store = make()
    const tries = Array.from({ length: 20 }, (_, i) => ({ i, outcome: store.append(nameOf(1), `record ${i}`) }))
    const outcomes = await Promise.all(tries.map(async ({ i, outcome }) => ({ i, outcome: await outcome })))
    const winners = outcomes.filter(({ outcome }) => outcome === 'written')
    expect(winners).toHaveLength(1)
    expect(outcomes.filter(({ outcome }) => outcome === 'exists')).toHaveLength(19)
    expect((await store.read(nameOf(1)))?.trim()).toBe(`record ${winners[0]?.i}`)
    expect(await store.append(nameOf(1), 'later')).toBe('exists')
    expect((await store.read(nameOf(1)))?.trim()).toBe(`record ${winners[0]?.i}`)
  })

  it('has no place for a name that is none of ours', async () => {
    const store = make()
    for (const name of ['../../etc/passwd', `${list}/disposal/2026-08/../x`, `${list}/disposal/2026-08/a b`, 'x', '']) {
      expect(await told(store.append(name, 'x')), name).toMatch(/^unavailable: ANCHOR_URL: /)
      expect(await told(store.read(name)), name).toMatch(/^unavailable: /)
    }
  })
})

describe('the list in a folder', () => {
  it('holds whole records only, readable to nobody else', async () => {
    const directory = join(home, 'whole')
    const store = createFolderAnchors({ directory, create: true })
    await store.append(nameOf(1), 'record')
    expect(readdirSync(join(directory, folder))).toEqual(['dsp_1.jws'])
    const file = join(directory, `${nameOf(1)}.jws`)
    expect(readFileSync(file, 'utf8')).toBe('record\n')
    expect(statSync(file).mode & 0o077).toBe(0)
    expect(statSync(dirname(file)).mode & 0o077).toBe(0)
  })

  it('overlooks what a kill left half-written, and what is not ours', async () => {
    const directory = join(home, 'left')
    const store = createFolderAnchors({ directory, create: true })
    await store.append(nameOf(1), 'record')
    writeFileSync(join(directory, folder, '.0123.new'), 'half a rec')
    writeFileSync(join(directory, folder, 'README.txt'), '')
    mkdirSync(join(directory, list, 'disposal', 'old'))
    expect(await store.names(folder)).toEqual([nameOf(1)])
    expect(await store.months(`${list}/disposal`)).toEqual(['2026-08'])
  })

  it('that is not there is not an empty list, where it must not be made', async () => {
    const directory = join(home, 'volume')
    const store = createFolderAnchors({ directory, create: false })
    const line = 'unavailable: ANCHOR_URL: the folder is not there: create it, or mount its volume'
    expect(await told(store.check())).toBe(line)
    expect(await told(store.months(`${list}/disposal`))).toBe(line)
    expect(await told(store.append(nameOf(1), 'x'))).toMatch(/ENOENT/)
    mkdirSync(directory)
    await store.check()
    expect(await store.append(nameOf(1), 'x')).toBe('written')
    rmSync(directory, { recursive: true })
    expect(await told(store.names(folder))).toBe(line)
  })

  it('is refused where it is a file', async () => {
    const directory = join(home, 'file')
    writeFileSync(directory, '')
    for (const create of [true, false])
      expect(await told(createFolderAnchors({ directory, create }).check())).toMatch(/^unavailable: ANCHOR_URL: /)
  })
})

describe('the list in a bucket', () => {
  it('is written on the condition that there is none, under the prefix', async () => {
    const store = inBucket()
    s3.asked.length = 0
    await store.append(nameOf(1), 'record')
    expect(s3.asked).toMatchObject([
      { method: 'PUT', path: `/azukari-list/prod/${nameOf(1)}.jws`, headers: { 'if-none-match': '*' } },
    ])
    // Object Lock takes no object without one.
    expect(Object.keys(s3.asked[0]?.headers ?? {}).some((name) => name.startsWith('x-amz-checksum-'))).toBe(true)
  })

  it('is tried again where another conditional write is under way', async () => {
    const store = inBucket()
    s3.sayInstead('PUT', { status: 409, code: 'ConditionalRequestConflict' }, 2)
    expect(await store.append(nameOf(1), 'record')).toBe('written')
    s3.sayInstead('PUT', { status: 409, code: 'ConditionalRequestConflict' })
    expect(await told(store.append(nameOf(2), 'record'))).toMatch(/ConditionalRequestConflict/)
  })

  it.each([
    ['PUT', { status: 403, code: 'AccessDenied' }, /PutObject said AccessDenied, request REQ0001: allow s3:ListBucket/],
    ['PUT', { status: 503, code: 'SlowDown' }, /PutObject said SlowDown.*: it is tried again/],
    ['PUT', { status: 404, code: 'NoSuchBucket' }, /NoSuchBucket.*: see the bucket of ANCHOR_URL/],
    ['PUT', { status: 403, code: 'SignatureDoesNotMatch' }, /see the credentials/],
    ['GET', { status: 500, code: 'InternalError' }, /(GetObject|ListObjectsV2) said InternalError/],
  ])('%s answered by %j is unavailable, and the operator is told what to do', async (method, refusal, line) => {
    const store = inBucket()
    const message = `arn:aws:iam::${['4321', '0000', '0042'].join('')}:user/x may not`
    s3.sayInstead(method, { ...refusal, message })
    const attempts =
      method === 'PUT' ? [store.append(nameOf(1), 'x')] : [store.read(nameOf(1)), store.names(folder), store.check()]
    for (const said of await Promise.all(attempts.map(told))) {
      expect(said).toMatch(/^unavailable: ANCHOR_URL: S3 /)
      expect(said).toMatch(line)
      expect(said).not.toMatch(/arn:|\d{12}|secret/)
    }
  })

  it('that nobody answers for is unavailable', async () => {
    const endpoint = 'http://127.0.0.1:1'
    const store = createS3Anchors({ bucket: 'b-b', prefix: '', region: 'ap-northeast-1', endpoint, limits })
    expect(await told(store.check())).toMatch(/^unavailable: ANCHOR_URL: S3 ListObjectsV2 said .*ECONNREFUSED/)
  })
})

describe('the choice of the list', () => {
  it('is made by what the operator said', async () => {
    const bucket = await createAnchorStore({
      store: 's3',
      bucket: 'azukari-list',
      prefix: '',
      region: 'us-east-1',
      endpoint: s3.endpoint,
    })
    await bucket.append(nameOf(9), 'x')
    expect([...s3.objects.keys()]).toEqual([`${nameOf(9)}.jws`])
    const directory = join(home, 'chosen')
    await (await createAnchorStore({ store: 'folder', directory, create: true })).append(nameOf(9), 'x')
    expect(readdirSync(join(directory, folder))).toEqual(['dsp_9.jws'])
  })
})
