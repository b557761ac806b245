import type { Readable } from 'node:stream'
import type { Jobs } from '../jobs/jobs.ts'
import type { Caller } from '../shared/caller.ts'
import { commit } from '../shared/commit.ts'
import { dayOf } from '../shared/dates.ts'
import { defined } from '../shared/defined.ts'
import { AppError, notFound } from '../shared/errors.ts'
import { newId } from '../shared/ids.ts'
import { cutPage, type Page, type PageRequest, readCursor, shownTotal } from '../shared/page.ts'
import type { Subjects } from '../subjects/subjects.ts'
import type { ReadingFilters } from './filters.ts'
import { jsonLinesType } from './json-lines.ts'
import { createLedgerExportJob, type LedgerExportJobDeps, nameField } from './ledger-export-job.ts'
import { createLedgerExportsStore, type LedgerExportRow, type LedgerFormatId } from './ledger-exports.store.ts'
import { type AskedPeriod, inBody, periodOf } from './period.rules.ts'

export type LedgerExportInput = AskedPeriod & { format: LedgerFormatId; order?: 'asc' | 'desc' } & ReadingFilters
export type LedgerExport = Omit<LedgerExportRow, 'name' | 'filters' | 'state' | 'organizationId' | 'fileId'> & {
  state: LedgerExportRow['state'] | 'expired'
  filters: ReadingFilters
}

export type LedgerExportsDeps = Omit<LedgerExportJobDeps, 'store'> & {
  jobs: Jobs
  subjects: Pick<Subjects, 'get'>
}

export const exportFunctions = {
  csv: '取扱記録のCSV出力',
  jsonl: '取扱記録の検証用出力',
  pdf: '取扱記録のPDF出力',
} as const satisfies Record<LedgerFormatId, string>

const refusals = {
  preparing: () => new AppError('not_ready', 'The file is still being made: see the job.'),
  failed: () => new AppError('conflict', 'The file could not be made: see the job, then ask for it again.'),
  expired: () => new AppError('expired', 'The file has expired: ask for it again.'),
} as const satisfies Record<Exclude<LedgerExport['state'], 'ready'>, () => AppError>

/** 記録の出力: a file of the 取扱記録. It holds names and no digits, so it may be downloaded until it expires. */
export const createLedgerExports = (deps: LedgerExportsDeps) => {
  const { db, keys, ledger, files, jobs, subjects, clock, formats } = deps
  const store = createLedgerExportsStore(db)

  const opener = async (organizationId: string): Promise<(row: LedgerExportRow) => LedgerExport> => {
    const cipher = await keys.fields.for(organizationId)
    const now = clock.now()
    return ({ name, filters, organizationId: _, fileId: __, ...row }) => ({
      ...row,
      state: row.state === 'ready' && row.expiresAt !== undefined && row.expiresAt <= now ? 'expired' : row.state,
      filters: name === undefined ? filters : { ...filters, name: cipher.open(row._id, nameField, name) },
    })
  }

  const create = async (caller: Caller, input: LedgerExportInput): Promise<LedgerExport> => {
    const { organizationId } = caller
    const { format, order, from, to, name, ...filters } = input
    // Only everything, as it was sealed, can show that nothing is missing.
    const isWhole =
      format === 'jsonl' && [from, to, order, name, ...Object.values(filters)].every((asked) => asked === undefined)
    const period = isWhole ? undefined : periodOf(defined({ from, to }), caller.at, inBody)
    // Somebody else's finds nothing, and says so.
    if (filters.subjectId !== undefined) await subjects.get(caller, filters.subjectId)
    const id = newId('ledgerExport')
    const sealed = name === undefined ? undefined : (await keys.fields.for(organizationId)).seal(id, nameField, name)
    const open = await opener(organizationId)
    const entries = await ledger.prepare(caller, [
      { operation: 'export_ledger', functionName: exportFunctions[format], outcome: 'done' },
    ])
    const now = clock.now()
    return commit(db, caller, async () => {
      const row: LedgerExportRow = {
        _id: id,
        organizationId,
        format,
        state: 'preparing',
        jobId: await jobs.start(caller, 'ledger_export', { exportId: id }),
        order: order ?? (isWhole ? 'asc' : 'desc'),
        filters,
        fileName: `ledger-${dayOf(now).replaceAll('-', '')}.${format}`,
        createdAt: now,
        ...defined({ period, name: sealed }),
      }
      await store.insert(row)
      await ledger.append(entries)
      return open(row)
    })
  }

  const find = async (organizationId: string, id: string): Promise<LedgerExportRow> => {
    const row = await store.find(organizationId, id)
    if (row === null) throw notFound('ledger export')
    return row
  }

  const get = async (caller: Caller, id: string): Promise<LedgerExport> => {
    const row = await find(caller.organizationId, id)
    return (await opener(caller.organizationId))(row)
  }

  const list = async (caller: Caller, page: PageRequest): Promise<Page<LedgerExport>> => {
    const { organizationId } = caller
    const rows = await store.list(organizationId, readCursor(page.after, ['string']), page.limit + 1)
    const cut = cutPage(rows, page.limit, ({ _id }) => [_id])
    const counted = page.total === true ? shownTotal(await store.count(organizationId)) : undefined
    return { ...cut, rows: cut.rows.map(await opener(organizationId)), ...defined({ total: counted }) }
  }

  const content = async (
    caller: Caller,
    id: string,
  ): Promise<{ stream: Readable; mediaType: string; fileName: string }> => {
    const { organizationId } = caller
    const row = await find(organizationId, id)
    const { state } = (await opener(organizationId))(row)
    const touch = { operation: 'download', functionName: '取扱記録の受取', jobId: row.jobId } as const
    if (state !== 'ready') return ledger.refuse(caller, refusals[state](), [touch])
    if (row.fileId === undefined) throw new AppError('internal', 'What is ready has no file.')
    // Opened before the entry: a file that is gone is no download.
    const stream = await files.read(organizationId, row.fileId).catch((error: unknown) => {
      if (!(error instanceof AppError && error.code === 'not_found')) throw error
      return ledger.refuse(caller, refusals.expired(), [touch])
    })
    try {
      await ledger.append(await ledger.prepare(caller, [{ ...touch, outcome: 'done' }]))
    } catch (error) {
      stream.destroy()
      throw error
    }
    const { mediaType } = row.format === 'jsonl' ? { mediaType: jsonLinesType } : formats[row.format]
    return { stream, mediaType, fileName: row.fileName }
  }

  return { create, get, list, content, handler: createLedgerExportJob({ ...deps, store }) }
}
export type LedgerExports = ReturnType<typeof createLedgerExports>
