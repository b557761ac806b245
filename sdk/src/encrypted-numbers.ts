import { getVaultJwks } from './gen/sdk.gen.ts'
import type { Reveal, VaultJwks } from './gen/types.gen.ts'
import { decryptJwe, encryptJwe, type PrivateKeyJwk } from './jwe.ts'
import type { Send } from './send.ts'

export type { PrivateKeyJwk } from './jwe.ts'

/** The service says that its keys may be kept for an hour. */
const keptMs = 3600_000

type About = { aud: string; sub: string }
type WithNumber = { number?: string }

/** A body with a number has one of the two. */
export type OneNumber<Body> = Omit<Body, 'number' | 'numberJwe'> &
  ({ number: string; numberJwe?: never } | { numberJwe: string; number?: never })

/** What a client was told to encrypt and decrypt. */
export type Encryption = {
  /** `aud`: the organization's id. */
  numbers?: { cipher: NumberCipher; aud: () => string }
  decryptionKeys?: readonly PrivateKeyJwk[]
}

/** The vault's key, fetched once and kept; P-256, which every runtime has. */
export const createNumberCipher = (open: Send) => {
  let held: { keys: Promise<VaultJwks>; until: number } | undefined

  const fetched = (): Promise<VaultJwks> => {
    if (held !== undefined && held.until > Date.now()) return held.keys
    const entry = { keys: open<VaultJwks>({ operation: getVaultJwks }), until: Date.now() + keptMs }
    held = entry
    entry.keys.catch(() => {
      if (held === entry) held = undefined
    })
    return entry.keys
  }

  /** A body with `numberJwe` in place of `number`; one without a number stays as it is. */
  const encrypted = async <B extends object>(body: B, about: About): Promise<B> => {
    const { number, ...others } = body as B & WithNumber
    if (number === undefined) return body
    const key = (await fetched()).keys.find(({ crv }) => crv === 'P-256')
    if (key === undefined) throw new TypeError('The service has no key of P-256.')
    const claims = { ...about, iat: Math.floor(Date.now() / 1000), jti: crypto.randomUUID() }
    const numberJwe = await encryptJwe(key, JSON.stringify({ number, ...claims }))
    return { ...others, numberJwe } as unknown as B
  }

  return { encrypted }
}
export type NumberCipher = ReturnType<typeof createNumberCipher>

/** A reveal with each `numberJwe` opened into `number`. */
export const decryptedReveal = async (keys: readonly PrivateKeyJwk[], reveal: Reveal): Promise<Reveal> => {
  const numbers: Reveal['numbers'] = []
  for (const { numberJwe, ...row } of reveal.numbers) {
    if (numberJwe === undefined) numbers.push(row)
    else {
      const { number, sub } = JSON.parse(new TextDecoder().decode(await decryptJwe(keys, numberJwe)))
      if (sub !== row.subjectId) throw new TypeError('A number of somebody else stands in this answer.')
      numbers.push({ ...row, number })
    }
  }
  return { ...reveal, numbers }
}
