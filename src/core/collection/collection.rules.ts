import type { Day } from '../shared/dates.ts'
import type { Sentence } from '../shared/errors.ts'
import type { RequestState } from './requests.rules.ts'

export const historyKinds = [
  'notice_given',
  'created',
  'sent',
  'opened',
  'submitted',
  'accepted',
  'returned',
  'refused',
  'refusal_withdrawn',
  'expired',
  'cancelled',
  'changed',
  'reminder_due',
  'contact',
] as const
export type HistoryKind = (typeof historyKinds)[number]

export type HistoryActorKind = 'staff' | 'subject' | 'host' | 'system'
export type HistoryLine = {
  at: Date
  kind: HistoryKind
  what: Sentence
  by: { kind: HistoryActorKind; name?: string }
  channel?: string
  outcome?: string
  reason?: string
  /** In words. */
  detail?: Sentence
  remark?: string
}
export type BlankReason = 'refused' | 'overseas' | 'newborn' | 'unregistered' | 'not_provided'

/** 経過記録 of one request: what was done to get the number. */
export type RequestHistory = {
  requestId: string
  state: RequestState
  subject: { id: string; name: string }
  /** A corporate payee, who was asked for its 法人番号. */
  ofCorporation: boolean
  organizationName: string
  companyName: string
  dueOn?: Day
  madeAt: Date
  lines: HistoryLine[]
  /** Why a slip is filed without the number; absent where one is held. */
  blank?: { reason: BlankReason } & Sentence
}
/** Draws it. */
export type HistoryRenderer = (history: RequestHistory) => Promise<Buffer>

/** 受領証 as it is printed for the person. */
export type PrintedReceipt = {
  requestId: string
  /** Of a corporate payee, who gave no 個人番号. */
  ofCorporation: boolean
  submittedAt: Date
  organizationName: string
  companyName: string
  noticeTitle: string
  lines: readonly { entryId: string; at: Date; operationLabel: string; functionName: string; name?: string }[]
}
export type ReceiptRenderer = (receipt: PrintedReceipt) => Promise<Buffer>

/** A PDF without what it says of its maker: by an adapter, since reading PDFs is a foreign tongue. */
export type CleanPdf = (bytes: Uint8Array) => Promise<{ bytes: Uint8Array } | { refused: PdfRefusal }>
export type PdfRefusal = 'protected' | 'signed' | 'unreadable'
