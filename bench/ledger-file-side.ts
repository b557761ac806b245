import type { JobRun } from '../src/core/jobs/jobs.ts'
import type { Caller } from '../src/core/shared/caller.ts'
import { answerOnce, watchMemory } from './child-side.ts'
import { openGraph, type Place } from './graph.ts'
import type { DoneInHeap } from './heap-row.ts'

export type FileInput = { place: Place; caller: Caller; format: 'csv' | 'pdf'; from: string; to: string }

/** 記録の出力: the job that the service's worker runs, run here without the queue. */
await answerOnce(async ({ place, caller, format, from, to }: FileInput): Promise<DoneInHeap> => {
  const graph = await openGraph(place)
  const { db, jobs, reading } = graph
  const asked = { ...caller, at: new Date() }
  const { exports } = reading
  const { _id, jobId } = await exports.create(asked, { format, from: new Date(from), to: new Date(to) })
  const job = await jobs.store.find(caller.organizationId, jobId)
  if (job === null) throw new Error('There is no job.')
  const nothing = (): Promise<void> => Promise.resolve()
  const run: JobRun = {
    job,
    caller: asked,
    step: (_change, work = nothing) => db.inTransaction(work),
    succeed: (work = nothing) => db.inTransaction(work),
  }
  const memory = watchMemory()
  const startedAt = performance.now()
  await exports.handler.run(run)
  const seconds = (performance.now() - startedAt) / 1000
  const peak = memory()
  const { state, entries = 0 } = await exports.get(asked, _id)
  if (state !== 'ready') throw new Error(`The export is ${state}.`)
  await graph.close()
  return { count: entries, seconds, ...peak }
})
