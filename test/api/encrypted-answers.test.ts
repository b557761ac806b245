import { createAzukari, type PrivateKeyJwk, responseOf } from '@azukari/sdk'
import { compactDecrypt, decodeProtectedHeader, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { addKey } from '../support/client-key.ts'
import { fixtureNumber } from '../support/fixture-number.ts'
import {
  makeEmployee,
  makeOrganization,
  startTestService,
  type TestOrganization,
  type TestService,
} from '../support/service.ts'

let service: TestService
let org: TestOrganization
let clientId: string
const purpose = 'withholding_tax'

beforeAll(async () => {
  service = await startTestService()
  clientId = service.credentials.clientId
})
afterAll(() => service.close())
beforeEach(async () => {
  for (const { id } of (await service.vendor.clientKeys.list(clientId)).data)
    await service.vendor.clientKeys.delete(clientId, id)
  org = await makeOrganization(service)
})

type Pair = { publicJwk: JWK; privateJwk: JWK }
const newPair = async (crv: 'P-256' | 'X25519' = 'P-256'): Promise<Pair> => {
  const { publicKey, privateKey } = await generateKeyPair('ECDH-ES+A256KW', { crv, extractable: true })
  return { publicJwk: await exportJWK(publicKey), privateJwk: await exportJWK(privateKey) }
}
const registerKey = async ({ publicJwk }: Pair, more: { expiresOn?: string } = {}) =>
  service.vendor.clientKeys.create(clientId, { use: 'enc', jwk: publicJwk as never, ...more })
const opened = async (jwe: string, { privateJwk }: Pair): Promise<Buffer> =>
  Buffer.from((await compactDecrypt(jwe, await importJWK(privateJwk, 'ECDH-ES+A256KW'))).plaintext)

const numbered = async (number: string): Promise<string> => {
  const { id } = await makeEmployee(org)
  await org.handler.does.numbers.register(id, { number, issuedOn: '2016-01-01' })
  return id
}

describe('the keys of a client', () => {
  it('are registered, listed the newest first, found again and removed, by the platform alone', async () => {
    const [first, second] = [await newPair(), await newPair('X25519')]
    const one = await registerKey(first)
    const two = await registerKey(second)
    expect(one).toMatchObject({ use: 'enc', jwk: first.publicJwk, id: expect.stringMatching(/^cky_/) })
    await expect(registerKey(first)).rejects.toMatchObject({ code: 'already_exists' })
    const { clientKeys } = service.vendor
    expect((await clientKeys.list(clientId)).data.map(({ id }) => id)).toEqual([two.id, one.id])
    await clientKeys.delete(clientId, one.id)
    await expect(clientKeys.delete(clientId, one.id)).rejects.toMatchObject({ status: 404 })
    expect((await clientKeys.list(clientId)).data.map(({ id }) => id)).toEqual([two.id])
    await expect(org.client.clientKeys.list(clientId)).rejects.toMatchObject({ code: 'not_permitted' })
  })

  it('are at most ten of each use, however many come at once', async () => {
    const pairs = await Promise.all(Array.from({ length: 12 }, () => newPair()))
    const codes = await Promise.all(
      pairs.map((pair) =>
        registerKey(pair).then(
          () => 'registered',
          (error) => error.code,
        ),
      ),
    )
    expect(codes.sort()).toEqual([...Array(2).fill('conflict'), ...Array(10).fill('registered')])
    await addKey(service, clientId, 'ES256')
    expect((await service.vendor.clientKeys.list(clientId)).data.map(({ use }) => use)).toEqual([
      'sig',
      ...Array(10).fill('enc'),
    ])
  })

  it('serve one use only: a key that signs is none to encrypt to, and the other way round', async () => {
    const { publicJwk } = await newPair()
    const register = (use: 'sig' | 'enc', jwk: object) =>
      service.vendor.clientKeys.create(clientId, { use, jwk: jwk as never })
    await register('enc', publicJwk)
    await expect(register('sig', publicJwk)).rejects.toMatchObject({ code: 'already_exists' })
    const ed25519 = await exportJWK((await generateKeyPair('EdDSA', { extractable: true })).publicKey)
    await expect(register('enc', ed25519)).rejects.toMatchObject({ code: 'invalid_value' })
    const x25519 = (await newPair('X25519')).publicJwk
    await expect(register('sig', x25519)).rejects.toMatchObject({ code: 'invalid_value' })
    await expect(register('enc', { ...x25519, use: 'sig' })).rejects.toMatchObject({ code: 'invalid_value' })
    await expect(register('enc', { ...x25519, alg: 'EdDSA' })).rejects.toMatchObject({ code: 'invalid_value' })
    await register('enc', { ...x25519, use: 'enc', alg: 'ECDH-ES+A256KW' })
  })

  it('are public, of P-256 or X25519, and on the curve', async () => {
    const { publicJwk, privateJwk } = await newPair()
    const zeros = Buffer.alloc(32).toString('base64url')
    const wrong: [object, string][] = [
      [privateJwk, 'invalid_request'],
      [{ ...publicJwk, crv: 'P-384' }, 'invalid_request'],
      [{ kty: 'RSA', n: 'AQAB', e: 'AQAB' }, 'invalid_request'],
      [{ kty: 'OKP', crv: 'P-256', x: publicJwk.x, y: publicJwk.y }, 'invalid_value'],
      [{ ...publicJwk, y: publicJwk.x }, 'invalid_value'],
      [{ kty: 'EC', crv: 'P-256', x: publicJwk.x }, 'invalid_value'],
      [{ kty: 'OKP', crv: 'X25519', x: zeros }, 'invalid_value'],
    ]
    for (const [jwk, code] of wrong)
      await expect(service.vendor.clientKeys.create(clientId, { use: 'enc', jwk: jwk as never })).rejects.toMatchObject(
        { code },
      )
    expect((await service.vendor.clientKeys.list(clientId)).data).toEqual([])
  })

  it('of another platform’s client are not found', async () => {
    const platformId = await service.core.organizations.createPlatform('他社')
    const foreign = await service.core.access.createClient(
      { platformId, requestId: 'test', at: new Date() },
      { name: '他社', scopes: ['platform:read', 'platform:write'] },
    )
    const { publicJwk } = await newPair()
    const { id } = await registerKey(await newPair())
    const credentials = { clientId: foreign._id, clientSecret: foreign.secret }
    const { clientKeys } = createAzukari({ baseUrl: service.baseUrl, ...credentials })
    const input = { use: 'enc', jwk: publicJwk as never } as const
    await expect(clientKeys.create(clientId, input)).rejects.toMatchObject({ status: 404 })
    await expect(clientKeys.list(clientId)).rejects.toMatchObject({ status: 404 })
    await expect(clientKeys.delete(clientId, id)).rejects.toMatchObject({ status: 404 })
  })
})

describe('a reveal', () => {
  it.each(['P-256', 'X25519'] as const)('comes as one JWE a number, to the newest key: %s', async (crv) => {
    await registerKey(await newPair())
    const pair = await newPair(crv)
    const { id: kid } = await registerKey(pair)
    await addKey(service, clientId, 'ES256')
    const ids = [await numbered(fixtureNumber(101)), await numbered(fixtureNumber(102))]
    const { numbers } = await org.handler.does.reveals.create({ subjectIds: ids, purpose, encrypted: true })
    for (const [i, { number, numberJwe = '', subjectId, entryId, issuedOn }] of numbers.entries()) {
      expect(number).toBeUndefined()
      expect(issuedOn).toBe('2016-01-01')
      expect(decodeProtectedHeader(numberJwe)).toMatchObject({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM', kid })
      const inside = JSON.parse((await opened(numberJwe, pair)).toString('utf8'))
      expect(inside.number === fixtureNumber(101 + i)).toBe(true)
      const { number: _, ...about } = inside
      expect(about).toEqual({ aud: clientId, sub: subjectId, jti: entryId, iat: expect.any(Number) })
    }
    expect(new Set(numbers.map(({ numberJwe }) => numberJwe)).size).toBe(2)
  })

  it('is decrypted by the SDK where it has the key, the newest or the one before', async () => {
    const pairs = [await newPair(), await newPair('X25519')]
    const decryptionKeys = pairs.map(({ privateJwk }) => privateJwk as PrivateKeyJwk)
    const azukari = createAzukari({ baseUrl: service.baseUrl, ...service.credentials, decryptionKeys })
    const acting = azukari.for(org.organization.id).as({ staff: org.handler.id })
    const id = await numbered(fixtureNumber(111))
    for (const pair of pairs) {
      await registerKey(pair)
      const { numbers } = await acting.reveals.create({ subjectIds: [id], purpose })
      expect(numbers[0]?.number === fixtureNumber(111)).toBe(true)
    }
    await registerKey(await newPair())
    await expect(acting.reveals.create({ subjectIds: [id], purpose })).rejects.toThrow('None of the decryption keys')
  })

  it('is refused, and on record, where the organization asks for encryption and the client has no key', async () => {
    const id = await numbered(fixtureNumber(121))
    await org.client.settings.update({ jweAnswersRequired: true })
    await expect(org.handler.does.reveals.create({ subjectIds: [id], purpose })).rejects.toMatchObject({
      status: 409,
      code: 'client_key_required',
    })
    const { data } = await org.auditor.does.ledger.listEntries({ subjectId: id, operation: 'view' } as never)
    expect(data[0]).toMatchObject({ outcome: 'refused', refusal: 'client_key_required' })
    const pair = await newPair()
    await registerKey(pair)
    const { numbers } = await org.handler.does.reveals.create({ subjectIds: [id], purpose })
    expect(numbers[0]?.number).toBeUndefined()
    const inside = (await opened(numbers[0]?.numberJwe ?? '', pair)).toString('utf8')
    expect(inside.includes(fixtureNumber(121))).toBe(true)
  })
})

describe('an export file', () => {
  const made = async () => {
    const recipient = await org.client.recipients.create({ name: '給与', kind: 'own_payroll' })
    const { id, jobId } = await org.handler.does.exports.create({
      companyId: org.company.id,
      format: 'payroll-7',
      purpose,
      recipientId: recipient.id,
    })
    await org.client.jobs.wait(jobId)
    return id
  }

  it('comes as one JWE where the organization or the request asks for it, and is used up when its last byte has gone', async () => {
    await numbered(fixtureNumber(131))
    const id = await made()
    await org.client.settings.update({ jweAnswersRequired: true })
    await expect(org.handler.does.exports.download(id)).rejects.toMatchObject({ code: 'client_key_required' })
    const pair = await newPair()
    await registerKey(pair)
    const download = await org.handler.does.exports.download(id)
    expect(download.headers.get('content-type')).toBe('application/jose')
    expect(download.headers.get('content-disposition')).toMatch(/\.csv\.jwe"$/)
    const jwe = Buffer.from(await download.bytes()).toString('latin1')
    expect(jwe.includes(fixtureNumber(131))).toBe(false)
    expect((await opened(jwe, pair)).includes(fixtureNumber(131))).toBe(true)
    await expect.poll(async () => (await org.client.exports.get(id)).state).toBe('used_up')
  })

  it('is asked for encrypted, and opened, by an SDK with a key', async () => {
    await numbered(fixtureNumber(141))
    const pair = await newPair('X25519')
    await registerKey(pair)
    const azukari = createAzukari({
      baseUrl: service.baseUrl,
      ...service.credentials,
      decryptionKeys: [pair.privateJwk as PrivateKeyJwk],
    })
    const acting = azukari.for(org.organization.id).as({ staff: org.handler.id })
    const download = await acting.exports.download(await made())
    expect(download.headers.get('content-type')).toBe('application/jose')
    expect(Buffer.from(await download.bytes()).includes(fixtureNumber(141))).toBe(true)
    const plain = await acting.exports.download(await made(), { encrypted: false })
    expect(plain.headers.get('content-type')).not.toBe('application/jose')
    expect(Buffer.from(await plain.bytes()).includes(fixtureNumber(141))).toBe(true)
  })
})

describe('a number that the SDK encrypts', () => {
  it('is registered, corrected and reissued; nothing that is sent holds its digits', async () => {
    const sent: string[] = []
    const azukari = createAzukari({
      baseUrl: service.baseUrl,
      ...service.credentials,
      encryptNumbers: true,
      fetch: async (input, init) => {
        if (input instanceof Request) sent.push(`${input.url} ${await input.clone().text()}`)
        return fetch(input, init)
      },
    })
    const acting = azukari.for(org.organization.id).as({ staff: org.handler.id })
    const { id } = await makeEmployee(org)
    const registered = await acting.numbers.register(id, { number: fixtureNumber(151), issuedOn: '2016-01-01' })
    expect(responseOf(registered)?.status).toBe(201)
    await acting.numbers.correct(id, { number: fixtureNumber(152), reason: '誤記' })
    await acting.numbers.reissue(id, { number: fixtureNumber(153), issuedOn: '2026-01-01' })
    const { numbers } = await org.handler.does.reveals.create({ subjectIds: [id], purpose })
    expect(numbers[0]?.number === fixtureNumber(153)).toBe(true)
    for (const number of [151, 152, 153].map(fixtureNumber))
      expect(sent.some((text) => text.includes(number))).toBe(false)
    expect(sent.filter((text) => text.includes('/v1/vault/jwks'))).toHaveLength(1)
    expect(sent.filter((text) => text.includes('numberJwe'))).toHaveLength(3)
    await expect(azukari.numbers.register(id, { number: fixtureNumber(154) })).rejects.toThrow('Name the organization')
  })
})
