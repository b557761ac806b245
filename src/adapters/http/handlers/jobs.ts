import type { JobRow, Jobs } from '../../../core/jobs/jobs.ts'
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

export const jobsHandlers = ({ jobs }: { jobs: Pick<Jobs, 'get'> }) => ({
  getJob: (async (context, { path }) =>
    ok(toJob(await jobs.get(callerOf(context), path.id)))) satisfies Handler<'getJob'>,
})
