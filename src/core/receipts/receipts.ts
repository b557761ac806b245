import { type KeyObject, sign } from 'node:crypto'
import { decodeTime } from 'ulid'
import type { Keys, SigningKey } from '../keys/keys.ts'
import type { EntryRef } from '../ledger/ledger.ts'

/** `typ` of the header: no token, no certificate passes for a receipt, though all are JWS of this service. */
export const receiptType = 'azukari-receipt+jws'

/** What a job put on record: too many to name, so that the receipt has their count and their Merkle root. */
export type JobReceipt = { jobId: string; operation: string; count: number; root: string; finishedAt: Date }

/** When the last entry was made, by its id. So a receipt that is signed again is the same, byte for byte. */
const instantOf = (entries: readonly EntryRef[]): number => {
  const id = entries.at(-1)?.id ?? ''
  return decodeTime(id.slice(id.indexOf('_') + 1))
}

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
export const createReceipts = ({ keys, issuer }: { keys: Pick<Keys, 'signing'>; issuer: string }) => {
  const signWith = async (
    { kid, privateKey }: SigningKey,
    organizationId: string,
    at: number,
    of: Record<string, unknown>,
  ): Promise<string> => {
    const header = encoded(JSON.stringify({ alg: 'EdDSA', kid, typ: receiptType }))
    const claims = { iss: issuer, organizationId, iat: Math.floor(at / 1000), ...of }
    const input = `${header}.${encoded(JSON.stringify(claims))}`
    return `${input}.${(await signed(input, privateKey)).toString('base64url')}`
  }

  /** With the key in hand, so that signing later cannot fail for want of the KMS. */
  const signer = async () => {
    const key = await keys.signing.key('receipt')
    return {
      entries: (organizationId: string, entries: readonly EntryRef[]): Promise<string> =>
        signWith(key, organizationId, instantOf(entries), {
          entries: entries.map(({ id, leafHash }) => ({ id, leafHash })),
        }),
      job: (organizationId: string, { finishedAt, ...of }: JobReceipt): Promise<string> => {
        const { jobId, operation, count, root } = of
        return signWith(key, organizationId, finishedAt.getTime(), { jobId, operation, count, root })
      },
    }
  }
  return { signer }
}
export type Receipts = ReturnType<typeof createReceipts>
