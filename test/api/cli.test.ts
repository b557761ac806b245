import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createAzukari } from '@azukari/sdk'
import { mongo } from 'mongoose'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commands } from '../../src/cli/commands.ts'
import type { Finding } from '../../src/cli/finding.ts'
import { parseCommand, usageOf } from '../../src/cli/parse.ts'
import { runCommand } from '../../src/cli/run.ts'
import { compose } from '../../src/compose.ts'
import { readConfig } from '../../src/config.ts'
import { emptyParts, testParts } from '../support/parts.ts'

const root = join(import.meta.dirname, '../..')
const home = mkdtempSync(join(tmpdir(), 'azukari-cli-'))
const anchorUrl = pathToFileURL(join(home, 'anchors')).href
const environment = () => ({
  ...process.env,
  MONGODB_URL: testParts().mongodbUrl,
  REDIS_URL: testParts().redisUrl,
  MONGODB_DATABASE: testParts().databaseName,
  REDIS_PREFIX: testParts().redisPrefix,
  KEYS_DIRECTORY: join(home, 'keys'),
  ANCHOR_URL: anchorUrl,
})

/** In this process, where what it does is the point… */
const azukari = async (words: string[], more: NodeJS.ProcessEnv = {}) => {
  const [out, told]: [string[], string[]] = [[], []]
  const terminal = { out: (text: string) => void out.push(text), told: (text: string) => void told.push(text) }
  const code = await runCommand(words, { ...environment(), ...more }, terminal)
  const text = out.join('')
  return { code, text, told: told.join(''), result: code === 0 ? tryJson(text) : undefined }
}

/** …and as the operator starts it, where the exit and the two streams are. */
const started = async (words: string[], more: NodeJS.ProcessEnv = {}) => {
  const child = spawn(process.execPath, [join(root, 'src/cli.ts'), ...words], { env: { ...environment(), ...more } })
  const [out, told, code] = await Promise.all([
    Array.fromAsync(child.stdout as AsyncIterable<Buffer>),
    Array.fromAsync(child.stderr as AsyncIterable<Buffer>),
    new Promise<number | null>((resolve) => child.once('exit', resolve)),
  ])
  return { code, text: Buffer.concat(out).toString('utf8'), told: Buffer.concat(told).toString('utf8') }
}
/** The service that the command is for, on what it made. */
const startApi = async (more: NodeJS.ProcessEnv = {}) => {
  const config = readConfig({ ...environment(), HOST: '127.0.0.1', PORT: '0', ...more })
  const service = await compose(config, pino({ level: 'silent' }))
  return { baseUrl: `http://127.0.0.1:${await service.listen()}`, close: service.close }
}
const tryJson = (text: string): Record<string, string> => {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}

beforeAll(emptyParts)
afterAll(() => rmSync(home, { recursive: true, force: true }))

describe('the operator’s command', () => {
  it('makes platform, organization, client and first officer, and its acts stand in the ledger as `operator`', async () => {
    const platform = (await azukari(['platform', 'create', '試験ベンダー'])).result
    const platformId = platform?.platformId ?? ''
    const made = await azukari(['organization', 'create', '--platform', platformId, '--name', '本番', '--mode', 'live'])
    const organizationId = made.result?.organizationId ?? ''
    expect(organizationId).toMatch(/^org_/)
    const client = (
      await azukari(['client', 'create', '--platform', platformId, '--name', '人事', '--organization', organizationId])
    ).result
    const staff = await azukari([
      ...['staff', 'create-officer', '--organization', organizationId, '--name', '責任 者子', '--user-id', 'j0001'],
      ...['--basis', '任命書', '--from', '2020-01-01', '--post', '部長'],
    ])
    expect(staff.result?.staffId).toMatch(/^stf_/)

    const service = await startApi()
    try {
      const { clientId = '', clientSecret = '' } = client ?? {}
      const host = createAzukari({ baseUrl: service.baseUrl, clientId, clientSecret }).for(organizationId)
      const entries = await host.ledger.listEntries({
        from: '2020-01-01T00:00:00Z',
        to: '2029-12-31T00:00:00Z',
        order: 'asc',
      })
      expect(entries.data.map(({ operation, functionName, actor }) => [operation, functionName, actor.type])).toEqual([
        ['organization', '契約法人の作成', 'operator'],
        ['settings', 'クライアント登録', 'operator'],
        ['staff', '担当者登録', 'operator'],
      ])
      // And from there on that officer appoints.
      const appointment = { role: 'handler' as const, fromOn: '2020-01-01' }
      const handler = { name: '担当 太郎', userId: 'j2', appointment }
      await expect(host.staff.create(handler)).rejects.toMatchObject({ code: 'staff_required' })
      await host.as({ staff: staff.result?.staffId ?? '' }).staff.create(handler)
    } finally {
      await service.close()
    }
  }, 120_000)

  it('in production the first officer of a live organization is appointed by nobody else', async () => {
    const platform = (await azukari(['platform', 'create', '試験'])).result
    const make = [
      'organization',
      'create',
      '--platform',
      platform?.platformId ?? '',
      '--name',
      '本番',
      '--mode',
      'live',
    ]
    const organizationId = (await azukari(make)).result?.organizationId ?? ''
    const service = await startApi({ FIRST_OFFICER_BY: 'operator' })
    try {
      const { clientId = '', clientSecret = '' } = platform ?? {}
      const host = createAzukari({ baseUrl: service.baseUrl, clientId, clientSecret }).for(organizationId)
      const officer = { name: '誰か', userId: 'x', appointment: { role: 'officer' as const, fromOn: '2020-01-01' } }
      await expect(host.staff.create(officer)).rejects.toMatchObject({ code: 'staff_required' })
    } finally {
      await service.close()
    }
  }, 120_000)

  it('says what it did not understand, and what there is, with exit 2; what does not exist, with exit 1', async () => {
    for (const words of [[], ['nothing'], ['platform', 'create'], ['staff', 'create-officer', '--x', '1']]) {
      const { code, told, text } = await started(words)
      expect([code, text]).toEqual([2, ''])
      expect(told).toContain('azukari platform create NAME')
    }
    const absent = [
      'staff',
      'create-officer',
      '--organization',
      'org_x',
      '--name',
      'a',
      '--user-id',
      'b',
      '--basis',
      'c',
    ]
    expect((await started(absent)).code).toBe(1)
    expect(() => parseCommand(commands, ['organization', 'create', '--platform', 'p', '--name', 'n'])).toThrow('--mode')
    for (const words of [['--help'], ['-h'], ['help'], ['platform', 'create', '--help']])
      expect(await azukari(words)).toMatchObject({ code: 0, text: `${usageOf(commands)}\n`, told: '' })
    expect(usageOf(commands).split('azukari ').length).toBe(commands.length + 1)
  }, 60_000)

  it('doctor looks at every part, names what must be mended and what to do, and shows no secret', async () => {
    const { code, text } = await azukari(['doctor', '--format', 'json'])
    const findings = JSON.parse(text) as { check: string; state: string; todo?: string }[]
    const stateOf = (check: string) => findings.find((finding) => finding.check === check)?.state
    expect(stateOf('MONGODB_URL: replica set')).toBe('ok')
    expect(stateOf('Redis: maxmemory-policy')).toBe('ok')
    expect(stateOf('Redis: appendfsync')).toBe('ok')
    expect(stateOf('clock against MONGODB_URL')).toBe('ok')
    expect(stateOf('KMS (local)')).toBe('warning')
    expect(stateOf('KEYS_DIRECTORY: mode')).toBe('ok')
    expect(stateOf('ANCHOR_URL: reachable')).toBe('ok')
    for (const what of ['TLS', 'disk', 'encryption at rest', 'members'])
      expect(stateOf(`MONGODB_URL: ${what}`), what).toMatch(/^(ok|warning|failure)$/)
    expect(stateOf('Redis: appendonly')).toBe('ok')
    expect(findings.every(({ state, todo }) => state === 'ok' || (todo ?? '').length > 10)).toBe(true)
    expect(code).toBe(findings.some(({ state }) => state === 'failure') ? 1 : 0)
  }, 60_000)

  it('doctor looks at the list of disposals, and says why it cannot be used', async () => {
    const anchorsOf = async (more: NodeJS.ProcessEnv = {}) =>
      (JSON.parse((await azukari(['doctor', '--format', 'json'], more)).text) as Finding[]).filter(({ check }) =>
        check.startsWith('ANCHOR_URL'),
      )
    writeFileSync(join(home, 'a-file'), '')
    expect(await anchorsOf({ ANCHOR_URL: pathToFileURL(join(home, 'a-file')).href })).toMatchObject([
      {
        check: 'ANCHOR_URL: reachable and writable',
        state: 'failure',
        found: expect.stringContaining('the folder cannot be used'),
      },
    ])
    expect(await anchorsOf()).toMatchObject([{ check: 'ANCHOR_URL: reachable', state: 'ok' }])
  }, 60_000)

  it('doctor exits 1 when Redis or MongoDB cannot be reached, and its lines quote no password', async () => {
    const dead = {
      REDIS_URL: 'redis://:s3cret@127.0.0.1:1',
      MONGODB_URL: 'mongodb://u:s3cret@127.0.0.1:1/?serverSelectionTimeoutMS=500',
    }
    const { code, text, told } = await started(['doctor'], dead)
    expect(code).toBe(1)
    expect(text).toContain('FAILURE Redis: reachable')
    expect(text).toContain('FAILURE MONGODB_URL: reachable')
    expect(text + told).not.toContain('s3cret')
  }, 60_000)

  it('what it does to the whole service stands in every platform’s own record, as `operator`, also when it was refused', async () => {
    const platforms = await Promise.all(
      ['甲', '乙'].map(async (name) => (await azukari(['platform', 'create', name])).result?.platformId ?? ''),
    )
    const acts: [string[], number][] = [
      [['keys', 'rotate', 'token'], 0],
      [['vault', 'rotate'], 0],
      [['formats', 'renew'], 0],
      [['epoch', 'start'], 0],
      // Nothing was re-wrapped yet, so no backup can hold it.
      [['epoch', 'confirm', 'epc_01JZ0000000000000000000000', '2026-01-01T00:00:00Z'], 1],
    ]
    for (const [words, code] of acts) expect((await azukari(words)).code, words.join(' ')).toBe(code)
    const client = await new mongo.MongoClient(testParts().mongodbUrl).connect()
    try {
      for (const organizationId of platforms) {
        const rows = await client
          .db(testParts().databaseName)
          .collection('ledger_entries')
          .find({ organizationId, operation: 'renew_keys' })
          .sort({ recordedAt: 1, _id: 1 })
          .toArray()
        expect(rows.every(({ actor, unsealed }) => actor.type === 'operator' && unsealed === true)).toBe(true)
        expect(rows.map(({ functionName, outcome, refusal }) => [functionName, outcome, refusal])).toEqual([
          ...['トークン署名鍵の更新', '暗号化受付鍵の更新', '保存形式の更新', '鍵の世代交代'].flatMap((name) => [
            [`${name}の開始`, 'done', undefined],
            [name, 'done', undefined],
          ]),
          ['鍵の控えの確認の開始', 'done', undefined],
          ['鍵の控えの確認', 'refused', 'not_found'],
        ])
      }
    } finally {
      await client.close()
    }
  }, 120_000)

  it('a clock that stood still too long is confirmed by it', async () => {
    const client = await new mongo.MongoClient(testParts().mongodbUrl).connect()
    try {
      const heartbeat = client.db(testParts().databaseName).collection<{ _id: string; at: Date }>('heartbeat')
      const old = new Date(Date.now() - 30 * 86_400_000)
      await heartbeat.updateOne({ _id: 'clock' }, { $set: { at: old } }, { upsert: true })
      expect((await azukari(['clock', 'confirm'])).code).toBe(0)
      expect((await heartbeat.findOne({ _id: 'clock' }))?.at.getTime()).toBeGreaterThan(Date.now() - 60_000)
    } finally {
      await client.close()
    }
  }, 60_000)
})
