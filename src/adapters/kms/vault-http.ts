import { Agent, request } from 'undici'
import { notAnswering, refused } from './failures.ts'
import { networkFailure, type RemoteLimits, remoteLimits } from './remote-limits.ts'

/** One call of Vault's or OpenBao's HTTP API: token, namespace, time limits, a few attempts, and what a status means. */
export type VaultHttpOptions = {
  address: string
  namespace?: string | undefined
  /** Asked for with each call, so that an agent can renew a file under a running process. */
  token: () => string
  /** PEM of the authority that signed the server's certificate, instead of the public ones. */
  ca?: string | undefined
  limits?: RemoteLimits
}

/** What the callers judge themselves: done, no such thing, or a request that the engine did not like. */
export type VaultAnswer = { status: 'ok' | 'absent' | 'bad'; data: Readonly<Record<string, unknown>>; errors: string[] }

const maxAnswerBytes = 64 * 1024
const firstPauseMs = 100

const parse = (text: string): Omit<VaultAnswer, 'status'> => {
  let body: unknown
  try {
    body = text === '' ? {} : JSON.parse(text)
  } catch {
    body = {}
  }
  if (typeof body !== 'object' || body === null) return { data: {}, errors: [] }
  const data = 'data' in body && typeof body.data === 'object' && body.data !== null ? { ...body.data } : {}
  const errors = 'errors' in body && Array.isArray(body.errors) ? body.errors.map(String) : []
  return { data, errors }
}

export const createVaultHttp = ({ address, namespace, token, ca, limits = remoteLimits }: VaultHttpOptions) => {
  const agent = new Agent({
    connect: { timeout: limits.connectMs, ...(ca === undefined ? {} : { ca }) },
    headersTimeout: limits.requestMs,
    bodyTimeout: limits.requestMs,
    maxResponseSize: maxAnswerBytes,
  })

  const tokenNow = (): string => {
    try {
      return token()
    } catch {
      throw refused('VAULT_TOKEN_FILE', 'it cannot be read')
    }
  }

  /** The answer, or undefined with the reason where another attempt may do better. */
  const attempt = async (
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body: string | undefined,
    signal: AbortSignal,
  ): Promise<VaultAnswer | { again: string }> => {
    const headers = {
      'x-vault-token': tokenNow(),
      'x-vault-request': 'true',
      ...(namespace === undefined ? {} : { 'x-vault-namespace': namespace }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    }
    let status: number
    let text: string
    try {
      const answer = await request(new URL(`v1/${path}`, `${address}/`), {
        method,
        headers,
        body: body ?? null,
        dispatcher: agent,
        signal,
      })
      status = answer.statusCode
      text = await answer.body.text()
    } catch (error) {
      const way = networkFailure(error)
      if (way.untrusted) throw refused('VAULT_CACERT', `the certificate of VAULT_ADDR is not trusted (${way.code})`)
      return { again: way.code }
    }
    const answer = parse(text)
    if (status >= 200 && status < 300) return { status: 'ok', ...answer }
    if (status === 400) return { status: 'bad', ...answer }
    // An unknown key is 404 with no words; an unknown path says that nothing handles it.
    if (status === 404 && answer.errors.length === 0) return { status: 'absent', ...answer }
    if (status === 404 || status === 405)
      throw refused('VAULT_TRANSIT_MOUNT', 'there is no Transit engine at this path (see VAULT_NAMESPACE too)')
    if (status === 401 || status === 403)
      throw refused('VAULT_TOKEN', `permission denied for ${method} ${path}: see the token, its policy and its end`)
    // 307: a standby that does not forward. 412: a replica that has not caught up. 429: a quota. 503: sealed.
    if (status === 307 || status === 412 || status === 429 || status >= 500) return { again: `status ${status}` }
    throw refused('VAULT_ADDR', `what answers there is not Vault or OpenBao (status ${status})`)
  }

  /** Every call we make can be repeated: names are ours, and encrypting twice harms nobody. */
  const call = async (method: 'GET' | 'POST' | 'DELETE', path: string, input?: object): Promise<VaultAnswer> => {
    const body = input === undefined ? undefined : JSON.stringify(input)
    const end = performance.now() + limits.allMs
    let why = ''
    for (let tried = 0; tried < limits.attempts; tried += 1) {
      const left = end - performance.now()
      if (left <= 0) break
      const signal = AbortSignal.timeout(Math.ceil(Math.min(limits.requestMs, left)))
      const answer = await attempt(method, path, body, signal)
      if ('status' in answer) return answer
      why = answer.again
      if (tried + 1 < limits.attempts)
        await new Promise((resolve) => setTimeout(resolve, firstPauseMs * 2 ** tried * (0.5 + Math.random())))
    }
    throw notAnswering(new Error(`Vault ${method} ${path}: ${why}`))
  }

  return { call }
}
