import { describe, expect, it } from 'vitest'
import { type DecodeOptions, decodeText } from '../../src/adapters/payroll/decode.ts'
import type { FileEncoding } from '../../src/adapters/payroll/detect-encoding.ts'
import { readCsv } from '../../src/adapters/payroll/read-csv.ts'
import { encodeCp932 } from '../../src/core/shared/charset/cp932.ts'
import { AppError } from '../../src/core/shared/errors.ts'

const utf8 = (text: string) => Buffer.from(text, 'utf8')

async function* inChunks(bytes: Uint8Array, size = bytes.length): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const collect = async <T>(source: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = []
  for await (const one of source) all.push(one)
  return all
}

const decodeAll = async (bytes: Uint8Array, size?: number, options: DecodeOptions = {}) => {
  const found: FileEncoding[] = []
  let text = ''
  for await (const part of decodeText(inChunks(bytes, size), { ...options, onDetected: (one) => found.push(one) })) {
    text += part
  }
  return { text, encoding: found[0] }
}

const rowsOf = async (text: string, size?: number) =>
  (await collect(readCsv(decodeText(inChunks(utf8(text), size))))).map(({ line, cells }) => ({ line, cells }))

const refusal = async (work: Promise<unknown>): Promise<AppError> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof AppError)) throw new Error(`Expected a refusal, got ${String(error)}`)
  return error
}

const text = '部門コード,部門,社員コード,社員名\r\n105,人事部,104,東野二郎\r\n105,"人事,部",1000,髙橋\r\n'

describe('detection', () => {
  it.each([1, 2, 3, 5, 7, 1000])('finds UTF-8, its mark and CP932 in chunks of %i bytes', async (size) => {
    expect(await decodeAll(utf8(text), size)).toEqual({ text, encoding: 'utf-8' })
    expect(await decodeAll(utf8(`\ufeff${text}`), size)).toEqual({ text, encoding: 'utf-8-bom' })
    expect(await decodeAll(encodeCp932(text), size)).toEqual({ text, encoding: 'cp932' })
  })

  it('takes an ASCII or empty file for UTF-8', async () => {
    expect(await decodeAll(utf8('a,b\n'))).toEqual({ text: 'a,b\n', encoding: 'utf-8' })
    expect(await decodeAll(utf8(''))).toEqual({ text: '', encoding: 'utf-8' })
  })

  it('waits for the first sign beyond ASCII, however late, and is not misled by a character cut in two', async () => {
    const late = `${'1,2,3\n'.repeat(30_000)}人事部,東野\n`
    expect(await decodeAll(encodeCp932(late), 4096)).toEqual({ text: late, encoding: 'cp932' })
    const long = '社員名,人事部\n'.repeat(20_000)
    for (const size of [65_535, 65_536, 65_537]) {
      expect(await decodeAll(utf8(long), size)).toEqual({ text: long, encoding: 'utf-8' })
      expect(await decodeAll(encodeCp932(long), size)).toEqual({ text: long, encoding: 'cp932' })
    }
  })

  it('names line and column of a byte that does not fit, late in a file that began as UTF-8', async () => {
    const bytes = Buffer.concat([utf8('社員名,人事部\r\n'.repeat(20_000)), encodeCp932('abc,"x,y",人事部\r\n')])
    const error = await refusal(decodeAll(bytes, 10_000))
    expect(error.code).toBe('invalid_file')
    expect(error.places).toMatchObject([{ line: 20_001, column: '3列目', code: 'invalid_file' }])
  })

  it('names line and column of a byte that is not CP932', async () => {
    const bytes = Buffer.concat([encodeCp932('部門,社員名\n人事部,'), Uint8Array.of(0x93, 0x8c, 0xff, 0x0a)])
    expect((await refusal(decodeAll(bytes))).places).toMatchObject([{ line: 2, column: '2列目' }])
  })

  it('refuses EUC-JP by name instead of reading it as 半角カナ', async () => {
    // 社員コード,社員名 in EUC-JP
    const bytes = Buffer.from('bcd2b0f7a5b3a1bca5c92cbcd2b0f7ccbe0a', 'hex')
    expect((await refusal(decodeAll(bytes))).message).toContain('EUC-JP')
  })

  it.each([
    ['UTF-16', Buffer.from(`\ufeff${text}`, 'utf16le')],
    ['UTF-16', Buffer.from('a,b\n', 'utf16le')],
    ['JIS', Buffer.from('1b2442', 'hex')],
    ['Excelブック', Buffer.from('504b03041400', 'hex')],
    ['Excelブック', Buffer.from('d0cf11e0a1b11ae1', 'hex')],
  ])('refuses %s with a sentence that says what to do', async (what, bytes) => {
    for (const size of [1, 4, 1000]) {
      const error = await refusal(decodeAll(bytes, size))
      expect(error.message).toContain(what)
      expect(error.message).toContain('CSV UTF-8')
    }
  })

  it('believes a customer who says which encoding it is', async () => {
    const kana = encodeCp932('ｼﾒｺｱ\n')
    expect((await refusal(decodeAll(kana))).message).toContain('EUC-JP')
    expect((await decodeAll(kana, 2, { encoding: 'cp932' })).text).toBe('ｼﾒｺｱ\n')
  })
})

describe('reading CSV', () => {
  it('takes mixed line ends, empty lines and quotes, and numbers the line where a row begins', async () => {
    const mixed = 'a,b\r\n\r\n"x\r\ny","q""q"\n1,2\r3,4\n\n5,6'
    for (const size of [1, 2, 3, 1000]) {
      expect(await rowsOf(mixed, size)).toEqual([
        { line: 1, cells: ['a', 'b'] },
        { line: 3, cells: ['x\r\ny', 'q"q'] },
        { line: 5, cells: ['1', '2'] },
        { line: 6, cells: ['3', '4'] },
        { line: 8, cells: ['5', '6'] },
      ])
    }
  })

  it('names the line where a quote opens that is never closed', async () => {
    const error = await refusal(rowsOf('a,b\n1,2\n3,"4\n5,6\n'))
    expect(error.places).toMatchObject([{ line: 3, code: 'invalid_file' }])
    expect(error.message).toContain('閉じられていません')
  })

  it.each(['あ', 'a b', '1,'])(
    'stops at a row of over 1 MiB of %s instead of holding it, and does not show it',
    async (cell) => {
      async function* endless() {
        yield utf8('a,b\n1,"')
        for (let chunk = 0; chunk < 300; chunk += 1) yield utf8(cell.repeat(20_000))
      }
      const error = await refusal(collect(readCsv(decodeText(endless()))))
      expect(error.places).toMatchObject([{ line: 2, code: 'invalid_file' }])
      expect(error.message).toContain('長すぎ')
      expect(error.message.length).toBeLessThan(100)
    },
  )

  it('marks a row in which a quote closes too early, and goes on with the next', async () => {
    const rows = await collect(readCsv(decodeText(inChunks(utf8('"ab"c,d\n5,6\n')))))
    expect(rows).toMatchObject([
      { line: 1, brokenQuotes: true },
      { line: 2, cells: ['5', '6'], brokenQuotes: false },
    ])
  })
})
