import type { Ledger, LedgerOperation, Touch } from '../ledger/ledger.ts'
import type { DailyBudgets, HandlingArea, OrganizationRow, Organizations } from '../organizations/organizations.ts'
import type { Caller } from '../shared/caller.ts'
import { notCovered } from '../shared/coverage.ts'
import { AppError } from '../shared/errors.ts'
import type { Subjects } from '../subjects/subjects.ts'
import { type Budgets, defaultBudgets } from './budgets.ts'
import type { Permission } from './permissions.ts'
import type { StaffRecords } from './staff-records.ts'

type Deps = {
  ledger: Ledger
  organizations: Pick<Organizations, 'own'>
  subjects: Pick<Subjects, 'outside' | 'shown' | 'shownRows'>
  records: Pick<StaffRecords, 'wasTrained'>
  budgets: Budgets
  /** Whether an address lies in a CIDR range, or is it. */
  isWithin: (address: string, network: string) => boolean
}

const functionName = '権限の確認'
/** `tried`: what the operation leaves when it is done, where it needs no role. */
export type Judged = Permission & { tried?: LedgerOperation }

/**
 * What is judged when the request is known, by the operation's row in the table: whom the appointment covers, and before digits
 * leave where to, whether who asks was trained, and the day's budget. Every refusal of an act goes on record.
 */
export const createGuard = ({ ledger, organizations, subjects, records, budgets, isWithin }: Deps) => {
  const refuse = async (
    caller: Caller,
    row: Judged,
    error: AppError,
    shown: Iterable<NonNullable<Touch['subject']>>,
  ): Promise<never> => {
    const operation = row.act ?? row.tried
    if (operation === undefined) throw error
    const touches = [...shown].map((subject) => ({ operation, functionName, subject }))
    return ledger.refuse(caller, error, touches.length === 0 ? [{ operation, functionName }] : touches)
  }

  /** 取扱範囲. Costs nothing where the appointment is not limited. */
  const mustBeCovered = async (caller: Caller, row: Judged, subjectIds: readonly string[]): Promise<void> => {
    const { limited } = row
    if (caller.coverage === undefined || limited === 'open') return
    if (limited === 'auditor' && caller.roles?.has('auditor') === true) return
    const unnamed = limited === 'named' && subjectIds.length === 0
    if (limited === undefined || limited === 'auditor' || unnamed) await refuse(caller, row, notCovered(), [])
    const outside = await subjects.outside(caller, subjectIds)
    if (outside.length === 0) return
    await refuse(caller, row, notCovered(), (await subjects.shownRows(caller.organizationId, outside)).values())
  }

  const admits = (caller: Caller, { networks, clientIds, roles }: HandlingArea): boolean =>
    networks.some((network) => isWithin(caller.network ?? '', network)) &&
    (clientIds === undefined || clientIds.includes(caller.clientId ?? '')) &&
    (roles === undefined || roles.some((role) => caller.roles?.has(role)))

  /** 取扱区域: where there is none, everywhere is one without a name. */
  const placeOf = (caller: Caller, { handlingAreas = [] }: OrganizationRow): { label?: string } | undefined =>
    handlingAreas.length === 0 ? {} : handlingAreas.find((area) => admits(caller, area))

  const untrained = async (caller: Caller, { trainingRequired }: OrganizationRow): Promise<AppError | undefined> =>
    trainingRequired !== true ||
    (caller.actor.type === 'staff' && (await records.wasTrained(caller.organizationId, caller.actor.id)))
      ? undefined
      : new AppError('training_required', 'Record a training of the last 12 months: POST /v1/staff/{id}/trainings.')

  /** Runs what lets digits out, in the name of whoever may; the entry carries the place. */
  const letOut = async <T>(
    caller: Caller,
    row: Judged,
    subjectIds: readonly string[],
    work: (caller: Caller) => Promise<T>,
  ): Promise<T> => {
    if (row.leaves === undefined) return work(caller)
    const organization = await organizations.own(caller)
    const refuseAll = async (who: Caller, error: AppError): Promise<never> =>
      refuse(who, row, error, (await subjects.shown(who.organizationId, subjectIds)).values())
    const place = placeOf(caller, organization)
    if (place === undefined)
      return refuseAll(caller, new AppError('place_not_allowed', 'This network is in no 取扱区域 of the settings.'))
    const here: Caller = {
      ...caller,
      jweAnswersRequired: organization.jweAnswersRequired === true,
      ...(place.label === undefined ? {} : { place: place.label }),
    }
    const lacking = await untrained(here, organization)
    if (lacking !== undefined) return refuseAll(here, lacking)
    if (row.leaves === 'downloads') return work(here)

    const budget: keyof DailyBudgets = row.leaves
    const limit = organization.dailyBudgets?.[budget] ?? defaultBudgets[budget]
    const count = budget === 'reveals' ? subjectIds.length : 1
    const giveBack = await budgets.spend(here, budget, count, limit).catch((error) => {
      if (error instanceof AppError && error.code === 'budget_exhausted') return refuseAll(here, error)
      throw error
    })
    try {
      return await work(here)
    } catch (error) {
      await giveBack()
      throw error
    }
  }

  /** For jobs that let digits out, when they run. */
  const mustStillBeTrained = async (caller: Caller): Promise<void> => {
    const lacking = await untrained(caller, await organizations.own(caller))
    if (lacking !== undefined) throw lacking
  }

  return { mustBeCovered, letOut, mustStillBeTrained }
}
export type Guard = ReturnType<typeof createGuard>
