import type { FieldCipher, Keys } from '../keys/keys.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { AppointmentRow, Organizations } from '../organizations/organizations.ts'
import type { Caller } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import { commit } from '../shared/commit.ts'
import { type Condition, fits } from '../shared/condition.ts'
import { mustCoverWhole } from '../shared/coverage.ts'
import type { Database } from '../shared/database.ts'
import { addDays, type Day, dayOf } from '../shared/dates.ts'
import { isDuplicateKey } from '../shared/duplicates.ts'
import { AppError, invalidField, notFound } from '../shared/errors.ts'
import { newId } from '../shared/ids.ts'
import { cutPage, type Page, type PageRequest, readCursor, shownTotal } from '../shared/page.ts'
import { subjectKinds } from '../shared/words.ts'
import type { createAccessStore, StaffRow } from './access.store.ts'
import { rolesAt } from './appointments.rules.ts'

export type Staff = Omit<StaffRow, 'personal' | 'email'> & { name: string; email?: string }
export type AppointmentInput = Omit<AppointmentRow, 'id' | 'dismissedAt' | 'dismissalBasis'>

type Deps = {
  db: Database
  store: ReturnType<typeof createAccessStore>
  keys: Keys
  ledger: Ledger
  organizations: Organizations
  clock: Clock
  /** Who appoints the first officer of a `live` organization: the operator alone, or a client too. */
  firstOfficerBy: 'operator' | 'client'
}

const mostAppointments = 100
const touch = (functionName: string) => ({ operation: 'staff', functionName, outcome: 'done' }) as const

/** 担当者: who handles numbers, in which role, from when to when. Appointments are added and ended, and stay in the history. */
export const createStaff = ({ db, store, keys, ledger, organizations, clock, firstOfficerBy }: Deps) => {
  const toStaff = (cipher: FieldCipher, { personal, email, ...row }: StaffRow): Staff => ({
    ...row,
    name: cipher.open(row._id, 'name', personal),
    ...(email === undefined ? {} : { email: cipher.open(row._id, 'email', email) }),
  })

  const toAppointment = async (caller: Caller, input: AppointmentInput, pointer: string): Promise<AppointmentRow> => {
    if (input.toOn !== undefined && input.toOn < input.fromOn)
      throw invalidField(`${pointer}/toOn`, 'invalid_request', 'The last day is before the first.')
    if (input.companyId !== undefined) await organizations.getCompany(caller, input.companyId)
    if (input.departmentId !== undefined) {
      const department = await organizations.getDepartment(caller, input.departmentId)
      if (input.companyId !== undefined && department.companyId !== input.companyId) throw notFound('department')
    }
    // An officer of one company appoints for that company: nobody hands on more than they have.
    const { companyId, departmentId, subjectKinds: kinds = subjectKinds } = input
    mustCoverWhole(caller, { companyId, departmentId, kinds })
    return { id: newId('appointment'), ...input }
  }

  /** Inside the transaction. An officer appoints, and the operator; a client only as long as there has been no officer. */
  const mustMayAppoint = async (caller: Caller): Promise<void> => {
    if (caller.actor.type !== 'client') return
    const organization = await organizations.own(caller)
    const first = organization.officerAppointedAt === undefined && !(await store.hasOfficer(caller.organizationId))
    if (!first) throw new AppError('staff_required', 'Only an officer appoints: get a token with `staff`.')
    if (organization.mode === 'live' && firstOfficerBy === 'operator')
      throw new AppError(
        'staff_required',
        'The first officer of a live organization is appointed by the operator: `azukari staff create-officer`.',
      )
  }

  const create = async (
    caller: Caller,
    input: { name: string; userId: string; email?: string; appointment: AppointmentInput },
  ): Promise<Staff> => {
    const appointment = await toAppointment(caller, input.appointment, '/appointment')
    const id = newId('staff')
    const cipher = await keys.fields.for(caller.organizationId)
    const row: StaffRow = {
      _id: id,
      organizationId: caller.organizationId,
      userId: input.userId,
      personal: cipher.seal(id, 'name', input.name),
      ...(input.email === undefined ? {} : { email: cipher.seal(id, 'email', input.email) }),
      appointments: [appointment],
      version: 1,
      createdAt: clock.now(),
    }
    const entries = await ledger.prepare(caller, [touch('担当者登録')])
    return commit(db, caller, async () => {
      await mustMayAppoint(caller)
      await store.insertStaff(row)
      // Everybody who appoints the first officer writes the same row, so that of two at once one is refused.
      if (appointment.role === 'officer') await organizations.officerAppointed(caller.organizationId)
      await ledger.append(entries)
      return toStaff(cipher, row)
    }).catch((error) => {
      throw isDuplicateKey(error)
        ? invalidField('/userId', 'already_exists', 'Another staff member has this user id.')
        : error
    })
  }

  /** Officers (事務取扱責任者) of today who have an address, each address once. */
  const officersByEmail = async (organizationId: string): Promise<Staff[]> => {
    const rows = await store.staffWithRole(organizationId, 'officer')
    const cipher = await keys.fields.for(organizationId)
    const found = rows
      .filter(({ appointments }) => rolesAt(appointments, clock.now()).has('officer'))
      .map((row) => toStaff(cipher, row))
    return [...new Map(found.flatMap((row) => (row.email === undefined ? [] : [[row.email, row] as const]))).values()]
  }

  const get = async (caller: { organizationId: string }, id: string): Promise<Staff> => {
    const row = await store.findStaff(caller.organizationId, id)
    if (row === null) throw notFound('staff member')
    return toStaff(await keys.fields.for(caller.organizationId), row)
  }

  const find = async (organizationId: string, id: string): Promise<Staff | null> => {
    const row = await store.findStaff(organizationId, id)
    return row === null ? null : toStaff(await keys.fields.for(organizationId), row)
  }

  /** By the host's user id, which is what a sign-in elsewhere proves; null where nobody has it. */
  const findByUserId = async (organizationId: string, userId: string): Promise<Staff | null> => {
    const row = await store.findStaffByUserId(organizationId, userId)
    return row === null ? null : toStaff(await keys.fields.for(organizationId), row)
  }

  const mustBeOfVersion = ({ version }: Staff, condition: Condition | undefined): void => {
    if (!fits(condition, version))
      throw new AppError('precondition_failed', 'Somebody else changed this staff member: read it again.')
  }

  /** null takes it away. */
  const setEmail = async (caller: Caller, id: string, email: string | null, condition?: Condition): Promise<Staff> => {
    mustBeOfVersion(await get(caller, id), condition)
    const cipher = await keys.fields.for(caller.organizationId)
    const sealed = email === null ? undefined : cipher.seal(id, 'email', email)
    const entries = await ledger.prepare(caller, [touch('担当者のメールアドレス変更')])
    return commit(db, caller, async () => {
      const row = await store.setStaffEmail(caller.organizationId, id, sealed, condition)
      if (row === null) {
        mustBeOfVersion(await get(caller, id), condition)
        throw notFound('staff member')
      }
      await ledger.append(entries)
      return toStaff(cipher, row)
    })
  }

  const appoint = async (
    caller: Caller,
    id: string,
    input: AppointmentInput,
    condition?: Condition,
  ): Promise<Staff> => {
    const read = await get(caller, id)
    mustBeOfVersion(read, condition)
    const { appointments } = read
    if (appointments.length >= mostAppointments)
      throw new AppError('conflict', 'The history of this staff member is full: register the person anew.')
    const appointment = await toAppointment(caller, input, '')
    const cipher = await keys.fields.for(caller.organizationId)
    const entries = await ledger.prepare(caller, [touch('担当者任命')])
    return commit(db, caller, async () => {
      await mustMayAppoint(caller)
      const row = await store.addAppointment(caller.organizationId, id, appointment, condition)
      if (row === null) {
        mustBeOfVersion(await get(caller, id), condition)
        throw notFound('staff member')
      }
      if (appointment.role === 'officer') await organizations.officerAppointed(caller.organizationId)
      await ledger.append(entries)
      return toStaff(cipher, row)
    })
  }

  /** 解任: nothing is taken out of the history; the past cannot be changed, so the earliest last day is yesterday. */
  const dismiss = async (
    caller: Caller,
    id: string,
    input: { appointmentId: string; lastOn: Day; basis: string },
    condition?: Condition,
  ): Promise<Staff> => {
    const read = await get(caller, id)
    mustBeOfVersion(read, condition)
    const { appointments } = read
    const appointment = appointments.find((each) => each.id === input.appointmentId)
    if (appointment === undefined) throw notFound('appointment')
    const { companyId, departmentId, subjectKinds: kinds = subjectKinds } = appointment
    mustCoverWhole(caller, { companyId, departmentId, kinds })
    if (input.lastOn < addDays(dayOf(clock.now()), -1))
      throw invalidField('/lastOn', 'invalid_request', 'An appointment cannot be ended in the past.')
    if (appointment.toOn !== undefined && appointment.toOn < input.lastOn)
      throw invalidField('/lastOn', 'conflict', 'It ends before that day already.')
    const cipher = await keys.fields.for(caller.organizationId)
    const entries = await ledger.prepare(caller, [touch('担当者解任')])
    return commit(db, caller, async () => {
      const ending = { toOn: input.lastOn, dismissedAt: clock.now(), dismissalBasis: input.basis }
      const row = await store.endAppointment(caller.organizationId, id, appointment, ending, condition)
      if (row === null) mustBeOfVersion(await get(caller, id), condition)
      if (row === null) throw new AppError('conflict', 'Somebody else has ended this appointment: read it again.')
      await ledger.append(entries)
      return toStaff(cipher, row)
    })
  }

  const list = async (caller: Caller, page: PageRequest): Promise<Page<Staff>> => {
    const cipher = await keys.fields.for(caller.organizationId)
    const rows = await store.listStaff(caller.organizationId, readCursor(page.after, ['string']), page.limit + 1)
    const cut = cutPage(rows, page.limit, (row) => [row._id])
    return {
      ...cut,
      rows: cut.rows.map((row) => toStaff(cipher, row)),
      ...(page.total === true ? { total: shownTotal(await store.countStaff(caller.organizationId)) } : {}),
    }
  }

  return { create, get, setEmail, officersByEmail, find, findByUserId, appoint, dismiss, list, mustMayAppoint }
}
