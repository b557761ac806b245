import type { Keys } from '../keys/keys.ts'
import type { Ledger } from '../ledger/ledger.ts'
import type { Caller } from '../shared/caller.ts'
import { notCovered } from '../shared/coverage.ts'
import { defined } from '../shared/defined.ts'
import { notFound } from '../shared/errors.ts'
import { type Page, type PageRequest, readCursor, shownTotal } from '../shared/page.ts'
import { type Scan, scanPage, scanTotal } from '../shared/scan.ts'
import type { Subjects } from '../subjects/subjects.ts'
import type { FreshRequest, RequestFilter, RequestRow, RequestsStore } from './requests.store.ts'
import type { CancellationReason, ReturnReason } from './words.ts'

/** 依頼, with what people wrote. */
export type CollectionRequest = FreshRequest & {
  returned?: { items: { subjectId: string; reason: ReturnReason; remark?: string }[]; remark?: string }
  refusal?: NonNullable<RequestRow['refusal']> & { remark?: string }
  cancellation?: { reason: CancellationReason; remark?: string }
}
/** Sealed JSON of a return: one for all, and one for each item, in their order. */
export type ReturnRemarks = { remark?: string; items: (string | null)[] }

const totalLimit = 1000

type Deps = {
  store: RequestsStore
  keys: Keys
  ledger: Ledger
  subjects: Subjects
}

/** 依頼, as staff and hosts see it. */
export const createRequests = ({ store, keys, ledger, subjects }: Deps) => {
  const find = async (caller: Caller, id: string): Promise<RequestRow> => {
    const row = await store.findRequest(caller.organizationId, id)
    if (row === null) throw notFound('request')
    if ((await subjects.outside(caller, [row.subjectId])).length > 0) throw notCovered()
    return row
  }

  const opener = async (organizationId: string): Promise<(row: RequestRow) => CollectionRequest> => {
    const cipher = await keys.fields.for(organizationId)
    return ({ returned, returnRemarks, refusal, refusalRemark, cancellation, cancellationRemark, ...row }) => {
      const remarks =
        returnRemarks === undefined
          ? undefined
          : (cipher.openJson(row._id, 'returnRemarks', returnRemarks) as ReturnRemarks)
      const open = (name: 'refusalRemark' | 'cancellationRemark', sealed: Buffer | undefined) =>
        sealed === undefined ? {} : { remark: cipher.open(row._id, name, sealed) }
      return {
        ...row,
        ...(returned === undefined
          ? {}
          : {
              returned: {
                items: returned.map(({ subjectId, reason }, i) => ({
                  subjectId,
                  reason,
                  ...defined({ remark: remarks?.items[i] ?? undefined }),
                })),
                ...defined({ remark: remarks?.remark }),
              },
            }),
        ...(refusal === undefined ? {} : { refusal: { ...refusal, ...open('refusalRemark', refusalRemark) } }),
        ...(cancellation === undefined
          ? {}
          : { cancellation: { reason: cancellation.reason, ...open('cancellationRemark', cancellationRemark) } }),
      }
    }
  }
  const get = async (caller: Caller, id: string): Promise<CollectionRequest> => {
    const row = await find(caller, id)
    return (await opener(caller.organizationId))(row)
  }

  const list = async (caller: Caller, query: RequestFilter & PageRequest): Promise<Page<CollectionRequest>> => {
    const { organizationId } = caller
    const { limit, after, total, ...filter } = query
    const covered = async (rows: RequestRow[]): Promise<RequestRow[]> => {
      const ids = rows.map(({ subjectId }) => subjectId)
      const outside = new Set((await subjects.outside(caller, ids)).map(({ _id }) => _id))
      return rows.filter(({ subjectId }) => !outside.has(subjectId))
    }
    const scan: Scan<RequestRow, RequestRow> = {
      read: (from, size) => store.listRequests(organizationId, filter, from, size),
      keyOf: ({ _id }) => [_id],
      pick: covered,
      keyOfFound: ({ _id }) => [_id],
    }
    const all = caller.coverage === undefined
    const page = await scanPage(scan, { limit, after: readCursor(after, ['string']), all })
    const opened = { ...page, rows: page.rows.map(await opener(organizationId)) }
    if (total !== true) return opened
    return {
      ...opened,
      total: all ? shownTotal(await store.countRequests(organizationId, filter)) : await scanTotal(scan, totalLimit),
    }
  }

  /** What is recorded of each act on a request. */
  const entriesOf = async (caller: Caller, subjectId: string, functionName: string) => {
    const subject = (await subjects.shown(caller.organizationId, [subjectId])).get(subjectId)
    if (subject === undefined) throw notFound('subject')
    return ledger.prepare(caller, [{ operation: 'request', functionName, outcome: 'done', subject }])
  }

  return { find, opener, get, list, entriesOf }
}
export type Requests = ReturnType<typeof createRequests>
