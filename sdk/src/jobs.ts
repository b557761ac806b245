import { sleep } from './abortable.ts'
import type { Job } from './gen/types.gen.ts'
import type { CallOptions } from './send.ts'

/** The job ended otherwise than well, or not in time; `job` is how it was seen last, `job.errors` says why. */
export class AzukariJobError extends Error {
  override readonly name = 'AzukariJobError'
  readonly job: Job
  readonly reason: 'failed' | 'cancelled' | 'timeout'

  constructor(job: Job, reason: 'failed' | 'cancelled' | 'timeout') {
    const codes = job.errors.map((place) => place.code).slice(0, 5)
    super(`The ${job.kind} job ${job.id}: ${reason}${codes.length === 0 ? '' : ` (${codes.join(', ')})`}`)
    this.job = job
    this.reason = reason
  }
}

export type WaitOptions = {
  onProgress?: (job: Job) => void
  /** Default 30 minutes. */
  timeoutMs?: number
  signal?: AbortSignal
}

const firstPauseMs = 100
const longestPauseMs = 3_000

/** Asks until the job has ended, at growing intervals. Resolves when it succeeded, else throws AzukariJobError. */
export const createWait =
  (get: (id: string, options?: CallOptions) => Promise<Job>) =>
  async (jobId: string, { onProgress, timeoutMs = 1_800_000, signal }: WaitOptions = {}): Promise<Job> => {
    const until = Date.now() + timeoutMs
    for (let pause = firstPauseMs; ; pause = Math.min(longestPauseMs, pause * 1.5)) {
      const job = await get(jobId, signal === undefined ? {} : { signal })
      onProgress?.(job)
      if (job.state === 'succeeded') return job
      if (job.state === 'failed' || job.state === 'cancelled') throw new AzukariJobError(job, job.state)
      if (Date.now() + pause > until) throw new AzukariJobError(job, 'timeout')
      await sleep(pause * (0.75 + Math.random() / 4), signal)
    }
  }
