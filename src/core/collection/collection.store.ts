import { Schema } from 'mongoose'
import type { EntryRef } from '../ledger/ledger.ts'
import type { Database } from '../shared/database.ts'
import type { Day } from '../shared/dates.ts'
import { defined } from '../shared/defined.ts'
import { afterKey, type CursorKey, countLimit } from '../shared/page.ts'
import { isClosed, linkedStates, type RequestState, statesBefore, workStates } from './requests.rules.ts'

/** 依頼. Ids and instants only; what the person gave is in the vault and with the subjects. */
export type RequestRow = {
  _id: string
  organizationId: string
  subjectId: string
  noticeId: string
  state: RequestState
  /** Until it is closed: a subject has one open request at most. */
  open?: true
  dueOn?: Day
  createdAt: Date
  sentAt?: Date
  openedAt?: Date
  submittedAt?: Date
  acceptedAt?: Date
  /** The link that may be exchanged, and the session that may write: at most one of each. */
  linkId?: string
  sessionId?: string
  noticeAcceptedAt?: Date
  /** Whose numbers were entered through this request; it survives a change of device. */
  entered: string[]
  /** The page's own keys of dependents. */
  dependents: { key: string; subjectId: string }[]
  /** What the person's acts put on record, for the receipt (受領証): the newest ones. */
  entries: EntryRef[]
  /** Counts what the person changed: a submission is of what was looked at. */
  revision: number
}
export type LinkRow = {
  _id: string
  organizationId: string
  requestId: string
  tokenHash: string
  createdAt: Date
  expiresAt: Date
  endedAt?: Date
}
export type SessionRow = {
  _id: string
  organizationId: string
  platformId: string
  mode: 'test' | 'live'
  requestId: string
  linkId: string
  subjectId: string
  tokenHash: string
  startedAt: Date
  expiresAt: Date
  endedAt?: Date
  submittedAt?: Date
}

const text = { type: String, required: true }
const at = { type: Date, required: true }
const options = (collection: string) => ({ collection, versionKey: false as const, minimize: false })

const requestSchema = new Schema<RequestRow>(
  {
    _id: text,
    organizationId: text,
    subjectId: text,
    noticeId: text,
    state: text,
    open: Boolean,
    dueOn: String,
    createdAt: at,
    sentAt: Date,
    openedAt: Date,
    submittedAt: Date,
    acceptedAt: Date,
    linkId: String,
    sessionId: String,
    noticeAcceptedAt: Date,
    entered: { type: [String], required: true },
    dependents: [new Schema({ key: text, subjectId: text }, { _id: false })],
    entries: [new Schema({ id: text, leafHash: text }, { _id: false })],
    revision: { type: Number, required: true },
  },
  options('requests'),
)
requestSchema.index({ organizationId: 1, _id: 1 })
requestSchema.index({ organizationId: 1, state: 1, _id: 1 })
requestSchema.index({ organizationId: 1, subjectId: 1, _id: 1 })
requestSchema.index(
  { organizationId: 1, subjectId: 1, open: 1 },
  { unique: true, partialFilterExpression: { open: true } },
)

// Token hashes are looked up before the organization is known: named exceptions to "unique indexes begin with it".
const linkSchema = new Schema<LinkRow>(
  { _id: text, organizationId: text, requestId: text, tokenHash: text, createdAt: at, expiresAt: at, endedAt: Date },
  options('links'),
)
linkSchema.index({ tokenHash: 1 }, { unique: true })
linkSchema.index({ organizationId: 1, requestId: 1 })

const sessionSchema = new Schema<SessionRow>(
  {
    _id: text,
    organizationId: text,
    platformId: text,
    mode: text,
    requestId: text,
    linkId: text,
    subjectId: text,
    tokenHash: text,
    startedAt: at,
    expiresAt: at,
    endedAt: Date,
    submittedAt: Date,
  },
  options('sessions'),
)
sessionSchema.index({ tokenHash: 1 }, { unique: true })
sessionSchema.index({ organizationId: 1, requestId: 1 })

export type RequestFilter = { state?: RequestState; subjectId?: string }
export type Move = {
  where?: Partial<Pick<RequestRow, 'linkId' | 'sessionId' | 'revision'>>
  set?: Partial<
    Pick<RequestRow, 'linkId' | 'sessionId' | 'sentAt' | 'openedAt' | 'submittedAt' | 'acceptedAt' | 'entries'>
  >
  /** Nobody may write any more. */
  endWriting?: boolean
}
/** One step of the person. */
export type Step = {
  where?: Record<string, unknown>
  set?: Pick<RequestRow, 'noticeAcceptedAt'>
  entered?: string
  dependent?: { key: string; subjectId: string }
  entries?: readonly EntryRef[]
}
/** More than a hundred people's registrations and checks; the contract has room for 200. */
const mostEntries = 199

export const createCollectionStore = (db: Database) => {
  const requests = db.define('CollectionRequest', requestSchema)
  const links = db.define('CollectionLink', linkSchema)
  const sessions = db.define('CollectionSession', sessionSchema)
  const after = { returnDocument: 'after' } as const
  return {
    insertRequest: async (row: RequestRow): Promise<void> => {
      await requests.insertMany([row], { lean: true })
    },
    findRequest: (organizationId: string, id: string): Promise<RequestRow | null> =>
      requests.findOne({ organizationId, _id: id }).lean<RequestRow>().exec(),
    listRequests: (organizationId: string, filter: RequestFilter, key: CursorKey | undefined, limit: number) =>
      requests
        .find({
          organizationId,
          ...defined({ state: filter.state, subjectId: filter.subjectId }),
          ...afterKey(['_id'], key),
        })
        .sort({ _id: 1 })
        .limit(limit)
        .lean<RequestRow[]>()
        .exec(),
    countRequests: (organizationId: string, filter: RequestFilter): Promise<number> =>
      requests
        .countDocuments({ organizationId, ...defined({ state: filter.state, subjectId: filter.subjectId }) })
        .limit(countLimit)
        .exec(),

    /** A transition, settled by the state in the filter: null when the table does not allow it now. */
    move: (
      organizationId: string,
      id: string,
      to: RequestState,
      { where, set, endWriting }: Move,
    ): Promise<RequestRow | null> => {
      const unset = {
        ...(isClosed(to) ? { open: 1 as const } : {}),
        ...(endWriting === true ? { sessionId: 1 as const } : {}),
      }
      return requests
        .findOneAndUpdate(
          { organizationId, _id: id, state: { $in: statesBefore(to) }, ...where },
          { $set: { state: to, ...set }, ...(Object.keys(unset).length === 0 ? {} : { $unset: unset }) },
          after,
        )
        .lean<RequestRow>()
        .exec()
    },
    /** Another link without a change of state. */
    replaceLink: (organizationId: string, id: string, linkId: string): Promise<RequestRow | null> =>
      requests
        .findOneAndUpdate(
          { organizationId, _id: id, state: { $in: [...linkedStates] } },
          { $set: { linkId }, $unset: { sessionId: 1 } },
          after,
        )
        .lean<RequestRow>()
        .exec(),
    /** Another session (another device) without a change of state. */
    replaceSession: (
      organizationId: string,
      id: string,
      linkId: string,
      sessionId: string,
    ): Promise<RequestRow | null> =>
      requests
        .findOneAndUpdate(
          { organizationId, _id: id, state: { $in: [...workStates] }, linkId },
          { $set: { sessionId } },
          after,
        )
        .lean<RequestRow>()
        .exec(),
    /** Whether this session may still write, and the mark that it did. */
    step: async (
      organizationId: string,
      id: string,
      sessionId: string,
      { where, set, entered, dependent, entries }: Step,
    ): Promise<boolean> => {
      const result = await requests.updateOne(
        { organizationId, _id: id, sessionId, state: { $in: [...workStates] }, ...where },
        {
          $inc: { revision: 1 },
          ...(set === undefined ? {} : { $set: set }),
          ...(entered === undefined ? {} : { $addToSet: { entered } }),
          ...(dependent === undefined ? {} : { $push: { dependents: dependent } }),
          ...(entries === undefined ? {} : { $push: { entries: { $each: [...entries], $slice: -mostEntries } } }),
        },
      )
      return result.matchedCount === 1
    },

    insertLink: async (row: LinkRow): Promise<void> => {
      await links.insertMany([row], { lean: true })
    },
    findLink: (tokenHash: string): Promise<LinkRow | null> =>
      links.findOne({ tokenHash }).setOptions({ across: 'link exchange' }).lean<LinkRow>().exec(),
    endLinks: async (organizationId: string, requestId: string, endedAt: Date): Promise<void> => {
      await links.updateMany({ organizationId, requestId, endedAt: { $exists: false } }, { $set: { endedAt } })
    },

    insertSession: async (row: SessionRow): Promise<void> => {
      await sessions.insertMany([row], { lean: true })
    },
    findSession: (tokenHash: string): Promise<SessionRow | null> =>
      sessions.findOne({ tokenHash }).setOptions({ across: 'session authentication' }).lean<SessionRow>().exec(),
    endSessions: async (organizationId: string, requestId: string, endedAt: Date): Promise<void> => {
      await sessions.updateMany({ organizationId, requestId, endedAt: { $exists: false } }, { $set: { endedAt } })
    },
    submitSession: async (organizationId: string, id: string, submittedAt: Date): Promise<void> => {
      await sessions.updateOne({ organizationId, _id: id }, { $set: { submittedAt } })
    },
  }
}
export type CollectionStore = ReturnType<typeof createCollectionStore>
