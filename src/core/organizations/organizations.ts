import type { FieldCipher, Keys } from '../keys/keys.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Caller } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import { commit } from '../shared/commit.ts'
import { type Condition, fits } from '../shared/condition.ts'
import type { Database } from '../shared/database.ts'
import { type Day, dayOf } from '../shared/dates.ts'
import { defined } from '../shared/defined.ts'
import { isDuplicateKey } from '../shared/duplicates.ts'
import { AppError, invalidField, notFound } from '../shared/errors.ts'
import { newId } from '../shared/ids.ts'
import { isCorporateNumber } from '../shared/number-shape.ts'
import { cutPage, type Page, type PageRequest, readCursor, shownTotal } from '../shared/page.ts'
import { whileRaced } from '../shared/while-raced.ts'
import { type CollectionChange, changedCollection, mustBeAddresses } from './collection-settings.rules.ts'
import {
  type CompanyRow,
  createOrganizationsStore,
  type DailyBudgets,
  type DepartmentRow,
  type HandlingArea,
  type IdentityProviderRow,
  type OrganizationRow,
} from './organizations.store.ts'

export { isCorporateNumber } from '../shared/number-shape.ts'
export { type CollectionChange, type CollectionSettings, collectionSettingsOf } from './collection-settings.rules.ts'
export type {
  AppointmentRow,
  DailyBudgets,
  DepartmentRow,
  HandlingArea,
  IdentityProviderRow,
  OrganizationRow,
} from './organizations.store.ts'

export type Company = Omit<CompanyRow, 'personal'> & { name: string; address?: string; phone?: string }
export type CompanyInput = {
  name: string
  kind: CompanyRow['kind']
  corporateNumber?: string
  address?: string
  phone?: string
  externalId?: string
}
export type CompanyChange = {
  name?: string
  address?: string | null
  phone?: string | null
  externalId?: string | null
}
/** Who acts for a platform: no organization, so no numbers. */
export type PlatformCaller = {
  platformId: string
  /** Absent: the operator's command, on record as such. */
  clientId?: string
  requestId: string
  at: Date
  once?: Caller['once']
}

/** What concerns all organizations of a platform stands in the platform's own record. */
export const recordOf = (platform: PlatformCaller, organizationId = platform.platformId): Caller => ({
  organizationId,
  platformId: platform.platformId,
  mode: 'live',
  actor: platform.clientId === undefined ? { type: 'operator' } : { type: 'client', id: platform.clientId },
  assurance: 'none',
  requestId: platform.requestId,
  at: platform.at,
  ...defined({ clientId: platform.clientId }),
})

export type SettingsChange = {
  standingNoticeId?: string | null
  selfCheckRequired?: boolean
  jweInputRequired?: boolean
  jweAnswersRequired?: boolean
  trainingRequired?: boolean
  handlingAreas?: HandlingArea[]
  dailyBudgets?: Partial<DailyBudgets>
  collecting?: CollectionChange
}
/** How each setting is called in the 取扱記録. */
const settingLabels = {
  standingNoticeId: '常時通知',
  selfCheckRequired: '本人確認の要否',
  jweInputRequired: '暗号化受付の要否',
  jweAnswersRequired: '暗号化回答の要否',
  trainingRequired: '研修の要否',
  handlingAreas: '取扱区域',
  dailyBudgets: '一日の上限',
  collecting: '収集のリンクと画面',
} as const satisfies Record<keyof SettingsChange, string>
/** What guards the numbers: an officer changes it, who has read what it was. */
const guards = ['trainingRequired', 'handlingAreas', 'dailyBudgets'] as const
/** …and these may be put in force by anybody who may change settings, and lifted like the others. */
const liftable = ['jweInputRequired', 'jweAnswersRequired'] as const

const settingsTouch = (names: readonly (keyof SettingsChange)[]) =>
  ({
    operation: 'settings',
    functionName: `設定変更（${names.map((name) => settingLabels[name]).join('・')}）`,
  }) as const

const organizationTouch = (functionName: string) =>
  ({ operation: 'organization', functionName, outcome: 'done' }) as const

const guardRefusal = (caller: Caller, condition: object | undefined): AppError | undefined => {
  if (caller.actor.type !== 'staff' && caller.actor.type !== 'operator')
    return new AppError('staff_required', 'Get a token with `staff`: an officer changes what guards the numbers.')
  if (caller.actor.type === 'staff' && caller.roles?.has('officer') !== true)
    return new AppError('not_permitted', 'An officer changes what guards the numbers.')
  return condition === undefined
    ? new AppError('precondition_required', 'Send If-Match with the ETag of the settings that you read.')
    : undefined
}

type Deps = { db: Database; keys: Keys; ledger: Ledger; clock: Clock }

/** Beyond it dates that are counted from the test clock (retention, expiries) could leave the calendar. */
const lastTestDay = '2199-12-31'
const testClocksPage = 500

export const createOrganizations = ({ db, keys, ledger, clock }: Deps) => {
  const store = createOrganizationsStore(db)

  const taken = (pointer: string) => (error: unknown) => {
    throw isDuplicateKey(error) ? invalidField(pointer, 'already_exists', 'Another one has this already.') : error
  }

  const createPlatform = async (name: string): Promise<string> => {
    const id = newId('platform')
    await store.insertPlatform({ _id: id, name, createdAt: clock.now() })
    return id
  }

  const create = async (
    platform: PlatformCaller,
    input: { name: string; mode: 'test' | 'live'; externalId?: string },
  ): Promise<OrganizationRow> => {
    const id = newId('organization')
    const row: OrganizationRow = {
      _id: id,
      organizationId: id,
      platformId: platform.platformId,
      name: input.name,
      mode: input.mode,
      selfCheckRequired: false,
      createdAt: clock.now(),
      ...defined({ externalId: input.externalId }),
    }
    // Its keys exist before anybody can need them.
    await keys.fields.for(id)
    const entries = await ledger.prepare(recordOf(platform, id), [organizationTouch('契約法人の作成')])
    return db
      .inTransaction(async () => {
        await store.insertOrganization(row)
        await ledger.append(entries)
        await platform.once?.keep(row)
        return row
      })
      .catch(taken('/externalId'))
  }

  const get = async (platform: PlatformCaller, id: string): Promise<OrganizationRow> => {
    const row = await store.findOrganization(id)
    if (row === null || row.platformId !== platform.platformId) throw notFound('organization')
    return row
  }

  const list = async (platform: PlatformCaller, page: PageRequest): Promise<Page<OrganizationRow>> => {
    const rows = await store.listOrganizations(platform.platformId, readCursor(page.after, ['string']), page.limit + 1)
    return {
      ...cutPage(rows, page.limit, (row) => [row._id]),
      ...(page.total === true ? { total: shownTotal(await store.countOrganizations(platform.platformId)) } : {}),
    }
  }

  /** Of the caller's own organization. */
  const own = async (caller: { organizationId: string }): Promise<OrganizationRow> => {
    const row = await store.findOrganization(caller.organizationId)
    if (row === null) throw notFound('organization')
    return row
  }

  const changeSettings = async (
    caller: Caller,
    change: SettingsChange,
    condition?: Condition,
  ): Promise<OrganizationRow> => {
    const before = await own(caller)
    const lifted = liftable.filter((name) => change[name] === false)
    const guarding = [
      ...guards.filter((name) => change[name] !== undefined),
      ...lifted.filter((name) => before[name] === true),
    ]
    if (guarding.length > 0) {
      const refusal = guardRefusal(caller, condition)
      if (refusal !== undefined) await ledger.refuse(caller, refusal, [settingsTouch(guarding)])
    }
    const { standingNoticeId, collecting, ...rest } = change
    if (collecting !== undefined) mustBeAddresses(collecting, caller.mode)
    const set = defined({ ...rest, standingNoticeId: standingNoticeId ?? undefined }) as Partial<OrganizationRow>
    // What is not in force stays as it is: somebody may put it in force at this moment.
    for (const name of lifted) if (before[name] !== true) delete set[name]
    const changed = (Object.keys(change) as (keyof SettingsChange)[]).filter((name) => change[name] !== undefined)
    if (changed.length === 0) return before
    if (change.dailyBudgets !== undefined) set.dailyBudgets = { ...before.dailyBudgets, ...change.dailyBudgets }
    if (collecting !== undefined) set.collecting = changedCollection(before.collecting, collecting)
    const entries = await ledger.prepare(caller, [{ ...settingsTouch(changed), outcome: 'done' }])
    return commit(db, caller, async () => {
      const kept = await store.changeOrganization(
        caller.organizationId,
        {
          ...(Object.keys(set).length > 0 ? { set } : {}),
          ...(standingNoticeId === null ? { unset: ['standingNoticeId'] } : {}),
        },
        condition,
      )
      if (!kept) throw new AppError('precondition_failed', 'Somebody else changed the settings: read them again.')
      await ledger.append(entries)
      return own(caller)
    })
  }

  /** The business clock and the real one, as of one moment: the same where no test clock was moved. */
  const bothClocks = async (caller: {
    organizationId: string
    mode: 'test' | 'live'
  }): Promise<{ at: Date; businessAt: Date }> => {
    const at = clock.now()
    const moved = caller.mode === 'test' ? (await store.findOrganization(caller.organizationId))?.testClock : undefined
    return { at, businessAt: moved ?? at }
  }

  /** The business clock: real, or the test clock of a `test` organization. For retention, deadlines and expiries only. */
  const now = async (caller: { organizationId: string; mode: 'test' | 'live' }): Promise<Date> =>
    (await bothClocks(caller)).businessAt
  /** For sweeps: whose time passes by a test clock. */
  async function* withTestClock(): AsyncGenerator<{ organizationId: string; testClock: Date }> {
    for (let after = ''; ; ) {
      const page = await store.withTestClock(after, testClocksPage)
      for (const { _id: organizationId, testClock } of page)
        if (testClock !== undefined) yield { organizationId, testClock }
      const last = page.at(-1)
      if (last === undefined) return
      after = last._id
    }
  }

  const today = async (caller: { organizationId: string; mode: 'test' | 'live' }): Promise<Day> =>
    dayOf(await now(caller))

  const setTestClock = async (caller: Caller, to: Date): Promise<OrganizationRow> => {
    if (caller.mode !== 'test') throw new AppError('conflict', 'Only a test organization has a test clock.')
    if (dayOf(to) > lastTestDay) throw invalidField('/now', 'invalid_request', `The test clock ends on ${lastTestDay}.`)
    const backward = invalidField('/now', 'conflict', 'The test clock moves forward only.')
    if (to < (await now(caller))) throw backward
    const entries = await ledger.prepare(caller, [
      { operation: 'settings', functionName: 'テスト時計の変更', outcome: 'done' },
    ])
    return commit(db, caller, async () => {
      if (!(await store.moveTestClock(caller.organizationId, to))) throw backward
      await ledger.append(entries)
      return own(caller)
    })
  }

  const toCompany = (cipher: FieldCipher, { personal, ...row }: CompanyRow): Company => ({
    ...row,
    ...(cipher.openJson(row._id, 'personal', personal) as { name: string; address?: string; phone?: string }),
  })

  /** `addProprietor` writes the subject of a sole proprietor in the same transaction. */
  const createCompany = async (
    caller: Caller,
    input: CompanyInput,
    addProprietor: (companyId: string) => Promise<{ id: string; write: () => Promise<void> }>,
  ): Promise<Company> => {
    if (input.kind === 'corporation') {
      if (input.corporateNumber === undefined)
        throw invalidField('/corporateNumber', 'invalid_request', 'A corporation needs its 法人番号.')
      if (!isCorporateNumber(input.corporateNumber)) throw invalidField('/corporateNumber', 'check_digit')
    } else if (input.corporateNumber !== undefined)
      throw invalidField('/corporateNumber', 'invalid_request', 'A sole proprietor has no 法人番号.')

    const id = newId('company')
    const cipher = await keys.fields.for(caller.organizationId)
    const proprietor = input.kind === 'sole_proprietor' ? await addProprietor(id) : undefined
    const row: CompanyRow = {
      _id: id,
      organizationId: caller.organizationId,
      kind: input.kind,
      personal: cipher.sealJson(
        id,
        'personal',
        defined({ name: input.name, address: input.address, phone: input.phone }),
      ),
      createdAt: clock.now(),
      ...defined({
        corporateNumber: input.corporateNumber,
        externalId: input.externalId,
        proprietorId: proprietor?.id,
      }),
    }
    const entries = await ledger.prepare(caller, [organizationTouch('会社の登録')])
    return commit(db, caller, async () => {
      await store.insertCompany(row)
      await proprietor?.write()
      await ledger.append(entries)
      return toCompany(cipher, row)
    }).catch(taken('/externalId'))
  }

  const getCompany = async (caller: Caller, id: string): Promise<Company> => {
    const row = await store.findCompany(caller.organizationId, id)
    if (row === null) throw notFound('company')
    return toCompany(await keys.fields.for(caller.organizationId), row)
  }

  const changedMeanwhile = (): AppError =>
    new AppError('precondition_failed', 'Somebody else changed the company: read it again.')
  const isChangedMeanwhile = (error: unknown): boolean =>
    error instanceof AppError && error.code === 'precondition_failed'

  /** What is null goes. Without a condition the last word counts, on what the others have left. */
  const changeCompany = async (
    caller: Caller,
    id: string,
    { externalId, ...change }: CompanyChange,
    condition?: Condition,
  ): Promise<Company> => {
    const cipher = await keys.fields.for(caller.organizationId)
    const entries = await ledger.prepare(caller, [organizationTouch('会社の変更')])
    return whileRaced(
      (error) => isChangedMeanwhile(error) && condition?.versions === undefined,
      async () => {
        const read = await store.findCompany(caller.organizationId, id)
        if (read === null) throw notFound('company')
        if (!fits(condition, read.version)) throw changedMeanwhile()
        const said = { ...(cipher.openJson(id, 'personal', read.personal) as object), ...defined(change) }
        const kept = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== null))
        const personal = cipher.sealJson(id, 'personal', kept)
        return commit(db, caller, async () => {
          const row = await store.changeCompany(caller.organizationId, read, { personal, externalId })
          if (row === null) throw changedMeanwhile()
          await ledger.append(entries)
          return toCompany(cipher, row)
        }).catch(taken('/externalId'))
      },
    )
  }

  const listCompanies = async (caller: Caller, page: PageRequest): Promise<Page<Company>> => {
    const cipher = await keys.fields.for(caller.organizationId)
    const rows = await store.listCompanies(caller.organizationId, readCursor(page.after, ['string']), page.limit + 1)
    const cut = cutPage(rows, page.limit, (row) => [row._id])
    return {
      ...cut,
      rows: cut.rows.map((row) => toCompany(cipher, row)),
      ...(page.total === true ? { total: shownTotal(await store.countCompanies(caller.organizationId)) } : {}),
    }
  }

  const createDepartment = async (
    caller: Caller,
    input: { companyId: string; code: string; name: string },
  ): Promise<DepartmentRow> => {
    await getCompany(caller, input.companyId)
    const row: DepartmentRow = {
      _id: newId('department'),
      organizationId: caller.organizationId,
      companyId: input.companyId,
      code: input.code,
      name: input.name,
      createdAt: clock.now(),
    }
    const entries = await ledger.prepare(caller, [organizationTouch('部門の登録')])
    return commit(db, caller, async () => {
      await store.insertDepartments([row])
      await ledger.append(entries)
      return row
    }).catch(taken('/code'))
  }

  const getDepartment = async (caller: Caller, id: string): Promise<DepartmentRow> => {
    const row = await store.findDepartment(caller.organizationId, id)
    if (row === null) throw notFound('department')
    return row
  }

  const listDepartments = async (
    caller: Caller,
    query: PageRequest & { companyId?: string },
  ): Promise<Page<DepartmentRow>> => {
    const after = readCursor(query.after, ['string', 'string'])
    const rows = await store.listDepartments(caller.organizationId, query.companyId, after, query.limit + 1)
    return {
      ...cutPage(rows, query.limit, (row) => [row.companyId, row.code]),
      ...(query.total === true
        ? { total: shownTotal(await store.countDepartments(caller.organizationId, query.companyId)) }
        : {}),
    }
  }

  return {
    createPlatform,
    platformExists: async (id: string): Promise<boolean> => (await store.findPlatform(id)) !== null,
    /** All of them, for what concerns the whole service: the operator's command. */
    platformIds: store.platformIds,
    /** Where nobody else's keys are here. */
    isOnlyPlatform: async (): Promise<boolean> => (await store.countPlatforms(2)) < 2,
    create,
    get,
    list,
    own,
    /** Across platforms: who a token is for. Authentication only. */
    find: store.findOrganization,
    /** Inside the transaction of core/access, which judges it; undefined removes it. */
    writeIdentityProvider: ({ organizationId }: Caller, identityProvider: IdentityProviderRow | undefined) =>
      store.changeOrganization(
        organizationId,
        identityProvider === undefined ? { unset: ['identityProvider'] } : { set: { identityProvider } },
      ),
    changeSettings,
    /** Inside the transaction that appoints one. */
    officerAppointed: (organizationId: string) => store.officerAppointed(organizationId, clock.now()),
    now,
    bothClocks,
    withTestClock,
    today,
    setTestClock,
    createCompany,
    getCompany,
    changeCompany,
    listCompanies,
    createDepartment,
    getDepartment,
    listDepartments,
    /** For roster imports: all departments of a company, and new ones inside the chunk's transaction. */
    departmentsOf: (caller: Caller, companyId: string) => store.departmentsOf(caller.organizationId, companyId),
    findDepartments: (caller: { organizationId: string }, ids: string[]) =>
      store.findDepartments(caller.organizationId, ids),
    insertDepartments: store.insertDepartments,
  }
}
export type Organizations = ReturnType<typeof createOrganizations>
