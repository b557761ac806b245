import type { Sentence } from '../shared/errors.ts'
import type { NoNumberReason } from '../shared/words.ts'

/** The closed lists of collecting, each code with what it says on the 経過記録. Japanese first. */
type Words = Record<string, Sentence>

/** Every attempt counts: 国税庁 法定調書FAQ asks for a record of how the number was asked for, where a slip stays blank. */
export const contactChannels = {
  telephone: { ja: '電話', en: 'telephone' },
  visit: { ja: '訪問・対面', en: 'visit' },
  letter: { ja: '手紙', en: 'letter' },
  chat: { ja: 'チャット', en: 'chat' },
  mail: { ja: 'メール', en: 'e-mail' },
  fax: { ja: 'FAX', en: 'fax' },
  post: { ja: '郵送', en: 'post' },
} as const satisfies Words
export type ContactChannel = keyof typeof contactChannels

export const contactOutcomes = {
  reached: { ja: '本人と話した', en: 'spoke with the person' },
  no_answer: { ja: '不在・応答なし', en: 'no answer' },
  message_left: { ja: '伝言を残した', en: 'left a message' },
  sent: { ja: '送付した', en: 'sent' },
  undeliverable: { ja: '届かず返送された', en: 'could not be delivered' },
  promised: { ja: '提出するとの返事', en: 'promised to provide it' },
  refused: { ja: '提出しないとの返事', en: 'said that it is not provided' },
  received: { ja: '届いた', en: 'received' },
} as const satisfies Words
export type ContactOutcome = keyof typeof contactOutcomes

export const receivedItems = {
  number_document_copy: { ja: '番号確認書類の写し', en: 'a copy of a document with the number' },
  identity_document_copy: { ja: '身元確認書類の写し', en: 'a copy of an identity document' },
  card_original: { ja: '個人番号カードの原本', en: 'the Individual Number Card itself' },
  notification_card_original: { ja: '通知カードの原本', en: 'the notification card itself' },
  form: { ja: '提出書', en: 'the form' },
  other: { ja: 'その他の書類', en: 'another document' },
} as const satisfies Words
export type ReceivedItem = keyof typeof receivedItems

export const receivedHandlings = {
  registered_and_destroyed: { ja: '登録後に廃棄', en: 'registered, then destroyed' },
  destroyed: { ja: '廃棄', en: 'destroyed' },
  returned_by_hand: { ja: '手渡しで返却', en: 'handed back' },
  returned_by_registered_mail: { ja: '書留で返送', en: 'sent back by registered mail' },
  kept_locked: { ja: '施錠して保管', en: 'kept under lock' },
  passed_on: { ja: '事務取扱担当者へ引継ぎ', en: 'passed on to the handler' },
  pending: { ja: '未処理', en: 'not dealt with yet' },
} as const satisfies Words
export type ReceivedHandling = keyof typeof receivedHandlings

export const returnReasons = {
  number_differs: { ja: '番号が書類と異なる', en: 'The number differs from the document' },
  document_missing: { ja: '書類がない', en: 'A document is missing' },
  document_unreadable: { ja: '書類が読み取れない', en: 'A document cannot be read' },
  document_expired: { ja: '書類の有効期限が切れている', en: 'A document has expired' },
  document_wrong: { ja: '書類の種類が違う', en: 'It is not the right kind of document' },
  name_differs: { ja: '氏名が異なる', en: 'The name differs' },
  birth_date_differs: { ja: '生年月日が異なる', en: 'The date of birth differs' },
  address_differs: { ja: '住所が異なる', en: 'The address differs' },
  relationship_differs: { ja: '続柄が異なる', en: 'The relationship differs' },
  issue_date_differs: { ja: '発行日が異なる', en: 'The date of issue differs' },
  dependent_missing: { ja: '扶養親族が漏れている', en: 'A dependent is missing' },
  dependent_not_covered: { ja: '扶養の対象でない人が含まれている', en: 'Somebody is not a dependent' },
  other: { ja: 'その他', en: 'Another reason' },
} as const satisfies Words
export type ReturnReason = keyof typeof returnReasons

/** Why somebody is no dependent any more, in the employee's words. */
export const endingReasons = {
  employed: { ja: '就職・収入の増加', en: 'Works, or earns more' },
  married: { ja: '結婚', en: 'Married' },
  divorced: { ja: '離婚', en: 'Divorced' },
  died: { ja: '死亡', en: 'Died' },
  other_supporter: { ja: '他の人の扶養に入った', en: 'Is supported by somebody else' },
  not_dependent: { ja: 'もともと扶養していない', en: 'Was never a dependent' },
  other: { ja: 'その他', en: 'Another reason' },
} as const satisfies Words
export type EndingReason = keyof typeof endingReasons

export const refusalReasons = {
  no_consent: { ja: '提供に同意しない', en: 'Does not agree to provide it' },
  privacy_concern: { ja: '個人情報の取扱いに不安がある', en: 'Is concerned about privacy' },
  safety_concern: { ja: '安全管理に不安がある', en: 'Is concerned about safety' },
  no_documents: { ja: '確認書類がない', en: 'Has no documents' },
  number_unknown: { ja: '番号がわからない', en: 'Does not know the number' },
  no_reason_given: { ja: '理由の申出なし', en: 'Gave no reason' },
  other: { ja: 'その他', en: 'Another reason' },
} as const satisfies Words
export type RefusalReason = keyof typeof refusalReasons

export const cancellationReasons = {
  not_needed: { ja: '番号が不要になった', en: 'The number is not needed any more' },
  asked_by_mistake: { ja: '誤って依頼した', en: 'It was asked for by mistake' },
  already_held: { ja: '別の方法で提供を受けた', en: 'The number was provided in another way' },
  no_number: { ja: '番号がない', en: 'There is no number' },
  campaign_cancelled: { ja: '収集全体の取消', en: 'The whole campaign was cancelled' },
  other: { ja: 'その他', en: 'Another reason' },
} as const satisfies Words
export type CancellationReason = keyof typeof cancellationReasons

/** Why somebody has no number: 番号法7条 gives one to whoever is on the 住民票. */
export const absenceReasons = {
  overseas: { ja: '海外赴任・非居住', en: 'lives abroad' },
  newborn: { ja: '出生直後', en: 'newborn' },
  unregistered: { ja: '未登録（住民票なし等）', en: 'not on the resident register' },
} as const satisfies Record<NoNumberReason, Sentence>

export const priorities = ['low', 'normal', 'high'] as const
export type Priority = (typeof priorities)[number]

export const requestDocuments = ['number_proof', 'identity_proof', 'delegation'] as const
export type RequestDocument = (typeof requestDocuments)[number]
