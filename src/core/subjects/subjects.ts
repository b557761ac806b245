import { type FieldCipher, foldName, type Grams, type Keys } from '../keys/keys.ts'
import type { Ledger } from '../ledger/ledger.ts'
import { isCorporateNumber, type Organizations } from '../organizations/organizations.ts'
import type { Outbox } from '../outbox/outbox.ts'
import type { Caller, SubjectAsShown } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import { commit } from '../shared/commit.ts'
import { type Condition, fits } from '../shared/condition.ts'
import { type Coverage, covers, mustCover } from '../shared/coverage.ts'
import type { Database } from '../shared/database.ts'
import type { Day } from '../shared/dates.ts'
import { defined } from '../shared/defined.ts'
import { duplicateFields, isDuplicateKey } from '../shared/duplicates.ts'
import { AppError, invalidField, notFound } from '../shared/errors.ts'
import { newId } from '../shared/ids.ts'
import { cutPage, type Page, type PageRequest, readCursor, refuseCursor, shownTotal } from '../shared/page.ts'
import { type Scan, scanPage, scanTotal, takeWhere } from '../shared/scan.ts'
import { whileRaced } from '../shared/while-raced.ts'
import type { NumberState } from '../shared/words.ts'
import {
  additionLabels,
  changedFields,
  changeFunction,
  namesAsShown,
  orderOf,
  type Personal,
  personalFields,
  type Subject,
  sealPersonal,
  toSubject,
} from './subjects.rules.ts'
import {
  createSubjectsStore,
  type EmploymentEvent,
  type EmploymentEventKind,
  type SubjectFilter,
  type SubjectRow,
} from './subjects.store.ts'

export {
  additionLabels,
  hasLeft,
  isCorporation,
  namesAsShown,
  orderOf,
  type Personal,
  personalFields,
  type Subject,
  sealPersonal,
  toSubject,
} from './subjects.rules.ts'
export type { EmploymentEvent, EmploymentEventKind, NoNumber, SubjectFilter, SubjectRow } from './subjects.store.ts'

export type SubjectInput = Personal & {
  kind: 'employee' | 'payee'
  companyId: string
  departmentId?: string
  code?: string
  externalId?: string
  metadata?: Record<string, string>
  payeeKind?: 'individual' | 'corporation'
  corporateNumber?: string
  landlord?: boolean
}
export type DependentInput = Personal & {
  dependentNo: number
  externalId?: string
  metadata?: Record<string, string>
  issuedOnHint?: Day
}
type Nullable<T> = { [K in keyof T]?: T[K] | null | undefined }
export type SubjectChange = Nullable<Omit<Personal, 'name' | 'relationship'>> &
  Nullable<{ departmentId: string; code: string }> & {
    name?: string
    /** 続柄, of dependents. */
    relationship?: string
    metadata?: Record<string, string>
    /** 法人番号, of corporate payees. */
    corporateNumber?: string
    /** Of payees. */
    landlord?: boolean
  }

const nameTotalLimit = 1000
const eventLabels = {
  hired: '入社',
  retired: '退職',
  insurance_lost: '資格喪失',
  transferred: '転籍',
  contract_ended: '契約終了',
  dependency_ended: '扶養終了',
} as const satisfies Record<EmploymentEventKind, string>

type Deps = {
  db: Database
  keys: Keys
  ledger: Ledger
  outbox: Pick<Outbox, 'change'>
  organizations: Organizations
  clock: Clock
}

export const createSubjects = ({ db, keys, ledger, outbox, organizations, clock }: Deps) => {
  const rows = createSubjectsStore(db)
  const store = {
    ...rows,
    /** Inside a transaction. Who is new is told on: a campaign may be waiting for such people. */
    insertMany: async (added: SubjectRow[]): Promise<void> => {
      await rows.insertMany(added)
      const [first] = added
      if (first === undefined) return
      const subjectIds = added.map(({ _id }) => _id).join(',')
      await outbox.change(first.organizationId, 'subjects.added', { subjectIds })
    },
  }

  const taken = (error: unknown): never => {
    if (!isDuplicateKey(error)) throw error
    const fields = duplicateFields(error)
    const field = (['externalId', 'dependentNo'] as const).find((name) => fields.includes(name)) ?? 'code'
    throw invalidField(`/${field}`, 'already_exists', 'Another subject has this already.')
  }

  const ciphers = async (organizationId: string): Promise<{ cipher: FieldCipher; grams: Grams }> => ({
    cipher: await keys.fields.for(organizationId),
    grams: await keys.grams.for(organizationId),
  })

  const departmentCode = async (
    caller: Caller,
    departmentId: string | undefined,
    companyId: string,
  ): Promise<string | undefined> => {
    if (departmentId === undefined) return undefined
    const department = await organizations.getDepartment(caller, departmentId)
    if (department.companyId !== companyId) throw notFound('department')
    return department.code
  }

  const onlyCorporations = (): AppError =>
    invalidField('/corporateNumber', 'invalid_request', 'Only a corporate payee has a 法人番号.')

  const mustFit = (input: SubjectInput): void => {
    if (input.kind === 'employee' && (input.payeeKind !== undefined || input.corporateNumber !== undefined))
      throw invalidField('/payeeKind', 'invalid_request', 'Only a payee has it.')
    if (input.kind === 'employee' && input.landlord !== undefined)
      throw invalidField('/landlord', 'invalid_request', 'Only a payee can be a landlord.')
    // Where it is not known yet, the payee is asked for it by link.
    if (input.corporateNumber === undefined) return
    if (input.payeeKind !== 'corporation') throw onlyCorporations()
    // 法人番号の指定等に関する省令2条: its check digit.
    if (!isCorporateNumber(input.corporateNumber)) throw invalidField('/corporateNumber', 'check_digit')
  }

  const personalOf = (input: Personal): Personal =>
    Object.fromEntries(personalFields.map((f) => [f, input[f]]).filter(([, v]) => v !== undefined)) as Personal

  const rowOf = async (
    caller: Caller,
    input: SubjectInput,
    base: Pick<SubjectRow, '_id' | 'numberState' | 'events' | 'version' | 'createdAt'> &
      Partial<Pick<SubjectRow, 'issuedOnHint' | 'noNumber'>>,
  ): Promise<SubjectRow> => {
    const { cipher, grams } = await ciphers(caller.organizationId)
    const code = await departmentCode(caller, input.departmentId, input.companyId)
    const row = {
      ...base,
      organizationId: caller.organizationId,
      kind: input.kind,
      companyId: input.companyId,
      updatedAt: clock.now(),
      ...sealPersonal(cipher, grams, base._id, personalOf(input)),
      ...defined({
        departmentId: input.departmentId,
        code: input.code,
        externalId: input.externalId,
        metadata: input.metadata,
        payeeKind: input.kind === 'payee' ? (input.payeeKind ?? 'individual') : undefined,
        corporateNumber: input.corporateNumber,
        landlord: input.landlord,
      }),
    }
    return { ...row, order: orderOf(row, code) }
  }

  const fresh = (id: string) => ({
    _id: id,
    numberState: 'none' as const,
    events: [],
    version: 1,
    createdAt: clock.now(),
  })

  /** As the rows will be shown once they are written. */
  const recorded = async (caller: Caller, row: SubjectRow, functionName: string) => {
    const subject = (await shownRows(caller.organizationId, [row])).get(row._id)
    return ledger.prepare(caller, [{ operation: 'subject', functionName, outcome: 'done', ...defined({ subject }) }])
  }

  const insert = async (caller: Caller, row: SubjectRow): Promise<Subject> => {
    const cipher = await keys.fields.for(caller.organizationId)
    const entries = await recorded(caller, row, additionLabels[row.kind])
    return commit(db, caller, async () => {
      await store.insertMany([row])
      await ledger.append(entries)
      return toSubject(cipher, row)
    }).catch(taken)
  }

  const create = async (caller: Caller, input: SubjectInput): Promise<Subject> => {
    mustFit(input)
    mustCover(caller, input)
    await organizations.getCompany(caller, input.companyId)
    return insert(caller, await rowOf(caller, input, fresh(newId('subject'))))
  }

  const find = async (organizationId: string, id: string, latest = false): Promise<SubjectRow> => {
    const row = await store[latest ? 'findLatest' : 'find'](organizationId, id)
    if (row === null) throw notFound('subject')
    return row
  }

  const get = async (caller: { organizationId: string }, id: string): Promise<Subject> =>
    toSubject(await keys.fields.for(caller.organizationId), await find(caller.organizationId, id))

  const changedMeanwhile = (): AppError =>
    new AppError('precondition_failed', 'Somebody else changed it: read it again.')

  /** Dependents stand behind their employee in every list, and move with it. */
  const moveDependents = async (row: SubjectRow, code: string | undefined): Promise<void> => {
    if (row.kind !== 'employee') return
    const dependents = await store.findDependents(row.organizationId, [row._id])
    await store.setOrders(
      row.organizationId,
      dependents.map((dependent) => ({
        id: dependent._id,
        order: orderOf({ ...dependent, ...defined({ code: row.code }) }, code),
        ...defined({ departmentId: row.departmentId }),
      })),
    )
  }

  const replace = async (caller: Caller, next: SubjectRow, read: SubjectRow): Promise<Subject> => {
    const cipher = await keys.fields.for(caller.organizationId)
    const code = await departmentCode(caller, next.departmentId, next.companyId)
    const changed = changedFields(toSubject(cipher, read), toSubject(cipher, next))
    const entries = changed.length === 0 ? [] : await recorded(caller, next, changeFunction(changed))
    return commit(db, caller, async () => {
      if (!(await store.replace(next, read.version))) throw changedMeanwhile()
      await ledger.append(entries)
      if (next.order !== read.order) await moveDependents(next, code)
      return toSubject(cipher, next)
    }).catch(taken)
  }

  const isChangedMeanwhile = (error: unknown): boolean =>
    error instanceof AppError && error.code === 'precondition_failed'
  const isExternalIdTaken = (error: unknown): boolean =>
    error instanceof AppError && error.code === 'already_exists' && error.places[0]?.pointer === '/externalId'

  /** Without versions what somebody else changed meanwhile is kept, and the change is made on top of it. */
  const update = (caller: Caller, id: string, change: SubjectChange, condition?: Condition): Promise<Subject> =>
    whileRaced(
      (error) => isChangedMeanwhile(error) && condition?.versions === undefined,
      async (tries) => updateOnce(caller, await find(caller.organizationId, id, tries > 0), change, condition),
    )

  const updateOnce = async (
    caller: Caller,
    read: SubjectRow,
    change: SubjectChange,
    condition: Condition | undefined,
  ): Promise<Subject> => {
    if (!fits(condition, read.version)) throw changedMeanwhile()
    // Nor may they be taken away from a dependent: null is a change too.
    const employees = (['departmentId', 'code'] as const).find((field) => change[field] !== undefined)
    if (read.kind === 'dependent' && employees !== undefined)
      throw invalidField(`/${employees}`, 'invalid_request', 'A dependent has that of the employee.')
    const { cipher, grams } = await ciphers(caller.organizationId)
    const { metadata, departmentId, code, corporateNumber, landlord, ...changedPersonal } = change
    if (corporateNumber !== undefined && read.payeeKind !== 'corporation') throw onlyCorporations()
    if (corporateNumber !== undefined && !isCorporateNumber(corporateNumber))
      throw invalidField('/corporateNumber', 'check_digit')
    if (landlord !== undefined && read.kind !== 'payee')
      throw invalidField('/landlord', 'invalid_request', 'Only a payee can be a landlord.')
    const merged = Object.fromEntries(
      Object.entries({ ...toSubject(cipher, read), ...defined(changedPersonal) }).filter(([, value]) => value !== null),
    ) as unknown as Personal
    const pick = <T>(next: T | null | undefined, now: T | undefined): T | undefined =>
      next === undefined ? now : (next ?? undefined)
    const { departmentId: _d, code: _c, metadata: _m, ...kept } = read
    const next: SubjectRow = {
      ...kept,
      ...sealPersonal(cipher, grams, read._id, personalOf(merged)),
      ...defined({
        departmentId: pick(departmentId, read.departmentId),
        code: pick(code, read.code),
        metadata: metadata ?? read.metadata,
        corporateNumber: corporateNumber ?? read.corporateNumber,
        landlord: landlord ?? read.landlord,
      }),
      version: read.version + 1,
      updatedAt: clock.now(),
    }
    if (read.kind !== 'dependent')
      next.order = orderOf(next, await departmentCode(caller, next.departmentId, next.companyId))
    mustCover(caller, read)
    mustCover(caller, next)
    return replace(caller, next, read)
  }

  /** The host's id decides; repeating it changes nothing. With a condition it changes what was read, and makes nothing. */
  const upsert = async (
    caller: Caller,
    externalId: string,
    input: SubjectInput,
    condition?: Condition,
  ): Promise<Subject> => {
    if (input.externalId !== undefined && input.externalId !== externalId)
      throw invalidField('/externalId', 'invalid_request', 'It differs from the one in the path.')
    mustFit(input)
    mustCover(caller, input)
    await organizations.getCompany(caller, input.companyId)
    const whole = { ...input, externalId }
    const isRaced = (error: unknown): boolean =>
      condition === undefined && (isChangedMeanwhile(error) || isExternalIdTaken(error))
    return whileRaced(isRaced, async (tries) => {
      const byExternalId = tries > 0 ? store.findLatestByExternalId : store.findByExternalId
      const read = await byExternalId(caller.organizationId, input.kind, externalId)
      if (condition !== undefined && (read === null || !fits(condition, read.version))) throw changedMeanwhile()
      if (read === null) return create(caller, whole)
      mustCover(caller, read)
      if (read.companyId !== input.companyId)
        throw invalidField(
          '/companyId',
          'conflict',
          'It belongs to another company: a 転籍 is a transfer, not a change.',
        )
      const { _id, numberState, events, createdAt, corporateNumber } = read
      // What the payee gave by link stays where the host does not know it.
      const kept = input.payeeKind === 'corporation' ? { ...defined({ corporateNumber }), ...whole } : whole
      const next = await rowOf(caller, kept, {
        _id,
        numberState,
        events,
        createdAt,
        version: read.version + 1,
        ...defined({ issuedOnHint: read.issuedOnHint, noNumber: read.noNumber }),
      })
      const cipher = await keys.fields.for(caller.organizationId)
      if (changedFields(toSubject(cipher, read), toSubject(cipher, next)).length === 0) return toSubject(cipher, read)
      return replace(caller, next, read)
    })
  }

  const createDependent = async (caller: Caller, employeeId: string, input: DependentInput): Promise<Subject> => {
    const employee = await find(caller.organizationId, employeeId)
    if (employee.kind !== 'employee') throw new AppError('conflict', 'Only an employee has dependents.')
    const { row } = await dependentRow(caller, employee, input)
    mustCover(caller, row)
    return insert(caller, row)
  }

  /** A dependent's row, for whoever writes it in a transaction of their own. */
  const dependentRow = async (
    caller: Caller,
    employee: SubjectRow,
    input: DependentInput,
  ): Promise<{ row: SubjectRow; subject: Subject }> => {
    const { cipher, grams } = await ciphers(caller.organizationId)
    const id = newId('subject')
    const code = await departmentCode(caller, employee.departmentId, employee.companyId)
    const base = {
      ...fresh(id),
      organizationId: caller.organizationId,
      kind: 'dependent' as const,
      companyId: employee.companyId,
      employeeId: employee._id,
      dependentNo: input.dependentNo,
      updatedAt: clock.now(),
      ...sealPersonal(cipher, grams, id, personalOf(input)),
      ...defined({
        departmentId: employee.departmentId,
        externalId: input.externalId,
        metadata: input.metadata,
        issuedOnHint: input.issuedOnHint,
      }),
    }
    const row = { ...base, order: orderOf({ ...base, ...defined({ code: employee.code }) }, code) }
    return { row, subject: toSubject(cipher, row) }
  }

  /** The subject of a sole proprietor, whose own number stands on slips. */
  const proprietor = async (caller: Caller, companyId: string, personal: Personal) => {
    const { cipher, grams } = await ciphers(caller.organizationId)
    const id = newId('subject')
    const base = {
      ...fresh(id),
      organizationId: caller.organizationId,
      kind: 'proprietor' as const,
      companyId,
      updatedAt: clock.now(),
      ...sealPersonal(cipher, grams, id, personal),
    }
    const row = { ...base, order: orderOf(base, undefined) }
    return { id, write: () => store.insertMany([row]) }
  }

  type EventInput = { kind: EmploymentEventKind; on: Day }

  /** Everything but the writing, for whoever writes it in a transaction of their own. */
  const prepareEvent = async (caller: Caller, id: string, { kind, on }: EventInput) => {
    const subject = (await shown(caller.organizationId, [id])).get(id)
    if (subject === undefined) throw notFound('subject')
    if (kind === 'dependency_ended' && subject.kind !== 'dependent')
      throw invalidField('/kind', 'invalid_request', 'Only a dependent stops being one.')
    const event: EmploymentEvent = { id: newId('employmentEvent'), kind, on, recordedAt: clock.now() }
    const functionName = `異動の記録（${eventLabels[kind]}）`
    const entries = await ledger.prepare(caller, [{ operation: 'employment', functionName, outcome: 'done', subject }])
    return async (): Promise<{ subjectId: string; event: EmploymentEvent }> => {
      if ((await store.addEvent(caller.organizationId, id, event, clock.now())) === null) throw notFound('subject')
      await ledger.append(entries)
      return { subjectId: id, event }
    }
  }
  const addEvent = async (caller: Caller, id: string, input: EventInput) =>
    commit(db, caller, await prepareEvent(caller, id, input))

  /** In the order in which they were recorded: new ones come last, so a cursor is the event of the row before. */
  const listEvents = async (
    { organizationId }: Caller,
    id: string,
    { limit, after, total }: PageRequest,
  ): Promise<Page<EmploymentEvent>> => {
    const { events } = await find(organizationId, id)
    const [last] = readCursor(after, ['string']) ?? []
    const from = last === undefined ? 0 : events.findIndex((event) => event.id === last) + 1
    if (last !== undefined && from === 0) throw refuseCursor()
    return {
      ...cutPage(events.slice(from), limit, (event) => [event.id]),
      ...(total === true ? { total: shownTotal(events.length) } : {}),
    }
  }

  type Query = Omit<SubjectFilter, 'grams'> & { name?: string } & PageRequest
  const list = async (caller: Caller, query: Query): Promise<Page<Subject>> => {
    const { organizationId } = caller
    const { name, limit, after, total, ...rest } = query
    const cipher = await keys.fields.for(organizationId)
    const filter: SubjectFilter = {
      ...rest,
      ...defined({
        coverage: caller.coverage,
        grams: name === undefined ? undefined : await keys.grams.query(organizationId, name),
      }),
    }
    const wanted = name === undefined ? undefined : foldName(name)
    const matches = (subject: Subject): boolean =>
      wanted === undefined || foldName(subject.name).includes(wanted) || foldName(subject.kana ?? '').includes(wanted)
    const scan: Scan<SubjectRow, Subject> = {
      read: (from, size) => store.inOrder(organizationId, filter, from?.[0]?.toString(), size),
      keyOf: ({ order }) => [order],
      pick: (rows, room) => takeWhere(rows, (row) => toSubject(cipher, row), matches, room),
      keyOfFound: ({ order }) => [order],
    }
    const page = await scanPage(scan, { limit, after: readCursor(after, ['string']), all: wanted === undefined })
    if (total !== true) return page
    // With a name, counting means decrypting: it stops at 1,000.
    const counted =
      wanted === undefined
        ? shownTotal(await store.count(organizationId, filter))
        : await scanTotal(scan, nameTotalLimit)
    return { ...page, total: counted }
  }

  /** As of now, for ledger entries and lists. Ids that are not of this organization are left out. */
  const shownRows = async (
    organizationId: string,
    rows: readonly SubjectRow[],
  ): Promise<Map<string, SubjectAsShown>> => {
    const cipher = await keys.fields.for(organizationId)
    const known = new Map(rows.map((row) => [row._id, row]))
    const missing = rows.flatMap(({ employeeId }) =>
      employeeId === undefined || known.has(employeeId) ? [] : [employeeId],
    )
    if (missing.length > 0)
      for (const row of await store.findMany(organizationId, [...new Set(missing)])) known.set(row._id, row)
    const departmentIds = [...new Set(rows.flatMap(({ departmentId }) => departmentId ?? []))]
    const departments = new Map(
      departmentIds.length === 0
        ? []
        : (await organizations.findDepartments({ organizationId }, departmentIds)).map((d) => [
            d._id,
            { code: d.code, name: d.name },
          ]),
    )
    const opened = new Map<string, Subject>()
    const open = (row: SubjectRow): Subject => {
      const subject = opened.get(row._id) ?? toSubject(cipher, row)
      opened.set(row._id, subject)
      return subject
    }
    return new Map(
      rows.map((row) => {
        const employee = row.employeeId === undefined ? undefined : known.get(row.employeeId)
        return [
          row._id,
          {
            id: row._id,
            kind: row.kind,
            companyId: row.companyId,
            ...namesAsShown(open(row), employee === undefined ? undefined : open(employee)),
            grams: employee === undefined ? row.grams : [...new Set([...employee.grams, ...row.grams])],
            ...defined({
              code: employee?.code ?? row.code,
              department: row.departmentId === undefined ? undefined : departments.get(row.departmentId),
              departmentId: row.departmentId,
            }),
          },
        ]
      }),
    )
  }
  const shown = async (organizationId: string, ids: readonly string[]): Promise<Map<string, SubjectAsShown>> =>
    shownRows(organizationId, await store.findMany(organizationId, ids))

  /** Those of these subjects that a limited appointment does not cover. */
  const outside = async (
    caller: { organizationId: string; coverage?: Coverage },
    ids: readonly string[],
  ): Promise<SubjectRow[]> =>
    caller.coverage === undefined || ids.length === 0
      ? []
      : (await store.findMany(caller.organizationId, ids)).filter((row) => !covers(caller.coverage, row))

  const inOrder = async (
    organizationId: string,
    filter: SubjectFilter,
    after: string | undefined,
    limit: number,
  ): Promise<Subject[]> => {
    const cipher = await keys.fields.for(organizationId)
    return (await store.inOrder(organizationId, filter, after, limit)).map((row) => toSubject(cipher, row))
  }

  return {
    create,
    get,
    getMany: async (organizationId: string, ids: readonly string[]): Promise<Subject[]> => {
      const cipher = await keys.fields.for(organizationId)
      return (await store.findMany(organizationId, ids)).map((row) => toSubject(cipher, row))
    },
    update,
    upsert,
    createDependent,
    dependentRow,
    dependentsOf: async (organizationId: string, employeeIds: readonly string[]): Promise<Subject[]> => {
      const cipher = await keys.fields.for(organizationId)
      return (await store.findDependents(organizationId, employeeIds)).map((row) => toSubject(cipher, row))
    },
    proprietor,
    prepareEvent,
    addEvent,
    listEvents,
    list,
    shown,
    shownRows,
    outside,
    inOrder,
    count: (organizationId: string, filter: SubjectFilter, limit?: number) =>
      store.count(organizationId, filter, limit),
    /** Inside a transaction. */
    setNumberState: (organizationId: string, ids: string | readonly string[], state: NumberState) =>
      store.setNumberState(organizationId, typeof ids === 'string' ? [ids] : ids, state),
    /** Rows as stored: for the vault and for imports, which write many in transactions of their own. */
    rows: store,
  }
}
export type Subjects = ReturnType<typeof createSubjects>
