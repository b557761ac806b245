import { createAssertions, type PrivateKey } from './assertion.ts'
import { getAuthorizationServer, issueToken } from './gen/sdk.gen.ts'
import type { AuthorizationServer, Scope, Token, TokenRequest } from './gen/types.gen.ts'
import type { Call, CallOptions, Credential, createSend } from './send.ts'

export type Identity = { organization?: string; staff?: string; authTime?: number; idToken?: string }

export type ClientCredentials = {
  clientId: string
  /** Fewer scopes than the client has. */
  scopes?: readonly Scope[]
} & (
  | { clientSecret: string }
  | {
      /** Instead of a secret: the private half of a key registered at `clientKeys` with `use: sig`. It never leaves your server. */
      privateKey: PrivateKey
      /** The id that the service gave the key; without it every key of the client is tried. */
      keyId?: string
    }
)

type Held = { token: Promise<string>; value?: string; freshUntil: number }

/** A host with many staff members has many tokens: the oldest go first. */
const mostHeld = 1000

/** RFC 6749 § 2.3.1: id and secret are form-encoded before HTTP Basic joins them with a colon. */
const formEncoded = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1)

const exchange = {
  grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
  subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
} as const

const bodyOf = (
  { organization, staff, authTime, idToken }: Identity,
  scopes: readonly Scope[] | undefined,
): TokenRequest => ({
  ...(idToken === undefined ? { grant_type: 'client_credentials' } : { ...exchange, subject_token: idToken }),
  ...(organization !== undefined && { organization }),
  ...(staff !== undefined && { staff }),
  ...(authTime !== undefined && { auth_time: String(authTime) }),
  ...(scopes !== undefined && { scope: scopes.join(' ') }),
})

/** One token per organization and staff member: asked for once however many calls wait, renewed before it expires. */
export const createTokens = (send: ReturnType<typeof createSend>, credentials: ClientCredentials) => {
  const { clientId, scopes } = credentials
  const held = new Map<string, Held>()

  let issuer: Promise<string> | undefined
  const audience = (): Promise<string> => {
    issuer ??= send<AuthorizationServer>({ operation: getAuthorizationServer }).then((server) => server.issuer)
    issuer.catch(() => {
      issuer = undefined
    })
    return issuer
  }
  const assertion = 'privateKey' in credentials ? createAssertions({ ...credentials, audience }) : undefined
  const basic: Credential | undefined =
    'clientSecret' in credentials
      ? {
          get: async () => `${formEncoded(clientId)}:${formEncoded(credentials.clientSecret)}`,
          refuse: () => false,
        }
      : undefined
  if ((assertion === undefined) === (basic === undefined)) throw new TypeError('give either clientSecret or privateKey')

  /** Sends a form in the client's own name. Each try has an assertion of its own. */
  const sendAsClient = <T>(call: Call, options: CallOptions = {}): Promise<T> => {
    if (assertion === undefined) return send<T>(call, options, basic)
    const body = async (): Promise<object> => ({
      ...(call.body as object),
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await assertion(),
    })
    return send<T>({ ...call, body }, options)
  }

  const issue = async (entry: Held, identity: Identity): Promise<string> => {
    const askedAt = Date.now()
    const token = await sendAsClient<Token>({ operation: issueToken, body: bodyOf(identity, scopes) })
    entry.value = token.access_token
    entry.freshUntil = askedAt + token.expires_in * 1000 - Math.min(30_000, token.expires_in * 200)
    return token.access_token
  }

  const credentialOf = (identity: Identity): Credential => {
    const key = JSON.stringify([identity.organization, identity.staff, identity.authTime, identity.idToken])
    const get = (): Promise<string> => {
      const known = held.get(key)
      if (known !== undefined && known.freshUntil > Date.now()) return known.token
      const entry: Held = { token: Promise.resolve(''), freshUntil: Number.POSITIVE_INFINITY }
      entry.token = issue(entry, identity).catch((error: unknown) => {
        if (held.get(key) === entry) held.delete(key)
        throw error
      })
      held.delete(key)
      held.set(key, entry)
      const [oldest] = held.keys()
      if (held.size > mostHeld && oldest !== undefined) held.delete(oldest)
      return entry.token
    }
    const refuse = (used: string): boolean => {
      // Another call may have renewed it already: only the one that was refused is thrown away.
      if (held.get(key)?.value === used) held.delete(key)
      return true
    }
    return { get, refuse }
  }

  return { credentialOf, sendAsClient }
}
