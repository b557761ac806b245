import { decodeJwt, importJWK, SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clientId, type Issuer, type SignIn, startIssuer } from '../support/own-issuer.ts'
import { type RawAnswer, rawRequest } from '../support/raw.ts'
import {
  makeEmployee,
  makeOrganization,
  startTestService,
  type TestOrganization,
  type TestService,
} from '../support/service.ts'

/** Who signed in is proved by the organization's own issuer, not by the host's word (RFC 8693, RFC 9470). */
let service: TestService
let org: TestOrganization
let issuer: Issuer
let aheadMs = 0
beforeAll(async () => {
  service = await startTestService({ worker: false, clock: { now: () => new Date(Date.now() + aheadMs) } })
  org = await makeOrganization(service)
  issuer = await startIssuer()
  await register(org)
})
afterAll(async () => {
  issuer.close()
  await service.close()
})

const register = (at: TestOrganization, more: Record<string, unknown> = {}) =>
  at.officer.does.identityProvider.set({ issuer: issuer.issuer, clientId, jwksUri: issuer.jwksUri, ...more })
const handler: SignIn = { accountId: 'j-handler' }
const officer: SignIn = { accountId: 'j-officer' }
const nonceFor = async (at = org): Promise<string> =>
  (await service.vendor.signIns.createNonce({ organization: at.organization.id })).nonce
const exchange = (
  idToken: string,
  form: Record<string, string> = {},
  credentials: { clientId: string; clientSecret: string } = service.credentials,
): Promise<RawAnswer> =>
  rawRequest(service, 'POST', '/oauth/token', {
    headers: {
      authorization: `Basic ${Buffer.from(`${credentials.clientId}:${credentials.clientSecret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token: idToken,
      subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
      organization: org.organization.id,
      ...form,
    }).toString(),
  })
const notAccepted = { status: 400, json: { error: 'invalid_request', code: 'invalid_subject_token' } }
/** What this issuer would never say, signed by its own key. */
const forge = async (claims: Record<string, unknown>, header: Record<string, unknown> = {}): Promise<string> => {
  const [jwk] = issuer.keys
  const now = Math.floor((Date.now() + aheadMs) / 1000)
  return new SignJWT({
    iss: issuer.issuer,
    aud: clientId,
    sub: 'j-handler',
    iat: now,
    exp: now + 300,
    auth_time: now,
    nonce: await nonceFor(),
    ...claims,
  })
    .setProtectedHeader({ alg: 'RS256', kid: 'first', ...header })
    .sign(await importJWK(jwk ?? {}, 'RS256'))
}
const entries = async (at: TestOrganization) =>
  (
    await at.client.ledger.listEntries({
      from: '2020-01-01T00:00:00Z',
      to: new Date(Date.now() + 60_000).toISOString(),
      order: 'asc',
      limit: 200,
    })
  ).data

describe('a sign-in at the organization’s issuer', () => {
  it('is exchanged for a token in the name of that staff member, with the assurance idp in token and record', async () => {
    const idToken = await issuer.signIn({ ...handler, acr: 'urn:example:mfa' }, await nonceFor())
    const answer = await exchange(idToken)
    expect(answer).toMatchObject({
      status: 200,
      json: { token_type: 'Bearer', issued_token_type: 'urn:ietf:params:oauth:token-type:access_token' },
    })
    expect(decodeJwt(String(answer.json.access_token))).toMatchObject({
      org: org.organization.id,
      staff: org.handler.id,
      assurance: 'idp',
      acr: 'urn:example:mfa',
      auth_time: decodeJwt(idToken).auth_time,
    })
    expect((await entries(org)).at(-1)).toMatchObject({
      operation: 'login',
      outcome: 'done',
      assurance: 'idp',
      actor: { type: 'staff', id: org.handler.id, name: '担当 handler' },
    })
  })

  it('works by the SDK, and what is done then says so in the record', async () => {
    const { id } = await makeEmployee(org)
    const idToken = await issuer.signIn(handler, await nonceFor())
    const acting = org.client.withIdToken(idToken)
    await expect(acting.reveals.create({ subjectIds: [id], purpose: 'withholding_tax' })).rejects.toMatchObject({
      code: 'number_missing',
    })
    await acting.settings.get()
    const revealed = (await entries(org)).filter(({ operation }) => operation === 'view')
    expect(revealed.at(-1)).toMatchObject({ assurance: 'idp', actor: { id: org.handler.id } })
  })

  it('works with an issuer that signs with EdDSA', async () => {
    const other = await makeOrganization(service)
    const modern = await startIssuer('EdDSA')
    try {
      await register(other, { issuer: modern.issuer, jwksUri: modern.jwksUri })
      const idToken = await modern.signIn(handler, await nonceFor(other))
      expect(await exchange(idToken, { organization: other.organization.id })).toMatchObject({ status: 200 })
    } finally {
      modern.close()
    }
  })

  it('of somebody who is no staff member gives no token, and is on record', async () => {
    const idToken = await issuer.signIn({ accountId: 'nobody' }, await nonceFor())
    expect(await exchange(idToken)).toMatchObject({ status: 400, json: { error: 'invalid_grant' } })
    expect((await entries(org)).at(-1)).toMatchObject({
      operation: 'login',
      outcome: 'refused',
      refusal: 'invalid_grant',
    })
  })

  it('gives nothing at an organization that has no issuer, or that the client cannot act for', async () => {
    const other = await makeOrganization(service)
    const idToken = await issuer.signIn(handler, await nonceFor(other))
    const refused = { status: 400, json: { error: 'invalid_grant' } }
    expect(await exchange(idToken, { organization: other.organization.id })).toMatchObject(refused)
    expect(await exchange(idToken, { organization: 'org_01JZ0000000000000000000000' })).toMatchObject(refused)
    await expect(
      service.vendor.signIns.createNonce({ organization: 'org_01JZ0000000000000000000000' }),
    ).rejects.toMatchObject({ code: 'invalid_grant' })
  })
})

describe('the nonce', () => {
  it('is good for one exchange, also when two come at the same instant', async () => {
    const idToken = await issuer.signIn(handler, await nonceFor())
    const answers = await Promise.all(Array.from({ length: 5 }, () => exchange(idToken)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400])
    expect(await exchange(idToken)).toMatchObject(notAccepted)
  })

  it('is good for ten minutes', async () => {
    const nonce = await nonceFor()
    aheadMs = 601_000
    try {
      expect(await exchange(await forge({ nonce }))).toMatchObject(notAccepted)
    } finally {
      aheadMs = 0
    }
    expect(await exchange(await forge({ nonce }))).toMatchObject({ status: 200 })
  })

  it('is bound to the organization and to the client', async () => {
    const other = await makeOrganization(service)
    await register(other)
    const theirs = await issuer.signIn(handler, await nonceFor(other))
    expect(await exchange(theirs)).toMatchObject(notAccepted)
    const client = await service.vendor.clients.create({ name: '別のクライアント', scopes: ['settings:read'] })
    const mine = await issuer.signIn(handler, await nonceFor())
    const elsewhere = { clientId: client.id, clientSecret: client.secret ?? '' }
    expect(await exchange(mine, {}, elsewhere)).toMatchObject(notAccepted)
    expect(await exchange(mine)).toMatchObject({ status: 200 })
  })

  it('is one of ours, and is there', async () => {
    expect(await exchange(await issuer.signIn(handler, 'made-up-by-somebody'))).toMatchObject(notAccepted)
    expect(await exchange(await issuer.signIn(handler))).toMatchObject(notAccepted)
  })
})

describe('an ID token is refused', () => {
  const now = () => Math.floor(Date.now() / 1000)
  it.each<[string, () => Record<string, unknown>, Record<string, unknown>?]>([
    ['of another issuer', () => ({ iss: 'https://elsewhere.example' })],
    ['for another audience', () => ({ aud: 'somebody' })],
    ['for several parties without saying for whom', () => ({ aud: [clientId, 'somebody'] })],
    ['that was given to another party', () => ({ azp: 'somebody' })],
    ['that has expired', () => ({ exp: now() - 60 })],
    ['without an end', () => ({ exp: undefined })],
    ['that is older than a nonce can be', () => ({ iat: now() - 3600 })],
    ['from the future', () => ({ iat: now() + 300 })],
    ['without iat', () => ({ iat: undefined })],
    ['that is not valid yet', () => ({ nbf: now() + 300 })],
    ['of a sign-in in the future', () => ({ auth_time: now() + 300 })],
    ['with an auth_time that is no time', () => ({ auth_time: 'yesterday' })],
    ['without a subject', () => ({ sub: undefined })],
    ['that is no ID token', () => ({}), { typ: 'at+jwt' }],
    ['of an unknown key', () => ({}), { kid: 'second' }],
    ['that is oversized', () => ({ filler: 'a'.repeat(20_000) })],
  ])('%s', async (_what, claims, header = {}) => {
    expect(await exchange(await forge(claims(), header))).toMatchObject(notAccepted)
  })

  it('that nobody signed, or that the public key signed as if it were a secret', async () => {
    const payload = decodeJwt(await forge({}))
    const [{ n = '' } = {}] = issuer.keys
    const bad = [
      new UnsecuredJWT(payload).encode(),
      await new SignJWT(payload).setProtectedHeader({ alg: 'HS256', kid: 'first' }).sign(new TextEncoder().encode(n)),
      'x',
    ]
    for (const token of bad) expect(await exchange(token)).toMatchObject(notAccepted)
  })

  it('and the form with it, when parts are missing or contradict each other', async () => {
    const idToken = await forge({})
    const invalid = { status: 400, json: { error: 'invalid_request' } }
    expect(await exchange(idToken, { staff: org.officer.id })).toMatchObject(invalid)
    expect(await exchange(idToken, { auth_time: '1' })).toMatchObject(invalid)
    expect(await exchange(idToken, { subject_token_type: 'urn:ietf:params:oauth:token-type:jwt' })).toMatchObject(
      invalid,
    )
    expect(await exchange('')).toMatchObject(invalid)
    expect(await exchange(idToken, { scope: 'platform:read' })).toMatchObject({ json: { error: 'invalid_scope' } })
    expect(await exchange(idToken)).toMatchObject({ status: 200 })
  })

  it('for now, when the issuer’s keys cannot be had', async () => {
    const other = await makeOrganization(service)
    await register(other, { jwksUri: `${issuer.issuer}/nothing-here` })
    expect(await exchange(await forge({}), { organization: other.organization.id })).toMatchObject({
      status: 503,
      json: { error: 'temporarily_unavailable', code: 'unavailable' },
    })
  })
})

describe('the issuer', () => {
  it('is registered by an officer, at a public https address', async () => {
    const other = await makeOrganization(service)
    const set = (jwksUri: string, does = other.officer.does) =>
      does.identityProvider.set({ issuer: 'https://login.example.co.jp', clientId, jwksUri }).then(
        () => 'set',
        (error) => `${error.code} ${error.errors?.[0]?.pointer ?? ''}`.trim(),
      )
    for (const url of [
      'http://login.example.co.jp/jwks',
      'https://127.0.0.1/jwks',
      'https://[::ffff:10.0.0.1]/jwks',
      'https://169.254.169.254/latest',
      'https://localhost/jwks',
      'nonsense',
    ])
      expect(await set(url)).toBe('url_not_allowed /jwksUri')
    expect(await set('https://login.example.co.jp/jwks', other.handler.does)).toBe('not_permitted')
    expect(await set('https://login.example.co.jp/jwks', other.client)).toBe('staff_required')
    expect(await set('https://login.example.co.jp/jwks')).toBe('set')
    expect(await other.client.identityProvider.get()).toMatchObject({ userIdClaim: 'sub', demands: [] })
    const live = await makeOrganization(service, 'live')
    await expect(register(live)).rejects.toMatchObject({ code: 'url_not_allowed' })
    await other.officer.does.identityProvider.remove()
    await expect(other.client.identityProvider.get()).rejects.toMatchObject({ code: 'not_found' })
    const changes = (await entries(other)).filter(({ functionName }) => functionName.startsWith('認証基盤'))
    expect(changes.map(({ functionName, outcome }) => [functionName, outcome])).toEqual([
      ['認証基盤の設定', 'done'],
      ['認証基盤の解除', 'done'],
    ])
  })
})

describe('what an organization demands', () => {
  const code = (work: Promise<unknown>): Promise<string> =>
    work.then(
      () => 'done',
      (error) => error.code,
    )
  const reveal = { purpose: 'withholding_tax' } as const
  const signedIn = async (at: TestOrganization, as: SignIn) =>
    at.client.withIdToken(await issuer.signIn(as, await nonceFor(at)))
  const demands = [
    { operation: 'createReveal', maxAgeSeconds: 900, acrValues: ['urn:example:mfa', 'urn:example:card'] },
  ]

  it('is put in force, and lifted, only by an officer whom the issuer proved', async () => {
    const at = await makeOrganization(service)
    expect(await code(register(at, { demands }))).toBe('insufficient_user_authentication')
    await register(at)
    const idp = { issuer: issuer.issuer, clientId, jwksUri: issuer.jwksUri }
    const proved = await signedIn(at, officer)
    await proved.identityProvider.set({ ...idp, demands })
    expect(await code(register(at))).toBe('insufficient_user_authentication')
    expect(await code(at.officer.does.identityProvider.remove())).toBe('insufficient_user_authentication')
    const handlers = await signedIn(at, handler)
    expect(await code(handlers.identityProvider.remove())).toBe('not_permitted')
    await proved.identityProvider.remove()
    expect(await code(at.client.identityProvider.get())).toBe('not_found')
  })

  it('names operations of the contract that take an organization’s token, each once', async () => {
    const at = await makeOrganization(service)
    await register(at)
    const proved = await signedIn(at, officer)
    const idp = { issuer: issuer.issuer, clientId, jwksUri: issuer.jwksUri }
    for (const names of [
      ['nothing'],
      ['issueToken'],
      ['createClient'],
      ['getSession'],
      ['constructor'],
      ['createReveal', 'createReveal'],
    ])
      expect(
        await code(proved.identityProvider.set({ ...idp, demands: names.map((operation) => ({ operation })) })),
      ).toBe('invalid_value')
    for (const value of ['a b', 'a"b', 'a\\b', 'é'])
      expect(
        await code(
          proved.identityProvider.set({ ...idp, demands: [{ operation: 'createReveal', acrValues: [value] }] }),
        ),
      ).toBe('invalid_value')
  })

  it('stops the host’s word with a step-up challenge, and lets a fitting sign-in through', async () => {
    const at = await makeOrganization(service)
    const { id } = await makeEmployee(at)
    await register(at)
    const proved = await signedIn(at, officer)
    await proved.identityProvider.set({ issuer: issuer.issuer, clientId, jwksUri: issuer.jwksUri, demands })
    // The demand is seen by every process within five seconds.
    aheadMs = 5001
    const asHost = await hostToken(at)
    const answer = await rawRequest(service, 'POST', '/v1/reveals', {
      token: asHost,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ subjectIds: [id], ...reveal }),
    })
    expect(answer).toMatchObject({
      status: 401,
      mediaType: 'application/problem+json',
      json: { code: 'insufficient_user_authentication' },
    })
    expect(answer.headers.get('www-authenticate')).toBe(
      'Bearer error="insufficient_user_authentication", error_description="Exchange an ID token of the organization\'s issuer", acr_values="urn:example:mfa urn:example:card", max_age="900"',
    )
    expect((await entries(at)).at(-1)).toMatchObject({
      operation: 'view',
      outcome: 'refused',
      refusal: 'insufficient_user_authentication',
      assurance: 'host',
      functionName: '本人認証の確認',
    })
    const revealAs = async (as: SignIn) =>
      code((await signedIn(at, as)).reveals.create({ subjectIds: [id], ...reveal }))
    const recent = Math.floor(Date.now() / 1000)
    expect(await revealAs({ ...handler, acr: 'urn:example:password' })).toBe('insufficient_user_authentication')
    expect(await revealAs(handler)).toBe('insufficient_user_authentication')
    expect(await revealAs({ ...handler, acr: 'urn:example:mfa', authTime: recent - 1000 })).toBe(
      'insufficient_user_authentication',
    )
    expect(await revealAs({ ...handler, acr: 'urn:example:mfa', authTime: recent - 800 })).toBe('number_missing')
    // What is not demanded goes on as before.
    expect(await code(at.handler.does.settings.get())).toBe('done')
    aheadMs = 0
  })

  const hostToken = async (at: TestOrganization): Promise<string> => {
    const answer = await rawRequest(service, 'POST', '/oauth/token', {
      headers: {
        authorization: `Basic ${Buffer.from(`${service.credentials.clientId}:${service.credentials.clientSecret}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        organization: at.organization.id,
        staff: at.handler.id,
        auth_time: String(Math.floor(Date.now() / 1000)),
      }).toString(),
    })
    return String(answer.json.access_token)
  }
})
