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
    jws: text,
  },
  { collection: 'certificates', versionKey: false, minimize: false },
)
schema.index({ organizationId: 1, _id: -1 })
schema.index({ organizationId: 1, subjectId: 1, _id: -1 })
// However often a job runs, one certificate a subject.
schema.index({ organizationId: 1, disposalId: 1, subjectId: 1 }, { unique: true })

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
