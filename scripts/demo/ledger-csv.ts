import type { LedgerEntry } from '@azukari/sdk'

/** The nine columns of the customers' handling log, in their order. */
const columns: readonly [string, (entry: LedgerEntry) => string][] = [
  [
    '操作日時',
    (entry) =>
      new Date(entry.at).toLocaleString('ja-JP', {
        timeZone: 'Asia/Tokyo',
        hour12: false,
        year: 'numeric',
        month: '2-digit',
        day: '2-digit',
        hour: '2-digit',
        minute: '2-digit',
        second: '2-digit',
      }),
  ],
  ['部門コード', (entry) => entry.department?.code ?? ''],
  ['部門', (entry) => entry.department?.name ?? ''],
  ['社員コード', (entry) => entry.code ?? ''],
  ['対象者', (entry) => entry.subjectName ?? ''],
  ['操作', (entry) => entry.operationLabel],
  ['機能名', (entry) => entry.functionName],
  ['操作した人(ユーザID)', (entry) => entry.actor.userId ?? ''],
  ['操作した人(ユーザ名)', (entry) => entry.actor.name ?? ''],
]

const cell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

export const ledgerCsv = (entries: readonly LedgerEntry[]): string =>
  `\uFEFF${[columns.map(([name]) => name), ...entries.map((entry) => columns.map(([, value]) => value(entry)))]
    .map((row) => row.map(cell).join(','))
    .join('\r\n')}\r\n`
