import type { PurposeCode } from '../shared/words.ts'
import { type Language, languages, type NoticeAudience, noticeAudiences } from './audiences.ts'
import { purposes } from './purposes.ts'

/** 出来合いの通知文. Who asks is the company of the subject: it stands on the page and on paper above the text. */
export type ReadyMade = {
  audience: NoticeAudience
  language: Language
  title: string
  text: string
  purposes: PurposeCode[]
}

/** The purposes of each audience: those for which a law makes the employer or payer ask such people (番号法9条4項). */
const purposesOf = {
  employee: ['withholding_tax', 'resident_tax', 'health_pension', 'employment_insurance', 'workers_accident'],
  dependent: ['withholding_tax', 'resident_tax', 'health_pension', 'national_pension_3'],
  payee_individual: ['payment_record_fee'],
  landlord: ['payment_record_rent', 'payment_record_transfer', 'payment_record_brokerage'],
  // A 法人番号 is public (番号法39条4項), and any purpose may use it: those are the slips that show it.
  payee_corporation: [
    'payment_record_fee',
    'payment_record_rent',
    'payment_record_transfer',
    'payment_record_brokerage',
  ],
} as const satisfies Record<NoticeAudience, readonly PurposeCode[]>

type Text = { title: string; before: string; after: string }

const afterPerson = {
  ja: [
    '上記以外の目的には利用しません。法令に定める場合を除き、第三者に提供しません。',
    '提供された番号は暗号化して保管し、利用の都度、誰が・いつ・何のために利用したかを記録します。必要がなくなり、法令の定める保存期間が過ぎたときは、速やかに廃棄します。',
    '番号の提供は法令に基づくお願いです。提供されない場合は、その経過を記録し、書類には番号を記載せずに提出することがあります。',
  ].join('\n\n'),
  en: [
    'It is used for nothing else, and given to nobody else unless a law says so.',
    'The number is kept encrypted. Each use is on record: who, when and what for. When it is not needed any more and the period that the law sets is over, it is destroyed promptly.',
    'The law asks us to ask you. Where a number is not provided, that is put on record and the documents may be filed without it.',
  ].join('\n\n'),
} as const satisfies Record<Language, string>

const texts = {
  employee: {
    ja: {
      title: '個人番号（マイナンバー）の利用目的について（従業員の方）',
      before: '当社は、あなたの個人番号を、番号法その他の法令に基づき、次の事務のために利用します。',
      after: afterPerson.ja,
    },
    en: {
      title: 'Why we ask for your Individual Number (employees)',
      before:
        'We use your Individual Number (My Number) as the My Number Act and other laws provide, for the following:',
      after: afterPerson.en,
    },
  },
  dependent: {
    ja: {
      title: '個人番号（マイナンバー）の利用目的について（扶養親族・配偶者の方）',
      before:
        '当社は、従業員の扶養親族および配偶者の方の個人番号を、番号法その他の法令に基づき、次の事務のために利用します。従業員の方は、ご家族にこの内容をお伝えください。',
      after: afterPerson.ja,
    },
    en: {
      title: 'Why we ask for your Individual Number (family of employees)',
      before:
        'We use the Individual Numbers (My Number) of spouses and dependents of our employees as the My Number Act and other laws provide, for the following. Employees are asked to tell their family.',
      after: afterPerson.en,
    },
  },
  payee_individual: {
    ja: {
      title: '個人番号（マイナンバー）の利用目的について（報酬等のお支払先の方）',
      before: '当社は、報酬・料金等をお支払いする方の個人番号を、所得税法等に基づき、次の事務のために利用します。',
      after: afterPerson.ja,
    },
    en: {
      title: 'Why we ask for your Individual Number (fees)',
      before:
        'We use the Individual Numbers (My Number) of those to whom we pay fees as the Income Tax Act and other laws provide, for the following:',
      after: afterPerson.en,
    },
  },
  landlord: {
    ja: {
      title: '個人番号（マイナンバー）の利用目的について（不動産の貸主・売主等の方）',
      before:
        '当社は、不動産の使用料、譲受けの対価またはあっせん手数料をお支払いする方の個人番号を、所得税法等に基づき、次の事務のために利用します。',
      after: afterPerson.ja,
    },
    en: {
      title: 'Why we ask for your Individual Number (real estate)',
      before:
        'We use the Individual Numbers (My Number) of those to whom we pay rent, a price or a commission for real estate as the Income Tax Act and other laws provide, for the following:',
      after: afterPerson.en,
    },
  },
  payee_corporation: {
    ja: {
      title: '法人番号のご確認のお願い',
      before:
        '当社は、お支払先の法人番号を、次の書類に記載するために確認します。法人番号は公表されている番号で、利用目的に制限はなく、本人確認も必要ありません。',
      after: '登記上の商号・所在地と法人番号をご確認ください。',
    },
    en: {
      title: 'Please confirm your corporate number',
      before:
        'We confirm the corporate number (法人番号) of those we pay in order to write it on the following. It is public: it may be used for any purpose and no identity check is needed.',
      after: 'Please confirm the registered name and address together with the number.',
    },
  },
} as const satisfies Record<NoticeAudience, Record<Language, Text>>

const bullet = { ja: '・', en: '- ' } as const satisfies Record<Language, string>

/** With the purposes that such people are usually asked for, or with those named. */
export const readyMadeNotice = (
  audience: NoticeAudience,
  language: Language,
  named: readonly PurposeCode[] = purposesOf[audience],
): ReadyMade => {
  const { title, before, after } = texts[audience][language]
  const codes: PurposeCode[] = [...named]
  const lines = codes.map(
    (code) => `${bullet[language]}${language === 'ja' ? purposes[code].name : purposes[code].nameEn}`,
  )
  return { audience, language, title, text: [before, lines.join('\n'), after].join('\n\n'), purposes: codes }
}

export const readyMadeNotices = (): ReadyMade[] =>
  noticeAudiences.flatMap((audience) => languages.map((language) => readyMadeNotice(audience, language)))
