import type { AppError } from '../../core/shared/errors.ts'
import { doesNotUnwrap, notAnswering, refused, versionGone } from './failures.ts'
import { networkFailure } from './remote-limits.ts'

/**
 * What the SDK throws, in our words. Its own error is not kept as the cause: it carries the response, and its messages
 * quote ARNs with the account's twelve digits. The request id is what AWS Support asks for.
 */
type Meaning =
  | 'gone'
  | 'pending'
  | 'does_not_unwrap'
  | 'unavailable'
  | 'credentials'
  | 'permission'
  | 'disabled'
  | 'other'

/** Names from the API reference's lists of errors (each operation's own, and "Common errors"). */
const meanings: Readonly<Record<string, Meaning>> = {
  NotFoundException: 'gone',
  InvalidCiphertextException: 'does_not_unwrap',
  IncorrectKeyException: 'does_not_unwrap',
  DisabledException: 'disabled',
  AccessDeniedException: 'permission',
  NotAuthorized: 'permission',
  ThrottlingException: 'unavailable',
  ThrottledException: 'unavailable',
  TooManyRequestsException: 'unavailable',
  RequestLimitExceeded: 'unavailable',
  KMSInternalException: 'unavailable',
  DependencyTimeoutException: 'unavailable',
  KeyUnavailableException: 'unavailable',
  InternalFailure: 'unavailable',
  ServiceUnavailable: 'unavailable',
  TimeoutError: 'unavailable',
  AbortError: 'unavailable',
  CredentialsProviderError: 'credentials',
  TokenProviderError: 'credentials',
  UnrecognizedClientException: 'credentials',
  InvalidClientTokenId: 'credentials',
  InvalidSignatureException: 'credentials',
  IncompleteSignature: 'credentials',
  MissingAuthenticationToken: 'credentials',
  MissingAuthenticationTokenException: 'credentials',
  ExpiredTokenException: 'credentials',
  RequestExpired: 'credentials',
  OptInRequired: 'credentials',
}

const metadataOf = (error: Error): { status: number | undefined; requestId: string } => {
  const metadata: unknown = '$metadata' in error ? error.$metadata : undefined
  if (typeof metadata !== 'object' || metadata === null) return { status: undefined, requestId: '' }
  const status =
    'httpStatusCode' in metadata && typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined
  const id = 'requestId' in metadata && typeof metadata.requestId === 'string' ? metadata.requestId : ''
  return { status, requestId: /^[\w-]{1,64}$/.test(id) ? `, request ${id}` : '' }
}

export const awsMeaning = (error: unknown): Meaning => {
  if (!(error instanceof Error)) return 'other'
  // One name for several states: pending deletion, still being created, an unreachable key store.
  if (error.name === 'KMSInvalidStateException')
    return /pending deletion/i.test(error.message) ? 'pending' : 'unavailable'
  const known = meanings[error.name]
  if (known !== undefined) return known
  const { status } = metadataOf(error)
  return status === undefined || status >= 500 ? 'unavailable' : 'other'
}

export const awsFailure = (operation: string, version: string, error: unknown): AppError => {
  const name = error instanceof Error && /^\w{1,80}$/.test(error.name) ? error.name : 'unknown'
  const { requestId, status } = error instanceof Error ? metadataOf(error) : { requestId: '', status: undefined }
  const said = `AWS KMS ${operation} said ${name}${requestId}`
  switch (awsMeaning(error)) {
    case 'gone':
    case 'pending':
      return versionGone(version)
    case 'does_not_unwrap':
      return doesNotUnwrap(version)
    case 'permission':
      return refused('KMS=aws', `${said}: allow kms:${operation} to the role or user of this service`)
    case 'credentials':
      return refused('KMS=aws', `${said}: see the AWS credentials of this service and its clock`)
    case 'disabled':
      return refused('KMS=aws', `${said}: enable the key of KMS version ${version}`)
    case 'other':
      return refused('KMS=aws', `${said}: see AWS_REGION, AWS_KMS_ENDPOINT and the quotas of the account`)
    case 'unavailable': {
      const way = networkFailure(error)
      if (status === undefined && way.untrusted)
        return refused('AWS_KMS_ENDPOINT', `the certificate of the other end is not trusted (${way.code})`)
      return notAnswering(new Error(status === undefined ? `${said} (${way.code})` : said))
    }
  }
}
