import type { Readable } from 'node:stream'
import type { Files } from '../files/files.ts'
import type { Ledger, Touch } from '../ledger/ledger.ts'
import type { Caller } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import type { Database } from '../shared/database.ts'
import { AppError, notFound } from '../shared/errors.ts'
import { purposeOf } from './filing-numbers.ts'
import type { FilingRow, FilingsStore, PackageState } from './filings.store.ts'

type Deps = { db: Database; ledger: Ledger; files: Files; filings: FilingsStore; clock: Clock }

export type PackageDownload = {
  stream: Readable
  fileName: string
  /** Told when the answer has ended: with the last byte gone, the package is used up. */
  sent: (whole: boolean) => Promise<void>
}

/** A download that broke off may be repeated by the same person for so long. */
const repeatMs = 15 * 60 * 1000

/** What time alone has done to a package that is ready. */
export const packageStateAt = (
  filing: Pick<FilingRow, 'packageState' | 'expiresAt' | 'download'>,
  now: Date,
): PackageState => {
  const { packageState, expiresAt, download } = filing
  if (packageState !== 'ready') return packageState
  if (download !== undefined && download.at.getTime() + repeatMs <= now.getTime()) return 'used_up'
  return expiresAt !== undefined && expiresAt <= now ? 'expired' : 'ready'
}

/** Never later than the end it has from the beginning. */
const endOf = ({ expiresAt }: FilingRow, wished: number): Date =>
  new Date(Math.min(wished, expiresAt?.getTime() ?? wished))

const refusals = {
  preparing: () => new AppError('not_ready', 'The job still runs: wait until `packageState` is ready.'),
  failed: () => new AppError('conflict', 'The filing failed: see its `problems`, and file again.'),
  used_up: () => new AppError('used_up', 'The package was downloaded: file again for another.'),
  expired: () => new AppError('expired', 'The package has expired: file again for another.'),
  ready: () => new AppError('used_up', 'Somebody else has begun to download it: file again for another.'),
} as const satisfies Record<PackageState, () => AppError>

/** "Downloaded once": used up when the last byte has gone. Each try is on record before its first byte, refused ones too. */
export const createPackageDownload = ({ db, ledger, files, filings, clock }: Deps) => {
  const take = async (
    caller: Caller,
    filing: FilingRow,
    fileId: string,
    touch: Omit<Touch, 'outcome'>,
  ): Promise<boolean> => {
    const { organizationId, actor } = caller
    const entries = await ledger.prepare(caller, [{ ...touch, outcome: 'released' }])
    const now = clock.now()
    const repeatableFrom = new Date(now.getTime() - repeatMs)
    return db.inTransaction(async () => {
      const by = 'id' in actor ? actor.id : actor.type
      const begun = await filings.take(organizationId, filing._id, by, now, repeatableFrom)
      if (begun === undefined) return false
      // Long enough for a repetition that begins at the last moment.
      await files.expireAt(organizationId, fileId, endOf(filing, begun.getTime() + 2 * repeatMs))
      await ledger.append(entries)
      return true
    })
  }

  return async (caller: Caller, id: string): Promise<PackageDownload> => {
    const { organizationId } = caller
    const filing = await filings.find(organizationId, id)
    if (filing === null) throw notFound('filing')
    const { fileId, form, year, jobId } = filing
    const touch: Omit<Touch, 'outcome'> = {
      operation: 'download',
      functionName: '支払調書受取（提出用）',
      purpose: purposeOf[form],
      use: 'filing',
      jobId,
    }
    const refuse = (state: PackageState): Promise<never> => ledger.refuse(caller, refusals[state](), [touch])
    const state = packageStateAt(filing, clock.now())
    if (state !== 'ready') return refuse(state)
    if (fileId === undefined) throw new AppError('internal', 'A package that is ready has no file.')
    // Opened before the entry: a file whose key is gone releases nothing. A disposal of anybody in it takes the key.
    const stream = await files.read(organizationId, fileId).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'not_found') return refuse('expired')
      throw error
    })
    if (!(await take(caller, filing, fileId, touch))) {
      stream.destroy()
      return refuse('ready')
    }
    return {
      stream,
      fileName: `${form}-${year}.zip`,
      sent: async (whole) => {
        if (!whole) return
        const until = endOf(filing, clock.now().getTime() + repeatMs)
        await db.inTransaction(async () => {
          await filings.usedUp(organizationId, id)
          // A second stream of the same person may still be under way.
          await files.expireAt(organizationId, fileId, until)
        })
      },
    }
  }
}
