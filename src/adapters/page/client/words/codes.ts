import type { components } from '../../../../contract.gen.ts'

export type PurposeCode = components['schemas']['PurposeCode']
/** In the order in which the person reads them. */
export const refusalReasons = [
  'no_consent',
  'privacy_concern',
  'safety_concern',
  'no_documents',
  'number_unknown',
  'other',
  'no_reason_given',
] as const
export type RefusalReason = (typeof refusalReasons)[number]
