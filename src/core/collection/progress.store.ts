import { Schema } from 'mongoose'
import type { Database } from '../shared/database.ts'
import { afterKey, type CursorKey } from '../shared/page.ts'
import { type RequestState, requestStates } from './requests.rules.ts'

export type CountLevel = 'campaign' | 'company' | 'department'
/** A counter document: reading progress costs the same for ten requests as for a million. */
export type CountRow = {
  _id: string
  organizationId: string
  campaignId: string
  level: CountLevel
  companyId: string
  departmentId: string
  counts: Record<RequestState, number>
}
/** By how much a counter changes. */
export type CountChange = Pick<CountRow, 'level' | 'companyId' | 'departmentId'> & {
  by: Partial<Record<RequestState, number>>
}

const count = { type: Number, default: 0 }
const schema = new Schema<CountRow>(
  {
    _id: { type: String, required: true },
    organizationId: { type: String, required: true },
    campaignId: { type: String, required: true },
    level: { type: String, required: true },
    // Empty: of all companies, of all departments, or of those in none.
    companyId: { type: String, default: '' },
    departmentId: { type: String, default: '' },
    counts: {
      type: new Schema(Object.fromEntries(requestStates.map((state) => [state, count])), { _id: false }),
    } as never,
  },
  { collection: 'campaign_counts', versionKey: false, minimize: false },
)
schema.index({ organizationId: 1, campaignId: 1, level: 1, companyId: 1, departmentId: 1 }, { unique: true })

export const createProgressStore = (db: Database) => {
  const counters = db.define('CampaignCount', schema)
  return {
    /** Inside the transaction that marks what was counted. */
    add: async (organizationId: string, campaignId: string, changes: readonly CountChange[]): Promise<void> => {
      await counters.bulkWrite(
        changes.map(({ level, companyId, departmentId, by }) => ({
          updateOne: {
            filter: { organizationId, _id: [campaignId, level, companyId, departmentId].join(' ') },
            update: {
              $inc: Object.fromEntries(Object.entries(by).map(([state, n]) => [`counts.${state}`, n])),
              $setOnInsert: { campaignId, level, companyId, departmentId },
            },
            upsert: true,
          },
        })),
      )
    },
    overall: (organizationId: string, campaignId: string): Promise<CountRow | null> =>
      counters.findOne({ organizationId, campaignId, level: 'campaign' }).lean<CountRow>().exec(),
    list: (
      organizationId: string,
      campaignId: string,
      level: 'company' | 'department',
      companyId: string | undefined,
      after: CursorKey | undefined,
      limit: number,
    ): Promise<CountRow[]> =>
      counters
        .find({
          organizationId,
          campaignId,
          level,
          ...(companyId === undefined ? {} : { companyId }),
          ...afterKey(['companyId', 'departmentId'], after),
        })
        .sort({ companyId: 1, departmentId: 1 })
        .limit(limit)
        .lean<CountRow[]>()
        .exec(),
  }
}
export type ProgressStore = ReturnType<typeof createProgressStore>
