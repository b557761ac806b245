/** Ledger operations, with the customers' own labels where they have one. */
export const ledgerOperations = {
  register: '登録',
  register_by_proxy: '代理登録',
  correct: '修正',
  reissue: '再発行',
  check: '番号確認',
  compare: '重複確認',
  view: '閲覧',
  print: '印刷',
  export: 'CSV出力',
  file: '提出',
  download: '受取',
  delete_started: '削除開始',
  delete: '削除',
  erase: '消去',
  login: 'ログイン',
  import: '取込',
  notice: '通知',
  consent: '同意',
  request: '依頼',
  evidence: '確認書類',
  plan_disposal: '削除予定',
  cancel_disposal_plan: '予定解除',
  staff: '担当者',
  settings: '設定',
  renew_keys: '鍵更新',
  employment: '異動',
  organization: '組織',
  subject: '対象者',
  payment: '支払',
  disclose: '開示',
  read_ledger: '記録の閲覧',
  export_ledger: '記録の出力',
} as const
export type LedgerOperation = keyof typeof ledgerOperations
export const ledgerOperationCodes = Object.keys(ledgerOperations) as LedgerOperation[]

/** What may be taken from the record leaves these names in it: a verifier looks for them where something is gone. */
export const removalFunctions = {
  values: '記録の個人項目の消去',
  entries: '記録の削除（検証点まで）',
} as const
