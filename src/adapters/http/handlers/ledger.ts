import {
  type CheckpointRow,
  type Entry,
  type Ledger,
  type Sealing,
  timeStampOf,
  type VerifierKey,
} from '../../../core/ledger/ledger.ts'
import type { Clock } from '../../../core/shared/clock.ts'
import { defined } from '../../../core/shared/defined.ts'
import { callerOf, created, type Handler, ok, on } from '../operation.ts'
import { iso, maybeIso, pageOf, toList, wholeList } from './paging.ts'

const threeMonthsMs = 92 * 24 * 3600 * 1000

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

type Deps = { ledger: Ledger; sealing: Sealing; clock: Clock }
export const ledgerHandlers = ({ ledger, sealing, clock }: Deps) => ({
  listLedgerEntries: (async (context, { query }) => {
    // One millisecond on: an entry of this very moment belongs to "until now".
    const to = query.to === undefined ? new Date(clock.now().getTime() + 1) : new Date(query.to)
    const from = query.from === undefined ? new Date(to.getTime() - threeMonthsMs) : new Date(query.from)
    const { departmentCode, code, name, operation, subjectId, order } = query
    const page = await ledger.list(callerOf(context), {
      ...pageOf(query),
      from,
      to,
      order: order ?? 'desc',
      ...defined({ departmentCode, code, name, operation, subjectId }),
    })
    return ok(toList(page, toEntry))
  }) satisfies Handler<'listLedgerEntries'>,

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
