import type { EntryRef, Ledger, LedgerOperation } from '../ledger/ledger.ts'
import type { Notices } from '../notices/notices.ts'
import { defined } from '../shared/defined.ts'
import { AppError } from '../shared/errors.ts'
import type { PurposeCode } from '../shared/words.ts'
import { isCorporation, type Subjects } from '../subjects/subjects.ts'
import type { ReceiptRenderer } from './collection.rules.ts'
import type { RequestRow } from './requests.store.ts'
import type { Views } from './session-view.ts'
import type { Visit } from './visit.ts'

export type ReceiptLine = {
  entryId: string
  at: Date
  operation: LedgerOperation
  operationLabel: string
  functionName: string
  name?: string
}
/** 受領証: what the person's acts put on record, in words. */
export type Receipt = {
  requestId: string
  ofCorporation: boolean
  kind: 'collect' | 'change'
  submittedAt: Date
  organizationName: string
  companyName: string
  noticeTitle: string
  purposes: PurposeCode[]
  lines: ReceiptLine[]
  entries: EntryRef[]
}

type Deps = {
  ledger: Pick<Ledger, 'findMany'>
  notices: Notices
  subjects: Subjects
  views: Pick<Views, 'requestOf' | 'askerOf'>
  renderReceipt: ReceiptRenderer
}

export const createSessionReceipt = ({ ledger, notices, subjects, views, renderReceipt }: Deps) => {
  /** Names only for whoever has shown the second factor. */
  const toLine = (visit: Visit, { entryId, name, ...line }: ReceiptLine): ReceiptLine => ({
    entryId,
    ...line,
    ...(visit.session.factor.passed ? defined({ name }) : {}),
  })

  const linesOf = async (visit: Visit, entries: readonly EntryRef[]): Promise<ReceiptLine[]> => {
    const ids = entries.map(({ id }) => id)
    const found = new Map((await ledger.findMany(visit.organizationId, ids)).map((entry) => [entry._id, entry]))
    return ids.flatMap((entryId) => {
      const entry = found.get(entryId)
      if (entry === undefined) return []
      const { at, operation, operationLabel, functionName, subjectName } = entry
      return [
        toLine(visit, { entryId, at, operation, operationLabel, functionName, ...defined({ name: subjectName }) }),
      ]
    })
  }

  /** All that does not change with the submission, before its transaction. */
  const draft = async (visit: Visit, request: RequestRow) => {
    const subject = await subjects.get(visit, request.subjectId)
    const { organizationName, companyName } = await views.askerOf(visit, subject.companyId)
    const { title: noticeTitle, purposes } = await notices.get(visit, request.noticeId)
    const lines = await linesOf(visit, request.entries)
    /** With the lines that were added since. */
    return ({ submittedAt, entries }: RequestRow, added: readonly ReceiptLine[] = []): Receipt => {
      if (submittedAt === undefined) throw new AppError('not_ready', 'Nothing was submitted yet.')
      return {
        requestId: request._id,
        ofCorporation: isCorporation(subject),
        kind: request.change === true ? 'change' : 'collect',
        submittedAt,
        ...{ organizationName, companyName, noticeTitle, purposes },
        lines: [...lines, ...added.map((line) => toLine(visit, line))],
        entries,
      }
    }
  }

  const get = async (visit: Visit): Promise<Receipt> => {
    const request = await views.requestOf(visit)
    return (await draft(visit, request))(request)
  }

  return { draft, get, pdf: async (visit: Visit): Promise<Buffer> => renderReceipt(await get(visit)) }
}
export type SessionReceipts = ReturnType<typeof createSessionReceipt>
