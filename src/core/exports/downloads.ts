import type { Readable } from 'node:stream'
import type { Files } from '../files/files.ts'
import type { Ledger, Touch } from '../ledger/ledger.ts'
import type { Outbox } from '../outbox/outbox.ts'
import type { Caller } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import type { Database } from '../shared/database.ts'
import { AppError, notFound } from '../shared/errors.ts'
import type { ExportFormat } from './export-format.ts'
import type { ExportRecord, ExportState, ExportsStore } from './exports.store.ts'

export type Download = {
  stream: Readable
  mediaType: string
  fileName: string
  /** To be told when the stream has ended: whether the last byte has gone. */
  sent: (whole: boolean) => Promise<void>
}

/** How long a broken download may be repeated, counted from its first try. */
export const repeatMs = 15 * 60 * 1000
const sweepPage = 500

/** The state as of now: time passes without anybody writing it down. */
export const stateNow = (row: ExportRecord, now: Date): ExportState => {
  if (row.state !== 'ready') return row.state
  if (row.download !== undefined && row.download.firstAt.getTime() + repeatMs <= now.getTime()) return 'used_up'
  return row.expiresAt !== undefined && row.expiresAt <= now ? 'expired' : 'ready'
}

type Deps = {
  db: Database
  store: ExportsStore
  files: Files
  ledger: Ledger
  outbox: Outbox
  clock: Clock
  formats: readonly ExportFormat[]
}

/** 受取: once, by one person, and each try on record before its first byte. */
export const createDownloads = ({ db, store, files, ledger, outbox, clock, formats }: Deps) => {
  const refusals = {
    preparing: () => new AppError('not_ready', 'The file is still being made: see the job.'),
    failed: () => new AppError('conflict', 'The export failed: see the job, then export again.'),
    expired: () => new AppError('expired', 'The file has expired: export again.'),
    used_up: () => new AppError('used_up', 'The file was downloaded: export again for another.'),
    ready: () => new AppError('used_up', 'Somebody else has begun to download it: export again for another.'),
  } as const satisfies Record<ExportState, () => AppError>

  const end = async (
    organizationId: string,
    row: ExportRecord,
    change: Partial<ExportRecord>,
    fileEndsAt: Date,
  ): Promise<boolean> => {
    const mine = await store.move(organizationId, row._id, 'ready', change)
    if (mine && row.fileId !== undefined) await files.expireAt(organizationId, row.fileId, fileEndsAt)
    return mine
  }

  const content = async (caller: Caller, id: string): Promise<Download> => {
    const { organizationId, actor } = caller
    const row = await store.find(organizationId, id)
    if (row === null) throw notFound('export')
    const touch: Omit<Touch, 'outcome' | 'refusal'> = {
      operation: 'download',
      functionName: '給与ソフト用CSV受取',
      purpose: row.purpose,
      use: 'export',
      jobId: row.jobId,
    }
    const refuse = (error: AppError): Promise<never> => ledger.refuse(caller, error, [touch])
    const now = clock.now()
    const state = stateNow(row, now)
    if (state !== 'ready') return refuse(refusals[state]())
    if (row.fileId === undefined) throw new AppError('internal', 'An export that is ready has no file.')

    // Opened before the entry: a file whose key is gone releases nothing.
    const stream = await files.read(organizationId, row.fileId).catch((error) => {
      if (error instanceof AppError && error.code === 'not_found') return refuse(refusals.expired())
      throw error
    })
    const by = 'id' in actor ? actor.id : actor.type
    const entries = await ledger.prepare(caller, [{ ...touch, outcome: 'released' }])
    const taken = await db.inTransaction(async () => {
      const mine = await store.take(organizationId, id, by, now, new Date(now.getTime() - repeatMs))
      if (mine !== null) await ledger.append(entries)
      return mine
    })
    if (taken === null) {
      stream.destroy()
      const after = await store.find(organizationId, id)
      return refuse(refusals[after === null ? 'expired' : stateNow(after, now)]())
    }

    const sent = async (whole: boolean): Promise<void> => {
      if (!whole) return
      const usedUpAt = clock.now()
      await db.inTransaction(async () => {
        // The key outlives the download by the grace, for a second stream of the same person that is still under way.
        const mine = await end(
          organizationId,
          row,
          { state: 'used_up', usedUpAt },
          new Date(usedUpAt.getTime() + repeatMs),
        )
        if (mine) await outbox.event(caller, 'export.downloaded', { exportId: id })
      })
    }
    const mediaType = formats.find((format) => format.id === row.format)?.mediaType ?? 'application/octet-stream'
    return { stream, mediaType, fileName: row.fileName, sent }
  }

  /** Writes down what time has done; the file's own sweep destroys its key and bytes. */
  const sweep = async (): Promise<number> => {
    const now = clock.now()
    const rows = await store.over(now, new Date(now.getTime() - repeatMs), sweepPage)
    for (const row of rows) {
      const state = stateNow(row, now)
      await db.inTransaction(async () => {
        await end(row.organizationId, row, state === 'used_up' ? { state, usedUpAt: now } : { state }, now)
      })
    }
    return rows.length
  }

  return { content, sweep }
}
