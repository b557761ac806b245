import { Schema } from 'mongoose'
import type { Database } from '../shared/database.ts'
import type { Day } from '../shared/dates.ts'

export type ClientKeyUse = 'sig' | 'enc'
/** Public members only. */
export type ClientJwk = { kty: 'OKP' | 'EC'; crv: 'Ed25519' | 'X25519' | 'P-256'; x: string; y?: string }

export type ClientKeyRow = {
  /** The `kid`. */
  _id: string
  platformId: string
  clientId: string
  use: ClientKeyUse
  jwk: ClientJwk
  createdAt: Date
  /** The last day, in JST, on which it is accepted. */
  expiresOn?: Day
}

const text = { type: String, required: true }
const schema = new Schema<ClientKeyRow>(
  {
    _id: text,
    platformId: text,
    clientId: text,
    use: text,
    jwk: { type: new Schema<ClientJwk>({ kty: text, crv: text, x: text, y: String }, { _id: false }), required: true },
    createdAt: { type: Date, required: true },
    expiresOn: String,
  },
  { collection: 'client_keys', versionKey: false },
)
schema.index({ platformId: 1, clientId: 1 })

/** Rows of a platform, as its clients are. */
export const createClientKeyStore = (db: Database) => {
  const keys = db.define('ClientKey', schema)
  return {
    insert: async (row: ClientKeyRow): Promise<void> => {
      await keys.insertMany([row], { lean: true })
    },
    /** The newest first; a client has few. */
    ofClient: (platformId: string, clientId: string): Promise<ClientKeyRow[]> =>
      keys.find({ platformId, clientId }).sort({ createdAt: -1, _id: -1 }).lean<ClientKeyRow[]>().exec(),
    delete: async (platformId: string, clientId: string, id: string): Promise<boolean> =>
      (await keys.deleteOne({ platformId, clientId, _id: id })).deletedCount === 1,
    deleteAll: async (platformId: string, clientId: string): Promise<void> => {
      await keys.deleteMany({ platformId, clientId })
    },
  }
}
export type ClientKeyStore = ReturnType<typeof createClientKeyStore>
