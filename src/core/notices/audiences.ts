import type { SubjectKind } from '../shared/words.ts'

/** Whom a notice speaks to. A landlord is a payee whose number is asked for other slips (所得税法225条1項9号). */
export const noticeAudiences = ['employee', 'dependent', 'payee_individual', 'landlord', 'payee_corporation'] as const
export type NoticeAudience = (typeof noticeAudiences)[number]

export const languages = ['ja', 'en'] as const
export type Language = (typeof languages)[number]

const byKind = {
  employee: 'employee',
  dependent: 'dependent',
  payee: 'payee_individual',
  // A sole proprietor's own number stands on slips: nobody has to tell them why.
  proprietor: undefined,
} as const satisfies Record<SubjectKind, NoticeAudience | undefined>

export const audienceOf = (subject: {
  kind: SubjectKind
  payeeKind?: 'individual' | 'corporation'
  landlord?: boolean
}): NoticeAudience | undefined => {
  if (subject.payeeKind === 'corporation') return 'payee_corporation'
  return subject.landlord === true ? 'landlord' : byKind[subject.kind]
}
