import type { Entry, Ledger } from '../../../core/ledger/ledger.ts'
import type { Clock } from '../../../core/shared/clock.ts'
import { defined } from '../../../core/shared/defined.ts'
import { callerOf, type Handler, ok } from '../operation.ts'
import { iso, pageOf, toList } from './paging.ts'

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

export const ledgerHandlers = ({ ledger, clock }: { ledger: Ledger; clock: Clock }) => ({
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
})
