import {
  type CheckpointRow,
  type Entry,
  type Sealing,
  timeStampOf,
  type VerifierKey,
} from '../../../core/ledger/ledger.ts'
import { filtersOf, type LedgerExport, type Reading } from '../../../core/reading/reading.ts'
import { defined } from '../../../core/shared/defined.ts'
import { accepted, callerOf, created, type Handler, ok, on } from '../operation.ts'
import { iso, maybeIso, pageOf, toList, wholeList } from './paging.ts'

const toEntry = (row: Entry) => ({
  id: row._id,
  at: iso(row.at),
  recordedAt: iso(row.recordedAt),
  operation: row.operation,
  operationLabel: row.operationLabel,
  functionName: row.functionName,
  outcome: row.outcome,
  requestId: row.requestId,
  actor: { type: row.actor.type, ...defined({ id: row.actor.id, userId: row.actor.userId, name: row.actorName }) },
  ...defined({
    subjectId: row.subjectId,
    department:
      row.departmentCode === undefined || row.departmentName === undefined
        ? undefined
        : { code: row.departmentCode, name: row.departmentName },
    code: row.code,
    subjectName: row.subjectName,
    purpose: row.purpose,
    use: row.use,
    refusal: row.refusal,
    clientId: row.clientId,
    place: row.place,
    assurance: row.assurance,
  }),
})

const toExport = ({ period, checkpoint, ...row }: LedgerExport) => ({
  id: row._id,
  format: row.format,
  state: row.state,
  jobId: row.jobId,
  order: row.order,
  filters: filtersOf(row.filters),
  fileName: row.fileName,
  createdAt: iso(row.createdAt),
  ...defined({
    from: maybeIso(period?.from),
    to: maybeIso(period?.to),
    entries: row.entries,
    checkpointSize: checkpoint?.size,
    readyAt: maybeIso(row.readyAt),
    expiresAt: maybeIso(row.expiresAt),
  }),
})

const instant = (text: string | undefined): Date | undefined => (text === undefined ? undefined : new Date(text))
const periodOf = ({ from, to }: { from?: string; to?: string }) => defined({ from: instant(from), to: instant(to) })

const toCheckpoint = (row: CheckpointRow) => {
  const timeStamp = timeStampOf(row)
  return {
    id: row._id,
    size: row.size,
    root: row.root,
    note: row.note,
    keyId: row.keyId,
    createdAt: iso(row.createdAt),
    ...defined({ anchoredAt: maybeIso(row.anchoredAt) }),
    ...(timeStamp === undefined
      ? {}
      : { timeStamp: { at: iso(timeStamp.at), response: timeStamp.response.toString('base64') } }),
  }
}
const toVerifierKey = ({ verifierKey, keyId, current, createdAt }: VerifierKey) => ({
  verifierKey,
  keyId,
  current,
  createdAt: iso(createdAt),
})
const base64 = (hash: Buffer): string => hash.toString('base64')

type Deps = { reading: Reading; sealing: Sealing }
export const ledgerHandlers = ({ reading, sealing }: Deps) => ({
  listLedgerEntries: (async (context, { query }) => {
    const { order = 'desc' } = query
    const asked = { ...filtersOf(query), ...periodOf(query), ...pageOf(query), order }
    return ok(toList(await reading.list(callerOf(context), asked), toEntry))
  }) satisfies Handler<'listLedgerEntries'>,

  listLedgerExports: (async (context, { query }) =>
    ok(
      toList(await reading.exports.list(callerOf(context), pageOf(query)), toExport),
    )) satisfies Handler<'listLedgerExports'>,
  createLedgerExport: on<'createLedgerExport', LedgerExport>(
    (context, { body }) => {
      const { format, order } = body
      const asked = { format, ...defined({ order }), ...filtersOf(body), ...periodOf(body) }
      return reading.exports.create(callerOf(context), asked)
    },
    (row) => accepted(toExport(row)),
  ),
  getLedgerExport: (async (context, { path }) =>
    ok(toExport(await reading.exports.get(callerOf(context), path.id)))) satisfies Handler<'getLedgerExport'>,
  getLedgerExportContent: (async (context, { path }) => ({
    status: 200,
    download: await reading.exports.content(callerOf(context), path.id),
  })) satisfies Handler<'getLedgerExportContent'>,

  listCheckpoints: (async (context, { query }) =>
    ok(
      toList(await sealing.checkpoints.list(callerOf(context), pageOf(query)), toCheckpoint),
    )) satisfies Handler<'listCheckpoints'>,

  createCheckpoint: on<'createCheckpoint', CheckpointRow>(
    (context) => sealing.checkpoint(callerOf(context)),
    (checkpoint) => created(toCheckpoint(checkpoint)),
  ),

  listLedgerPublicKeys: (async (context) => {
    const keys = await sealing.checkpoints.publicKeys(callerOf(context).organizationId)
    return ok(wholeList(keys.map(toVerifierKey)))
  }) satisfies Handler<'listLedgerPublicKeys'>,

  getInclusionProof: (async (context, { query }) => {
    const { leafHash, root, hashes, ...proof } = await sealing.proofs.inclusion(callerOf(context), query)
    return ok({ ...proof, leafHash: base64(leafHash), root: base64(root), hashes: hashes.map(base64) })
  }) satisfies Handler<'getInclusionProof'>,

  getConsistencyProof: (async (context, { query }) => {
    const { from, to, hashes } = await sealing.proofs.consistency(callerOf(context), query)
    const toTree = ({ root, ...tree }: typeof from) => ({ ...tree, root: base64(root) })
    return ok({ from: toTree(from), to: toTree(to), hashes: hashes.map(base64) })
  }) satisfies Handler<'getConsistencyProof'>,
})
