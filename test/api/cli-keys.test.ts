import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { verifyLedger } from '@azukari/sdk'
import { decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { takeLedger } from '../../scripts/demo/verify-offline.ts'
import { runCommand } from '../../src/cli/run.ts'
import { openNote, readVerifierKey } from '../../src/core/ledger/checkpoint-note.ts'
import { tokenFor } from '../support/contract.ts'
import { fixtureNumber } from '../support/fixture-number.ts'
import { keyOf, numberJwe } from '../support/number-jwe.ts'
import { testParts } from '../support/parts.ts'
import {
  makeEmployee,
  makeOrganization,
  startTestService,
  type TestOrganization,
  type TestService,
} from '../support/service.ts'

/** 鍵の更新 by the operator's command, beside a service that lives and has the old keys in its caches. */
const cacheSeconds = 5
const home = mkdtempSync(join(tmpdir(), 'azukari-cli-keys-'))
let service: TestService
let org: TestOrganization
let transportKey: ReturnType<typeof keyOf>
let ahead = 0
/** What the running service had read of keys it has forgotten. */
const afterItsCaches = (): void => {
  ahead += 2 * cacheSeconds * 1000
}
beforeAll(async () => {
  service = await startTestService({
    clock: { now: () => new Date(Date.now() + ahead) },
    settings: { KEY_CACHE_SECONDS: String(cacheSeconds) },
  })
  org = await makeOrganization(service)
  transportKey = keyOf(await service.vendor.vault.jwks())
})
afterAll(async () => {
  await service.close()
  rmSync(home, { recursive: true, force: true })
})

const azukari = async (...words: string[]): Promise<{ code: number; result: Record<string, unknown> }> => {
  const { mongodbUrl, redisUrl, databaseName, redisPrefix } = testParts()
  const out: string[] = []
  const code = await runCommand(
    words,
    {
      ...{ MONGODB_URL: mongodbUrl, MONGODB_DATABASE: databaseName, REDIS_URL: redisUrl, REDIS_PREFIX: redisPrefix },
      KEYS_DIRECTORY: service.keysDirectory,
      ANCHOR_URL: pathToFileURL(service.anchorsDirectory).href,
      KEY_CACHE_SECONDS: String(cacheSeconds),
    },
    { out: (text) => void out.push(text), told: () => undefined },
  )
  return { code, result: JSON.parse(out.join('') || '{}') }
}
const ledger = () => org.auditor.does.ledger
const verifierKeys = async () => (await ledger().listPublicKeys()).data

describe('azukari keys rotate checkpoint', () => {
  it('gives the ledger a new key: what the old one signed verifies on, what comes is the new one’s, and it is on record', async () => {
    const before = await ledger().createCheckpoint()
    const [old] = await verifierKeys()
    const { code, result } = await azukari('keys', 'rotate', 'checkpoint', '--organization', org.organization.id)
    expect(code).toBe(0)
    afterItsCaches()

    const keys = await verifierKeys()
    expect(keys).toHaveLength(2)
    expect(keys.map(({ verifierKey }) => verifierKey)).toEqual(
      expect.arrayContaining([old?.verifierKey, result.verifierKey]),
    )
    const after = await ledger().createCheckpoint()
    const opensWith = (note: string, vkey: unknown) => openNote(note, [readVerifierKey(String(vkey)) ?? []].flat())
    expect(opensWith(before.note, old?.verifierKey)?.size).toBe(before.size)
    expect(opensWith(before.note, result.verifierKey)).toBeUndefined()
    expect(opensWith(after.note, result.verifierKey)?.size).toBe(after.size)
    expect(opensWith(after.note, old?.verifierKey)).toBeUndefined()
    expect(after.size).toBeGreaterThan(before.size)

    const { data } = await org.client.ledger.listEntries({ operation: 'renew_keys' })
    expect(data).toMatchObject([
      {
        functionName: '検証点の署名鍵の更新',
        outcome: 'done',
        actor: { type: 'operator' },
        requestId: expect.stringMatching(/^cli-/),
      },
    ])
  })

  it('leaves a ledger that verifies from its first checkpoint on: in the database, and outside with both keys, not with one', async () => {
    expect((await azukari('ledger', 'verify', '--organization', org.organization.id)).result).toMatchObject({
      ok: true,
      findings: [],
    })
    const files = await takeLedger(org.auditor.does, home, () => undefined)
    const verify = (publicKeys: string[]) =>
      verifyLedger({
        entries: readFileSync(files.ledger, 'utf8').split('\n'),
        checkpoints: [readFileSync(files.checkpoints, 'utf8')],
        publicKeys,
      })
    const both = readFileSync(files.keys, 'utf8').trim().split('\n')
    expect(both).toHaveLength(2)
    const { ok, checkpointsVerified } = await verify(both)
    expect(ok).toBe(true)
    expect(checkpointsVerified).toBeGreaterThan(1)
    for (const one of both) expect((await verify([one])).ok).toBe(false)
  })

  it('is for an organization that is there', async () => {
    expect((await azukari('keys', 'rotate', 'checkpoint', '--organization', 'org_x')).code).toBe(1)
    expect((await azukari('keys', 'rotate', 'checkpoint')).code).toBe(2)
    expect(await verifierKeys()).toHaveLength(2)
  })
})

describe('azukari keys rotate token', () => {
  it('publishes the new key at once, and tokens of the old one are good until they end', async () => {
    const ask = { organization: org.organization.id, staff: org.handler.id }
    const token = await tokenFor(service.baseUrl, service.credentials, ask)
    const { code, result } = await azukari('keys', 'rotate', 'token')
    expect(code).toBe(0)
    afterItsCaches()
    const kids = (await service.vendor.authorization.jwks()).keys.map(({ kid }) => kid)
    expect(kids).toEqual(expect.arrayContaining([result.kid, decodeProtectedHeader(token).kid]))
    expect(result.kid).not.toBe(decodeProtectedHeader(token).kid)
    const answer = await fetch(`${service.baseUrl}/v1/settings`, { headers: { authorization: `Bearer ${token}` } })
    expect(answer.status).toBe(200)
    // One is published already and has not taken over yet.
    expect((await azukari('keys', 'rotate', 'token')).code).toBe(1)
  })
})

describe('azukari vault rotate', () => {
  it('publishes new keys for numbers that come encrypted, and what was encrypted to an old one is still taken', async () => {
    const { id } = await makeEmployee(org)
    const jwe = await numberJwe(transportKey, { number: fixtureNumber(1), aud: org.organization.id, sub: id })
    expect((await azukari('vault', 'rotate')).code).toBe(0)
    afterItsCaches()
    const now = keyOf(await service.vendor.vault.jwks())
    expect(now.kid).not.toBe(transportKey.kid)
    expect((await org.handler.does.numbers.register(id, { numberJwe: jwe })).state).toBe('registered')
    const next = await makeEmployee(org)
    const fresh = await numberJwe(now, { number: fixtureNumber(2), aud: org.organization.id, sub: next.id })
    expect((await org.handler.does.numbers.register(next.id, { numberJwe: fresh })).state).toBe('registered')
  })
})
