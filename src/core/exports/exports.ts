import { pipeline, type Readable } from 'node:stream'
import type { Access } from '../access/access.ts'
import { type BothClocks, createDownloads, stateNow } from '../files/files.ts'
import type { Jobs } from '../jobs/jobs.ts'
import { encryptAnswerStream } from '../keys/keys.ts'
import { purposeFits, purposeInForce } from '../notices/notices.ts'
import type { Caller } from '../shared/caller.ts'
import { commit } from '../shared/commit.ts'
import { coversWhole, mustCoverWhole, notCovered } from '../shared/coverage.ts'
import type { Database } from '../shared/database.ts'
import { dayOf } from '../shared/dates.ts'
import { defined } from '../shared/defined.ts'
import { AppError, invalidField, notFound } from '../shared/errors.ts'
import { newId } from '../shared/ids.ts'
import { type Page, type PageRequest, readCursor, shownTotal } from '../shared/page.ts'
import { type Scan, scanPage, scanTotal } from '../shared/scan.ts'
import { type PurposeCode, subjectKinds } from '../shared/words.ts'
import { exportFunction } from './export-chunk.ts'
import type { ExportFormat } from './export-format.ts'
import { createExportJob, type ExportJobDeps } from './export-job.ts'
import { createExportsStore, type ExportRecord } from './exports.store.ts'
import { createRecipients } from './recipients.ts'

export type { ExportFormat, ExportRow } from './export-format.ts'
export type { ExportCounts, ExportRecord, ExportState } from './exports.store.ts'
export type { RecipientKind } from './recipients.store.ts'
export type { Recipient } from './recipients.ts'

export type ExportInput = {
  companyId: string
  departmentId?: string
  format: string
  purpose: PurposeCode
  recipientId: string
}

export type Download = {
  stream: Readable
  mediaType: string
  fileName: string
  /** To be told when the stream has ended: whether the last byte has gone. */
  sent: (whole: boolean) => Promise<void>
}

type Deps = Omit<ExportJobDeps, 'store'> & {
  db: Database
  jobs: Jobs
  access: Pick<Access, 'clientKeys'>
}

/** CSV出力: a file with numbers, for a named recipient, made by a job, downloaded once. */
export const createExports = (deps: Deps) => {
  const { db, formats, ledger, outbox, organizations, jobs, clock, access } = deps
  const store = createExportsStore(db)
  const recipients = createRecipients(deps)
  const downloads = createDownloads({
    ...deps,
    store,
    onUsedUp: (caller, exportId) => outbox.event(caller, 'export.downloaded', { exportId }),
  })

  const mustFit = async (caller: Caller, input: ExportInput): Promise<ExportFormat> => {
    await organizations.getCompany(caller, input.companyId)
    await recipients.get(caller, input.recipientId)
    if (input.departmentId !== undefined) {
      const department = await organizations.getDepartment(caller, input.departmentId)
      if (department.companyId !== input.companyId) throw notFound('department')
    }
    const format = formats.find(({ id }) => id === input.format)
    if (format !== undefined && !coversWhole(caller.coverage, { ...input, kinds: format.subjectKinds }))
      await ledger.refuse(caller, notCovered(), [
        { operation: 'export', functionName: exportFunction, purpose: input.purpose, use: 'export' },
      ])
    if (format === undefined) throw invalidField('/format', 'invalid_request', 'No such format: see /v1/file-formats.')
    const inForce = purposeInForce(input.purpose, dayOf(caller.at))
    if (inForce && format.subjectKinds.some((kind) => purposeFits(input.purpose, kind))) return format
    const places = [{ pointer: '/purpose', code: 'purpose_not_permitted' }] as const
    const error = new AppError('purpose_not_permitted', 'Nobody in this file may be used for this purpose.', { places })
    return ledger.refuse(caller, error, [
      { operation: 'export', functionName: exportFunction, purpose: input.purpose, use: 'export' },
    ])
  }

  const create = async (caller: Caller, input: ExportInput): Promise<ExportRecord> => {
    const format = await mustFit(caller, input)
    await ledger.mustBeSealed(caller.organizationId)
    const id = newId('export')
    return commit(db, caller, async () => {
      const row: ExportRecord = {
        _id: id,
        organizationId: caller.organizationId,
        companyId: input.companyId,
        format: format.id,
        purpose: input.purpose,
        recipientId: input.recipientId,
        state: 'preparing',
        jobId: await jobs.start(caller, 'export', { exportId: id }),
        fileName: format.fileName,
        createdAt: clock.now(),
        ...defined({ departmentId: input.departmentId }),
      }
      await store.insert(row)
      return row
    })
  }

  const kindsOf = (row: ExportRecord) => formats.find(({ id }) => id === row.format)?.subjectKinds ?? subjectKinds

  const asOf =
    (now: BothClocks) =>
    (row: ExportRecord): ExportRecord => ({ ...row, state: stateNow(row, now) })

  const find = async (caller: Caller, id: string): Promise<ExportRecord> => {
    const row = await store.find(caller.organizationId, id)
    if (row === null) throw notFound('export')
    mustCoverWhole(caller, { ...row, kinds: kindsOf(row) })
    return row
  }

  const get = async (caller: Caller, id: string): Promise<ExportRecord> =>
    asOf(await organizations.bothClocks(caller))(await find(caller, id))

  /** As it is, or as one JWE to the client's key, written while it is read. */
  const content = async (caller: Caller, id: string, { encrypted = false } = {}): Promise<Download> => {
    const row = await find(caller, id)
    const { purpose, fileName } = row
    const what = { functionName: '給与ソフト用CSV受取', purpose, use: 'export' } as const
    const { key, refusal } = await access.clientKeys.answerWay(caller, encrypted)
    if (refusal !== undefined)
      return ledger.refuse(caller, refusal, [{ ...what, operation: 'download', jobId: row.jobId }])
    const opened = await downloads.open(caller, row, what)
    const mediaType = formats.find((format) => format.id === row.format)?.mediaType ?? 'application/octet-stream'
    if (key === undefined) return { ...opened, mediaType, fileName }
    // The callback takes the error: the stream is destroyed with it, so whoever reads sees it.
    const stream = pipeline(opened.stream, encryptAnswerStream(key, mediaType), () => undefined)
    return { ...opened, stream, mediaType: 'application/jose', fileName: `${fileName}.jwe` }
  }

  const list = async (caller: Caller, page: PageRequest): Promise<Page<ExportRecord>> => {
    const { organizationId, coverage } = caller
    const asOfNow = asOf(await organizations.bothClocks(caller))
    const scan: Scan<ExportRecord, ExportRecord> = {
      read: (from, size) => store.list(organizationId, from, size),
      keyOf: ({ _id }) => [_id],
      pick: (rows) => rows.filter((row) => coversWhole(coverage, { ...row, kinds: kindsOf(row) })).map(asOfNow),
      keyOfFound: ({ _id }) => [_id],
    }
    const all = coverage === undefined
    const found = await scanPage(scan, { limit: page.limit, after: readCursor(page.after, ['string']), all })
    if (page.total !== true) return found
    const total = all ? shownTotal(await store.count(organizationId)) : await scanTotal(scan, 1000)
    return { ...found, total }
  }

  return {
    formats,
    recipients,
    create,
    get,
    list,
    content,
    sweep: downloads.sweep,
    handler: createExportJob({ ...deps, store }),
  }
}
export type Exports = ReturnType<typeof createExports>
