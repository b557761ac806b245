import { fromBase64url } from './jwe.ts'

/** What the service promised to have in the ledger, one of two: entries by name, or those of a job by count and root. */
export type Receipt = {
  /** The service's public address. */
  issuer: string
  organizationId: string
  issuedAt: Date
} & (
  | { entries: { id: string; leafHash: string }[]; job?: undefined }
  /**
   * Too many to name: `root` is the Merkle root (RFC 6962, base64url) over the leaf hashes of the entries of this job and
   * this operation, in the order of their `line`.
   */
  | { job: { id: string; operation: string; count: number; root: string }; entries?: undefined }
)

export type ReceiptErrorCode = 'receipt_malformed' | 'key_unknown' | 'signature_mismatch'

export class AzukariReceiptError extends Error {
  override readonly name = 'AzukariReceiptError'
  readonly code: ReceiptErrorCode

  constructor(code: ReceiptErrorCode, message: string) {
    super(message)
    this.code = code
  }
}

/** A key set as `/.well-known/jwks.json` has it. Keep a copy with your receipts. */
export type KeySet = { keys: readonly { kid?: string; kty: string; crv?: string; x?: string }[] }

export const receiptType = 'azukari-receipt+jws'

const malformed = (): AzukariReceiptError =>
  new AzukariReceiptError(
    'receipt_malformed',
    'This is no receipt: a compact JWS of Azukari, of the type for receipts.',
  )

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const parsed = (part: string): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(fromBase64url(part)))
    if (isRecord(value)) return value
  } catch {}
  throw malformed()
}
const bytes = (part: string): Uint8Array<ArrayBuffer> => {
  try {
    return fromBase64url(part)
  } catch {
    throw malformed()
  }
}

const entriesOf = (value: unknown): { id: string; leafHash: string }[] | undefined => {
  if (!Array.isArray(value)) return undefined
  return value.map((entry: unknown) => {
    if (!isRecord(entry) || typeof entry.id !== 'string' || typeof entry.leafHash !== 'string') throw malformed()
    return { id: entry.id, leafHash: entry.leafHash }
  })
}

const toReceipt = (claims: Record<string, unknown>): Receipt => {
  const { iss, organizationId, iat, jobId, operation, count, root } = claims
  if (typeof iss !== 'string' || typeof organizationId !== 'string' || typeof iat !== 'number') throw malformed()
  const common = { issuer: iss, organizationId, issuedAt: new Date(iat * 1000) }
  const entries = entriesOf(claims.entries)
  if (entries !== undefined) return { ...common, entries }
  if (typeof jobId !== 'string' || typeof operation !== 'string' || typeof root !== 'string') throw malformed()
  if (typeof count !== 'number' || !Number.isSafeInteger(count)) throw malformed()
  return { ...common, job: { id: jobId, operation, count, root } }
}

/**
 * Checks a receipt (受領証) with the service's published keys, and says what it promises. Throws AzukariReceiptError. Whether
 * the promise was kept shows `GET /v1/ledger/inclusion-proofs`, or `verifyLedger` over an export.
 */
export const verifyReceipt = async (jws: string, jwks: KeySet): Promise<Receipt> => {
  const [head, body, signature, ...more] = String(jws).trim().split('.')
  if (head === undefined || body === undefined || signature === undefined || more.length > 0) throw malformed()
  const header = parsed(head)
  if (header.typ !== receiptType || header.alg !== 'EdDSA' || header.crit !== undefined) throw malformed()
  const jwk = jwks.keys.find(({ kid, kty, crv }) => kid === header.kid && kty === 'OKP' && crv === 'Ed25519')
  if (jwk?.x === undefined)
    throw new AzukariReceiptError('key_unknown', 'No key of this set signed it: take the keys of the same service.')
  const key = await crypto.subtle.importKey('raw', bytes(jwk.x), { name: 'Ed25519' }, false, ['verify'])
  const signed = new TextEncoder().encode(`${head}.${body}`)
  if (!(await crypto.subtle.verify({ name: 'Ed25519' }, key, bytes(signature), signed)))
    throw new AzukariReceiptError('signature_mismatch', 'The signature does not fit: the receipt was changed.')
  return toReceipt(parsed(body))
}
