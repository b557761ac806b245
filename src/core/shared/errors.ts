/**
 * The one error of the product. `code` is stable and in the contract; `detail` says what to do and holds no value that
 * was sent. Only adapters/http/problem.ts knows which HTTP status a code has.
 */
export type Place = {
  pointer?: string
  parameter?: string
  line?: number
  column?: string
  code: ErrorCode
  detail?: string
}

export type Sentence = { ja: string; en: string }

/** Every code, with its title for people. Japanese first. */
export const errorTitles = {
  invalid_request: { ja: 'リクエストの内容に誤りがあります', en: 'The request is not valid' },
  invalid_json: { ja: 'JSONとして読み取れません', en: 'The body is not valid JSON' },
  unsupported_media_type: { ja: 'この形式の本文は受け付けていません', en: 'This content type is not accepted here' },
  not_acceptable: { ja: '要求された形式では返せません', en: 'This representation is not available' },
  payload_too_large: { ja: '本文が大きすぎます', en: 'The body is too large' },
  unauthenticated: { ja: '認証が必要です', en: 'Authentication is required' },
  invalid_client: { ja: 'クライアントの認証に失敗しました', en: 'Client authentication failed' },
  invalid_grant: {
    ja: '指定の組織または担当者では発行できません',
    en: 'No token for this organization or staff member',
  },
  unsupported_grant_type: { ja: 'このgrant_typeには対応していません', en: 'This grant_type is not supported' },
  invalid_subject_token: {
    ja: 'このIDトークンは受け付けられません',
    en: 'This ID token is not accepted',
  },
  invalid_scope: { ja: 'このスコープは許可されていません', en: 'This scope is not allowed' },
  insufficient_user_authentication: {
    ja: 'この操作には組織の認証基盤での本人認証が必要です',
    en: 'This needs a sign-in at the organization’s own issuer',
  },
  not_permitted: { ja: 'この操作の権限がありません', en: 'This is not permitted' },
  staff_required: { ja: '担当者を特定したトークンが必要です', en: 'A token that names a staff member is required' },
  not_found: { ja: '見つかりません', en: 'Not found' },
  method_not_allowed: { ja: 'このメソッドは使えません', en: 'Method not allowed' },
  conflict: { ja: '現在の状態ではこの操作はできません', en: 'The current state does not allow this' },
  already_exists: { ja: 'すでに登録されています', en: 'It already exists' },
  precondition_failed: { ja: '他の人が先に変更しました', en: 'Somebody else changed it first' },
  precondition_required: { ja: 'If-Matchヘッダーが必要です', en: 'If-Match is required' },
  idempotency_mismatch: { ja: '同じIdempotency-Keyで内容が異なります', en: 'Same Idempotency-Key with another body' },
  idempotency_busy: {
    ja: '同じIdempotency-Keyの処理が続いています',
    en: 'The first request with this key is still running',
  },
  rate_limited: { ja: 'リクエストが多すぎます', en: 'Too many requests' },
  check_digit: { ja: '検査用数字（チェックデジット）が合いません', en: 'The check digit does not match' },
  number_format: { ja: '個人番号は12桁の数字です', en: 'A 個人番号 has 12 digits' },
  number_not_accepted: { ja: 'この番号は受け付けられません', en: 'This number is not accepted' },
  sample_number: {
    ja: '見本として公開されている番号です。間違いなければ確認のうえ登録してください',
    en: 'This is a published sample: confirm that it is meant',
  },
  jwe_required: {
    ja: 'この組織では個人番号を暗号化（JWE）して送ってください',
    en: 'This organization takes numbers as JWE only',
  },
  client_key_required: {
    ja: '暗号化して返すための公開鍵が登録されていません',
    en: 'This client has no registered key to encrypt to',
  },
  number_missing: { ja: '個人番号が登録されていません', en: 'No number is registered' },
  notice_required: { ja: '利用目的の通知が記録されていません', en: 'No notice of the purpose was given' },
  consent_required: {
    ja: '配偶者の番号（第3号）を提出する前に、委任または本人確認の委託への同意が必要です',
    en: 'Before a spouse’s number (category III) an agreement is needed: as the agent, or on the identity check',
  },
  purpose_not_permitted: { ja: 'この利用目的では利用できません', en: 'The number may not be used for this purpose' },
  disposal_too_early: {
    ja: '削除予定日より前には廃棄できません',
    en: 'Disposal is not allowed before its planned date',
  },
  on_hold: { ja: '保全中のため廃棄できません', en: 'A hold stops the disposal' },
  too_early: { ja: '予定日より前です', en: 'It is too early' },
  used_up: { ja: 'このファイルはすでに受け取られています', en: 'This file was already downloaded' },
  expired: { ja: '期限が切れています', en: 'It has expired' },
  session_replaced: {
    ja: '別の端末で開かれたため、この画面での手続きは終了しました',
    en: 'The link was opened on another device, so this session has ended',
  },
  factor_required: { ja: '本人の確認（合言葉または生年月日）が必要です', en: 'The second factor is needed first' },
  factor_wrong: { ja: '合言葉または生年月日が一致しません', en: 'The second factor is not right' },
  link_locked: {
    ja: '誤りが続いたため、このリンクは使えなくなりました。新しいリンクを依頼してください',
    en: 'The link was locked after wrong answers: ask for a new one',
  },
  not_ready: { ja: 'まだ準備ができていません', en: 'It is not ready yet' },
  unmappable_character: { ja: '出力できない文字があります', en: 'A character cannot be written in this encoding' },
  invalid_file: { ja: 'ファイルの内容に誤りがあります', en: 'The file has errors' },
  missing_column: { ja: '必要な列がありません', en: 'A required column is missing' },
  unknown_column: { ja: '取り込まない列があります', en: 'A column is not known and is left out' },
  duplicate_column: { ja: '同じ見出しの列が二つあります', en: 'Two columns have the same header' },
  required: { ja: '必須の項目が空です', en: 'A required value is empty' },
  too_long: { ja: '文字数が多すぎます', en: 'The value is too long' },
  invalid_value: { ja: '値の形式に誤りがあります', en: 'The value does not have the right form' },
  duplicate_row: { ja: '同じ人の行が重複しています', en: 'Two rows are of the same person' },
  employee_missing: { ja: '扶養者の前に社員の行がありません', en: 'The employee of this dependent is not known' },
  name_differs: { ja: '同じ社員コードで社員名が異なります', en: 'Two names under one employee code' },
  url_not_allowed: { ja: 'このURLは使えません', en: 'This URL is not allowed' },
  training_required: { ja: '直近12か月以内の研修記録がありません', en: 'No training within the last 12 months' },
  place_not_allowed: { ja: '取扱区域の外からは利用できません', en: 'Not allowed from this network' },
  budget_exhausted: { ja: '本日の上限に達しました', en: 'The budget of today is used up' },
  clock_untrusted: { ja: '時計を信頼できないため実行しません', en: 'The clock cannot be trusted' },
  unavailable: { ja: '一時的に利用できません', en: 'Temporarily unavailable' },
  internal: { ja: 'サーバー内部の誤りです', en: 'Internal error' },
} as const satisfies Record<string, Sentence>

export type ErrorCode = keyof typeof errorTitles

/** What a sign-in must be like, for RFC 9470's challenge. */
export type StepUp = { acrValues?: readonly string[]; maxAgeSeconds?: number }

export class AppError extends Error {
  readonly code: ErrorCode
  readonly places: readonly Place[]
  /** Seconds after which it may be tried again; only for `unavailable` and `rate_limited`. */
  readonly retryAfterSeconds: number | undefined
  /** Only for `insufficient_user_authentication`. */
  readonly stepUp: StepUp | undefined

  constructor(
    code: ErrorCode,
    detail: string = errorTitles[code].en,
    more: { places?: readonly Place[]; retryAfterSeconds?: number; stepUp?: StepUp; cause?: unknown } = {},
  ) {
    super(detail, more.cause === undefined ? undefined : { cause: more.cause })
    this.name = 'AppError'
    this.code = code
    this.places = more.places ?? []
    this.retryAfterSeconds = more.retryAfterSeconds
    this.stepUp = more.stepUp
  }
}

export const notFound = (what: string): AppError => new AppError('not_found', `No such ${what}.`)

/** One wrong field of the body: the usual refusal of a use case. */
export const invalidField = (pointer: string, code: ErrorCode, detail?: string): AppError =>
  new AppError(code, detail, { places: [{ pointer, code, ...(detail === undefined ? {} : { detail }) }] })
