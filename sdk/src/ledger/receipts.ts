import { AzukariReceiptError, type KeySet, type Receipt, verifyReceipt } from '../receipt.ts'
import { toBase64Url } from './bytes.ts'
import type { Leaf } from './entry.ts'
import { type Lines, linesOf } from './lines.ts'
import { createTree } from './merkle.ts'
import type { Problems } from './problems.ts'

type JobPromise = NonNullable<Receipt['job']> & { seen: { line: number; hash: Uint8Array }[] }
const jobKey = (id: string, operation: string): string => `${id} ${operation}`

/** A receipt's compact JWS, alone on its line or as the member `receipt` of a JSON line: an answer as it was kept. */
const jwsOf = (line: string): string => {
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value === 'object' && value !== null && 'receipt' in value && typeof value.receipt === 'string')
      return value.receipt
  } catch {}
  return line.trim()
}

/** What the receipts promised, struck off while the lines go by. Memory grows with the receipts, not with the ledger. */
export const createPromises = async (source: Lines, keys: KeySet, problems: Problems) => {
  const entries = new Map<string, string>()
  const jobs = new Map<string, JobPromise>()
  let [kept, organizationId] = [0, undefined as string | undefined]

  for await (const line of linesOf(source)) {
    try {
      const receipt = await verifyReceipt(jwsOf(line), keys)
      organizationId ??= receipt.organizationId
      if (receipt.organizationId !== organizationId)
        problems.add('other_organization', { message: 'receipts of two organizations are among those given' })
      else if (receipt.job !== undefined)
        jobs.set(jobKey(receipt.job.id, receipt.job.operation), { ...receipt.job, seen: [] })
      else for (const { id, leafHash } of receipt.entries) entries.set(id, leafHash)
    } catch (error) {
      if (!(error instanceof AzukariReceiptError)) throw error
      problems.add(error.code === 'receipt_malformed' ? 'receipt_malformed' : 'receipt_unverified', {
        message: error.message,
      })
    }
  }

  const strikeJob = ({ jobId, operation, line }: Leaf, hash: Uint8Array): void => {
    const job =
      typeof jobId === 'string' && typeof operation === 'string' ? jobs.get(jobKey(jobId, operation)) : undefined
    if (job !== undefined && job.seen.length <= job.count) job.seen.push({ line: Number(line), hash })
  }

  /** Of one whose entries are all there. */
  const jobRoot = ({ seen }: JobPromise): Uint8Array => {
    const tree = createTree()
    for (const { hash } of seen.sort((a, b) => a.line - b.line)) tree.append(hash)
    return tree.root()
  }

  return {
    organizationId: () => organizationId,
    /** `hash`: of the leaf as it stands there. */
    strike: (leaf: Leaf, index: number | null, hash: Uint8Array): void => {
      strikeJob(leaf, hash)
      const promised = entries.get(leaf.id)
      if (promised === undefined) return
      entries.delete(leaf.id)
      if (promised === toBase64Url(hash)) kept += 1
      else problems.add('receipt_differs', { ...(index === null ? {} : { index }), entryId: leaf.id })
    },
    /** `judge`: a selection need not have them. Gives how many promises were kept. */
    end: (judge: boolean): number => {
      for (const id of judge ? entries.keys() : []) problems.add('receipt_missing', { entryId: id })
      for (const job of jobs.values()) {
        if (job.seen.length === job.count && toBase64Url(jobRoot(job)) === job.root) kept += 1
        else if (judge)
          problems.add(job.seen.length < job.count ? 'receipt_missing' : 'receipt_differs', {
            message: `the job ${job.id} promised ${job.count} entries (${job.operation}); ${Math.min(job.seen.length, job.count + 1)} are there`,
          })
      }
      return kept
    },
  }
}
export type Promises = Awaited<ReturnType<typeof createPromises>>
