import { createJobRunner } from '../src/core/jobs/jobs.ts'
import type { OutboxRow } from '../src/core/outbox/outbox.ts'
import type { Caller } from '../src/core/shared/caller.ts'
import { systemClock as clock } from '../src/core/shared/clock.ts'
import { newId } from '../src/core/shared/ids.ts'
import { answerOnce, watchMemory } from './child-side.ts'
import { openGraph, type Place } from './graph.ts'

export type ExportInput = { place: Place; caller: Caller; companyId: string; recipientId: string }
export type Exported = {
  count: number
  seconds: number
  externalMegabytes: number
  residentMegabytes: number
}

/** Our export: the job that the service's worker runs, run here without the queue. */
await answerOnce(async ({ place, caller, companyId, recipientId }: ExportInput): Promise<Exported> => {
  const graph = await openGraph(place)
  const { db, jobs, outbox, exports } = graph
  const asked = { ...caller, at: new Date(), requestId: newId('request_'), network: '127.0.0.1' }
  const unused = { run: () => Promise.reject(new Error('not measured')), failed: () => Promise.resolve() }
  const handlers = {
    import_check: unused,
    import_apply: unused,
    filing: unused,
    disposal: unused,
    ledger_export: unused,
    campaign: unused,
    campaign_cancellation: unused,
    export: exports.handler,
  }
  const thrown: unknown[] = []
  const onError = (error: unknown): void => void thrown.push(error)
  const runner = createJobRunner({
    db,
    jobs,
    outbox,
    clock,
    handlers,
    callerOf: () => Promise.resolve(asked),
    systemCallerOf: () => Promise.resolve(asked),
    onError,
  })
  const { _id: exportId, jobId } = await exports.create(asked, {
    companyId,
    format: 'payroll-7',
    purpose: 'withholding_tax',
    recipientId,
  })
  // Claimed as the relay claims it, but by its id: rows of other measurements wait in the same outbox.
  const row = await db.mongoose.connection
    .collection<OutboxRow>('outbox')
    .findOneAndUpdate(
      { organizationId: asked.organizationId, topic: 'job', 'data.jobId': jobId },
      { $set: { state: 'queued', dueAt: new Date(Date.now() + 600_000) }, $inc: { fence: 1, attempt: 1 } },
      { returnDocument: 'after' },
    )
  if (row === null) throw new Error('There is no row for the job.')

  const memory = watchMemory()
  const startedAt = performance.now()
  await runner.run(row)
  const seconds = (performance.now() - startedAt) / 1000
  const peak = memory()
  const { state, counts } = await exports.get(asked, exportId)
  if (state !== 'ready') throw new Error(`The export is ${state}.`, { cause: thrown[0] })
  await graph.close()
  return { count: counts?.subjects ?? 0, seconds, ...peak }
})
