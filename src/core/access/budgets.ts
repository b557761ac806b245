import type { Ledger } from '../ledger/ledger.ts'
import type { DailyBudgets } from '../organizations/organizations.ts'
import type { Caller } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import { addDays, dayOf, startOfDay } from '../shared/dates.ts'
import { AppError } from '../shared/errors.ts'

/** Counters that every process shares. They may be lost: `rebuild` says what a missing one had reached. */
export type SharedCounter = {
  /** Adds, unless that would go over the limit. Rejects when the counters cannot be reached. */
  add: (key: string, count: number, limit: number, rebuild: () => Promise<number>) => Promise<boolean>
  giveBack: (key: string, count: number) => Promise<void>
}

export const defaultBudgets = { reveals: 10_000, exports: 200, filings: 200 } as const satisfies DailyBudgets

const operations = {
  reveals: ['view', 'print'],
  exports: ['export'],
  filings: ['file'],
} as const satisfies Record<keyof DailyBudgets, readonly string[]>

type Deps = { counter: SharedCounter; ledger: Pick<Ledger, 'countReleased' | 'countReleasingJobs'>; clock: Clock }

/** How much one staff member may take out of the vault in a day (JST, real clock). A stolen token empties no vault. */
export const createBudgets = ({ counter, ledger, clock }: Deps) => {
  const countedSoFar = (caller: Caller, who: string, budget: keyof DailyBudgets, from: Date): Promise<number> =>
    budget === 'reveals'
      ? ledger.countReleased(caller.organizationId, who, operations.reveals, from)
      : ledger.countReleasingJobs(caller.organizationId, who, operations[budget], from)

  /** Spends, and returns how to give it back when the act was refused after all. */
  const spend = async (
    caller: Caller,
    budget: keyof DailyBudgets,
    count: number,
    limit: number,
  ): Promise<() => Promise<void>> => {
    const today = dayOf(clock.now())
    const who = caller.actor.type === 'staff' ? caller.actor.id : (caller.clientId ?? caller.actor.type)
    const key = `${caller.organizationId}/${budget}/${who}/${today}`
    const rebuild = (): Promise<number> => countedSoFar(caller, who, budget, startOfDay(today))
    const granted = await counter.add(key, count, limit, rebuild).catch((cause) => {
      throw new AppError('unavailable', 'Redis cannot be reached, so that budgets cannot be counted: try again.', {
        cause,
      })
    })
    if (!granted) {
      const untilTomorrow = startOfDay(addDays(today, 1)).getTime() - clock.now().getTime()
      throw new AppError('budget_exhausted', 'An officer can raise the budget: see the settings.', {
        retryAfterSeconds: Math.ceil(untilTomorrow / 1000),
      })
    }
    // Not given back means counted: that errs on the safe side, and ends with the day.
    return () => counter.giveBack(key, count).catch(() => undefined)
  }

  return { spend }
}
export type Budgets = ReturnType<typeof createBudgets>
