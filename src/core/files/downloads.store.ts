import { Schema } from 'mongoose'
import { type DownloadTries, repeatMs } from './downloads.rules.ts'

/** What the stores of downloadable things share: the state stands under a name of their own. */

export const downloadSchema = new Schema<DownloadTries>({ by: String, firstAt: Date, tries: Number }, { _id: false })

const repeatableFrom = (now: Date): Date => new Date(now.getTime() - repeatMs)

/** Beside `ready`, in the filter: nobody's yet, or this person's and to be repeated. */
export const takeable = (by: string, now: Date) => ({
  expiresAt: { $gt: now },
  $or: [{ download: { $exists: false } }, { 'download.by': by, 'download.firstAt': { $gt: repeatableFrom(now) } }],
})

/** The update to it: the first try makes it one person's download. */
export const taken = (by: string, now: Date) => ({
  'download.by': by,
  'download.firstAt': { $ifNull: ['$download.firstAt', now] },
  'download.tries': { $add: [{ $ifNull: ['$download.tries', 0] }, 1] },
})

/** Beside `ready`, in the filter: never fetched, or begun and never ended. */
export const overdue = (now: Date) => ({
  $or: [{ expiresAt: { $lte: now } }, { 'download.firstAt': { $lte: repeatableFrom(now) } }],
})
