import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf, run } from '../scripts/parts/run.ts'
import { runChild, runProgram } from './child.ts'
import type { Measured } from './ratio.ts'

/**
 * MongoDB's client-side encryption to compare with, found or fetched into the cache folder: the Node addon where its
 * prebuilt binary can be downloaded (its install script does that, so it runs in that folder only), else the wheels of
 * pymongo, which bring the same library, libmongocrypt.
 */
export type ClientSideEncryption = { name: string; folder: string; language: 'node' | 'python' }

const cache = join(import.meta.dirname, '../.cache')
const addon = { 'mongodb-client-encryption': '7.2.1', mongodb: '7.8.0' }
const wheels = ['pymongo[encryption]==4.20.1', 'pymongocrypt==1.21.2']

type Step = (folder: string) => Promise<unknown>
type Way = ClientSideEncryption & { fetch: Step; prove: Step }

const ways: readonly Way[] = [
  {
    name: `mongodb-client-encryption ${addon['mongodb-client-encryption']} (Node)`,
    folder: join(cache, 'mongodb-client-encryption'),
    language: 'node',
    fetch: async (folder) => {
      writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: addon }))
      const npm = [
        'install',
        '--prefix',
        folder,
        '--ignore-scripts=false',
        '--no-audit',
        '--no-fund',
        '--workspaces=false',
      ]
      await run('npm', npm, { seconds: 60 }).catch(() => {
        throw new Error('its prebuilt binary cannot be downloaded, and it does not compile here')
      })
    },
    prove: (folder) =>
      run(process.execPath, [
        '-e',
        `require(${JSON.stringify(join(folder, 'node_modules/mongodb-client-encryption'))})`,
      ]),
  },
  {
    name: 'pymongo[encryption] 4.20.1 (Python)',
    folder: join(cache, 'pymongo-encryption'),
    language: 'python',
    fetch: (folder) =>
      run('python3', ['-m', 'pip', 'install', '--quiet', '--only-binary=:all:', '--target', folder, ...wheels], {
        seconds: 120,
      }),
    prove: (folder) =>
      run('python3', [
        '-c',
        `import sys; sys.path.insert(0, ${JSON.stringify(folder)}); import pymongocrypt.mongocrypt`,
      ]),
  },
]

/** What is there is taken before anything is fetched; half an installation is never seen. */
const fetched = async ({ folder, fetch, prove }: Way): Promise<void> => {
  mkdirSync(cache, { recursive: true })
  const fresh = mkdtempSync(join(cache, 'fetching-'))
  try {
    await fetch(fresh)
    await prove(fresh)
    rmSync(folder, { recursive: true, force: true })
    renameSync(fresh, folder)
  } finally {
    rmSync(fresh, { recursive: true, force: true })
  }
}

type Run = { mongodbUrl: string; keyVault: string; masterKey: string; count: number; warmUp: number; logFile: string }

/** In a fresh process of its language. */
export const runClientSideEncryption = async (
  { language, folder }: ClientSideEncryption,
  { logFile, ...input }: Run,
): Promise<Measured> => {
  const script = (file: string): string => join(import.meta.dirname, 'baselines', file)
  const result =
    language === 'node'
      ? await runChild('bench/baselines/client-side-encryption.ts', { ...input, folder }, { logFile })
      : await runProgram('python3', [script('client_side_encryption.py')], input, {
          logFile,
          env: { PYTHONPATH: folder },
        })
  return result as Measured
}

export const findClientSideEncryption = async (log: (line: string) => void): Promise<ClientSideEncryption> => {
  for (const way of ways) if (existsSync(way.folder) && (await way.prove(way.folder).then(yes, no))) return way
  const reasons: string[] = []
  for (const way of ways) {
    log(`${way.name} …`)
    try {
      await fetched(way)
      return way
    } catch (error) {
      reasons.push(`${way.name}: ${messageOf(error)}`)
      log(reasons.at(-1) ?? '')
    }
  }
  throw new Error(`MongoDB’s client-side encryption cannot be had here (${reasons.join('; ')})`)
}

const yes = (): boolean => true
const no = (): boolean => false
