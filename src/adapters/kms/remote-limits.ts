/**
 * How long a KMS over the network may take. A request of a user waits for it when a cache has ended, so that all attempts
 * together end before a proxy's usual ten seconds.
 */
export type RemoteLimits = { connectMs: number; requestMs: number; allMs: number; attempts: number }
export const remoteLimits: RemoteLimits = { connectMs: 2000, requestMs: 5000, allMs: 8000, attempts: 3 }

/** Node's and OpenSSL's codes for a connection whose other end cannot be trusted: waiting does not help. */
const untrusted = /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO/

/** The code of a failure on the way there, and whether it is about trust. Only the code: messages may quote anything. */
export const networkFailure = (error: unknown): { code: string; untrusted: boolean } => {
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    const first: unknown = at instanceof AggregateError ? at.errors[0] : at
    const code = first instanceof Error && 'code' in first && typeof first.code === 'string' ? first.code : ''
    if (/^[A-Z0-9_]{3,60}$/.test(code)) return { code, untrusted: untrusted.test(code) }
  }
  return { code: error instanceof Error ? error.name : 'unknown', untrusted: false }
}
