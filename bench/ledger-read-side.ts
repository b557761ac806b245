import { equalitiesOf, indexFor, stretchesOf } from '../src/core/ledger/entry-query.rules.ts'
import type { Caller } from '../src/core/shared/caller.ts'
import { answerOnce, type Memory, watchMemory } from './child-side.ts'
import { openGraph, type Place } from './graph.ts'
import { questionOf } from './ledger-rows.ts'
import { median } from './quantile.ts'

export type ReadInput = {
  place: Place
  caller: Caller
  people: number
  pages: number
  from: string
  to: string
  what: 'page' | 'name' | 'total' | 'examined'
}
export type ReadDone = Memory & {
  count: number
  /** Milliseconds: the median of the pages. */
  median: number
  /** Of `page`: rows a page; of `examined`: the most documents looked at for each row shown. */
  figure: number
}

const limit = 20

/** Pages of the record as its list reads them, in the order of the screen. */
await answerOnce(async ({ place, caller, people, pages, what, ...period }: ReadInput): Promise<ReadDone> => {
  const graph = await openGraph(place)
  const { ledger, db } = graph
  const [from, to] = [new Date(period.from), new Date(period.to)]
  const memory = watchMemory()

  /** What each of these would show as a total. */
  const totals = [{}, { departmentCode: '101' }, { operation: 'view' as const }, { outcome: 'refused' as const }]
  const ask = async (n: number): Promise<number> => {
    const { name, ...equal } = questionOf(n, people)
    const asked =
      what === 'name' ? { name } : what === 'total' ? { ...(totals[n % totals.length] ?? {}), total: true } : equal
    const { rows } = await ledger.list(caller, { from, to, order: 'desc', limit, ...asked })
    return rows.length
  }
  const examinedFor = async (n: number): Promise<number> => {
    const { name: _, ...equal } = questionOf(n, people)
    const filter = { from, to, ...equal }
    const [stretch = {}] = stretchesOf(filter, undefined, -1)
    const plan = await db.mongoose.connection
      .collection('ledger_entries')
      .find({ ...equalitiesOf(caller.organizationId, filter), ...stretch })
      .sort({ at: -1, line: -1, _id: -1 })
      .hint(indexFor(filter))
      .limit(limit + 1)
      .explain('executionStats')
    return Number(plan.executionStats.totalDocsExamined) / limit
  }

  const work = what === 'examined' ? examinedFor : ask
  for (let n = 0; n < Math.min(50, pages); n++) await work(n)
  const times: number[] = []
  let figure = 0
  for (let n = 0; n < pages; n++) {
    const startedAt = performance.now()
    figure = Math.max(figure, await work(n))
    times.push(performance.now() - startedAt)
  }
  const done = { count: pages, median: median(times), figure, ...memory() }
  await graph.close()
  return done
})
