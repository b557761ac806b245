import { randomBytes } from 'node:crypto'
import { CompactEncrypt, generateKeyPair, importJWK, type JWK } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tokenFor } from '../support/contract.ts'
import { fixtureNumber } from '../support/fixture-number.ts'
import { encryptTo, keyOf, numberJwe, plaintextOf } from '../support/number-jwe.ts'
import { type Databases, jsonHeaders, openDatabases, rawRequest } from '../support/raw.ts'
import {
  makeEmployee,
  makeOrganization,
  startTestService,
  type TestOrganization,
  type TestService,
} from '../support/service.ts'

/** One code, no reason, nothing written, no digits in any log: whoever probes learns nothing from the difference. */
let service: TestService
let databases: Databases
let org: TestOrganization
let other: TestOrganization
let token: string
let jwk: JWK & { kid: string }
let x25519: JWK & { kid: string }
const number = fixtureNumber(4_712_345)

beforeAll(async () => {
  service = await startTestService({ worker: false })
  databases = await openDatabases()
  org = await makeOrganization(service)
  other = await makeOrganization(service)
  token = await tokenFor(service.baseUrl, service.credentials, {
    organization: org.organization.id,
    staff: org.officer.id,
  })
  const keys = await service.vendor.vault.jwks()
  jwk = keyOf(keys)
  x25519 = keyOf(keys, 'X25519')
})
afterAll(async () => {
  await databases.close()
  await service.close()
})

const register = (subjectId: string, numberJwe: unknown, key?: string) =>
  rawRequest(service, 'POST', `/v1/subjects/${subjectId}/number`, {
    token,
    headers: { ...jsonHeaders, ...(key === undefined ? {} : { 'idempotency-key': key }) },
    body: JSON.stringify({ numberJwe }),
  })

const mustBeRefused = async (subjectId: string, jwe: string, reason: RegExp): Promise<void> => {
  await service.core.vault.flush()
  const before = await databases.content()
  const log = service.logLines.length
  for (const key of [undefined, crypto.randomUUID()]) {
    const answer = await register(subjectId, jwe, key)
    expect({ status: answer.status, code: answer.json.code }).toEqual({ status: 422, code: 'number_not_accepted' })
    expect(answer.json.errors).toEqual([{ pointer: '/numberJwe', code: 'number_not_accepted' }])
  }
  expect(await databases.content()).toBe(before)
  const lines = service.logLines.slice(log)
  expect(
    lines.some((line) => line.includes(number)),
    'digits in a log',
  ).toBe(false)
  expect(lines.filter((line) => JSON.parse(line).level >= 50)).toEqual([])
  expect(lines.filter((line) => reason.test(String(JSON.parse(line).reason)))).toHaveLength(2)
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const parts = (jwe: string) => jwe.split('.') as [string, string, string, string, string]
const headerOf = (jwe: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(parts(jwe)[0], 'base64url').toString('utf8'))
const withHeader = (jwe: string, change: (header: Record<string, unknown>) => Record<string, unknown>): string =>
  [encode(change(headerOf(jwe))), ...parts(jwe).slice(1)].join('.')

describe('a JWE that was meant for something else', () => {
  it('is refused: another organization, another subject, a session', async () => {
    const { id } = await makeEmployee(org)
    const neighbour = await makeEmployee(org)
    const aud = org.organization.id
    const foreign = await numberJwe(jwk, { number, aud: other.organization.id, sub: id })
    await mustBeRefused(id, foreign, /for another organization/)
    await mustBeRefused(id, await numberJwe(jwk, { number, aud, sub: neighbour.id }), /for another subject/)
    await mustBeRefused(id, await numberJwe(jwk, { number, aud, sub: `ses_x/${id}` }), /for another subject/)
  })

  it('is refused by a session where it names another row’s key, and no dependent is made', async () => {
    const employee = await makeEmployee(org)
    const request = await org.client.requests.create({ subjectId: employee.id })
    const { url } = await org.client.requests.createLink(request.id)
    const opened = await rawRequest(service, 'POST', '/v1/sessions', {
      headers: jsonHeaders,
      body: JSON.stringify({ token: url.slice(url.indexOf('#') + 1) }),
    })
    const person = String(opened.json.accessToken)
    const call = (method: string, path: string, body?: unknown) =>
      rawRequest(service, method, `/v1/session${path}`, {
        token: person,
        headers: jsonHeaders,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    const { json } = await call('GET', '')
    await call('POST', '/consents', { noticeId: (json.notice as { id: string }).id })
    const aud = org.organization.id
    const send = async (sub: string) =>
      call('PUT', '/dependents/d1', {
        name: '試験 花子',
        relationship: '妻',
        numberJwe: await numberJwe(jwk, { number, aud, sub }),
      })
    for (const sub of [`${opened.json.id}/d2`, employee.id, `${opened.json.id}`, 'd1'])
      expect((await send(sub)).json.code).toBe('number_not_accepted')
    expect((await call('GET', '')).json.dependents).toEqual([])
    expect((await send(`${opened.json.id}/d1`)).status).toBe(200)
    const own = await call('PUT', '/number', {
      numberJwe: await numberJwe(jwk, { number, aud, sub: `${opened.json.id}` }),
    })
    expect(own.json.code).toBe('number_not_accepted')
  })
})

describe('a JWE that comes again', () => {
  it('is refused, for the same subject and for another way in', async () => {
    const { id } = await makeEmployee(org)
    const aud = org.organization.id
    const used = await numberJwe(jwk, { number, aud, sub: id })
    expect((await register(id, used)).status).toBe(201)
    const correction = await rawRequest(service, 'POST', `/v1/subjects/${id}/number/corrections`, {
      token,
      headers: jsonHeaders,
      body: JSON.stringify({ numberJwe: used, reason: '誤記' }),
    })
    expect(correction.json.code).toBe('number_not_accepted')
    await mustBeRefused(id, used, /used before/)
    const jti = crypto.randomUUID()
    const [one, two] = [await makeEmployee(org), await makeEmployee(org)]
    expect((await register(one.id, await numberJwe(jwk, { number, aud, sub: one.id, jti }))).status).toBe(201)
    await mustBeRefused(two.id, await numberJwe(jwk, { number, aud, sub: two.id, jti }), /used before/)
  })

  it('has one effect when it comes in the same instant for two', async () => {
    const aud = org.organization.id
    for (let round = 0; round < 5; round++) {
      const jti = crypto.randomUUID()
      const people = [await makeEmployee(org), await makeEmployee(org), await makeEmployee(org)]
      const sealed = await Promise.all(people.map(({ id }) => numberJwe(jwk, { number, aud, sub: id, jti })))
      const answers = await Promise.all(people.map(({ id }, i) => register(id, sealed[i])))
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 422, 422])
      const states = await Promise.all(people.map(async ({ id }) => (await org.client.numbers.get(id)).state))
      expect(states.filter((state) => state === 'registered')).toHaveLength(1)
    }
  })

  it('may be sent again where nothing came of it', async () => {
    const untold = await makeOrganization(service)
    await untold.client.settings.update({ standingNoticeId: null })
    const { id } = await makeEmployee(untold)
    const jwe = await numberJwe(jwk, { number, aud: untold.organization.id, sub: id })
    await expect(untold.handler.does.numbers.register(id, { numberJwe: jwe })).rejects.toMatchObject({
      code: 'notice_required',
    })
    await untold.client.settings.update({ standingNoticeId: untold.notice.id })
    expect((await untold.handler.does.numbers.register(id, { numberJwe: jwe })).state).toBe('registered')
  })
})

describe('a JWE of another time', () => {
  it('is refused when it is over ten minutes old or from the future', async () => {
    const { id } = await makeEmployee(org)
    const aud = org.organization.id
    const now = Math.floor(Date.now() / 1000)
    for (const iat of [now - 610, now - 86_400, 0])
      await mustBeRefused(id, await numberJwe(jwk, { number, aud, sub: id, iat }), /too old/)
    for (const iat of [now + 90, now + 3600, now * 1000])
      await mustBeRefused(id, await numberJwe(jwk, { number, aud, sub: id, iat }), /future|not the object/)
    expect((await register(id, await numberJwe(jwk, { number, aud, sub: id, iat: now - 580 }))).status).toBe(201)
  })
})

describe('a JWE with a header of its own', () => {
  it('is refused: crit, zip, jku, jwk, nested types, another kid or none', async () => {
    const { id } = await makeEmployee(org)
    const good = await numberJwe(jwk, { number, aud: org.organization.id, sub: id })
    const changes: Record<string, (header: Record<string, unknown>) => Record<string, unknown>> = {
      crit: (header) => ({ ...header, crit: ['exp'], exp: 1 }),
      'crit of nothing': (header) => ({ ...header, crit: [] }),
      zip: (header) => ({ ...header, zip: 'DEF' }),
      p2c: (header) => ({ ...header, p2c: 1_000_000_000, p2s: 'AAAA' }),
      jku: (header) => ({ ...header, jku: 'https://attacker.example/jwks' }),
      jwk: (header) => ({ ...header, jwk }),
      'cty JWT': (header) => ({ ...header, cty: 'JWT' }),
      'another kid': (header) => ({ ...header, kid: 'A'.repeat(43) }),
      'a kid that is no text': (header) => ({ ...header, kid: 7 }),
      'a kid of another curve': (header) => ({ ...header, kid: x25519.kid }),
      'a private epk': (header) => ({ ...header, epk: { ...(header.epk as object), d: 'AAAA' } }),
      __proto__: (header) => JSON.parse(`{"__proto__":{"crit":["x"]},${JSON.stringify(header).slice(1)}`),
    }
    for (const change of Object.values(changes))
      await mustBeRefused(id, withHeader(good, change), /header member|unknown key|does not decrypt/)
    const withoutMember = (name: string) => withHeader(good, ({ [name]: _, ...header }) => header)
    for (const name of ['alg', 'enc', 'kid', 'epk']) await mustBeRefused(id, withoutMember(name), /header lacks/)
    // The very digits where a kid should be: not even the log has them.
    await mustBeRefused(
      id,
      withHeader(good, (header) => ({ ...header, kid: number })),
      /unknown key; kid \?/,
    )
  })

  it('is refused when another algorithm made it: none, dir, A256KW, RSA, PBES2, ECDH-ES alone, other content ciphers', async () => {
    const { id } = await makeEmployee(org)
    const plaintext = new TextEncoder().encode(plaintextOf({ number, aud: org.organization.id, sub: id }))
    const rsa = await generateKeyPair('RSA-OAEP-256')
    const secret = randomBytes(32)
    const publicKey = await importJWK(jwk, 'ECDH-ES+A256KW')
    const made: [Record<string, unknown>, Parameters<CompactEncrypt['encrypt']>[0]][] = [
      [{ alg: 'dir', enc: 'A256GCM' }, secret],
      [{ alg: 'A256KW', enc: 'A256GCM' }, secret],
      [{ alg: 'PBES2-HS256+A128KW', enc: 'A256GCM' }, secret],
      [{ alg: 'RSA-OAEP-256', enc: 'A256GCM' }, rsa.publicKey],
      [{ alg: 'ECDH-ES', enc: 'A256GCM' }, publicKey],
      [{ alg: 'ECDH-ES+A128KW', enc: 'A256GCM' }, publicKey],
      [{ alg: 'ECDH-ES+A256KW', enc: 'A128GCM' }, publicKey],
      [{ alg: 'ECDH-ES+A256KW', enc: 'A256CBC-HS512' }, publicKey],
    ]
    for (const [header, key] of made) {
      const jwe = await new CompactEncrypt(plaintext)
        .setProtectedHeader({ ...header, kid: jwk.kid } as never)
        .encrypt(key)
      await mustBeRefused(id, jwe, /header/)
    }
    const good = await encryptTo(jwk, plaintext)
    await mustBeRefused(
      id,
      withHeader(good, (header) => ({ ...header, alg: 'none' })),
      /header member alg/,
    )
    const unsecured = `${encode({ alg: 'none' })}.${Buffer.from(plaintext).toString('base64url')}.`
    await mustBeRefused(id, unsecured, /five parts/)
  })

  it('is refused when its point is not on the curve, or of low order', async () => {
    const { id } = await makeEmployee(org)
    const good = await numberJwe(jwk, { number, aud: org.organization.id, sub: id })
    const zeros = Buffer.alloc(32).toString('base64url')
    const offCurve = { kty: 'EC', crv: 'P-256', x: zeros, y: Buffer.alloc(32, 7).toString('base64url') }
    const epks = [
      offCurve,
      { kty: 'EC', crv: 'P-384', x: zeros, y: zeros },
      { kty: 'OKP', crv: 'X25519', x: zeros },
      { kty: 'oct', k: zeros },
      'epk',
      null,
    ]
    for (const epk of epks)
      await mustBeRefused(
        id,
        withHeader(good, (header) => ({ ...header, epk })),
        /does not decrypt|header member epk/,
      )
    const other25519 = await numberJwe(x25519, { number, aud: org.organization.id, sub: id })
    for (const x of [zeros, Buffer.from([1, ...Buffer.alloc(31)]).toString('base64url')])
      await mustBeRefused(
        id,
        withHeader(other25519, (header) => ({ ...header, epk: { kty: 'OKP', crv: 'X25519', x } })),
        /does not decrypt/,
      )
  })
})

describe('a JWE that is damaged', () => {
  it('is refused: every part changed, cut or left out', async () => {
    const { id } = await makeEmployee(org)
    const good = await numberJwe(jwk, { number, aud: org.organization.id, sub: id })
    const flip = (text: string): string => `${text.slice(0, 3)}${text[3] === 'A' ? 'B' : 'A'}${text.slice(4)}`
    for (let i = 0; i < 5; i++) {
      const changed = parts(good).map((part, at) => (at === i ? flip(part) : part))
      await mustBeRefused(id, changed.join('.'), /header|decrypt|unknown key/)
      const empty = parts(good).map((part, at) => (at === i ? '' : part))
      await mustBeRefused(id, empty.join('.'), /header|decrypt/)
    }
    await mustBeRefused(id, good.slice(0, -4), /decrypt/)
    await mustBeRefused(id, good.slice(0, good.length / 2), /five parts|decrypt/)
    await mustBeRefused(id, parts(good).slice(0, 3).join('.'), /five parts/)
    await mustBeRefused(id, `${good}.x`, /five parts/)
  })

  it('is refused when it holds anything but the one object', async () => {
    const { id } = await makeEmployee(org)
    const aud = org.organization.id
    const iat = Math.floor(Date.now() / 1000)
    const about = { aud, sub: id, iat, jti: crypto.randomUUID() }
    const texts = [
      '',
      '[]',
      `"${number}"`,
      number,
      JSON.stringify({ ...about }),
      JSON.stringify({ ...about, number: Number(number) }),
      JSON.stringify({ ...about, number: [number] }),
      JSON.stringify({ ...about, number, more: 'x' }),
      JSON.stringify({ ...about, number, iat: String(iat) }),
      JSON.stringify({ ...about, number, aud: [aud] }),
      JSON.stringify({ ...about, number, jti: '' }),
      JSON.stringify({ ...about, number, jti: 'j'.repeat(300) }),
      JSON.stringify({ ...about, number: `\\u0030${number.slice(1)}` }).replace('\\\\u', '\\u'),
      `${JSON.stringify({ ...about, number })}x`,
      `${JSON.stringify({ ...about, number })}${JSON.stringify({ ...about, number })}`,
      JSON.stringify({ ...about, number }).replace('{', `{"number":"${fixtureNumber(1)}",`),
      JSON.stringify({ ...about, number }).replace('{', `{"aud":"${aud}",`),
      JSON.stringify({ ...about, number }).slice(0, -1),
    ]
    for (const text of texts) await mustBeRefused(id, await encryptTo(jwk, text), /not the object/)
    const nested = await numberJwe(jwk, { number, aud, sub: id })
    await mustBeRefused(id, await encryptTo(jwk, nested), /not the object/)
    await mustBeRefused(id, await encryptTo(jwk, JSON.stringify({ ...about, number: 'マイナンバー' })), /number is not/)
    await mustBeRefused(id, await encryptTo(jwk, JSON.stringify({ ...about, number, jti: number })), /jti/)
  })

  it('is refused when it is too long, up to a megabyte', async () => {
    const { id } = await makeEmployee(org)
    const good = await numberJwe(jwk, { number, aud: org.organization.id, sub: id })
    const log = service.logLines.length
    for (const length of [5000, 100_000, 1_000_000]) {
      const answer = await register(id, `${good}${'A'.repeat(length)}`)
      expect({ status: answer.status, code: answer.json.code }).toEqual({ status: 422, code: 'number_not_accepted' })
      expect(answer.json.errors).toEqual([{ pointer: '/numberJwe', code: 'number_not_accepted' }])
    }
    expect((await org.client.numbers.get(id)).state).toBe('none')
    expect(service.logLines.slice(log).some((line) => line.includes(number))).toBe(false)
  })
})
