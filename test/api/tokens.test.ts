import { decodeJwt, decodeProtectedHeader, SignJWT, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tokenFor } from '../support/contract.ts'
import { rawRequest } from '../support/raw.ts'
import {
  makeEmployee,
  makeOrganization,
  startTestService,
  type TestOrganization,
  type TestService,
} from '../support/service.ts'

let service: TestService
let org: TestOrganization
let at: Date | undefined
beforeAll(async () => {
  service = await startTestService({ worker: false, clock: { now: () => new Date(at ?? Date.now()) } })
  org = await makeOrganization(service)
})
afterAll(() => service.close())

const ask = (
  form: Record<string, string> | string,
  {
    id = service.credentials.clientId,
    secret = service.credentials.clientSecret,
    authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
  } = {},
) =>
  rawRequest(service, 'POST', '/oauth/token', {
    headers: { authorization, 'content-type': 'application/x-www-form-urlencoded' },
    body: typeof form === 'string' ? form : new URLSearchParams(form).toString(),
  })
const grant = { grant_type: 'client_credentials' }
const settings = (token: string | undefined) => rawRequest(service, 'GET', '/v1/settings', { token })
const own = (wish: { staff?: string; scope?: string } = {}) =>
  tokenFor(service.baseUrl, service.credentials, { organization: org.organization.id, ...wish })

describe('the token endpoint', () => {
  it('gives an EdDSA token of ten minutes, for one organization, in the name of one person', async () => {
    const answer = await ask({
      ...grant,
      organization: org.organization.id,
      staff: org.handler.id,
      auth_time: '1795400000',
    })
    expect(answer).toMatchObject({ status: 200, json: { token_type: 'Bearer', expires_in: 600 } })
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const token = String(answer.json.access_token)
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'EdDSA', typ: 'at+jwt' })
    const { iat = 0, ...claims } = decodeJwt(token)
    expect(claims).toMatchObject({
      iss: 'https://azukari.test',
      aud: 'azukari',
      sub: service.credentials.clientId,
      org: org.organization.id,
      staff: org.handler.id,
      auth_time: 1795400000,
      assurance: 'host',
      exp: iat + 600,
    })
    expect(decodeJwt(await own())).toMatchObject({ assurance: 'none' })
    expect(String(claims.scope)).not.toContain('platform:')
    expect(
      String(decodeJwt(await tokenFor(service.baseUrl, service.credentials)).scope)
        .split(' ')
        .sort(),
    ).toEqual(['platform:read', 'platform:write'])
  })

  it.each([
    ['a wrong secret', { secret: 'azs_wrong' }],
    ['an empty secret', { secret: '' }],
    ['an unknown client', { id: 'cli_01JZ0000000000000000000000' }],
    ['no Basic at all', { authorization: 'Bearer x' }],
    ['what is no base64', { authorization: 'Basic ???' }],
    ['bytes that do not decode', { authorization: `Basic ${Buffer.from('%zz:%zz').toString('base64')}` }],
  ])('refuses %s with 401 invalid_client, without telling which', async (_what, credentials) => {
    const answer = await ask(grant, credentials)
    expect(answer).toMatchObject({
      status: 401,
      mediaType: 'application/json',
      json: { error: 'invalid_client', code: 'invalid_client' },
    })
    expect(answer.headers.get('www-authenticate')).toMatch(/^Basic/)
  })

  it('refuses another platform’s organization, staff of another organization, and staff without one', async () => {
    const other = await makeOrganization(service)
    const platformId = await service.core.organizations.createPlatform('他社')
    const foreign = await service.core.access.createClient(
      { platformId, requestId: 'test', at: new Date() },
      { name: '他社', scopes: ['subjects:read'] },
    )
    const theirs = { id: foreign._id, secret: foreign.secret }
    const refused = { status: 400, json: { error: 'invalid_grant', code: 'invalid_grant' } }
    expect(await ask({ ...grant, organization: org.organization.id }, theirs)).toMatchObject(refused)
    expect(await ask({ ...grant, organization: org.organization.id, staff: other.officer.id })).toMatchObject(refused)
    expect(await ask({ ...grant, organization: 'org_01JZ0000000000000000000000' })).toMatchObject(refused)
    expect(
      await ask({ ...grant, organization: org.organization.id, staff: 'stf_01JZ0000000000000000000000' }),
    ).toMatchObject(refused)
    expect(await ask({ ...grant, staff: org.officer.id })).toMatchObject(refused)
    const bound = await service.vendor.clients.create({
      name: '一社用',
      scopes: ['settings:read'],
      organizationId: org.organization.id,
    })
    const one = { id: bound.id, secret: bound.secret }
    expect((await ask({ ...grant, organization: org.organization.id }, one)).status).toBe(200)
    expect(await ask({ ...grant, organization: other.organization.id }, one)).toMatchObject(refused)
    expect(await ask(grant, one)).toMatchObject(refused)
  })

  it('takes one form, with each parameter once, and none that it does not know', async () => {
    expect(await ask({ grant_type: 'password' })).toMatchObject({
      status: 400,
      json: { error: 'unsupported_grant_type' },
    })
    const invalid = { status: 400, json: { error: 'invalid_request' } }
    expect(await ask('grant_type=client_credentials&grant_type=client_credentials')).toMatchObject(invalid)
    expect(await ask({ ...grant, surplus: 'x' })).toMatchObject(invalid)
    expect(await ask({ organization: org.organization.id })).toMatchObject(invalid)
    expect(await ask({ ...grant, organization: org.organization.id, auth_time: 'now' })).toMatchObject(invalid)
    const { clientId, clientSecret } = service.credentials
    const json = await rawRequest(service, 'POST', '/oauth/token', {
      headers: {
        authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(grant),
    })
    expect(json).toMatchObject({ status: 415, json: { error: 'invalid_request', code: 'unsupported_media_type' } })
  })

  it('takes a parameter without a value as one that was left out (RFC 6749 § 3.2)', async () => {
    const answer = await ask({ ...grant, organization: '', staff: '', auth_time: '', scope: '' })
    expect(answer.status).toBe(200)
    expect(decodeJwt(String(answer.json.access_token)).org).toBeUndefined()
    expect(await ask({ grant_type: '' })).toMatchObject({ status: 400, json: { error: 'invalid_request' } })
    expect(await ask('grant_type=client_credentials&organization=&organization=')).toMatchObject({
      status: 400,
      json: { error: 'invalid_request' },
    })
  })

  it('narrows the scope as asked, and widens none', async () => {
    expect(decodeJwt(await own({ scope: 'settings:read settings:read' })).scope).toBe('settings:read')
    expect(await ask({ ...grant, organization: org.organization.id, scope: '  ' })).toMatchObject({
      status: 400,
      json: { error: 'invalid_scope' },
    })
    const token = await own({ scope: 'settings:read' })
    expect((await settings(token)).status).toBe(200)
    expect((await rawRequest(service, 'GET', '/v1/companies', { token })).json).toMatchObject({
      status: 403,
      code: 'not_permitted',
    })
    for (const scope of ['everything', 'platform:write', 'settings:read everything'])
      expect(await ask({ ...grant, organization: org.organization.id, scope })).toMatchObject({
        status: 400,
        json: { error: 'invalid_scope' },
      })
    const { id, secret } = await service.vendor.clients.create({ name: '狭い', scopes: ['settings:read'] })
    expect(
      await ask({ ...grant, organization: org.organization.id, scope: 'subjects:read' }, { id, secret }),
    ).toMatchObject({ json: { error: 'invalid_scope' } })
  })
})

describe('a bearer token is refused with 401 and a problem:', () => {
  const refuse = async (token: string | undefined) => {
    const answer = await settings(token)
    expect(answer).toMatchObject({
      status: 401,
      mediaType: 'application/problem+json',
      json: { code: 'unauthenticated', status: 401 },
    })
    expect(answer.headers.get('www-authenticate')).toBe('Bearer')
    if (token !== undefined && token.length > 20) expect(answer.text).not.toContain(token)
  }

  it('when it has expired, to the second', async () => {
    const token = await own()
    const { exp = 0 } = decodeJwt(token)
    try {
      at = new Date(exp * 1000 - 1)
      expect((await settings(token)).status).toBe(200)
      at = new Date(exp * 1000)
      await refuse(token)
    } finally {
      at = undefined
    }
  })

  it('when any part of it was changed', async () => {
    const token = await own()
    const [head = '', payload = '', signature = ''] = token.split('.')
    const other = decodeJwt(token)
    const forged = Buffer.from(JSON.stringify({ ...other, org: 'org_01JZ0000000000000000000000' })).toString(
      'base64url',
    )
    const flipped = `${signature.slice(0, 10)}${signature[10] === 'A' ? 'B' : 'A'}${signature.slice(11)}`
    for (const each of [
      `${head}.${forged}.${signature}`,
      `${head}.${payload}.${flipped}`,
      `${head}.${payload}.`,
      `${head}.${payload}`,
      `${token}x`,
      'x',
      'a'.repeat(5000),
    ])
      await refuse(each)
    await refuse(undefined)
    expect((await settings(token)).status).toBe(200)
  })

  it('when it is signed by nobody, by a shared secret, by another key, or for another use of ours', async () => {
    const token = await own()
    const { kid } = decodeProtectedHeader(token)
    const payload = decodeJwt(token)
    await refuse(new UnsecuredJWT(payload).encode())
    const { keys } = await service.vendor.authorization.jwks()
    const x = keys.find((key) => key.kid === kid)?.x ?? ''
    const header = { kid: kid ?? '', typ: 'at+jwt' }
    for (const secret of [x, Buffer.from(x, 'base64url')])
      await refuse(await new SignJWT(payload).setProtectedHeader({ ...header, alg: 'HS256' }).sign(Buffer.from(secret)))
    const { privateKey } = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair
    await refuse(await new SignJWT(payload).setProtectedHeader({ ...header, alg: 'EdDSA' }).sign(privateKey))
    await refuse(
      await new SignJWT(payload).setProtectedHeader({ ...header, kid: 'unknown', alg: 'EdDSA' }).sign(privateKey),
    )
    const certificates = await service.core.keys.signing.key('certificate')
    await refuse(
      await new SignJWT(payload)
        .setProtectedHeader({ ...header, kid: certificates.kid, alg: 'EdDSA' })
        .sign(certificates.privateKey),
    )
  })

  it('when it is ours but for somebody else: audience, issuer, type, client, organization, person', async () => {
    const key = await service.core.keys.signing.key('token')
    const payload = decodeJwt(await own({ staff: org.officer.id }))
    const sign = (change: Record<string, unknown>, typ = 'at+jwt') =>
      new SignJWT({ ...payload, jti: crypto.randomUUID(), ...change })
        .setProtectedHeader({ alg: 'EdDSA', kid: key.kid, typ })
        .sign(key.privateKey)
    expect((await settings(await sign({}))).status).toBe(200)
    await refuse(await sign({ aud: 'somebody' }))
    await refuse(await sign({ aud: undefined }))
    await refuse(await sign({ iss: 'https://elsewhere.example' }))
    await refuse(await sign({}, 'JWT'))
    await refuse(await sign({ exp: undefined }))
    await refuse(await sign({ nbf: Math.floor(Date.now() / 1000) + 60 }))
    await refuse(await sign({ sub: 'cli_01JZ0000000000000000000000' }))
    await refuse(await sign({ org: 'org_01JZ0000000000000000000000' }))
    const other = await makeOrganization(service)
    await refuse(await sign({ staff: other.officer.id }))
    expect((await settings(await sign({ scope: 'settings:read made:up' }))).status).toBe(200)
  })

  it('when it is of the other kind: a person’s session is no host, and a host no person', async () => {
    const token = await own({ staff: org.officer.id })
    const answer = await rawRequest(service, 'GET', '/v1/session', { token })
    expect(answer).toMatchObject({ status: 401, json: { code: 'unauthenticated' } })
    const platform = await tokenFor(service.baseUrl, service.credentials)
    expect(await settings(platform)).toMatchObject({ status: 403, json: { code: 'not_permitted' } })
  })
})

describe('a token of another platform', () => {
  it('reaches none of our organizations and none of our clients, and gets no token for them', async () => {
    const platformId = await service.core.organizations.createPlatform('別のベンダー')
    const { _id, secret } = await service.core.access.createClient(
      { platformId, requestId: 'test', at: new Date() },
      { name: '別', scopes: ['platform:read', 'platform:write', 'settings:read'] },
    )
    const theirs = { clientId: _id, clientSecret: secret }
    const token = await tokenFor(service.baseUrl, theirs)
    for (const path of [`/v1/organizations/${org.organization.id}`, `/v1/clients/${service.credentials.clientId}`])
      expect(await rawRequest(service, 'GET', path, { token })).toMatchObject({
        status: 404,
        json: { code: 'not_found' },
      })
    expect(await settings(token)).toMatchObject({ status: 403, json: { code: 'not_permitted' } })
    await expect(tokenFor(service.baseUrl, theirs, { organization: org.organization.id })).rejects.toThrow('400')
  })
})

describe('an appointment', () => {
  /** 2031-04-01 begins at 15:00 UTC of the day before. */
  const midnight = Date.parse('2031-03-31T15:00:00Z')
  const reveal = async (staff: string, instant: number): Promise<string> => {
    const { id } = await makeEmployee(org)
    try {
      at = new Date(instant)
      return await org.client
        .as({ staff, authTime: instant / 1000 })
        .reveals.create({ subjectIds: [id], purpose: 'withholding_tax' })
        .then(
          () => 'revealed',
          (error) => error.code,
        )
    } finally {
      at = undefined
    }
  }
  const appointed = async (userId: string, days: { fromOn: string; toOn?: string }) =>
    (await org.officer.does.staff.create({ name: '任命 太郎', userId, appointment: { role: 'handler', ...days } })).id

  it('that ended yesterday, by the Japanese calendar, permits nothing more', async () => {
    const staff = await appointed('ends', { fromOn: '2020-01-01', toOn: '2031-03-31' })
    expect(await reveal(staff, midnight - 1000)).toBe('number_missing')
    expect(await reveal(staff, midnight)).toBe('not_permitted')
  })

  it('that starts tomorrow permits nothing yet', async () => {
    const staff = await appointed('starts', { fromOn: '2031-04-01' })
    expect(await reveal(staff, midnight - 1000)).toBe('not_permitted')
    expect(await reveal(staff, midnight)).toBe('number_missing')
  })

  it('to another role as well counts from its day, and no test clock moves it', async () => {
    const staff = await appointed('both', { fromOn: '2020-01-01', toOn: '2020-12-31' })
    await org.officer.does.staff.appoint(staff, { role: 'officer', fromOn: '2031-04-01' })
    await org.client.testClock.set({ now: '2032-01-01T00:00:00Z' })
    expect(await reveal(staff, midnight - 1000)).toBe('not_permitted')
    expect(await reveal(staff, midnight)).toBe('number_missing')
    await expect(
      org.officer.does.staff.appoint(staff, { role: 'officer', fromOn: '2031-04-01', toOn: '2031-03-31' }),
    ).rejects.toMatchObject({ errors: [{ pointer: '/toOn' }] })
  })
})
