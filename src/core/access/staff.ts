import type { FieldCipher, Keys } from '../keys/keys.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { AppointmentRow, Organizations } from '../organizations/organizations.ts'
import type { Caller } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import { commit } from '../shared/commit.ts'
import type { Database } from '../shared/database.ts'
import { dayOf } from '../shared/dates.ts'
import { isDuplicateKey } from '../shared/duplicates.ts'
import { invalidField, notFound } from '../shared/errors.ts'
import { newId } from '../shared/ids.ts'
import { cutPage, type Page, type PageRequest, readCursor, shownTotal } from '../shared/page.ts'
import type { Role } from '../shared/words.ts'
import type { createAccessStore, StaffRow } from './access.store.ts'

export type Staff = Omit<StaffRow, 'personal'> & { name: string }
export type AppointmentInput = Omit<AppointmentRow, 'id'>

type Deps = {
  db: Database
  store: ReturnType<typeof createAccessStore>
  keys: Keys
  ledger: Ledger
  organizations: Organizations
  clock: Clock
}

/** 担当者: who handles numbers, in which role, from when to when. Appointments are added and never rewritten. */
export const createStaff = ({ db, store, keys, ledger, organizations, clock }: Deps) => {
  const toStaff = (cipher: FieldCipher, { personal, ...row }: StaffRow): Staff => ({
    ...row,
    name: cipher.open(row._id, 'name', personal),
  })

  const toAppointment = async (caller: Caller, input: AppointmentInput, pointer: string): Promise<AppointmentRow> => {
    if (input.toOn !== undefined && input.toOn < input.fromOn)
      throw invalidField(`${pointer}/toOn`, 'invalid_request', 'The last day is before the first.')
    if (input.companyId !== undefined) await organizations.getCompany(caller, input.companyId)
    if (input.departmentId !== undefined) await organizations.getDepartment(caller, input.departmentId)
    return { id: newId('key').replace(/^key/, 'apt'), ...input }
  }

  const touch = { operation: 'staff', functionName: '担当者登録', outcome: 'done' } as const

  const create = async (
    caller: Caller,
    input: { name: string; userId: string; appointment: AppointmentInput },
  ): Promise<Staff> => {
    const appointment = await toAppointment(caller, input.appointment, '/appointment')
    const id = newId('staff')
    const cipher = await keys.fields.for(caller.organizationId)
    const row: StaffRow = {
      _id: id,
      organizationId: caller.organizationId,
      userId: input.userId,
      personal: cipher.seal(id, 'name', input.name),
      appointments: [appointment],
      createdAt: clock.now(),
    }
    const entries = await ledger.prepare(caller, [touch])
    return commit(db, caller, async () => {
      await store.insertStaff(row)
      await ledger.append(entries)
      return toStaff(cipher, row)
    }).catch((error) => {
      throw isDuplicateKey(error)
        ? invalidField('/userId', 'already_exists', 'Another staff member has this user id.')
        : error
    })
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

  const appoint = async (caller: Caller, id: string, input: AppointmentInput): Promise<Staff> => {
    await get(caller, id)
    const appointment = await toAppointment(caller, input, '')
    const cipher = await keys.fields.for(caller.organizationId)
    const entries = await ledger.prepare(caller, [touch])
    return commit(db, caller, async () => {
      const row = await store.addAppointment(caller.organizationId, id, appointment)
      if (row === null) throw notFound('staff member')
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

  return { create, get, find, findByUserId, appoint, list }
}

/** The roles somebody is appointed to on the day of this instant. The real clock decides: a test clock appoints nobody. */
export const rolesAt = (appointments: readonly AppointmentRow[], instant: Date): Set<Role> => {
  const day = dayOf(instant)
  const now = appointments.filter(({ fromOn, toOn }) => fromOn <= day && (toOn === undefined || day <= toOn))
  return new Set(now.map(({ role }) => role))
}
