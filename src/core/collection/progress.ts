import type { Caller } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import type { Database } from '../shared/database.ts'
import { cutPage, type PageRequest, readCursor } from '../shared/page.ts'
import type { Campaigns } from './campaigns.ts'
import type { CountChange, CountRow, ProgressStore } from './progress.store.ts'
import { type RequestState, requestStates } from './requests.rules.ts'
import type { RequestRow, RequestsStore } from './requests.store.ts'

export type ProgressCount = { total: number; counts: Record<RequestState, number> }
export type ProgressRow = ProgressCount & { companyId: string; departmentId?: string }
export type CampaignProgress = {
  campaignId: string
  asOf: Date
  overall: ProgressCount
  rows: ProgressRow[]
  next?: string
}

const batchRows = 500

const countOf = (row: Pick<CountRow, 'counts'> | null): ProgressCount => {
  const counts = Object.fromEntries(
    requestStates.map((state) => [state, row?.counts[state] ?? 0]),
  ) as ProgressCount['counts']
  return { counts, total: requestStates.reduce((sum, state) => sum + counts[state], 0) }
}

/** What a batch changes: for the campaign, for each company and for each department in it. */
const changesOf = (rows: readonly RequestRow[]): CountChange[] => {
  const changes = new Map<string, CountChange>()
  for (const { companyId, departmentId = '', state, counted } of rows)
    for (const place of [
      { level: 'campaign', companyId: '', departmentId: '' },
      { level: 'company', companyId, departmentId: '' },
      { level: 'department', companyId, departmentId },
    ] as const) {
      const key = Object.values(place).join(' ')
      const change = changes.get(key) ?? { ...place, by: {} }
      changes.set(key, change)
      if (counted === state) continue
      change.by[state] = (change.by[state] ?? 0) + 1
      if (counted !== undefined) change.by[counted] = (change.by[counted] ?? 0) - 1
    }
  return [...changes.values()].filter(({ by }) => Object.keys(by).length > 0)
}

type Deps = {
  db: Database
  store: RequestsStore
  counters: ProgressStore
  campaigns: Campaigns
  clock: Clock
}

/**
 * Progress of a campaign, kept by a consumer of the outbox. A request says under which state it is counted, and that changes
 * with the counters in one transaction: so counting twice, late or out of order comes to the same.
 */
export const createProgress = ({ db, store, counters, campaigns, clock }: Deps) => {
  /** Until nothing is behind. */
  const count = async (organizationId: string, campaignId: string): Promise<void> => {
    for (;;) {
      const counted = await db.inTransaction(async () => {
        const rows = await store.uncountedOf(organizationId, campaignId, batchRows)
        if (rows.length === 0) return 0
        await store.markCounted(organizationId, rows)
        const changes = changesOf(rows)
        if (changes.length > 0) await counters.add(organizationId, campaignId, changes)
        return rows.length
      })
      if (counted < batchRows) return
    }
  }

  const get = async (
    caller: Caller,
    campaignId: string,
    query: PageRequest & { by: 'company' | 'department'; companyId?: string },
  ): Promise<CampaignProgress> => {
    const { organizationId } = caller
    await campaigns.getCovered(caller, campaignId)
    // In this order: what is behind now may be counted a moment later, never the other way round.
    const now = clock.now()
    const [behind] = await store.uncountedOf(organizationId, campaignId, 1)
    const after = readCursor(query.after, ['string', 'string'])
    const found = await counters.list(organizationId, campaignId, query.by, query.companyId, after, query.limit + 1)
    const { rows, ...rest } = cutPage(found, query.limit, (row) => [row.companyId, row.departmentId])
    return {
      campaignId,
      asOf: behind?.uncounted ?? now,
      overall: countOf(await counters.overall(organizationId, campaignId)),
      rows: rows.map((row) => ({
        companyId: row.companyId,
        ...(row.departmentId === '' ? {} : { departmentId: row.departmentId }),
        ...countOf(row),
      })),
      ...rest,
    }
  }

  return { count, get }
}
export type Progress = ReturnType<typeof createProgress>
