import { Schema } from 'mongoose'
import type { Database } from '../shared/database.ts'
import { defined } from '../shared/defined.ts'
import type { Factor, SessionKind } from './links.rules.ts'

export type LinkRow = {
  _id: string
  organizationId: string
  kind: SessionKind
  subjectId: string
  /** None of a `status` link. */
  requestId?: string
  tokenHash: string
  factor: Factor
  /** Sealed: a slow hash of what was agreed. */
  passcode?: Buffer
  /** Answers to the second factor since the last right one; each is counted before it is judged. */
  tries: number
  lockedAt?: Date
  redirectUrl?: string
  createdAt: Date
  expiresAt: Date
  endedAt?: Date
}
export type SessionRow = {
  _id: string
  organizationId: string
  platformId: string
  mode: 'test' | 'live'
  kind: SessionKind
  requestId?: string
  linkId: string
  subjectId: string
  tokenHash: string
  factor: Factor
  /** Since when the second factor is there; at once where there is none, or the host has signed the person in. */
  provenAt?: Date
  /** Whose numbers were entered in this very session. */
  entered: string[]
  startedAt: Date
  /** Moves on with each call. */
  idleMinutes: number
  expiresAt: Date
  endedAt?: Date
  /** The link was opened on another device. */
  replaced?: true
  submittedAt?: Date
}

const text = { type: String, required: true }
const at = { type: Date, required: true }
const options = (collection: string) => ({ collection, versionKey: false as const, minimize: false })

// Token hashes are looked up before the organization is known: named exceptions to "unique indexes begin with it".
const linkSchema = new Schema<LinkRow>(
  {
    _id: text,
    organizationId: text,
    kind: text,
    subjectId: text,
    requestId: String,
    tokenHash: text,
    factor: text,
    passcode: Buffer,
    tries: { type: Number, required: true },
    lockedAt: Date,
    redirectUrl: String,
    createdAt: at,
    expiresAt: at,
    endedAt: Date,
  },
  options('links'),
)
linkSchema.index({ tokenHash: 1 }, { unique: true })
linkSchema.index({ organizationId: 1, subjectId: 1, kind: 1 })

const sessionSchema = new Schema<SessionRow>(
  {
    _id: text,
    organizationId: text,
    platformId: text,
    mode: text,
    kind: text,
    requestId: String,
    linkId: text,
    subjectId: text,
    tokenHash: text,
    factor: text,
    provenAt: Date,
    entered: { type: [String], required: true },
    startedAt: at,
    idleMinutes: { type: Number, required: true },
    expiresAt: at,
    endedAt: Date,
    replaced: Boolean,
    submittedAt: Date,
  },
  options('sessions'),
)
sessionSchema.index({ tokenHash: 1 }, { unique: true })
sessionSchema.index({ organizationId: 1, linkId: 1 })

/** Links, and the sessions that they open. */
export const createLinksStore = (db: Database) => {
  const links = db.define('CollectionLink', linkSchema)
  const sessions = db.define('CollectionSession', sessionSchema)
  const after = { returnDocument: 'after' } as const
  return {
    insertLink: async (row: LinkRow): Promise<void> => {
      await links.insertMany([row], { lean: true })
    },
    findLink: (tokenHash: string): Promise<LinkRow | null> =>
      links.findOne({ tokenHash }).setOptions({ across: 'link exchange' }).lean<LinkRow>().exec(),
    linkOf: (organizationId: string, id: string): Promise<LinkRow | null> =>
      links.findOne({ organizationId, _id: id }).lean<LinkRow>().exec(),
    /** Earlier links of this kind to this person, of this request where there is one, and the sessions that they opened. */
    endLinks: async (
      organizationId: string,
      { subjectId, kind, requestId }: Pick<LinkRow, 'subjectId' | 'kind' | 'requestId'>,
      endedAt: Date,
    ): Promise<void> => {
      const living = { organizationId, subjectId, kind, ...defined({ requestId }), endedAt: { $exists: false } }
      const found = await links.find(living, { _id: 1 }).lean<Pick<LinkRow, '_id'>[]>()
      const ids = found.map(({ _id }) => _id)
      if (ids.length === 0) return
      await links.updateMany({ organizationId, _id: { $in: ids } }, { $set: { endedAt } })
      await sessions.updateMany(
        { organizationId, linkId: { $in: ids }, endedAt: { $exists: false } },
        { $set: { endedAt } },
      )
    },
    endLink: async (organizationId: string, id: string, endedAt: Date): Promise<void> => {
      await links.updateOne({ organizationId, _id: id }, { $set: { endedAt } })
    },
    prolongLink: async (organizationId: string, id: string, expiresAt: Date): Promise<void> => {
      await links.updateOne({ organizationId, _id: id }, { $max: { expiresAt } })
    },
    /** One answer to the second factor, counted before it is judged: null when there were enough of them. */
    countTry: (organizationId: string, id: string, most: number): Promise<LinkRow | null> =>
      links
        .findOneAndUpdate(
          { organizationId, _id: id, tries: { $lt: most }, lockedAt: { $exists: false }, endedAt: { $exists: false } },
          { $inc: { tries: 1 } },
          after,
        )
        .lean<LinkRow>()
        .exec(),
    forgetTries: async (organizationId: string, id: string): Promise<void> => {
      await links.updateOne({ organizationId, _id: id }, { $set: { tries: 0 } })
    },
    /** True for whoever locks it. */
    lockLink: async (organizationId: string, id: string, lockedAt: Date): Promise<boolean> =>
      (await links.updateOne({ organizationId, _id: id, lockedAt: { $exists: false } }, { $set: { lockedAt } }))
        .matchedCount === 1,

    insertSession: async (row: SessionRow): Promise<void> => {
      await sessions.insertMany([row], { lean: true })
    },
    findSession: (tokenHash: string): Promise<SessionRow | null> =>
      sessions.findOne({ tokenHash }).setOptions({ across: 'session authentication' }).lean<SessionRow>().exec(),
    /** Those that the link opened before, on another device. */
    replaceSessions: async (organizationId: string, linkId: string, endedAt: Date): Promise<void> => {
      await sessions.updateMany(
        { organizationId, linkId, endedAt: { $exists: false } },
        { $set: { endedAt, replaced: true } },
      )
    },
    endSessions: async (organizationId: string, linkId: string, endedAt: Date): Promise<void> => {
      await sessions.updateMany({ organizationId, linkId, endedAt: { $exists: false } }, { $set: { endedAt } })
    },
    endSession: async (organizationId: string, id: string, endedAt: Date): Promise<void> => {
      await sessions.updateOne({ organizationId, _id: id, endedAt: { $exists: false } }, { $set: { endedAt } })
    },
    /** It is in use. */
    keepSession: async (organizationId: string, id: string, expiresAt: Date): Promise<void> => {
      await sessions.updateOne({ organizationId, _id: id, endedAt: { $exists: false } }, { $max: { expiresAt } })
    },
    proveSession: async (organizationId: string, id: string, provenAt: Date): Promise<boolean> =>
      (await sessions.updateOne({ organizationId, _id: id, endedAt: { $exists: false } }, { $set: { provenAt } }))
        .matchedCount === 1,
    enteredInSession: async (organizationId: string, id: string, subjectId: string): Promise<void> => {
      await sessions.updateOne({ organizationId, _id: id }, { $addToSet: { entered: subjectId } })
    },
    submitSession: async (organizationId: string, id: string, submittedAt: Date): Promise<void> => {
      await sessions.updateOne({ organizationId, _id: id }, { $set: { submittedAt } })
    },
  }
}
export type LinksStore = ReturnType<typeof createLinksStore>
