import { Schema } from 'mongoose'
import type { Database } from '../shared/database.ts'
import { afterKey, type CursorKey, countLimit } from '../shared/page.ts'
import type { PurposeCode } from '../shared/words.ts'
import type { Language, NoticeAudience } from './audiences.ts'

export const noticeChannels = [
  'paper',
  'mail',
  'intranet',
  'page',
  'contract',
  'work_rules',
  'standing',
  'other',
] as const
export type NoticeChannel = (typeof noticeChannels)[number]

export type NoticeRow = {
  _id: string
  organizationId: string
  version: number
  title: string
  text: string
  purposes: PurposeCode[]
  audience?: NoticeAudience
  language?: Language
  createdAt: Date
}
export type NoticeFilter = { audience?: NoticeAudience; language?: Language }

/** 通知の記録. What the notice said stands here too: it is what the person was told. */
export type NoticeGivenRow = {
  _id: string
  organizationId: string
  subjectId: string
  noticeId: string
  noticeVersion: number
  /** Of the text that they saw, where the notice names it. */
  language?: Language
  purposes: PurposeCode[]
  channel: NoticeChannel
  givenAt: Date
  recordedAt: Date
}

const text = { type: String, required: true }
const at = { type: Date, required: true }
const options = (collection: string) => ({ collection, versionKey: false as const, minimize: false })

const noticeSchema = new Schema<NoticeRow>(
  {
    _id: text,
    organizationId: text,
    version: { type: Number, required: true },
    title: text,
    text,
    purposes: [String],
    audience: String,
    language: String,
    createdAt: at,
  },
  options('notices'),
)
noticeSchema.index({ organizationId: 1, title: 1, version: 1 }, { unique: true })
noticeSchema.index({ organizationId: 1, _id: 1 })
noticeSchema.index(
  { organizationId: 1, audience: 1, language: 1, createdAt: -1 },
  { partialFilterExpression: { audience: { $exists: true } } },
)

const givenSchema = new Schema<NoticeGivenRow>(
  {
    _id: text,
    organizationId: text,
    subjectId: text,
    noticeId: text,
    noticeVersion: { type: Number, required: true },
    language: String,
    purposes: [String],
    channel: text,
    givenAt: at,
    recordedAt: at,
  },
  options('notices_given'),
)
givenSchema.index({ organizationId: 1, subjectId: 1, givenAt: 1 })
givenSchema.index({ organizationId: 1, _id: 1 })

export const createNoticesStore = (db: Database) => {
  const notices = db.define('Notice', noticeSchema)
  const given = db.define('NoticeGiven', givenSchema)
  return {
    insertNotice: async (row: NoticeRow): Promise<void> => {
      await notices.insertMany([row], { lean: true })
    },
    findNotice: (organizationId: string, id: string): Promise<NoticeRow | null> =>
      notices.findOne({ organizationId, _id: id }).lean<NoticeRow>().exec(),
    latestVersion: async (organizationId: string, title: string): Promise<number> =>
      (await notices.findOne({ organizationId, title }).sort({ version: -1 }).lean<NoticeRow>().exec())?.version ?? 0,
    /** A changed text is a new version, or has a new title: the newest is the one in force. */
    newestFor: (organizationId: string, audience: NoticeAudience, language: Language): Promise<NoticeRow | null> =>
      notices.findOne({ organizationId, audience, language }).sort({ createdAt: -1, _id: -1 }).lean<NoticeRow>().exec(),
    listNotices: (
      organizationId: string,
      filter: NoticeFilter,
      after: CursorKey | undefined,
      limit: number,
    ): Promise<NoticeRow[]> =>
      notices
        .find({ organizationId, ...filter, ...afterKey(['_id'], after) })
        .sort({ _id: 1 })
        .limit(limit)
        .lean<NoticeRow[]>()
        .exec(),
    countNotices: (organizationId: string, filter: NoticeFilter): Promise<number> =>
      notices
        .countDocuments({ organizationId, ...filter })
        .limit(countLimit)
        .exec(),

    insertGiven: async (rows: NoticeGivenRow[]): Promise<void> => {
      await given.insertMany(rows, { lean: true })
    },
    findGiven: (organizationId: string, id: string): Promise<NoticeGivenRow | null> =>
      given.findOne({ organizationId, _id: id }).lean<NoticeGivenRow>().exec(),
    givenTo: (organizationId: string, subjectIds: readonly string[]): Promise<NoticeGivenRow[]> =>
      given
        .find({ organizationId, subjectId: { $in: [...subjectIds] } })
        .batchSize(1000)
        .lean<NoticeGivenRow[]>()
        .exec(),
    /** Who of these was told of a purpose by then: nothing more is read of what they were given. */
    toldOf: async (
      organizationId: string,
      subjectIds: readonly string[],
      purpose: PurposeCode,
      at: Date,
    ): Promise<Set<string>> => {
      const told = given
        .find(
          { organizationId, subjectId: { $in: [...subjectIds] }, purposes: purpose, givenAt: { $lte: at } },
          { _id: 0, subjectId: 1 },
        )
        .batchSize(1000)
        .lean<Pick<NoticeGivenRow, 'subjectId'>[]>()
      return new Set((await told.exec()).map(({ subjectId }) => subjectId))
    },
    listGiven: (
      organizationId: string,
      subjectId: string | undefined,
      after: CursorKey | undefined,
      limit: number,
    ): Promise<NoticeGivenRow[]> =>
      given
        .find({ organizationId, ...(subjectId === undefined ? {} : { subjectId }), ...afterKey(['_id'], after) })
        .sort({ _id: 1 })
        .limit(limit)
        .lean<NoticeGivenRow[]>()
        .exec(),
    countGiven: (organizationId: string, subjectId: string | undefined): Promise<number> =>
      given
        .countDocuments({ organizationId, ...(subjectId === undefined ? {} : { subjectId }) })
        .limit(countLimit)
        .exec(),
  }
}
