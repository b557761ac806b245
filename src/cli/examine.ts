import { access, constants, stat, statfs } from 'node:fs/promises'
import { Redis } from 'ioredis'
import { createAnchorStore } from '../adapters/anchors/choose.ts'
import { createKekProvider } from '../adapters/kms/choose.ts'
import { type Config, hasTls } from '../config.ts'
import { createAnchors } from '../core/anchors/anchors.ts'
import { createKeys, type Keys } from '../core/keys/keys.ts'
import { systemClock } from '../core/shared/clock.ts'
import { createDatabase, type Database } from '../core/shared/database.ts'
import { witnessFindings } from './examine-witnesses.ts'
import { causeOf, type Finding, failure, named, ok, skew, warning } from './finding.ts'

const giB = 1024 ** 3

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
const commandOf = (db: Database, words: Record<string, unknown>) => db.command(words, 'admin')

const encryptionAtRest = async (db: Database, check: string): Promise<Finding> => {
  const todo =
    'It cannot be seen from here whether the disk is encrypted: see to it (LUKS, EBS, …). Numbers are encrypted by the service in any case; user ids, codes and times are not.'
  const options = await commandOf(db, { getCmdLineOpts: 1 }).catch(() => ({}))
  const security = 'parsed' in options && isRecord(options.parsed) ? options.parsed.security : undefined
  return isRecord(security) && security.enableEncryption === true
    ? ok(check, 'the storage engine encrypts')
    : warning(check, 'the storage engine does not encrypt, or does not say', todo)
}

const mongo = async (name: string, url: string, db: Database): Promise<Finding[]> => {
  const at = (what: string): string => `${name}: ${what}`
  try {
    await db.connect()
  } catch (error) {
    return [failure(at('reachable'), named(error), `Start it, and look at ${name}.`)]
  }
  const hello = await commandOf(db, { hello: 1 })
  const members = Array.isArray(hello.hosts) ? hello.hosts.length : 0
  const sharded = hello.msg === 'isdbgrid'
  const { version } = await commandOf(db, { buildInfo: 1 })
  const major = Number(String(version).split('.')[0])
  // Of `admin`, which is always there: a database that nothing was written to yet knows no disk.
  const stats = await commandOf(db, { dbStats: 1 })
  const [used, total] = [Number(stats.fsUsedSize), Number(stats.fsTotalSize)]
  const free = total - used
  const localTime = hello.localTime instanceof Date ? hello.localTime : undefined
  return [
    typeof hello.setName === 'string' || sharded
      ? ok(at('replica set'), sharded ? 'behind mongos' : `${hello.setName}, ${members} member(s)`)
      : failure(
          at('replica set'),
          'a server alone',
          'Start mongod with --replSet and run rs.initiate(): transactions need it.',
        ),
    ...(members === 1
      ? [warning(at('members'), 'one', 'Three members survive the loss of one: with one, a lost disk is a lost vault.')]
      : []),
    major >= 7 && major <= 8
      ? ok(at('version'), String(version))
      : warning(at('version'), String(version), '7.0 and 8.0 are supported; 6.0 runs, past its end of life.'),
    hasTls(url)
      ? ok(at('TLS'), 'on')
      : warning(at('TLS'), 'off', `Add tls=true to ${name}; without it only loopback or a trusted network will do.`),
    Number.isFinite(free) && free < 2 * giB
      ? failure(at('disk'), `${(free / giB).toFixed(1)} GiB free`, 'Make room: a full disk stops every write.')
      : ok(at('disk'), Number.isFinite(free) ? `${(free / giB).toFixed(1)} GiB free` : 'not told'),
    await encryptionAtRest(db, at('encryption at rest')),
    skew(name, localTime),
  ]
}

const redisSetting = async (redis: Redis, name: string): Promise<string | undefined> => {
  const answer: unknown = await redis.config('GET', name).catch(() => undefined)
  return Array.isArray(answer) && typeof answer[1] === 'string' ? answer[1] : undefined
}
const mustBe = async (redis: Redis, name: string, wanted: string, why: string): Promise<Finding> => {
  const found = await redisSetting(redis, name)
  if (found === wanted) return ok(`Redis: ${name}`, found)
  if (found === undefined)
    return warning(`Redis: ${name}`, 'it does not tell (CONFIG is closed)', `See that it is ${wanted}: ${why}`)
  return failure(`Redis: ${name}`, found, `Set ${name} to ${wanted}: ${why}`)
}

const redisFindings = async (url: string): Promise<Finding[]> => {
  const redis = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    connectTimeout: 3000,
    retryStrategy: () => null,
  })
  redis.on('error', () => undefined)
  try {
    await redis.connect()
    const [seconds] = await redis.time()
    return [
      await mustBe(
        redis,
        'maxmemory-policy',
        'noeviction',
        'an evicted job is found again only by the sweep, an evicted budget only by a recount.',
      ),
      await mustBe(redis, 'appendonly', 'yes', 'a restart then keeps budgets and queues.'),
      await mustBe(redis, 'appendfsync', 'always', 'a crash then loses nothing.'),
      url.startsWith('rediss://')
        ? ok('Redis: TLS', 'on')
        : warning('Redis: TLS', 'off', 'Use rediss://; without it only loopback or a trusted network will do.'),
      skew('Redis', new Date(Number(seconds) * 1000)),
    ]
  } catch (error) {
    return [failure('Redis: reachable', named(error), 'Start it, and look at REDIS_URL.')]
  } finally {
    redis.disconnect()
  }
}

/** ANCHOR_URL: the list of disposals outside the databases. */
const anchorFindings = async (config: Config, db: Database, keysDb: Database, keys: Keys): Promise<Finding[]> => {
  const at = (what: string): string => `ANCHOR_URL: ${what}`
  try {
    const store = await createAnchorStore(config.anchors)
    const newest = await createAnchors({ store, db, keysDb, keys, clock: systemClock }).examine()
    if (newest === undefined) {
      if (config.anchors.store === 'folder') await access(config.anchors.directory, constants.W_OK)
      return [ok(at('reachable'), 'there, and nothing was entered yet')]
    }
    return [
      ok(at('reachable'), 'there'),
      ok(at('writable'), 'it takes records'),
      newest.verifies
        ? ok(at('newest record'), 'its signature verifies')
        : failure(
            at('newest record'),
            `${newest.name} does not verify`,
            'Somebody wrote or changed it, or the key database is another one: put the genuine record back.',
          ),
    ]
  } catch (error) {
    return [
      failure(
        at('reachable and writable'),
        causeOf(error),
        'Without the list nothing is disposed of: mount the volume, or allow list, get and put in the bucket.',
      ),
    ]
  }
}

const kmsFindings = async (config: Config, db: Database, keysDb: Database): Promise<Finding[]> => {
  const check = `KMS (${config.kms.kms})`
  const anchors: Finding[] = []
  try {
    await keysDb.prepare()
    const keys = createKeys({ db: keysDb, provider: await createKekProvider(config.kms), clock: systemClock })
    try {
      await keys.prepare()
      anchors.push(...(await anchorFindings(config, db, keysDb, keys)))
    } finally {
      keys.close()
    }
  } catch (error) {
    return [failure(check, named(error), 'Look at the KMS settings: a key must wrap and unwrap.')]
  }
  return [...(await keyFindings(config, check)), ...anchors]
}

const keyFindings = async (config: Config, check: string): Promise<Finding[]> => {
  if (config.kms.kms !== 'local' && config.kms.kms !== 'pkcs12') return [ok(check, 'a key was wrapped and unwrapped')]
  const { directory } = config.kms
  const [{ mode }, space] = await Promise.all([stat(directory), statfs(directory)])
  const free = space.bavail * space.bsize
  return [
    config.kms.kms === 'local'
      ? warning(check, 'keys in files', 'For trying out. In production use pkcs12, aws or vault.')
      : ok(check, 'a key was wrapped and unwrapped'),
    (mode & 0o077) === 0
      ? ok('KEYS_DIRECTORY: mode', 'for its owner only')
      : failure(
          'KEYS_DIRECTORY: mode',
          (mode & 0o777).toString(8),
          `chmod 700 ${directory}: others must not read keys.`,
        ),
    free < 0.1 * giB
      ? failure('KEYS_DIRECTORY: disk', `${(free / giB).toFixed(2)} GiB free`, 'Make room: a renewal writes a key.')
      : ok('KEYS_DIRECTORY: disk', `${(free / giB).toFixed(1)} GiB free`),
  ]
}

const outside = ({ publicUrl, production }: Config): Finding =>
  publicUrl.startsWith('https://')
    ? ok('PUBLIC_URL: TLS', 'https')
    : (production ? failure : warning)('PUBLIC_URL: TLS', 'http', 'People get their links under it: put TLS before it.')

export const examine = async (config: Config): Promise<Finding[]> => {
  const db = createDatabase({ url: config.mongodbUrl, name: config.databaseName, joinsTransactions: true })
  const keysDb = createDatabase({
    url: config.mongodbKeysUrl,
    name: `${config.databaseName}_keys`,
    joinsTransactions: false,
  })
  try {
    // At once: what cannot be reached is waited for once, not one after the other.
    const [data, keys, redis, witnesses] = await Promise.all([
      mongo('MONGODB_URL', config.mongodbUrl, db),
      mongo('MONGODB_KEYS_URL', config.mongodbKeysUrl, keysDb),
      redisFindings(config.redisUrl),
      witnessFindings(config),
    ])
    const reachable = !keys.some(({ check, state }) => check.endsWith('reachable') && state === 'failure')
    return [
      ...data,
      ...keys,
      ...redis,
      ...(reachable
        ? await kmsFindings(config, db, keysDb)
        : [warning('KMS, ANCHOR_URL', 'not tried', 'They are tried when the key database can be reached.')]),
      ...witnesses,
      outside(config),
    ]
  } finally {
    await Promise.all([db.close(), keysDb.close()])
  }
}
