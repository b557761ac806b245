import { randomBytes } from 'node:crypto'
import { mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import nock from 'nock'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createAwsKmsProvider } from '../../src/adapters/kms/aws-kms.ts'
import { createLocalFilesProvider } from '../../src/adapters/kms/local-files.ts'
import { createPkcs12Provider } from '../../src/adapters/kms/pkcs12.ts'
import { createVaultTransitProvider } from '../../src/adapters/kms/vault-transit.ts'
import type { KekProvider } from '../../src/core/keys/keys.ts'
import { codeOf } from '../support/core.ts'
import { fakeAwsKms } from '../support/fake-aws-kms.ts'
import { fakeVault } from '../support/fake-vault.ts'
import { makePkcs12 } from '../support/pkcs12-file.ts'

/** What every KMS must do, whatever it is: the same sentences for files on a disk and for services over the network. */
const home = mkdtempSync(join(tmpdir(), 'azukari-kms-contract-'))
const limits = { connectMs: 500, requestMs: 1000, allMs: 3000, attempts: 2 }
const password = 'correct horse'
const token = 'hvs.test-token-of-vault'
const secretAccessKey = 'a-secret-access-key'
let pkcs12: Buffer
beforeAll(() => {
  ;({ pkcs12 } = makePkcs12(password))
})
beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', secretAccessKey)
})
afterEach(() => {
  nock.cleanAll()
  vi.unstubAllEnvs()
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

type Stand = {
  provider: KekProvider
  /** It cannot be reached from now on, and then can again. */
  goAway: () => void
  comeBack: () => void
  /** What went over the wire where keys must not be: addresses and headers. */
  wire: () => string
}

const onDisk = (make: (directory: string) => KekProvider): Stand => {
  const directory = join(mkdtempSync(join(home, 'p-')), 'keys')
  return {
    provider: make(directory),
    goAway: () => renameSync(directory, `${directory}-away`),
    comeBack: () => renameSync(`${directory}-away`, directory),
    wire: () => '',
  }
}

const stands: Record<string, () => Stand> = {
  'local key files': () => onDisk((directory) => createLocalFilesProvider({ directory, production: false })),
  'PKCS#12': () => onDisk((directory) => createPkcs12Provider({ directory, pkcs12, password })),
  'AWS KMS': () => {
    const kms = fakeAwsKms('ap-northeast-1')
    return {
      provider: createAwsKmsProvider({ region: 'ap-northeast-1', deletionDays: 7, limits }),
      goAway: kms.goAway,
      comeBack: kms.comeBack,
      wire: () => JSON.stringify(kms.asked.map(({ url, headers }) => [url, headers])),
    }
  },
  'Vault Transit': () => {
    const address = 'https://vault.test:8200'
    const vault = fakeVault(address, { token })
    return {
      provider: createVaultTransitProvider({ address, mount: 'transit', token: () => token, backupDays: 7, limits }),
      goAway: vault.goAway,
      comeBack: vault.comeBack,
      wire: () => JSON.stringify(vault.asked.map(({ url, headers }) => [url, headers])),
    }
  },
}

describe.each(Object.keys(stands))('the KMS of %s', (name) => {
  const key = randomBytes(32)
  const forms = [key.toString('base64'), key.toString('base64url'), key.toString('hex')]
  let stand: Stand
  let provider: KekProvider
  beforeEach(() => {
    const make = stands[name]
    if (make === undefined) throw new Error('no such stand')
    stand = make()
    provider = stand.provider
  })

  it('unwraps what it wrapped, under each of its versions', async () => {
    const versions = [await provider.createVersion(), await provider.createVersion()]
    expect(new Set(versions).size).toBe(2)
    for (const version of versions) {
      const wrapped = await provider.wrap(version, key)
      expect(wrapped.includes(key)).toBe(false)
      expect(wrapped.equals(await provider.wrap(version, key))).toBe(false)
      expect((await provider.unwrap(version, wrapped)).equals(key)).toBe(true)
    }
  })

  it('does not unwrap changed bytes, nor those of another version', async () => {
    const [one, two] = [await provider.createVersion(), await provider.createVersion()]
    const wrapped = await provider.wrap(one, key)
    expect(await codeOf(provider.unwrap(two, wrapped))).toBe('internal')
    for (let at = 0; at < wrapped.length; at += 1) {
      const changed = Buffer.from(wrapped)
      changed[at] = (changed[at] ?? 0) ^ 1
      expect(await codeOf(provider.unwrap(one, changed)), `byte ${at}`).toBe('internal')
    }
    for (const length of [0, 1, 20, wrapped.length - 1])
      expect(await codeOf(provider.unwrap(one, wrapped.subarray(0, length))), `${length} bytes`).toBe('internal')
    expect((await provider.unwrap(one, wrapped)).equals(key)).toBe(true)
  })

  it('destroys a version for good, again without an error, and leaves the others', async () => {
    const [gone, kept] = [await provider.createVersion(), await provider.createVersion()]
    const [wrapped, other] = [await provider.wrap(gone, key), await provider.wrap(kept, key)]
    await provider.destroyVersion(gone)
    await provider.destroyVersion(gone)
    expect(await codeOf(provider.unwrap(gone, wrapped))).toBe('internal')
    expect(await codeOf(provider.wrap(gone, key))).toBe('internal')
    // A second time: the attempt to wrap did not bring the version back under its name.
    expect(await codeOf(provider.wrap(gone, key))).toBe('internal')
    expect(await codeOf(provider.unwrap(gone, wrapped))).toBe('internal')
    expect((await provider.unwrap(kept, other)).equals(key)).toBe(true)
  })

  it('can destroy the newest version and keep the older ones', async () => {
    const [older, newest] = [await provider.createVersion(), await provider.createVersion()]
    const wrapped = await provider.wrap(older, key)
    await provider.destroyVersion(newest)
    expect((await provider.unwrap(older, wrapped)).equals(key)).toBe(true)
  })

  it('is unavailable, not wrong, while it cannot be reached, and then serves again', async () => {
    const version = await provider.createVersion()
    const wrapped = await provider.wrap(version, key)
    stand.goAway()
    const error = await provider.unwrap(version, wrapped).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'unavailable', retryAfterSeconds: 5 })
    expect(await codeOf(provider.wrap(version, key))).toBe('unavailable')
    expect(await codeOf(provider.destroyVersion(version))).toBe('unavailable')
    stand.comeBack()
    expect((await provider.unwrap(version, wrapped)).equals(key)).toBe(true)
  })

  it('takes no version but one of its own, whatever it says', async () => {
    for (const version of ['', '../../outside', 'kv_../../../outside', 'azukari-x/../../keys/y?a=b', 'alias/other'])
      expect(await codeOf(provider.wrap(version, key)), version).toBe('internal')
  })

  it('puts no key and no secret into errors and addresses, and no run of twelve digits into a version', async () => {
    const version = await provider.createVersion()
    expect(version).not.toMatch(/\d{12}/)
    const wrapped = await provider.wrap(version, key)
    await provider.unwrap(version, wrapped)
    const errors: unknown[] = []
    const keep = (error: unknown): void => void errors.push(error)
    await provider.unwrap(version, Buffer.concat([wrapped, key])).catch(keep)
    stand.goAway()
    await provider.wrap(version, key).catch(keep)
    stand.comeBack()
    await provider.destroyVersion(version)
    await provider.wrap(version, key).catch(keep)
    expect(errors.length).toBe(3)
    const printed = inspect(errors, { depth: 10, showHidden: true })
    for (const form of [...forms, token, secretAccessKey, password]) expect(printed).not.toContain(form)
    expect(printed).not.toMatch(/\d{12}/)
    for (const form of [...forms, secretAccessKey]) expect(stand.wire()).not.toContain(form)
  })
})
