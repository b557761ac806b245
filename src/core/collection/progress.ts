import type { Caller } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import { coversWhole, mayMeet, notCovered } from '../shared/coverage.ts'
import type { Database } from '../shared/database.ts'
import { type CursorKey, type PageRequest, readCursor } from '../shared/page.ts'
import { type Scan, scanPage } from '../shared/scan.ts'
import { kindsOf } from './campaign-asking.ts'
import type { CampaignRow } from './campaigns.store.ts'
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
type IsSeen = (row: Pick<CountRow, 'companyId' | 'departmentId'>) => boolean

const countOf = (row: { counts: Partial<CountRow['counts']> } | null): ProgressCount => {
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

  /** A row counts everybody of the campaign's kinds in a place: it is for whoever is appointed to all of them. */
  const seenBy = ({ coverage = [] }: Caller, { target }: CampaignRow): IsSeen => {
    const kinds = kindsOf(target)
    if (!coverage.some((covered) => mayMeet(covered, target, kinds))) throw notCovered()
    // Those in no department are only for whoever has the whole company.
    return ({ companyId, departmentId }) =>
      coversWhole(coverage, { kinds, companyId, departmentId: departmentId === '' ? undefined : departmentId })
  }

  const scanOf = (
    organizationId: string,
    campaignId: string,
    by: 'company' | 'department',
    companyId: string | undefined,
    isSeen: IsSeen,
  ): Scan<CountRow, CountRow> => ({
    read: (from, size) => counters.list(organizationId, campaignId, by, companyId, from, size),
    keyOf: (row) => [row.companyId, row.departmentId],
    pick: (found) => found.filter(isSeen),
    keyOfFound: (row) => [row.companyId, row.departmentId],
  })

  /** Of a part of the people: what its rows come to. */
  const partOf = async (organizationId: string, campaignId: string, isSeen: IsSeen): Promise<ProgressCount> => {
    const counts: Partial<Record<RequestState, number>> = {}
    const scan = scanOf(organizationId, campaignId, 'department', undefined, isSeen)
    for (let after: CursorKey | undefined; ; ) {
      const { rows, next } = await scanPage(scan, { limit: batchRows, after, all: false })
      for (const row of rows)
        for (const state of requestStates) counts[state] = (counts[state] ?? 0) + (row.counts[state] ?? 0)
      if (next === undefined) return countOf({ counts })
      after = readCursor(next, ['string', 'string'])
    }
  }

  const get = async (
    caller: Caller,
    campaignId: string,
    query: PageRequest & { by: 'company' | 'department'; companyId?: string },
  ): Promise<CampaignProgress> => {
    const { organizationId } = caller
    const campaign = await campaigns.get(caller, campaignId)
    const whole = await campaigns.coversTarget(caller, campaign.target)
    const isSeen = whole ? () => true : seenBy(caller, campaign)
    // In this order: what is behind now may be counted a moment later, never the other way round.
    const now = clock.now()
    const [behind] = await store.uncountedOf(organizationId, campaignId, 1)
    const after = readCursor(query.after, ['string', 'string'])
    const { rows, ...rest } = await scanPage(scanOf(organizationId, campaignId, query.by, query.companyId, isSeen), {
      limit: query.limit,
      after,
      all: caller.coverage === undefined,
    })
    return {
      campaignId,
      asOf: behind?.uncounted ?? now,
      overall: whole
        ? countOf(await counters.overall(organizationId, campaignId))
        : await partOf(organizationId, campaignId, isSeen),
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
