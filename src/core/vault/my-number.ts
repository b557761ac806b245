import { inspect } from 'node:util'
import { AppError } from '../shared/errors.ts'
import { checkDigitFits, digitValue, isSeparator } from '../shared/number-shape.ts'

let open: (number: MyNumber) => Buffer

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
    const digits = Buffer.alloc(12)
    const values = new Uint8Array(12)
    let count = 0
    for (const character of text) {
      const codePoint = character.codePointAt(0) ?? 0
      const value = digitValue(codePoint)
      if (value < 0 && isSeparator(codePoint)) continue
      if (value < 0 || count === 12) throw refused(pointer, 'number_format', '個人番号 has 12 digits.')
      values[count] = value
      digits[count] = 0x30 + value
      count += 1
    }
    if (count !== 12) throw refused(pointer, 'number_format', '個人番号 has 12 digits.')
    if (!checkDigitFits(values))
      throw refused(pointer, 'check_digit', 'The check digit does not match: one digit is wrong.')
    values.fill(0)
    return new MyNumber(digits)
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
