import { createCipheriv, randomBytes } from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { freshDataKey, openDataKey } from '../../src/core/keys/data-key.ts'
import { wrapKey } from '../../src/core/keys/key-wrap.ts'
import { SecretKey } from '../../src/core/keys/secret-key.ts'
import { AppError } from '../../src/core/shared/errors.ts'

const ecb = (key: Parameters<typeof createCipheriv>[1]): string =>
  createCipheriv('aes-256-ecb', key, null).update(Buffer.alloc(16)).toString('hex')

describe('a cached key', () => {
  it('is the same key as bytes and for ciphers', () => {
    const bytes = randomBytes(32)
    const key = new SecretKey('key_1', Buffer.from(bytes))
    expect(ecb(key.cipherKey())).toBe(ecb(bytes))
    expect(key.cipherKey()).toBe(key.cipherKey())
  })

  it('refuses in either form once it was wiped, also when it had been used before', () => {
    const bytes = randomBytes(32)
    const key = new SecretKey('key_1', bytes)
    key.cipherKey()
    key.wipe()
    for (const use of [() => key.cipherKey(), () => key.bytes()]) expect(use).toThrow(AppError)
    expect(bytes.equals(Buffer.alloc(32))).toBe(true)
  })

  it('never prints', () => {
    const bytes = randomBytes(32)
    const key = new SecretKey('key_1', bytes)
    key.cipherKey()
    const shown = `${String(key)}${JSON.stringify({ key })}${inspect(key, { showHidden: true, depth: 9 })}`
    expect(shown).toBe('[SecretKey]{"key":"[SecretKey]"}[SecretKey]')
  })
})

describe('a data key', () => {
  it('is new each time, opens with its KEK only, and is wrapped as RFC 3394 says', () => {
    const bytes = randomBytes(32)
    const [kek, other] = [new SecretKey('key_1', bytes), new SecretKey('key_2', randomBytes(32))]
    const [first, second] = [freshDataKey(kek), freshDataKey(kek)]
    expect(first.key.equals(second.key)).toBe(false)
    expect(first.wrapped.equals(wrapKey(bytes, first.key))).toBe(true)
    expect(openDataKey(kek, first.wrapped, 'key_3').equals(first.key)).toBe(true)
    expect(() => openDataKey(other, first.wrapped, 'key_3')).toThrow(AppError)
  })
})
