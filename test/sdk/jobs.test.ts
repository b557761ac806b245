import { AzukariJobError, type Job } from '@azukari/sdk'
import { describe, expect, it } from 'vitest'
import { startService } from './loopback.ts'

const job = (state: Job['state'], done: number): Job => ({
  id: 'job_1',
  kind: 'export',
  state,
  progress: { done, total: 2 },
  errors: state === 'failed' ? [{ code: 'unmappable_character', line: 4 }] : [],
  createdAt: '2026-11-23T01:23:45.678Z',
})

describe('waiting for a job', () => {
  it('shows its progress and ends when it has succeeded', async () => {
    const states = [job('queued', 0), job('running', 1), job('succeeded', 2)]
    const { azukari, seen } = await startService((_, nth) => ({ json: states[nth] }))
    const progress: number[] = []
    const ended = await azukari.jobs.wait('job_1', { onProgress: ({ progress: { done } }) => progress.push(done) })
    expect(ended.state).toBe('succeeded')
    expect(progress).toEqual([0, 1, 2])
    expect(seen.map(({ path }) => path)).toEqual(Array(3).fill('/v1/jobs/job_1'))
  })

  it.each(['failed', 'cancelled'] as const)('throws when it has %s, with the job at hand', async (state) => {
    const { azukari } = await startService(() => ({ json: job(state, 1) }))
    const error: unknown = await azukari.jobs.wait('job_1').catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(AzukariJobError)
    expect(error).toMatchObject({ reason: state, job: { id: 'job_1' } })
    if (state === 'failed') expect(String(error)).toContain('unmappable_character')
  })

  it('ends when time is up', async () => {
    const { azukari } = await startService(() => ({ json: job('running', 1) }))
    await expect(azukari.jobs.wait('job_1', { timeoutMs: 300 })).rejects.toMatchObject({ reason: 'timeout' })
  })

  it('ends when the caller gives up', async () => {
    const { azukari } = await startService(() => ({ json: job('running', 1) }))
    const reason = new Error('enough')
    const control = new AbortController()
    setTimeout(() => control.abort(reason), 250)
    await expect(azukari.jobs.wait('job_1', { signal: control.signal })).rejects.toBe(reason)
  })
})
