import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeCp932, encodeCp932, findUnmappable } from '../../src/core/shared/charset/cp932.ts'
import { cp932Table, folds, jis0208Table } from '../../src/core/shared/charset/cp932-table.ts'
import { AppError } from '../../src/core/shared/errors.ts'

const golden = (name: string) => readFileSync(new URL(`golden/${name}`, import.meta.url))
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex').toUpperCase()

/** character, CP932, and whether strict JIS X 0208 holds its bytes; glibc's CP932 agrees with the bytes. */
const traps: readonly [character: string, cp932: string | undefined, strict: boolean][] = [
  ['髙', 'FBFC', false],
  ['﨑', 'FAB1', false],
  ['德', 'FABA', false],
  ['瀨', 'FB50', false],
  ['①', '8740', false],
  ['㈱', '878A', false],
  ['𠮷', undefined, false],
  ['\u301c', '8160', true],
  ['\uff5e', '8160', true],
  ['\u2212', '817C', true],
  ['\uff0d', '817C', true],
  ['\u2014', '815C', true],
  ['\u2015', '815C', true],
  ['\u2016', '8161', true],
  ['\u00ac', '81CA', true],
  ['\u00a2', '8191', true],
  ['\u00a3', '8192', true],
  ['\u00a5', undefined, false],
  ['\u222a', '81BE', true],
  ['Ⅰ', '8754', false],
  ['ⅰ', 'FA40', false],
  ['∵', '81E6', true],
  ['ｱ', 'B1', false],
  ['吉', '8B67', true],
  ['熙', 'EAA4', true],
  ['\ue000', undefined, false],
  ['\udb40\udd00', undefined, false],
]

describe('CP932', () => {
  it.each(traps)('writes %s as %s, strictly allowed: %s', (character, bytes, strict) => {
    expect(findUnmappable(character, 'cp932')).toEqual(bytes === undefined ? [{ index: 0, character }] : [])
    expect(findUnmappable(character, 'jis0208')).toEqual(strict ? [] : [{ index: 0, character }])
    if (bytes === undefined) expect(() => encodeCp932(character)).toThrow(AppError)
    else expect(hex(encodeCp932(character))).toBe(bytes)
    if (strict && bytes !== undefined) expect(hex(encodeCp932(character, 'jis0208'))).toBe(bytes)
  })

  it('writes its whole repertoire in the bytes that glibc writes', () => {
    const text = golden('cp932-repertoire.utf8.txt').toString('utf8')
    expect(Buffer.compare(encodeCp932(text), golden('cp932-repertoire.cp932.txt'))).toBe(0)
    const held = new Set(text)
    const missing = Array.from(cp932Table.keys()).filter(
      (unit) => unit >= 0x20 && cp932Table[unit] !== 0 && !held.has(String.fromCharCode(unit)),
    )
    expect(missing.sort()).toEqual(folds.map(([from]) => from).sort())
  })

  it('in strict mode holds the 6,879 characters of JIS X 0208 in the bytes that another codec writes', () => {
    const text = golden('jis0208-repertoire.utf8.txt').toString('utf8')
    expect(Buffer.compare(encodeCp932(text, 'jis0208'), golden('jis0208-repertoire.sjis.txt'))).toBe(0)
    expect(new Set(jis0208Table.filter((code) => code > 0xff)).size).toBe(6879)
  })

  it('reads back what it wrote, for every text it can write', () => {
    const writable = Array.from(cp932Table.keys()).filter((unit) => cp932Table[unit] !== 0)
    const character = fc.constantFrom(...writable.map((unit) => String.fromCharCode(unit)))
    const folded = new Map(folds.map(([from, to]) => [String.fromCharCode(from), String.fromCharCode(to)]))
    fc.assert(
      fc.property(fc.array(character, { maxLength: 60 }), (characters) => {
        const expected = characters.map((one) => folded.get(one) ?? one).join('')
        expect(decodeCp932(encodeCp932(characters.join('')))).toBe(expected)
      }),
    )
  })

  it('writes a text whole or names what it cannot write, and never a question mark of its own', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
        const found = findUnmappable(text, 'cp932')
        if (found.length > 0) {
          expect(() => encodeCp932(text)).toThrow(AppError)
        } else {
          expect(encodeCp932(text).filter((byte) => byte === 0x3f).length).toBe(text.split('?').length - 1)
        }
      }),
    )
  })

  it('counts characters, not UTF-16 units, and names the character without showing the name', () => {
    expect(findUnmappable('𠮷野家の𠮷田', 'cp932')).toEqual([
      { index: 0, character: '𠮷' },
      { index: 4, character: '𠮷' },
    ])
    expect(() => encodeCp932('土𠮷野')).toThrow(/2文字目 U\+20BB7$/)
    expect(() => encodeCp932('\ud842')).toThrow(/U\+D842/)
  })

  it('keeps the control bytes 1A, 1C and 7F where they are', () => {
    expect(decodeCp932(Uint8Array.of(0x1a, 0x1c, 0x7f))).toBe('\x1a\x1c\x7f')
  })
})
