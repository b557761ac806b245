import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { AnchorSettings } from './adapters/anchors/choose.ts'
import { isNetwork } from './adapters/http/networks.ts'
import type { KmsSettings, Secret } from './adapters/kms/choose.ts'
import { isMailAddress } from './adapters/mail/address.ts'
import type { SmtpSettings } from './adapters/mail/smtp.ts'

/** Every setting, from the environment, checked at start. Defaults just work on a laptop. */
export type Config = {
  production: boolean
  host: string
  port: number
  /** As the outside sees the service: the `iss` of tokens, links for people. */
  publicUrl: string
  mongodbUrl: string
  mongodbKeysUrl: string
  /** Name of the data database; the key database is `<name>_keys`. */
  databaseName: string
  redisUrl: string
  redisPrefix: string
  /** Where keys are wrapped; passwords and tokens in it are functions, so that it never prints them. */
  kms: KmsSettings
  /** The signed list outside both databases. */
  anchors: AnchorSettings
  /** By which checkpoints of the ledger are mailed to officers; without it none are. */
  smtp: SmtpSettings | undefined
  /** An authority that stamps checkpoints with the time (RFC 3161). */
  tsaUrl: string | undefined
  /** How long an opened key serves before the KMS is asked again; and so how long the service lives without it. */
  keyCacheSeconds: number
  webhooksAllowLoopback: boolean
  /** Who may appoint the first officer of a `live` organization. */
  firstOfficerBy: 'operator' | 'client'
  /** Addresses and CIDR ranges of proxies whose X-Forwarded-For counts. */
  trustedProxies: string[]
  /** Requests a minute of one client; of an address that has not said who it is, a tenth. */
  rateLimitPerMinute: number
  validateResponses: boolean
  workerConcurrency: number
  /** How long a piece of work belongs to the worker that took it, unless renewed: a killed worker's is taken over then. */
  leaseSeconds: number
  erasure: {
    everyDays: number
    /** The old fingerprint key answers for Idempotency-Keys of a day. */
    keepOldKeysSeconds: number
    /** `test`: nobody waits for a backup of the key database. */
    backups: 'confirmed' | 'test'
    /** Whose clients may begin an epoch and confirm a backup for everybody. */
    platformId: string | undefined
  }
}

export class ConfigError extends Error {}

type Env = Record<string, string | undefined>

const urlOf = (env: Env, name: string, fallback: string, protocols: readonly string[]): string => {
  const text = env[name] ?? fallback
  const protocol = protocols.find((known) => text.startsWith(known))
  if (protocol === undefined) throw new ConfigError(`${name} must begin with ${protocols.join(' or ')}.`)
  return text
}
/** MongoDB's driver checks its own URLs, which may name several hosts. */
const plainUrlOf = (...[env, name, fallback, protocols]: Parameters<typeof urlOf>): string => {
  const text = urlOf(env, name, fallback, protocols)
  // The parser's own error quotes the URL, which can hold a password.
  if (!URL.canParse(text)) throw new ConfigError(`${name} is not a URL.`)
  return text
}
const numberOf = (env: Env, name: string, fallback: number, low: number, high: number): number => {
  const value = Number(env[name] ?? fallback)
  if (!Number.isInteger(value) || value < low || value > high)
    throw new ConfigError(`${name} must be a whole number from ${low} to ${high}.`)
  return value
}
const flag = (env: Env, name: string): boolean => {
  const text = env[name] ?? '0'
  if (text !== '0' && text !== '1') throw new ConfigError(`${name} must be 0 or 1.`)
  return text === '1'
}

const daySeconds = 24 * 60 * 60
/** What makes an erasure epoch quick is for data that nobody needs to restore. */
const erasureOf = (env: Env, production: boolean, kms: KmsSettings['kms']): Config['erasure'] => {
  const backups = env.ERASURE_BACKUPS ?? 'confirmed'
  if (backups !== 'confirmed' && backups !== 'test')
    throw new ConfigError('ERASURE_BACKUPS must be confirmed, or test for data that nobody needs to restore.')
  const keepOldKeysSeconds = numberOf(env, 'ERASURE_KEEP_OLD_KEYS_SECONDS', daySeconds, 0, 7 * daySeconds)
  if (production && backups === 'test')
    throw new ConfigError('ERASURE_BACKUPS=test is for demo, dev and tests: not in production.')
  if (backups === 'test' && kms !== 'local') throw new ConfigError('ERASURE_BACKUPS=test is for KMS=local.')
  if (production && keepOldKeysSeconds < daySeconds)
    throw new ConfigError('ERASURE_KEEP_OLD_KEYS_SECONDS must be a day or more: Idempotency-Keys live so long.')
  const platformId = env.ERASURE_PLATFORM_ID
  if (platformId !== undefined && !/^plt_[0-9A-HJKMNP-TV-Z]{26}$/.test(platformId))
    throw new ConfigError('ERASURE_PLATFORM_ID must be the id of a platform: plt_….')
  return { everyDays: numberOf(env, 'ERASURE_EPOCH_DAYS', 21, 1, 31), keepOldKeysSeconds, backups, platformId }
}

const readable = (name: string, file: string): string => {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    throw new ConfigError(`${name} names a file that cannot be read.`)
  }
}
const needed = (env: Env, name: string, why: string): string => {
  const text = env[name] ?? ''
  if (text === '') throw new ConfigError(`${name} is needed: ${why}.`)
  return text
}
/** A secret from `NAME`, or from the file that `NAME_FILE` names, which is read again whenever it is asked for. */
const secretOf = (env: Env, name: string): Secret => {
  const file = env[`${name}_FILE`]
  const text = env[name] ?? ''
  if ((file === undefined) === (text === '')) throw new ConfigError(`Set either ${name} or ${name}_FILE.`)
  if (file === undefined) return () => text
  if (readable(`${name}_FILE`, file).trim() === '') throw new ConfigError(`${name}_FILE names an empty file.`)
  return () => readFileSync(file, 'utf8').trim()
}
const isLoopback = (hostname: string): boolean => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)
/** TLS, but on loopback or where the operator says that the network is trusted. */
const httpsUrlOf = (env: Env, name: string, text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.search !== '')
    throw new ConfigError(`${name} must be an https:// address without user, password or query.`)
  if (url.protocol === 'http:' && !isLoopback(url.hostname) && !flag(env, 'ALLOW_PLAIN_CONNECTIONS'))
    throw new ConfigError(
      `${name} is without TLS: use https://, or set ALLOW_PLAIN_CONNECTIONS=1 on a trusted network.`,
    )
  return url.href.replace(/\/$/, '')
}

/** With +srv TLS is on unless it is turned off, else off unless it is turned on. */
export const hasTls = (mongodbUrl: string): boolean =>
  mongodbUrl.startsWith('mongodb+srv://')
    ? !/[?&](tls|ssl)=false(&|$)/i.test(mongodbUrl)
    : /[?&](tls|ssl)=true(&|$)/i.test(mongodbUrl)
const mustBeEncrypted = (name: string, encrypted: boolean, remedy: string): void => {
  if (!encrypted)
    throw new ConfigError(
      `${name} is without TLS: ${remedy}, or set ALLOW_PLAIN_CONNECTIONS=1 where the network is trusted.`,
    )
}

const regionOf = (env: Env, why: string): string => {
  const region = needed(env, 'AWS_REGION', why)
  if (!/^[a-z]{2,}(-[a-z]+)+-\d$/.test(region)) throw new ConfigError('AWS_REGION must be a region, as ap-northeast-1.')
  return region
}

const bucketPattern = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(\w[\w.-]*(?:\/\w[\w.-]*)*)?)?\/?$/

/** A folder or a bucket. On a laptop beside the keys; in production where the operator says, and that is not by default. */
const anchorsOf = (env: Env, production: boolean): AnchorSettings => {
  const text = env.ANCHOR_URL
  if (text === undefined) {
    if (production)
      throw new ConfigError(
        'ANCHOR_URL is needed in production: file:///a/folder or s3://bucket/prefix, apart from both databases.',
      )
    return { store: 'folder', directory: '.azukari/anchors', create: true }
  }
  const [, bucket, prefix] = bucketPattern.exec(text) ?? []
  if (bucket !== undefined) {
    const given = env.ANCHOR_S3_ENDPOINT
    const endpoint = given === undefined ? undefined : httpsUrlOf(env, 'ANCHOR_S3_ENDPOINT', given)
    // S3-compatible stores mostly do not care, but the signature names one.
    const region =
      endpoint !== undefined && env.AWS_REGION === undefined
        ? 'us-east-1'
        : regionOf(env, 'the region of the bucket, for ANCHOR_URL=s3://')
    return { store: 's3', bucket, prefix: prefix === undefined ? '' : `${prefix}/`, region, endpoint }
  }
  const isFolder = /^file:\/\/\/./.test(text) && URL.canParse(text) && !/[?#]|%2f/i.test(text)
  if (!isFolder) throw new ConfigError('ANCHOR_URL must be file:///a/folder or s3://bucket/prefix.')
  return { store: 'folder', directory: fileURLToPath(text), create: !production }
}

const decodedUser = (url: URL): string => {
  try {
    return decodeURIComponent(url.username)
  } catch {
    throw new ConfigError('SMTP_URL names a user that does not decode: write % as %25.')
  }
}
/** `smtps://` is TLS from the first byte, `smtp://` begins in plain and must become TLS (STARTTLS) before anything is said. */
const smtpOf = (env: Env): SmtpSettings | undefined => {
  const text = env.SMTP_URL
  if (text === undefined) return undefined
  const url = URL.canParse(text) ? new URL(text) : undefined
  // The parser of these schemes keeps the name as it is; only what a name can be goes to the resolver.
  const host = url?.hostname.replace(/^\[|\]$/g, '') ?? ''
  if (url === undefined || !/^smtps?:$/.test(url.protocol) || !/^[\w.:-]+$/.test(host) || !/^\/?$/.test(url.pathname))
    throw new ConfigError('SMTP_URL must be smtps://user@host:465 or smtp://user@host:587.')
  if (url.password !== '' || url.search !== '' || url.hash !== '')
    throw new ConfigError(
      'SMTP_URL must be without password and query: SMTP_PASSWORD or SMTP_PASSWORD_FILE has the password.',
    )
  const from = needed(env, 'MAIL_FROM', 'the address that mail comes from, for SMTP_URL')
  if (!isMailAddress(from)) throw new ConfigError('MAIL_FROM must be an e-mail address, as azukari@example.co.jp.')
  const implicitTls = url.protocol === 'smtps:'
  const user = decodedUser(url)
  const mayBePlain = isLoopback(url.hostname) || flag(env, 'ALLOW_PLAIN_CONNECTIONS')
  return {
    host,
    port: url.port === '' ? (implicitTls ? 465 : 587) : Number(url.port),
    implicitTls,
    mustEncrypt: !implicitTls && !mayBePlain,
    from,
    ...(user === '' ? {} : { login: { user, password: secretOf(env, 'SMTP_PASSWORD') } }),
  }
}

/** http is usual there: what comes back is signed. */
const tsaUrlOf = (env: Env): string | undefined => {
  const text = env.TSA_URL
  if (text === undefined) return undefined
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    throw new ConfigError('TSA_URL must be an http:// or https:// address without user and password.')
  return url.href
}

const firstOfficerOf = (env: Env, production: boolean): 'operator' | 'client' => {
  const who = env.FIRST_OFFICER_BY ?? (production ? 'operator' : 'client')
  if (who !== 'operator' && who !== 'client') throw new ConfigError('FIRST_OFFICER_BY must be operator or client.')
  return who
}
const networksOf = (env: Env, name: string): string[] => {
  const networks = (env[name] ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
  if (!networks.every(isNetwork)) throw new ConfigError(`${name} must be addresses or CIDR ranges, joined by commas.`)
  return networks
}

/** One row for each KMS, with the settings that it needs. */
const kmsOf = (env: Env, production: boolean): KmsSettings => {
  const kms = env.KMS ?? 'local'
  const directory = env.KEYS_DIRECTORY ?? '.azukari/keys'
  if (kms === 'local') {
    const allowInProduction = flag(env, 'ALLOW_LOCAL_KEYS')
    if (production && !allowInProduction)
      throw new ConfigError(
        'KMS=local is for trying out: use pkcs12, aws or vault in production, or set ALLOW_LOCAL_KEYS=1.',
      )
    return { kms, directory, production, allowInProduction }
  }
  if (kms === 'pkcs12') {
    const file = needed(env, 'PKCS12_FILE', 'the .p12 file with the RSA key, for KMS=pkcs12')
    readable('PKCS12_FILE', file)
    return { kms, directory, file, password: secretOf(env, 'PKCS12_PASSWORD') }
  }
  if (kms === 'aws') {
    const region = regionOf(env, 'the region of the keys, for KMS=aws')
    const endpoint =
      env.AWS_KMS_ENDPOINT === undefined ? undefined : httpsUrlOf(env, 'AWS_KMS_ENDPOINT', env.AWS_KMS_ENDPOINT)
    return { kms, region, endpoint, deletionDays: numberOf(env, 'AWS_KMS_DELETION_DAYS', 7, 7, 30) }
  }
  if (kms === 'vault') {
    const address = httpsUrlOf(
      env,
      'VAULT_ADDR',
      needed(env, 'VAULT_ADDR', 'the address of Vault or OpenBao, for KMS=vault'),
    )
    const mount = env.VAULT_TRANSIT_MOUNT ?? 'transit'
    if (!/^[\w-]+(\/[\w-]+)*$/.test(mount)) throw new ConfigError('VAULT_TRANSIT_MOUNT must be a path, as transit.')
    const caFile = env.VAULT_CACERT
    if (caFile !== undefined && !readable('VAULT_CACERT', caFile).includes('-----BEGIN CERTIFICATE-----'))
      throw new ConfigError('VAULT_CACERT names a file without a PEM certificate.')
    const namespace = env.VAULT_NAMESPACE
    if (namespace !== undefined && !/^[\w./-]+$/.test(namespace))
      throw new ConfigError('VAULT_NAMESPACE must be a path.')
    const backupDays = numberOf(env, 'VAULT_BACKUP_DAYS', 7, 0, 30)
    return { kms, address, mount, namespace, token: secretOf(env, 'VAULT_TOKEN'), caFile, backupDays }
  }
  throw new ConfigError('KMS must be local, pkcs12, aws or vault.')
}

export const readConfig = (env: Env = process.env): Config => {
  const production = env.NODE_ENV === 'production'
  const port = numberOf(env, 'PORT', 8080, 0, 65_535)
  const host = env.HOST ?? '127.0.0.1'
  const mongodbUrl = urlOf(env, 'MONGODB_URL', 'mongodb://127.0.0.1:27017/?replicaSet=rs0', [
    'mongodb://',
    'mongodb+srv://',
  ])
  const redisUrl = plainUrlOf(env, 'REDIS_URL', 'redis://127.0.0.1:6379', ['redis://', 'rediss://'])
  const webhooksAllowLoopback = flag(env, 'WEBHOOKS_ALLOW_LOOPBACK')
  const mongodbKeysUrl = urlOf(env, 'MONGODB_KEYS_URL', mongodbUrl, ['mongodb://', 'mongodb+srv://'])
  const publicUrl = plainUrlOf(env, 'PUBLIC_URL', `http://${host}:${port}`, ['http://', 'https://']).replace(/\/$/, '')
  if (production) {
    if (webhooksAllowLoopback)
      throw new ConfigError('WEBHOOKS_ALLOW_LOOPBACK is for demo, dev and tests: not in production.')
    if (!publicUrl.startsWith('https://'))
      throw new ConfigError('PUBLIC_URL must begin with https:// in production: people get their links under it.')
    if (!flag(env, 'ALLOW_PLAIN_CONNECTIONS')) {
      mustBeEncrypted('MONGODB_URL', hasTls(mongodbUrl), 'add tls=true')
      mustBeEncrypted('MONGODB_KEYS_URL', hasTls(mongodbKeysUrl), 'add tls=true')
      mustBeEncrypted('REDIS_URL', redisUrl.startsWith('rediss://'), 'use rediss://')
    }
  }
  const databaseName = env.MONGODB_DATABASE ?? 'azukari'
  if (!/^[A-Za-z0-9_-]{1,40}$/.test(databaseName))
    throw new ConfigError('MONGODB_DATABASE may hold letters, digits, _ and -, up to 40.')
  const kms = kmsOf(env, production)
  return {
    production,
    host,
    port,
    publicUrl,
    mongodbUrl,
    mongodbKeysUrl,
    databaseName,
    redisUrl,
    redisPrefix: env.REDIS_PREFIX ?? 'azukari',
    kms,
    anchors: anchorsOf(env, production),
    smtp: smtpOf(env),
    tsaUrl: tsaUrlOf(env),
    keyCacheSeconds: numberOf(env, 'KEY_CACHE_SECONDS', 300, 2, 600),
    webhooksAllowLoopback,
    firstOfficerBy: firstOfficerOf(env, production),
    trustedProxies: networksOf(env, 'TRUSTED_PROXIES'),
    rateLimitPerMinute: numberOf(env, 'RATE_LIMIT_PER_MINUTE', 60_000, 10, 100_000_000),
    validateResponses: flag(env, 'VALIDATE_RESPONSES'),
    workerConcurrency: numberOf(env, 'WORKER_CONCURRENCY', 4, 1, 64),
    leaseSeconds: numberOf(env, 'LEASE_SECONDS', 60, 2, 600),
    erasure: erasureOf(env, production, kms.kms),
  }
}
