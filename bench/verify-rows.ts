import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { runChild } from './child.ts'
import { openGraph } from './graph.ts'
import { type DoneInHeap, heapRow } from './heap-row.ts'
import type { PartInput } from './main-part.ts'
import { compare } from './ratio.ts'
import { type Row, toRow } from './row.ts'
import { seedOrganization } from './seed.ts'
import { heapMegabytes, mostMemoryRatio } from './sizes.ts'

const part = 'ledger'

type SealedLedger = { organizationId: string; size: number }

/** An organization's ledger, recorded and sealed by the product in a process of its own. */
const sealedLedger = async ({ place, sizes, logDirectory, log }: PartInput): Promise<SealedLedger> => {
  mkdirSync(logDirectory, { recursive: true })
  const graph = await openGraph(place)
  try {
    await graph.prepare()
    const { organizationId, caller } = await seedOrganization(graph)
    const { coverage: _, roles: __, ...by } = caller
    const input = { place, caller: by, count: sizes.verifiedEntries }
    const options = { logFile: join(logDirectory, 'sealed-ledger.log'), heapMegabytes }
    const { size } = (await runChild('bench/sealed-ledger-side.ts', input, options)) as { size: number }
    log(`${size} entries are recorded and sealed`)
    return { organizationId, size }
  } finally {
    await graph.close()
  }
}

/** A sealed ledger verified in a small heap; and read, written down and hashed bare. */
export const verifyingRows = async (input: PartInput): Promise<Row[]> => {
  const { place, sizes, logDirectory, log } = input
  const { organizationId, size } = await sealedLedger(input)
  const done: Record<'ours' | 'baseline', DoneInHeap[]> = { ours: [], baseline: [] }
  const side = (who: keyof typeof done, script: string, input: object) => async (): Promise<DoneInHeap> => {
    const options = { logFile: join(logDirectory, `verify-${who}.log`), heapMegabytes }
    const result = (await runChild(script, input, options)) as DoneInHeap
    if (result.count !== size) throw new Error(`${result.count} of ${size} entries were verified.`)
    done[who].push(result)
    return result
  }
  const ratio = await compare({
    ...{ part, name: `verify ${size} entries`, baselineName: 'verify', unit: 'entries', bar: { atLeast: 0.5 } },
    rounds: sizes.rounds,
    ours: side('ours', 'bench/verify-side.ts', { place, organizationId }),
    baseline: side('baseline', 'bench/baselines/verify.ts', { ...place, organizationId }),
    remarks: ['baseline: cursor, canonical JSON, SHA-256; ours: names, commitments, tiles, tree and signatures too'],
    log,
  })
  const most = (who: keyof typeof done): DoneInHeap =>
    done[who].reduce((a, b) => (a.residentMegabytes > b.residentMegabytes ? a : b))
  const [ours, baseline] = [most('ours'), most('baseline')]
  return [
    ratio,
    heapRow(part, `verify ${size} entries`, ours, size),
    toRow(
      part,
      `verify ${size} entries: peak RSS to the baseline's`,
      ours.residentMegabytes / baseline.residentMegabytes,
      { atMost: mostMemoryRatio },
      `${ours.residentMegabytes.toFixed(0)} and ${baseline.residentMegabytes.toFixed(0)} MB`,
    ),
  ]
}
