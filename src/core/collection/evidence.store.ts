import { Schema } from 'mongoose'
import type { Database } from '../shared/database.ts'
import type { EvidenceKind } from './evidence.rules.ts'
import type { EvidenceMediaType } from './evidence-file.ts'

/** 確認書類. The picture is a sealed file; here are its kind and whose it is. */
export type EvidenceRow = {
  _id: string
  organizationId: string
  requestId: string
  subjectId: string
  kind: EvidenceKind
  mediaType: EvidenceMediaType
  bytes: number
  fileId: string
  /** Of the bytes as they came, keyed: an upload that is sent once more is found by it. */
  fingerprint: string
  createdAt: Date
}
export type EvidencePlace = Pick<EvidenceRow, 'organizationId' | 'requestId' | 'subjectId' | 'kind'>
export type Evidence = Pick<EvidenceRow, 'kind' | 'mediaType' | 'bytes' | 'createdAt' | 'subjectId'> & { id: string }

const text = { type: String, required: true }
const schema = new Schema<EvidenceRow>(
  {
    _id: text,
    organizationId: text,
    requestId: text,
    subjectId: text,
    kind: text,
    mediaType: text,
    bytes: { type: Number, required: true },
    fileId: text,
    fingerprint: text,
    createdAt: { type: Date, required: true },
  },
  { collection: 'evidence', versionKey: false, minimize: false },
)
schema.index({ organizationId: 1, requestId: 1 })
schema.index({ organizationId: 1, subjectId: 1 })
schema.index({ organizationId: 1, requestId: 1, subjectId: 1, kind: 1, fingerprint: 1 }, { unique: true })

export const toEvidence = ({ _id: id, kind, mediaType, bytes, createdAt, subjectId }: EvidenceRow): Evidence => ({
  ...{ id, kind, mediaType, bytes, createdAt, subjectId },
})

export const createEvidenceStore = (db: Database) => {
  const evidence = db.define('Evidence', schema)
  return {
    insert: async (row: EvidenceRow): Promise<void> => {
      await evidence.insertMany([row], { lean: true })
    },
    ofRequest: async (organizationId: string, requestId: string): Promise<Evidence[]> =>
      (
        await evidence
          .find({ organizationId, requestId })
          .sort({ createdAt: 1, _id: 1 })
          .batchSize(100)
          .lean<EvidenceRow[]>()
          .exec()
      ).map(toEvidence),
    countOf: (organizationId: string, requestId: string): Promise<number> =>
      evidence.countDocuments({ organizationId, requestId }).exec(),
    find: (organizationId: string, requestId: string, id: string): Promise<EvidenceRow | null> =>
      evidence.findOne({ organizationId, requestId, _id: id }).lean<EvidenceRow>().exec(),
    /** The same bytes, by their fingerprint under each readable key. */
    same: (
      { organizationId, requestId, subjectId, kind }: EvidencePlace,
      fingerprints: readonly string[],
    ): Promise<EvidenceRow | null> =>
      evidence
        .findOne({ organizationId, requestId, subjectId, kind, fingerprint: { $in: [...fingerprints] } })
        .lean<EvidenceRow>()
        .exec(),
    /** Inside a transaction: true for whoever takes it away. */
    remove: async (organizationId: string, id: string): Promise<boolean> =>
      (await evidence.deleteOne({ organizationId, _id: id })).deletedCount === 1,
    ofSubjects: (organizationId: string, subjectIds: readonly string[]): Promise<EvidenceRow[]> =>
      evidence
        .find({ organizationId, subjectId: { $in: [...subjectIds] } })
        .batchSize(500)
        .lean<EvidenceRow[]>()
        .exec(),
    ofRequests: (organizationId: string, requestIds: readonly string[]): Promise<EvidenceRow[]> =>
      evidence
        .find({ organizationId, requestId: { $in: [...requestIds] } })
        .batchSize(500)
        .lean<EvidenceRow[]>()
        .exec(),
    removeMany: async (organizationId: string, ids: readonly string[]): Promise<void> => {
      await evidence.deleteMany({ organizationId, _id: { $in: [...ids] } })
    },
  }
}
export type EvidenceStore = ReturnType<typeof createEvidenceStore>
