import type { Access, ClientRow, IssuedToken } from '../../../core/access/access.ts'
import { assertionAlgorithms, scopes } from '../../../core/access/access.ts'
import { defined } from '../../../core/shared/defined.ts'
import { AppError } from '../../../core/shared/errors.ts'
import { type Context, created, credentialsOf, type Handler, type Input, ok } from '../operation.ts'

type Deps = { access: Access; publicUrl: string }
type Form = Input<'issueToken'>['body']

const exchange = 'urn:ietf:params:oauth:grant-type:token-exchange'
const accessToken = 'urn:ietf:params:oauth:token-type:access_token'

/** How far a host's clock may be ahead of this one. */
const skewSeconds = 300

const signInOf = (text: string | undefined, at: Date): number | undefined => {
  if (text === undefined) return undefined
  if (!/^\d{1,12}$/.test(text) || Number(text) > at.getTime() / 1000 + skewSeconds)
    throw new AppError('invalid_request', '`auth_time` is in seconds since the epoch, and has passed.', {
      places: [{ pointer: '/auth_time', code: 'invalid_request' }],
    })
  return Number(text)
}

const requestOf = ({ requestId, at, network }: Context) => ({ requestId, at, ...defined({ network }) })

/** What each grant takes of the form. */
const grants = (access: Access) => ({
  client_credentials: (client: ClientRow, form: Form, context: Context): Promise<IssuedToken> =>
    access.signIns.byHost(
      client,
      defined({
        organization: form.organization,
        staff: form.staff,
        authTime: signInOf(form.auth_time, context.at),
        scope: form.scope,
      }),
      requestOf(context),
    ),
  [exchange]: (client: ClientRow, form: Form, context: Context): Promise<IssuedToken> => {
    const { subject_token: idToken, subject_token_type: type } = form
    if (idToken === undefined || type === undefined)
      throw new AppError('invalid_request', 'A token exchange needs subject_token and subject_token_type.')
    if (form.staff !== undefined || form.auth_time !== undefined)
      throw new AppError('invalid_request', 'In a token exchange the ID token says who it is, and since when.')
    return access.signIns.byIdToken(
      client,
      { idToken, ...defined({ organization: form.organization, scope: form.scope }) },
      requestOf(context),
    )
  },
})
type Grant = keyof ReturnType<typeof grants>

export const authorizationHandlers = ({ access, publicUrl }: Deps) => {
  const byGrant = grants(access)
  const isGrant = (name: string): name is Grant => Object.hasOwn(byGrant, name)
  const authenticate = (context: Context, form: Form | Input<'createNonce'>['body']): Promise<ClientRow> =>
    access.authenticateClient(credentialsOf(context, form), context.network, (client, error) =>
      access.signIns.clientRefused(client, form.organization, requestOf(context), error),
    )

  return {
    issueToken: (async (context, { body }) => {
      const grant = body.grant_type
      if (!isGrant(grant))
        throw new AppError('unsupported_grant_type', `Use one of: ${Object.keys(byGrant).join(', ')}.`)
      const client = await authenticate(context, body)
      const { token, expiresInSeconds, scopes: granted } = await byGrant[grant](client, body, context)
      return ok({
        access_token: token,
        token_type: 'Bearer',
        expires_in: expiresInSeconds,
        scope: granted.join(' '),
        ...(grant === exchange && { issued_token_type: accessToken }),
      })
    }) satisfies Handler<'issueToken'>,

    createNonce: (async (context, { body }) => {
      const client = await authenticate(context, body)
      const { nonce, expiresInSeconds } = await access.signIns.createNonce(client, body.organization)
      return created({ nonce, expires_in: expiresInSeconds })
    }) satisfies Handler<'createNonce'>,

    getAuthorizationServer: (async () =>
      ok({
        issuer: publicUrl,
        token_endpoint: `${publicUrl}/oauth/token`,
        jwks_uri: `${publicUrl}/.well-known/jwks.json`,
        grant_types_supported: Object.keys(byGrant),
        token_endpoint_auth_methods_supported: ['private_key_jwt', 'client_secret_basic'],
        token_endpoint_auth_signing_alg_values_supported: Object.keys(assertionAlgorithms),
        scopes_supported: [...scopes],
        response_types_supported: [],
      })) satisfies Handler<'getAuthorizationServer'>,

    getJwks: (async () => {
      const { keys } = await access.jwks(['token', 'certificate', 'receipt'])
      return ok({ keys: keys.map(({ kty, crv, x, kid, alg, use }) => ({ kty, crv, x, kid, alg, use })) })
    }) satisfies Handler<'getJwks'>,
  }
}
