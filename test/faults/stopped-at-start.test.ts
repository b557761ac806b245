import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type AzukariService, compose } from '../../src/compose.ts'
import { readConfig } from '../../src/config.ts'
import { emptyParts, testParts } from '../support/parts.ts'

const home = mkdtempSync(join(tmpdir(), 'azukari-stopped-'))
const list = join(home, 'list')
let service: AzukariService
const logged: string[] = []
beforeAll(async () => {
  await emptyParts()
  mkdirSync(list)
  const { mongodbUrl, redisUrl, databaseName, redisPrefix } = testParts()
  const environment = {
    ...{ MONGODB_URL: mongodbUrl, REDIS_URL: redisUrl, MONGODB_DATABASE: databaseName, REDIS_PREFIX: redisPrefix },
    ...{ KEYS_DIRECTORY: join(home, 'keys'), ANCHOR_URL: pathToFileURL(list).href, PORT: '0' },
  }
  service = await compose(readConfig(environment), pino({ level: 'warn' }, { write: (line) => logged.push(line) }))
})
afterAll(() => rmSync(home, { recursive: true, force: true }))

it('a service that is stopped before the list of disposals is carried out never starts its worker', async () => {
  await service.core.keys.signing.key('anchor')
  const { keys } = await service.core.keys.signing.jwks(['anchor'])
  const folder = join(list, keys[0]?.kid.slice(0, 16) ?? '', 'disposal', '2026-08')
  mkdirSync(folder, { recursive: true })
  // It blocks the door until somebody has looked.
  writeFileSync(join(folder, 'dsp_x.jws'), 'spoilt')
  let ended = false
  const worker = service.startWorker().then(() => {
    ended = true
  })
  const port = await service.listen()
  const ready = await fetch(`http://127.0.0.1:${port}/readyz`)
  expect(await ready.json()).toMatchObject({ parts: { anchors: 'blocked' } })
  expect(ended).toBe(false)
  await service.close()
  await worker
  logged.length = 0
  await service.startWorker()
  // Workers, or tasks of a timer, on what is closed would say so.
  await new Promise((resolve) => setTimeout(resolve, 2500))
  expect(logged).toEqual([])
}, 30_000)
