import { Schema } from 'mongoose'
import { type BothClocks, type DownloadTries, repeatMs } from './downloads.rules.ts'

/** What the stores of downloadable things share: the state stands under a name of their own. */

export const downloadSchema = new Schema<DownloadTries>({ by: String, firstAt: Date, tries: Number }, { _id: false })

const repeatableFrom = (now: Date): Date => new Date(now.getTime() - repeatMs)

/** Beside `ready`, in the filter: nobody's yet, or this person's and to be repeated. */
export const takeable = (by: string, { at, businessAt }: BothClocks) => ({
  expiresAt: { $gt: businessAt },
  fileEndsAt: { $gt: at },
  $or: [{ download: { $exists: false } }, { 'download.by': by, 'download.firstAt': { $gt: repeatableFrom(at) } }],
})

/** The update to it: the first try makes it one person's download. */
export const taken = (by: string, now: Date) => ({
  'download.by': by,
  'download.firstAt': { $ifNull: ['$download.firstAt', now] },
  'download.tries': { $add: [{ $ifNull: ['$download.tries', 0] }, 1] },
})

/** Beside `ready`, in the filter, of any organization: its file never fetched, or begun and never ended. */
export const overdue = (now: Date) => ({
  $or: [{ fileEndsAt: { $lte: now } }, { 'download.firstAt': { $lte: repeatableFrom(now) } }],
})

/** …and of one organization, by its own clock. */
export const expiredBy = (businessAt: Date) => ({ expiresAt: { $lte: businessAt } })
