import { inspect } from 'node:util'
import { keyExpired } from './key-errors.ts'

/** A cached key. It never prints, and after `wipe` it refuses, rather than encrypt anything under zeros. */
export class SecretKey {
  readonly id: string
  #bytes: Buffer | undefined

  constructor(id: string, bytes: Buffer) {
    this.id = id
    this.#bytes = bytes
  }

  /** For use at once, without an `await` in between; not to be kept. */
  bytes(): Buffer {
    if (this.#bytes === undefined) throw keyExpired(this.id)
    return this.#bytes
  }

  wipe(): void {
    this.#bytes?.fill(0)
    this.#bytes = undefined
  }

  toString(): string {
    return '[SecretKey]'
  }

  toJSON(): string {
    return '[SecretKey]'
  }

  [inspect.custom](): string {
    return '[SecretKey]'
  }
}
