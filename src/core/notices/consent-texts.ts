import { type Language, languages } from './audiences.ts'

/**
 * 国民年金第3号: the employer collects the spouse's number, and the employee hands it in as the spouse's agent (委任状, 番号法施行令
 * 12条2項) or checks the identity for the employer, who entrusts it (番号法10条・11条). 扶養控除等申告書: the employee checks the
 * family's (番号法ガイドライン第4-1-(1)).
 */
export const consentKinds = ['category_3_agent', 'category_3_entrusted', 'family_check_entrusted'] as const
export type ConsentKind = (typeof consentKinds)[number]

/** Who gives it: the spouse, or the employee. */
export const consentGivers = {
  category_3_agent: 'dependent',
  category_3_entrusted: 'employee',
  family_check_entrusted: 'employee',
} as const satisfies Record<ConsentKind, 'employee' | 'dependent'>

export type ConsentText = { kind: ConsentKind; language: Language; title: string; text: string }

const texts = {
  category_3_agent: {
    ja: {
      title: '委任状（国民年金第3号被保険者の届出）',
      text: '私は、配偶者である従業員を代理人と定め、国民年金第3号被保険者に関する届出のために、私の個人番号を勤務先に提供することおよび本人確認に必要な手続きを委任します。',
    },
    en: {
      title: 'Power of attorney (national pension, category III)',
      text: 'I appoint my spouse, who is an employee, as my agent to provide my Individual Number to the employer for filings as a category III insured person of the national pension, and for the identity check that this needs.',
    },
  },
  category_3_entrusted: {
    ja: {
      title: '本人確認の委託の合意（国民年金第3号被保険者の届出）',
      text: '会社は、国民年金第3号被保険者である配偶者の本人確認（番号確認と身元確認）を従業員に委託し、従業員はこれを受託します。従業員は、確認に用いた書類を提示された目的以外に利用せず、写しを手元に残さず、知り得た個人番号を他に漏らしません。再委託はしません。問題が生じたときは速やかに会社に報告します。',
    },
    en: {
      title: 'Agreement on entrusting the identity check (national pension, category III)',
      text: 'The employer entrusts the employee with the identity check of the spouse who is a category III insured person, and the employee accepts. The employee uses the documents for nothing else, keeps no copy, tells nobody the number, entrusts nobody else, and reports any problem to the employer promptly.',
    },
  },
  family_check_entrusted: {
    ja: {
      title: '扶養親族の本人確認について',
      text: '私は、扶養控除等申告書に記載する扶養親族および配偶者について、個人番号カード等の書類により番号と身元を確認したうえで、個人番号を提供します。',
    },
    en: {
      title: 'The identity check of dependents',
      text: 'I provide the Individual Numbers of the spouse and dependents whom I declare for tax after checking their numbers and identities by their Individual Number Cards or other documents.',
    },
  },
} as const satisfies Record<ConsentKind, Record<Language, { title: string; text: string }>>

export const consentText = (kind: ConsentKind, language: Language): ConsentText => ({
  kind,
  language,
  ...texts[kind][language],
})
export const consentTexts = (): ConsentText[] =>
  consentKinds.flatMap((kind) => languages.map((language) => consentText(kind, language)))
