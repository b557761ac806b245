import { Schema } from 'mongoose'
import type { Database } from '../shared/database.ts'
import { afterKey, type CursorKey, countLimit } from '../shared/page.ts'

export const recipientKinds = ['own_payroll', 'tax_accountant', 'labor_consultant', 'tax_office', 'other'] as const
export type RecipientKind = (typeof recipientKinds)[number]

export type RecipientRow = {
  _id: string
  organizationId: string
  kind: RecipientKind
  /** Sealed: a 税理士 is a person too. */
  name: Buffer
  createdAt: Date
}

const text = { type: String, required: true }
const schema = new Schema<RecipientRow>(
  {
    _id: text,
    organizationId: text,
    kind: text,
    name: { type: Buffer, required: true },
    createdAt: { type: Date, required: true },
  },
  { collection: 'recipients', versionKey: false },
)
schema.index({ organizationId: 1, _id: 1 })

export const createRecipientsStore = (db: Database) => {
  const recipients = db.define('Recipient', schema)
  return {
    insert: async (row: RecipientRow): Promise<void> => {
      await recipients.insertMany([row], { lean: true })
    },
    find: (organizationId: string, id: string): Promise<RecipientRow | null> =>
      recipients.findOne({ organizationId, _id: id }).lean<RecipientRow>().exec(),
    list: (organizationId: string, after: CursorKey | undefined, limit: number): Promise<RecipientRow[]> =>
      recipients
        .find({ organizationId, ...afterKey(['_id'], after) })
        .sort({ _id: 1 })
        .limit(limit)
        .batchSize(limit)
        .lean<RecipientRow[]>()
        .exec(),
    count: (organizationId: string): Promise<number> =>
      recipients.countDocuments({ organizationId }).limit(countLimit).exec(),
  }
}
