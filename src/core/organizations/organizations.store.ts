import { Schema } from 'mongoose'
import { type Condition, fitting } from '../shared/condition.ts'
import type { Database } from '../shared/database.ts'
import type { Day } from '../shared/dates.ts'
import { afterKey, type CursorKey, countLimit } from '../shared/page.ts'
import type { Role, SubjectKind } from '../shared/words.ts'
import type { CollectionSettings } from './collection-settings.rules.ts'

export type PlatformRow = { _id: string; name: string; createdAt: Date }

/** The organization's own OIDC issuer, and which operations need a sign-in there. */
export type IdentityProviderRow = {
  issuer: string
  clientId: string
  jwksUri: string
  /** `http://127.0.0.1`, which a `test` organization may name for demo, development and tests. */
  loopback: boolean
  userIdClaim: string
  demands: { operation: string; maxAgeSeconds?: number; acrValues?: string[] }[]
  changedAt: Date
}

/** 取扱区域: a place, by its networks (addresses or CIDR ranges), for all or some clients and roles. */
export type HandlingArea = { label: string; networks: string[]; clientIds?: string[]; roles?: Role[] }
/** What one staff member may take out of the vault in a day: numbers shown, files, packages. */
export type DailyBudgets = { reveals: number; exports: number; filings: number }

/** The organization's own row: `organizationId` equals `_id`, so that the isolation rule holds here too. */
export type OrganizationRow = {
  _id: string
  organizationId: string
  platformId: string
  name: string
  mode: 'test' | 'live'
  externalId?: string
  standingNoticeId?: string
  selfCheckRequired: boolean
  /** Numbers come in as JWE only. */
  jweInputRequired?: boolean
  /** Reveals and export files leave as JWE only. */
  jweAnswersRequired?: boolean
  /** Whether digits leave only for staff trained in the last 12 months. */
  trainingRequired?: boolean
  handlingAreas?: HandlingArea[]
  dailyBudgets?: Partial<DailyBudgets>
  /** Not `collection`, which is a word of mongoose's own. */
  collecting?: Partial<CollectionSettings>
  settingsVersion?: number
  /** Since when there has been an officer: from then on only officers appoint. */
  officerAppointedAt?: Date
  /** Test organizations only; stands still until it is moved again. */
  testClock?: Date
  identityProvider?: IdentityProviderRow
  createdAt: Date
}

export type CompanyRow = {
  _id: string
  organizationId: string
  kind: 'corporation' | 'sole_proprietor'
  corporateNumber?: string
  externalId?: string
  /** Sealed JSON: { name, address?, phone? } — for a sole proprietor they are a person's. */
  personal: Buffer
  proprietorId?: string
  /** Absent: as it was made. */
  version?: number
  createdAt: Date
}

export type DepartmentRow = {
  _id: string
  organizationId: string
  companyId: string
  code: string
  name: string
  createdAt: Date
}

export type AppointmentRow = {
  id: string
  role: Role
  companyId?: string
  departmentId?: string
  /** 取扱範囲: only these kinds of subject. */
  subjectKinds?: SubjectKind[]
  /** 役職. */
  post?: string
  fromOn: Day
  toOn?: Day
  /** 任命の根拠. */
  basis?: string
  /** 解任: when it was ended, and why. */
  dismissedAt?: Date
  dismissalBasis?: string
}

const text = { type: String, required: true }
const at = { type: Date, required: true }
const options = (collection: string) => ({ collection, versionKey: false as const, minimize: false })

const platformSchema = new Schema<PlatformRow>({ _id: text, name: text, createdAt: at }, options('platforms'))

const organizationSchema = new Schema<OrganizationRow>(
  {
    _id: text,
    organizationId: text,
    platformId: text,
    name: text,
    mode: text,
    externalId: String,
    standingNoticeId: String,
    selfCheckRequired: { type: Boolean, required: true },
    jweInputRequired: Boolean,
    jweAnswersRequired: Boolean,
    trainingRequired: Boolean,
    handlingAreas: {
      type: [
        new Schema(
          {
            label: text,
            networks: [String],
            clientIds: { type: [String], default: undefined },
            roles: { type: [String], default: undefined },
          },
          { _id: false },
        ),
      ],
      default: undefined,
    },
    dailyBudgets: { reveals: Number, exports: Number, filings: Number },
    collecting: new Schema(
      {
        linkDays: Number,
        sessionMinutes: Number,
        allowedOrigins: { type: [String], default: undefined },
        redirectUrls: { type: [String], default: undefined },
        contact: String,
      },
      { _id: false },
    ),
    settingsVersion: Number,
    officerAppointedAt: Date,
    testClock: Date,
    identityProvider: new Schema(
      {
        issuer: text,
        clientId: text,
        jwksUri: text,
        loopback: { type: Boolean, required: true },
        userIdClaim: text,
        demands: [
          new Schema(
            { operation: text, maxAgeSeconds: Number, acrValues: { type: [String], default: undefined } },
            { _id: false },
          ),
        ],
        changedAt: at,
      },
      { _id: false },
    ),
    createdAt: at,
  },
  options('organizations'),
)
organizationSchema.index({ platformId: 1, _id: 1 })
organizationSchema.index(
  { platformId: 1, externalId: 1 },
  { unique: true, partialFilterExpression: { externalId: { $exists: true } } },
)

const companySchema = new Schema<CompanyRow>(
  {
    _id: text,
    organizationId: text,
    kind: text,
    corporateNumber: String,
    externalId: String,
    personal: { type: Buffer, required: true },
    proprietorId: String,
    version: Number,
    createdAt: at,
  },
  options('companies'),
)
companySchema.index({ organizationId: 1, _id: 1 })
companySchema.index(
  { organizationId: 1, externalId: 1 },
  { unique: true, partialFilterExpression: { externalId: { $exists: true } } },
)

const departmentSchema = new Schema<DepartmentRow>(
  { _id: text, organizationId: text, companyId: text, code: text, name: text, createdAt: at },
  options('departments'),
)
departmentSchema.index({ organizationId: 1, companyId: 1, code: 1 }, { unique: true })

export const createOrganizationsStore = (db: Database) => {
  const platforms = db.define('Platform', platformSchema)
  const organizations = db.define('Organization', organizationSchema)
  const companies = db.define('Company', companySchema)
  const departments = db.define('Department', departmentSchema)

  return {
    insertPlatform: async (row: PlatformRow): Promise<void> => {
      await platforms.insertMany([row], { lean: true })
    },
    findPlatform: (id: string): Promise<PlatformRow | null> =>
      platforms.findOne({ _id: id }).lean<PlatformRow>().exec(),
    platformIds: async (): Promise<string[]> =>
      (await platforms.find({}, { _id: 1 }).sort({ _id: 1 }).lean<{ _id: string }[]>().exec()).map(({ _id }) => _id),
    countPlatforms: (limit: number): Promise<number> => platforms.countDocuments({}).limit(limit).exec(),

    insertOrganization: async (row: OrganizationRow): Promise<void> => {
      await organizations.insertMany([row], { lean: true })
    },
    findOrganization: (organizationId: string): Promise<OrganizationRow | null> =>
      organizations.findOne({ organizationId, _id: organizationId }).lean<OrganizationRow>().exec(),
    listOrganizations: (platformId: string, after: CursorKey | undefined, limit: number): Promise<OrganizationRow[]> =>
      organizations
        .find({ platformId, ...afterKey(['_id'], after) })
        .setOptions({ across: 'platform' })
        .sort({ _id: 1 })
        .limit(limit)
        .lean<OrganizationRow[]>()
        .exec(),
    countOrganizations: (platformId: string): Promise<number> =>
      organizations.countDocuments({ platformId }).setOptions({ across: 'platform' }).limit(countLimit).exec(),
    changeOrganization: async (
      organizationId: string,
      change: { set?: Partial<OrganizationRow>; unset?: (keyof OrganizationRow)[] },
      condition?: Condition,
    ): Promise<boolean> =>
      (
        await organizations.updateOne(
          {
            organizationId,
            _id: organizationId,
            ...fitting('settingsVersion', condition),
          },
          {
            ...(change.set === undefined ? {} : { $set: change.set }),
            ...(change.unset === undefined ? {} : { $unset: Object.fromEntries(change.unset.map((f) => [f, 1])) }),
            $inc: { settingsVersion: 1 },
          },
        )
      ).matchedCount === 1,
    /** Writes once. */
    officerAppointed: async (organizationId: string, at: Date): Promise<void> => {
      await organizations.updateOne(
        { organizationId, _id: organizationId, officerAppointedAt: { $exists: false } },
        { $set: { officerAppointedAt: at } },
      )
    },
    /** Forward only, in one step: two who move it at once cannot move it back. */
    moveTestClock: async (organizationId: string, to: Date): Promise<boolean> =>
      (
        await organizations.updateOne(
          {
            organizationId,
            _id: organizationId,
            mode: 'test',
            $or: [{ testClock: { $exists: false } }, { testClock: { $lte: to } }],
          },
          { $set: { testClock: to } },
        )
      ).matchedCount === 1,

    /** Of any organization: a page of those that have moved theirs. */
    withTestClock: (after: string, limit: number): Promise<Pick<OrganizationRow, '_id' | 'testClock'>[]> =>
      organizations
        .find({ _id: { $gt: after }, testClock: { $exists: true } }, { testClock: 1 })
        .setOptions({ across: 'sweep' })
        .sort({ _id: 1 })
        .limit(limit)
        .batchSize(limit)
        .lean<Pick<OrganizationRow, '_id' | 'testClock'>[]>()
        .exec(),

    insertCompany: async (row: CompanyRow): Promise<void> => {
      await companies.insertMany([row], { lean: true })
    },
    findCompany: (organizationId: string, id: string): Promise<CompanyRow | null> =>
      companies.findOne({ organizationId, _id: id }).lean<CompanyRow>().exec(),
    /** Undefined where it is no longer as it was read. */
    changeCompany: async (
      organizationId: string,
      read: CompanyRow,
      { personal, externalId }: { personal: Buffer; externalId: string | null | undefined },
    ): Promise<CompanyRow | null> =>
      companies
        .findOneAndUpdate(
          { organizationId, _id: read._id, version: read.version ?? { $exists: false } },
          {
            $set: { personal, version: (read.version ?? 0) + 1, ...(externalId ? { externalId } : {}) },
            ...(externalId === null ? { $unset: { externalId: 1 } } : {}),
          },
          { returnDocument: 'after' },
        )
        .lean<CompanyRow>()
        .exec(),
    listCompanies: (organizationId: string, after: CursorKey | undefined, limit: number): Promise<CompanyRow[]> =>
      companies
        .find({ organizationId, ...afterKey(['_id'], after) })
        .sort({ _id: 1 })
        .limit(limit)
        .lean<CompanyRow[]>()
        .exec(),
    countCompanies: (organizationId: string): Promise<number> =>
      companies.countDocuments({ organizationId }).limit(countLimit).exec(),

    insertDepartments: async (rows: DepartmentRow[]): Promise<void> => {
      await departments.insertMany(rows, { lean: true })
    },
    findDepartment: (organizationId: string, id: string): Promise<DepartmentRow | null> =>
      departments.findOne({ organizationId, _id: id }).lean<DepartmentRow>().exec(),
    findDepartments: (organizationId: string, ids: string[]): Promise<DepartmentRow[]> =>
      departments
        .find({ organizationId, _id: { $in: ids } })
        .lean<DepartmentRow[]>()
        .exec(),
    departmentsOf: (organizationId: string, companyId: string): Promise<DepartmentRow[]> =>
      departments.find({ organizationId, companyId }).batchSize(1000).lean<DepartmentRow[]>().exec(),
    listDepartments: (
      organizationId: string,
      companyId: string | undefined,
      after: CursorKey | undefined,
      limit: number,
    ): Promise<DepartmentRow[]> =>
      departments
        .find({
          organizationId,
          ...(companyId === undefined ? {} : { companyId }),
          ...afterKey(['companyId', 'code'], after),
        })
        .sort({ companyId: 1, code: 1 })
        .limit(limit)
        .lean<DepartmentRow[]>()
        .exec(),
    countDepartments: (organizationId: string, companyId: string | undefined): Promise<number> =>
      departments
        .countDocuments({ organizationId, ...(companyId === undefined ? {} : { companyId }) })
        .limit(countLimit)
        .exec(),
  }
}
export type OrganizationsStore = ReturnType<typeof createOrganizationsStore>
