import type { JobHandler } from '../jobs/jobs.ts'
import type { Clock } from '../shared/clock.ts'
import { defined } from '../shared/defined.ts'
import { AppError } from '../shared/errors.ts'
import type { Subjects } from '../subjects/subjects.ts'
import { type CampaignAsking, kindsOf } from './campaign-asking.ts'
import type { CampaignRow, CampaignsStore } from './campaigns.store.ts'
import type { EndMany } from './ending-many.ts'
import type { RequestsStore } from './requests.store.ts'

/** Where the next chunk begins: an order key, or a place in the list. */
type Cursor = { after?: string; done: number }
const cursorOf = (cursor: Record<string, unknown> | undefined): Cursor => ({
  done: typeof cursor?.done === 'number' ? cursor.done : 0,
  ...(typeof cursor?.after === 'string' ? { after: cursor.after } : {}),
})

type Deps = {
  store: RequestsStore
  campaigns: CampaignsStore
  ask: CampaignAsking
  endMany: EndMany
  subjects: Subjects
  clock: Clock
  /** At most 500 rows a transaction. */
  chunkSize?: number
}

/** Makes the requests of a campaign, and takes them back: in chunks, each with its ledger entries and the job's progress. */
export const createCampaignJobs = (deps: Deps) => {
  const { store, campaigns, ask, endMany, subjects, clock, chunkSize = 500 } = deps

  const find = async (organizationId: string, id: string | undefined): Promise<CampaignRow> => {
    const row = id === undefined ? null : await campaigns.find(organizationId, id)
    if (row === null) throw new AppError('not_found', 'No such campaign.')
    return row
  }

  const nextOf = async (campaign: CampaignRow, { after, done }: Cursor) => {
    const { companyId, departmentId, subjectIds } = campaign.target
    if (subjectIds !== undefined) {
      const ids = subjectIds.slice(done, done + chunkSize)
      return { ids, cursor: { done: done + ids.length } }
    }
    const filter = { kinds: kindsOf(campaign.target), ...defined({ companyId, departmentId }) }
    const rows = await subjects.rows.inOrder(campaign.organizationId, filter, after, chunkSize)
    return {
      ids: rows.map(({ _id }) => _id),
      cursor: { done: done + rows.length, ...defined({ after: rows.at(-1)?.order ?? after }) },
    }
  }

  const begin: JobHandler = {
    run: async ({ job, caller, step, succeed }) => {
      const { organizationId } = job
      const campaign = await find(organizationId, job.input.campaignId)
      let at = cursorOf(job.cursor)
      for (;;) {
        const { ids, cursor } = await nextOf(campaign, at)
        if (ids.length === 0) break
        const change = { cursor, progress: { done: cursor.done } }
        const asked = await ask(
          caller,
          campaign,
          ids,
          (write) => step(change, write),
          (count, through) => ids.length - count - through,
        )
        // Closed or cancelled meanwhile: what was asked stays asked, or is taken back by the other job.
        if (asked === undefined) break
        at = cursor
      }
      await succeed(async () => {
        await campaigns.move(organizationId, campaign._id, ['preparing'], { state: 'running' })
      })
    },
    failed: async (_caller, job) => {
      const { campaignId = '' } = job.input
      await campaigns.move(job.organizationId, campaignId, ['preparing'], { state: 'closed', closedAt: clock.now() })
    },
  }

  /** Nothing that was submitted is lost: it waits for staff to accept, return or cancel it. */
  const takeBack: JobHandler = {
    run: async ({ job, caller, step, succeed }) => {
      const { organizationId } = job
      const campaign = await find(organizationId, job.input.campaignId)
      let { done } = cursorOf(job.cursor)
      for (;;) {
        const rows = await store.waitingOf(organizationId, campaign._id, chunkSize)
        if (rows.length === 0) break
        done += rows.length
        const end = await endMany(caller, rows, 'cancelled', {
          functionName: '提出依頼の取消（収集の取消）',
          change: {
            from: ['created', 'sent', 'opened', 'returned', 'refused'],
            set: { cancelledAt: caller.at, cancellation: { reason: 'campaign_cancelled' } },
          },
          telling: { reasons: ['campaign_cancelled'] },
        })
        await step({ cursor: { done }, progress: { done } }, end)
      }
      await succeed()
    },
    failed: async () => undefined,
  }

  return { begin, takeBack }
}
