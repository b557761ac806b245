import { Schema } from 'mongoose'
import type { Database } from '../shared/database.ts'

/** What may be used once, remembered as hashes until it could not be used any more anyway. */
export type NonceRow = { _id: string; organizationId: string; clientId: string; expiresAt: Date }
/** `_id`: client and `jti` of an assertion, as a hash. */
export type AssertionRow = { _id: string; expiresAt: Date }
/** One login that is on record: staff, client and time of it, as a hash. */
export type SignInRow = { _id: string; organizationId: string; mark: string; createdAt: Date }

const text = { type: String, required: true }
const at = { type: Date, required: true }
const options = (collection: string) => ({ collection, versionKey: false as const })

const nonceSchema = new Schema<NonceRow>(
  { _id: text, organizationId: text, clientId: text, expiresAt: at },
  options('nonces'),
)
nonceSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 })

const assertionSchema = new Schema<AssertionRow>({ _id: text, expiresAt: at }, options('assertions'))
// The server's clock decides here, and it may be five minutes away from ours: too late never hurts.
assertionSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 900 })

const signInSchema = new Schema<SignInRow>(
  { _id: text, organizationId: text, mark: text, createdAt: at },
  options('sign_ins'),
)
signInSchema.index({ organizationId: 1, mark: 1 }, { unique: true })
signInSchema.index({ createdAt: 1 }, { expireAfterSeconds: 40 * 24 * 3600 })

export const createSingleUseStore = (db: Database) => {
  const nonces = db.define('Nonce', nonceSchema)
  const assertions = db.define('Assertion', assertionSchema)
  const signIns = db.define('SignIn', signInSchema)
  return {
    insertNonce: async (row: NonceRow): Promise<void> => {
      await nonces.insertMany([row], { lean: true })
    },
    /** True for one of those who come with it. */
    takeNonce: async (organizationId: string, clientId: string, id: string, now: Date): Promise<boolean> =>
      (await nonces.deleteOne({ organizationId, clientId, _id: id, expiresAt: { $gt: now } })).deletedCount === 1,
    /** Throws a duplicate key for all but the first. */
    insertAssertion: async (row: AssertionRow): Promise<void> => {
      await assertions.insertMany([row], { lean: true })
    },
    hasSignIn: async (organizationId: string, mark: string): Promise<boolean> =>
      (await signIns.exists({ organizationId, mark })) !== null,
    insertSignIn: async (row: SignInRow): Promise<void> => {
      await signIns.insertMany([row], { lean: true })
    },
  }
}
export type SingleUseStore = ReturnType<typeof createSingleUseStore>
