import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compactDecrypt } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createLocalFilesProvider } from '../../src/adapters/kms/local-files.ts'
import { createKeys, type KekProvider, type Keys } from '../../src/core/keys/keys.ts'
import { createDatabase, type Database } from '../../src/core/shared/database.ts'
import { encryptTo, keyOf } from '../support/number-jwe.ts'
import { emptyParts, testParts } from '../support/parts.ts'

const home = mkdtempSync(join(tmpdir(), 'azukari-transport-'))
const hours = 3600_000
let db: Database
let offsetMs = 0
const clock = { now: () => new Date(Date.now() + offsetMs) }
const opened: Keys[] = []
let reported: unknown[] = []

/** A process of its own: the same database and KMS, caches of its own. */
const open = (whileWrapping: () => void = () => {}): Keys => {
  const local = createLocalFilesProvider({ directory: join(home, 'kms'), production: false })
  const provider: KekProvider = {
    ...local,
    wrap: async (...wanted) => {
      const wrapped = await local.wrap(...wanted)
      whileWrapping()
      return wrapped
    },
  }
  const keys = createKeys({ db, provider, clock, onError: (error) => reported.push(error) })
  opened.push(keys)
  return keys
}
const rows = () =>
  db.mongoose.connection
    .collection('platform_keys')
    .find({ use: /^transport/ })
    .toArray()

beforeAll(async () => {
  const { mongodbUrl: url, databaseName } = testParts()
  db = createDatabase({ url, name: `${databaseName}_keys`, joinsTransactions: false })
  open()
  await db.connect()
  await db.prepare()
})
beforeEach(async () => {
  await emptyParts()
  offsetMs = 0
  reported = []
})
afterAll(async () => {
  for (const keys of opened) keys.close()
  await db.close()
  rmSync(home, { recursive: true, force: true })
})

const opens = async (keys: Keys, kid: string, jwe: string): Promise<boolean> => {
  const key = await keys.transport.privateKey(kid)
  if (key === undefined) return false
  return Buffer.from((await compactDecrypt(jwe, key)).plaintext).toString('utf8') === 'text'
}

describe('the keys to which numbers are encrypted', () => {
  it('are made once, whoever comes first, and lie in the key database wrapped by the KMS only', async () => {
    const sets = await Promise.all([open(), open(), open()].map((keys) => keys.transport.jwks()))
    for (const set of sets) expect(set).toEqual(sets[0])
    const stored = await rows()
    expect(stored.map(({ use, state }) => `${use} ${state}`).sort()).toEqual([
      'transport_p256 current',
      'transport_x25519 current',
    ])
    for (const row of stored) {
      expect(row).toMatchObject({ kmsVersion: expect.any(String), kid: expect.any(String) })
      // 32 bytes, and what the KMS adds: never the bare key.
      expect(row.wrapped.buffer.length).toBeGreaterThan(32)
      expect(Object.keys(row.publicJwk)).not.toContain('d')
    }
  })

  it.each(['P-256', 'X25519'] as const)('open what was encrypted to them, in every process: %s', async (crv) => {
    const jwk = keyOf(await open().transport.jwks(), crv)
    expect(await opens(open(), jwk.kid, await encryptTo(jwk, 'text'))).toBe(true)
  })

  it('are replaced monthly; the old one is published no more, accepted for two days, then gone', async () => {
    const keys = open()
    const old = keyOf(await keys.transport.jwks())
    const jwe = await encryptTo(old, 'text')
    expect(await keys.transport.tidy()).toEqual({ replaced: 0, removed: 0 })
    offsetMs = 31 * 24 * hours
    expect(await keys.transport.tidy()).toEqual({ replaced: 2, removed: 0 })
    expect(await keys.transport.tidy()).toEqual({ replaced: 0, removed: 0 })
    const fresh = keyOf(await keys.transport.jwks())
    expect(fresh.kid).not.toBe(old.kid)
    expect((await keys.transport.jwks()).keys).toHaveLength(2)
    offsetMs += 47 * hours
    expect(await keys.transport.tidy()).toEqual({ replaced: 0, removed: 0 })
    expect(await opens(keys, old.kid, jwe)).toBe(true)
    offsetMs += 2 * hours
    expect(await keys.transport.tidy()).toEqual({ replaced: 0, removed: 2 })
    expect(await opens(keys, old.kid, jwe)).toBe(false)
    expect((await rows()).map(({ kid }) => kid)).not.toContain(old.kid)
  })

  it('of another process are found at once when they are new, and rotation at the same time makes one each', async () => {
    const [one, two] = [open(), open()]
    await one.transport.jwks()
    await two.transport.jwks()
    const [first, second] = await Promise.all([one.transport.rotate(), two.transport.rotate()])
    expect(first.length + second.length).toBe(2)
    const jwk = keyOf(await one.transport.jwks())
    expect(await opens(two, jwk.kid, await encryptTo(jwk, 'text'))).toBe(true)
    expect((await rows()).filter(({ state }) => state === 'current')).toHaveLength(2)
  })

  it('are not made by a process that stood still: the KMS version that it knew may be gone', async () => {
    await open().prepare()
    const slow = open(() => {
      offsetMs += hours
    })
    await expect(slow.transport.jwks()).rejects.toMatchObject({ code: 'unavailable' })
    expect(await rows()).toEqual([])
    expect((await open().transport.jwks()).keys).toHaveLength(2)
  }, 15_000)

  it('whose private and public halves are no pair are never used', async () => {
    const keys = open()
    const { keys: published } = await keys.transport.jwks()
    const [p256] = published
    await db.mongoose.connection
      .collection('platform_keys')
      .updateOne({ kid: p256?.kid ?? '' }, { $set: { 'publicJwk.x': 'A'.repeat(43) } })
    const fresh = open()
    expect(await fresh.transport.privateKey(p256?.kid ?? '')).toBeUndefined()
    // Nor do they keep anybody from the others.
    expect((await fresh.transport.jwks()).keys).toEqual(published.slice(1))
    const jwk = keyOf(await fresh.transport.jwks(), 'X25519')
    expect(await opens(fresh, jwk.kid, await encryptTo(jwk, 'text'))).toBe(true)
    expect(reported[0]).toMatchObject({ code: 'internal' })
  })
})
