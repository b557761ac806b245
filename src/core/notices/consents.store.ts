import { Schema } from 'mongoose'
import type { Database } from '../shared/database.ts'
import { afterKey, type CursorKey, countLimit } from '../shared/page.ts'
import type { Language } from './audiences.ts'
import type { ConsentKind } from './consent-texts.ts'

export const consentChannels = ['page', 'paper', 'word', 'mail', 'contract'] as const
export type ConsentChannel = (typeof consentChannels)[number]

/** 同意・委任・委託. The text stands here as it was agreed to. */
export type ConsentRow = {
  _id: string
  organizationId: string
  subjectId: string
  concernsId?: string
  kind: ConsentKind
  language: Language
  text: string
  channel: ConsentChannel
  requestId?: string
  givenAt: Date
  recordedBy: 'subject' | 'staff' | 'host'
  recordedAt: Date
  withdrawnAt?: Date
}
/** As it lies there: what was agreed to word by word can name people, so the text is sealed. */
export type SealedConsent = Omit<ConsentRow, 'text'> & { text: Buffer }

const text = { type: String, required: true }
const at = { type: Date, required: true }
const schema = new Schema<SealedConsent>(
  {
    _id: text,
    organizationId: text,
    subjectId: text,
    concernsId: String,
    kind: text,
    language: text,
    text: { type: Buffer, required: true },
    channel: text,
    requestId: String,
    givenAt: at,
    recordedBy: text,
    recordedAt: at,
    withdrawnAt: Date,
  },
  { collection: 'consents', versionKey: false, minimize: false },
)
schema.index({ organizationId: 1, subjectId: 1, _id: 1 })
schema.index({ organizationId: 1, _id: 1 })

export type ConsentFilter = { subjectId?: string; kind?: ConsentKind }
const toQuery = (organizationId: string, { subjectId, kind }: ConsentFilter) => ({
  organizationId,
  ...(subjectId === undefined ? {} : { subjectId }),
  ...(kind === undefined ? {} : { kind }),
})

export const createConsentsStore = (db: Database) => {
  const consents = db.define('Consent', schema)
  return {
    insertMany: async (rows: readonly SealedConsent[]): Promise<void> => {
      await consents.insertMany([...rows], { lean: true })
    },
    find: (organizationId: string, id: string): Promise<SealedConsent | null> =>
      consents.findOne({ organizationId, _id: id }).lean<SealedConsent>().exec(),
    list: (
      organizationId: string,
      filter: ConsentFilter,
      after: CursorKey | undefined,
      limit: number,
    ): Promise<SealedConsent[]> =>
      consents
        .find({ ...toQuery(organizationId, filter), ...afterKey(['_id'], after) })
        .sort({ _id: 1 })
        .limit(limit)
        .lean<SealedConsent[]>()
        .exec(),
    /** In force. */
    givenBy: (organizationId: string, subjectIds: readonly string[]): Promise<SealedConsent[]> =>
      consents
        .find({ organizationId, subjectId: { $in: [...subjectIds] }, withdrawnAt: { $exists: false } })
        .batchSize(500)
        .lean<SealedConsent[]>()
        .exec(),
    count: (organizationId: string, filter: ConsentFilter): Promise<number> =>
      consents.countDocuments(toQuery(organizationId, filter)).limit(countLimit).exec(),
    /** Once: null where it was taken back before. */
    withdraw: (organizationId: string, id: string, withdrawnAt: Date): Promise<SealedConsent | null> =>
      consents
        .findOneAndUpdate(
          { organizationId, _id: id, withdrawnAt: { $exists: false } },
          { $set: { withdrawnAt } },
          { returnDocument: 'after' },
        )
        .lean<SealedConsent>()
        .exec(),
  }
}
export type ConsentsStore = ReturnType<typeof createConsentsStore>
