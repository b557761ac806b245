import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAzukari } from '@azukari/sdk'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { UsageError } from '../../src/cli/command.ts'
import { commands } from '../../src/cli/commands.ts'
import { parseCommand } from '../../src/cli/parse.ts'
import { type AzukariService, compose } from '../../src/compose.ts'
import { type Config, readConfig } from '../../src/config.ts'
import { scopes } from '../../src/core/access/access.ts'
import { systemClock } from '../../src/core/shared/clock.ts'
import { fixtureNumber } from '../support/fixture-number.ts'
import { emptyParts, testParts } from '../support/parts.ts'
import { refusalOf, until } from '../support/processes.ts'
import { makeEmployee, makeOrganization, type TestOrganization } from '../support/service.ts'

/** 鍵の世代交代 over HTTP, driven by the running service's own worker, and by the operator's command. */
let service: AzukariService
let config: Config
let vendor: ReturnType<typeof createAzukari>
let start: (more: Record<string, string>) => Promise<AzukariService>
let platformId: string
let credentials: { clientId: string; clientSecret: string }
let org: TestOrganization
let other: TestOrganization
const home = mkdtempSync(join(tmpdir(), 'azukari-epochs-'))

/** An epoch waits for caches four times: the clock of the service and of the command is moved over each wait. */
let aheadMs = 0
const untilIs = (id: string, wanted: string): Promise<void> =>
  until(
    `an epoch that is ${wanted}`,
    async () => {
      const { state, notBefore } = await service.core.erasure.get(id)
      if (state === wanted) return true
      aheadMs += Math.max(0, notBefore.getTime() - systemClock.now().getTime())
      return false
    },
    60,
  )

beforeAll(async () => {
  vi.spyOn(systemClock, 'now').mockImplementation(() => new Date(Date.now() + aheadMs))
  await emptyParts()
  const { mongodbUrl, redisUrl, databaseName, redisPrefix } = testParts()
  const environment = {
    MONGODB_URL: mongodbUrl,
    REDIS_URL: redisUrl,
    MONGODB_DATABASE: databaseName,
    REDIS_PREFIX: redisPrefix,
    KEYS_DIRECTORY: join(home, 'keys'),
    PORT: '0',
    PUBLIC_URL: 'https://azukari.test',
    VALIDATE_RESPONSES: '1',
    ERASURE_KEEP_OLD_KEYS_SECONDS: '0',
    KEY_CACHE_SECONDS: '5',
  }
  const configOf = (more: Record<string, string>): Config => readConfig({ ...environment, ...more })
  start = (more) => compose(configOf(more), pino({ level: 'silent' }))
  config = configOf({})
  service = await start({})
  await service.startWorker()
  const baseUrl = `http://127.0.0.1:${await service.listen()}`
  platformId = await service.core.organizations.createPlatform('試験ベンダー')
  const client = await service.core.access.createClient(
    { platformId, requestId: 'test', at: new Date() },
    { name: '試験', scopes: [...scopes] },
  )
  credentials = { clientId: client._id, clientSecret: client.secret }
  vendor = createAzukari({ baseUrl, ...credentials, maxRetries: 0 })
  org = await makeOrganization({ vendor })
  other = await makeOrganization({ vendor })
})
afterAll(async () => {
  vi.restoreAllMocks()
  await service.close()
  rmSync(home, { recursive: true, force: true })
})

/** As `azukari …` does it, in this process. */
const command = async (...words: string[]): Promise<Record<string, unknown>[]> => {
  const { command: found, values } = parseCommand(commands, words)
  const { lines = [], result } = await found.run(config, values)
  return [...lines, ...(result === undefined ? [] : [JSON.stringify(result)])].map((line) => JSON.parse(line))
}

describe('an erasure epoch over HTTP', () => {
  it('begins on demand, waits for a backup, and makes the certificate final, for the platform; others see their own part', async () => {
    const [leaver, stays] = [await makeEmployee(org), await makeEmployee(org)]
    for (const [i, { id }] of [leaver, stays].entries())
      await org.handler.does.numbers.register(id, { number: fixtureNumber(i + 1) })
    await org.client.subjects.createEmploymentEvent(leaver.id, { kind: 'retired', on: '2026-03-31' })
    await org.client.testClock.set({ now: '2045-01-01T00:00:00.000Z' })
    const disposal = await org.officer.does.disposals.create({ subjectIds: [leaver.id] })
    await org.client.jobs.wait(disposal.jobId)

    const once = { idempotencyKey: 'begin-1' }
    const begun = await vendor.erasureEpochs.create(once)
    expect(begun).toMatchObject({ state: 'announcing', startedBy: 'platform', alarms: [] })
    expect((await vendor.erasureEpochs.create(once)).id).toBe(begun.id)
    expect(await refusalOf(vendor.erasureEpochs.create())).toMatchObject({ status: 409, code: 'conflict' })
    expect(await refusalOf(org.client.erasureEpochs.create())).toMatchObject({ status: 403, code: 'not_permitted' })

    await untilIs(begun.id, 'awaiting_backup')
    const waiting = await vendor.erasureEpochs.get(begun.id)
    const early = { backupTakenAt: begun.startedAt }
    expect(await refusalOf(vendor.erasureEpochs.confirmBackup(begun.id, early))).toMatchObject({
      status: 409,
      code: 'too_early',
    })
    const now = { backupTakenAt: systemClock.now().toISOString() }
    expect(await refusalOf(org.client.erasureEpochs.confirmBackup(begun.id, now))).toMatchObject({ status: 403 })
    const shown = await org.client.erasureEpochs.get(begun.id)
    expect(shown).toMatchObject({ progress: { done: 1, total: 1 }, certificates: 0 })
    expect(waiting.progress.done).toBeGreaterThanOrEqual(1)
    expect((await other.client.erasureEpochs.list({}).toArray({ limit: 10 }))[0]?.progress).toEqual({
      done: 0,
      total: 0,
    })
    expect(await org.client.certificates.list({}).toArray({ limit: 10 })).toMatchObject([{ status: 'deleted' }])

    await vendor.erasureEpochs.confirmBackup(begun.id, now)
    await untilIs(begun.id, 'finished')
    const [certificate] = await org.client.certificates.list({}).toArray({ limit: 10 })
    const ended = await vendor.erasureEpochs.get(begun.id)
    expect(certificate).toMatchObject({ status: 'erased', erasedAt: ended.erasableAt })
    expect((await org.client.erasureEpochs.get(begun.id)).certificates).toBe(1)
    const { numbers } = await org.handler.does.reveals.create({
      subjectIds: [stays.id],
      purpose: 'withholding_tax',
      intent: 'view',
    })
    expect(numbers.length).toBe(1)
    expect((await org.client.numbers.get(leaver.id)).versions[0]?.state).toBe('erased')
    const entries = await org.client.ledger.listEntries({ order: 'asc' }).toArray({ limit: 100 })
    const labels = entries.map(({ operationLabel }) => operationLabel)
    expect(labels).toContain('鍵更新')
    expect(labels).toContain('消去')
    expect(await vendor.operation.metrics()).toContain('azukari_erasure_alarm{alarm="backup_late"} 0')
  }, 150_000)

  it('is begun, listed and confirmed by the operator’s command', async () => {
    const [begun] = await command('epoch', 'start')
    const id = String(begun?.id)
    expect(begun?.state).toBe('announcing')
    await untilIs(id, 'awaiting_backup')
    const [newest] = await command('epoch', 'list')
    expect(newest).toMatchObject({ id, state: 'awaiting_backup' })
    await expect(command('epoch', 'confirm', id, '2020-01-01T00:00:00Z')).rejects.toThrow('A backup begun before')
    for (const words of [['confirm', id], ['confirm', id, 'today'], ['list', id], ['stop'], []])
      await expect(command('epoch', ...words)).rejects.toThrow(UsageError)
    const [confirmed] = await command('epoch', 'confirm', id, systemClock.now().toISOString())
    expect(confirmed?.id).toBe(id)
    await untilIs(id, 'finished')
  }, 150_000)

  it('is nothing that one of several platforms decides over HTTP, unless the operator named it', async () => {
    const others = await service.core.organizations.createPlatform('他社')
    const [begun] = await command('epoch', 'start')
    const id = String(begun?.id)
    const now = { backupTakenAt: new Date().toISOString() }
    for (const attempt of [() => vendor.erasureEpochs.create(), () => vendor.erasureEpochs.confirmBackup(id, now)]) {
      await expect(attempt()).rejects.toMatchObject({
        status: 403,
        code: 'not_permitted',
        detail: expect.stringContaining('`azukari epoch`'),
      })
    }
    // What the state is matters to whoever may: the answer is the epoch's own.
    const codesAt = async (named: string): Promise<(string | undefined)[]> => {
      const another = await start({ ERASURE_PLATFORM_ID: named })
      try {
        const baseUrl = `http://127.0.0.1:${await another.listen()}`
        const client = createAzukari({ baseUrl, ...credentials, maxRetries: 0 })
        const early = { backupTakenAt: '2020-01-01T00:00:00Z' }
        const refusals = [
          await refusalOf(client.erasureEpochs.create()),
          await refusalOf(client.erasureEpochs.confirmBackup(id, early)),
        ]
        return refusals.map(({ code }) => code)
      } finally {
        await another.close()
      }
    }
    const [begin, confirm] = await codesAt(platformId)
    expect(begin).toBe('conflict')
    expect(['conflict', 'too_early']).toContain(confirm)
    expect(await codesAt(others)).toEqual(['not_permitted', 'not_permitted'])
  }, 60_000)
})
