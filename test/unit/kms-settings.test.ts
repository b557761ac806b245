import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createKekProvider } from '../../src/adapters/kms/choose.ts'
import { ConfigError, readConfig } from '../../src/config.ts'
import { makePkcs12 } from '../support/pkcs12-file.ts'

const home = mkdtempSync(join(tmpdir(), 'azukari-kms-settings-'))
const file = (name: string, content: string | Buffer): string => {
  writeFileSync(join(home, name), content)
  return join(home, name)
}
const password = 'correct horse'
const production = {
  NODE_ENV: 'production',
  ALLOW_PLAIN_CONNECTIONS: '1',
  PUBLIC_URL: 'https://azukari.test',
  ANCHOR_URL: 'file:///srv/azukari-list',
}
const aws = { KMS: 'aws', AWS_REGION: 'ap-northeast-1' }
const vault = { KMS: 'vault', VAULT_ADDR: 'https://vault.test:8200', VAULT_TOKEN: 'hvs.test' }
let pkcs12: Record<string, string>
beforeAll(() => {
  pkcs12 = { KMS: 'pkcs12', PKCS12_FILE: file('kek.p12', makePkcs12(password).pkcs12), PKCS12_PASSWORD: password }
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

type Env = Record<string, string>
const lineOf = (env: Env): string => {
  try {
    readConfig(env)
    return 'it starts'
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
}

describe('the choice of the KMS', () => {
  it('is local key files where nothing is said, and those are refused in production unless they are allowed', () => {
    expect(readConfig({}).kms.kms).toBe('local')
    expect(lineOf(production)).toMatch(/^KMS=local is for trying out: .*ALLOW_LOCAL_KEYS=1\.$/)
    expect(lineOf({ ...production, ALLOW_LOCAL_KEYS: '1' })).toBe('it starts')
    for (const env of [pkcs12, aws, vault]) expect(lineOf({ ...production, ...env })).toBe('it starts')
  })

  it('makes the provider that was chosen', async () => {
    const names: string[] = []
    for (const env of [{}, pkcs12, aws, vault]) names.push((await createKekProvider(readConfig(env).kms)).name)
    expect(names).toEqual(['local-files', 'pkcs12', 'aws-kms', 'vault-transit'])
  })

  it('has defaults for all that can have one', () => {
    expect(readConfig(aws).kms).toEqual({ ...{ kms: 'aws', region: 'ap-northeast-1' }, deletionDays: 7 })
    expect(readConfig(vault).kms).toMatchObject({ mount: 'transit', backupDays: 7, address: 'https://vault.test:8200' })
  })

  it('never shows a password or a token, however its settings are printed', () => {
    for (const env of [pkcs12, vault]) {
      const printed = inspect(readConfig(env), { depth: 5 }) + JSON.stringify(readConfig(env))
      expect(printed).not.toContain(password)
      expect(printed).not.toContain('hvs.test')
    }
  })

  it('reads a token from its file again whenever it is used', () => {
    const { VAULT_TOKEN: _, ...withoutToken } = vault
    const { kms } = readConfig({ ...withoutToken, VAULT_TOKEN_FILE: file('token', 'hvs.one\n') })
    if (kms.kms !== 'vault') throw new Error('another KMS')
    expect(kms.token()).toBe('hvs.one')
    file('token', 'hvs.two\n')
    expect(kms.token()).toBe('hvs.two')
  })

  const refusals: [string, () => Env, RegExp][] = [
    ['an unknown KMS', () => ({ KMS: 'gcp' }), /^KMS must be local, pkcs12, aws or vault\.$/],
    ['PKCS#12 without its file', () => ({ KMS: 'pkcs12' }), /^PKCS12_FILE is needed/],
    [
      'PKCS#12 whose file is not there',
      () => ({ ...pkcs12, PKCS12_FILE: '/nowhere.p12' }),
      /^PKCS12_FILE names a file/,
    ],
    ['PKCS#12 without a password', () => ({ ...pkcs12, PKCS12_PASSWORD: '' }), /^Set either PKCS12_PASSWORD or/],
    ['AWS without a region', () => ({ KMS: 'aws' }), /^AWS_REGION is needed/],
    ['AWS with a region that is none', () => ({ ...aws, AWS_REGION: 'Tokyo' }), /^AWS_REGION must be a region/],
    ['AWS with a waiting period under 7 days', () => ({ ...aws, AWS_KMS_DELETION_DAYS: '6' }), /from 7 to 30\.$/],
    ['AWS with one over 30 days', () => ({ ...aws, AWS_KMS_DELETION_DAYS: '31' }), /from 7 to 30\.$/],
    [
      'AWS by a plain endpoint',
      () => ({ ...aws, AWS_KMS_ENDPOINT: 'http://kms.test' }),
      /^AWS_KMS_ENDPOINT is without TLS/,
    ],
    ['Vault without an address', () => ({ KMS: 'vault', VAULT_TOKEN: 'x' }), /^VAULT_ADDR is needed/],
    ['Vault without TLS', () => ({ ...vault, VAULT_ADDR: 'http://vault.test:8200' }), /^VAULT_ADDR is without TLS/],
    [
      'Vault with a password in its address',
      () => ({ ...vault, VAULT_ADDR: 'https://a:b@vault.test' }),
      /^VAULT_ADDR must/,
    ],
    ['Vault without a token', () => ({ ...vault, VAULT_TOKEN: '' }), /^Set either VAULT_TOKEN or VAULT_TOKEN_FILE\.$/],
    ['Vault with two tokens', () => ({ ...vault, VAULT_TOKEN_FILE: file('t', 'x') }), /^Set either VAULT_TOKEN or/],
    [
      'Vault with an empty token file',
      () => ({ ...vault, VAULT_TOKEN: '', VAULT_TOKEN_FILE: file('e', '\n') }),
      /empty/,
    ],
    [
      'Vault with an authority that is not PEM',
      () => ({ ...vault, VAULT_CACERT: file('ca', 'x') }),
      /^VAULT_CACERT names/,
    ],
    [
      'Vault with a mount that is a way out',
      () => ({ ...vault, VAULT_TRANSIT_MOUNT: '../sys' }),
      /^VAULT_TRANSIT_MOUNT/,
    ],
    ['Vault with days that are none', () => ({ ...vault, VAULT_BACKUP_DAYS: 'a week' }), /^VAULT_BACKUP_DAYS must/],
  ]
  it.each(refusals)('%s does not start, and one line says what to set', (_name, env, line) => {
    const said = lineOf(env())
    expect(said).toMatch(line)
    expect(said).not.toContain('\n')
  })

  it('lets plain HTTP through to loopback, or where the network is said to be trusted', () => {
    expect(lineOf({ ...vault, VAULT_ADDR: 'http://127.0.0.1:8200' })).toBe('it starts')
    expect(lineOf({ ...vault, VAULT_ADDR: 'http://vault.test:8200', ALLOW_PLAIN_CONNECTIONS: '1' })).toBe('it starts')
    expect(lineOf({ ...vault, VAULT_ADDR: 'http://localhost.example.com' })).toMatch(/without TLS/)
  })
})
