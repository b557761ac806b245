import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createSession } from '@azukari/sdk'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { type Seen, startService } from './loopback.ts'

type Operation = { operationId: string; security: Record<string, unknown>[] }
type Contract = { paths: Record<string, Record<string, Operation>> }

const contract: Contract = parse(readFileSync(join(import.meta.dirname, '../../openapi.yaml'), 'utf8'))
const operations = Object.entries(contract.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { operationId, security }]) => ({
    operationId,
    route: `${method.toUpperCase()} ${path.replaceAll(/\{\w+\}/g, 'x1')}`,
    scheme: Object.keys(security[0] ?? {})[0] ?? 'none',
  })),
)

const schemeOf = ({ authorization }: Seen['headers']): string => {
  if (authorization?.startsWith('Basic ')) return 'clientBasic'
  if (authorization === 'Bearer person') return 'personSession'
  return authorization === undefined ? 'none' : 'oauth'
}

/** Where a second id is wanted, an object in its place is refused before anything is sent. */
const callOne = async (member: (...args: unknown[]) => unknown): Promise<void> => {
  try {
    await member('x1', {}, {})
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    await member('x1', 'x1', {})
  }
}

/** Calls every function of every namespace. What an operation makes of the arguments does not matter here. */
const callAll = async (client: object, except: readonly string[]): Promise<void> => {
  for (const [name, member] of Object.entries(client)) {
    if (except.includes(name)) continue
    if (typeof member === 'function') await callOne(member)
    else await callAll(member, except)
  }
}

it('every operation of the contract is in the SDK, at its method and path and with its kind of token', async () => {
  const { azukari, seen, tokenRequests, url } = await startService(() => ({
    json: { accessToken: 'person', state: 'succeeded', data: [], numbers: [] },
  }))
  await callAll(azukari, ['as', 'for', 'wait'])
  await callAll(createSession({ baseUrl: url, token: 'of-the-link' }), [])

  const called = [...tokenRequests, ...seen].map(
    ({ method, path, headers }) => `${method} ${path} ${schemeOf(headers)}`,
  )
  const wanted = operations.map(({ route, scheme }) => `${route} ${scheme}`)
  expect(operations.length).toBeGreaterThan(90)
  expect([...new Set(called)].sort()).toEqual(wanted.sort())
})

it('an id that would lead to another path is refused before anything is sent', async () => {
  const { azukari, seen } = await startService(() => ({ json: {} }))
  for (const id of ['', '.', '..']) expect(() => azukari.subjects.get(id)).toThrow(TypeError)
  await azukari.subjects.upsert('a/../b?c#d', { kind: 'employee', companyId: 'com_1', name: '東野' })
  expect(seen.map(({ path }) => path)).toEqual(['/v1/subjects/by-external-id/a%2F..%2Fb%3Fc%23d'])
})
