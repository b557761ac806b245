import { ledgerOperations, type Outcome } from '../ledger/ledger.ts'
import { purposes } from '../notices/notices.ts'
import type { Assurance } from '../shared/caller.ts'
import type { NumberUse } from '../shared/words.ts'
import { shownInstant } from './columns.ts'
import type { ReadingFilters } from './filters.ts'
import type { Period } from './period.rules.ts'

const uses = { view: '閲覧', print: '印刷', export: 'CSV出力', filing: '提出' } as const satisfies Record<
  NumberUse,
  string
>
const outcomes = { done: '実施', released: '実施（番号の提供あり）', refused: '拒否' } as const satisfies Record<
  Outcome,
  string
>
const assurances = {
  host: '連携システムの申告',
  idp: '組織の認証基盤',
  factor: '本人の二要素',
  none: 'なし',
} as const satisfies Record<Assurance, string>

type Word = readonly [name: string, word: (value: string) => string]
const asItIs = (value: string): string => value
const from =
  (table: Record<string, string>) =>
  (value: string): string =>
    table[value] ?? value

/** What a file was made of, in the words of the screen. A new filter has its row. */
const words = {
  departmentCode: ['部門コード', asItIs],
  code: ['社員コード', asItIs],
  name: ['対象者名', (value) => `${value}（部分一致）`],
  operation: ['操作', from(ledgerOperations)],
  subjectId: ['対象者ID', asItIs],
  purpose: ['利用目的', (value) => Object.entries(purposes).find(([code]) => code === value)?.[1].name ?? value],
  use: ['用途', from(uses)],
  outcome: ['結果', from(outcomes)],
  assurance: ['本人認証', from(assurances)],
  place: ['取扱区域', asItIs],
  requestId: ['リクエストID', asItIs],
  clientId: ['クライアントID', asItIs],
  actor: ['操作した人', asItIs],
} as const satisfies Record<keyof ReadingFilters, Word>

export const conditionsOf = (period: Period | undefined, filters: ReadingFilters): [string, string][] => [
  ['期間', period === undefined ? 'すべて' : `${shownInstant(period.from)} から ${shownInstant(period.to)} まで`],
  ...Object.entries(words).flatMap(([key, [name, word]]): [string, string][] => {
    const value = filters[key as keyof ReadingFilters]
    return value === undefined ? [] : [[name, word(value)]]
  }),
]
