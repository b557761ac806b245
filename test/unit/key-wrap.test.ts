import { createSecretKey, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { freshDataKeys, openDataKeys } from '../../src/core/keys/data-key.ts'
import { unwrapKey, wrapKey } from '../../src/core/keys/key-wrap.ts'
import { unwrapMany, wrapMany } from '../../src/core/keys/key-wrap-many.ts'
import { SecretKey } from '../../src/core/keys/secret-key.ts'
import { AppError } from '../../src/core/shared/errors.ts'

/** RFC 3394 § 4.6: 256 bits of key data under a 256-bit KEK. */
const vector = {
  kek: Buffer.from('000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F', 'hex'),
  key: Buffer.from('00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F', 'hex'),
  wrapped: Buffer.from('28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21', 'hex'),
}

const keksAndKeys = fc.tuple(
  fc.uint8Array({ minLength: 32, maxLength: 32 }),
  fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { maxLength: 20 }),
)
const whyOf = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    return error instanceof AppError && error.code === 'internal' ? String((error.cause as Error).message) : 'other'
  }
  return 'it opened'
}

describe('wrapping keys', () => {
  it('gives what RFC 3394 prints, one at a time and many at once', () => {
    const kek = createSecretKey(vector.kek)
    expect(wrapKey(kek, vector.key).equals(vector.wrapped)).toBe(true)
    expect(unwrapKey(kek, vector.wrapped, 'key_1').equals(vector.key)).toBe(true)
    const [keys, wrapped] = [vector.key, vector.wrapped].map((bytes) => Buffer.concat(Array(7).fill(bytes)))
    expect(wrapMany(kek, keys as Buffer).equals(wrapped as Buffer)).toBe(true)
    const opened = unwrapMany(kek, wrapped as Buffer)
    expect([opened.keys.equals(keys as Buffer), opened.failed]).toEqual([true, []])
  })

  it('opens the next key as if nothing had been, after one that did not open, and does not mix two KEKs', () => {
    const [kek, other] = [createSecretKey(vector.kek), createSecretKey(randomBytes(32))]
    const changed = Buffer.from(vector.wrapped)
    changed[7] = (changed[7] ?? 0) ^ 1
    const wrongs = [changed, Buffer.alloc(0), Buffer.alloc(8), Buffer.alloc(40), vector.wrapped.subarray(0, 32)]
    for (const wrong of wrongs) {
      expect(whyOf(() => unwrapKey(kek, wrong, 'key_1'))).toContain('its wrapped form')
      expect(whyOf(() => unwrapKey(other, vector.wrapped, 'key_1'))).toContain('its wrapped form')
      expect(unwrapKey(kek, vector.wrapped, 'key_1').equals(vector.key)).toBe(true)
    }
  })

  it('gives byte for byte what OpenSSL gives, for any KEK and any keys', () => {
    fc.assert(
      fc.property(keksAndKeys, ([kekBytes, keys]) => {
        const kek = createSecretKey(kekBytes)
        const each = Buffer.concat(keys.map((key) => wrapKey(kek, Buffer.from(key))))
        expect(wrapMany(kek, Buffer.concat(keys)).equals(each)).toBe(true)
        const opened = unwrapMany(kek, each)
        expect(opened.keys.equals(Buffer.concat(keys))).toBe(true)
        expect(opened.failed).toEqual([])
      }),
    )
  })

  it('finds every changed bit, says which key it was in, and gives nothing of it', () => {
    const kek = createSecretKey(vector.kek)
    const keys = randomBytes(5 * 32)
    const wrapped = wrapMany(kek, keys)
    for (let bit = 0; bit < 40 * 8; bit++) {
      const changed = Buffer.from(wrapped)
      const at = 2 * 40 + (bit >> 3)
      changed[at] = (changed[at] ?? 0) ^ (1 << (bit & 7))
      const opened = unwrapMany(kek, changed)
      expect(opened.failed, `bit ${bit}`).toEqual([2])
      expect(opened.keys.subarray(64, 96).equals(Buffer.alloc(32)), `bit ${bit}`).toBe(true)
      expect(opened.keys.subarray(96).equals(keys.subarray(96)), `bit ${bit}`).toBe(true)
    }
  })

  it('leaves the keys that were given as they were', () => {
    const keys = randomBytes(5 * 32)
    const before = Buffer.from(keys)
    wrapMany(createSecretKey(vector.kek), keys)
    expect(keys.equals(before)).toBe(true)
  })
})

describe('data keys', () => {
  const [kek, other] = [new SecretKey('kek_1', Buffer.from(vector.kek)), new SecretKey('kek_2', randomBytes(32))]

  it.each([0, 1, 3, 4, 5, 500])('are %i different ones when so many are asked for, and open again', (count) => {
    const items = Array.from({ length: count }, (_, i) => `key_${i}`)
    const fresh = freshDataKeys(kek, items)
    expect(fresh.map(({ item }) => item)).toEqual(items)
    expect(new Set(fresh.map(({ key }) => key.toString('hex'))).size).toBe(count)
    const opened = openDataKeys(
      kek,
      fresh.map(({ item, wrapped }) => ({ id: item, name: item, wrapped })),
    )
    expect(opened.size).toBe(count)
    for (const { item, key } of fresh) expect(opened.get(item)?.equals(key)).toBe(true)
  })

  it.each([1, 9])('of which one of %i does not open open none, and the reason names that one', (count) => {
    const items = Array.from({ length: count }, (_, i) => `key_${i}`)
    const wrapped = freshDataKeys(kek, items).map((fresh) => ({
      id: fresh.item,
      name: fresh.item,
      wrapped: fresh.wrapped,
    }))
    const last = `key_${count - 1}`
    const withLast = (bytes: Buffer) => [...wrapped.slice(0, -1), { id: last, name: last, wrapped: bytes }]
    const foreign = freshDataKeys(other, [last])[0]?.wrapped ?? Buffer.alloc(0)
    for (const bytes of [foreign, foreign.subarray(8), Buffer.alloc(40), Buffer.alloc(0), Buffer.alloc(48)])
      expect(whyOf(() => openDataKeys(kek, withLast(bytes)))).toContain(`Key ${last}:`)
    expect(whyOf(() => openDataKeys(other, wrapped))).toContain('Key key_0:')
  })
})
