import type { AppError } from '../../core/shared/errors.ts'
import { listUnavailable } from './failures.ts'

/**
 * What the SDK throws, in our words. Its own error is not kept as the cause: it carries the response, and its messages
 * quote ARNs with the account's twelve digits. The request id is what AWS Support asks for.
 */
type Meaning = 'exists' | 'conflict' | 'missing' | 'bucket' | 'permission' | 'credentials' | 'other'

/** Error codes of the S3 API reference. S3-compatible stores use the same. */
const meanings: Readonly<Record<string, Meaning>> = {
  PreconditionFailed: 'exists',
  ConditionalRequestConflict: 'conflict',
  OperationAborted: 'conflict',
  NoSuchKey: 'missing',
  NoSuchBucket: 'bucket',
  PermanentRedirect: 'bucket',
  AuthorizationHeaderMalformed: 'bucket',
  AccessDenied: 'permission',
  AllAccessDisabled: 'permission',
  InvalidAccessKeyId: 'credentials',
  SignatureDoesNotMatch: 'credentials',
  ExpiredToken: 'credentials',
  RequestTimeTooSkewed: 'credentials',
  CredentialsProviderError: 'credentials',
  TokenProviderError: 'credentials',
}

const remedies: Readonly<Record<Meaning, string>> = {
  exists: 'there is one already',
  conflict: 'somebody else is writing the same',
  missing: 'it is not there',
  bucket: 'see the bucket of ANCHOR_URL, AWS_REGION and ANCHOR_S3_ENDPOINT',
  permission: 'allow s3:ListBucket, s3:GetObject and s3:PutObject to the role or user of this service',
  credentials: 'see the credentials of this service and its clock',
  other: 'it is tried again',
}

const metadataOf = (error: Error): { status: number | undefined; requestId: string } => {
  const metadata: unknown = '$metadata' in error ? error.$metadata : undefined
  if (typeof metadata !== 'object' || metadata === null) return { status: undefined, requestId: '' }
  const status =
    'httpStatusCode' in metadata && typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined
  const id = 'requestId' in metadata && typeof metadata.requestId === 'string' ? metadata.requestId : ''
  return { status, requestId: /^[\w-]{1,64}$/.test(id) ? `, request ${id}` : '' }
}

export const s3Meaning = (error: unknown): Meaning => {
  if (!(error instanceof Error)) return 'other'
  const known = meanings[error.name]
  if (known !== undefined) return known
  // A body that was not XML, as of a proxy, leaves the status alone.
  return metadataOf(error).status === 412 ? 'exists' : 'other'
}

/** The network's code is deeper down, where there was no answer at all. */
const codeOf = (error: unknown): string => {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    const first: unknown = at instanceof AggregateError ? at.errors[0] : at
    const code = first instanceof Error && 'code' in first && typeof first.code === 'string' ? first.code : ''
    if (/^[A-Z0-9_]{3,60}$/.test(code)) return ` (${code})`
  }
  return ''
}

export const s3Failure = (operation: string, error: unknown): AppError => {
  const name = error instanceof Error && /^\w{1,80}$/.test(error.name) ? error.name : 'unknown'
  const { requestId } = error instanceof Error ? metadataOf(error) : { requestId: '' }
  return listUnavailable(`S3 ${operation} said ${name}${codeOf(error)}${requestId}: ${remedies[s3Meaning(error)]}`)
}
