import { pathToFileURL } from 'node:url'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runCommand } from '../../src/cli/run.ts'
import { compose } from '../../src/compose.ts'
import { readConfig } from '../../src/config.ts'
import { type Backup, backUp } from '../support/backup.ts'
import { testParts } from '../support/parts.ts'
import {
  makeEmployee,
  makeOrganization,
  startTestService,
  type TestOrganization,
  type TestService,
} from '../support/service.ts'

/** Both databases come back from a backup; the list at ANCHOR_URL has a checkpoint of the ledger as it was later. */
let service: TestService
let org: TestOrganization
let copies: Backup[]
let anchored: { size: number; note: string }
let restoredSize = 0
const environment = () => {
  const { mongodbUrl, redisUrl, databaseName, redisPrefix } = testParts()
  return {
    ...{ MONGODB_URL: mongodbUrl, MONGODB_DATABASE: databaseName, REDIS_URL: redisUrl, REDIS_PREFIX: redisPrefix },
    KEYS_DIRECTORY: service.keysDirectory,
    ANCHOR_URL: pathToFileURL(service.anchorsDirectory).href,
  }
}
const verify = async () => {
  const out: string[] = []
  const words = ['ledger', 'verify', '--organization', org.organization.id]
  const code = await runCommand(words, environment(), {
    out: (text) => void out.push(text),
    told: () => undefined,
  })
  return { code, report: JSON.parse(out.join('')) }
}
const checkpoint = async () => {
  const made = await org.auditor.does.ledger.createCheckpoint()
  await service.core.sealing.anchorAll()
  return made
}

beforeAll(async () => {
  service = await startTestService({ worker: false })
  org = await makeOrganization(service)
  restoredSize = (await checkpoint()).size
  const { mongodbUrl, databaseName } = testParts()
  copies = [await backUp(mongodbUrl, databaseName), await backUp(mongodbUrl, `${databaseName}_keys`)]
  for (let i = 0; i < 5; i += 1) await makeEmployee(org)
  for (let i = 0; i < 5; i += 1) await org.auditor.does.ledger.listEntries({ order: i % 2 === 0 ? 'asc' : 'desc' })
  anchored = await checkpoint()
  expect(anchored.size).toBeGreaterThan(restoredSize)
  expect((await verify()).code).toBe(0)
  for (const copy of copies) await copy.putBack()
})
afterAll(() => service.close())

describe('a ledger that a restore brought back from before its last checkpoint outside', () => {
  it('keeps no service from starting: there is nothing that could be repeated', async () => {
    const again = await compose(readConfig({ ...environment(), PORT: '0' }), pino({ level: 'silent' }))
    try {
      const answer = await fetch(`http://127.0.0.1:${await again.listen()}/readyz`)
      expect(answer.status).toBe(200)
    } finally {
      await again.close()
    }
  })

  it('is said to end before what was signed, with the place where it ends', async () => {
    const { code, report } = await verify()
    expect(code).toBe(1)
    expect(report).toMatchObject({ ok: false, firstBadEntry: { kind: 'removed', index: restoredSize } })
  })

  it('is said to be another tree when it has grown past that size again', async () => {
    for (let i = 0; (await checkpoint()).size <= anchored.size; i += 1) {
      expect(i).toBeLessThan(50)
      await org.auditor.does.ledger.listEntries({ order: i % 2 === 0 ? 'asc' : 'desc' })
    }
    const { code, report } = await verify()
    expect(code).toBe(1)
    expect(report.findings.map(({ kind }: { kind: string }) => kind)).toContain('rebuilt')
  })
})
