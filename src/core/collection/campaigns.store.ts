import { Schema } from 'mongoose'
import type { Database } from '../shared/database.ts'
import type { Day } from '../shared/dates.ts'
import { afterKey, type CursorKey, countLimit } from '../shared/page.ts'
import type { SubjectKind } from '../shared/words.ts'
import type { Priority, RequestDocument } from './words.ts'

export const campaignStates = ['preparing', 'running', 'closed', 'cancelled'] as const
export type CampaignState = (typeof campaignStates)[number]

/** Whom it asks: what is named narrows it. `everyone` says that nothing was left out by mistake. */
export type CampaignTarget = {
  companyId?: string
  departmentId?: string
  kinds?: SubjectKind[]
  subjectIds?: string[]
  everyone?: true
}

/** 収集 */
export type CampaignRow = {
  _id: string
  organizationId: string
  name: string
  state: CampaignState
  target: CampaignTarget
  /** New people who fit are asked by themselves. */
  joins: boolean
  noticeId?: string
  priority: Priority
  documents: RequestDocument[]
  dueOn?: Day
  /** Requests that were made; subjects in the target who were not asked, because there was no need. */
  asked: number
  passedOver: number
  jobId: string
  createdAt: Date
  closedAt?: Date
}

const text = { type: String, required: true }
const at = { type: Date, required: true }
const count = { type: Number, required: true }
const target = new Schema(
  {
    companyId: String,
    departmentId: String,
    kinds: { type: [String], default: undefined },
    subjectIds: { type: [String], default: undefined },
    everyone: Boolean,
  },
  { _id: false },
)
const schema = new Schema<CampaignRow>(
  {
    _id: text,
    organizationId: text,
    name: text,
    state: text,
    target: { type: target, required: true } as never,
    joins: { type: Boolean, required: true },
    noticeId: String,
    priority: text,
    documents: { type: [String], required: true },
    dueOn: String,
    asked: count,
    passedOver: count,
    jobId: text,
    createdAt: at,
    closedAt: Date,
  },
  { collection: 'campaigns', versionKey: false, minimize: false },
)
schema.index({ organizationId: 1, _id: 1 })
schema.index({ organizationId: 1, state: 1, _id: 1 })

export const createCampaignsStore = (db: Database) => {
  const campaigns = db.define('Campaign', schema)
  const after = { returnDocument: 'after' } as const
  return {
    insert: async (row: CampaignRow): Promise<void> => {
      await campaigns.insertMany([row], { lean: true })
    },
    find: (organizationId: string, id: string): Promise<CampaignRow | null> =>
      campaigns.findOne({ organizationId, _id: id }).lean<CampaignRow>().exec(),
    list: (
      organizationId: string,
      state: CampaignState | undefined,
      key: CursorKey | undefined,
      limit: number,
    ): Promise<CampaignRow[]> =>
      campaigns
        .find({ organizationId, ...(state === undefined ? {} : { state }), ...afterKey(['_id'], key) })
        .sort({ _id: 1 })
        .limit(limit)
        .lean<CampaignRow[]>()
        .exec(),
    count: (organizationId: string, state: CampaignState | undefined): Promise<number> =>
      campaigns
        .countDocuments({ organizationId, ...(state === undefined ? {} : { state }) })
        .limit(countLimit)
        .exec(),
    /** Which new people may join. */
    joinable: (organizationId: string): Promise<CampaignRow[]> =>
      campaigns
        .find({ organizationId, state: { $in: ['preparing', 'running'] }, joins: true })
        .sort({ _id: 1 })
        .lean<CampaignRow[]>()
        .exec(),
    /** The state in the filter settles who was first. */
    move: (
      organizationId: string,
      id: string,
      from: readonly CampaignState[],
      set: Partial<Pick<CampaignRow, 'state' | 'closedAt' | 'jobId'>>,
    ): Promise<CampaignRow | null> =>
      campaigns
        .findOneAndUpdate({ organizationId, _id: id, state: { $in: [...from] } }, { $set: set }, after)
        .lean<CampaignRow>()
        .exec(),
    /** With the chunk that asked them: false where the campaign is over. */
    addAsked: async (
      organizationId: string,
      id: string,
      { asked, passedOver }: Pick<CampaignRow, 'asked' | 'passedOver'>,
    ): Promise<boolean> =>
      (
        await campaigns.updateOne(
          { organizationId, _id: id, state: { $in: ['preparing', 'running'] } },
          { $inc: { asked, passedOver } },
        )
      ).matchedCount === 1,
  }
}
export type CampaignsStore = ReturnType<typeof createCampaignsStore>
