import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Answer, problem, startService } from './loopback.ts'

const file = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 7) % 256)
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

const streamed: Answer = {
  raw: (response) => {
    response.writeHead(200, {
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment; filename="export.csv"',
    })
    response.write(file.subarray(0, 100_000))
    setTimeout(() => response.end(file.subarray(100_000)), 300)
  },
}

describe('a download', () => {
  it('comes byte for byte, with its headers', async () => {
    const { azukari } = await startService(() => streamed)
    for (const load of [
      azukari.exports.download,
      azukari.filings.downloadPackage,
      azukari.paymentRecords.downloadPayeeCopy,
    ]) {
      const { bytes, headers } = await load('x_1')
      expect(headers.get('content-disposition')).toBe('attachment; filename="export.csv"')
      expect(sha256(await bytes())).toBe(sha256(file))
    }
  })

  it('can be read as a stream, for longer than a try may take to begin', async () => {
    const { azukari } = await startService(() => streamed, { timeoutMs: 200 })
    const { body } = await azukari.exports.download('exp_1')
    const chunks: Uint8Array[] = []
    await body.pipeTo(new WritableStream({ write: (chunk) => void chunks.push(chunk) }))
    expect(sha256(Buffer.concat(chunks))).toBe(sha256(file))
  })

  it('that breaks off fails, and is never taken for the whole file', async () => {
    const { azukari } = await startService(() => ({
      raw: (response) => {
        response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': '300000' })
        response.write(file.subarray(0, 100_000))
        setTimeout(() => response.destroy(), 50)
      },
    }))
    const { bytes } = await azukari.exports.download('exp_1')
    await expect(bytes()).rejects.toThrow()
  })

  it('that is used up is a problem', async () => {
    const { azukari } = await startService(() => problem(410, 'used_up'))
    await expect(azukari.exports.download('exp_1')).rejects.toMatchObject({ code: 'used_up', status: 410 })
  })

  it('of nothing is empty', async () => {
    const { azukari } = await startService(() => ({ text: '', headers: { 'content-length': '0' } }))
    const { bytes } = await azukari.exports.download('exp_1')
    expect(await bytes()).toHaveLength(0)
  })
})

describe('an upload', () => {
  const csv = '部門コード,部門\r\n101,社長室\r\n'
  it.each([
    ['text', () => csv],
    ['bytes', () => new TextEncoder().encode(csv)],
    ['a stream', () => new Blob([csv]).stream()],
  ])('can be %s', async (_, make) => {
    const { azukari, seen } = await startService(() => ({ status: 202, json: { id: 'imp_1' } }))
    await azukari.imports.create(make(), { kind: 'roster', companyId: 'com_1', fileName: '社員.csv' })
    expect(seen[0]?.body).toBe(csv)
    expect(seen[0]?.headers['content-type']).toBe('text/csv')
    expect(seen[0]?.headers['idempotency-key']).toBeDefined()
    expect(Object.fromEntries(seen[0]?.query ?? [])).toEqual({
      kind: 'roster',
      companyId: 'com_1',
      fileName: '社員.csv',
    })
  })

  it('of text or bytes is tried again', async () => {
    const { azukari, seen } = await startService((_, nth) => (nth === 0 ? problem(503, 'unavailable') : { json: {} }))
    await azukari.imports.create(new TextEncoder().encode(csv), { kind: 'roster', companyId: 'com_1' })
    expect(seen.map(({ body }) => body)).toEqual([csv, csv])
  })
})
