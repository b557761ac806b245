import type { Caller } from '../src/core/shared/caller.ts'
import { answerOnce } from './child-side.ts'
import { openGraph, type Place } from './graph.ts'
import { median } from './quantile.ts'

export type ProgressInput = { place: Place; caller: Caller; campaignId: string; looks: number }
export type ProgressDone = {
  /** Milliseconds: the median of the looks. */
  median: number
  /** Requests that are counted. */
  total: number
}

const warmUp = 50

/** How far a campaign is, as the API reads it: by company and by department in turn. */
await answerOnce(async ({ place, caller, campaignId, looks }: ProgressInput): Promise<ProgressDone> => {
  const graph = await openGraph(place)
  const look = async (n: number): Promise<number> => {
    const by = n % 2 === 0 ? 'company' : 'department'
    return (await graph.collection.campaigns.progress(caller, campaignId, { by, limit: 100 })).overall.total
  }
  const times: number[] = []
  let total = 0
  for (let n = -warmUp; n < looks; n++) {
    const startedAt = performance.now()
    total = await look(n)
    if (n >= 0) times.push(performance.now() - startedAt)
  }
  await graph.close()
  return { median: median(times), total }
})
