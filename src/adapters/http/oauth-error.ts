import type { ErrorCode } from '../../core/shared/errors.ts'

/** RFC 6749 § 5.2: the token endpoint answers with its own error names, as application/json; the problem's members stand beside. */
const names: Partial<Record<ErrorCode, string>> = {
  invalid_client: 'invalid_client',
  invalid_grant: 'invalid_grant',
  unsupported_grant_type: 'unsupported_grant_type',
  invalid_scope: 'invalid_scope',
  // No name of RFC 6749 or 8693 fits a lock-out better.
  rate_limited: 'temporarily_unavailable',
  unavailable: 'temporarily_unavailable',
  internal: 'temporarily_unavailable',
}

export const oauthError = <P extends { code: ErrorCode; detail: string }>(problem: P) => {
  const { errors: _, ...rest } = problem as P & { errors?: unknown }
  return { error: names[problem.code] ?? 'invalid_request', error_description: problem.detail, ...rest }
}
