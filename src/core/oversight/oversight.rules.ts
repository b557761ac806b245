import type { LedgerOperation } from '../ledger/ledger.ts'
import type { Sentence } from '../shared/errors.ts'
import type { NumberUse, PurposeCode, Role } from '../shared/words.ts'

/** Who touched the number: a person of the company by name, everybody else by what they are. */
export type HandledBy = Sentence & {
  kind: 'self' | 'family' | 'staff' | 'host' | 'operator' | 'system'
  name?: string
  roles: (Sentence & { code: Role })[]
  /** 役職, as the appointment had it then. */
  post?: string
  /** The departments that the appointment was for. */
  departments: string[]
}

export type HandledPurpose = Sentence & { code: PurposeCode; law: string }

export type HandlingLine = {
  entryId: string
  at: Date
  operation: LedgerOperation
  operationLabel: string
  /** 機能名. */
  functionName: string
  what: Sentence
  by: HandledBy
  outcome: 'done' | 'released' | 'refused'
  result: Sentence
  purpose?: HandledPurpose
  use?: NumberUse
}

/** 取扱状況のお知らせ: what the 取扱記録 has of one person, in words for that person. No digits, and nobody else's data. */
export type HandlingStatement = {
  subject: { id: string; name: string }
  organizationName: string
  companyName: string
  /** `from` is absent where it begins with the first entry. */
  period: { from?: Date; to: Date }
  madeAt: Date
  lines: HandlingLine[]
}

/** What draws a statement: adapters/pdf. */
export type StatementRenderer = (statement: HandlingStatement) => Promise<Buffer>

type Words = Sentence & { attempt: string }

/** For the person, in plain words: what was done, and in English what was tried where it was refused. */
const words = {
  register: {
    ja: 'ご本人またはご家族の入力により、番号が登録されました。',
    en: 'Your number was registered, as entered by you or your family.',
    attempt: 'to register your number',
  },
  register_by_proxy: {
    ja: '担当者が代わりに番号を登録しました。',
    en: 'Staff registered your number for you.',
    attempt: 'to register your number for you',
  },
  correct: {
    ja: '誤っていた番号が訂正されました。誤った番号は直ちに消されます。',
    en: 'A wrong number was corrected; the wrong digits are destroyed at once.',
    attempt: 'to correct your number',
  },
  reissue: {
    ja: '再発行された新しい番号が登録されました。',
    en: 'The new number that was issued to you was registered.',
    attempt: 'to register a reissued number',
  },
  check: {
    ja: '登録された番号が正しいことの確認が記録されました。',
    en: 'Your registered number was confirmed as right.',
    attempt: 'to confirm your number',
  },
  compare: {
    ja: '同じ番号がほかに登録されていないか、システムが照合しました。人には表示されていません。',
    en: 'The system compared your number with others for duplicates. Nobody was shown it.',
    attempt: 'to look for duplicates of your number',
  },
  view: {
    ja: '番号が画面に表示されました。',
    en: 'Your number was shown on a screen.',
    attempt: 'to see your number',
  },
  print: {
    ja: '番号が印刷のために表示されました。',
    en: 'Your number was shown for printing.',
    attempt: 'to print your number',
  },
  export: {
    ja: '番号が給与などの手続きに使うファイルに書き出されました。',
    en: 'Your number was written into a file for payroll.',
    attempt: 'to write your number into a file',
  },
  file: {
    ja: '番号が税務署に提出する書類に記載されました。',
    en: 'Your number was put on a document for the tax office.',
    attempt: 'to put your number on a document for the tax office',
  },
  download: {
    ja: 'あなたについての書類が受け取られました。',
    en: 'A document about you was downloaded.',
    attempt: 'to download a document about you',
  },
  delete_started: {
    ja: '番号の廃棄が始まりました。これより後は誰も番号を見ることができません。',
    en: 'The disposal of your number began. From then on nobody can see it.',
    attempt: 'to dispose of your number',
  },
  delete: {
    ja: '番号が廃棄されました。',
    en: 'Your number was deleted.',
    attempt: 'to dispose of your number',
  },
  erase: {
    ja: '番号の写しを開く鍵も壊され、復元できなくなりました。',
    en: 'The keys to every copy of your number were destroyed too: it cannot be brought back.',
    attempt: 'to erase your number',
  },
  login: {
    ja: '届いたリンクから、番号を提出するページが開かれました。',
    en: 'The page for handing in your number was opened by its link.',
    attempt: 'to open the page for handing in your number',
  },
  import: {
    ja: '社員名簿が取り込まれました。',
    en: 'A roster was imported.',
    attempt: 'to import a roster',
  },
  notice: {
    ja: '番号の利用目的が通知されました。',
    en: 'You were told what your number is used for.',
    attempt: 'to tell you what your number is used for',
  },
  consent: {
    ja: '番号の提供や本人確認についての同意・委任が記録されました。',
    en: 'A consent about providing or checking a number was recorded.',
    attempt: 'to record a consent',
  },
  evidence: {
    ja: '確認書類が提出され、または取り消されました。',
    en: 'A document was handed in, or taken back.',
    attempt: 'to hand in a document',
  },
  request: {
    ja: '番号の提出をお願いする手続きが進みました。',
    en: 'A step was taken in asking you for your number.',
    attempt: 'to take a step in asking you for your number',
  },
  plan_disposal: {
    ja: '番号を廃棄する予定日が定められました。',
    en: 'A day was set on which your number will be deleted.',
    attempt: 'to set the day on which your number will be deleted',
  },
  cancel_disposal_plan: {
    ja: '番号を廃棄する予定が取り消されました。',
    en: 'The planned deletion of your number was called off.',
    attempt: 'to call off the planned deletion of your number',
  },
  staff: {
    ja: '番号を扱う担当者についての記録が変わりました。',
    en: 'The records of the staff who handle numbers changed.',
    attempt: 'to change the records of the staff who handle numbers',
  },
  settings: {
    ja: '番号を扱うしくみの設定が変わりました。',
    en: 'A setting of the service changed.',
    attempt: 'to change a setting of the service',
  },
  renew_keys: {
    ja: '番号を守る鍵が新しくなりました。',
    en: 'The keys that protect your number were renewed.',
    attempt: 'to renew the keys that protect your number',
  },
  employment: {
    ja: '入社・退職などの異動が記録されました。',
    en: 'A change in your employment was recorded.',
    attempt: 'to record a change in your employment',
  },
  organization: {
    ja: '会社や部門の登録が変わりました。',
    en: 'The records of companies and departments changed.',
    attempt: 'to change the records of companies and departments',
  },
  subject: {
    ja: '氏名・部門など、あなたの登録内容（番号を除く）が登録または変更されました。',
    en: 'Your details, such as name and department but not your number, were entered or changed.',
    attempt: 'to change your details',
  },
  payment: {
    ja: 'あなたへの支払が記録されました。',
    en: 'A payment to you was recorded.',
    attempt: 'to record a payment to you',
  },
  disclose: {
    ja: 'この取扱状況のお知らせが作成されました。',
    en: 'This statement was made for you.',
    attempt: 'to make this statement',
  },
  read_ledger: {
    ja: '取扱記録（この番号が扱われた記録。番号は含まれません）が閲覧されました。',
    en: 'The record of how numbers are handled was read; it holds no number.',
    attempt: 'to read the record of how numbers are handled',
  },
  export_ledger: {
    ja: '取扱記録（この番号が扱われた記録。番号は含まれません）がファイルに出力されました。',
    en: 'The record of how numbers are handled was written to a file; it holds no number.',
    attempt: 'to write the record of how numbers are handled to a file',
  },
} as const satisfies Record<LedgerOperation, Words>

/** What happened; of a refusal only what somebody tried. */
export const whatHappened = (operation: LedgerOperation, label: string, outcome: HandlingLine['outcome']): Sentence => {
  const { ja, en, attempt }: Words = words[operation]
  return outcome === 'refused' ? { ja: `「${label}」が試みられました。`, en: `Somebody tried ${attempt}.` } : { ja, en }
}

const results = {
  done: { ja: '行われました。', en: 'Done.' },
  released: { ja: '番号が担当者または手続き用の書類に渡りました。', en: 'Your number was given out for this use.' },
} as const satisfies Record<'done' | 'released', Sentence>

/** A refusal says why, as the service said it then. */
export const resultOf = (outcome: HandlingLine['outcome'], reason: Sentence | undefined): Sentence =>
  outcome !== 'refused'
    ? results[outcome]
    : {
        ja: `お断りしました${reason === undefined ? '' : `（${reason.ja}）`}。番号は渡っていません。`,
        en: `Refused${reason === undefined ? '' : `: ${reason.en}`}. Your number was not given out.`,
      }

export const roleNames = {
  officer: { ja: '事務取扱責任者', en: 'officer in charge' },
  handler: { ja: '事務取扱担当者', en: 'handler' },
  reviewer: { ja: '確認者', en: 'reviewer' },
  receiver: { ja: '番号受取担当者', en: 'receiver' },
  auditor: { ja: '監査者', en: 'auditor' },
} as const satisfies Record<Role, Sentence>

export const otherActors = {
  self: { ja: 'ご本人', en: 'You' },
  family: { ja: 'ご家族（社員の方）', en: 'The employee of your family' },
  host: { ja: '会社の人事・給与システム', en: 'The HR or payroll system of your employer' },
  operator: { ja: 'サービスの運営者', en: 'The operator of the service' },
  system: { ja: 'システムによる自動処理', en: 'The service itself' },
} as const satisfies Record<Exclude<HandledBy['kind'], 'staff'>, Sentence>
