import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import {
  describeProblem,
  fileName309,
  findProblems309,
  type Line309,
  type Slip309,
  writeSlip309,
} from '../../src/adapters/tax/form-309.ts'
import { AppError } from '../../src/core/shared/errors.ts'

const line = (some: Partial<Line309> = {}): Line309 => ({
  kind: '原稿料',
  detail: '4回',
  amount: 480_000,
  unpaid: 0,
  withheld: 49_008,
  withheldUnpaid: 0,
  ...some,
})
const slip = (some: Partial<Slip309> = {}): Slip309 => ({
  key: 'pay_1',
  companyAddress: '東京都千代田区大手町1-2-3',
  companyName: '(株)あずかり商事',
  companyPhone: '０３－１２３４－５６７８',
  year: 2026,
  payee: { address: '横浜市中区本町4‐5 ﾐﾅﾄﾋﾞﾙ', abroad: false, name: '山田 花子' },
  lines: [line()],
  remarks: '',
  correction: false,
  ...some,
})

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text)
/** A 個人番号 for tests: `0000`, a serial and its check digit (総務省令85号5条). */
const fixtureNumber = (serial: number): Uint8Array => {
  const body = Array.from(`0000${String(serial).padStart(7, '0')}`, Number)
  const weights = [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]
  const rest = body.reduce((sum, digit, index) => sum + digit * (weights[index] ?? 0), 0) % 11
  return Uint8Array.from([...body, rest <= 1 ? 0 : 11 - rest], (digit) => digit + 0x30)
}
const corporate = ascii('7000012050002')
const read = (bytes: Uint8Array): string[][] =>
  new TextDecoder('shift_jis', { fatal: true })
    .decode(bytes)
    .split('\r\n')
    .slice(0, -1)
    .map((record) => record.split(','))

const python = spawnSync('python3', ['--version']).status === 0
const readByPython = (bytes: Uint8Array): string[] => {
  const folder = mkdtempSync(join(tmpdir(), 'tax-'))
  try {
    const file = join(folder, fileName309())
    writeFileSync(file, bytes)
    const reader = fileURLToPath(new URL('tax-309-reader.py', import.meta.url))
    const run = spawnSync('python3', [reader, file], { encoding: 'utf8', env: { ...process.env, PYTHONUTF8: '1' } })
    return run.status === 0 ? run.stdout.trim().split('\n') : ['the reader failed', run.stderr]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe('a 309 record', () => {
  it('has 53 unquoted items, blank ones empty, a CRLF at the end and no header', () => {
    const digits = fixtureNumber(1)
    const [items, ...more] = read(writeSlip309(slip(), { payer: corporate, payee: digits }))
    expect(more).toEqual([])
    expect(items?.slice(0, 19)).toEqual([
      '309',
      '',
      '',
      '東京都千代田区大手町１－２－３',
      '（株）あずかり商事',
      '03-1234-5678',
      '',
      '',
      '',
      '0',
      '08',
      '横浜市中区本町４－５　ミナトビル',
      '0',
      '山田　花子',
      '原稿料',
      '４回',
      '480000',
      '',
      '49008',
    ])
    expect(items?.slice(19, 51).every((item) => item === '')).toBe(true)
    expect(items?.[51] === '7000012050002').toBe(true)
    expect(items).toHaveLength(53)
  })

  it('writes － and ～ with the bytes of Windows, as the tax office’s own software does', () => {
    const bytes = Buffer.from(writeSlip309(slip({ payee: { address: '1−2〜3', abroad: false, name: '山' } })))
    expect(bytes.includes(Buffer.from([0x81, 0x7c, 0x82, 0x51, 0x81, 0x60]))).toBe(true)
  })

  it('puts a 0 before the 12 digits of a 個人番号 and leaves the caller’s bytes alone', () => {
    const digits = fixtureNumber(2)
    const before = Buffer.from(digits)
    const written = Buffer.from(writeSlip309(slip(), { payee: digits }))
    const field = written.subarray(written.lastIndexOf(0x2c) + 1, -2)
    expect(field.length).toBe(13)
    expect(field[0] === 0x30 && field.subarray(1).equals(before)).toBe(true)
    expect(before.equals(digits)).toBe(true)
  })

  it('leaves a missing number blank, or writes one space last where the switch says so', () => {
    expect(Buffer.from(writeSlip309(slip())).subarray(-3).toString('latin1')).toBe(',\r\n')
    expect(
      Buffer.from(writeSlip309(slip(), {}, { lastItemBlank: 'space' }))
        .subarray(-4)
        .toString('latin1'),
    ).toBe(', \r\n')
  })

  it('goes on in further records after six lines, with 摘要 once', () => {
    const lines = Array.from({ length: 14 }, (_, index) => line({ amount: index + 1 }))
    const records = read(writeSlip309(slip({ lines, remarks: '備考' }), { payer: corporate }))
    expect(records).toHaveLength(3)
    expect(records.map((items) => items.length)).toEqual([53, 53, 53])
    expect(
      records.flatMap((items) => [0, 1, 2, 3, 4, 5].map((n) => items[16 + n * 6])).filter((a) => a !== ''),
    ).toEqual(lines.map(({ amount }) => String(amount)))
    expect(records.map((items) => items[50])).toEqual(['備考', '', ''])
    expect(records.every((items) => items[13] === '山田　花子')).toBe(true)
  })

  it('marks the record that voids an earlier one with 1', () => {
    expect(read(writeSlip309(slip({ correction: true })))[0]?.[9]).toBe('1')
  })

  it('keeps a comma in a name out of the way by writing it full-width', () => {
    const [items] = read(writeSlip309(slip({ payee: { address: '京都市', abroad: true, name: 'Smith, John "J"' } })))
    expect(items).toHaveLength(53)
    expect(items?.[13]).toBe('Ｓｍｉｔｈ，　Ｊｏｈｎ　”Ｊ”')
    expect(items?.[12]).toBe('1')
  })

  it('is called 309dat01.txt, and up to 99', () => {
    expect([fileName309(), fileName309(99)]).toEqual(['309dat01.txt', '309dat99.txt'])
    expect(() => fileName309(100)).toThrow(AppError)
  })
})

describe('a slip that cannot be written', () => {
  it('is named in every place at once, by item and character, without the value', () => {
    const problems = findProblems309(
      slip({
        payee: { address: '横'.repeat(61), abroad: false, name: '髙﨑𠮷' },
        lines: [line({ amount: -1 }), line({ amount: 1.5 }), line({ amount: 10_000_000_000 }), line({ kind: '①' })],
      }),
      { payee: ascii('12345') },
    )
    expect(problems.map(({ no, problem, character }) => [no, problem, character])).toEqual([
      [12, 'too_long', undefined],
      [14, 'unmappable_character', '髙'],
      [14, 'unmappable_character', '﨑'],
      [14, 'unmappable_character', '𠮷'],
      [17, 'not_an_amount', undefined],
      [23, 'not_an_amount', undefined],
      [29, 'too_long', undefined],
      [33, 'unmappable_character', '①'],
      [53, 'not_a_number', undefined],
    ])
    expect(problems.every(({ key }) => key === 'pay_1')).toBe(true)
    expect(JSON.stringify(problems)).not.toContain('12345')
    expect(problems.map(describeProblem)[1]).toContain('項番14 支払を受ける者 氏名又は名称')
    expect(problems.map(describeProblem)[1]).toContain('U+9AD9')
  })

  it('throws with the same places and writes nothing', () => {
    const bad = slip({ payee: { address: '京都市', abroad: false, name: '髙橋' } })
    const thrown = (() => {
      try {
        return writeSlip309(bad)
      } catch (error) {
        return error
      }
    })()
    expect(thrown).toBeInstanceOf(AppError)
    expect(thrown).toMatchObject({ code: 'unmappable_character', places: [{ pointer: '/pay_1/1/14' }] })
  })

  it('is refused without name, address or line, and with a control character', () => {
    const empty = slip({ payee: { address: ' ', abroad: false, name: '' }, lines: [], remarks: '一\u0000二' })
    expect(findProblems309(empty).map(({ no, problem }) => [no, problem])).toEqual([
      [12, 'missing'],
      [14, 'missing'],
      [15, 'missing'],
      [17, 'missing'],
      [51, 'wrong_character'],
    ])
  })

  it('is refused for a year that has no layout', () => {
    expect(() => findProblems309(slip({ year: 2015 }))).toThrow(AppError)
  })

  it('counts characters as they are written: a half-width ﾊﾟ is one', () => {
    expect(findProblems309(slip({ payee: { address: '京都市', abroad: false, name: 'ﾊﾟ'.repeat(30) } }))).toEqual([])
    expect(findProblems309(slip({ payee: { address: '京都市', abroad: false, name: '㈱'.repeat(11) } }))).toMatchObject(
      [{ no: 14, problem: 'too_long', length: 33, max: 30 }],
    )
  })
})

describe.skipIf(!python)('an independent reader in Python (skipped where python3 is missing)', () => {
  it('finds nothing wrong in what we write at the limits', () => {
    const full = line({
      kind: '区'.repeat(10),
      detail: '細'.repeat(20),
      amount: 9_999_999_999,
      unpaid: 9_999_999_999,
      withheld: 9_999_999_999,
      withheldUnpaid: 9_999_999_999,
    })
    const widest = slip({
      companyAddress: '東'.repeat(60),
      companyName: '株'.repeat(30),
      companyPhone: '0120(345)678901',
      payee: { address: '～－・'.repeat(20), abroad: true, name: '名'.repeat(30) },
      lines: Array.from({ length: 7 }, () => full),
      remarks: '摘'.repeat(100),
    })
    const bytes = Buffer.concat([
      writeSlip309(slip(), { payer: corporate, payee: fixtureNumber(3) }),
      writeSlip309(widest, { payer: fixtureNumber(4), payee: corporate }),
      writeSlip309(slip({ correction: true })),
    ])
    expect(readByPython(bytes)).toEqual(['records 4'])
  })

  it('sees a half-width kana, a missing item and a bare LF, so its silence means something', () => {
    const good = writeSlip309(slip())
    const text = new TextDecoder('shift_jis').decode(good)
    const cut = Buffer.from(good).subarray(good.indexOf(0x2c) + 1)
    expect(readByPython(cut)[0]).toBe('record 1: 52 items')
    expect(readByPython(Buffer.concat([good.subarray(0, -2), Buffer.from('\n')]))[0]).toBe('line ends are not CRLF')
    const kana = Buffer.from(good).indexOf(Buffer.from([0x83, 0x7e])) // ミ
    const half = Buffer.concat([good.subarray(0, kana), Buffer.from([0xd0]), good.subarray(kana + 2)])
    expect(text).toContain('ミナト')
    expect(readByPython(half)[0]).toBe('record 1 item 12: half-width in a full-width item')
  })
})
