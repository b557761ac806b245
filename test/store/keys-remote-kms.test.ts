import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import { join } from 'node:path'
import nock from 'nock'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createVaultTransitProvider } from '../../src/adapters/kms/vault-transit.ts'
import { createKeys, type Keys } from '../../src/core/keys/keys.ts'
import { createDatabase, type Database } from '../../src/core/shared/database.ts'
import { codeOf } from '../support/core.ts'
import { fakeVault } from '../support/fake-vault.ts'
import { emptyParts, testParts } from '../support/parts.ts'

/** The keys of the product over a KMS that is a service on the network, and what is left of them while it is down. */
const { mongodbUrl, redisUrl, databaseName, redisPrefix } = testParts()
const address = 'https://vault.test:8200'
const token = 'hvs.test-token-of-vault'
const limits = { connectMs: 500, requestMs: 500, allMs: 1500, attempts: 2 }

let now = new Date('2026-04-01T00:00:00Z')
const later = (ms: number): void => {
  now = new Date(now.getTime() + ms)
}
let db: Database
let keys: Keys
let vault: ReturnType<typeof fakeVault>
beforeEach(async () => {
  await emptyParts()
  vault = fakeVault(address, { token })
  const provider = createVaultTransitProvider({ address, mount: 'transit', token: () => token, backupDays: 7, limits })
  db = createDatabase({ url: mongodbUrl, name: `${databaseName}_keys`, joinsTransactions: false })
  keys = createKeys({ db, provider, clock: { now: () => now }, cacheSeconds: 300 })
  await db.connect()
  await db.prepare()
  await keys.prepare()
})
afterEach(async () => {
  keys.close()
  await db.close()
  nock.cleanAll()
})

describe('with a KMS over the network', () => {
  it.each([
    ['cannot be reached', () => vault.goAway(), () => vault.comeBack()],
    ['is sealed', () => vault.sayInstead(503, ['Vault is sealed']), () => vault.sayAgain()],
  ])(
    'that %s, cached keys serve until the cache ends, then it is unavailable, then it recovers',
    async (_, down, up) => {
      const sealed = await keys.fields.seal('org_a', 'sub_1', '東野')
      down()
      later(290_000)
      expect(await keys.fields.open('org_a', 'sub_1', sealed)).toBe('東野')
      later(11_000)
      expect(await codeOf(keys.fields.open('org_a', 'sub_1', sealed))).toBe('unavailable')
      expect(await codeOf(keys.fields.seal('org_b', 'sub_1', '東野'))).toBe('unavailable')
      up()
      expect(await keys.fields.open('org_a', 'sub_1', sealed)).toBe('東野')
      expect(await codeOf(keys.fields.seal('org_b', 'sub_1', '東野'))).toBe('it worked')
    },
  )

  it('one call opens all keys of an organization, and neither its token nor a key is in the key database', async () => {
    await keys.fields.seal('org_a', 'sub_1', '東野')
    later(301_000)
    const before = vault.asked.length
    await Promise.all(Array.from({ length: 20 }, () => keys.fields.seal('org_a', 'sub_1', '東野')))
    expect(vault.asked.length - before).toBe(1)
    const collections = await db.mongoose.connection.collections
    const rows = await Promise.all(Object.values(collections).map((collection) => collection.find().toArray()))
    const dump = JSON.stringify(rows)
    expect(dump).toContain('vault-transit')
    expect(dump).not.toContain(token)
    for (const { body } of vault.asked)
      if (typeof body.plaintext === 'string') expect(dump).not.toContain(body.plaintext)
  })

  it('whose token is refused, the service does not start, and says in one line which setting it is', async () => {
    const server = createServer((_request, response) => response.writeHead(403).end('{"errors":["permission denied"]}'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const at = server.address()
    const port = typeof at === 'object' && at !== null ? at.port : 0
    const env = {
      ...process.env,
      MONGODB_URL: mongodbUrl,
      REDIS_URL: redisUrl,
      MONGODB_DATABASE: `${databaseName}_start`,
      REDIS_PREFIX: redisPrefix,
      PORT: '0',
      KMS: 'vault',
      VAULT_ADDR: `http://127.0.0.1:${port}`,
      VAULT_TOKEN: token,
    }
    const main = join(import.meta.dirname, '../../src/main.ts')
    const [code, said] = await new Promise<[unknown, string]>((resolve) => {
      execFile(process.execPath, [main, 'api'], { env, timeout: 20_000 }, (error, stdout, stderr) =>
        resolve([error?.code, stdout + stderr]),
      )
    })
    server.close()
    expect(said).toMatch(
      /^azukari: The KMS cannot be used\. VAULT_TOKEN: permission denied for POST transit\/keys\S+: .*\n$/,
    )
    expect(said).not.toContain(token)
    expect(code).toBe(1)
  })
})
