import { createHmac } from 'node:crypto'
import { gramsOfName, gramsOfQuery } from './grams.rules.ts'
import type { KeyRings } from './key-ring.ts'
import type { SecretKey } from './secret-key.ts'

/**
 * Search for encrypted names. Each single character and bigram becomes an HMAC-SHA-256 under the organization's gram key,
 * truncated to 22 bits: different grams share a value, so a value alone proves nothing, and whoever searches filters after
 * decryption. (Frequencies remain visible to a thief of the data database without the key; README says so.)
 */
const gramBits = 22
const cacheLimit = 32_768

export type Grams = { of: (texts: readonly string[]) => number[]; query: (text: string) => number[] }

export const createGrams = ({ rings }: { rings: KeyRings }) => {
  // Names repeat their characters: two generations of a bounded cache save most HMACs. It goes when its key goes.
  const caches = new WeakMap<SecretKey, { young: Map<string, number>; old: Map<string, number> }>()

  const digestWith = (key: SecretKey) => {
    const cache = caches.get(key) ?? { young: new Map<string, number>(), old: new Map<string, number>() }
    caches.set(key, cache)
    return (gram: string): number => {
      const fresh = cache.young.get(gram)
      if (fresh !== undefined) return fresh
      const value =
        cache.old.get(gram) ??
        createHmac('sha256', key.cipherKey()).update(gram, 'utf8').digest().readUInt32BE(0) >>> (32 - gramBits)
      if (cache.young.size >= cacheLimit) {
        cache.old = cache.young
        cache.young = new Map()
      }
      cache.young.set(gram, value)
      return value
    }
  }

  const sorted = (values: Iterable<number>): number[] => [...new Set(values)].sort((a, b) => a - b)

  /** Synchronous, for bulk work; ask again for the next chunk. */
  const forOrganization = async (organizationId: string): Promise<Grams> => {
    const digest = digestWith((await rings.of(organizationId)).current('gram'))
    return {
      of: (texts) => sorted(texts.flatMap(gramsOfName).map(digest)),
      query: (text) => sorted(gramsOfQuery(text).map(digest)),
    }
  }

  const of = async (organizationId: string, texts: readonly string[]): Promise<number[]> =>
    (await forOrganization(organizationId)).of(texts)

  /** All of these must be among a name's grams (`$all`); none for a text of spaces. */
  const query = async (organizationId: string, text: string): Promise<number[]> =>
    (await forOrganization(organizationId)).query(text)

  return { for: forOrganization, of, query }
}
