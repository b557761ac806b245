import type { Ledger } from '../ledger/ledger.ts'
import type { Caller } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import { commit } from '../shared/commit.ts'
import type { Database } from '../shared/database.ts'
import { addYears, type Day, dayOf } from '../shared/dates.ts'
import { defined } from '../shared/defined.ts'
import { invalidField } from '../shared/errors.ts'
import { newId } from '../shared/ids.ts'
import { cutPage, type Page, type PageRequest, readCursor, shownTotal } from '../shared/page.ts'
import { createStaffRecordsStore, type StaffRecordKind, type StaffRecordRow } from './staff-records.store.ts'

export type StaffRecord = StaffRecordRow
export type StaffRecordInput = { title: string; on: Day; score?: number }

type Deps = {
  db: Database
  ledger: Ledger
  clock: Clock
  /** Throws `not_found` where there is no such staff member. */
  getStaff: (caller: Caller, id: string) => Promise<unknown>
}

const kinds = {
  training: { functionName: '研修の記録', pointer: '/trainedOn' },
  pledge: { functionName: '誓約書の記録', pointer: '/pledgedOn' },
} as const satisfies Record<StaffRecordKind, { functionName: string; pointer: string }>

/** 研修と誓約書. Recorded, never changed. */
export const createStaffRecords = ({ db, ledger, clock, getStaff }: Deps) => {
  const store = createStaffRecordsStore(db)

  const record =
    (kind: StaffRecordKind) =>
    async (caller: Caller, staffId: string, input: StaffRecordInput): Promise<StaffRecord> => {
      await getStaff(caller, staffId)
      const { functionName, pointer } = kinds[kind]
      if (input.on > dayOf(clock.now())) throw invalidField(pointer, 'invalid_request', 'It has not been held yet.')
      const row: StaffRecordRow = {
        _id: newId(kind),
        organizationId: caller.organizationId,
        staffId,
        kind,
        title: input.title,
        on: input.on,
        recordedAt: clock.now(),
        ...defined({ score: input.score }),
      }
      const entries = await ledger.prepare(caller, [{ operation: 'staff', functionName, outcome: 'done' }])
      return commit(db, caller, async () => {
        await store.insert(row)
        await ledger.append(entries)
        return row
      })
    }

  const list =
    (kind: StaffRecordKind) =>
    async (caller: Caller, staffId: string, page: PageRequest): Promise<Page<StaffRecord>> => {
      await getStaff(caller, staffId)
      const of = { organizationId: caller.organizationId, staffId, kind }
      const rows = await store.list(of, readCursor(page.after, ['string', 'string']), page.limit + 1)
      return {
        ...cutPage(rows, page.limit, (row) => [row.on, row._id]),
        ...(page.total === true ? { total: shownTotal(await store.count(of)) } : {}),
      }
    }

  return {
    recordTraining: record('training'),
    listTrainings: list('training'),
    recordPledge: record('pledge'),
    listPledges: list('pledge'),
    /** Whether there was a training in the 12 months that end today. */
    wasTrained: (organizationId: string, staffId: string): Promise<boolean> => {
      const today = dayOf(clock.now())
      return store.hasTraining(organizationId, staffId, addYears(today, -1), today)
    },
  }
}
export type StaffRecords = ReturnType<typeof createStaffRecords>
