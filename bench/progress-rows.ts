import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Caller } from '../src/core/shared/caller.ts'
import { newId } from '../src/core/shared/ids.ts'
import { runChild } from './child.ts'
import { type Graph, openGraph } from './graph.ts'
import type { PartInput } from './main-part.ts'
import type { ProgressDone, ProgressInput } from './progress-side.ts'
import { median, quantile } from './quantile.ts'
import { type Row, toRow } from './row.ts'
import { seedOrganization } from './seed.ts'
import { heapMegabytes } from './sizes.ts'

const part = 'collection'
const departments = 40
const batchRows = 2000
const shown = (count: number): string => count.toLocaleString('en')

type SeededCampaign = { caller: Caller; campaignId: string; count: number }

/** Requests as a campaign's job would leave them, inserted; counted by the product's own consumer. */
const seedCampaign = async (
  graph: Graph,
  caller: Caller,
  { companyId, noticeId, count }: { companyId: string; noticeId: string; count: number },
): Promise<SeededCampaign> => {
  const { organizationId } = caller
  const campaignId = newId('campaign')
  const { connection } = graph.db.mongoose
  const at = new Date()
  await connection.collection<{ _id: string }>('campaigns').insertOne({
    ...{ _id: campaignId, organizationId, name: '計測', state: 'running', target: { companyId }, joins: false },
    ...{ priority: 'normal', documents: [], asked: count, passedOver: 0, jobId: newId('job'), createdAt: at },
  })
  const departmentIds = Array.from({ length: departments }, () => newId('department'))
  const states = ['created', 'sent', 'opened', 'submitted', 'accepted'] as const
  const requests = connection.collection<{ _id: string }>('requests')
  for (let from = 0; from < count; from += batchRows)
    await requests.insertMany(
      Array.from({ length: Math.min(batchRows, count - from) }, (_, i) => {
        const state = states[(from + i) % states.length]
        return {
          ...{ _id: newId('request'), organizationId, subjectId: newId('subject'), kind: 'employee', companyId },
          ...{ departmentId: departmentIds[(from + i) % departments], campaignId, noticeId, state },
          ...(state === 'accepted' ? {} : { open: true }),
          ...{ priority: 'normal', documents: [], createdAt: at, uncounted: at, entered: [], dependents: [] },
          ...{ entries: [], revision: 0 },
        }
      }),
    )
  await graph.outbox.change(organizationId, 'requests.changed', { campaignId })
  for (let row = await graph.outbox.claimDue(); row !== null; row = await graph.outbox.claimDue()) {
    if (row.data.campaignId !== campaignId) continue
    await graph.collection.changes.answer(row)
    break
  }
  return { caller, campaignId, count }
}

/** The two campaigns in turn, each time in a fresh process. */
export const progressRows = async ({ place, sizes, logDirectory, log }: PartInput): Promise<Row[]> => {
  const { rounds, campaignSmall, campaignLarge, progressLooks: looks } = sizes
  mkdirSync(logDirectory, { recursive: true })
  const graph = await openGraph(place)
  await graph.prepare()
  const organization = await seedOrganization(graph)
  const { coverage: _, roles: __, ...caller } = organization.caller
  const where = { companyId: await organization.company(), noticeId: organization.notice._id }
  const small = await seedCampaign(graph, caller, { ...where, count: campaignSmall })
  const startedAt = performance.now()
  const large = await seedCampaign(graph, caller, { ...where, count: campaignLarge })
  log(
    `${shown(campaignLarge)} requests inserted and counted in ${((performance.now() - startedAt) / 1000).toFixed(0)} s`,
  )
  await graph.close()

  const read = async (campaign: SeededCampaign): Promise<ProgressDone> => {
    const input: ProgressInput = { place, looks, ...campaign }
    const options = { logFile: join(logDirectory, 'progress.log'), heapMegabytes }
    const done = (await runChild('bench/progress-side.ts', input, options)) as ProgressDone
    if (done.total !== campaign.count) throw new Error(`${done.total} of ${campaign.count} requests are counted.`)
    return done
  }
  const ratios: number[] = []
  const medians: { small: number[]; large: number[] } = { small: [], large: [] }
  for (let round = 0; round < rounds; round++) {
    for (const which of round % 2 === 0 ? (['small', 'large'] as const) : (['large', 'small'] as const))
      medians[which].push((await read(which === 'small' ? small : large)).median)
    const [ofLarge = 0, ofSmall = 1] = [medians.large[round], medians.small[round]]
    ratios.push(ofLarge / ofSmall)
    log(`progress: round ${round + 1} of ${rounds}: ${ofLarge.toFixed(2)} and ${ofSmall.toFixed(2)} ms`)
  }
  const note = [
    `median of ${rounds} rounds, quartiles ${quantile(ratios, 0.25).toFixed(3)} to ${quantile(ratios, 0.75).toFixed(3)}`,
    `${median(medians.large).toFixed(2)} ms at ${shown(large.count)}, ${median(medians.small).toFixed(2)} ms at ${shown(small.count)} requests`,
    `by company and by department, ${departments} of them`,
  ].join('; ')
  const name = `progress of ${shown(large.count)} requests, to that of ${shown(small.count)}`
  return [toRow(part, name, median(ratios), { atMost: 1.5 }, note)]
}
