import { Schema } from 'mongoose'
import type { EntryRef } from '../ledger/ledger.ts'
import type { Database } from '../shared/database.ts'
import type { Day } from '../shared/dates.ts'
import { afterKey, type CursorKey, countLimit } from '../shared/page.ts'
import type { SubjectKind } from '../shared/words.ts'
import { isClosed, linkedStates, type RequestState, statesBefore, waitingStates, workStates } from './requests.rules.ts'
import type {
  CancellationReason,
  EndingReason,
  Priority,
  RefusalReason,
  RequestDocument,
  ReturnReason,
} from './words.ts'

/** 扶養から外れた, as the employee says: what staff accept with the rest. */
export type Ending = { subjectId: string; reason: EndingReason; endedOn?: Day }

/** 依頼. Ids and instants only; what the person gave is in the vault and with the subjects. */
export type RequestRow = {
  _id: string
  organizationId: string
  subjectId: string
  /** Where the person was when asked: what a campaign's progress is counted by. */
  kind: SubjectKind
  companyId: string
  departmentId?: string
  campaignId?: string
  noticeId: string
  state: RequestState
  /** Until it is closed: a subject has one open request at most. */
  open?: true
  /** 変更: not asked for, but begun by a link for somebody who comes back. `changing` until it is submitted or closed. */
  change?: true
  changing?: true
  /** The person changed or added something: there is something to submit. */
  touched?: true
  priority: Priority
  documents: RequestDocument[]
  /** The last day. */
  dueOn?: Day
  /** The next day on which a reminder is due. */
  remindOn?: Day
  createdAt: Date
  sentAt?: Date
  openedAt?: Date
  submittedAt?: Date
  acceptedAt?: Date
  returnedAt?: Date
  refusedAt?: Date
  expiredAt?: Date
  cancelledAt?: Date
  /** 差戻し. Remarks are sealed apart. */
  returned?: { subjectId: string; reason: ReturnReason }[]
  returnRemarks?: Buffer
  refusal?: { reason: RefusalReason; by: 'subject' | 'staff' | 'host'; refusedOn: Day }
  refusalRemark?: Buffer
  cancellation?: { reason: CancellationReason }
  cancellationRemark?: Buffer
  /** Of a campaign: the state under which it is counted, and since when it has another. */
  counted?: RequestState
  uncounted?: Date
  /** The link that may be exchanged, and the session that may write: at most one of each. */
  linkId?: string
  sessionId?: string
  linkLockedAt?: Date
  noticeAcceptedAt?: Date
  /** Whose numbers were entered through this request; it survives a change of device. */
  entered: string[]
  /** The page's own keys of dependents. */
  dependents: { key: string; subjectId: string }[]
  endings?: Ending[]
  /** What the person's acts put on record, for the receipt (受領証): the newest ones. */
  entries: EntryRef[]
  /** Counts what the person changed: a submission is of what was looked at. */
  revision: number
}
/** What came to it later, in codes and sealed remarks. */
export type LaterParts =
  | 'returned'
  | 'returnRemarks'
  | 'refusal'
  | 'refusalRemark'
  | 'cancellation'
  | 'cancellationRemark'
export type FreshRequest = Omit<RequestRow, LaterParts>
const text = { type: String, required: true }
const at = { type: Date, required: true }
const options = (collection: string) => ({ collection, versionKey: false as const, minimize: false })

const requestSchema = new Schema<RequestRow>(
  {
    _id: text,
    organizationId: text,
    subjectId: text,
    kind: text,
    companyId: text,
    departmentId: String,
    campaignId: String,
    noticeId: text,
    state: text,
    open: Boolean,
    change: Boolean,
    changing: Boolean,
    touched: Boolean,
    priority: text,
    documents: { type: [String], required: true },
    dueOn: String,
    remindOn: String,
    createdAt: at,
    sentAt: Date,
    openedAt: Date,
    submittedAt: Date,
    acceptedAt: Date,
    returnedAt: Date,
    refusedAt: Date,
    expiredAt: Date,
    cancelledAt: Date,
    returned: { type: [new Schema({ subjectId: text, reason: text }, { _id: false })], default: undefined },
    returnRemarks: Buffer,
    refusal: new Schema({ reason: text, by: text, refusedOn: text }, { _id: false }),
    refusalRemark: Buffer,
    cancellation: new Schema({ reason: text }, { _id: false }),
    cancellationRemark: Buffer,
    counted: String,
    uncounted: Date,
    linkId: String,
    sessionId: String,
    linkLockedAt: Date,
    noticeAcceptedAt: Date,
    entered: { type: [String], required: true },
    dependents: [new Schema({ key: text, subjectId: text }, { _id: false })],
    endings: {
      type: [new Schema({ subjectId: text, reason: text, endedOn: String }, { _id: false })],
      default: undefined,
    },
    entries: [new Schema({ id: text, leafHash: text }, { _id: false })],
    revision: { type: Number, required: true },
  },
  options('requests'),
)
requestSchema.index({ organizationId: 1, _id: 1 })
requestSchema.index({ organizationId: 1, state: 1, _id: 1 })
requestSchema.index({ organizationId: 1, subjectId: 1, _id: 1 })
requestSchema.index(
  { organizationId: 1, campaignId: 1, _id: 1 },
  { partialFilterExpression: { campaignId: { $exists: true } } },
)
// Only what waits is in these: what a sweep looks for costs the same however much was collected before.
requestSchema.index({ dueOn: 1, _id: 1 }, { partialFilterExpression: { open: true, dueOn: { $exists: true } } })
requestSchema.index({ remindOn: 1, _id: 1 }, { partialFilterExpression: { open: true, remindOn: { $exists: true } } })
requestSchema.index(
  { organizationId: 1, campaignId: 1, uncounted: 1 },
  { partialFilterExpression: { campaignId: { $exists: true }, uncounted: { $exists: true } } },
)
requestSchema.index(
  { organizationId: 1, subjectId: 1, open: 1 },
  { unique: true, partialFilterExpression: { open: true } },
)

requestSchema.index(
  { organizationId: 1, subjectId: 1, changing: 1 },
  { unique: true, partialFilterExpression: { changing: true } },
)

requestSchema.index(
  { organizationId: 1, 'returned.subjectId': 1 },
  { partialFilterExpression: { returnRemarks: { $exists: true } } },
)

export type RequestFilter = {
  state?: RequestState
  subjectId?: string
  campaignId?: string
  companyId?: string
  departmentId?: string
  priority?: Priority
  dueBefore?: Day
}
const equals = ['state', 'subjectId', 'campaignId', 'companyId', 'departmentId', 'priority'] as const
const toQuery = (organizationId: string, filter: RequestFilter) => ({
  organizationId,
  ...Object.fromEntries(equals.filter((field) => filter[field] !== undefined).map((field) => [field, filter[field]])),
  ...(filter.dueBefore === undefined ? {} : { dueOn: { $lt: filter.dueBefore } }),
})

export type Move = {
  /** Only from these of the states that the table allows. */
  from?: readonly RequestState[]
  where?: Partial<Pick<RequestRow, 'linkId' | 'sessionId' | 'revision'>>
  set?: Partial<
    Pick<
      RequestRow,
      | 'linkId'
      | 'sessionId'
      | 'sentAt'
      | 'openedAt'
      | 'submittedAt'
      | 'acceptedAt'
      | 'entries'
      | 'returnedAt'
      | 'returned'
      | 'returnRemarks'
      | 'refusedAt'
      | 'refusal'
      | 'refusalRemark'
      | 'expiredAt'
      | 'cancelledAt'
      | 'cancellation'
      | 'cancellationRemark'
    >
  >
  unset?: readonly ('refusal' | 'refusalRemark' | 'refusedAt' | 'returnRemarks')[]
  /** Nobody may write any more. */
  endWriting?: boolean
}
/** What a change of state does to the row; the filter is the transition. */
const updateOf = (to: RequestState, { set, unset = [], endWriting }: Move, at: Date) => {
  const gone = [
    ...unset,
    ...(isClosed(to) ? (['open', 'remindOn', 'changing'] as const) : []),
    ...(to === 'submitted' ? (['changing'] as const) : []),
    ...(endWriting === true ? (['sessionId'] as const) : []),
  ]
  return {
    $set: { state: to, uncounted: at, ...set },
    ...(gone.length === 0 ? {} : { $unset: Object.fromEntries(gone.map((field) => [field, 1 as const])) }),
  }
}
const fromStates = (to: RequestState, from: readonly RequestState[] | undefined): RequestState[] =>
  statesBefore(to).filter((state) => from === undefined || from.includes(state))
/** One step of the person. */
export type Step = {
  where?: Record<string, unknown>
  set?: Partial<Pick<RequestRow, 'noticeAcceptedAt' | 'noticeId' | 'touched' | 'endings'>>
  entered?: string
  /** Taken back: as if never entered. */
  removed?: string
  dependent?: { key: string; subjectId: string }
  entries?: readonly EntryRef[]
}
/** More than a hundred people's registrations and checks; the contract has room for 200. */
const mostEntries = 199

export const createRequestsStore = (db: Database) => {
  const requests = db.define('CollectionRequest', requestSchema)
  const after = { returnDocument: 'after' } as const
  return {
    insertRequests: async (rows: readonly FreshRequest[]): Promise<void> => {
      await requests.insertMany([...rows], { lean: true })
    },
    findRequest: (organizationId: string, id: string): Promise<RequestRow | null> =>
      requests.findOne({ organizationId, _id: id }).lean<RequestRow>().exec(),
    listRequests: (organizationId: string, filter: RequestFilter, key: CursorKey | undefined, limit: number) =>
      requests
        .find({ ...toQuery(organizationId, filter), ...afterKey(['_id'], key) })
        .sort({ _id: 1 })
        .limit(limit)
        .lean<RequestRow[]>()
        .exec(),
    countRequests: (organizationId: string, filter: RequestFilter): Promise<number> =>
      requests.countDocuments(toQuery(organizationId, filter)).limit(countLimit).exec(),
    /** Who of these has an open request, and which. */
    openOf: (organizationId: string, subjectIds: readonly string[]): Promise<RequestRow[]> =>
      requests
        .find({ organizationId, subjectId: { $in: [...subjectIds] }, open: true })
        .batchSize(1000)
        .lean<RequestRow[]>()
        .exec(),
    /** The newest state of each of these. */
    newestStates: async (organizationId: string, subjectIds: readonly string[]): Promise<Map<string, RequestState>> =>
      new Map(
        (
          await requests
            .find({ organizationId, subjectId: { $in: [...subjectIds] } }, { subjectId: 1, state: 1 })
            .sort({ subjectId: 1, _id: 1 })
            .batchSize(1000)
            .lean<Pick<RequestRow, '_id' | 'subjectId' | 'state'>[]>()
            .exec()
        ).map(({ subjectId, state }) => [subjectId, state]),
      ),
    /** Of a campaign, what is open and was not submitted. */
    waitingOf: (organizationId: string, campaignId: string, limit: number): Promise<RequestRow[]> =>
      requests
        .find({
          organizationId,
          campaignId,
          open: true,
          state: { $in: [...waitingStates, 'refused'] },
        })
        .limit(limit)
        .batchSize(limit)
        .lean<RequestRow[]>()
        .exec(),

    /** A transition, settled by the state in the filter: null when the table does not allow it now. */
    move: (organizationId: string, id: string, to: RequestState, change: Move, at: Date): Promise<RequestRow | null> =>
      requests
        .findOneAndUpdate(
          { organizationId, _id: id, state: { $in: fromStates(to, change.from) }, ...change.where },
          updateOf(to, change, at),
          after,
        )
        .lean<RequestRow>()
        .exec(),
    /** Many at once, in a transaction: those that the table allows it now. Who changes one meanwhile makes it run again. */
    moveMany: async (
      organizationId: string,
      ids: readonly string[],
      to: RequestState,
      change: Move,
      at: Date,
    ): Promise<RequestRow[]> => {
      const filter = { organizationId, _id: { $in: [...ids] }, state: { $in: fromStates(to, change.from) } }
      const found = await requests.find(filter).batchSize(1000).lean<RequestRow[]>().exec()
      if (found.length > 0)
        await requests.updateMany({ ...filter, _id: { $in: found.map(({ _id }) => _id) } }, updateOf(to, change, at))
      return found
    },
    /** What staff may change while it is open. */
    change: (
      organizationId: string,
      id: string,
      set: Partial<Pick<RequestRow, 'dueOn' | 'priority' | 'remindOn'>>,
      unset: readonly ('dueOn' | 'remindOn')[],
    ): Promise<RequestRow | null> =>
      requests
        .findOneAndUpdate(
          { organizationId, _id: id, open: true },
          {
            $set: set,
            ...(unset.length === 0 ? {} : { $unset: Object.fromEntries(unset.map((field) => [field, 1 as const])) }),
          },
          after,
        )
        .lean<RequestRow>()
        .exec(),

    /** Inside a transaction: what was written of these people, in their own requests or in a return to their employee. */
    forgetRemarks: async (organizationId: string, subjectIds: readonly string[]): Promise<void> => {
      const theirs = { $in: [...subjectIds] }
      await requests.updateMany(
        { organizationId, subjectId: theirs },
        { $unset: { returnRemarks: 1, refusalRemark: 1, cancellationRemark: 1 } },
      )
      await requests.updateMany(
        { organizationId, 'returned.subjectId': theirs, returnRemarks: { $exists: true } },
        { $unset: { returnRemarks: 1 } },
      )
    },

    /** For the sweep: whose last day, or day of a reminder, was before this day, in order of that day. */
    overdue: (today: Day, key: CursorKey | undefined, limit: number): Promise<RequestRow[]> =>
      requests
        .find({
          open: true,
          dueOn: { $lt: today },
          state: { $in: [...waitingStates] },
          ...afterKey(['dueOn', '_id'], key),
        })
        .setOptions({ across: 'sweep' })
        .sort({ dueOn: 1, _id: 1 })
        .limit(limit)
        .lean<RequestRow[]>()
        .exec(),
    overdueOf: (organizationId: string, today: Day, limit: number): Promise<RequestRow[]> =>
      requests
        .find({ organizationId, open: true, dueOn: { $lt: today }, state: { $in: [...waitingStates] } })
        .limit(limit)
        .lean<RequestRow[]>()
        .exec(),
    toRemind: (today: Day, key: CursorKey | undefined, limit: number): Promise<RequestRow[]> =>
      requests
        .find({ open: true, remindOn: { $lte: today }, ...afterKey(['remindOn', '_id'], key) })
        .setOptions({ across: 'sweep' })
        .sort({ remindOn: 1, _id: 1 })
        .limit(limit)
        .lean<RequestRow[]>()
        .exec(),
    toRemindOf: (organizationId: string, today: Day, limit: number): Promise<RequestRow[]> =>
      requests
        .find({ organizationId, open: true, remindOn: { $lte: today } })
        .limit(limit)
        .lean<RequestRow[]>()
        .exec(),
    /** Once for each day of a reminder: false where another worker was first. */
    remind: async (organizationId: string, id: string, remindOn: Day, next: Day | undefined): Promise<boolean> =>
      (
        await requests.updateOne(
          { organizationId, _id: id, open: true, remindOn },
          next === undefined ? { $unset: { remindOn: 1 } } : { $set: { remindOn: next } },
        )
      ).matchedCount === 1,

    /** Of a campaign, what its counters do not have yet. */
    uncountedOf: (organizationId: string, campaignId: string, limit: number): Promise<RequestRow[]> =>
      requests
        .find({ organizationId, campaignId, uncounted: { $exists: true } })
        .sort({ uncounted: 1 })
        .limit(limit)
        .batchSize(limit)
        .lean<RequestRow[]>()
        .exec(),
    markCounted: async (
      organizationId: string,
      rows: readonly Pick<RequestRow, '_id' | 'state' | 'uncounted'>[],
    ): Promise<number> => {
      const result = await requests.bulkWrite(
        rows.map(({ _id, state, uncounted }) => ({
          updateOne: {
            filter: { organizationId, _id, state, uncounted: uncounted ?? null },
            update: { $set: { counted: state }, $unset: { uncounted: 1 } },
          },
        })),
      )
      return result.matchedCount
    },

    /** Another link without a change of state. */
    replaceLink: (organizationId: string, id: string, linkId: string): Promise<RequestRow | null> =>
      requests
        .findOneAndUpdate(
          { organizationId, _id: id, state: { $in: [...linkedStates] } },
          { $set: { linkId }, $unset: { sessionId: 1, linkLockedAt: 1 } },
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
      { where, set, entered, removed, dependent, entries }: Step,
    ): Promise<boolean> => {
      const result = await requests.updateOne(
        { organizationId, _id: id, sessionId, state: { $in: [...workStates] }, ...where },
        {
          $inc: { revision: 1 },
          ...(set === undefined ? {} : { $set: set }),
          ...(entered === undefined ? {} : { $addToSet: { entered } }),
          ...(removed === undefined ? {} : { $pull: { entered: removed, dependents: { subjectId: removed } } }),
          ...(dependent === undefined ? {} : { $push: { dependents: dependent } }),
          ...(entries === undefined ? {} : { $push: { entries: { $each: [...entries], $slice: -mostEntries } } }),
        },
      )
      return result.matchedCount === 1
    },

    /** 変更 that was begun and not submitted: it goes on. */
    findChanging: (organizationId: string, subjectId: string): Promise<RequestRow | null> =>
      requests.findOne({ organizationId, subjectId, changing: true }).lean<RequestRow>().exec(),
    lockRequest: async (organizationId: string, id: string, linkId: string, linkLockedAt: Date): Promise<void> => {
      await requests.updateOne(
        { organizationId, _id: id, linkId },
        { $set: { linkLockedAt }, $unset: { sessionId: 1 } },
      )
    },
  }
}
export type RequestsStore = ReturnType<typeof createRequestsStore>
