import type { Jobs } from '../jobs/jobs.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Notices } from '../notices/notices.ts'
import type { Organizations } from '../organizations/organizations.ts'
import type { Caller } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import { commit } from '../shared/commit.ts'
import { coversWhole, notCovered } from '../shared/coverage.ts'
import type { Database } from '../shared/database.ts'
import type { Day } from '../shared/dates.ts'
import { defined } from '../shared/defined.ts'
import { AppError, invalidField, notFound } from '../shared/errors.ts'
import { newId } from '../shared/ids.ts'
import { cutPage, type Page, type PageRequest, readCursor, shownTotal } from '../shared/page.ts'
import type { Subjects } from '../subjects/subjects.ts'
import { kindsOf } from './campaign-asking.ts'
import type { CampaignRow, CampaignState, CampaignsStore, CampaignTarget } from './campaigns.store.ts'
import type { Priority, RequestDocument } from './words.ts'

export type CampaignInput = {
  name: string
  target: CampaignTarget
  joins?: boolean
  noticeId?: string
  dueOn?: Day
  priority?: Priority
  documents?: RequestDocument[]
}

type Deps = {
  db: Database
  campaigns: CampaignsStore
  jobs: Jobs
  ledger: Ledger
  organizations: Organizations
  subjects: Subjects
  notices: Notices
  clock: Clock
}

/** 収集: a drive that asks many. Its jobs make the requests and take them back. */
export const createCampaigns = (deps: Deps) => {
  const { db, campaigns, jobs, ledger, organizations, subjects, notices, clock } = deps

  /** What is named is one's own; what is named twice fits. */
  const checked = async (caller: Caller, target: CampaignTarget): Promise<CampaignTarget> => {
    const { companyId, departmentId, subjectIds } = target
    if (companyId !== undefined) await organizations.getCompany(caller, companyId)
    const department = departmentId === undefined ? undefined : await organizations.getDepartment(caller, departmentId)
    if (department !== undefined && companyId !== undefined && department.companyId !== companyId)
      throw invalidField('/target/departmentId', 'invalid_request', 'This department is of another company.')
    if (subjectIds !== undefined) {
      const known = new Set((await subjects.rows.findMany(caller.organizationId, subjectIds)).map(({ _id }) => _id))
      const stray = subjectIds.findIndex((id) => !known.has(id))
      if (stray >= 0) throw invalidField(`/target/subjectIds/${stray}`, 'not_found', 'No such subject.')
    }
    return { ...target, ...defined({ companyId: companyId ?? department?.companyId }) }
  }

  const coversTarget = async (caller: Caller, target: CampaignTarget): Promise<boolean> =>
    target.subjectIds === undefined
      ? coversWhole(caller.coverage, { ...target, kinds: kindsOf(target) })
      : (await subjects.outside(caller, target.subjectIds)).length === 0
  /** Whoever is appointed to a part of the people has to do with campaigns of that part only. */
  const mustCoverTarget = async (caller: Caller, target: CampaignTarget): Promise<void> => {
    if (!(await coversTarget(caller, target))) throw notCovered()
  }

  const touch = (caller: Caller, functionName: string) =>
    ledger.prepare(caller, [{ operation: 'request', functionName, outcome: 'done' }])

  const create = async (caller: Caller, input: CampaignInput): Promise<CampaignRow> => {
    const target = await checked(caller, input.target)
    await mustCoverTarget(caller, target)
    const { noticeId, dueOn } = input
    if (noticeId !== undefined) await notices.get(caller, noticeId)
    if (dueOn !== undefined && dueOn < (await organizations.today(caller)))
      throw invalidField('/dueOn', 'invalid_request', 'The deadline is over already.')
    const id = newId('campaign')
    const entries = await touch(caller, '収集の開始')
    return commit(db, caller, async () => {
      const row: CampaignRow = {
        _id: id,
        organizationId: caller.organizationId,
        name: input.name,
        state: 'preparing',
        target,
        joins: input.joins ?? false,
        priority: input.priority ?? 'normal',
        documents: input.documents ?? [],
        asked: 0,
        passedOver: 0,
        jobId: await jobs.start(caller, 'campaign', { campaignId: id }),
        createdAt: clock.now(),
        ...defined({ noticeId, dueOn }),
      }
      await campaigns.insert(row)
      await ledger.append(entries)
      return row
    })
  }

  const get = async (caller: Caller, id: string): Promise<CampaignRow> => {
    const row = await campaigns.find(caller.organizationId, id)
    if (row === null) throw notFound('campaign')
    return row
  }
  const getCovered = async (caller: Caller, id: string): Promise<CampaignRow> => {
    const row = await get(caller, id)
    await mustCoverTarget(caller, row.target)
    return row
  }

  const list = async (caller: Caller, query: PageRequest & { state?: CampaignState }): Promise<Page<CampaignRow>> => {
    const { limit, after, total, state } = query
    const rows = await campaigns.list(caller.organizationId, state, readCursor(after, ['string']), limit + 1)
    return {
      ...cutPage(rows, limit, (row) => [row._id]),
      ...(total === true ? { total: shownTotal(await campaigns.count(caller.organizationId, state)) } : {}),
    }
  }

  /** Nobody joins any more; what was asked goes on. */
  const close = async (caller: Caller, id: string): Promise<CampaignRow> => {
    await getCovered(caller, id)
    const entries = await touch(caller, '収集の終了')
    return commit(db, caller, async () => {
      const change = { state: 'closed', closedAt: caller.at } as const
      const row = await campaigns.move(caller.organizationId, id, ['preparing', 'running'], change)
      if (row === null) throw new AppError('conflict', 'This campaign is over already.')
      await ledger.append(entries)
      return row
    })
  }

  const cancel = async (caller: Caller, id: string): Promise<CampaignRow> => {
    await getCovered(caller, id)
    const entries = await touch(caller, '収集の取消')
    return commit(db, caller, async () => {
      const jobId = await jobs.start(caller, 'campaign_cancellation', { campaignId: id })
      const change = { state: 'cancelled', closedAt: caller.at, jobId } as const
      const row = await campaigns.move(caller.organizationId, id, ['preparing', 'running', 'closed'], change)
      if (row === null) throw new AppError('conflict', 'This campaign is cancelled already.')
      await ledger.append(entries)
      return row
    })
  }

  return { create, get, coversTarget, list, close, cancel }
}
export type Campaigns = ReturnType<typeof createCampaigns>
