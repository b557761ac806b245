import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Azukari, createAzukari } from '@azukari/sdk'
import { pino } from 'pino'
import { type AzukariService, compose } from '../../src/compose.ts'
import { readConfig } from '../../src/config.ts'
import { scopes } from '../../src/core/access/access.ts'
import { type Clock, systemClock } from '../../src/core/shared/clock.ts'
import { emptyParts, testParts } from './parts.ts'

export type TestService = AzukariService & {
  baseUrl: string
  logLines: string[]
  keysDirectory: string
  /** The list of disposals. */
  anchorsDirectory: string
  vendor: Azukari
  credentials: { clientId: string; clientSecret: string }
}

/** The whole service in this process, on real parts, listening on a port of its own; answers are checked against the contract. */
export const startTestService = async (
  options: { worker?: boolean; clock?: Clock; mongodbKeysUrl?: string; settings?: Record<string, string> } = {},
): Promise<TestService> => {
  await emptyParts()
  const { mongodbUrl, redisUrl, databaseName, redisPrefix } = testParts()
  const keysDirectory = mkdtempSync(join(tmpdir(), 'azukari-keys-'))
  const anchorsDirectory = join(keysDirectory, 'anchors')
  const logLines: string[] = []
  const logger = pino({ base: null }, { write: (line: string) => void logLines.push(line) })
  const config = readConfig({
    MONGODB_URL: mongodbUrl,
    MONGODB_KEYS_URL: options.mongodbKeysUrl ?? mongodbUrl,
    REDIS_URL: redisUrl,
    MONGODB_DATABASE: databaseName,
    REDIS_PREFIX: redisPrefix,
    KEYS_DIRECTORY: keysDirectory,
    ANCHOR_URL: pathToFileURL(anchorsDirectory).href,
    PORT: '0',
    PUBLIC_URL: 'https://azukari.test',
    WEBHOOKS_ALLOW_LOOPBACK: '1',
    VALIDATE_RESPONSES: '1',
    ...options.settings,
  })
  const service = await compose(config, logger, options.clock ?? systemClock)
  if (options.worker !== false) await service.startWorker()
  const baseUrl = `http://127.0.0.1:${await service.listen()}`
  const platformId = await service.core.organizations.createPlatform('試験ベンダー')
  const client = await service.core.access.createClient(
    { platformId, requestId: 'test', at: new Date() },
    { name: '試験', scopes: [...scopes] },
  )
  const credentials = { clientId: client._id, clientSecret: client.secret }
  return {
    ...service,
    baseUrl,
    logLines,
    keysDirectory,
    anchorsDirectory,
    credentials,
    vendor: createAzukari({ baseUrl, ...credentials, maxRetries: 0 }),
    close: async () => {
      await service.close()
      rmSync(keysDirectory, { recursive: true, force: true })
    },
  }
}

/** An organization with a company, a department, one staff member of each role and a standing notice. */
export const makeOrganization = async (service: Pick<TestService, 'vendor'>, mode: 'test' | 'live' = 'test') => {
  const organization = await service.vendor.organizations.create({ name: '試験組織', mode })
  const client = service.vendor.for(organization.id)
  const company = await client.companies.create({
    name: '試験株式会社',
    kind: 'corporation',
    corporateNumber: '7000012050002',
    address: '東京都千代田区霞が関３－１－１',
  })
  const department = await client.departments.create({ companyId: company.id, code: '101', name: '社長室' })
  const staffOf = async (role: 'officer' | 'handler' | 'reviewer' | 'receiver' | 'auditor', by: Azukari) => {
    const staff = await by.staff.create({
      name: `担当 ${role}`,
      userId: `j-${role}`,
      appointment: { role, fromOn: '2020-01-01' },
    })
    return { id: staff.id, does: client.as({ staff: staff.id }) }
  }
  const officer = await staffOf('officer', client)
  const notice = await client.notices.create({
    title: '個人番号の利用目的について',
    text: '源泉徴収事務のために利用します。',
    purposes: ['withholding_tax', 'resident_tax', 'health_pension', 'employment_insurance', 'payment_record_fee'],
  })
  await client.settings.update({ standingNoticeId: notice.id })
  return {
    organization,
    client,
    company,
    department,
    notice,
    officer,
    handler: await staffOf('handler', officer.does),
    reviewer: await staffOf('reviewer', officer.does),
    receiver: await staffOf('receiver', officer.does),
    auditor: await staffOf('auditor', officer.does),
  }
}
export type TestOrganization = Awaited<ReturnType<typeof makeOrganization>>

let codes = 100
export const makeEmployee = (org: TestOrganization, more: Record<string, unknown> = {}) =>
  org.client.subjects.create({
    kind: 'employee',
    companyId: org.company.id,
    departmentId: org.department.id,
    code: String(codes++),
    name: '試験 太郎',
    ...more,
  })
