import type { Organizations } from '../organizations/organizations.ts'
import type { Outbox } from '../outbox/outbox.ts'
import { type Caller, systemCaller } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import type { Database } from '../shared/database.ts'
import { type Day, dayOf } from '../shared/dates.ts'
import { defined } from '../shared/defined.ts'
import type { CursorKey } from '../shared/page.ts'
import type { EndMany } from './ending-many.ts'
import { nextReminder, remindedStates } from './requests.rules.ts'
import type { RequestRow, RequestsStore } from './requests.store.ts'
import type { Transitions } from './transitions.ts'

const pageRows = 200

type Deps = {
  db: Database
  store: RequestsStore
  transitions: Transitions
  endMany: EndMany
  outbox: Outbox
  organizations: Organizations
  clock: Clock
}

/**
 * What time does to requests: 期限切れ on the day after the last day, and `request.reminder_due` before it. By the business
 * clock of each organization. Any number of workers may sweep at once: the state, and the day, are in the filter.
 */
export const createDeadlines = ({ db, store, transitions, endMany, outbox, organizations, clock }: Deps) => {
  const callerFor = async (organizationId: string): Promise<{ caller: Caller; today: Day }> => {
    const caller = systemCaller(await organizations.own({ organizationId }), clock.now())
    return { caller, today: await organizations.today(caller) }
  }

  const expire = async (caller: Caller, rows: readonly RequestRow[]): Promise<void> => {
    const change = { set: { expiredAt: caller.at } }
    await db.inTransaction(await endMany(caller, rows, 'expired', { functionName: '提出依頼の期限切れ', change }))
  }

  const remind = async (caller: Caller, rows: readonly RequestRow[], today: Day): Promise<void> => {
    for (const row of rows) {
      const { _id: requestId, subjectId, dueOn, remindOn, priority } = row
      if (remindOn === undefined) continue
      const chased = (remindedStates as readonly string[]).includes(row.state)
      const lines = chased ? await transitions.lineOf(caller, row, 'reminder_due', defined({ dueOn })) : []
      await db.inTransaction(async () => {
        const mine = await store.remind(
          caller.organizationId,
          requestId,
          remindOn,
          nextReminder(dueOn, priority, today),
        )
        if (!mine || !chased) return
        await transitions.insertLines(lines)
        await outbox.event(caller, 'request.reminder_due', { requestId, subjectId })
      })
    }
  }

  const works = {
    expire: {
      ofAll: store.overdue,
      ofOne: store.overdueOf,
      keyOf: ({ dueOn = '', _id }: RequestRow): CursorKey => [dueOn, _id],
      isDue: ({ dueOn = '' }: RequestRow, today: Day) => dueOn < today,
      work: (caller: Caller, rows: readonly RequestRow[]) => expire(caller, rows),
    },
    remind: {
      ofAll: store.toRemind,
      ofOne: store.toRemindOf,
      keyOf: ({ remindOn = '', _id }: RequestRow): CursorKey => [remindOn, _id],
      isDue: ({ remindOn = '' }: RequestRow, today: Day) => remindOn <= today,
      work: remind,
    },
  } as const

  const sweepOne = async ({
    ofAll,
    ofOne,
    keyOf,
    isDue,
    work,
  }: (typeof works)['expire' | 'remind']): Promise<number> => {
    let done = 0
    const today = dayOf(clock.now())
    for (let key: CursorKey | undefined; ; ) {
      const page = await ofAll(today, key, pageRows)
      for (const [organizationId, rows] of Map.groupBy(page, (row) => row.organizationId)) {
        const by = await callerFor(organizationId)
        const due = rows.filter((row) => isDue(row, by.today))
        if (due.length > 0) await work(by.caller, due, by.today)
        done += due.length
      }
      const last = page.at(-1)
      if (page.length < pageRows || last === undefined) break
      key = keyOf(last)
    }
    for await (const { organizationId, testClock } of organizations.withTestClock()) {
      const testDay = dayOf(testClock)
      for (;;) {
        const rows = await ofOne(organizationId, testDay, pageRows)
        if (rows.length > 0) await work((await callerFor(organizationId)).caller, rows, testDay)
        done += rows.length
        if (rows.length < pageRows) break
      }
    }
    return done
  }

  /** What has expired is not reminded any more. */
  return { sweep: async (): Promise<number> => (await sweepOne(works.expire)) + (await sweepOne(works.remind)) }
}
