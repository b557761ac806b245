import { type JobRow, type Jobs, recordedBy } from '../../../core/jobs/jobs.ts'
import type { Receipts } from '../../../core/receipts/receipts.ts'
import { defined } from '../../../core/shared/defined.ts'
import type { Place } from '../../../core/shared/errors.ts'
import { callerOf, type Handler, ok } from '../operation.ts'
import { iso, maybeIso } from './paging.ts'

export const toPlace = ({ pointer, parameter, line, column, code, detail }: Place) => ({
  code,
  ...defined({
    pointer,
    parameter,
    line,
    column,
    detail: detail === undefined || detail === '' ? undefined : detail.slice(0, 500),
  }),
})

const toJob = (row: JobRow) => ({
  id: row._id,
  kind: row.kind,
  state: row.state,
  progress: { done: row.progress.done, ...defined({ total: row.progress.total }) },
  errors: row.problems.map(toPlace),
  createdAt: iso(row.createdAt),
  ...defined({ startedAt: maybeIso(row.startedAt), finishedAt: maybeIso(row.finishedAt) }),
})

export const jobsHandlers = ({ jobs, receipts }: { jobs: Pick<Jobs, 'get'>; receipts: Receipts }) => ({
  getJob: (async (context, { path }) => {
    const job = await jobs.get(callerOf(context), path.id)
    const recorded = recordedBy(job)
    if (recorded === undefined) return ok(toJob(job))
    const sign = await receipts.signer()
    return ok({ ...toJob(job), receipt: await sign.job(job.organizationId, recorded) })
  }) satisfies Handler<'getJob'>,
})
