import { createSession } from '@azukari/sdk'
import type { JWK } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fixtureNumber } from '../support/fixture-number.ts'
import { type Claims, encryptTo, keyOf, numberJwe } from '../support/number-jwe.ts'
import {
  makeEmployee,
  makeOrganization,
  startTestService,
  type TestOrganization,
  type TestService,
} from '../support/service.ts'

let service: TestService
let org: TestOrganization
const jwk: Record<'P-256' | 'X25519', JWK & { kid: string }> = {} as never

beforeAll(async () => {
  service = await startTestService({ worker: false })
  org = await makeOrganization(service)
  const keys = await service.vendor.vault.jwks()
  for (const crv of ['P-256', 'X25519'] as const) jwk[crv] = keyOf(keys, crv)
})
afterAll(() => service.close())

const sealed = (sub: string, number: string, more: Partial<Claims> = {}, curve: 'P-256' | 'X25519' = 'P-256') =>
  numberJwe(jwk[curve], { number, aud: org.organization.id, sub, ...more })

const revealed = async (subjectId: string, of = org): Promise<string | undefined> =>
  (await of.handler.does.reveals.create({ subjectIds: [subjectId], purpose: 'withholding_tax' })).numbers[0]?.number

const asked = async () => {
  const employee = await makeEmployee(org)
  const request = await org.client.requests.create({ subjectId: employee.id })
  const { url } = await org.client.requests.createLink(request.id)
  const token = url.slice(url.indexOf('#') + 1)
  const open = async (options: { encryptNumbers?: boolean } = {}) => {
    const session = createSession({ baseUrl: service.baseUrl, token, maxRetries: 0, ...options })
    const { notice } = await session.get()
    await session.acceptNotice({ noticeId: notice.id })
    return { session, opened: await session.open() }
  }
  return { employee, open }
}

describe('the vault’s key set', () => {
  it('is public and can be kept: one key a curve, for key agreement, without a private part', async () => {
    const response = await fetch(`${service.baseUrl}/v1/vault/jwks`)
    expect(response.headers.get('cache-control')).toBe('public, max-age=3600')
    const { keys } = (await response.json()) as { keys: Record<string, unknown>[] }
    expect(keys.map(({ crv }) => crv)).toEqual(['P-256', 'X25519'])
    for (const key of keys) {
      expect(key).toMatchObject({ alg: 'ECDH-ES+A256KW', use: 'enc', kid: expect.stringMatching(/^[\w-]{43}$/) })
      expect(Object.keys(key)).not.toContain('d')
    }
  })
})

describe.each(['P-256', 'X25519'] as const)('a number as JWE to the key of %s', (curve) => {
  it('is registered, corrected and reissued as the plain one is', async () => {
    const { id } = await makeEmployee(org)
    const { numbers } = org.handler.does
    const first = await numbers.register(id, { numberJwe: await sealed(id, fixtureNumber(1), {}, curve) })
    expect(first).toMatchObject({ state: 'registered', current: { masked: `*****${fixtureNumber(1).slice(10)}` } })
    expect((await revealed(id)) === fixtureNumber(1)).toBe(true)
    await numbers.correct(id, { numberJwe: await sealed(id, fixtureNumber(2), {}, curve), reason: '入力誤り' })
    expect((await revealed(id)) === fixtureNumber(2)).toBe(true)
    const numberJwe = await sealed(id, fixtureNumber(3), {}, curve)
    await numbers.reissue(id, { numberJwe, issuedOn: '2026-01-01' })
    expect((await revealed(id)) === fixtureNumber(3)).toBe(true)
  })
})

describe('the person’s page', () => {
  it('sends the own number and a new dependent’s as JWE, and that of one with an id under either name', async () => {
    const { employee, open } = await asked()
    const { session, opened } = await open()
    await session.setNumber({ numberJwe: await sealed(employee.id, fixtureNumber(11)) } as never)
    const person = { name: '試験 花子', relationship: '妻' }
    const named = `${opened.id}/d1`
    await session.setDependent('d1', { ...person, numberJwe: await sealed(named, fixtureNumber(12)) })
    const { dependents } = await session.get()
    const dependentId = dependents[0]?.subjectId ?? ''
    expect((await revealed(employee.id)) === fixtureNumber(11)).toBe(true)
    expect((await revealed(dependentId)) === fixtureNumber(12)).toBe(true)
    for (const [i, sub] of [named, dependentId].entries()) {
      await session.setDependent('d1', { ...person, numberJwe: await sealed(sub, fixtureNumber(13 + i)) })
      expect((await revealed(dependentId)) === fixtureNumber(13 + i)).toBe(true)
    }
  })

  it('encrypts by itself where the SDK is told to', async () => {
    const { employee, open } = await asked()
    const { session } = await open({ encryptNumbers: true })
    await session.setNumber({ number: fixtureNumber(21) })
    await session.setDependent('d1', { name: '試験 花子', relationship: '妻', number: fixtureNumber(22) })
    await session.setDependent('d2', { name: '試験 次郎', relationship: '子' })
    const { dependents } = await session.get()
    expect((await revealed(employee.id)) === fixtureNumber(21)).toBe(true)
    expect((await revealed(dependents[0]?.subjectId ?? '')) === fixtureNumber(22)).toBe(true)
    expect(dependents.map(({ number }) => number !== undefined)).toEqual([true, false])
  })
})

describe('what is inside', () => {
  it('is read as people spell a number, with JSON’s spaces and escapes, whatever the order', async () => {
    const number = fixtureNumber(31)
    const spellings = [`${number.slice(0, 4)}-${number.slice(4, 8)}-${number.slice(8)}`, ` ${number}　`]
    for (const spelled of [
      ...spellings,
      [...number].map((digit) => String.fromCodePoint((digit.codePointAt(0) ?? 0) + 0xfee0)).join(''),
    ]) {
      const { id } = await makeEmployee(org)
      const text = `{ "jti" : "${crypto.randomUUID()}",\n"iat":${Date.now() / 1000}, "aud":"${org.organization.id}",\t"number":"${spelled}","sub":"${id.replace('_', '\\u005f')}" }`
      const jwe = await encryptTo(jwk['P-256'], text)
      await org.handler.does.numbers.register(id, { numberJwe: jwe })
      expect((await revealed(id)) === number).toBe(true)
    }
  })

  it('has a check digit: a wrong one has its ordinary code and place', async () => {
    const { id } = await makeEmployee(org)
    const good = fixtureNumber(32)
    const wrong = `${good.slice(0, 11)}${(Number(good[11]) + 1) % 10}`
    await expect(org.handler.does.numbers.register(id, { numberJwe: await sealed(id, wrong) })).rejects.toMatchObject({
      status: 422,
      code: 'check_digit',
      errors: [{ pointer: '/numberJwe', code: 'check_digit' }],
    })
    expect((await org.client.numbers.get(id)).state).toBe('none')
  })

  it('comes beside no plain number, and one of the two must come', async () => {
    const { id } = await makeEmployee(org)
    const both = { number: fixtureNumber(1), numberJwe: await sealed(id, fixtureNumber(1)) }
    for (const body of [both, {}])
      await expect(org.handler.does.numbers.register(id, body as never)).rejects.toMatchObject({
        status: 400,
        code: 'invalid_request',
      })
  })
})

describe('a request under an Idempotency-Key', () => {
  it('is the same with a fresh JWE of the same number, also an old one, and another with another number', async () => {
    const { id } = await makeEmployee(org)
    const { numbers } = org.handler.does
    const idempotencyKey = crypto.randomUUID()
    const send = async (number: string, more: Partial<Claims> = {}) =>
      numbers.register(id, { numberJwe: await sealed(id, number, more) }, { idempotencyKey })
    const first = await send(fixtureNumber(41))
    expect(await send(fixtureNumber(41))).toEqual(first)
    // Looked up before iat and jti are judged: a host that repeats what it kept gets its answer.
    expect(await send(fixtureNumber(41), { iat: 1_700_000_000 })).toEqual(first)
    await expect(send(fixtureNumber(42))).rejects.toMatchObject({ code: 'idempotency_mismatch' })
    expect((await org.client.numbers.get(id)).versions).toHaveLength(1)
  })

  it('is answered once and alike when it comes many times in the same instant, with one JWE or with fresh ones', async () => {
    for (const fresh of [true, false]) {
      const { id } = await makeEmployee(org)
      const one = await sealed(id, fixtureNumber(43))
      const idempotencyKey = crypto.randomUUID()
      const answers = await Promise.all(
        Array.from({ length: 6 }, async () =>
          org.handler.does.numbers.register(
            id,
            { numberJwe: fresh ? await sealed(id, fixtureNumber(43)) : one },
            { idempotencyKey },
          ),
        ),
      )
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
      expect((await org.client.numbers.get(id)).versions).toHaveLength(1)
    }
  })
})

describe('an organization that takes numbers as JWE only', () => {
  it('refuses a plain one at every entrance, and says what to send', async () => {
    const strict = await makeOrganization(service)
    const { id } = await makeEmployee(strict)
    await strict.handler.does.numbers.register(id, { number: fixtureNumber(51) })
    const settings = await strict.client.settings.update({ jweInputRequired: true })
    expect(settings).toMatchObject({ jweInputRequired: true, jweAnswersRequired: false, selfCheckRequired: false })
    const { numbers } = strict.handler.does
    const number = fixtureNumber(52)
    const other = await makeEmployee(strict)
    const request = await strict.client.requests.create({ subjectId: other.id })
    const { url } = await strict.client.requests.createLink(request.id)
    const session = createSession({ baseUrl: service.baseUrl, token: url.slice(url.indexOf('#') + 1) })
    await session.acceptNotice({ noticeId: (await session.get()).notice.id })
    const refused = { status: 422, code: 'jwe_required', errors: [{ pointer: '/number', code: 'jwe_required' }] }
    await expect(numbers.register((await makeEmployee(strict)).id, { number })).rejects.toMatchObject(refused)
    await expect(numbers.correct(id, { number, reason: '誤記' })).rejects.toMatchObject(refused)
    await expect(numbers.reissue(id, { number, issuedOn: '2026-01-01' })).rejects.toMatchObject(refused)
    await expect(session.setNumber({ number })).rejects.toMatchObject(refused)
    await expect(session.setDependent('d1', { name: '試験 花子', relationship: '妻', number })).rejects.toMatchObject(
      refused,
    )
    expect((await session.get()).dependents).toEqual([])
    expect((await revealed(id, strict)) === fixtureNumber(51)).toBe(true)
  })
})
