import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startLonelyMongo } from '../support/own-parts.ts'
import { testParts } from '../support/parts.ts'
import { inFlight } from '../support/processes.ts'

const main = join(import.meta.dirname, '../../src/main.ts')
const keysDirectory = mkdtempSync(join(tmpdir(), 'azukari-start-'))
let lonely: Awaited<ReturnType<typeof startLonelyMongo>>
afterAll(async () => {
  await lonely.remove()
  rmSync(keysDirectory, { recursive: true, force: true })
})

type End = { code: number | null; stdout: string; stderr: string; seconds: number }
const startWith = (settings: Record<string, string>): Promise<End> => {
  const { mongodbUrl, redisUrl, databaseName, redisPrefix } = testParts()
  const env = {
    ...process.env,
    MONGODB_URL: mongodbUrl,
    REDIS_URL: redisUrl,
    MONGODB_DATABASE: databaseName,
    REDIS_PREFIX: redisPrefix,
    KEYS_DIRECTORY: keysDirectory,
    PORT: '0',
    ...settings,
  }
  const began = performance.now()
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [main], { env, timeout: 25_000 }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr, seconds: (performance.now() - began) / 1000 }),
    )
  })
}

// Nobody listens on port 1 of the loopback.
const password = 'himitsu-no-kotoba'
const login = `yosoku:${password}@`

const cases = [
  [
    'MongoDB that does not run',
    { MONGODB_URL: `mongodb://${login}127.0.0.1:1/?replicaSet=rs0` },
    /MongoDB \(MONGODB_URL\)/,
  ],
  ['MongoDB for keys that does not run', { MONGODB_KEYS_URL: `mongodb://${login}127.0.0.1:1/` }, /MONGODB_KEYS_URL/],
  ['MongoDB without a replica set', { MONGODB_URL: () => `mongodb://${lonely.host}/` }, /is not a replica set/],
  [
    'MongoDB of another replica set',
    { MONGODB_URL: () => `mongodb://${lonely.host}/?replicaSet=rs0` },
    /MongoDB \(MONGODB_URL\) .*is not a replica set/,
  ],
  ['Redis that does not run', { REDIS_URL: `redis://:${password}@127.0.0.1:1` }, /Redis \(REDIS_URL\)/],
  ['a URL of Redis that is none', { REDIS_URL: `redis://:${password}@127.0.0.1:99999` }, /REDIS_URL is not a URL/],
  ['a URL of MongoDB that is none', { MONGODB_URL: `mongodb://${login}@@127.0.0.1:1` }, /MongoDB \(MONGODB_URL\)/],
] as const
const settingsOf = (wrong: (typeof cases)[number][1]): Record<string, string> =>
  Object.fromEntries(Object.entries(wrong).map(([name, value]) => [name, typeof value === 'string' ? value : value()]))

const ends = new Map<string, End>()
// Three at a time: most of each is waiting for a server that does not come.
beforeAll(async () => {
  lonely = await startLonelyMongo()
  await inFlight(3, cases, async ([what, wrong]) => ends.set(what, await startWith(settingsOf(wrong))))
})

describe('a part that is missing at start', () => {
  it.each(cases)('%s is one clear line and exit 1, without a stack and without a password', (what, _, line) => {
    const end = ends.get(what)
    expect(end?.stdout).toBe('')
    expect(end?.stderr).toMatch(line)
    expect(end?.stderr).toMatch(/^azukari: [^\n]+\n$/)
    expect(end?.stderr).not.toMatch(new RegExp(`${password}|yosoku|node_modules`))
    expect(end?.code).toBe(1)
    // The driver looks for a server for five seconds.
    expect(end?.seconds).toBeLessThan(40)
  })
})
