import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import Provider from 'oidc-provider'

/** An organization's own OIDC issuer: the real oidc-provider on loopback, whose people sign in as the test says. */
export const clientId = 'azukari-host'
const clientSecret = 'a-secret-of-the-host-at-its-issuer'
const scope = 'openid'

export type SignIn = { accountId: string; acr?: string; authTime?: number }

const keyOf = async (alg: 'RS256' | 'EdDSA', kid: string): Promise<JWK> => {
  const { privateKey } = await generateKeyPair(alg, { extractable: true })
  return { ...(await exportJWK(privateKey)), kid, alg, use: 'sig' }
}

export const startIssuer = async (alg: 'RS256' | 'EdDSA' = 'RS256') => {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  const issuer = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
  const redirectUri = `${issuer}/back-at-the-host`
  const keys = [await keyOf(alg, 'first')]
  let who: SignIn = { accountId: '' }

  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [redirectUri],
        require_auth_time: true,
        id_token_signed_response_alg: alg,
      },
    ],
    jwks: { keys: keys as never },
    acrValues: ['urn:example:password', 'urn:example:mfa'],
    findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
    loadExistingGrant: async ({ oidc }) => {
      const grant = new oidc.provider.Grant({ clientId, accountId: oidc.session?.accountId ?? '' })
      grant.addOIDCScope(scope)
      await grant.save()
      return grant
    },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    features: { devInteractions: { enabled: false } },
    pkce: { required: () => false },
    cookies: { keys: ['only for tests'] },
  })
  const serve = provider.callback()
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (!request.url?.startsWith('/interaction/')) return serve(request, response)
    const { accountId, acr, authTime } = who
    const login = { accountId, ...(acr !== undefined && { acr }), ...(authTime !== undefined && { ts: authTime }) }
    return provider.interactionFinished(request, response, { login })
  })

  /** The browser of the person: from the authorization request to the code, redirect after redirect. */
  const codeFor = async (url: string): Promise<string> => {
    const cookies = new Map<string, string>()
    for (let at = url, steps = 0; steps < 10; steps++) {
      if (at.startsWith(redirectUri)) return new URL(at).searchParams.get('code') ?? `no code: ${at}`
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
      const response = await fetch(at, { redirect: 'manual', headers: { cookie } })
      await response.arrayBuffer()
      for (const line of response.headers.getSetCookie()) {
        const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/s)
        cookies.set(name, value)
      }
      at = new URL(response.headers.get('location') ?? `no redirect ${response.status}`, at).href
    }
    throw new Error('the sign-in did not end')
  }

  /** An ID token of somebody who signs in with this nonce. */
  const signIn = async (as: SignIn, nonce?: string): Promise<string> => {
    who = as
    const code = await codeFor(
      `${issuer}/auth?${new URLSearchParams({
        client_id: clientId,
        response_type: 'code',
        redirect_uri: redirectUri,
        scope,
        ...(as.acr !== undefined && { acr_values: as.acr }),
        ...(nonce !== undefined && { nonce }),
      })}`,
    )
    const response = await fetch(`${issuer}/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: redirectUri }),
    })
    const answer = (await response.json()) as { id_token?: string }
    if (answer.id_token === undefined) throw new Error(`no ID token: ${JSON.stringify(answer)}`)
    return answer.id_token
  }

  return {
    issuer,
    jwksUri: `${issuer}/jwks`,
    /** Its private keys: to forge what it would never say. */
    keys,
    signIn,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
export type Issuer = Awaited<ReturnType<typeof startIssuer>>
