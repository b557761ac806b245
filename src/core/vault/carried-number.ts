import { inspect } from 'node:util'
import { secretBytes } from '../shared/secret-bytes.ts'
import { type JwePlaintext, readPlaintext } from './jwe-plaintext.ts'
import { MyNumber } from './my-number.ts'

/** Who gets it, whose it is, when it was made, and its own name. */
export type Carriage = Omit<JwePlaintext, 'number'> & { kid: string }

/**
 * A number that came as a JWE, decrypted and not yet judged. Its digits are bytes of its own, never print, and are wiped by
 * whoever received it, when the request ends.
 */
export class CarriedNumber {
  readonly #digits: Buffer
  readonly carriage: Carriage

  private constructor(digits: Buffer, carriage: Carriage) {
    this.#digits = digits
    this.carriage = carriage
  }

  /** Undefined where it is not the object that it has to be. The plaintext stays the caller's to wipe. */
  static read(plaintext: Uint8Array, kid: string): CarriedNumber | undefined {
    const read = readPlaintext(plaintext)
    if (read === undefined) return undefined
    const { number, ...carriage } = read
    const digits = secretBytes(number.length)
    digits.set(number)
    return new CarriedNumber(digits, { ...carriage, kid })
  }

  toMyNumber(pointer: string): MyNumber {
    return MyNumber.fromUtf8(this.#digits, pointer)
  }

  /** In the fingerprint of a request the number alone stands for its JWE. Whoever gets these bytes wipes them. */
  after(text: string): Buffer {
    const before = Buffer.from(`${text}\0`, 'utf8')
    const bytes = secretBytes(before.length + this.#digits.length)
    bytes.set(before)
    bytes.set(this.#digits, before.length)
    return bytes
  }

  wipe(): void {
    this.#digits.fill(0)
  }

  toString(): string {
    return '[CarriedNumber]'
  }
  toJSON(): string {
    return '[CarriedNumber]'
  }
  [inspect.custom](): string {
    return '[CarriedNumber]'
  }
}
