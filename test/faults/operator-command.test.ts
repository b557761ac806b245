import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { secretsAtRest } from '../../src/core/shared/secrets-at-rest.ts'
import { emptyParts, testParts } from '../support/parts.ts'

const cli = join(import.meta.dirname, '../../src/cli.ts')
const keysDirectory = mkdtempSync(join(tmpdir(), 'azukari-cli-'))
afterAll(() => rmSync(keysDirectory, { recursive: true, force: true }))

const run = (...words: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> => {
  const { mongodbUrl, redisUrl, databaseName, redisPrefix } = testParts()
  const env = {
    ...process.env,
    MONGODB_URL: mongodbUrl,
    REDIS_URL: redisUrl,
    MONGODB_DATABASE: databaseName,
    REDIS_PREFIX: redisPrefix,
    KEYS_DIRECTORY: keysDirectory,
    ANCHOR_URL: pathToFileURL(join(keysDirectory, 'anchors')).href,
  }
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [cli, ...words], { env, timeout: 60_000 }, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    )
  })
}

describe('the operator’s command', () => {
  it('makes a platform, and writes older formats anew, each as one line of JSON', async () => {
    await emptyParts()
    const platform = await run('platform', 'create', '試験ベンダー')
    expect([platform.code, platform.stderr]).toEqual([0, ''])
    expect(JSON.parse(platform.stdout)).toMatchObject({ platformId: expect.stringMatching(/^plt_/) })
    const formats = await run('formats', 'renew')
    expect([formats.code, formats.stderr]).toEqual([0, ''])
    const results = JSON.parse(formats.stdout) as { area: string; renewed: number; done: boolean }[]
    expect(results.length).toBe(1 + secretsAtRest.filter(({ protection }) => protection === 'field_key').length)
    expect(results.every(({ renewed, done }) => renewed === 0 && done)).toBe(true)
  }, 120_000)

  it.each([[[]], [['formats']], [['formats', 'renew', 'now']], [['platform', 'create']]])(
    'says what there is when asked for %j',
    async (words) => {
      const { code, stderr, stdout } = await run(...words)
      expect([code, stdout]).toEqual([2, ''])
      expect(stderr).toMatch(/platform create NAME[\s\S]*formats renew/)
    },
    60_000,
  )
})
