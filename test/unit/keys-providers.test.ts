import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import forge from 'node-forge'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createLocalFilesProvider } from '../../src/adapters/kms/local-files.ts'
import { createPkcs12Provider } from '../../src/adapters/kms/pkcs12.ts'
import type { KekProvider } from '../../src/core/keys/keys.ts'
import { AppError } from '../../src/core/shared/errors.ts'

const home = mkdtempSync(join(tmpdir(), 'azukari-kms-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

const password = 'correct horse'
let pkcs12: Buffer
beforeAll(() => {
  const { privateKey, publicKey } = forge.pki.rsa.generateKeyPair({ bits: 2048 })
  const certificate = forge.pki.createCertificate()
  certificate.publicKey = publicKey
  certificate.serialNumber = '01'
  certificate.validity.notBefore = new Date('2026-01-01T00:00:00Z')
  certificate.validity.notAfter = new Date('2036-01-01T00:00:00Z')
  certificate.setSubject([{ name: 'commonName', value: 'azukari kek' }])
  certificate.setIssuer([{ name: 'commonName', value: 'azukari kek' }])
  certificate.sign(privateKey, forge.md.sha256.create())
  const bag = forge.pkcs12.toPkcs12Asn1(privateKey, certificate, password, { algorithm: 'aes256' })
  pkcs12 = Buffer.from(forge.asn1.toDer(bag).getBytes(), 'latin1')
})

const codeOf = async (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'it worked',
    (error: unknown) => (error instanceof AppError ? error.code : `${error}`),
  )

const makers: Record<string, (directory: string) => KekProvider> = {
  'local key files': (directory) => createLocalFilesProvider({ directory, production: false }),
  'PKCS#12': (directory) => createPkcs12Provider({ directory, pkcs12, password }),
}

describe.each(Object.keys(makers))('the KMS of %s', (name) => {
  let directory: string
  let provider: KekProvider
  const key = randomBytes(32)
  beforeEach(() => {
    directory = join(mkdtempSync(join(home, 'p-')), 'keys')
    const make = makers[name]
    if (make === undefined) throw new Error('no such provider')
    provider = make(directory)
  })

  it('unwraps what it wrapped, under each of its versions', async () => {
    const versions = [await provider.createVersion(), await provider.createVersion()]
    expect(new Set(versions).size).toBe(2)
    for (const version of versions) {
      const wrapped = await provider.wrap(version, key)
      expect(wrapped.includes(key)).toBe(false)
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
    expect(await codeOf(provider.unwrap(one, wrapped.subarray(0, 20)))).toBe('internal')
  })

  it('destroys a version for good, again without an error, and leaves the others', async () => {
    const [gone, kept] = [await provider.createVersion(), await provider.createVersion()]
    const [wrapped, other] = [await provider.wrap(gone, key), await provider.wrap(kept, key)]
    await provider.destroyVersion(gone)
    await provider.destroyVersion(gone)
    expect(await codeOf(provider.unwrap(gone, wrapped))).toBe('internal')
    expect(await codeOf(provider.wrap(gone, key))).toBe('internal')
    expect((await provider.unwrap(kept, other)).equals(key)).toBe(true)
    expect(readdirSync(directory)).toEqual([`${kept}.key`])
  })

  it('keeps versions where only its own user can read them, and leaves nothing half-written', async () => {
    const version = await provider.createVersion()
    expect(readdirSync(directory)).toEqual([`${version}.key`])
    expect(statSync(join(directory, `${version}.key`)).mode & 0o777).toBe(0o600)
    expect(statSync(directory).mode & 0o777).toBe(0o700)
  })

  it('is unavailable, not wrong, while its directory is away', async () => {
    const version = await provider.createVersion()
    const wrapped = await provider.wrap(version, key)
    renameSync(directory, `${directory}-away`)
    const error = await provider.unwrap(version, wrapped).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'unavailable', retryAfterSeconds: 5 })
    expect(await codeOf(provider.destroyVersion(version))).toBe('unavailable')
    renameSync(`${directory}-away`, directory)
    expect((await provider.unwrap(version, wrapped)).equals(key)).toBe(true)
  })

  it('reads no file but its own, whatever a version says', async () => {
    writeFileSync(join(home, 'outside.key'), randomBytes(32))
    for (const version of ['../../outside', 'kv_../../../outside', ''])
      expect(await codeOf(provider.wrap(version, key))).toBe('internal')
  })
})

describe('local key files', () => {
  it('refuse production unless they are allowed there', () => {
    const directory = join(home, 'production')
    expect(() => createLocalFilesProvider({ directory, production: true })).toThrow(/production/)
    expect(createLocalFilesProvider({ directory, production: true, allowInProduction: true }).name).toBe('local-files')
  })

  it('are overwritten before they are unlinked', async () => {
    const directory = mkdtempSync(join(home, 'o-'))
    const provider = createLocalFilesProvider({ directory, production: false })
    const version = await provider.createVersion()
    const path = join(directory, `${version}.key`)
    const before = readFileSync(path)
    const { linkSync } = await import('node:fs')
    const other = join(home, 'second-name')
    linkSync(path, other)
    await provider.destroyVersion(version)
    expect(readFileSync(other).length).toBe(before.length)
    expect(readFileSync(other).equals(before)).toBe(false)
  })
})

describe('a PKCS#12 file', () => {
  it('with a wrong password or of other bytes is refused at the start, without repeating the password', () => {
    const make = (file: Buffer, word: string) => () =>
      createPkcs12Provider({ directory: join(home, 'x'), pkcs12: file, password: word })
    expect(make(pkcs12, 'wrong word')).toThrow(/^(?!.*wrong word)The PKCS#12 file cannot be read/)
    expect(make(Buffer.from('not a p12'), password)).toThrow(/cannot be read/)
  })
})
