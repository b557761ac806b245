import { issueToken } from './gen/sdk.gen.ts'
import type { Scope, Token, TokenRequest } from './gen/types.gen.ts'
import type { Credential, createSend } from './send.ts'

export type Identity = { organization?: string; staff?: string; authTime?: number }

export type ClientCredentials = {
  clientId: string
  clientSecret: string
  /** Fewer scopes than the client has. */
  scopes?: readonly Scope[]
}

type Held = { token: Promise<string>; value?: string; freshUntil: number }

/** A host with many staff members has many tokens: the oldest go first. */
const mostHeld = 1000

/** RFC 6749 § 2.3.1: id and secret are form-encoded before HTTP Basic joins them with a colon. */
const formEncoded = (text: string): string => new URLSearchParams([['', text]]).toString().slice(1)

const bodyOf = ({ organization, staff, authTime }: Identity, scopes: readonly Scope[] | undefined): TokenRequest => ({
  grant_type: 'client_credentials',
  ...(organization !== undefined && { organization }),
  ...(staff !== undefined && { staff }),
  ...(authTime !== undefined && { auth_time: String(authTime) }),
  ...(scopes !== undefined && { scope: scopes.join(' ') }),
})

/** One token per organization and staff member: asked for once however many calls wait, renewed before it expires. */
export const createTokens = (
  send: ReturnType<typeof createSend>,
  { clientId, clientSecret, scopes }: ClientCredentials,
) => {
  const held = new Map<string, Held>()
  const basic: Credential = {
    get: async () => `${formEncoded(clientId)}:${formEncoded(clientSecret)}`,
    refuse: () => false,
  }

  const issue = async (entry: Held, identity: Identity): Promise<string> => {
    const askedAt = Date.now()
    const token = await send<Token>({ operation: issueToken, body: bodyOf(identity, scopes) }, {}, basic)
    entry.value = token.access_token
    entry.freshUntil = askedAt + token.expires_in * 1000 - Math.min(30_000, token.expires_in * 200)
    return token.access_token
  }

  const credentialOf = (identity: Identity): Credential => {
    const key = JSON.stringify([identity.organization, identity.staff, identity.authTime])
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

  return { credentialOf }
}
