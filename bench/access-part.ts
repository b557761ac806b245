import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { MongoClient } from 'mongodb'
import { parse } from 'yaml'
import { freePort } from '../scripts/service.ts'
import { startServer } from './child.ts'
import { issuer } from './graph.ts'
import { load } from './load.ts'
import type { PartInput } from './main-part.ts'
import { compare, type Side } from './ratio.ts'
import { toRow } from './row.ts'
import { openStage, registration } from './stage.ts'

const part = 'access'
/** A read that asks no database: what is left is authentication, permission, rate limit, validation and the request log. */
const path = '/v1/purposes'
const scope = 'notices:read'
const requestsEach = 80_000
const writers = 32

type Contract = {
  openapi: string
  info: object
  paths: Record<string, { get: { security?: unknown } }>
  components: { securitySchemes?: unknown }
}

/**
 * The operation alone, so that the other validator has no more routes to look through than it needs; without its security,
 * which another middleware judges (and whose relative tokenUrl that validator refuses).
 */
const contractOfPath = (): object => {
  const whole = parse(readFileSync(join(import.meta.dirname, '../openapi.yaml'), 'utf8')) as Contract
  const { openapi, info, paths, components } = whole
  const { security: _, ...get } = paths[path]?.get ?? {}
  const { securitySchemes: __, ...rest } = components
  return { openapi, info, paths: { [path]: { get } }, components: rest }
}

/** Who may do what, and what it costs. */
export const measureAccess = async ({ place, sizes, logDirectory, log, add }: PartInput): Promise<void> => {
  const { rounds, warmUp, shortWarmUp, connections, secondsEach } = sizes
  const stage = await openStage({ place, logDirectory, connections, warmUp, secondsEach })
  try {
    const token = await stage.token()
    const logOf = (name: string): string => join(logDirectory, `access-${name}.log`)
    const ours = (port: number) =>
      startServer('src/main.ts', undefined, {
        args: ['api'],
        env: stage.environmentOf(port),
        logFile: logOf('service'),
      })
    const answer = await (async () => {
      const port = await freePort()
      const stop = await ours(port)
      try {
        const response = await fetch(`http://127.0.0.1:${port}${path}`, {
          headers: { authorization: `Bearer ${token}` },
        })
        if (response.status !== 200) throw new Error(`The service answered ${response.status}.`)
        return (await response.json()) as unknown
      } finally {
        await stop()
      }
    })()

    const side =
      (start: (port: number) => Promise<() => Promise<void>>): Side =>
      async () => {
        const port = await freePort()
        const stop = await start(port)
        try {
          const askOf = () => ({ path, method: 'GET' as const })
          const options = { origin: `http://127.0.0.1:${port}`, token, connections, askOf, status: 200, from: 0 }
          await load({ ...options, count: shortWarmUp, seconds: 60 })
          return await load({ ...options, count: requestsEach, seconds: secondsEach })
        } finally {
          await stop()
        }
      }
    const bare = (port: number) =>
      startServer('bench/baselines/bare-json.ts', { port, path, answer }, { logFile: logOf('bare') })
    const input = {
      ...{ path, answer, scope, issuer, jwk: stage.publicJwk, redisUrl: place.redisUrl },
      ...{ prefix: `${place.databaseName}:rl:`, contract: contractOfPath() },
    }
    const middlewares = (port: number) =>
      startServer('bench/baselines/middlewares.ts', { ...input, port }, { logFile: logOf('middlewares') })

    const shared = { part, unit: 'requests', rounds, log }
    add(
      await compare({
        ...shared,
        name: `GET ${path}, ${connections} connections, to bare Express`,
        baselineName: 'bare-json',
        bar: { atLeast: 0.5 },
        ours: side(ours),
        baseline: side(bare),
      }),
    )
    add(
      await compare({
        ...shared,
        name: `GET ${path}, ${connections} connections, to Express with middlewares`,
        baselineName: 'middlewares',
        bar: { atLeast: 1 },
        ours: side(ours),
        baseline: side(middlewares),
      }),
    )

    const client = await MongoClient.connect(place.mongodbUrl)
    try {
      const conflicts = async (): Promise<number> =>
        Number((await client.db().admin().serverStatus()).metrics?.operation?.writeConflicts ?? Number.NaN)
      const { ids } = await stage.people(sizes.registrations + warmUp, 'without')
      const before = await conflicts()
      const { count } = await stage.serve('register', 'ours', {
        count: sizes.registrations,
        from: 0,
        askOf: registration(ids),
      })
      const found = (await conflicts()) - before
      const note = `${count} registrations in transactions by ${writers} connections of one organization`
      add(toRow(part, `write conflicts over ${writers} writers`, Number.isNaN(found) ? 1 : found, { atMost: 0 }, note))
    } finally {
      await client.close()
    }
  } finally {
    await stage.close()
  }
}
