import type { Anchors } from '../../src/core/anchors/anchors.ts'
import { createSealing, type SealingDeps } from '../../src/core/ledger/ledger.ts'

type Graph = Pick<SealingDeps, 'db' | 'keys' | 'ledger' | 'outbox' | 'clock'>

/** The tree over a graph's record; nothing is anchored but in `anchored`. */
export const sealingOf = (core: Graph, options: { leaseMs?: number } = {}) => {
  const errors: unknown[] = []
  const tampered: string[] = []
  const anchored: Parameters<Anchors['enterCheckpoint']>[0][] = []
  const sealing = createSealing({
    ...{ db: core.db, keys: core.keys, ledger: core.ledger, outbox: core.outbox, clock: core.clock },
    ...options,
    anchors: { enterCheckpoint: async (checkpoint) => void anchored.push(checkpoint) },
    onError: (error) => void errors.push(error),
    onTampered: (_organizationId, entryIds) => void tampered.push(...entryIds),
  })
  return { sealing, errors, tampered, anchored }
}
