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
  keysDirectory: string
  webhooksAllowLoopback: boolean
  validateResponses: boolean
  workerConcurrency: number
}

export class ConfigError extends Error {}

type Env = Record<string, string | undefined>

const urlOf = (env: Env, name: string, fallback: string, protocols: readonly string[]): string => {
  const text = env[name] ?? fallback
  const protocol = protocols.find((known) => text.startsWith(known))
  if (protocol === undefined) throw new ConfigError(`${name} must begin with ${protocols.join(' or ')}.`)
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

export const readConfig = (env: Env = process.env): Config => {
  const production = env.NODE_ENV === 'production'
  const port = numberOf(env, 'PORT', 8080, 0, 65_535)
  const host = env.HOST ?? '127.0.0.1'
  const mongodbUrl = urlOf(env, 'MONGODB_URL', 'mongodb://127.0.0.1:27017/?replicaSet=rs0', [
    'mongodb://',
    'mongodb+srv://',
  ])
  const redisUrl = urlOf(env, 'REDIS_URL', 'redis://127.0.0.1:6379', ['redis://', 'rediss://'])
  const webhooksAllowLoopback = flag(env, 'WEBHOOKS_ALLOW_LOOPBACK')
  if (production) {
    if (webhooksAllowLoopback)
      throw new ConfigError('WEBHOOKS_ALLOW_LOOPBACK is for demo, dev and tests: not in production.')
    if (!flag(env, 'ALLOW_PLAIN_CONNECTIONS')) {
      const encrypted = mongodbUrl.startsWith('mongodb+srv://') || /[?&](tls|ssl)=true/.test(mongodbUrl)
      if (!encrypted)
        throw new ConfigError(
          'MONGODB_URL is without TLS: add tls=true, or set ALLOW_PLAIN_CONNECTIONS=1 where the network is trusted.',
        )
      if (!redisUrl.startsWith('rediss://'))
        throw new ConfigError(
          'REDIS_URL is without TLS: use rediss://, or set ALLOW_PLAIN_CONNECTIONS=1 where the network is trusted.',
        )
    }
    if (!flag(env, 'ALLOW_LOCAL_KEYS'))
      throw new ConfigError('Local key files are for trying out: set ALLOW_LOCAL_KEYS=1 to use them in production.')
  }
  const databaseName = env.MONGODB_DATABASE ?? 'azukari'
  if (!/^[A-Za-z0-9_-]{1,40}$/.test(databaseName))
    throw new ConfigError('MONGODB_DATABASE may hold letters, digits, _ and -, up to 40.')
  return {
    production,
    host,
    port,
    publicUrl: urlOf(env, 'PUBLIC_URL', `http://${host}:${port}`, ['http://', 'https://']).replace(/\/$/, ''),
    mongodbUrl,
    mongodbKeysUrl: urlOf(env, 'MONGODB_KEYS_URL', mongodbUrl, ['mongodb://', 'mongodb+srv://']),
    databaseName,
    redisUrl,
    redisPrefix: env.REDIS_PREFIX ?? 'azukari',
    keysDirectory: env.KEYS_DIRECTORY ?? '.azukari/keys',
    webhooksAllowLoopback,
    validateResponses: flag(env, 'VALIDATE_RESPONSES'),
    workerConcurrency: numberOf(env, 'WORKER_CONCURRENCY', 4, 1, 64),
  }
}
