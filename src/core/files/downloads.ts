import type { Readable } from 'node:stream'
import type { Ledger, Touch } from '../ledger/ledger.ts'
import type { Organizations } from '../organizations/organizations.ts'
import type { Caller } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import type { Database } from '../shared/database.ts'
import { AppError } from '../shared/errors.ts'
import { type BothClocks, type Downloadable, type DownloadState, repeatMs, stateNow } from './downloads.rules.ts'

/** What a feature with something to download keeps. */
type DownloadStore = {
  find: (organizationId: string, id: string) => Promise<Downloadable | null>
  /** For one person, once; for that person again while it may be repeated. */
  take: (organizationId: string, id: string, by: string, now: BothClocks) => Promise<boolean>
  /** From `ready` only: whoever comes second changes nothing. */
  end: (organizationId: string, id: string, state: 'used_up' | 'expired', at: Date) => Promise<boolean>
  /** Ready ones whose time is over by the real clock, in any organization. */
  over: (now: Date, limit: number) => Promise<Downloadable[]>
  /** …and by the organization's own. */
  expiredOf: (organizationId: string, businessAt: Date, limit: number) => Promise<Downloadable[]>
}

type Deps = {
  db: Database
  ledger: Ledger
  clock: Clock
  organizations: Pick<Organizations, 'bothClocks' | 'withTestClock'>
  files: {
    read: (organizationId: string, id: string) => Promise<Readable>
    expireAt: (organizationId: string, id: string, at: Date) => Promise<void>
  }
  store: DownloadStore
  /** In the transaction in which it is used up. */
  onUsedUp?: (caller: Caller, id: string) => Promise<unknown>
}

type Opened = {
  stream: Readable
  /** To be told when the stream has ended: whether the last byte has gone. */
  sent: (whole: boolean) => Promise<void>
}

const sweepPage = 500

const refusals = {
  preparing: () => new AppError('not_ready', 'The file is still being made: see the job.'),
  failed: () => new AppError('conflict', 'The file could not be made: see the job, then ask for it again.'),
  expired: () =>
    new AppError(
      'expired',
      'The file has expired, or was destroyed because a number in it was corrected or disposed of: ask for it again.',
    ),
  used_up: () => new AppError('used_up', 'The file was downloaded: ask for it again for another.'),
  ready: () => new AppError('used_up', 'Somebody else has begun to download it: ask for it again for another.'),
} as const satisfies Record<DownloadState, () => AppError>

/** 受取: once, by one person, and each try on record before its first byte. Used up when the last byte has gone. */
export const createDownloads = ({ db, files, ledger, clock, organizations, store, onUsedUp }: Deps) => {
  /** Inside a transaction. */
  const end = async (row: Downloadable, state: 'used_up' | 'expired', at: Date, fileEndsAt: Date): Promise<boolean> => {
    const { organizationId, _id: id, fileId } = row
    const mine = await store.end(organizationId, id, state, at)
    if (mine && fileId !== undefined) await files.expireAt(organizationId, fileId, fileEndsAt)
    return mine
  }

  const open = async (
    caller: Caller,
    row: Downloadable,
    what: Pick<Touch, 'functionName' | 'purpose' | 'use'>,
  ): Promise<Opened> => {
    const { organizationId, actor } = caller
    const { _id: id, fileId } = row
    const touch: Omit<Touch, 'outcome' | 'refusal'> = { ...what, operation: 'download', jobId: row.jobId }
    const refuse = (state: DownloadState): Promise<never> => ledger.refuse(caller, refusals[state](), [touch])
    const now = await organizations.bothClocks(caller)
    const state = stateNow(row, now)
    if (state !== 'ready') return refuse(state)
    if (fileId === undefined) throw new AppError('internal', 'What is ready has no file.')
    await ledger.mustBeSealed(organizationId)

    // Opened before the entry: a file whose key is gone releases nothing.
    const stream = await files.read(organizationId, fileId).catch(async (error: unknown) => {
      if (!(error instanceof AppError && error.code === 'not_found')) throw error
      await store.end(organizationId, id, 'expired', now.at)
      return refuse('expired')
    })
    const by = 'id' in actor ? actor.id : actor.type
    const entries = await ledger.prepare(caller, [{ ...touch, outcome: 'released' }])
    const mine = await db.inTransaction(async () => {
      const taken = await store.take(organizationId, id, by, now)
      if (taken) await ledger.append(entries)
      return taken
    })
    if (!mine) {
      stream.destroy()
      const after = await store.find(organizationId, id)
      return refuse(after === null ? 'expired' : stateNow(after, now))
    }

    const sent = async (whole: boolean): Promise<void> => {
      if (!whole) return
      const at = clock.now()
      await db.inTransaction(async () => {
        // The key outlives the download by the grace, for a second stream of the same person that is still under way.
        if (await end(row, 'used_up', at, new Date(at.getTime() + repeatMs))) await onUsedUp?.(caller, id)
      })
    }
    return { stream, sent }
  }

  /** Writes down what time has done; the files' own sweep destroys keys and bytes. */
  const sweep = async (): Promise<number> => {
    const now = clock.now()
    let ended = 0
    const endAll = async (rows: readonly Downloadable[], clocks: BothClocks): Promise<void> => {
      for (const row of rows)
        await db.inTransaction(() => end(row, stateNow(row, clocks) === 'used_up' ? 'used_up' : 'expired', now, now))
      ended += rows.length
    }
    await endAll(await store.over(now, sweepPage), { at: now, businessAt: now })
    for await (const { organizationId, testClock } of organizations.withTestClock())
      await endAll(await store.expiredOf(organizationId, testClock, sweepPage), { at: now, businessAt: testClock })
    return ended
  }

  return { open, sweep }
}
