import { Schema } from 'mongoose'
import type { Database } from '../shared/database.ts'
import { afterKey, type CursorKey, countLimit } from '../shared/page.ts'

/** 廃棄証明書 of one subject in one disposal. It becomes `erased`, with a new JWS, only in an erasure epoch. */
export type CertificateRow = {
  _id: string
  organizationId: string
  disposalId: string
  subjectId: string
  versionIds: string[]
  status: 'deleted' | 'erased'
  deletedAt: Date
  erasedAt?: Date
  /** The epoch with which it becomes `erased`: it was there before the first key of that epoch was used. */
  epochId?: string
  jws: string
}

const text = { type: String, required: true }
const schema = new Schema<CertificateRow>(
  {
    _id: text,
    organizationId: text,
    disposalId: text,
    subjectId: text,
    versionIds: [String],
    status: text,
    deletedAt: { type: Date, required: true },
    erasedAt: Date,
    epochId: String,
    jws: text,
  },
  { collection: 'certificates', versionKey: false, minimize: false },
)
schema.index({ organizationId: 1, _id: -1 })
schema.index({ organizationId: 1, subjectId: 1, _id: -1 })
// However often a job runs, one certificate a subject.
schema.index({ organizationId: 1, disposalId: 1, subjectId: 1 }, { unique: true })

// For the epoch and its alarm: what is not erased yet.
schema.index({ organizationId: 1, epochId: 1, _id: 1 }, { partialFilterExpression: { status: 'deleted' } })
schema.index({ deletedAt: 1 }, { partialFilterExpression: { status: 'deleted' } })

const toQuery = (organizationId: string, subjectId: string | undefined) => ({
  organizationId,
  ...(subjectId === undefined ? {} : { subjectId }),
})

export const createCertificatesStore = (db: Database) => {
  const certificates = db.define('Certificate', schema)
  return {
    insertMany: async (rows: CertificateRow[]): Promise<void> => {
      await certificates.insertMany(rows, { lean: true })
    },
    /** Whose are there of one disposal. */
    certifiedIn: async (organizationId: string, disposalId: string, subjectIds: readonly string[]): Promise<string[]> =>
      certificates.distinct('subjectId', { organizationId, disposalId, subjectId: { $in: [...subjectIds] } }).exec(),
    /** Those of an epoch: every one that is there at this moment and in no other that will still make it final. */
    enterEpoch: async (organizationId: string, epochId: string, unfinished: readonly string[]): Promise<void> => {
      await certificates.updateMany(
        { organizationId, status: 'deleted', epochId: { $nin: [...unfinished] } },
        { $set: { epochId } },
      )
    },
    ofEpoch: (organizationId: string, epochId: string, after: string, limit: number): Promise<CertificateRow[]> =>
      certificates
        .find({ organizationId, epochId, status: 'deleted', _id: { $gt: after } })
        .sort({ _id: 1 })
        .limit(limit)
        .batchSize(limit)
        .lean<CertificateRow[]>()
        .exec(),
    /** How many of them still said `deleted`: fewer than asked means that another worker was quicker. */
    erase: async (organizationId: string, rows: readonly CertificateRow[]): Promise<number> =>
      (
        await certificates.bulkWrite(
          rows.map(({ _id, erasedAt, jws }) => ({
            updateOne: {
              filter: { organizationId, _id, status: 'deleted' as const },
              update: { $set: { status: 'erased' as const, erasedAt, jws } },
            },
          })),
          { ordered: true },
        )
      ).matchedCount,
    /** For the alarm: the oldest, in any organization, that is not erased. */
    oldestNotErased: (): Promise<Pick<CertificateRow, 'deletedAt'> | null> =>
      certificates
        .findOne({ status: 'deleted' }, { deletedAt: 1 })
        .setOptions({ across: 'epoch' })
        .sort({ deletedAt: 1 })
        .lean<Pick<CertificateRow, 'deletedAt'>>()
        .exec(),
    find: (organizationId: string, id: string): Promise<CertificateRow | null> =>
      certificates.findOne({ organizationId, _id: id }).lean<CertificateRow>().exec(),
    /** Newest first. */
    list: (
      organizationId: string,
      subjectId: string | undefined,
      after: CursorKey | undefined,
      limit: number,
    ): Promise<CertificateRow[]> =>
      certificates
        .find({ ...toQuery(organizationId, subjectId), ...afterKey(['_id'], after, -1) })
        .sort({ _id: -1 })
        .limit(limit)
        .lean<CertificateRow[]>()
        .exec(),
    count: (organizationId: string, subjectId: string | undefined): Promise<number> =>
      certificates.countDocuments(toQuery(organizationId, subjectId)).limit(countLimit).exec(),
  }
}
export type CertificatesStore = ReturnType<typeof createCertificatesStore>
