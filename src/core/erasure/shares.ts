import type { Ledger } from '../ledger/ledger.ts'
import type { Organizations } from '../organizations/organizations.ts'
import type { Retention } from '../retention/retention.ts'
import { systemCaller } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import type { Database } from '../shared/database.ts'
import { isDuplicateKey } from '../shared/duplicates.ts'
import type { SharesStore } from './shares.store.ts'

type Deps = {
  db: Database
  store: SharesStore
  ledger: Ledger
  organizations: Pick<Organizations, 'find'>
  retention: Pick<Retention, 'erasure'>
  clock: Clock
  unfinished: () => Promise<string[]>
}

const pageSize = 200

/** What an epoch is to one organization: which of its certificates it makes final, and the entry that says its keys changed. */
export const createShares = ({ db, store, ledger, organizations, retention, clock, unfinished }: Deps) => {
  /**
   * Once, in one transaction: a worker that was paused before this and comes after the keys were promoted adds nothing. So a
   * certificate belongs to an epoch only if it was there before the first key of that epoch wrapped anything.
   */
  const enter = async (organizationId: string, epochId: string): Promise<void> => {
    if ((await store.find(organizationId, epochId)) !== null) return
    // What a restored copy says of an epoch that is over, or what could not be signed in it, would be nobody's.
    const others = await unfinished()
    try {
      await db.inTransaction(async () => {
        const row = { organizationId, epochId, enteredAt: clock.now(), progress: { done: 0 }, certificates: 0 }
        await store.insert({ _id: `${epochId}:${organizationId}`, ...row })
        await retention.erasure.enterEpoch(organizationId, epochId, others)
      })
    } catch (error) {
      if (!isDuplicateKey(error)) throw error
    }
  }

  const callerFor = async (organizationId: string) => {
    const organization = await organizations.find(organizationId)
    return organization === null ? undefined : systemCaller(organization, clock.now())
  }

  /** 鍵更新, once an epoch. */
  const recordRenewal = async (organizationId: string, epochId: string): Promise<void> => {
    const caller = await callerFor(organizationId)
    // Keys of what is no organization: a platform's, for its Idempotency-Keys.
    if (caller === undefined || (await store.find(organizationId, epochId))?.renewedAt !== undefined) return
    const entries = await ledger.prepare(caller, [
      { operation: 'renew_keys', functionName: '暗号鍵の更新', outcome: 'done', jobId: epochId },
    ])
    await db.inTransaction(async () => {
      if (await store.renewed(organizationId, epochId, caller.at)) await ledger.append(entries)
    })
  }

  async function* organizationsOf(epochId: string): AsyncGenerator<string> {
    for (let after = ''; ; ) {
      const page = await store.ofEpoch(epochId, after, pageSize)
      for (const { organizationId } of page) yield organizationId
      const last = page.at(-1)
      if (last === undefined) return
      after = last.organizationId
    }
  }

  return {
    enter,
    recordRenewal,
    callerFor,
    organizationsOf,
    setTotal: store.setTotal,
    addDone: store.addDone,
    addCertificates: store.addCertificates,
    find: store.find,
    list: store.list,
    count: store.count,
  }
}
export type Shares = ReturnType<typeof createShares>
