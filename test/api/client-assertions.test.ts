import { createAzukari } from '@azukari/sdk'
import { base64url, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  addKey,
  assertionForm,
  type ClientKey,
  issuer,
  makeSigningClient,
  signAssertion,
} from '../support/client-key.ts'
import { rawRequest } from '../support/raw.ts'
import { makeOrganization, startTestService, type TestOrganization, type TestService } from '../support/service.ts'

/** RFC 7523: a client that signs who it is, and has no secret to lose. */
let service: TestService
let org: TestOrganization
let key: ClientKey
beforeAll(async () => {
  service = await startTestService({ worker: false })
  org = await makeOrganization(service)
  key = await makeSigningClient(service)
})
afterAll(() => service.close())

const ask = (form: Record<string, string>, headers: Record<string, string> = {}) =>
  rawRequest(service, 'POST', '/oauth/token', {
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      organization: org.organization.id,
      ...form,
    }).toString(),
  })
const present = (assertion: string) => ask(assertionForm(assertion))
const invalid = {
  status: 401,
  mediaType: 'application/json',
  json: { error: 'invalid_client', code: 'invalid_client' },
}
/** Failures are counted for each client: another one for each refusal, so that none of them is a lock-out. */
const fresh = (): Promise<ClientKey> => makeSigningClient(service)

describe('private_key_jwt', () => {
  it.each([
    ['EdDSA', 'EdDSA'],
    ['EdDSA', 'Ed25519'],
    ['ES256', 'ES256'],
  ] as const)('with a key for %s is taken under the name %s', async (alg, name) => {
    const client = await makeSigningClient(service, { alg })
    expect(await present(await signAssertion(client, {}, { alg: name }))).toMatchObject({ status: 200 })
  })

  it.each([
    ['the issuer', issuer],
    ['the token endpoint as published', `${issuer}/oauth/token`],
    ['both', [issuer, `${issuer}/oauth/token`]],
  ])('may be for %s', async (_what, aud) => {
    expect((await present(await signAssertion(key, { aud }))).status).toBe(200)
  })

  it('works with an independent client, which sends the algorithm’s new name and the issuer', async () => {
    const as: oauth.AuthorizationServer = { issuer, token_endpoint: `${service.baseUrl}/oauth/token` }
    const client: oauth.Client = { client_id: key.clientId }
    const response = await oauth.clientCredentialsGrantRequest(
      as,
      client,
      oauth.PrivateKeyJwt({ key: key.privateKey, kid: key.kid }),
      { organization: org.organization.id },
      { [oauth.allowInsecureRequests]: true },
    )
    const token = await oauth.processClientCredentialsResponse(as, client, response)
    expect((await rawRequest(service, 'GET', '/v1/settings', { token: token.access_token })).status).toBe(200)
  })

  it('works with the SDK: by JWK or WebCrypto key, with and without the key’s id, and renewed', async () => {
    for (const more of [{ privateKey: key.jwk }, { privateKey: key.privateKey, keyId: key.kid }]) {
      const azukari = createAzukari({ baseUrl: service.baseUrl, clientId: key.clientId, ...more, maxRetries: 0 })
      expect(await azukari.for(org.organization.id).settings.get()).toMatchObject({ selfCheckRequired: false })
      expect(await azukari.signIns.createNonce({ organization: org.organization.id })).toMatchObject({
        expires_in: 600,
      })
    }
    const es256 = await makeSigningClient(service, { alg: 'ES256' })
    const azukari = createAzukari({ baseUrl: service.baseUrl, clientId: es256.clientId, privateKey: es256.jwk })
    await azukari.for(org.organization.id).settings.get()
    expect(() => createAzukari({ baseUrl: service.baseUrl, clientId: 'x' } as never)).toThrow(TypeError)
  })

  it('is published, with its algorithms', async () => {
    expect(await service.vendor.authorization.metadata()).toMatchObject({
      token_endpoint_auth_methods_supported: ['private_key_jwt', 'client_secret_basic'],
      token_endpoint_auth_signing_alg_values_supported: ['EdDSA', 'Ed25519', 'ES256'],
    })
  })
})

describe('an assertion is refused, without telling why,', () => {
  const now = () => Math.floor(Date.now() / 1000)
  const claims: [string, () => Record<string, unknown>][] = [
    ['that has expired', () => ({ exp: now() - 1 })],
    ['that lives longer than five minutes', () => ({ exp: now() + 360 })],
    ['without an end', () => ({ exp: undefined })],
    ['that is not valid yet', () => ({ nbf: now() + 120 })],
    ['that comes from the future', () => ({ iat: now() + 120 })],
    ['for another audience', () => ({ aud: 'https://elsewhere.example' })],
    ['for another audience as well', () => ({ aud: [issuer, 'https://elsewhere.example'] })],
    ['for nobody', () => ({ aud: undefined })],
    ['for an empty list', () => ({ aud: [] })],
    ['without a jti', () => ({ jti: undefined })],
    ['with an empty jti', () => ({ jti: '' })],
    ['with an endless jti', () => ({ jti: 'a'.repeat(300) })],
    ['of another issuer than its subject', () => ({ iss: 'cli_01JZ0000000000000000000000' })],
    ['in the name of another client', () => ({ iss: key.clientId, sub: key.clientId })],
    ['that is oversized', () => ({ filler: 'a'.repeat(8000) })],
  ]
  it.each(claims)('%s', async (_what, changed) => {
    expect(await present(await signAssertion(await fresh(), changed()))).toMatchObject(invalid)
  })

  it('that nobody signed, that a shared secret signed, or that another key signed', async () => {
    const client = await fresh()
    const payload = { iss: client.clientId, sub: client.clientId, aud: issuer, jti: 'a', exp: now() + 60 }
    const { x = '' } = client.jwk
    const stranger = await generateKeyPair('EdDSA')
    const hmac = (secret: Uint8Array) =>
      new SignJWT(payload).setProtectedHeader({ alg: 'HS256', kid: client.kid }).sign(secret)
    const bad = [
      new UnsecuredJWT(payload).encode(),
      await hmac(new TextEncoder().encode(x)),
      await hmac(base64url.decode(x)),
      await hmac(new TextEncoder().encode(JSON.stringify({ crv: 'Ed25519', kty: 'OKP', x }))),
      await signAssertion({ ...client, privateKey: stranger.privateKey }),
      'not.a.jwt',
      'x',
    ]
    for (const assertion of bad) expect(await present(assertion)).toMatchObject(invalid)
    expect((await present(await signAssertion(client))).status).toBe(200)
  })

  it('whose header names no key of this client, or another algorithm than the key’s', async () => {
    const client = await fresh()
    const es256 = await addKey(service, client.clientId, 'ES256')
    expect(await present(await signAssertion(client, {}, { kid: 'unknown' }))).toMatchObject(invalid)
    expect(await present(await signAssertion(client, {}, { kid: key.kid }))).toMatchObject(invalid)
    expect(await present(await signAssertion(client, {}, { kid: es256.kid }))).toMatchObject(invalid)
    expect((await present(await signAssertion(client, {}, { kid: undefined }))).status).toBe(200)
  })

  it('that was used, and of two at the same instant one wins', async () => {
    const assertion = await signAssertion(await fresh())
    expect((await present(assertion)).status).toBe(200)
    expect(await present(assertion)).toMatchObject(invalid)
    const racing = await signAssertion(await fresh())
    const answers = await Promise.all(Array.from({ length: 6 }, () => present(racing)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401, 401])
  })

  it('beside a secret, without its type, and for another client_id', async () => {
    const client = await fresh()
    const basic = `Basic ${Buffer.from(`${service.credentials.clientId}:${service.credentials.clientSecret}`).toString('base64')}`
    const form = async () => assertionForm(await signAssertion(client))
    expect(await ask(await form(), { authorization: basic })).toMatchObject({
      status: 400,
      json: { error: 'invalid_request' },
    })
    expect(await ask({ client_assertion: (await form()).client_assertion ?? '' })).toMatchObject(invalid)
    expect(await ask({ ...(await form()), client_id: key.clientId })).toMatchObject(invalid)
    expect((await ask({ ...(await form()), client_id: client.clientId })).status).toBe(200)
    expect(await ask({})).toMatchObject(invalid)
  })
})

describe('a client’s key', () => {
  it('ends at once when it is removed, and is another client’s to nobody', async () => {
    const client = await fresh()
    await expect(service.vendor.clientKeys.delete(key.clientId, client.kid)).rejects.toMatchObject({
      code: 'not_found',
    })
    expect((await present(await signAssertion(client))).status).toBe(200)
    await service.vendor.clientKeys.delete(client.clientId, client.kid)
    expect(await present(await signAssertion(client))).toMatchObject(invalid)
  })

  it('rotates: both are good until the old one is removed', async () => {
    const old = await fresh()
    const renewed = { ...old, ...(await addKey(service, old.clientId, 'ES256')) }
    expect((await present(await signAssertion(old))).status).toBe(200)
    expect((await present(await signAssertion(renewed))).status).toBe(200)
    const { data } = await service.vendor.clientKeys.list(old.clientId)
    expect(data.map(({ id, use }) => [id, use])).toEqual([
      [renewed.kid, 'sig'],
      [old.kid, 'sig'],
    ])
  })

  it('is public: a private part is refused and kept nowhere, and so is what is no key', async () => {
    const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true })
    const secret = await exportJWK(privateKey)
    const open = await exportJWK(publicKey)
    const register = (jwk: unknown, more = {}) =>
      service.vendor.clientKeys.create(key.clientId, { use: 'sig', jwk, ...more } as never).then(
        () => 'registered',
        (error) => error.code,
      )
    expect(await register(secret)).toBe('invalid_request')
    expect(await register({ kty: 'oct', k: 'AAAA' })).toBe('invalid_request')
    expect(await register({ ...open, crv: 'P-256' })).toBe('invalid_value')
    expect(await register({ kty: 'EC', crv: 'P-256', x: open.x, y: open.x })).toBe('invalid_value')
    expect(await register({ ...open, x: 'short' })).toBe('invalid_value')
    expect(await register({ kty: open.kty, crv: open.crv, x: open.x }, { expiresOn: '2020-01-01' })).toBe(
      'invalid_value',
    )
    expect(await register({ kty: open.kty, crv: open.crv, x: open.x })).toBe('registered')
    expect(await register({ kty: open.kty, crv: open.crv, x: open.x })).toBe('already_exists')
  })
})
