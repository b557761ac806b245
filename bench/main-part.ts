import type { Place } from './graph.ts'
import { heapRow } from './heap-row.ts'
import { compare, type Side } from './ratio.ts'
import { type Row, toRow } from './row.ts'
import { heapMegabytes, mostMemoryRatio, type Sizes } from './sizes.ts'
import { openStage, registration, revealing, type Server, type Stage } from './stage.ts'

export type PartInput = {
  place: Place
  sizes: Sizes
  logDirectory: string
  log: (line: string) => void
  add: (...rows: Row[]) => void
}
const part = 'main'

/** The main job: registering, reveal, export. */
export const measureMain = async ({ place, sizes, logDirectory, log, add }: PartInput): Promise<void> => {
  const { rounds, warmUp, connections, secondsEach } = sizes
  const stage = await openStage({ place, logDirectory, connections, warmUp, secondsEach })
  try {
    add(await registering(stage, sizes, log))
    const { companyId, ids } = await stage.people(sizes.exportRows, 'with numbers')
    log(`${ids.length} people with a number`)

    const reveal =
      (server: Server): Side =>
      () =>
        stage.serve('reveal', server, { count: sizes.reveals, from: 0, askOf: revealing(ids) })
    const revealName = `reveal over HTTP, ${connections} connections`
    const both = { ours: reveal('ours'), baseline: reveal('baseline') }
    add(
      await compare({
        part,
        name: revealName,
        baselineName: 'reveal',
        unit: 'requests',
        bar: { atLeast: 0.6 },
        rounds,
        ...both,
        log,
      }),
    )

    const sides = {
      ours: () => stage.exportBy('ours', companyId),
      baseline: () => stage.exportBy('baseline', companyId),
    }
    const exportName = `export of ${sizes.exportRows} subjects`
    add(
      await compare({
        part,
        name: exportName,
        baselineName: 'export',
        unit: 'subjects',
        bar: { atLeast: 0.7 },
        rounds,
        ...sides,
        log,
      }),
    )

    add(...(await exportMemory(stage, sizes, log)))
  } finally {
    await stage.close()
  }
}

const registering = async (
  stage: Stage,
  { rounds, warmUp, connections, registrations }: Sizes,
  log: (line: string) => void,
): Promise<Row> => {
  const each = registrations + warmUp
  const { ids } = await stage.people(each * rounds * 2, 'without')
  log(`${ids.length} people without a number`)
  // Everybody is registered once, so each side of each round has people of its own.
  let begun = 0
  const side =
    (server: Server): Side =>
    () =>
      stage.serve('register', server, { count: registrations, from: each * begun++, askOf: registration(ids) })
  const name = `register a number over HTTP, ${connections} connections`
  const both = { ours: side('ours'), baseline: side('baseline') }
  return compare({
    part,
    name,
    baselineName: 'register',
    unit: 'requests',
    bar: { atLeast: 0.6 },
    rounds,
    ...both,
    log,
  })
}

const exportMemory = async (stage: Stage, { memoryRows }: Sizes, log: (line: string) => void): Promise<Row[]> => {
  const { companyId } = await stage.people(memoryRows, 'with numbers')
  log(`${memoryRows} people with a number`)
  const ours = await stage.exportBy('ours', companyId, heapMegabytes)
  const baseline = await stage.exportBy('baseline', companyId, heapMegabytes)
  const beside = [
    `baseline: external + arrayBuffers ${baseline.externalMegabytes.toFixed(1)} MB, RSS ${baseline.residentMegabytes.toFixed(0)} MB, ${(baseline.count / baseline.seconds).toFixed(0)} subjects/s`,
    ...(baseline.count === memoryRows ? [] : ['the baseline did not write every row']),
  ]
  const outside = heapRow(part, `export of ${memoryRows} subjects`, ours, memoryRows, beside)
  const ratio = ours.residentMegabytes / baseline.residentMegabytes
  const name = `export of ${memoryRows} subjects in a heap of ${heapMegabytes} MB: RSS to the baseline’s`
  const resident = toRow(part, name, ratio, { atMost: mostMemoryRatio }, outside.note)
  const whole = ours.count === memoryRows && baseline.count === memoryRows
  return [outside, resident].map((row) => ({ ...row, holds: row.holds && whole }))
}
