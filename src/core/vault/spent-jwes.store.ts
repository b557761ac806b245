import { createHash } from 'node:crypto'
import { Schema } from 'mongoose'
import type { Database } from '../shared/database.ts'
import { isDuplicateKey } from '../shared/duplicates.ts'

/** A `jti` that was used, as a digest: it is the sender's text. */
type SpentRow = { organizationId: string; digest: string; spentAt: Date }

/** A JWE is good for ten minutes from its `iat`, and a sender's clock may be a minute ahead; MongoDB sweeps each minute. */
const keptSeconds = 1800

const schema = new Schema<SpentRow>(
  {
    organizationId: { type: String, required: true },
    digest: { type: String, required: true },
    spentAt: { type: Date, required: true },
  },
  { collection: 'spent_jwes', versionKey: false },
)
schema.index({ organizationId: 1, digest: 1 }, { unique: true })
schema.index({ spentAt: 1 }, { expireAfterSeconds: keptSeconds })

const digestOf = (organizationId: string, jti: string): string =>
  createHash('sha256').update(`jti\0${organizationId}\0${jti}`).digest('base64url')

export const createSpentJwes = (db: Database) => {
  const rows = db.define('SpentJwe', schema)
  return {
    isSpent: async (organizationId: string, jti: string): Promise<boolean> =>
      (await rows.exists({ organizationId, digest: digestOf(organizationId, jti) })) !== null,
    /** Inside the transaction of the effect; false when it was used before. */
    spend: async (organizationId: string, jti: string, spentAt: Date): Promise<boolean> => {
      try {
        await rows.insertMany([{ organizationId, digest: digestOf(organizationId, jti), spentAt }], { lean: true })
        return true
      } catch (error) {
        if (isDuplicateKey(error)) return false
        throw error
      }
    },
  }
}
