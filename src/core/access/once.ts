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

/** How long a duplicate waits for the first one. */
const patienceMs = 10_000

const busy = (): AppError =>
  new AppError('idempotency_busy', 'The first request is still being worked on: ask again with the same key.', {
    retryAfterSeconds: 1,
  })

const endsWithin = async (work: Promise<void>, ms: number): Promise<boolean> => {
  const late = Promise.withResolvers<false>()
  const timer = setTimeout(late.resolve, ms, false)
  try {
    return await Promise.race([work.then(() => true), late.promise])
  } finally {
    clearTimeout(timer)
  }
}

/** One after the other under a name, in this process. Nothing is held that could outlive it. */
const createTurns = (waitMs: number) => {
  const running = new Map<string, Promise<void>>()
  return async (name: string): Promise<() => void> => {
    const until = performance.now() + waitMs
    for (let first = running.get(name); first !== undefined; first = running.get(name)) {
      const left = until - performance.now()
      if (left <= 0 || !(await endsWithin(first, left))) throw busy()
    }
    const { promise, resolve } = Promise.withResolvers<void>()
    running.set(name, promise)
    return () => {
      running.delete(name)
      resolve()
    }
  }
}

/**
 * Idempotency-Key (IETF draft, as Stripe reads it). The record commits with the effect, in the data database. A racing
 * duplicate waits for the first one where both came to one process. At another one it works beside the first, loses on the
 * unique index, or is refused by what the first one changed, and then gets the first one's answer.
 */
export const createOnce = ({
  db,
  keys,
  clock,
  waitMs = patienceMs,
}: {
  db: Database
  keys: Keys
  clock: Clock
  waitMs?: number
}) => {
  const store = createOnceStore(db)
  const turn = createTurns(waitMs)

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
      /** When whoever was first under this key has ended: what is given back ends one's own turn. */
      turn: (): Promise<() => void> => turn(`${organizationId} ${named}`),
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
    busy,
    /** Inside the transaction that ends a number: kept answers that show its mask go with it. */
    forget: store.forget,
  }
}
export type OnceKeeper = ReturnType<typeof createOnce>
