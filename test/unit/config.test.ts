import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { ConfigError, readConfig } from '../../src/config.ts'

type Env = Record<string, string>
/** What the operator is told. */
const refusalOf = (env: Env): string | undefined => {
  try {
    readConfig(env)
    return undefined
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
}

describe('settings', () => {
  it('have a default each, for a laptop', () => {
    expect(readConfig({})).toMatchObject({
      production: false,
      host: '127.0.0.1',
      port: 8080,
      publicUrl: 'http://127.0.0.1:8080',
      mongodbUrl: 'mongodb://127.0.0.1:27017/?replicaSet=rs0',
      mongodbKeysUrl: 'mongodb://127.0.0.1:27017/?replicaSet=rs0',
      databaseName: 'azukari',
      redisUrl: 'redis://127.0.0.1:6379',
      redisPrefix: 'azukari',
      kms: { kms: 'local', directory: '.azukari/keys' },
      anchors: { store: 'folder', directory: '.azukari/anchors', create: true },
      keyCacheSeconds: 300,
      webhooksAllowLoopback: false,
      validateResponses: false,
      workerConcurrency: 4,
      leaseSeconds: 60,
      erasure: { everyDays: 21, keepOldKeysSeconds: 86_400, backups: 'confirmed' },
    })
  })

  it('make an erasure epoch quick only where nobody has to restore anything', () => {
    const quick = { ERASURE_BACKUPS: 'test', ERASURE_KEEP_OLD_KEYS_SECONDS: '0', ERASURE_EPOCH_DAYS: '7' }
    expect(readConfig(quick).erasure).toEqual({ everyDays: 7, keepOldKeysSeconds: 0, backups: 'test' })
    expect(refusalOf({ ERASURE_BACKUPS: 'none' })).toContain('ERASURE_BACKUPS')
    expect(refusalOf({ ERASURE_EPOCH_DAYS: '40' })).toContain('ERASURE_EPOCH_DAYS')
    expect(refusalOf({ ERASURE_PLATFORM_ID: 'the-vendor' })).toContain('ERASURE_PLATFORM_ID')
    const vault = { KMS: 'vault', VAULT_ADDR: 'https://vault.example', VAULT_TOKEN: 't' }
    expect(refusalOf({ ...vault, ERASURE_BACKUPS: 'test' })).toContain('KMS=local')
    const production = {
      NODE_ENV: 'production',
      PUBLIC_URL: 'https://number.example.jp',
      ALLOW_PLAIN_CONNECTIONS: '1',
      ALLOW_LOCAL_KEYS: '1',
      ANCHOR_URL: 's3://azukari-anchors/list',
      AWS_REGION: 'ap-northeast-1',
    }
    expect(refusalOf(production)).toBe(undefined)
    expect(refusalOf({ ...production, ERASURE_BACKUPS: 'test' })).toContain('not in production')
    expect(refusalOf({ ...production, ERASURE_KEEP_OLD_KEYS_SECONDS: '60' })).toContain('a day or more')
  })

  it('are taken from the environment, each from its own variable', () => {
    const config = readConfig({
      HOST: '0.0.0.0',
      PORT: '9000',
      PUBLIC_URL: 'https://number.example.jp/',
      MONGODB_URL: 'mongodb+srv://data.example.jp/',
      MONGODB_KEYS_URL: 'mongodb://keys.example.jp/?replicaSet=k',
      MONGODB_DATABASE: 'az-1',
      REDIS_URL: 'rediss://redis.example.jp:6380',
      REDIS_PREFIX: 'az',
      KEYS_DIRECTORY: '/keys',
      KEY_CACHE_SECONDS: '60',
      WEBHOOKS_ALLOW_LOOPBACK: '1',
      VALIDATE_RESPONSES: '1',
      WORKER_CONCURRENCY: '64',
      LEASE_SECONDS: '2',
    })
    expect(config).toMatchObject({
      host: '0.0.0.0',
      port: 9000,
      publicUrl: 'https://number.example.jp',
      mongodbUrl: 'mongodb+srv://data.example.jp/',
      mongodbKeysUrl: 'mongodb://keys.example.jp/?replicaSet=k',
      databaseName: 'az-1',
      redisUrl: 'rediss://redis.example.jp:6380',
      redisPrefix: 'az',
      kms: { directory: '/keys' },
      keyCacheSeconds: 60,
      webhooksAllowLoopback: true,
      validateResponses: true,
      workerConcurrency: 64,
      leaseSeconds: 2,
    })
    expect(readConfig({ MONGODB_URL: 'mongodb://one/' }).mongodbKeysUrl).toBe('mongodb://one/')
    expect(readConfig({ HOST: '10.0.0.1', PORT: '1' }).publicUrl).toBe('http://10.0.0.1:1')
  })

  it.each([
    ['PORT', ['65536', '-1', '80a', '1.5']],
    ['WORKER_CONCURRENCY', ['0', '65', 'many']],
    ['LEASE_SECONDS', ['1', '601']],
    ['KEY_CACHE_SECONDS', ['1', '601', '2.5']],
    ['MONGODB_URL', ['http://127.0.0.1', '127.0.0.1:27017', '']],
    ['MONGODB_KEYS_URL', ['postgres://127.0.0.1']],
    ['REDIS_URL', ['http://127.0.0.1', 'redis://[']],
    ['PUBLIC_URL', ['ftp://example.jp', 'example.jp', 'https://']],
    ['MONGODB_DATABASE', ['', 'a b', 'a/b', 'x'.repeat(41)]],
    ['WEBHOOKS_ALLOW_LOOPBACK', ['yes', 'true', '']],
    ['VALIDATE_RESPONSES', ['2']],
    ['KMS', ['none', '']],
    [
      'ANCHOR_URL',
      ['', 'list', './list', 'file://host/list', '/list', 'file:///a?b', 'https://x.test/list', 's3:', 's3://B_CKET/x'],
    ],
    ['ANCHOR_URL', ['s3://bucket/../x', 's3://bucket/a b', 's3://bucket/a//b']],
  ])('%s: what cannot be meant is refused by its name, and not repeated', (name, texts) => {
    for (const text of texts) {
      expect(refusalOf({ [name]: text }), text).toContain(name)
      if (text.length > 3) expect(refusalOf({ [name]: text })).not.toContain(text)
    }
  })
})

describe('the list of disposals', () => {
  it('lies in a bucket, with a region that the store needs, by TLS', () => {
    const bucket = { ANCHOR_URL: 's3://azukari-list/prod/a.b' }
    expect(refusalOf(bucket)).toMatch(/^AWS_REGION is needed: the region of the bucket/)
    expect(readConfig({ ...bucket, AWS_REGION: 'ap-northeast-1' }).anchors).toEqual({
      ...{ store: 's3', bucket: 'azukari-list', prefix: 'prod/a.b/', region: 'ap-northeast-1', endpoint: undefined },
    })
    expect(readConfig({ ANCHOR_URL: 's3://azukari-list', AWS_REGION: 'ap-northeast-1' }).anchors).toMatchObject({
      prefix: '',
    })
    const own = { ...bucket, ANCHOR_S3_ENDPOINT: 'https://s3.example.jp/' }
    expect(readConfig(own).anchors).toMatchObject({ region: 'us-east-1', endpoint: 'https://s3.example.jp' })
    expect(refusalOf({ ...own, ANCHOR_S3_ENDPOINT: 'http://s3.example.jp' })).toMatch(
      /^ANCHOR_S3_ENDPOINT is without TLS/,
    )
  })
})

describe('in production', () => {
  const production = {
    NODE_ENV: 'production',
    PUBLIC_URL: 'https://number.example.jp',
    MONGODB_URL: 'mongodb://data.example.jp/?replicaSet=rs0&tls=true',
    REDIS_URL: 'rediss://redis.example.jp',
    ALLOW_LOCAL_KEYS: '1',
    ANCHOR_URL: 'file:///srv/azukari-list',
  }
  it('it starts where everything is behind TLS', () => {
    expect(refusalOf(production)).toBeUndefined()
    expect(readConfig(production).production).toBe(true)
    expect(refusalOf({ ...production, MONGODB_KEYS_URL: 'mongodb+srv://keys.example.jp/' })).toBeUndefined()
    expect(refusalOf({ ...production, MONGODB_KEYS_URL: 'mongodb://keys.example.jp/?ssl=true' })).toBeUndefined()
  })

  it.each([
    ['MONGODB_URL', 'mongodb://data.example.jp/?replicaSet=rs0'],
    ['MONGODB_URL', 'mongodb://data.example.jp/?tls=false'],
    ['MONGODB_URL', 'mongodb+srv://data.example.jp/?tls=false'],
    ['MONGODB_KEYS_URL', 'mongodb://keys.example.jp/?replicaSet=rs0'],
    ['MONGODB_KEYS_URL', 'mongodb+srv://keys.example.jp/?ssl=false'],
    ['REDIS_URL', 'redis://redis.example.jp'],
  ])('%s without TLS is refused, unless the network is trusted', (name, url) => {
    const env = { ...production, MONGODB_KEYS_URL: production.MONGODB_URL, [name]: url }
    expect(refusalOf(env)).toMatch(new RegExp(`^${name} is without TLS: .*ALLOW_PLAIN_CONNECTIONS=1`))
    expect(refusalOf({ ...env, ALLOW_PLAIN_CONNECTIONS: '1' })).toBeUndefined()
  })

  it('people get their links by https, even on a trusted network', () => {
    for (const url of ['http://number.example.jp', 'http://127.0.0.1:8080'])
      expect(refusalOf({ ...production, PUBLIC_URL: url, ALLOW_PLAIN_CONNECTIONS: '1' })).toMatch(/^PUBLIC_URL must/)
    const { PUBLIC_URL: _, ...without } = production
    expect(refusalOf(without)).toMatch(/^PUBLIC_URL must begin with https:/)
  })

  it('the list of disposals is where the operator said, and its folder is not made by itself', () => {
    const { ANCHOR_URL: _, ...without } = production
    expect(refusalOf(without)).toMatch(/^ANCHOR_URL is needed in production: .*apart from both databases\.$/)
    expect(readConfig(production).anchors).toEqual({ store: 'folder', directory: '/srv/azukari-list', create: false })
    const { ANCHOR_URL } = production
    expect(readConfig({ ANCHOR_URL }).anchors).toMatchObject({ create: true })
  })

  it('there are no webhooks to loopback, and no local key files unless allowed', () => {
    expect(refusalOf({ ...production, WEBHOOKS_ALLOW_LOOPBACK: '1' })).toMatch(/^WEBHOOKS_ALLOW_LOOPBACK/)
    expect(refusalOf({ ...production, ALLOW_LOCAL_KEYS: '0' })).toMatch(/^KMS=local is for trying out/)
  })
})

describe('mail and time stamps', () => {
  const mail = { SMTP_URL: 'smtp://mail.example.jp', MAIL_FROM: 'azukari@example.co.jp' }

  it('are not asked for by default', () => {
    expect(readConfig({})).toMatchObject({ smtp: undefined, tsaUrl: undefined })
  })

  it('leave by TLS: from the first byte, or before anything is said; in plain on loopback or a trusted network alone', () => {
    const smtp = (more: Env) => readConfig({ ...mail, ...more }).smtp
    expect(smtp({})).toEqual({
      host: 'mail.example.jp',
      port: 587,
      implicitTls: false,
      mustEncrypt: true,
      from: 'azukari@example.co.jp',
    })
    expect(smtp({ SMTP_URL: 'smtps://mail.example.jp' })).toMatchObject({ port: 465, implicitTls: true })
    expect(smtp({ SMTP_URL: 'smtps://mail.example.jp:2465' })).toMatchObject({ port: 2465 })
    expect(smtp({ SMTP_URL: 'smtp://[::1]:25' })).toMatchObject({ host: '::1', port: 25, mustEncrypt: false })
    expect(smtp({ SMTP_URL: 'smtp://127.0.0.1.example.jp' })).toMatchObject({ mustEncrypt: true })
    expect(smtp({ ALLOW_PLAIN_CONNECTIONS: '1' })).toMatchObject({ mustEncrypt: false })
  })

  it('the password is apart from the URL, and prints nowhere', () => {
    const env = { ...mail, SMTP_URL: 'smtps://a%40b@mail.example.jp', SMTP_PASSWORD: 's3cret-of-mail' }
    const config = readConfig(env)
    expect(config.smtp?.login?.user).toBe('a@b')
    expect(config.smtp?.login?.password()).toBe('s3cret-of-mail')
    expect(`${JSON.stringify(config)} ${inspect(config, { depth: 9 })}`).not.toContain('s3cret')
    expect(refusalOf({ ...mail, SMTP_URL: 'smtps://a:s3cret-of-mail@mail.example.jp' })).toMatch(
      /^SMTP_URL must be without/,
    )
    expect(refusalOf({ ...mail, SMTP_URL: 'smtps://a@mail.example.jp' })).toContain('SMTP_PASSWORD')
  })

  it.each([
    ['SMTP_URL', { SMTP_URL: 'http://mail.example.jp' }],
    ['SMTP_URL', { SMTP_URL: 'mail.example.jp' }],
    ['SMTP_URL', { SMTP_URL: 'smtp://' }],
    ['SMTP_URL', { SMTP_URL: 'smtp://mail.example.jp/a' }],
    ['SMTP_URL', { SMTP_URL: 'smtps://%ff@mail.example.jp', SMTP_PASSWORD: 'x' }],
    ['SMTP_URL', { SMTP_URL: 'smtp://mail.example.jp?ignoreTLS=true' }],
    ['MAIL_FROM', { MAIL_FROM: '' }],
    ['MAIL_FROM', { MAIL_FROM: 'a@b.example\r\nBcc: c@d.example' }],
    ['TSA_URL', { TSA_URL: 'ftp://tsa.example.jp' }],
    ['TSA_URL', { TSA_URL: 'https://user:pass@tsa.example.jp' }],
  ] as [string, Env][])('%s that cannot be meant so is refused', (name, more) => {
    const refusal = refusalOf({ ...mail, ...more })
    expect(refusal).toContain(name)
    expect(refusal).not.toMatch(/pass@|Bcc/)
  })
})
