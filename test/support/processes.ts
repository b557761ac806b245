import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { AzukariProblem, createAzukari } from '@azukari/sdk'
import { mongo } from 'mongoose'
import { vi } from 'vitest'
import { startReceiver } from '../../examples/hr-webhooks/receiver.ts'
import { createPlatform, freePort, type Settings, startService } from '../../scripts/service.ts'
import { emptyParts, testParts } from './parts.ts'
import { makeOrganization } from './service.ts'

/** Seconds after which another worker takes over what a killed one held. */
export const leaseSeconds = 3

type Service = Awaited<ReturnType<typeof startService>>

/** The service as processes of its own, which can be killed, on the parts of the run or on parts of the test's own. */
export const startProcesses = async (own: { mongodbUrl?: string; mongodbKeysUrl?: string; redisUrl?: string } = {}) => {
  await emptyParts()
  const directory = mkdtempSync(join(tmpdir(), 'azukari-faults-'))
  const running = new Set<Service>()
  // Two processes on two ports are one service to the outside: tokens of one hold at the other.
  vi.stubEnv('PUBLIC_URL', 'https://azukari.test')
  vi.stubEnv('LEASE_SECONDS', String(leaseSeconds))
  vi.stubEnv('VALIDATE_RESPONSES', '1')
  const { mongodbKeysUrl, ...urls } = own
  if (mongodbKeysUrl !== undefined) vi.stubEnv('MONGODB_KEYS_URL', mongodbKeysUrl)
  const base: Omit<Settings, 'port'> = {
    ...testParts(),
    ...urls,
    keysDirectory: join(directory, 'keys'),
    anchorUrl: pathToFileURL(join(directory, 'anchors')).href,
    logFile: join(directory, 'service.log'),
  }
  const start = async (parts: readonly ('api' | 'worker')[], port?: number): Promise<Service> => {
    const service = await startService({ ...base, port: port ?? (await freePort()) }, parts)
    running.add(service)
    return service
  }
  const kill = async (service: Service): Promise<void> => {
    service.child.kill('SIGKILL')
    await service.ended
    running.delete(service)
  }
  const readConcern = { level: 'majority' } as const
  const client = new mongo.MongoClient(base.mongodbUrl, { readConcern })
  const keysClient = mongodbKeysUrl === undefined ? client : new mongo.MongoClient(mongodbKeysUrl, { readConcern })
  return {
    settings: base,
    start,
    kill,
    /** As it is in MongoDB. */
    rows: (collection: string, filter: mongo.Filter<mongo.Document> = {}): Promise<mongo.WithId<mongo.Document>[]> =>
      client.db(base.databaseName).collection(collection).find(filter).toArray(),
    count: (collection: string, filter: mongo.Filter<mongo.Document> = {}): Promise<number> =>
      client.db(base.databaseName).collection(collection).countDocuments(filter),
    keyRows: (collection: string): Promise<mongo.WithId<mongo.Document>[]> =>
      keysClient.db(`${base.databaseName}_keys`).collection(collection).find().toArray(),
    /** To make keys older than they are. */
    keyCollection: (collection: string): mongo.Collection =>
      keysClient.db(`${base.databaseName}_keys`).collection(collection),
    platform: () => createPlatform({ ...base, port: 0 }, '試験ベンダー'),
    stop: async (): Promise<void> => {
      await Promise.all([...running].map(kill))
      await client.close()
      await keysClient.close()
      vi.unstubAllEnvs()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
export type Processes = Awaited<ReturnType<typeof startProcesses>>
type Credentials = { clientId: string; clientSecret: string }

export const vendorAt = ({ baseUrl }: { baseUrl: string }, { clientId, clientSecret }: Credentials) =>
  createAzukari({ baseUrl, clientId, clientSecret, maxRetries: 0 })

/** An organization and a receiver of all its events, each of which is taken once by its id. */
export const startOrganization = async (api: { baseUrl: string }, credentials: Credentials) => {
  const vendor = vendorAt(api, credentials)
  const org = await makeOrganization({ vendor })
  let secret = ''
  const received: string[] = []
  const hooks = await startReceiver(
    () => secret,
    ({ event }) => void received.push(event.id),
  )
  secret = (await org.client.webhookEndpoints.create({ url: hooks.url })).secret ?? ''
  return { ...org, vendor, hooks, received }
}

export const until = async (what: string, holds: () => Promise<boolean>, seconds = 20): Promise<void> => {
  const end = performance.now() + seconds * 1000
  // Soon at first; then less often, so that whoever is waited for has the processor.
  for (let pause = 20; !(await holds()); pause = Math.min(pause * 1.2, 250)) {
    if (performance.now() > end) throw new Error(`did not come in ${seconds} s: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, pause))
  }
}

export type Told = { status: number; code: string; retryAfter: number | undefined; seconds: number }
/** How a request that must not succeed is answered; what is no answer of the service has status 0. */
export const refusalOf = async (work: Promise<unknown>): Promise<Told> => {
  const began = performance.now()
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  const seconds = (performance.now() - began) / 1000
  if (error === undefined) return { status: 200, code: 'done', retryAfter: undefined, seconds }
  if (!(error instanceof AzukariProblem)) return { status: 0, code: String(error), retryAfter: undefined, seconds }
  return { status: error.status, code: error.code, retryAfter: error.retryAfterSeconds, seconds }
}

/** At most so many at once, as a host with a pool of connections does it. */
export const inFlight = async <T, R>(limit: number, items: readonly T[], work: (item: T) => Promise<R>) => {
  const results: PromiseSettledResult<R>[] = []
  const left = [...items.entries()]
  const lane = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const [i, item] = next
      results[i] = await work(item).then(
        (value) => ({ status: 'fulfilled' as const, value }),
        (reason: unknown) => ({ status: 'rejected' as const, reason }),
      )
    }
  }
  await Promise.all(Array.from({ length: limit }, lane))
  return results
}

export const valuesOf = <R>(results: readonly PromiseSettledResult<R>[]): R[] =>
  results.map((result) => {
    if (result.status === 'rejected') throw result.reason
    return result.value
  })

export const rosterOf = (count: number): Uint8Array =>
  new TextEncoder().encode(
    `社員コード,社員名,部門コード,部門,マイナンバー発行日\r\n${Array.from({ length: count }, (_, i) => `${10_000 + i},試験 太郎,101,社長室,2016/01/01\r\n`).join('')}`,
  )

/** Which subjects have a number, a ledger entry of its registration, an event of it, and a key that opens it. */
export const registrations = async ({ rows, keyRows }: Processes) => {
  const [numbers, entries, events, deks] = await Promise.all([
    rows('numbers', { state: 'registered', current: true }),
    rows('ledger_entries', { operation: 'register_by_proxy', outcome: 'done' }),
    rows('outbox', { type: 'number.registered' }),
    keyRows('deks'),
  ])
  const sorted = (ids: readonly unknown[]): string[] => ids.map(String).sort()
  const known = new Set(deks.map(({ _id }) => String(_id)))
  return {
    numbers: sorted(numbers.map(({ subjectId }) => subjectId)),
    entries: sorted(entries.map(({ subjectId }) => subjectId)),
    events: sorted(events.map(({ data }) => data.subjectId)),
    openable: sorted(numbers.filter(({ dekId }) => known.has(String(dekId))).map(({ subjectId }) => subjectId)),
    subjects: sorted((await rows('subjects', { numberState: 'registered' })).map(({ _id }) => _id)),
  }
}
