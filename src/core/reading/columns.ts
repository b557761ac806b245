import type { Entry, Outcome } from '../ledger/ledger.ts'

/** The nine columns of the customers' handling log, in their order and under their names. */
export const ledgerColumns = [
  '操作日時',
  '部門コード',
  '部門',
  '社員コード',
  '対象者',
  '操作',
  '機能名',
  '操作した人(ユーザID)',
  '操作した人(ユーザ名)',
] as const

const jstOffsetMs = 9 * 3600 * 1000

/** 2026/11/23 10:23:45, in Japan. */
export const shownInstant = (instant: Date): string =>
  new Date(instant.getTime() + jstOffsetMs).toISOString().slice(0, 19).replace('T', ' ').replaceAll('-', '/')

/** What was refused did not happen: the columns have no other place that would say so. */
const afterLabel = { done: '', released: '', refused: '（拒否）' } as const satisfies Record<Outcome, string>

/** Who has neither a user id nor a name. */
const unnamed = { staff: '', subject: '', client: '連携システム', operator: '運用者', system: '自動処理' } as const

export const shownCells = (entry: Entry): string[] => [
  shownInstant(entry.at),
  entry.departmentCode ?? '',
  entry.departmentName ?? '',
  entry.code ?? '',
  entry.subjectName ?? '',
  `${entry.operationLabel}${afterLabel[entry.outcome]}`,
  entry.functionName,
  entry.actor.userId ?? (entry.actor.type === 'client' ? (entry.actor.id ?? '') : ''),
  entry.actorName ?? unnamed[entry.actor.type],
]
