import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { associatedData } from '../../src/core/keys/envelope.ts'
import { describeRecord, openRecord, sealRecord } from '../../src/core/keys/sealed-record.ts'
import { AppError } from '../../src/core/shared/errors.ts'
import { newId } from '../../src/core/shared/ids.ts'

const dek = { id: newId('key'), key: randomBytes(32) }
const place = { organizationId: 'org_1', subjectId: 'sub_1', recordId: 'num_1' }
const text = Buffer.from('a plaintext of some length')

const errorOf = (work: () => unknown): unknown => {
  try {
    return work()
  } catch (error) {
    return error
  }
}
const isUnexplained = (error: unknown): boolean =>
  error instanceof AppError && error.code === 'internal' && error.message === new AppError('internal').message

describe('a sealed record', () => {
  it('opens to what was sealed, for any bytes and any place', () => {
    const words = fc.string({ maxLength: 40, unit: 'binary' }).filter((word) => word.isWellFormed())
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        words,
        words,
        words,
        (bytes, organizationId, subjectId, recordId) => {
          const where = { organizationId, subjectId, recordId }
          const opened = openRecord(dek, sealRecord(dek, bytes, where), where)
          expect(opened.equals(bytes)).toBe(true)
        },
      ),
      { numRuns: 200 },
    )
  })

  it('says its format version and its key', () => {
    expect(describeRecord(sealRecord(dek, text, place))).toEqual({ dekId: dek.id, format: 1 })
  })

  it('never looks the same twice', () => {
    const sealed = new Set(
      Array.from({ length: 2000 }, () => sealRecord(dek, text, place).subarray(32, 44).toString('hex')),
    )
    expect(sealed.size).toBe(2000)
  })

  it('does not open after any single bit of it was flipped, and says nothing of why', () => {
    const sealed = sealRecord(dek, text, place)
    for (let at = 0; at < sealed.length * 8; at += 1) {
      const changed = Buffer.from(sealed)
      changed[at >> 3] = (changed[at >> 3] ?? 0) ^ (1 << (at & 7))
      expect(isUnexplained(errorOf(() => openRecord(dek, changed, place))), `bit ${at}`).toBe(true)
    }
  })

  it('does not open when cut anywhere, or lengthened', () => {
    const sealed = sealRecord(dek, text, place)
    for (let length = 0; length < sealed.length; length += 1)
      expect(isUnexplained(errorOf(() => openRecord(dek, sealed.subarray(0, length), place))), `${length}`).toBe(true)
    expect(isUnexplained(errorOf(() => openRecord(dek, Buffer.concat([sealed, Buffer.of(0)]), place)))).toBe(true)
  })

  it('does not open in the place of another organization, subject or record, nor with its parts shifted', () => {
    const sealed = sealRecord(dek, text, place)
    const elsewhere = [
      { ...place, organizationId: 'org_2' },
      { ...place, subjectId: 'sub_2' },
      { ...place, recordId: 'num_2' },
      { organizationId: 'org_1s', subjectId: 'ub_1', recordId: 'num_1' },
    ]
    for (const where of elsewhere) expect(isUnexplained(errorOf(() => openRecord(dek, sealed, where)))).toBe(true)
  })

  it('does not open under another key of the same id, nor under another id of the same key', () => {
    const sealed = sealRecord(dek, text, place)
    expect(isUnexplained(errorOf(() => openRecord({ id: dek.id, key: randomBytes(32) }, sealed, place)))).toBe(true)
    expect(isUnexplained(errorOf(() => openRecord({ id: newId('key'), key: dek.key }, sealed, place)))).toBe(true)
  })

  it('names its key to the log, in the cause', () => {
    const error = errorOf(() => openRecord(dek, Buffer.alloc(5), place))
    expect(error instanceof AppError && String(error.cause)).toContain(dek.id)
  })

  it.each([12, 8, 4])('with a tag of only %i bytes does not open', (size) => {
    const sealed = sealRecord(dek, text, place)
    const tagAt = 2 + dek.id.length + 12
    const short = Buffer.concat([sealed.subarray(0, tagAt + size), sealed.subarray(tagAt + 16)])
    expect(isUnexplained(errorOf(() => openRecord(dek, short, place)))).toBe(true)
  })

  it('is decrypted with the tag length fixed wherever AES-GCM is used, since Node takes shorter tags otherwise', () => {
    const iv = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', dek.key, iv)
    cipher.final()
    const tag = cipher.getAuthTag().subarray(0, 8)
    expect(() => createDecipheriv('aes-256-gcm', dek.key, iv, { authTagLength: 16 }).setAuthTag(tag)).toThrow()
    const folders = ['../../src/core/keys', '../../src/adapters/kms'].map((folder) => join(import.meta.dirname, folder))
    const uses = folders.flatMap((folder) =>
      readdirSync(folder).flatMap(
        (file) => readFileSync(join(folder, file), 'utf8').match(/= create\w*[cC]ipheriv\(.*/g) ?? [],
      ),
    )
    const unfixed = uses.filter((use) => !use.includes('authTagLength: tagBytes') && !use.includes('initialValue'))
    expect(uses.length).toBeGreaterThan(7)
    expect(unfixed).toEqual([])
  })
})

describe('the associated data', () => {
  it('is different for every two different lists of parts', () => {
    const lists = fc.array(fc.string({ maxLength: 4, unit: fc.constantFrom('a', 'b', '\u0000', '預') }), {
      maxLength: 4,
    })
    fc.assert(
      fc.property(lists, lists, (a, b) => {
        const same = Buffer.from(associatedData(a)).equals(associatedData(b))
        expect(same).toBe(JSON.stringify(a) === JSON.stringify(b))
      }),
      { numRuns: 500 },
    )
  })

  it('cannot be imitated by a part that holds the bytes of a length', () => {
    const two = Buffer.from(associatedData(['a', 'b']))
    for (const length of ['\u0000\u0000', '\u0000\u0001'])
      expect(two.equals(associatedData([`a${length}b`]))).toBe(false)
  })

  it('refuses what would not fit, rather than cut it', () => {
    expect(() => associatedData(['a'.repeat(10_000)])).toThrow(RangeError)
  })
})
