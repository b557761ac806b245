import type { Day } from '../shared/dates.ts'
import type { PurposeCode, SubjectKind } from '../shared/words.ts'

/**
 * Where a period is counted from. What each means in days is in retention.rules.ts.
 *
 * - `end_of_employment_tax_year`: the day after 10 January of the year following the year of the filing deadline (規則76条の3);
 *   the last declaration is that of the year in which the employment ended.
 * - `insurance_lost_or_retired`: 完結の日, the loss of insured status (喪失), or retirement where no loss is recorded.
 * - `end_of_employment`: 完結の日, retirement.
 * - `last_payment_record_due`: 31 January after the last year that can have a 支払調書.
 * - `end_of_relation`: no statutory period; the number goes when the work is over (番号法20条).
 */
export const anchors = [
  'end_of_employment_tax_year',
  'insurance_lost_or_retired',
  'end_of_employment',
  'last_payment_record_due',
  'end_of_relation',
] as const
export type Anchor = (typeof anchors)[number]

export type RetentionRule = {
  name: string
  law: string
  /** 0: no statutory period. */
  years: number
  anchor: Anchor
  purposes: readonly PurposeCode[]
  /** Absent: all kinds that the purpose fits. */
  kinds?: readonly SubjectKind[]
  source: string
  /** primary: read in the law or the PPC guideline; secondary: quoted by others; uncertain: neither could be opened. */
  confidence: 'primary' | 'secondary' | 'uncertain'
  /** In force for anchors within these days; absent: since 2016-01-01, no end known. */
  fromOn?: Day
  toOn?: Day
}

/** 法定保存期間, as dated data. PPC: 特定個人情報ガイドライン（事業者編）. */
export const retentionRules = {
  withholding_7y: {
    name: '給与所得者の扶養控除等（異動）申告書・配偶者控除等申告書・保険料控除申告書',
    law: '所得税法194条〜196条, 所得税法施行規則76条の3',
    years: 7,
    anchor: 'end_of_employment_tax_year',
    purposes: ['withholding_tax', 'resident_tax'],
    source: '所得税法施行規則76条の3; PPCガイドライン（事業者編）第4-3-(3)B',
    confidence: 'primary',
  },
  retirement_income_7y: {
    name: '退職所得の受給に関する申告書',
    law: '所得税法203条, 所得税法施行規則77条',
    years: 7,
    anchor: 'end_of_employment_tax_year',
    purposes: ['withholding_tax'],
    kinds: ['employee'],
    source: '所得税法施行規則77条4項・6項',
    confidence: 'primary',
  },
  employment_insurance_4y: {
    name: '雇用保険の被保険者に関する書類',
    law: '雇用保険法施行規則143条',
    years: 4,
    anchor: 'insurance_lost_or_retired',
    purposes: ['employment_insurance'],
    source: '雇用保険法施行規則143条',
    confidence: 'primary',
  },
  health_pension_2y: {
    name: '健康保険・厚生年金保険に関する書類',
    law: '健康保険法施行規則34条, 厚生年金保険法施行規則28条',
    years: 2,
    anchor: 'insurance_lost_or_retired',
    purposes: ['health_pension', 'national_pension_3'],
    source: '健康保険法施行規則34条, 厚生年金保険法施行規則28条',
    confidence: 'primary',
  },
  workers_accident_3y: {
    name: '労災保険に関する書類',
    law: '労働者災害補償保険法施行規則51条',
    years: 3,
    // The end of each case is not known here: a case still open at retirement needs a later date of the staff.
    anchor: 'end_of_employment',
    purposes: ['workers_accident'],
    source: '労働者災害補償保険法施行規則51条',
    confidence: 'primary',
  },
  payment_record_copy: {
    name: '支払調書の控え',
    law: '番号法20条（法定保存期間なし。確認のため必要な期間、最長7年）',
    years: 7,
    anchor: 'last_payment_record_due',
    purposes: ['payment_record_fee', 'payment_record_rent', 'payment_record_transfer', 'payment_record_brokerage'],
    source: 'PPCガイドラインQ&A（原文未確認）',
    confidence: 'uncertain',
  },
  need_only: {
    name: '法定保存期間の定めを確認できない事務',
    law: '番号法20条',
    years: 0,
    anchor: 'end_of_relation',
    purposes: ['shareholding', 'property_savings'],
    source: 'PPCガイドライン（事業者編）第4-3-(3)B',
    confidence: 'uncertain',
  },
} as const satisfies Record<string, RetentionRule>

export type RetentionRuleId = keyof typeof retentionRules

export const retentionRuleIds = Object.keys(retentionRules) as RetentionRuleId[]

export const listRetentionRules = (): (RetentionRule & { id: RetentionRuleId })[] =>
  retentionRuleIds.map((id) => ({ id, ...(retentionRules[id] satisfies RetentionRule) }))
