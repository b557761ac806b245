import type { ExportRecord, Exports, Recipient } from '../../../core/exports/exports.ts'
import type { Import, Imports } from '../../../core/imports/imports.ts'
import { defined } from '../../../core/shared/defined.ts'
import { accepted, callerOf, created, type Handler, ok, on } from '../operation.ts'
import { toPlace } from './jobs.ts'
import { iso, maybeIso, pageOf, toList, wholeList } from './paging.ts'

type Described = {
  id: string
  name: string
  encoding: 'utf-8' | 'utf-8-bom' | 'cp932' | 'jis0208'
  lineEnd: 'crlf' | 'lf'
  columns: readonly string[]
}

const toFormat =
  (direction: 'import' | 'export') =>
  ({ id, name, encoding, lineEnd, columns }: Described) => ({
    id,
    name,
    direction,
    encoding,
    lineEnd,
    columns: [...columns],
  })

const toRecipient = ({ id, name, kind, createdAt }: Recipient) => ({ id, name, kind, createdAt: iso(createdAt) })

const toImport = (row: Import) => ({
  id: row._id,
  kind: row.kind,
  companyId: row.companyId,
  state: row.state,
  jobId: row.jobId,
  createdAt: iso(row.createdAt),
  ...defined({
    fileName: row.fileName,
    encoding: row.encoding,
    counts:
      row.counts === undefined
        ? undefined
        : {
            rows: row.counts.rows,
            added: row.counts.added,
            changed: row.counts.changed,
            unchanged: row.counts.unchanged,
            errors: row.counts.errors,
          },
    appliedAt: maybeIso(row.appliedAt),
  }),
})

const toExport = (row: ExportRecord) => ({
  id: row._id,
  format: row.format,
  purpose: row.purpose,
  companyId: row.companyId,
  recipientId: row.recipientId,
  state: row.state,
  jobId: row.jobId,
  fileName: row.fileName,
  createdAt: iso(row.createdAt),
  ...defined({
    counts:
      row.counts === undefined
        ? undefined
        : { subjects: row.counts.subjects, numbers: row.counts.numbers, skipped: row.counts.skipped },
    readyAt: maybeIso(row.readyAt),
    expiresAt: maybeIso(row.expiresAt),
    usedUpAt: maybeIso(row.usedUpAt),
  }),
})

export const filesHandlers = ({ exports, imports }: { exports: Exports; imports: Imports }) => ({
  listFileFormats: (async () =>
    ok(
      wholeList([...exports.formats.map(toFormat('export')), toFormat('import')(imports.roster)]),
    )) satisfies Handler<'listFileFormats'>,

  listRecipients: (async (context, { query }) =>
    ok(
      toList(await exports.recipients.list(callerOf(context), pageOf(query)), toRecipient),
    )) satisfies Handler<'listRecipients'>,
  createRecipient: on<'createRecipient', Recipient>(
    (context, { body }) => exports.recipients.create(callerOf(context), { name: body.name, kind: body.kind }),
    (recipient) => created(toRecipient(recipient)),
  ),
  getRecipient: (async (context, { path }) =>
    ok(toRecipient(await exports.recipients.get(callerOf(context), path.id)))) satisfies Handler<'getRecipient'>,

  listImports: (async (context, { query }) =>
    ok(toList(await imports.list(callerOf(context), pageOf(query)), toImport))) satisfies Handler<'listImports'>,
  createImport: on<'createImport', Import>(
    (context, { query: { kind, companyId, fileName }, stream }) =>
      imports.create(callerOf(context), { kind, companyId, ...defined({ fileName }) }, stream),
    (row) => accepted(toImport(row)),
  ),
  getImport: (async (context, { path }) =>
    ok(toImport(await imports.get(callerOf(context), path.id)))) satisfies Handler<'getImport'>,
  listImportProblems: (async (context, { path, query }) =>
    ok(
      toList(await imports.problems(callerOf(context), path.id, pageOf(query)), toPlace),
    )) satisfies Handler<'listImportProblems'>,
  createImportApplication: on<'createImportApplication', Import>(
    (context, { path }) => imports.apply(callerOf(context), path.id),
    (row) => accepted(toImport(row)),
  ),

  listExports: (async (context, { query }) =>
    ok(toList(await exports.list(callerOf(context), pageOf(query)), toExport))) satisfies Handler<'listExports'>,
  createExport: on<'createExport', ExportRecord>(
    (context, { body: { companyId, format, purpose, recipientId, departmentId } }) =>
      exports.create(callerOf(context), { companyId, format, purpose, recipientId, ...defined({ departmentId }) }),
    (row) => accepted(toExport(row)),
  ),
  getExport: (async (context, { path }) =>
    ok(toExport(await exports.get(callerOf(context), path.id)))) satisfies Handler<'getExport'>,
  getExportContent: (async (context, { path, query }) => ({
    status: 200,
    download: await exports.content(callerOf(context), path.id, { encrypted: query.encrypted === true }),
  })) satisfies Handler<'getExportContent'>,
})
