import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createLocalFilesProvider } from '../../src/adapters/kms/local-files.ts'
import { createPkcs12Provider } from '../../src/adapters/kms/pkcs12.ts'
import type { KekProvider } from '../../src/core/keys/keys.ts'
import { codeOf } from '../support/core.ts'
import { makePkcs12 } from '../support/pkcs12-file.ts'

const home = mkdtempSync(join(tmpdir(), 'azukari-kms-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))

const password = 'correct horse'
let pkcs12: Buffer
beforeAll(() => {
  ;({ pkcs12 } = makePkcs12(password))
})

const makers: Record<string, (directory: string) => KekProvider> = {
  'local key files': (directory) => createLocalFilesProvider({ directory, production: false }),
  'PKCS#12': (directory) => createPkcs12Provider({ directory, pkcs12, password }),
}

describe.each(Object.keys(makers))('the files of %s', (name) => {
  let directory: string
  let provider: KekProvider
  const key = randomBytes(32)
  beforeEach(() => {
    directory = join(mkdtempSync(join(home, 'p-')), 'keys')
    const make = makers[name]
    if (make === undefined) throw new Error('no such provider')
    provider = make(directory)
  })

  it('are gone once their version is destroyed, and the others stay', async () => {
    const [gone, kept] = [await provider.createVersion(), await provider.createVersion()]
    await provider.destroyVersion(gone)
    expect(readdirSync(directory)).toEqual([`${kept}.key`])
  })

  it('can be read by their own user only, and nothing is left half-written', async () => {
    const version = await provider.createVersion()
    expect(readdirSync(directory)).toEqual([`${version}.key`])
    expect(statSync(join(directory, `${version}.key`)).mode & 0o777).toBe(0o600)
    expect(statSync(directory).mode & 0o777).toBe(0o700)
  })

  it('are the only ones that are read, whatever a version says', async () => {
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
