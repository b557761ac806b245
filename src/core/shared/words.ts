/** The words of the product that several features share. One word per idea, alike in the contract, code, events and pages. */
export const subjectKinds = ['employee', 'dependent', 'payee', 'proprietor'] as const
export type SubjectKind = (typeof subjectKinds)[number]

export const numberStates = ['none', 'no_number', 'requested', 'registered', 'checked', 'disposed'] as const
export type NumberState = (typeof numberStates)[number]

/** 番号なし: abroad (海外赴任・非居住), newborn (出生直後), not registered (未登録). */
export const noNumberReasons = ['overseas', 'newborn', 'unregistered'] as const
export type NoNumberReason = (typeof noNumberReasons)[number]

export const purposeCodes = [
  'withholding_tax',
  'resident_tax',
  'health_pension',
  'employment_insurance',
  'workers_accident',
  'national_pension_3',
  'payment_record_fee',
  'payment_record_rent',
  'payment_record_transfer',
  'payment_record_brokerage',
  'shareholding',
  'property_savings',
] as const
export type PurposeCode = (typeof purposeCodes)[number]

export const roles = ['officer', 'handler', 'reviewer', 'receiver', 'auditor'] as const
export type Role = (typeof roles)[number]

/** How digits leave the vault. The API's `intent` is the first two. */
export type NumberUse = 'view' | 'print' | 'export' | 'filing'
