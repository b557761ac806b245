import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createLocalFilesProvider } from '../../src/adapters/kms/local-files.ts'
import { createTokens } from '../../src/core/access/tokens.ts'
import { createKeys, type Keys } from '../../src/core/keys/keys.ts'
import { createDatabase, type Database } from '../../src/core/shared/database.ts'
import { emptyParts, testParts } from '../support/parts.ts'

/** Two processes on one key database, whose token key is renewed while tokens are given and verified. */
let db: Database
let home: string
let now = Date.now()
const clock = { now: () => new Date(now) }
let one: Keys
let two: Keys
beforeAll(async () => {
  await emptyParts()
  const { mongodbUrl: url, databaseName } = testParts()
  home = mkdtempSync(join(tmpdir(), 'azukari-token-key-'))
  db = createDatabase({ url, name: `${databaseName}_keys`, joinsTransactions: false })
  const provider = createLocalFilesProvider({ directory: home, production: false })
  ;[one, two] = [createKeys({ db, provider, clock }), createKeys({ db, provider, clock })]
  await db.connect()
  await db.prepare()
})
afterAll(async () => {
  one.close()
  two.close()
  await db.close()
  rmSync(home, { recursive: true, force: true })
})

const tokensOf = (keys: Keys) => createTokens({ keys, clock, issuer: 'https://azukari.test' })
const issue = async (keys: Keys): Promise<string> =>
  (await tokensOf(keys).issue({ clientId: 'cli_a', assurance: 'none', scopes: [] })).token
const kidsOf = async (keys: Keys) => (await keys.signing.jwks(['token'])).keys.map(({ kid }) => kid)

it('a new token key is published before it signs; the old one verifies as long as its tokens live, in every process', async () => {
  const [oldKid, same] = [(await one.signing.key('token')).kid, (await two.signing.key('token')).kid]
  expect(same).toBe(oldKid)
  const { kid, signsFrom } = await one.signing.rotate('token')
  await expect(two.signing.rotate('token')).rejects.toMatchObject({ code: 'conflict' })

  // Published by both, and signing with neither.
  for (const keys of [one, two]) {
    expect(new Set(await kidsOf(keys))).toEqual(new Set([oldKid, kid]))
    expect((await keys.signing.key('token')).kid).toBe(oldKid)
  }
  now = signsFrom.getTime() - 1000
  for (const keys of [one, two]) expect((await keys.signing.key('token')).kid).toBe(oldKid)

  // The first process takes over; the other signs with the old key as long as it keeps it.
  now += 301_000
  expect((await one.signing.key('token')).kid).toBe(kid)
  const [fromNew, fromOld] = [await issue(one), await issue(two)]
  for (const keys of [one, two])
    for (const token of [fromNew, fromOld]) expect(await tokensOf(keys).verify(token)).toMatchObject({ sub: 'cli_a' })

  now += 599_000
  for (const keys of [one, two]) {
    expect((await keys.signing.key('token')).kid).toBe(kid)
    expect(await tokensOf(keys).verify(fromOld)).toMatchObject({ sub: 'cli_a' })
  }

  // No token of the old key can be alive: it leaves the JWKS, and verifies nothing more.
  now += 900_000
  expect(await kidsOf(one)).toEqual([kid])
  expect(await two.signing.publicKey('token', oldKid)).toBeUndefined()

  const next = await two.signing.rotate('token')
  now = next.signsFrom.getTime() + 301_000
  expect((await two.signing.key('token')).kid).toBe(next.kid)
})

it('a rotation that was killed half way is finished by whoever loads the key next', async () => {
  const { kid, signsFrom } = await one.signing.rotate('token')
  // In between there is no current key.
  const rows = db.mongoose.connection.collection('platform_keys')
  await rows.updateOne({ use: 'token', state: 'current' }, { $set: { state: 'previous' } })
  const before = await rows.countDocuments({ use: 'token' })
  // Until the new key's time the last one signs on: no third key is made.
  now = signsFrom.getTime() - 1
  expect((await two.signing.key('token')).kid).not.toBe(kid)
  expect(await rows.countDocuments({ use: 'token' })).toBe(before)
  now = signsFrom.getTime() + 301_000
  expect((await one.signing.key('token')).kid).toBe(kid)
  expect(await rows.countDocuments({ use: 'token' })).toBe(before)
})

it('a key that waits for its time is re-wrapped with the others when the KMS version changes', async () => {
  const { rotation } = one
  const { kid, signsFrom } = await one.signing.rotate('token')
  const old = await rotation.kmsVersions()
  const version = await rotation.createKmsVersion()
  await rotation.useKmsVersion(old, version)
  expect(await rotation.platformRefersTo(old)).toBe(true)
  await rotation.rewrapPlatform(old, version)
  expect(await rotation.platformRefersTo(old)).toBe(false)
  await rotation.destroyVersions(old)
  now = signsFrom.getTime() + 1
  const later = createKeys({ db, provider: createLocalFilesProvider({ directory: home, production: false }), clock })
  expect((await later.signing.key('token')).kid).toBe(kid)
  later.close()
})
