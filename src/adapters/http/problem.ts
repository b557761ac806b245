import { AppError, type ErrorCode, errorTitles, type StepUp } from '../../core/shared/errors.ts'

/** The one place that knows which HTTP status a code has. */
export const statusOf = {
  invalid_request: 400,
  invalid_json: 400,
  unsupported_media_type: 415,
  not_acceptable: 406,
  payload_too_large: 413,
  unauthenticated: 401,
  invalid_client: 401,
  invalid_grant: 400,
  unsupported_grant_type: 400,
  invalid_subject_token: 400,
  invalid_scope: 400,
  insufficient_user_authentication: 401,
  not_permitted: 403,
  staff_required: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  already_exists: 409,
  precondition_failed: 412,
  precondition_required: 428,
  idempotency_mismatch: 422,
  idempotency_busy: 409,
  rate_limited: 429,
  check_digit: 422,
  number_format: 422,
  number_not_accepted: 422,
  sample_number: 422,
  jwe_required: 422,
  client_key_required: 409,
  number_missing: 409,
  notice_required: 422,
  purpose_not_permitted: 422,
  disposal_too_early: 409,
  on_hold: 409,
  too_early: 409,
  used_up: 410,
  expired: 410,
  session_replaced: 410,
  factor_required: 403,
  factor_wrong: 403,
  link_locked: 423,
  not_ready: 409,
  unmappable_character: 422,
  invalid_file: 422,
  missing_column: 422,
  unknown_column: 422,
  duplicate_column: 422,
  required: 422,
  too_long: 422,
  invalid_value: 422,
  duplicate_row: 422,
  employee_missing: 422,
  name_differs: 422,
  url_not_allowed: 422,
  training_required: 403,
  place_not_allowed: 403,
  budget_exhausted: 429,
  clock_untrusted: 503,
  unavailable: 503,
  internal: 500,
} as const satisfies Record<ErrorCode, number>

export const problemBase = 'https://azukari.example/problems/'
const retrySeconds = 5

export type Language = 'ja' | 'en'
/** Japanese first; English where the caller prefers it. */
export const languageOf = (acceptLanguage: string | undefined): Language => {
  if (acceptLanguage === undefined) return 'ja'
  const wishes = acceptLanguage.toLowerCase().split(',')
  const weightOf = (language: string, wish: string): number => {
    const [range = '', ...parameters] = wish.split(';').map((part) => part.trim())
    if (range !== language && !range.startsWith(`${language}-`)) return 0
    const weight = parameters.find((parameter) => parameter.startsWith('q='))
    return weight === undefined ? 1 : Number(weight.slice(2)) || 0
  }
  const rank = (language: string): number => Math.max(...wishes.map((wish) => weightOf(language, wish)))
  return rank('en') > rank('ja') ? 'en' : 'ja'
}

/** RFC 9470 § 3. The values were checked when they were set: nothing in them ends a quoted string. */
const stepUpChallenge = ({ acrValues, maxAgeSeconds }: StepUp = {}): string =>
  [
    'Bearer error="insufficient_user_authentication"',
    'error_description="Exchange an ID token of the organization\'s issuer"',
    ...(acrValues === undefined ? [] : [`acr_values="${acrValues.join(' ')}"`]),
    ...(maxAgeSeconds === undefined ? [] : [`max_age="${maxAgeSeconds}"`]),
  ].join(', ')

/** Whatever was thrown, as a problem. What is not an AppError is ours: `internal`, never explained to the caller. */
export const toProblem = (thrown: unknown, requestId: string, language: Language) => {
  const error = thrown instanceof AppError ? thrown : new AppError('internal')
  const status = statusOf[error.code]
  const detail = error.code === 'internal' ? errorTitles.internal.en : error.message
  const retryAfterSeconds = error.retryAfterSeconds ?? (status === 503 ? retrySeconds : undefined)
  return {
    status,
    headers: {
      ...(retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) }),
      ...(error.code === 'unauthenticated' ? { 'WWW-Authenticate': 'Bearer' } : {}),
      ...(error.code === 'insufficient_user_authentication'
        ? { 'WWW-Authenticate': stepUpChallenge(error.stepUp) }
        : {}),
      ...(error.code === 'invalid_client' ? { 'WWW-Authenticate': 'Basic realm="azukari"' } : {}),
    },
    body: {
      type: `${problemBase}${error.code}`,
      title: errorTitles[error.code][language],
      status,
      detail,
      instance: requestId,
      code: error.code,
      ...(error.places.length === 0 ? {} : { errors: error.places.map((place) => ({ ...place })) }),
    },
  }
}
