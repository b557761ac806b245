import type { Day } from '../shared/dates.ts'
import { type PurposeCode, purposeCodes, type SubjectKind } from '../shared/words.ts'

/**
 * 利用目的: the closed list. 番号法9条4項 lets an employer or payer use numbers for 個人番号関係事務 only, as far as a law makes the
 * work arise: the second one named. A use on a day outside `fromOn`–`toOn` is refused; 番号法9条 is in force since 2016-01-01.
 * Not here: 介護休業給付金支給申請書 also asks for the number of the family member cared for.
 */
export type Purpose = {
  name: string
  nameEn: string
  law: string
  subjectKinds: readonly SubjectKind[]
  /** The retention rule that a use under this purpose starts. */
  retentionRuleId: string
  source: string
  /** primary: read in the law or the PPC guideline; secondary: quoted by others; uncertain: neither could be opened. */
  confidence: 'primary' | 'secondary' | 'uncertain'
  fromOn: Day
  /** The last day; absent: no end known. */
  toOn?: Day
}

const family = ['employee', 'dependent'] as const
/** A sole proprietor's own number stands on slips as that of the payer. */
const paid = ['payee', 'proprietor'] as const
const numbersInUseFrom = '2016-01-01'

export const purposes = {
  withholding_tax: {
    name: '給与所得・退職所得の源泉徴収、年末調整',
    nameEn: 'Withholding on salaries and retirement pay, year-end adjustment',
    law: '番号法9条4項, 所得税法190条・194条〜196条・203条・226条',
    subjectKinds: [...family, 'proprietor'],
    retentionRuleId: 'withholding_7y',
    source: '番号法9条4項（所得税法225条〜228条の3の2を挙げる）; 所得税法施行規則76条の3・77条',
    confidence: 'primary',
    fromOn: numbersInUseFrom,
  },
  resident_tax: {
    name: '個人住民税の特別徴収、給与支払報告書',
    nameEn: 'Resident tax: special collection and salary payment reports',
    law: '番号法9条4項, 地方税法317条の3の2・317条の6',
    subjectKinds: [...family, 'proprietor'],
    retentionRuleId: 'withholding_7y',
    source: '番号法9条4項（その他の法令）; 給与支払報告書の様式（条文は未確認）',
    confidence: 'secondary',
    fromOn: numbersInUseFrom,
  },
  health_pension: {
    name: '健康保険・厚生年金保険の届出',
    nameEn: 'Health insurance and employees’ pension filings',
    law: '番号法9条4項, 健康保険法48条・197条1項, 厚生年金保険法27条・29条3項・98条1項',
    subjectKinds: family,
    retentionRuleId: 'health_pension_2y',
    source: '番号法9条4項（各条を挙げる）; 健康保険法施行規則34条, 厚生年金保険法施行規則28条',
    confidence: 'primary',
    fromOn: numbersInUseFrom,
  },
  employment_insurance: {
    name: '雇用保険の届出',
    nameEn: 'Employment insurance filings',
    law: '番号法9条4項, 雇用保険法7条',
    subjectKinds: ['employee'],
    retentionRuleId: 'employment_insurance_4y',
    source: '番号法9条4項（雇用保険法7条を挙げる）; 雇用保険法施行規則143条',
    confidence: 'primary',
    fromOn: numbersInUseFrom,
  },
  workers_accident: {
    name: '労災保険の請求に関する証明等',
    nameEn: 'Workers’ accident compensation',
    law: '番号法9条4項, 労働者災害補償保険法施行規則',
    subjectKinds: family,
    retentionRuleId: 'workers_accident_3y',
    // The person claims; whether the employer's part is 個人番号関係事務 or that of an agent was found in no primary text.
    source: '労働者災害補償保険法施行規則51条（保存）; 事業主による利用の根拠は原文未確認',
    confidence: 'uncertain',
    fromOn: numbersInUseFrom,
  },
  national_pension_3: {
    name: '国民年金第3号被保険者の届出',
    nameEn: 'National pension category III filings',
    law: '番号法9条4項, 国民年金法12条',
    subjectKinds: family,
    retentionRuleId: 'health_pension_2y',
    source: '番号法9条4項（その他の法令）; 配偶者の番号は事業主が集める（二次資料）; 保存は健保・厚年の書類に準じる',
    confidence: 'secondary',
    fromOn: numbersInUseFrom,
  },
  payment_record_fee: {
    name: '報酬、料金、契約金及び賞金の支払調書',
    nameEn: 'Payment records of fees and prizes',
    // 225条1項8号 is of payments to non-residents: not this slip.
    law: '番号法9条4項, 所得税法225条1項3号',
    subjectKinds: paid,
    retentionRuleId: 'payment_record_copy',
    source: '所得税法225条1項3号, 所得税法施行規則84条; 国税庁 令和8年分 法定調書の作成と提出の手引',
    confidence: 'primary',
    fromOn: numbersInUseFrom,
  },
  payment_record_rent: {
    name: '不動産の使用料等の支払調書',
    nameEn: 'Payment records of rent',
    law: '番号法9条4項, 所得税法225条1項9号, 所得税法施行令352条',
    subjectKinds: paid,
    retentionRuleId: 'payment_record_copy',
    source: '所得税法225条1項9号, 所得税法施行令352条; 国税庁 令和8年分 法定調書の作成と提出の手引',
    confidence: 'primary',
    fromOn: numbersInUseFrom,
  },
  payment_record_transfer: {
    name: '不動産等の譲受けの対価の支払調書',
    nameEn: 'Payment records of real estate acquired',
    law: '番号法9条4項, 所得税法225条1項9号, 所得税法施行令352条',
    subjectKinds: paid,
    retentionRuleId: 'payment_record_copy',
    source: '所得税法225条1項9号, 所得税法施行令352条; 国税庁 令和8年分 法定調書の作成と提出の手引',
    confidence: 'primary',
    fromOn: numbersInUseFrom,
  },
  payment_record_brokerage: {
    name: '不動産等の売買又は貸付けのあっせん手数料の支払調書',
    nameEn: 'Payment records of real estate brokerage',
    law: '番号法9条4項, 所得税法225条1項9号, 所得税法施行令352条',
    subjectKinds: paid,
    retentionRuleId: 'payment_record_copy',
    source: '所得税法225条1項9号, 所得税法施行令352条; 国税庁 令和8年分 法定調書の作成と提出の手引',
    confidence: 'primary',
    fromOn: numbersInUseFrom,
  },
  shareholding: {
    name: '持株会に関する事務',
    nameEn: 'Employee shareholding association',
    law: '番号法9条4項, 所得税法225条〜228条',
    subjectKinds: ['employee'],
    retentionRuleId: 'need_only',
    source: '番号法9条4項（所得税法225条〜228条の3の2を挙げる）; 持株会の事務への当てはめは原文未確認',
    confidence: 'uncertain',
    fromOn: numbersInUseFrom,
  },
  property_savings: {
    name: '財産形成住宅貯蓄・財産形成年金貯蓄に関する事務',
    nameEn: 'Workers’ property accumulation savings',
    law: '番号法9条4項, 租税特別措置法4条の2・4条の3',
    subjectKinds: ['employee'],
    retentionRuleId: 'need_only',
    source: '番号法9条4項（その他の法令）; 租税特別措置法の条文は未確認',
    confidence: 'uncertain',
    fromOn: numbersInUseFrom,
  },
} as const satisfies Record<PurposeCode, Purpose>

export const listPurposes = (): (Purpose & { code: PurposeCode })[] =>
  purposeCodes.map((code) => ({ code, ...(purposes[code] satisfies Purpose) }))

/** Whether it is a purpose for such a person at all. */
export const purposeFits = (code: PurposeCode, kind: SubjectKind): boolean =>
  (purposes[code].subjectKinds as readonly SubjectKind[]).includes(kind)

/** Whether the law has it on that day (JST). */
export const purposeInForce = (code: PurposeCode, on: Day): boolean => {
  const { fromOn, toOn }: Purpose = purposes[code]
  return fromOn <= on && (toOn === undefined || on <= toOn)
}
