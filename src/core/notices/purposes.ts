import { type PurposeCode, purposeCodes, type SubjectKind } from '../shared/words.ts'

/**
 * 利用目的: the closed list. 番号法9条4項 lets an employer or payer use numbers for 個人番号関係事務 only; the second law is what makes
 * the work arise. Dated: `fromOn`/`toOn` bound when the row may be used; absent = in force since 2016-01-01, no end known.
 */
export type Purpose = {
  name: string
  nameEn: string
  law: string
  subjectKinds: readonly SubjectKind[]
  /** The retention rule that a use under this purpose starts. */
  retentionRuleId?: string
  confidence: 'primary' | 'secondary' | 'uncertain'
  fromOn?: string
  toOn?: string
}

const family = ['employee', 'dependent'] as const
const paid = ['payee', 'proprietor'] as const

export const purposes = {
  withholding_tax: {
    name: '給与所得・退職所得の源泉徴収、年末調整',
    nameEn: 'Withholding on salaries and retirement pay, year-end adjustment',
    law: '番号法9条4項, 所得税法194条・198条・226条',
    subjectKinds: [...family, 'proprietor'],
    retentionRuleId: 'withholding_7y',
    confidence: 'primary',
  },
  resident_tax: {
    name: '個人住民税の特別徴収、給与支払報告書',
    nameEn: 'Resident tax: special collection and salary payment reports',
    law: '番号法9条4項, 地方税法317条の6',
    subjectKinds: [...family, 'proprietor'],
    retentionRuleId: 'withholding_7y',
    confidence: 'secondary',
  },
  health_pension: {
    name: '健康保険・厚生年金保険の届出',
    nameEn: 'Health insurance and employees’ pension filings',
    law: '番号法9条4項, 健康保険法48条, 厚生年金保険法27条',
    subjectKinds: family,
    retentionRuleId: 'health_pension_2y',
    confidence: 'secondary',
  },
  employment_insurance: {
    name: '雇用保険の届出',
    nameEn: 'Employment insurance filings',
    law: '番号法9条4項, 雇用保険法7条',
    subjectKinds: ['employee'],
    retentionRuleId: 'employment_insurance_4y',
    confidence: 'secondary',
  },
  workers_accident: {
    name: '労災保険の請求に関する証明等',
    nameEn: 'Workers’ accident compensation',
    law: '番号法9条4項, 労働者災害補償保険法施行規則',
    subjectKinds: family,
    retentionRuleId: 'workers_accident_3y',
    confidence: 'secondary',
  },
  national_pension_3: {
    name: '国民年金第3号被保険者の届出',
    nameEn: 'National pension category III filings',
    law: '番号法9条4項, 国民年金法12条',
    subjectKinds: family,
    retentionRuleId: 'health_pension_2y',
    confidence: 'secondary',
  },
  payment_record_fee: {
    name: '報酬、料金、契約金及び賞金の支払調書',
    nameEn: 'Payment records of fees and prizes',
    law: '番号法9条4項, 所得税法225条1項3号・8号',
    subjectKinds: paid,
    retentionRuleId: 'payment_record_copy',
    confidence: 'primary',
  },
  payment_record_rent: {
    name: '不動産の使用料等の支払調書',
    nameEn: 'Payment records of rent',
    law: '番号法9条4項, 所得税法225条1項9号',
    subjectKinds: paid,
    retentionRuleId: 'payment_record_copy',
    confidence: 'primary',
  },
  payment_record_transfer: {
    name: '不動産等の譲受けの対価の支払調書',
    nameEn: 'Payment records of real estate acquired',
    law: '番号法9条4項, 所得税法225条1項9号',
    subjectKinds: paid,
    retentionRuleId: 'payment_record_copy',
    confidence: 'primary',
  },
  payment_record_brokerage: {
    name: '不動産等の売買又は貸付けのあっせん手数料の支払調書',
    nameEn: 'Payment records of real estate brokerage',
    law: '番号法9条4項, 所得税法225条1項9号',
    subjectKinds: paid,
    retentionRuleId: 'payment_record_copy',
    confidence: 'primary',
  },
  shareholding: {
    name: '持株会に関する事務',
    nameEn: 'Employee shareholding association',
    law: '番号法9条4項, 所得税法225条',
    subjectKinds: ['employee'],
    confidence: 'uncertain',
  },
  property_savings: {
    name: '財産形成住宅貯蓄・財産形成年金貯蓄に関する事務',
    nameEn: 'Workers’ property accumulation savings',
    law: '番号法9条4項, 租税特別措置法4条の2・4条の3',
    subjectKinds: ['employee'],
    confidence: 'secondary',
  },
} as const satisfies Record<PurposeCode, Purpose>

export const listPurposes = (): (Purpose & { code: PurposeCode })[] =>
  purposeCodes.map((code) => ({ code, ...(purposes[code] as Purpose) }))

export const purposeFits = (code: PurposeCode, kind: SubjectKind): boolean =>
  (purposes[code].subjectKinds as readonly SubjectKind[]).includes(kind)
