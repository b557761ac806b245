import type { Receipts } from '../../core/receipts/receipts.ts'
import type { OperationId } from './contract.ts'
import type { Answer, Asker } from './operation.ts'

/** Operations that touch digits: their answers carry a receipt of what they put on record. */
const receipted: ReadonlySet<OperationId> = new Set<OperationId>([
  'registerNumber',
  'createNumberCorrection',
  'createNumberReissue',
  'createNumberCheck',
  'createReveal',
  'createDisposal',
  'createSessionReveal',
  'createSessionSubmission',
  'getSessionReceipt',
])

const organizationOf = (asker: Asker): string | undefined => {
  if (asker.kind === 'organization') return asker.caller.organizationId
  return asker.kind === 'person' ? asker.session.organizationId : undefined
}

/**
 * The key is in hand before anything happens: what is done is never answered by an error because it could not be signed. An
 * answer that is repeated for an Idempotency-Key comes through here too, and is signed anew.
 */
export const withReceipt = async (
  { signer }: Pick<Receipts, 'signer'>,
  operation: OperationId,
  asker: Asker,
  work: () => Promise<Answer>,
): Promise<Answer> => {
  const organizationId = organizationOf(asker)
  if (organizationId === undefined || !receipted.has(operation)) return work()
  const sign = await signer()
  const answer = await work()
  const { entries, body } = answer
  if (entries === undefined || entries.length === 0) return answer
  return { ...answer, body: { ...(body as object), receipt: await sign.entries(organizationId, entries) } }
}
