import { type KeyObject, sign } from 'node:crypto'
import type { Keys, SigningKey } from '../keys/keys.ts'
import type { EntryRef } from '../ledger/ledger.ts'
import type { Clock } from '../shared/clock.ts'

/** `typ` of the header: no token, no certificate passes for a receipt, though all are JWS of this service. */
export const receiptType = 'azukari-receipt+jws'

/** What a job put on record: too many to name, so that the receipt has their count and their Merkle root (ledger.rangeRoot). */
export type JobReceipt = { jobId: string; operation: string; count: number; root: string }

const encoded = (text: string): string => Buffer.from(text, 'utf8').toString('base64url')

/** Ed25519 by OpenSSL, in libuv's pool: the thread that answers requests goes on meanwhile. */
const signed = (input: string, key: KeyObject): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    sign(null, Buffer.from(input, 'latin1'), key, (error, signature) => {
      if (error === null) resolve(signature)
      else reject(error)
    })
  })

/**
 * 受領証: the signed promise that entries are in the ledger and will be in its tree, as a compact JWS (RFC 7515, EdDSA by
 * RFC 8037) of ids and hashes. Not stored: whoever asks again gets it signed again, from the entries.
 */
export const createReceipts = ({
  keys,
  clock,
  issuer,
}: {
  keys: Pick<Keys, 'signing'>
  clock: Clock
  issuer: string
}) => {
  const signWith = async (
    { kid, privateKey }: SigningKey,
    organizationId: string,
    of: Record<string, unknown>,
  ): Promise<string> => {
    const header = encoded(JSON.stringify({ alg: 'EdDSA', kid, typ: receiptType }))
    const iat = Math.floor(clock.now().getTime() / 1000)
    const input = `${header}.${encoded(JSON.stringify({ iss: issuer, organizationId, iat, ...of }))}`
    return `${input}.${(await signed(input, privateKey)).toString('base64url')}`
  }

  /** With the key in hand, so that signing later cannot fail for want of the KMS. */
  const signer = async () => {
    const key = await keys.signing.key('receipt')
    return {
      entries: (organizationId: string, entries: readonly EntryRef[]): Promise<string> =>
        signWith(key, organizationId, { entries: entries.map(({ id, leafHash }) => ({ id, leafHash })) }),
      job: (organizationId: string, { jobId, operation, count, root }: JobReceipt): Promise<string> =>
        signWith(key, organizationId, { jobId, operation, count, root }),
    }
  }
  return { signer }
}
export type Receipts = ReturnType<typeof createReceipts>
