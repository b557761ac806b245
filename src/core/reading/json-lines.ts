import { type FoundEntry, type SealedLog, toEntryLine } from '../ledger/ledger.ts'
import type { LedgerExportRow } from './ledger-exports.store.ts'
import type { LedgerFileFacts } from './ledger-format.ts'

export const jsonLinesType = 'application/jsonl'
const formatVersion = 1

/**
 * The file for verifiers: a header, then a line for each entry, with its inclusion proof in the tree of the header's size where it
 * was sealed by then. Of everything, in the order of the log, it shows that nothing is missing; of a selection, that what is in it is genuine.
 */
export const createJsonLines = ({ log }: { log: SealedLog }) => {
  const lineOf = ({ organizationId, checkpoint }: LedgerExportRow) => {
    const size = checkpoint?.size ?? 0
    const prove = log.prover(organizationId, size)
    return async (found: FoundEntry): Promise<string> => {
      const { index } = found.row
      const proof = index !== undefined && index < size ? await prove(index) : undefined
      return `${toEntryLine(found, proof)}\n`
    }
  }

  const headerOf = async ({ organizationId, period, filters, checkpoint }: LedgerExportRow, facts: LedgerFileFacts) => {
    const { from, frontier } = await log.start(organizationId)
    return {
      azukariLedger: formatVersion,
      organizationId,
      exportedAt: facts.madeAt.toISOString(),
      from,
      frontier,
      ...(checkpoint === undefined ? {} : { size: checkpoint.size, checkpoint: checkpoint.note }),
      selection: period !== undefined,
      filters: period === undefined ? {} : { ...filters, from: period.from, to: period.to },
    }
  }

  async function* file(
    row: LedgerExportRow,
    facts: LedgerFileFacts,
    parts: AsyncIterable<Uint8Array>,
  ): AsyncGenerator<Uint8Array> {
    yield Buffer.from(`${JSON.stringify(await headerOf(row, facts))}\n`, 'utf8')
    yield* parts
  }

  return { lineOf, file }
}
