import type { Language, NoticeChannel } from '../notices/notices.ts'
import type { Day } from '../shared/dates.ts'
import type { Sentence } from '../shared/errors.ts'
import { isCorporation, type Subject } from '../subjects/subjects.ts'
import type { BlankReason, HistoryKind, HistoryLine, RequestHistory } from './collection.rules.ts'
import type { HistoryRow } from './history.store.ts'
import type { RequestState } from './requests.rules.ts'
import {
  absenceReasons,
  cancellationReasons,
  contactChannels,
  contactOutcomes,
  receivedHandlings,
  receivedItems,
  refusalReasons,
  returnReasons,
} from './words.ts'

export const kindSentences = {
  notice_given: { ja: '利用目的を通知しました。', en: 'The purposes were told.' },
  created: { ja: '個人番号の提供を依頼することとしました。', en: 'It was decided to ask for the number.' },
  sent: {
    ja: '提出用のリンクを発行し、提供を依頼しました。',
    en: 'A link for providing the number was made, and the number asked for.',
  },
  opened: { ja: '本人がリンクを開きました。', en: 'The person opened the link.' },
  submitted: { ja: '本人が提出しました。', en: 'The person submitted.' },
  accepted: { ja: '提出内容を受け入れました。', en: 'What was submitted was accepted.' },
  returned: {
    ja: '提出内容を差し戻し、再提出を依頼しました。',
    en: 'What was submitted was returned, and asked for again.',
  },
  refused: {
    ja: '本人から提供しないとの申出がありました。',
    en: 'The person said that they do not provide the number.',
  },
  refusal_withdrawn: { ja: '提供しないとの申出が撤回されました。', en: 'The person took the refusal back.' },
  expired: { ja: '期限までに提供がありませんでした。', en: 'The number was not provided by the deadline.' },
  cancelled: { ja: '依頼を取り消しました。', en: 'The request was cancelled.' },
  changed: { ja: '期限または優先度を変更しました。', en: 'Deadline or priority were changed.' },
  reminder_due: {
    ja: '期限が近いため、再度の案内の時期となりました。',
    en: 'The deadline was near: a reminder was due.',
  },
  contact: { ja: '本人への連絡・対応', en: 'Contact with the person' },
} as const satisfies Record<HistoryKind, Sentence>

/** Of a corporate payee: its 法人番号 was asked for. */
const corporateSentences: Partial<Record<HistoryKind, Sentence>> = {
  created: {
    ja: '法人番号の確認を依頼することとしました。',
    en: 'It was decided to ask for the corporate number to be confirmed.',
  },
  sent: {
    ja: '確認用のリンクを発行し、法人番号の確認を依頼しました。',
    en: 'A link for confirming the corporate number was made, and that asked for.',
  },
  opened: { ja: '支払先がリンクを開きました。', en: 'The payee opened the link.' },
  submitted: { ja: '支払先が提出しました。', en: 'The payee submitted.' },
  refused: {
    ja: '支払先から法人番号を知らせないとの申出がありました。',
    en: 'The payee said that they do not confirm the corporate number.',
  },
  refusal_withdrawn: {
    ja: '法人番号を知らせないとの申出が撤回されました。',
    en: 'The payee took the refusal back.',
  },
  expired: {
    ja: '期限までに法人番号の確認がありませんでした。',
    en: 'The corporate number was not confirmed by the deadline.',
  },
}
export const sentenceOf = (kind: HistoryKind, ofCorporation: boolean): Sentence =>
  (ofCorporation ? corporateSentences[kind] : undefined) ?? kindSentences[kind]

const joined = (sentences: readonly Sentence[]): Sentence | undefined =>
  sentences.length === 0
    ? undefined
    : { ja: sentences.map(({ ja }) => ja).join('、'), en: sentences.map(({ en }) => en).join(', ') }

const lookUp = (words: Record<string, Sentence>, codes: readonly string[] = []): Sentence[] =>
  [...new Set(codes)].flatMap((code) => words[code] ?? [])

const until = (dueOn: Day | undefined): Sentence[] =>
  dueOn === undefined ? [] : [{ ja: `提出期限 ${dueOn.replaceAll('-', '/')}`, en: `deadline ${dueOn}` }]

const priorityWords = {
  low: { ja: '優先度 低', en: 'low priority' },
  normal: { ja: '優先度 中', en: 'normal priority' },
  high: { ja: '優先度 高', en: 'high priority' },
} as const satisfies Record<string, Sentence>

/** 通知の方法, and who may be said to have told them. */
const noticeWords = {
  paper: { ja: '書面', en: 'on paper', by: 'staff' },
  mail: { ja: 'メール', en: 'by e-mail', by: 'staff' },
  intranet: { ja: '社内ポータル', en: 'on the intranet', by: 'staff' },
  page: { ja: '提出ページでの表示', en: 'on the page for providing it', by: 'system' },
  contract: { ja: '契約書', en: 'in the contract', by: 'staff' },
  work_rules: { ja: '就業規則', en: 'in the work rules', by: 'staff' },
  standing: { ja: '常時の通知', en: 'by a standing notice', by: 'system' },
  other: { ja: 'その他の方法', en: 'in another way', by: 'staff' },
} as const satisfies Record<NoticeChannel, Sentence & { by: HistoryLine['by']['kind'] }>

const languageWords = { ja: { ja: '', en: '' }, en: { ja: '（英語）', en: ' (in English)' } } as const satisfies Record<
  Language,
  Sentence
>

export const noticeLine = (givenAt: Date, channel: NoticeChannel, language: Language = 'ja'): HistoryLine => {
  const { ja, en, by } = noticeWords[channel]
  return {
    at: givenAt,
    kind: 'notice_given',
    what: kindSentences.notice_given,
    by: { kind: by },
    channel,
    detail: { ja: `${ja}${languageWords[language].ja}`, en: `${en}${languageWords[language].en}` },
  }
}

const contactWords = ({ channel, outcome, received }: HistoryRow): Sentence[] => [
  ...lookUp(contactChannels, channel === undefined ? [] : [channel]),
  ...lookUp(contactOutcomes, outcome === undefined ? [] : [outcome]),
  ...(received === undefined
    ? []
    : [
        receivedItems[received.item],
        {
          ja: `${received.handledOn === undefined ? '' : `${received.handledOn.replaceAll('-', '/')} `}${receivedHandlings[received.handling].ja}`,
          en: `${receivedHandlings[received.handling].en}${received.handledOn === undefined ? '' : ` on ${received.handledOn}`}`,
        },
      ]),
]

const details: Partial<Record<HistoryKind, (row: HistoryRow) => Sentence[]>> = {
  created: ({ dueOn }) => until(dueOn),
  changed: ({ dueOn, reasons }) => [...until(dueOn), ...lookUp(priorityWords, reasons)],
  reminder_due: ({ dueOn }) => until(dueOn),
  returned: ({ reasons }) => lookUp(returnReasons, reasons),
  refused: ({ reasons }) => lookUp(refusalReasons, reasons),
  cancelled: ({ reasons }) => lookUp(cancellationReasons, reasons),
  contact: contactWords,
}

export const detailOf = (row: HistoryRow): Sentence | undefined => joined(details[row.kind]?.(row) ?? [])

/** Of somebody without a number: the newest request tells whether they refused, or were asked at all. */
export const blankReasonOf = (
  { numberState, noNumber }: Pick<Subject, 'numberState' | 'noNumber'>,
  newest: RequestState | undefined,
): BlankReason | 'not_asked' => {
  if (numberState === 'no_number' && noNumber !== undefined) return noNumber.reason
  if (newest === undefined) return 'not_asked'
  return newest === 'refused' ? 'refused' : 'not_provided'
}

const blanks = {
  refused: {
    ja: '本人が個人番号の提供を拒んだため、番号を記載しないで提出します。',
    en: 'The person refused to provide the number, so the slip is filed without it.',
  },
  not_provided: {
    ja: '提供を依頼しましたが、個人番号の提供を受けられなかったため、番号を記載しないで提出します。',
    en: 'The number was asked for and not provided, so the slip is filed without it.',
  },
} as const satisfies Record<string, Sentence>

const corporateBlanks = {
  refused: {
    ja: '支払先が法人番号を知らせなかったため、番号を記載しないで提出します。',
    en: 'The payee did not want to say the corporate number, so the slip is filed without it.',
  },
  not_provided: {
    ja: '法人番号の確認を依頼しましたが、確認できなかったため、番号を記載しないで提出します。',
    en: 'The corporate number was asked for and not confirmed, so the slip is filed without it.',
  },
} as const satisfies Record<string, Sentence>

/** 国税庁 法定調書FAQ: 提供を受けられない場合は、経過等を記録、保存する. Undefined where a number is held. */
export const blankOf = (
  subject: Pick<Subject, 'numberState' | 'noNumber' | 'payeeKind' | 'corporateNumber'>,
  state: RequestState,
): RequestHistory['blank'] => {
  const { numberState, noNumber, corporateNumber } = subject
  if (isCorporation(subject)) {
    if (corporateNumber !== undefined) return undefined
    const reason = state === 'refused' ? 'refused' : 'not_provided'
    return { reason, ...corporateBlanks[reason] }
  }
  if (numberState === 'registered' || numberState === 'checked') return undefined
  if (numberState === 'no_number' && noNumber !== undefined) {
    const { reason } = noNumber
    const { ja, en } = absenceReasons[reason]
    return {
      reason,
      ja: `個人番号がない（${ja}）ため、番号を記載しないで提出します。`,
      en: `There is no number (${en}), so the slip is filed without it.`,
    }
  }
  const reason = state === 'refused' ? 'refused' : 'not_provided'
  return { reason, ...blanks[reason] }
}
