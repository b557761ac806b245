import canonicalize from 'canonicalize'
import type { Keys } from '../keys/keys.ts'
import type { EntryRef } from '../ledger/ledger.ts'
import type { Clock } from '../shared/clock.ts'
import type { Database } from '../shared/database.ts'
import { AppError } from '../shared/errors.ts'
import { newId } from '../shared/ids.ts'
import { createOnceStore, keptSeconds, type OnceRow } from './once.store.ts'

/** An answer that can be given again. */
export type KeptAnswer = {
  status: number
  body?: unknown
  headers?: Record<string, string>
  /** What it put on record: the receipt is signed from it whenever the answer is given, and is not kept. */
  entries?: readonly EntryRef[]
}
export type OnceRequest = {
  organizationId: string
  /** Client id or session id: keys of different clients never meet. */
  who: string
  operation: string
  key: string
  /** Whom the answer is about. */
  subjectId?: string
  /** Path parameters, query and body. */
  content: unknown
  /** What the body carries encrypted: two ciphertexts of one secret are the same request. Its bytes are wiped here. */
  secret?: { after: (text: string) => Buffer }
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
    const named = JSON.stringify([request.who, request.operation, request.key])
    const fingerprinted = request.secret?.after(canonical) ?? canonical
    // Under each readable key, the current one first: a renewal of the key within the 24 hours does not redo an act.
    const [handles, fingerprints] = await Promise.all([
      keys.fingerprintCandidates(organizationId, named),
      keys.fingerprintCandidates(organizationId, fingerprinted),
    ]).finally(() => {
      if (typeof fingerprinted !== 'string') fingerprinted.fill(0)
    })
    const [fingerprint = ''] = fingerprints
    const cipher = await keys.fields.for(organizationId)
    const oldest = (): Date => new Date(clock.now().getTime() - keptSeconds * 1000)
    let expired = false
    let kept = false

    const answerOf = (row: OnceRow): KeptAnswer => {
      if (!fingerprints.includes(row.fingerprint))
        throw new AppError('idempotency_mismatch', 'This key was used with other content.')
      return cipher.openJson(row._id, 'answer', row.answer) as KeptAnswer
    }

    return {
      /** The answer of an earlier request with this key, or undefined. */
      earlier: async (how: 'find' | 'findLatest' = 'find'): Promise<KeptAnswer | undefined> => {
        const row = await store[how](organizationId, handles)
        expired = row !== null && row.createdAt <= oldest()
        return row === null || expired ? undefined : answerOf(row)
      },
      /** Inside the effect's transaction. */
      keep: async (answer: KeptAnswer): Promise<void> => {
        if (expired) await store.removeBefore(organizationId, handles, oldest())
        const id = newId('key')
        await store.insert({
          _id: id,
          organizationId,
          handles,
          fingerprint,
          answer: cipher.sealJson(id, 'answer', answer),
          ...(request.subjectId === undefined ? {} : { subjectId: request.subjectId }),
          createdAt: clock.now(),
        })
        kept = true
      },
      wasKept: (): boolean => kept,
    }
  }
  return {
    begin,
    /** Inside the transaction that ends a number: kept answers that show its mask go with it. */
    forget: store.forget,
  }
}
export type OnceKeeper = ReturnType<typeof createOnce>
