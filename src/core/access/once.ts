import canonicalize from 'canonicalize'
import type { Keys } from '../keys/keys.ts'
import type { Clock } from '../shared/clock.ts'
import type { Database } from '../shared/database.ts'
import { isDuplicateKey } from '../shared/duplicates.ts'
import { AppError } from '../shared/errors.ts'
import { newId } from '../shared/ids.ts'
import { createOnceStore, type OnceRow } from './once.store.ts'

/** An answer that can be given again. */
export type KeptAnswer = { status: number; body?: unknown; headers?: Record<string, string> }
export type OnceRequest = {
  organizationId: string
  /** Client id or session id: keys of different clients never meet. */
  who: string
  operation: string
  key: string
  /** Path parameters, query and body. */
  content: unknown
}

/**
 * Idempotency-Key (IETF draft, as Stripe reads it). The record commits with the effect, in the data database. A racing
 * duplicate loses on the unique index, or is refused by what the first one changed, and then gets the first one's answer.
 */
export const createOnce = ({ db, keys, clock }: { db: Database; keys: Keys; clock: Clock }) => {
  const store = createOnceStore(db)

  const begin = async (request: OnceRequest) => {
    const { organizationId } = request
    const canonical = canonicalize(request.content ?? null) ?? ''
    const handle = await keys.fingerprint(organizationId, JSON.stringify([request.who, request.operation, request.key]))
    const fingerprint = await keys.fingerprint(organizationId, canonical)
    const cipher = await keys.fields.for(organizationId)
    let kept = false

    const answerOf = (row: OnceRow): KeptAnswer => {
      if (row.fingerprint !== fingerprint)
        throw new AppError('idempotency_mismatch', 'This key was used with other content.')
      return cipher.openJson(row._id, 'answer', row.answer) as KeptAnswer
    }

    return {
      /** The answer of an earlier request with this key, or undefined. */
      earlier: async (): Promise<KeptAnswer | undefined> => {
        const row = await store.find(organizationId, handle)
        return row === null ? undefined : answerOf(row)
      },
      /** Inside the effect's transaction. */
      keep: async (answer: KeptAnswer): Promise<void> => {
        const id = newId('key')
        await store.insert({
          _id: id,
          organizationId,
          handle,
          fingerprint,
          answer: cipher.sealJson(id, 'answer', answer),
          createdAt: clock.now(),
        })
        kept = true
      },
      wasKept: (): boolean => kept,
    }
  }
  return { begin, isRace: isDuplicateKey }
}
export type OnceKeeper = ReturnType<typeof createOnce>
