import { fixtureNumber } from '../examples/fixture-numbers.ts'
import { freshDataKey, freshDataKeys, openDataKey } from '../src/core/keys/data-key.ts'
import { createKeyedHash } from '../src/core/keys/keyed-hash.ts'
import { randomKey } from '../src/core/keys/pool.ts'
import { SecretKey } from '../src/core/keys/secret-key.ts'
import { newId } from '../src/core/shared/ids.ts'
import { digitsOf, MyNumber } from '../src/core/vault/my-number.ts'
import { openNumber, sealNumber } from '../src/core/vault/number-cipher.ts'
import { indexOf } from '../src/core/vault/number-index.ts'
import { answerOnce } from './child-side.ts'
import { timed } from './timed.ts'

export type CipherWork = 'seal' | 'open' | 'index' | 'documents'
export type CipherInput = { work: CipherWork; count: number; warmUp: number }
const bulkRows = 500

/** The vault's own ciphers, without a database: what `deks.prepare` and `vault.batch` do to each number. */
await answerOnce(async ({ work, count, warmUp }: CipherInput) => {
  const organizationId = newId('organization')
  const kek = new SecretKey(newId('key'), randomKey())
  const indexKey = new SecretKey(newId('key'), randomKey())
  const ring = { organizationId, loadedAt: new Date(), keys: new Map(), current: () => indexKey, all: () => [indexKey] }
  const hash = await createKeyedHash({ rings: { of: () => Promise.resolve(ring) } }, 'index').for(organizationId)

  const total = count + warmUp
  const numbers = Array.from({ length: total }, (_, i) => MyNumber.parse(fixtureNumber(i)))
  const places = numbers.map(() => ({
    organizationId,
    subjectId: newId('subject'),
    versionId: newId('numberVersion'),
  }))
  const at = <T>(list: readonly T[], i: number): T => list[i] as T

  const sealed = (i: number, { key, wrapped }: { key: Buffer; wrapped: Buffer }) => {
    const id = newId('key')
    return { id, wrapped, sealed: sealNumber({ id, key }, at(numbers, i), at(places, i)) }
  }
  const seal = (i: number) => sealed(i, freshDataKey(kek))
  const open = (stored: readonly ReturnType<typeof seal>[]) => (i: number) => {
    const { id, wrapped, sealed } = at(stored, i)
    const key = openDataKey(kek, wrapped, id)
    const digits = openNumber({ id, key }, sealed, at(places, i))
    key.fill(0)
    if (digits.length !== 12) throw new Error('opened wrongly')
    digits.fill(0)
  }
  const documents: unknown[] = []
  let fresh: ReturnType<typeof freshDataKeys> = []

  const works: Record<CipherWork, () => (i: number) => void> = {
    seal: () => seal,
    open: () => open(numbers.map((_, i) => seal(i))),
    index: () => (i) => indexOf(hash, digitsOf(at(numbers, i))),
    /** As bulk work makes them and the two databases store them: the number's document and its DEK's, by 500. */
    documents: () => (i) => {
      if (i % bulkRows === 0) fresh = freshDataKeys(kek, numbers.slice(i, i + bulkRows))
      const { id, wrapped, sealed: bytes } = sealed(i, at(fresh, i % bulkRows))
      const { subjectId, versionId } = at(places, i)
      documents.push(
        { _id: versionId, organizationId, subjectId, sealed: bytes, dekId: id },
        { _id: id, organizationId, kekId: kek.id, wrapped, refId: versionId },
      )
    },
  }
  return timed(works[work](), { count, warmUp })
})
