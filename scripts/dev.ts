import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createAzukari } from '@azukari/sdk'
import { startParts } from './parts/parts.ts'
import { createPlatform, freePort, startService } from './service.ts'

/** `npm run dev`: real parts, a seeded `test` organization, API, worker and docs, until stopped. */
const home = join(import.meta.dirname, '../.azukari')
const dir = join(home, 'dev')
const log = (line: string): void => console.log(line)

const run = async (): Promise<void> => {
  mkdirSync(dir, { recursive: true })
  const parts = await startParts({ dir, log })
  const settings = {
    mongodbUrl: parts.mongodbUrl,
    redisUrl: parts.redisUrl,
    databaseName: 'azukari_dev',
    redisPrefix: 'azukari_dev',
    keysDirectory: join(dir, 'keys'),
    anchorUrl: pathToFileURL(join(dir, 'anchors')).href,
    port: Number(process.env.PORT ?? (await freePort())),
    logFile: join(dir, 'service.log'),
  }
  const service = await startService(settings).catch(async (error) => {
    await parts.stop()
    throw error
  })
  const stop = async (): Promise<void> => {
    await service.stop()
    await parts.stop()
  }
  let stopping = false
  const stopOnce = (): void => {
    if (stopping) return
    stopping = true
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  process.on('SIGINT', stopOnce)
  process.on('SIGTERM', stopOnce)
  service.child.once('exit', () => {
    if (stopping) return
    console.error(`The service ended by itself: see ${settings.logFile}`)
    void parts.stop().finally(() => process.exit(1))
  })

  const { clientId, clientSecret } = await createPlatform(settings, 'dev')
  const platform = createAzukari({ baseUrl: service.baseUrl, clientId, clientSecret })
  const organization = await platform.organizations.create({ name: '開発用テスト組織', mode: 'test' })
  const azukari = platform.for(organization.id)
  const staff = await azukari.staff.create({
    name: '開発 太郎',
    userId: 'dev',
    appointment: { role: 'officer', fromOn: '2016-01-01', basis: '開発用' },
  })
  const company = await azukari.companies.create({
    name: '国税商事株式会社',
    kind: 'corporation',
    corporateNumber: '7000012050002',
    address: '東京都千代田区霞が関３－１－１',
  })
  await azukari.departments.create({ companyId: company.id, code: '101', name: '社長室' })
  const notice = await azukari.notices.create({
    title: '個人番号の利用目的について',
    text: '当社は、給与所得の源泉徴収、社会保険の届出および支払調書の作成のために個人番号を利用します。',
    purposes: ['withholding_tax', 'resident_tax', 'health_pension', 'employment_insurance', 'payment_record_fee'],
  })
  await azukari.settings.update({ standingNoticeId: notice.id })

  const facts = {
    baseUrl: service.baseUrl,
    clientId,
    clientSecret,
    organizationId: organization.id,
    staffId: staff.id,
    mongodbUrl: parts.mongodbUrl,
    mongodbKeysUrl: parts.mongodbUrl,
    redisUrl: parts.redisUrl,
    logFile: settings.logFile,
    dataDirs: [...parts.dataDirs, settings.keysDirectory, join(dir, 'anchors')],
  }
  writeFileSync(join(home, 'dev.json'), `${JSON.stringify(facts, null, 2)}\n`, { mode: 0o600 })
  log(
    `API ${service.baseUrl} · reference ${service.baseUrl}/docs/reference · credentials in .azukari/dev.json · log ${settings.logFile}`,
  )
  log('Stop with Ctrl-C.')
}

run().catch((error) => {
  console.error(error instanceof Error ? error.message : 'dev could not start')
  process.exit(1)
})
