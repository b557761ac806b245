import type { Caller } from './caller.ts'
import type { Database } from './database.ts'

/**
 * The last step of a use case: one repeatable transaction, database only. The answer to an Idempotency-Key commits with
 * the effect. What `work` returns is what the use case must return.
 */
export const commit = <T>(db: Database, caller: Caller, work: () => Promise<T>): Promise<T> =>
  db.inTransaction(async () => {
    const result = await work()
    await caller.once?.keep(result)
    return result
  })
