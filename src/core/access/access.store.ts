import { Schema } from 'mongoose'
import type { AppointmentRow } from '../organizations/organizations.ts'
import { type Condition, fitting } from '../shared/condition.ts'
import type { Database } from '../shared/database.ts'
import { afterKey, type CursorKey, countLimit } from '../shared/page.ts'
import type { Role } from '../shared/words.ts'
import type { Scope } from './scopes.ts'

export type SecretRow = {
  id: string
  /** SHA-256 of a secret of 256 random bits: nothing to guess, so no slow hash. */
  hash: Buffer
  createdAt: Date
  /** Set when another secret has taken its place. */
  endsAt?: Date
}

export type ClientRow = {
  _id: string
  platformId: string
  /** Set: tokens for that organization only. */
  organizationId?: string
  name: string
  scopes: Scope[]
  secrets: SecretRow[]
  createdAt: Date
  changedAt?: Date
}

export type StaffRow = {
  _id: string
  organizationId: string
  userId: string
  /** Sealed name. */
  personal: Buffer
  /** Sealed. */
  email?: Buffer
  appointments: AppointmentRow[]
  /** One more with each change; rows of an earlier release have none. */
  version?: number
  createdAt: Date
}

const text = { type: String, required: true }
const at = { type: Date, required: true }
const options = (collection: string) => ({ collection, versionKey: false as const, minimize: false })

const clientSchema = new Schema<ClientRow>(
  {
    _id: text,
    platformId: text,
    organizationId: String,
    name: text,
    scopes: [String],
    secrets: [
      new Schema({ id: text, hash: { type: Buffer, required: true }, createdAt: at, endsAt: Date }, { _id: false }),
    ],
    createdAt: at,
    changedAt: Date,
  },
  options('clients'),
)
clientSchema.index({ platformId: 1, _id: 1 })

const staffSchema = new Schema<StaffRow>(
  {
    _id: text,
    organizationId: text,
    userId: text,
    personal: { type: Buffer, required: true },
    email: Buffer,
    appointments: [
      new Schema(
        {
          id: text,
          role: text,
          companyId: String,
          departmentId: String,
          subjectKinds: { type: [String], default: undefined },
          post: String,
          fromOn: text,
          toOn: String,
          basis: String,
          dismissedAt: Date,
          dismissalBasis: String,
        },
        { _id: false },
      ),
    ],
    version: Number,
    createdAt: at,
  },
  options('staff'),
)
staffSchema.index({ organizationId: 1, userId: 1 }, { unique: true })

export const createAccessStore = (db: Database) => {
  const clients = db.define('Client', clientSchema)
  const staff = db.define('Staff', staffSchema)
  return {
    insertClient: async (row: ClientRow): Promise<void> => {
      await clients.insertMany([row], { lean: true })
    },
    findClient: (id: string): Promise<ClientRow | null> => clients.findOne({ _id: id }).lean<ClientRow>().exec(),
    /** Names the secrets that it was computed from: whoever changes them at the same time meets on this row. */
    setSecrets: async (platformId: string, id: string, secrets: SecretRow[]): Promise<boolean> =>
      (await clients.updateOne({ platformId, _id: id }, { $set: { secrets } })).matchedCount === 1,
    /** Whoever changes what hangs on a client meets on this row: MongoDB runs the later one again. False where it is gone. */
    touchClient: async (platformId: string, id: string, at: Date): Promise<boolean> =>
      (await clients.updateOne({ platformId, _id: id }, { $set: { changedAt: at } })).matchedCount === 1,
    deleteClient: async (platformId: string, id: string): Promise<boolean> =>
      (await clients.deleteOne({ platformId, _id: id })).deletedCount === 1,
    listClients: (platformId: string, after: CursorKey | undefined, limit: number): Promise<ClientRow[]> =>
      clients
        .find({ platformId, ...afterKey(['_id'], after) })
        .sort({ _id: 1 })
        .limit(limit)
        .lean<ClientRow[]>()
        .exec(),
    countClients: (platformId: string): Promise<number> =>
      clients.countDocuments({ platformId }).limit(countLimit).exec(),

    insertStaff: async (row: StaffRow): Promise<void> => {
      await staff.insertMany([row], { lean: true })
    },
    findStaff: (organizationId: string, id: string): Promise<StaffRow | null> =>
      staff.findOne({ organizationId, _id: id }).lean<StaffRow>().exec(),
    findStaffByUserId: (organizationId: string, userId: string): Promise<StaffRow | null> =>
      staff.findOne({ organizationId, userId }).lean<StaffRow>().exec(),
    addAppointment: (
      organizationId: string,
      id: string,
      appointment: AppointmentRow,
      condition: Condition | undefined,
    ): Promise<StaffRow | null> =>
      staff
        .findOneAndUpdate(
          { organizationId, _id: id, ...fitting('version', condition) },
          { $push: { appointments: appointment }, $inc: { version: 1 } },
          { returnDocument: 'after' },
        )
        .lean<StaffRow>()
        .exec(),
    /** From the state that was read: of two who end it at once, one is told. */
    endAppointment: (
      organizationId: string,
      id: string,
      read: AppointmentRow,
      change: { toOn: string; dismissedAt: Date; dismissalBasis: string },
      condition: Condition | undefined,
    ): Promise<StaffRow | null> =>
      staff
        .findOneAndUpdate(
          {
            organizationId,
            _id: id,
            ...fitting('version', condition),
            appointments: {
              $elemMatch: {
                id: read.id,
                toOn: read.toOn ?? { $exists: false },
                dismissedAt: read.dismissedAt ?? { $exists: false },
              },
            },
          },
          {
            $set: Object.fromEntries(
              Object.entries(change).map(([field, value]) => [`appointments.$.${field}`, value]),
            ),
            $inc: { version: 1 },
          },
          { returnDocument: 'after' },
        )
        .lean<StaffRow>()
        .exec(),
    setStaffEmail: (
      organizationId: string,
      id: string,
      email: Buffer | undefined,
      condition: Condition | undefined,
    ): Promise<StaffRow | null> =>
      staff
        .findOneAndUpdate(
          { organizationId, _id: id, ...fitting('version', condition) },
          { ...(email === undefined ? { $unset: { email: 1 } } : { $set: { email } }), $inc: { version: 1 } },
          { returnDocument: 'after' },
        )
        .lean<StaffRow>()
        .exec(),
    /** Whoever was ever appointed to it; whether that is in force today is the rules' to say. */
    staffWithRole: (organizationId: string, role: Role): Promise<StaffRow[]> =>
      staff.find({ organizationId, 'appointments.role': role }).sort({ _id: 1 }).limit(1000).lean<StaffRow[]>().exec(),
    hasOfficer: async (organizationId: string): Promise<boolean> =>
      (await staff.exists({ organizationId, 'appointments.role': 'officer' })) !== null,
    listStaff: (organizationId: string, after: CursorKey | undefined, limit: number): Promise<StaffRow[]> =>
      staff
        .find({ organizationId, ...afterKey(['_id'], after) })
        .sort({ _id: 1 })
        .limit(limit)
        .lean<StaffRow[]>()
        .exec(),
    countStaff: (organizationId: string): Promise<number> =>
      staff.countDocuments({ organizationId }).limit(countLimit).exec(),
  }
}
export type AccessStore = ReturnType<typeof createAccessStore>
