export const jobKinds = [
  'import_check',
  'import_apply',
  'export',
  'filing',
  'disposal',
  'ledger_export',
  'campaign',
  'campaign_cancellation',
] as const
export type JobKind = (typeof jobKinds)[number]
