import type { Keys } from '../keys/keys.ts'
import type { Entry, Ledger } from '../ledger/ledger.ts'
import type { Caller } from '../shared/caller.ts'
import { defined } from '../shared/defined.ts'
import type { Page, PageRequest } from '../shared/page.ts'
import { type ReadingFilters, toEntryFilters } from './filters.ts'
import { createLedgerExports, type LedgerExportsDeps } from './ledger-exports.ts'
import { type AskedPeriod, inQuery, periodOf } from './period.rules.ts'
import { placesOf } from './places.ts'

export { ledgerColumns } from './columns.ts'
export { filtersOf, type ReadingFilters } from './filters.ts'
export type { LedgerExport, LedgerExportInput } from './ledger-exports.ts'
export type { LedgerFileFacts, LedgerFormat } from './ledger-format.ts'

export type ReadingQuery = ReadingFilters & AskedPeriod & { order: 'asc' | 'desc' } & PageRequest

/** How long the pages of one query are one read. */
const readMs = 3600 * 1000

/** 記録の閲覧 and 記録の出力: whoever reads the 取扱記録 stands in it. */
export const createReading = (deps: LedgerExportsDeps & { keys: Keys; ledger: Ledger }) => {
  const { keys, ledger } = deps

  const record = async (caller: Caller): Promise<void> => {
    await ledger.append(
      await ledger.prepare(caller, [{ operation: 'read_ledger', functionName: '取扱記録の閲覧', outcome: 'done' }]),
    )
  }

  const list = async (caller: Caller, query: ReadingQuery): Promise<Page<Entry>> => {
    const { limit, after, total, from, to, order, ...filters } = query
    const cipher = await keys.fields.for(caller.organizationId)
    const places = placesOf(cipher, caller, { ...filters, ...defined({ from, to }), order })
    const place = after === undefined ? undefined : places.read(after)
    const period = place?.period ?? periodOf(defined({ from, to }), caller.at, inQuery)
    const page = await ledger.list(caller, {
      ...toEntryFilters(filters),
      ...period,
      ...defined({ after: place?.after, total }),
      order,
      limit,
    })
    const isOnRecord = place !== undefined && caller.at.getTime() - place.recordedAt.getTime() < readMs
    // Before the page leaves, and after it was read: a read is not in its own first page.
    if (!isOnRecord) await record(caller)
    const recordedAt = isOnRecord ? place.recordedAt : caller.at
    const { next } = page
    return next === undefined ? page : { ...page, next: places.write({ after: next, period, recordedAt }) }
  }

  return { list, exports: createLedgerExports(deps) }
}
export type Reading = ReturnType<typeof createReading>
