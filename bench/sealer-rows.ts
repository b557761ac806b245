import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { MongoClient } from 'mongodb'
import type { Appended, AppendInput } from './append-side.ts'
import { runChild, startServer } from './child.ts'
import { openGraph } from './graph.ts'
import type { PartInput } from './main-part.ts'
import { median } from './quantile.ts'
import { compare, type Measured } from './ratio.ts'
import { type Row, toRow } from './row.ts'
import { heapMegabytes } from './sizes.ts'

const part = 'ledger'
const writers = 32
const youngMegabytes = 8
/** What the sealer must keep up with, for so long, after so long to get going. */
const perSecond = 2000
const keepUpSeconds = 20
const warmUpSeconds = 3
/** Longer than a transaction of the writers takes: what was recorded before the oldest one that waits, and commits after it. */
const lateCommitMs = 3000

const appendBy = async (input: PartInput, work: Omit<AppendInput, 'place'>): Promise<Appended> => {
  const options = { logFile: join(input.logDirectory, 'append.log'), heapMegabytes, youngMegabytes }
  return (await runChild('bench/append-side.ts', { place: input.place, ...work }, options)) as Appended
}

const prepare = async (input: PartInput): Promise<void> => {
  mkdirSync(input.logDirectory, { recursive: true })
  const graph = await openGraph(input.place)
  await graph.prepare()
  await graph.close()
}

const organizations = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `org_bench_${name}_${i}`)

/** Nobody waits for anybody: there is no chain, no counter and no head that every writer of an organization must change. */
export const appendingRows = async (input: PartInput): Promise<Row[]> => {
  await prepare(input)
  const client = await MongoClient.connect(input.place.mongodbUrl)
  const conflictsNow = async (): Promise<number> =>
    Number((await client.db('admin').command({ serverStatus: 1 })).metrics?.operation?.writeConflicts ?? 0)
  const seconds = Math.min(8, input.sizes.secondsEach)
  const side = (organizationIds: readonly string[]) => (): Promise<Measured> =>
    appendBy(input, { organizationIds, writers, seconds, batch: 1 })
  try {
    const before = await conflictsNow()
    const ratio = await compare({
      part,
      name: `${writers} writers in one organization, to ${writers} in ${writers}`,
      baselineName: 'append',
      unit: 'entries',
      bar: { atLeast: 0.75 },
      rounds: input.sizes.rounds,
      ours: side(organizations('one', 1)),
      baseline: side(organizations('each', writers)),
      log: input.log,
    })
    const conflicts = (await conflictsNow()) - before
    return [
      ratio,
      toRow(
        part,
        'write conflicts on append',
        conflicts,
        { atMost: 0 },
        'counted by MongoDB over all rounds of both sides',
      ),
    ]
  } finally {
    await client.close()
  }
}

/** The oldest unsealed entry of one organization, looked at ten times a second while entries come in steadily. */
export const sealingRow = async (input: PartInput): Promise<Row> => {
  await prepare(input)
  const organizationIds = organizations('sealed', 1)
  const [organizationId] = organizationIds
  const logFile = join(input.logDirectory, 'sealer.log')
  const stop = await startServer(
    'bench/sealer-side.ts',
    { place: input.place },
    { logFile, heapMegabytes, youngMegabytes },
  )
  const client = await MongoClient.connect(input.place.mongodbUrl)
  const entries = client.db(input.place.databaseName).collection('ledger_entries')
  // The rows before have left as much unsealed as they wrote.
  while ((await entries.countDocuments({ unsealed: true }, { limit: 1 })) > 0)
    await new Promise((resolve) => setTimeout(resolve, 200))
  const lags: number[] = []
  // What is sealed leaves its places in the index for minutes: to walk over them ten times a second would be a load of its own.
  let from = new Date(0)
  const look = async (): Promise<void> => {
    const waiting = { organizationId, unsealed: true, recordedAt: { $gte: from } }
    const now = Date.now()
    const oldest = await entries.findOne(waiting, { sort: { recordedAt: 1 }, projection: { recordedAt: 1 } })
    const since: number = oldest?.recordedAt.getTime() ?? now
    from = new Date(Math.min(since, now) - lateCommitMs)
    lags.push(Math.max(0, (now - since) / 1000))
  }
  try {
    const appending = appendBy(input, {
      ...{ organizationIds, writers: 8, batch: 25, perSecond },
      seconds: warmUpSeconds + keepUpSeconds,
    })
    let isOver = false
    const ended = appending.finally(() => {
      isOver = true
    })
    ended.catch(() => undefined)
    const startedAt = performance.now()
    while (!isOver) {
      await look()
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    const { count, seconds } = await ended
    const untilNone = performance.now()
    while ((await entries.countDocuments({ organizationId, unsealed: true }, { limit: 1 })) > 0)
      await new Promise((resolve) => setTimeout(resolve, 20))
    const after = (performance.now() - untilNone) / 1000
    const counted = lags.slice(Math.ceil(lags.length * (warmUpSeconds / ((performance.now() - startedAt) / 1000))))
    const middle = median(counted)
    const rate = count / seconds
    const note = [
      `${Math.round(rate).toLocaleString('en')} entries/s came in for ${Math.round(seconds)} s`,
      `half of the time at most ${middle.toFixed(2)} s behind, and done ${after.toFixed(2)} s after the last`,
      ...(rate < perSecond * 0.95 ? ['fewer came in than were wanted: a busy machine'] : []),
    ].join('; ')
    return toRow(
      part,
      `seconds that the sealer is behind, at most, at ${perSecond} entries/s`,
      Math.max(0, ...counted),
      { atMost: 1 },
      note,
    )
  } finally {
    await client.close()
    await stop()
  }
}
