/** Ledger operations, with the customers' own labels where they have one. */
export const ledgerOperations = {
  register: '登録',
  register_by_proxy: '代理登録',
  correct: '修正',
  reissue: '再発行',
  check: '番号確認',
  view: '閲覧',
  print: '印刷',
  export: 'CSV出力',
  file: '提出',
  download: '受取',
  delete_started: '削除開始',
  delete: '削除',
  login: 'ログイン',
  import: '取込',
  notice: '通知',
  request: '依頼',
  plan_disposal: '削除予定',
  cancel_disposal_plan: '予定解除',
  staff: '担当者',
  settings: '設定',
  employment: '異動',
  organization: '組織',
} as const
export type LedgerOperation = keyof typeof ledgerOperations
export const ledgerOperationCodes = Object.keys(ledgerOperations) as LedgerOperation[]
