import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import canonicalize from 'canonicalize'

/**
 * A ledger's export, checkpoints and proofs made by the letter of RFC 6962, RFC 8785 and C2SP: slow, recursive, and without a
 * line of the product, so that its verifier is not tried on its own mistakes.
 */
export const sha256 = (...parts: readonly (Buffer | string)[]): Buffer =>
  createHash('sha256')
    .update(Buffer.concat(parts.map((part) => Buffer.from(part))))
    .digest()
const leafHash = (leaf: string): Buffer => sha256(Buffer.from([0]), leaf)
const node = (left: Buffer, right: Buffer): Buffer => sha256(Buffer.from([1]), left, right)
/** The largest power of two below n. */
const below = (n: number): number => 2 ** (Math.ceil(Math.log2(n)) - 1)

export const rootOf = (hashes: readonly Buffer[]): Buffer => {
  const [first] = hashes
  if (first === undefined) return sha256()
  if (hashes.length === 1) return first
  const k = below(hashes.length)
  return node(rootOf(hashes.slice(0, k)), rootOf(hashes.slice(k)))
}
export const inclusionOf = (index: number, hashes: readonly Buffer[]): Buffer[] => {
  if (hashes.length === 1) return []
  const k = below(hashes.length)
  const [left, right] = [hashes.slice(0, k), hashes.slice(k)]
  return index < k ? [...inclusionOf(index, left), rootOf(right)] : [...inclusionOf(index - k, right), rootOf(left)]
}
export const consistencyOf = (from: number, hashes: readonly Buffer[], whole = true): Buffer[] => {
  if (from === hashes.length) return whole ? [] : [rootOf(hashes)]
  const k = below(hashes.length)
  const [left, right] = [hashes.slice(0, k), hashes.slice(k)]
  return from <= k
    ? [...consistencyOf(from, left, whole), rootOf(right)]
    : [...consistencyOf(from - k, right, false), rootOf(left)]
}
/** Roots of the perfect subtrees that cover the first `size`. */
export const frontierOf = (size: number, hashes: readonly Buffer[]): Buffer[] => {
  if (size === 0) return []
  const width = 2 ** Math.floor(Math.log2(size))
  return [rootOf(hashes.slice(0, width)), ...frontierOf(size - width, hashes.slice(width))]
}

export const createSigner = (name: string) => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const raw = Buffer.from(String(publicKey.export({ format: 'jwk' }).x), 'base64url')
  const key = Buffer.concat([Buffer.from([1]), raw])
  const id = sha256(`${name}\n`, key).subarray(0, 4)
  return {
    vkey: `${name}+${id.toString('hex')}+${key.toString('base64')}`,
    note: (size: number, root: Buffer, origin = name): string => {
      const text = `${origin}\n${size}\n${root.toString('base64')}\n`
      const signature = Buffer.concat([id, sign(null, Buffer.from(text), privateKey)])
      return `${text}\n— ${name} ${signature.toString('base64')}\n`
    },
  }
}

export type Line = {
  index: number | null
  leaf: string
  leafHash: string
  values: Record<string, { value: string; salt: string }>
  proof?: string[]
}
const base64url = (hash: Buffer): string => hash.toString('base64url')

export const makeLine = (organizationId: string, i: number, more: Record<string, unknown> = {}): Line => {
  const name = `東野 ${i}郎`
  const salt = randomBytes(16)
  const leaf = canonicalize({
    v: 1,
    id: `ent_${String(i).padStart(26, '0')}`,
    organizationId,
    at: new Date(1_800_000_000_000 + i).toISOString(),
    operation: 'view',
    line: i,
    actor: { type: 'staff', id: 'stf_1' },
    commitments: { subjectName: base64url(sha256(salt, name)) },
    ...more,
  }) as string
  const values = { subjectName: { value: name, salt: base64url(salt) } }
  return { index: i, leaf, leafHash: base64url(leafHash(leaf)), values }
}
/** A line whose leaf was written anew, with the hash that fits it: what somebody with an editor and a library can do. */
export const rewrite = (line: Line, change: Record<string, unknown>): Line => {
  const leaf = canonicalize({ ...JSON.parse(line.leaf), ...change }) as string
  return { ...line, leaf, leafHash: base64url(leafHash(leaf)) }
}

/** An organization's ledger of `count` entries with a checkpoint at each of `sizes`. */
export const makeLedger = (
  count: number,
  sizes: readonly number[],
  more: Record<number, Record<string, unknown>> = {},
) => {
  const organizationId = 'org_01TEST'
  const signer = createSigner(`azukari/${organizationId}`)
  const lines = Array.from({ length: count }, (_, i) => makeLine(organizationId, i, more[i]))
  const hashes = lines.map((line) => Buffer.from(line.leafHash, 'base64url'))
  const checkpoint = (size: number): string => signer.note(size, rootOf(hashes.slice(0, size)))
  const largest = sizes.at(-1) ?? 0
  const header = {
    azukariLedger: 1,
    organizationId,
    from: 0,
    frontier: [] as string[],
    size: largest,
    selection: false,
  }
  /** The same lines, each with its proof in the tree of the newest checkpoint. */
  const proven = lines.map((line, i) =>
    i < largest ? { ...line, proof: inclusionOf(i, hashes.slice(0, largest)).map(base64url) } : line,
  )
  const checkpoints = sizes.map((size) =>
    JSON.stringify({ note: checkpoint(size), createdAt: '2026-11-25T00:00:00.000Z' }),
  )
  return {
    ...{ organizationId, signer, lines, proven, hashes, checkpoint, checkpoints, header, publicKeys: signer.vkey },
    frontier: (size: number): string[] => frontierOf(size, hashes).map(base64url),
  }
}
export const toText = (rows: readonly object[]): string[] => rows.map((row) => JSON.stringify(row))
/** As somebody would number them who has removed or added one. */
export const renumber = (lines: readonly Line[]): Line[] => lines.map((line, index) => ({ ...line, index }))

/** Receipts as the service signs them (RFC 7515, RFC 8037), and the key set that it publishes. */
export const createReceiptSigner = (kid = 'r1') => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
  return {
    keySet: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid, kty: 'OKP' }] },
    sign: (claims: object): string => {
      const signed = `${part({ alg: 'EdDSA', kid, typ: 'azukari-receipt+jws' })}.${part({ iss: 'https://azukari.test', iat: 1_800_000_000, ...claims })}`
      return `${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`
    },
  }
}
