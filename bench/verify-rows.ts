import { join } from 'node:path'
import { runChild } from './child.ts'
import { type DoneInHeap, heapRow } from './heap-row.ts'
import type { PartInput } from './main-part.ts'
import { compare } from './ratio.ts'
import { toRow } from './row.ts'
import { heapMegabytes, mostMemoryRatio } from './sizes.ts'

const part = 'ledger'

/** A sealed ledger (`bench/sealed-ledger-side.ts` makes one) verified in a small heap, and read, written down and hashed bare. */
export const verifying = async (
  { place, sizes, logDirectory, log, add }: PartInput,
  { organizationId, size }: { organizationId: string; size: number },
): Promise<void> => {
  const done: Record<'ours' | 'baseline', DoneInHeap[]> = { ours: [], baseline: [] }
  const side = (who: keyof typeof done, script: string, input: object) => async (): Promise<DoneInHeap> => {
    const options = { logFile: join(logDirectory, `verify-${who}.log`), heapMegabytes }
    const result = (await runChild(script, input, options)) as DoneInHeap
    if (result.count !== size) throw new Error(`${result.count} of ${size} entries were verified.`)
    done[who].push(result)
    return result
  }
  add(
    await compare({
      ...{ part, name: `verify ${size} entries`, baselineName: 'verify', unit: 'entries', bar: { atLeast: 0.5 } },
      rounds: sizes.rounds,
      ours: side('ours', 'bench/verify-side.ts', { place, organizationId }),
      baseline: side('baseline', 'bench/baselines/verify.ts', { ...place, organizationId }),
      remarks: ['baseline: cursor, canonical JSON, SHA-256; ours: names, commitments, tiles, tree and signatures too'],
      log,
    }),
  )
  const most = (who: keyof typeof done): DoneInHeap =>
    done[who].reduce((a, b) => (a.residentMegabytes > b.residentMegabytes ? a : b))
  const [ours, baseline] = [most('ours'), most('baseline')]
  add(heapRow(part, `verify ${size} entries`, ours, size))
  add(
    toRow(
      part,
      `verify ${size} entries: peak RSS to the baseline's`,
      ours.residentMegabytes / baseline.residentMegabytes,
      { atMost: mostMemoryRatio },
      `${ours.residentMegabytes.toFixed(0)} and ${baseline.residentMegabytes.toFixed(0)} MB`,
    ),
  )
}
