import type { Access } from '../../../core/access/access.ts'
import { scopes } from '../../../core/access/access.ts'
import { defined } from '../../../core/shared/defined.ts'
import { AppError } from '../../../core/shared/errors.ts'
import { basicOf, type Handler, ok } from '../operation.ts'

type Deps = { access: Access; publicUrl: string }

const secondsOf = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  if (!/^\d{1,12}$/.test(text))
    throw new AppError('invalid_request', '`auth_time` is in seconds since the epoch.', {
      places: [{ pointer: '/auth_time', code: 'invalid_request' }],
    })
  return Number(text)
}

export const authorizationHandlers = ({ access, publicUrl }: Deps) => ({
  issueToken: (async (context, { body }) => {
    if (body.grant_type !== 'client_credentials')
      throw new AppError('unsupported_grant_type', 'Use client_credentials.')
    const { id, secret } = basicOf(context)
    const client = await access.authenticateClient(id, secret)
    const {
      token,
      expiresInSeconds,
      scopes: granted,
    } = await access.issueToken(
      client,
      defined({
        organization: body.organization,
        staff: body.staff,
        authTime: secondsOf(body.auth_time),
        scope: body.scope,
      }),
    )
    return ok({ access_token: token, token_type: 'Bearer', expires_in: expiresInSeconds, scope: granted.join(' ') })
  }) satisfies Handler<'issueToken'>,

  getAuthorizationServer: (async () =>
    ok({
      issuer: publicUrl,
      token_endpoint: `${publicUrl}/oauth/token`,
      jwks_uri: `${publicUrl}/.well-known/jwks.json`,
      grant_types_supported: ['client_credentials'],
      token_endpoint_auth_methods_supported: ['client_secret_basic'],
      scopes_supported: [...scopes],
      response_types_supported: [],
    })) satisfies Handler<'getAuthorizationServer'>,

  getJwks: (async () => {
    const { keys } = await access.jwks(['token', 'certificate'])
    return ok({ keys: keys.map(({ kty, crv, x, kid, alg, use }) => ({ kty, crv, x, kid, alg, use })) })
  }) satisfies Handler<'getJwks'>,
})
