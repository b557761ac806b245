import { createCipheriv, createDecipheriv, createHmac, type KeyObject } from 'node:crypto'
import { answerOnce } from '../child-side.ts'
import { timed } from '../timed.ts'
import { keyOf, newId, randomBytes, unwrap, wrap } from './kit.ts'

export type PrimitiveInput = { work: 'seal' | 'open' | 'index'; count: number; warmUp: number }

/** The AAD written in place: each part behind its length, in a buffer that is used again. */
const scratch = Buffer.alloc(512)
const aadOf = (parts: readonly string[]): Buffer => {
  let end = 0
  for (const part of parts) {
    const size = scratch.write(part, end + 2, 'latin1')
    scratch.writeUInt16BE(size, end)
    end += 2 + size
  }
  return scratch.subarray(0, end)
}

/** The primitive calls of sealing, opening and indexing, bare: no types that hide digits, no wiping, no errors of our own. */
await answerOnce(async ({ work, count, warmUp }: PrimitiveInput) => {
  const organizationId = newId('org')
  const [kek, indexKey] = [keyOf(randomBytes(32)), keyOf(randomBytes(32))]
  const people = Array.from({ length: count + warmUp }, (_, i) => ({
    subjectId: newId('sub'),
    recordId: newId('num'),
    digits: Buffer.from(String(i).padStart(12, '0'), 'latin1'),
  }))
  const personOf = (i: number) => people[i] as (typeof people)[number]
  const aad = (keyId: string, { subjectId, recordId }: (typeof people)[number]): Buffer =>
    aadOf(['azukari.v1', 'record', keyId, organizationId, subjectId, recordId])

  const seal = (i: number) => {
    const person = personOf(i)
    const [id, bytes] = [newId('key'), randomBytes(32)]
    const wrapped = wrap(kek, bytes)
    const ivAt = 2 + id.length
    const sealed = Buffer.allocUnsafe(ivAt + 28 + person.digits.length)
    sealed[0] = 1
    sealed[1] = id.length
    sealed.write(id, 2, 'latin1')
    const iv = randomBytes(12)
    sealed.set(iv, ivAt)
    const cipher = createCipheriv('aes-256-gcm', keyOf(bytes), iv, { authTagLength: 16 })
    cipher.setAAD(aad(id, person))
    sealed.set(cipher.update(person.digits), ivAt + 28)
    cipher.final()
    sealed.set(cipher.getAuthTag(), ivAt + 12)
    return { id, wrapped, sealed }
  }

  const openWith = (key: KeyObject, sealed: Buffer, i: number): Buffer => {
    const ivAt = 2 + (sealed[1] ?? 0)
    const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(ivAt, ivAt + 12), { authTagLength: 16 })
    decipher.setAuthTag(sealed.subarray(ivAt + 12, ivAt + 28))
    decipher.setAAD(aad(sealed.toString('latin1', 2, ivAt), personOf(i)))
    const digits = decipher.update(sealed.subarray(ivAt + 28))
    decipher.final()
    return digits
  }

  const works: Record<PrimitiveInput['work'], () => (i: number) => void> = {
    seal: () => seal,
    open: () => {
      const stored = people.map((_, i) => seal(i))
      return (i) => {
        const { wrapped, sealed } = stored[i] as (typeof stored)[number]
        if (openWith(unwrap(kek, wrapped), sealed, i).length !== 12) throw new Error('opened wrongly')
      }
    },
    index: () => (i) => createHmac('sha256', indexKey).update(personOf(i).digits).digest().readUInt32BE(0) >>> 12,
  }
  return timed(works[work](), { count, warmUp })
})
