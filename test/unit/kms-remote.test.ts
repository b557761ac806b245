import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import nock from 'nock'
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createAwsKmsProvider } from '../../src/adapters/kms/aws-kms.ts'
import { createVaultTransitProvider } from '../../src/adapters/kms/vault-transit.ts'
import { AppError } from '../../src/core/shared/errors.ts'
import { awsAccount, fakeAwsKms } from '../support/fake-aws-kms.ts'
import { fakeVault } from '../support/fake-vault.ts'
import { makePkcs12 } from '../support/pkcs12-file.ts'

const limits = { connectMs: 500, requestMs: 400, allMs: 2500, attempts: 3 }
const key = randomBytes(32)
const home = mkdtempSync(join(tmpdir(), 'azukari-kms-remote-'))
const servers: Server[] = []
const listen = async (server: Server): Promise<number> => {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}
const silent: RequestListener = () => undefined

beforeEach(() => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'a-secret-access-key')
})
afterEach(() => {
  nock.cleanAll()
  vi.unstubAllEnvs()
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

/** The code, and what the operator's log says. */
const told = (attempt: Promise<unknown>): Promise<string> =>
  attempt.then(
    () => 'it worked',
    (error: unknown) =>
      error instanceof AppError && error.cause instanceof Error ? `${error.code}: ${error.cause.message}` : `${error}`,
  )

describe('AWS KMS', () => {
  const region = 'ap-northeast-1'
  const start = (more: Partial<Parameters<typeof createAwsKmsProvider>[0]> = {}) => {
    const kms = fakeAwsKms(region)
    const provider = createAwsKmsProvider({ region, deletionDays: 7, limits, ...more })
    const sent = (operation: string) => kms.asked.filter(({ target }) => target === `TrentService.${operation}`)
    return { kms, provider, sent }
  }

  it('makes a symmetric key of its own for each epoch, with tags that say so', async () => {
    const { provider, sent } = start({ clock: { now: () => new Date('2026-04-01T00:00:00Z') } })
    const version = await provider.createVersion()
    expect(version).toMatch(/^aws:ap-northeast-1:[0-9a-z]+:[0-9a-f-]{36}$/)
    expect(sent('CreateKey')[0]?.body).toMatchObject({
      KeySpec: 'SYMMETRIC_DEFAULT',
      KeyUsage: 'ENCRYPT_DECRYPT',
      MultiRegion: false,
      Tags: [
        { TagKey: 'product', TagValue: 'azukari' },
        { TagKey: 'epoch', TagValue: '2026-04-01T00:00:00.000Z' },
      ],
    })
  })

  it('is asked with the whole ARN and the version as encryption context, for wrapping and for unwrapping', async () => {
    const { provider, sent } = start()
    const version = await provider.createVersion()
    await provider.unwrap(version, await provider.wrap(version, key))
    const id = version.split(':').at(-1)
    for (const operation of ['Encrypt', 'Decrypt'])
      expect(sent(operation)[0]?.body).toMatchObject({
        KeyId: `arn:aws:kms:${region}:${awsAccount}:key/${id}`,
        EncryptionContext: { product: 'azukari', version },
      })
  })

  it('says how long a destroyed version could be brought back, and schedules its deletion for just that', async () => {
    const { kms, provider, sent } = start({ deletionDays: 14 })
    expect(provider.deletionDelayDays).toBe(14)
    await provider.destroyVersion(await provider.createVersion())
    expect(sent('ScheduleKeyDeletion')[0]?.body.PendingWindowInDays).toBe(14)
    expect([...kms.keys.values()].map(({ state }) => state)).toEqual(['PendingDeletion'])
  })

  it('does not call a version destroyed whose deletion somebody scheduled for a later day', async () => {
    const { kms, provider } = start()
    const long = createAwsKmsProvider({ region, deletionDays: 30, limits })
    const version = await provider.createVersion()
    await long.destroyVersion(version)
    expect(await told(provider.destroyVersion(version))).toMatch(/^internal: AWS_KMS_DELETION_DAYS: .*later day$/)
    kms.keys.clear()
    await provider.destroyVersion(version)
  })

  it('is asked again when it is throttled, but three times at most, and then is unavailable', async () => {
    // The SDK's pauses after throttling are long.
    const { kms, provider, sent } = start({ limits: { ...limits, allMs: 20_000 } })
    const version = await provider.createVersion()
    kms.sayInstead('ThrottlingException', 'Rate exceeded', { times: 1 })
    const wrapped = await provider.wrap(version, key)
    expect(sent('Encrypt').length).toBe(2)
    kms.sayInstead('ThrottlingException', 'Rate exceeded')
    expect(await told(provider.unwrap(version, wrapped))).toMatch(
      /^unavailable: AWS KMS Decrypt said ThrottlingException/,
    )
    expect(sent('Decrypt').length).toBe(3)
    kms.sayInstead('KMSInternalException', '', { status: 500 })
    expect(await told(provider.unwrap(version, wrapped))).toMatch(/^unavailable/)
  })

  it('makes no second key when the answer to the first is lost', async () => {
    const { kms, provider, sent } = start()
    kms.sayInstead('KMSInternalException', '', { status: 500 })
    expect(await told(provider.createVersion())).toMatch(/^unavailable/)
    expect(sent('CreateKey').length).toBe(1)
  })

  it('waits until a new key is known everywhere', async () => {
    const { kms, provider, sent } = start()
    const describeKey = kms.operations.DescribeKey
    let times = 2
    kms.operations.DescribeKey = (body) => {
      if (times-- > 0) kms.refuse('NotFoundException', 'not yet')
      return describeKey?.(body) ?? {}
    }
    await provider.createVersion()
    expect(sent('DescribeKey').length).toBe(3)
  })

  it.each([
    ['AccessDeniedException', /^internal: KMS=aws: .*allow kms:Encrypt/],
    ['UnrecognizedClientException', /^internal: KMS=aws: .*credentials/],
    ['ExpiredTokenException', /^internal: KMS=aws: .*credentials/],
    ['DisabledException', /^internal: KMS=aws: .*enable the key of KMS version aws:/],
    ['InvalidKeyUsageException', /^internal: KMS=aws: .*see AWS_REGION/],
  ])('answers %s: the operator reads what to put right, and no account number', async (type, sentence) => {
    const { kms, provider, sent } = start()
    const version = await provider.createVersion()
    kms.sayInstead(type, `User: arn:aws:iam::${awsAccount}:user/x is not authorized`)
    const line = await told(provider.wrap(version, key))
    expect(line).toMatch(sentence)
    expect(line).not.toMatch(/\d{12}/)
    expect(sent('Encrypt').length).toBe(1)
  })

  it('without credentials names them', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined)
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', undefined)
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
    vi.stubEnv('HOME', home)
    expect(await told(start().provider.createVersion())).toMatch(/^internal: KMS=aws: .*credentials/)
  })

  it('of another region is refused before anything is sent, also for destroying', async () => {
    const { kms, provider } = start()
    const version = await provider.createVersion()
    const before = kms.asked.length
    const elsewhere = createAwsKmsProvider({ region: 'us-east-1', deletionDays: 7, limits })
    expect(await told(elsewhere.unwrap(version, key))).toMatch(/^internal: AWS_REGION: /)
    expect(await told(elsewhere.destroyVersion(version))).toMatch(/^internal: AWS_REGION: /)
    expect(kms.asked.length).toBe(before)
  })

  it('that takes a connection and says nothing is given up in time', async () => {
    const version = await start().provider.createVersion()
    const endpoint = `http://127.0.0.1:${await listen(createServer(silent))}`
    const wrapWithin = (more: Partial<typeof limits>): Promise<string> =>
      told(
        createAwsKmsProvider({ region, endpoint, deletionDays: 7, limits: { ...limits, ...more } }).wrap(version, key),
      )
    const startedAt = performance.now()
    expect(await wrapWithin({ attempts: 1, allMs: 10_000 })).toMatch(/^unavailable: AWS KMS Encrypt said TimeoutError/)
    expect(await wrapWithin({ allMs: 600 })).toMatch(/^unavailable: AWS KMS Encrypt said AbortError/)
    expect(performance.now() - startedAt).toBeLessThan(3000)
  })
})

describe('Vault Transit', () => {
  const address = 'https://vault.test:8200'
  const token = 'hvs.test-token-of-vault'
  const start = (more: Partial<Parameters<typeof createVaultTransitProvider>[0]> = {}) => {
    const vault = fakeVault(address, { token })
    const provider = createVaultTransitProvider({
      address,
      mount: 'transit',
      token: () => token,
      backupDays: 7,
      limits,
      ...more,
    })
    return { vault, provider }
  }

  it('gets its token and namespace in headers, under its own mount path, and makes keys that cannot be exported', async () => {
    const vault = fakeVault(address, { token, mount: 'kms/azukari', namespace: 'payroll/jp' })
    const provider = createVaultTransitProvider({
      address,
      mount: 'kms/azukari',
      namespace: 'payroll/jp',
      token: () => token,
      backupDays: 3,
      limits,
    })
    const version = await provider.createVersion()
    expect((await provider.unwrap(version, await provider.wrap(version, key))).equals(key)).toBe(true)
    expect(vault.asked[0]?.url).toBe(`${address}/v1/kms/azukari/keys/${version}`)
    expect(vault.asked[0]?.body).toEqual({ type: 'aes256-gcm96', exportable: false, allow_plaintext_backup: false })
    expect(vault.asked.every(({ url }) => !url.includes(token))).toBe(true)
    expect(provider.deletionDelayDays).toBe(3)
  })

  it('does not make a destroyed key anew when something is wrapped under its name', async () => {
    const { vault, provider } = start()
    const version = await provider.createVersion()
    await provider.destroyVersion(version)
    expect(await told(provider.wrap(version, key))).toMatch(/^internal: KMS version .* is destroyed/)
    expect(vault.keys.size).toBe(0)
  })

  it('has destroyed a version only when the key is seen to be gone', async () => {
    const { vault, provider } = start()
    const version = await provider.createVersion()
    const kept = vault.keys.get(version)
    if (kept === undefined) throw new Error('not made')
    Object.defineProperty(kept, 'deletionAllowed', { get: () => false, set: () => undefined })
    expect(await told(provider.destroyVersion(version))).toMatch(/^unavailable: .*still there/)
  })

  it('is unavailable while it is sealed, asked three times at most, and serves again once unsealed', async () => {
    const { vault, provider } = start()
    const version = await provider.createVersion()
    const wrapped = await provider.wrap(version, key)
    const before = vault.asked.length
    vault.sayInstead(503, ['Vault is sealed'])
    expect(await told(provider.unwrap(version, wrapped))).toMatch(/^unavailable: Vault POST .* status 503$/)
    expect(vault.asked.length - before).toBe(3)
    vault.sayInstead(503, ['Vault is sealed'], 1)
    expect((await provider.unwrap(version, wrapped)).equals(key)).toBe(true)
    vault.sayInstead(429, ['request path "x": rate limit quota exceeded'])
    expect(await told(provider.unwrap(version, wrapped))).toMatch(/^unavailable/)
  })

  it('that refuses the token names it without showing it, and is asked once', async () => {
    const { vault, provider } = start({ token: () => 'hvs.wrong' })
    const line = await told(provider.createVersion())
    expect(line).toMatch(/^internal: VAULT_TOKEN: permission denied for POST transit\/keys/)
    expect(line).not.toContain('hvs.')
    expect(vault.asked.length).toBe(1)
  })

  it('takes a token that an agent renewed under the running process', async () => {
    let now = 'hvs.old'
    const { provider } = start({ token: () => now })
    expect(await told(provider.createVersion())).toMatch(/VAULT_TOKEN/)
    now = token
    expect(await told(provider.createVersion())).toBe('it worked')
  })

  it('without a Transit engine at the mount path names the setting', async () => {
    expect(await told(start({ mount: 'transot' }).provider.createVersion())).toMatch(
      /^internal: VAULT_TRANSIT_MOUNT: there is no Transit engine/,
    )
    nock.cleanAll()
    // An engine that keeps what it is sent and gives it back.
    const stored = { type: 'aes256-gcm96', exportable: false, allow_plaintext_backup: false }
    nock(address).post(/.*/).reply(204).get(/.*/).reply(200, { data: stored })
    const options = { address, mount: 'transit', token: () => token, backupDays: 7, limits }
    const provider = createVaultTransitProvider(options)
    expect(await told(provider.createVersion())).toMatch(/^internal: VAULT_TRANSIT_MOUNT: what answers/)
  })

  it('of an authority of our own is trusted when its certificate is named, and else refused by that name', async () => {
    const { certificatePem, keyPem } = makePkcs12('x', 'azukari test authority')
    const sealed: RequestListener = (_request, response) =>
      response.writeHead(503).end('{"errors":["Vault is sealed"]}')
    const port = await listen(createTlsServer({ cert: certificatePem, key: keyPem }, sealed))
    const options = {
      address: `https://127.0.0.1:${port}`,
      mount: 'transit',
      token: () => token,
      backupDays: 7,
      limits,
    }
    const version = 'azukari-01jqqqqqqqqqqqqqqqqqqqqqqq'
    expect(await told(createVaultTransitProvider({ ...options, ca: certificatePem }).wrap(version, key))).toMatch(
      /^unavailable: .*status 503$/,
    )
    expect(await told(createVaultTransitProvider(options).wrap(version, key))).toMatch(/^internal: VAULT_CACERT: /)
  })

  it('that takes a connection and says nothing is given up in time', async () => {
    const port = await listen(createServer(silent))
    const { provider } = start({ address: `http://127.0.0.1:${port}` })
    const startedAt = performance.now()
    expect(await told(provider.createVersion())).toMatch(/^unavailable: .*Timeout/i)
    expect(performance.now() - startedAt).toBeLessThan(limits.allMs + 500)
  })
})
