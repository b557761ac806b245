import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fixtureNumber } from '../examples/fixture-numbers.ts'
import { freePort } from '../scripts/service.ts'
import { runChild, startServer } from './child.ts'
import type { EpochDone } from './epoch-side.ts'
import type { Exported } from './export-side.ts'
import { issuer, openGraph, type Place } from './graph.ts'
import { type Ask, load } from './load.ts'
import { rawKeys, seedOrganization, seedPeople } from './seed.ts'
import { heapMegabytes } from './sizes.ts'
import type { BulkRevealed } from './take-digits.ts'

type Setting = { place: Place; logDirectory: string; connections: number; warmUp: number; secondsEach: number }
/** A route and who serves it: the service, or its bare baseline. */
export type Route = 'register' | 'reveal'
export type Server = 'ours' | 'baseline'
export type Load = { count: number; from: number; askOf: (i: number) => Ask }

const statusOf = { register: 201, reveal: 200 } as const satisfies Record<Route, number>

/** An organization on real parts, and both sides ready to work on it, each time in a fresh process. */
export const openStage = async ({ place, logDirectory, connections, warmUp, secondsEach }: Setting) => {
  mkdirSync(logDirectory, { recursive: true })
  const graph = await openGraph(place)
  await graph.prepare()
  const organization = await seedOrganization(graph)
  const { organizationId, caller, recipientId, publicJwk } = organization
  const { mongodbUrl, databaseName } = place
  const bare = { mongodbUrl, databaseName, organizationId, ...(await rawKeys(graph, organizationId)) }
  const staffId = caller.actor.type === 'staff' ? caller.actor.id : ''
  const logOf = (name: string): string => join(logDirectory, `${name}.log`)

  const environmentOf = (port: number): NodeJS.ProcessEnv => ({
    MONGODB_URL: mongodbUrl,
    REDIS_URL: place.redisUrl,
    MONGODB_DATABASE: databaseName,
    REDIS_PREFIX: databaseName,
    KEYS_DIRECTORY: place.keysDirectory,
    PUBLIC_URL: issuer,
    HOST: '127.0.0.1',
    PORT: String(port),
    // The limit is counted as always, and never reached.
    RATE_LIMIT_PER_MINUTE: '100000000',
  })
  const start = (route: Route, server: Server, port: number) =>
    server === 'ours'
      ? startServer('src/main.ts', undefined, { args: ['api'], env: environmentOf(port), logFile: logOf('service') })
      : startServer(
          `bench/baselines/${route}.ts`,
          { ...bare, port, issuer, jwk: publicJwk },
          { logFile: logOf(`${route}-baseline`) },
        )

  /**
   * The sealer is a worker's and is measured by itself; without it nothing leaves after five minutes. So each run begins with
   * an empty record, on both sides alike.
   */
  const emptyRecord = () => graph.db.mongoose.connection.collection('ledger_entries').deleteMany({ unsealed: true })

  /** A fresh server, warmed up, under the load that both sides get. */
  const serve = async (route: Route, server: Server, { count, from, askOf }: Load) => {
    await emptyRecord()
    const port = await freePort()
    const stop = await start(route, server, port)
    try {
      const token = await organization.token()
      const options = { origin: `http://127.0.0.1:${port}`, token, connections, askOf, status: statusOf[route] }
      if (warmUp > 0) await load({ ...options, count: warmUp, seconds: 60, from })
      return await load({ ...options, count, seconds: secondsEach, from: from + warmUp })
    } finally {
      await stop()
    }
  }

  const exportBy = async (server: Server, companyId: string, heapMegabytes?: number): Promise<Exported> => {
    await emptyRecord()
    const heap = heapMegabytes === undefined ? {} : { heapMegabytes }
    const [script, input] =
      server === 'ours'
        ? ['bench/export-side.ts', { place, caller, companyId, recipientId }]
        : ['bench/baselines/export.ts', { ...bare, companyId, staffId }]
    return (await runChild(script, input, { ...heap, logFile: logOf(`export-${server}`) })) as Exported
  }

  const bulkReveal = async (server: Server, companyId: string, ahead = true): Promise<BulkRevealed> => {
    await emptyRecord()
    const [script, input] =
      server === 'ours'
        ? ['bench/bulk-reveal-side.ts', { place, caller, companyId, ahead }]
        : ['bench/baselines/bulk-reveal.ts', { ...bare, companyId, staffId }]
    return (await runChild(script, input, { logFile: logOf(`bulk-reveal-${server}`) })) as BulkRevealed
  }

  /** Over every organization of the database; what `bare` knows of keys is over with it. */
  const epoch = async (): Promise<EpochDone> =>
    (await runChild('bench/epoch-side.ts', { place }, { heapMegabytes, logFile: logOf('epoch') })) as EpochDone

  /** Their company's id, and theirs. */
  const people = async (
    count: number,
    numbers: 'with numbers' | 'without',
  ): Promise<{ companyId: string; ids: string[] }> => {
    const companyId = await organization.company()
    return { companyId, ids: await seedPeople(graph, organization, companyId, count, numbers === 'with numbers') }
  }

  return {
    ...{ graph, serve, exportBy, bulkReveal, epoch, people, environmentOf },
    token: organization.token,
    noticeId: organization.notice._id,
    emptyRecord,
    publicJwk,
    close: graph.close,
  }
}
export type Stage = Awaited<ReturnType<typeof openStage>>

/** Each with a number that nobody has: `firstNumber` lies behind those of the people who were seeded with one. */
export const registration =
  (ids: readonly string[], firstNumber = 0) =>
  (i: number): Ask => ({
    path: `/v1/subjects/${ids[i]}/number`,
    // As the SDK sends it with every POST.
    headers: { 'idempotency-key': randomUUID() },
    body: JSON.stringify({ number: fixtureNumber(firstNumber + i) }),
  })

export const revealing =
  (ids: readonly string[]) =>
  (i: number): Ask => ({
    path: '/v1/reveals',
    body: JSON.stringify({ subjectIds: [ids[(i * 7919) % ids.length]], purpose: 'withholding_tax', intent: 'view' }),
  })
