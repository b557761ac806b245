import { spawn } from 'node:child_process'
import { createWriteStream, mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'

/** Starts the service as its own process, as an operator would, and makes a first platform by the operator's command. */
const root = join(import.meta.dirname, '..')

export type Settings = {
  mongodbUrl: string
  redisUrl: string
  databaseName: string
  redisPrefix: string
  keysDirectory: string
  anchorUrl: string
  port: number
  logFile: string
}

/** An erasure epoch in seconds: the demo's data are nobody's, and nobody restores them. Only local keys allow it. */
const quickErasure = (): NodeJS.ProcessEnv => ({
  KEY_CACHE_SECONDS: '5',
  ERASURE_KEEP_OLD_KEYS_SECONDS: '0',
  ...((process.env.KMS ?? 'local') === 'local' ? { ERASURE_BACKUPS: 'test' } : {}),
})

const environmentOf = (settings: Settings): NodeJS.ProcessEnv => ({
  ...quickErasure(),
  ...process.env,
  MONGODB_URL: settings.mongodbUrl,
  REDIS_URL: settings.redisUrl,
  MONGODB_DATABASE: settings.databaseName,
  REDIS_PREFIX: settings.redisPrefix,
  KEYS_DIRECTORY: settings.keysDirectory,
  ANCHOR_URL: settings.anchorUrl,
  HOST: '127.0.0.1',
  PORT: String(settings.port),
  WEBHOOKS_ALLOW_LOOPBACK: '1',
})

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })

/** `parts`: what `src/main.ts` starts. Resolves when it is ready; its log goes to the file. */
export const startService = async (settings: Settings, parts: readonly string[] = []) => {
  mkdirSync(dirname(settings.logFile), { recursive: true })
  const log = createWriteStream(settings.logFile, { flags: 'a' })
  const child = spawn(process.execPath, [join(root, 'src/main.ts'), ...parts], {
    env: environmentOf(settings),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let tail = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      tail = (tail + chunk.toString('utf8')).slice(-2000)
      log.write(chunk)
    })
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve())
    child.once('exit', (code) => reject(new Error(`The service ended with ${code} before it was ready.\n${tail}`)))
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), 15_000)
    await ended
    clearTimeout(timer)
    log.end()
  }
  return { baseUrl: `http://127.0.0.1:${settings.port}`, child, stop, ended }
}

export type Platform = { platformId: string; clientId: string; clientSecret: string }

export const createPlatform = async (settings: Settings, name: string): Promise<Platform> => {
  const child = spawn(process.execPath, [join(root, 'src/cli.ts'), 'platform', 'create', name], {
    env: environmentOf(settings),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const output = await Array.fromAsync(child.stdout as AsyncIterable<Buffer>)
  const code = child.exitCode ?? (await new Promise<number | null>((resolve) => child.once('exit', resolve)))
  if (code !== 0) throw new Error('The operator’s command could not create a platform.')
  return JSON.parse(Buffer.concat(output).toString('utf8')) as Platform
}
