import { inspect } from 'node:util'
import { AppError } from '../shared/errors.ts'
import { checkDigitFits, digitValue, isSeparator } from '../shared/number-shape.ts'
import { secretBytes } from '../shared/secret-bytes.ts'

let open: (number: MyNumber) => Buffer

const length = 12

function* codePointsOfText(text: string): Generator<number> {
  for (const character of text) yield character.codePointAt(0) ?? 0
}

/** Strict enough for what it reads: a byte out of place becomes a character that is neither a digit nor a separator. */
function* codePointsOfUtf8(bytes: Uint8Array): Generator<number> {
  const replacement = 0xfffd
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at] ?? 0
    const size =
      first < 0x80 ? 1 : first >> 5 === 0b110 ? 2 : first >> 4 === 0b1110 ? 3 : first >> 3 === 0b11110 ? 4 : 0
    let codePoint = size < 2 ? first : first & (0xff >> (size + 1))
    let fits = size > 0
    for (let i = 1; i < size; i++) {
      const next = bytes[at + i] ?? 0
      fits &&= next >> 6 === 0b10
      codePoint = (codePoint << 6) | (next & 0x3f)
    }
    yield fits ? codePoint : replacement
    at += Math.max(size, 1)
  }
}

/** A 個人番号 that never prints. Its digits are ASCII bytes; only core/vault can take them out, and whoever does wipes it. */
export class MyNumber {
  readonly #digits: Buffer

  static {
    open = (number) => number.#digits
  }

  private constructor(digits: Buffer) {
    this.#digits = digits
  }

  /** As people type it: spaces, hyphens and full-width digits are taken. Refuses without saying what it saw. */
  static parse(text: string, pointer = '/number'): MyNumber {
    return MyNumber.#read(codePointsOfText(text), pointer)
  }

  /** The same from UTF-8, so that no string of digits is ever made. */
  static fromUtf8(bytes: Uint8Array, pointer = '/number'): MyNumber {
    return MyNumber.#read(codePointsOfUtf8(bytes), pointer)
  }

  static #read(codePoints: Iterable<number>, pointer: string): MyNumber {
    const digits = secretBytes(length)
    const values = secretBytes(length)
    let count = 0
    let whole = false
    try {
      for (const codePoint of codePoints) {
        const value = digitValue(codePoint)
        if (value < 0 && isSeparator(codePoint)) continue
        if (value < 0 || count === length) throw refused(pointer, 'number_format', '個人番号 has 12 digits.')
        values[count] = value
        digits[count] = 0x30 + value
        count += 1
      }
      if (count !== length) throw refused(pointer, 'number_format', '個人番号 has 12 digits.')
      if (!checkDigitFits(values))
        throw refused(pointer, 'check_digit', 'The check digit does not match: one digit is wrong.')
      whole = true
      return new MyNumber(digits)
    } finally {
      values.fill(0)
      if (!whole) digits.fill(0)
    }
  }

  /** The last two, for the mask. */
  get lastTwo(): string {
    return this.#digits.toString('latin1', 10, 12)
  }

  startsWithZeros(count: number): boolean {
    return this.#digits.subarray(0, count).every((byte) => byte === 0x30)
  }

  equals(other: Uint8Array): boolean {
    return this.#digits.equals(other)
  }

  wipe(): void {
    this.#digits.fill(0)
  }

  toString(): string {
    return '[MyNumber]'
  }
  toJSON(): string {
    return '[MyNumber]'
  }
  [inspect.custom](): string {
    return '[MyNumber]'
  }
}

const refused = (pointer: string, code: 'number_format' | 'check_digit', detail: string): AppError =>
  new AppError(code, detail, { places: [{ pointer, code, detail }] })

/** Closed to everyone but core/vault (an import rule says so). */
export const digitsOf = (number: MyNumber): Buffer => open(number)
