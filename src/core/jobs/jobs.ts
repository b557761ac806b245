import { type EntryRef, emptyRange, extended, type LedgerOperation, rangeRoot } from '../ledger/ledger.ts'
import type { Outbox, OutboxRow } from '../outbox/outbox.ts'
import type { Caller } from '../shared/caller.ts'
import type { Clock } from '../shared/clock.ts'
import type { Database } from '../shared/database.ts'
import { AppError, notFound, type Place } from '../shared/errors.ts'
import { newId } from '../shared/ids.ts'
import type { JobKind } from './job-kinds.ts'
import { createJobsStore, type JobRow } from './jobs.store.ts'

export { type JobKind, jobKinds } from './job-kinds.ts'
export type { JobRow, JobState } from './jobs.store.ts'

/** Which entries of a job its receipt is about: those of the numbers that it touched. */
const receiptedAs = {
  import_check: undefined,
  import_apply: undefined,
  export: 'export',
  filing: 'file',
  disposal: 'delete',
  ledger_export: undefined,
  campaign: undefined,
  campaign_cancellation: undefined,
} as const satisfies Record<JobKind, LedgerOperation | undefined>

/** What a job that is over put on record; undefined while it runs, and where it touched no number. */
export const recordedBy = ({ _id, kind, recorded, finishedAt }: JobRow) => {
  const operation = receiptedAs[kind]
  if (operation === undefined || recorded === undefined || finishedAt === undefined) return undefined
  return { jobId: _id, operation, count: recorded.count, root: rangeRoot(recorded), finishedAt }
}

/** Another worker holds the job now: stop, write nothing. */
export class FenceLost extends Error {}

export type JobStep = Pick<Partial<JobRow>, 'progress' | 'cursor'> & { entries?: readonly EntryRef[] }

/** What a handler gets. A handler can run twice: it resumes at `job.cursor`. */
export type JobRun = {
  job: JobRow
  caller: Caller
  /**
   * One chunk: its effect, its ledger entries and the job's progress in one transaction. `entries` are those that the job's
   * receipt will promise, in the order of their lines. Throws FenceLost when another worker took over.
   */
  step: (change: JobStep, work?: () => Promise<void>) => Promise<void>
  /** The last transaction: the job succeeds in it. */
  succeed: (work?: () => Promise<void>) => Promise<void>
}

export type JobHandler = {
  run: (run: JobRun) => Promise<void>
  /** In the transaction in which the job fails for good: what belongs to it fails too. */
  failed: (caller: Caller, job: JobRow, problems: Place[]) => Promise<void>
}

/** Long work as a resource with state and progress. The worker's side is `createJobRunner`. */
export const createJobs = ({ db, outbox, clock }: { db: Database; outbox: Outbox; clock: Clock }) => {
  const store = createJobsStore(db)
  return {
    store,
    /** Call inside the transaction that creates what the job works on. */
    start: async (caller: Caller, kind: JobKind, input: Record<string, string>): Promise<string> => {
      const id = newId('job')
      await store.insert({
        _id: id,
        organizationId: caller.organizationId,
        kind,
        state: 'queued',
        progress: { done: 0 },
        problems: [],
        input,
        fence: 0,
        asked: {
          ...(caller.clientId === undefined ? {} : { clientId: caller.clientId }),
          ...(caller.actor.type === 'staff' ? { staffId: caller.actor.id } : {}),
          ...(caller.network === undefined ? {} : { network: caller.network }),
          ...(caller.place === undefined ? {} : { place: caller.place }),
          assurance: caller.assurance,
          requestId: caller.requestId,
          at: caller.at,
        },
        createdAt: clock.now(),
      })
      await outbox.job(caller, kind, id)
      return id
    },
    get: async (caller: Caller, id: string): Promise<JobRow> => {
      const job = await store.find(caller.organizationId, id)
      if (job === null) throw notFound('job')
      return job
    },
  }
}
export type Jobs = ReturnType<typeof createJobs>

type RunnerDeps = {
  db: Database
  jobs: Jobs
  outbox: Outbox
  clock: Clock
  handlers: Record<JobKind, JobHandler>
  /** Who asked, as of now: refuses when the staff member's appointment has ended. */
  callerOf: (job: JobRow) => Promise<Caller>
  /** The service itself, for what must be settled when whoever asked may not act any more. */
  systemCallerOf: (organizationId: string) => Promise<Caller>
  onError: (error: unknown, job: JobRow) => void
}

/** Runs one outbox row of topic `job`. Returns when the row is settled. */
export const createJobRunner = ({
  db,
  jobs,
  outbox,
  clock,
  handlers,
  callerOf,
  systemCallerOf,
  onError,
}: RunnerDeps) => {
  const renewEveryMs = outbox.leaseMs / 4

  const isOpen = async (organizationId: string, jobId: string | undefined): Promise<boolean> => {
    const job = jobId === undefined ? null : await jobs.store.find(organizationId, jobId)
    return job?.state === 'queued' || job?.state === 'running'
  }

  const runHandler = async (row: OutboxRow, job: JobRow): Promise<void> => {
    const { organizationId, _id: id } = job
    const caller = await callerOf(job)
    const held = (ok: boolean): void => {
      if (!ok) throw new FenceLost()
    }
    let recorded = job.recorded ?? emptyRange
    const step = async ({ entries = [], ...change }: JobStep, work?: () => Promise<void>): Promise<void> => {
      const next = extended(
        recorded,
        entries.map(({ leafHash }) => Buffer.from(leafHash, 'base64url')),
      )
      await db.inTransaction(async () => {
        await work?.()
        const all = entries.length === 0 ? change : { ...change, recorded: next }
        held(await jobs.store.step(organizationId, id, row.fence, all))
      })
      recorded = next
    }
    await handlers[job.kind].run({
      job,
      caller,
      step,
      succeed: (work) =>
        db.inTransaction(async () => {
          await work?.()
          held(await jobs.store.finish(organizationId, id, row.fence, 'succeeded', [], clock.now()))
        }),
    })
  }

  const failForGood = async (row: OutboxRow, job: JobRow, error: AppError | undefined): Promise<void> => {
    const problems: Place[] =
      error === undefined
        ? [{ code: 'internal' }]
        : error.places.length > 0
          ? [...error.places].slice(0, 100)
          : [{ code: error.code, detail: error.message }]
    const asker = await callerOf(job).catch(() => systemCallerOf(job.organizationId))
    await db.inTransaction(async () => {
      const mine = await jobs.store.finish(job.organizationId, job._id, row.fence, 'failed', problems, clock.now())
      if (mine) await handlers[job.kind].failed(asker, job, problems)
      // In the same transaction: a row that is settled never leaves a job that runs for ever.
      await outbox.finish(row)
    })
  }

  return {
    run: async (row: OutboxRow): Promise<void> => {
      const jobId = row.data.jobId
      const job = jobId === undefined ? null : await jobs.store.begin(row.organizationId, jobId, row.fence, clock.now())
      if (job === null) {
        // Done before, by this row's earlier attempt: the row alone is left to settle.
        if (!(await isOpen(row.organizationId, jobId))) await outbox.finish(row)
        // Else the bell rang a second time (BullMQ does so for a worker that was killed or stood still): whoever has the
        // fence works on, or the lease runs out and the next fence takes over.
        return
      }
      const renewal = setInterval(() => void outbox.renew(row).catch(() => undefined), renewEveryMs)
      try {
        await runHandler(row, job)
        await outbox.finish(row)
      } catch (error) {
        if (error instanceof FenceLost) return
        const refused = error instanceof AppError && error.code !== 'unavailable' && error.code !== 'internal'
        if (!refused) onError(error, job)
        if (refused || (await outbox.fail(row, error instanceof AppError ? error.code : 'internal')) === 'given_up') {
          await failForGood(row, job, error instanceof AppError ? error : undefined)
        }
      } finally {
        clearInterval(renewal)
      }
    },
  }
}
export type JobRunner = ReturnType<typeof createJobRunner>
