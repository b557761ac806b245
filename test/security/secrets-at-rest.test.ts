import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAzukari, createSession } from '@azukari/sdk'
import { mongo, Schema } from 'mongoose'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { liveTheLife } from '../../scripts/demo/life.ts'
import { createScreen } from '../../scripts/demo/screen.ts'
import { describeRecord, formats } from '../../src/core/keys/keys.ts'
import { protections, type SecretAtRest, secretsAtRest } from '../../src/core/shared/secrets-at-rest.ts'
import { makeSigningClient } from '../support/client-key.ts'
import { fixtureNumber } from '../support/fixture-number.ts'
import { type Databases, openDatabases } from '../support/raw.ts'
import { makeEmployee, makeOrganization, startTestService, type TestService } from '../support/service.ts'
import { smallPdf } from '../support/small-pdf.ts'

/** A format for this test alone, to see every sealed field written anew. */
const format = { current: 1 }
vi.spyOn(formats, 'current').mockImplementation(() => format.current)
vi.spyOn(formats, 'label').mockImplementation((of) => ['', 'azukari.v1', 'azukari.test-format-2'][of])

let service: TestService
let raw: Databases
beforeAll(async () => {
  service = await startTestService()
  raw = await openDatabases()
})
afterAll(async () => {
  await raw.close()
  await service.close()
})

/** Every path of a schema, through subdocuments and lists, with what it holds. */
const pathsOf = (schema: Schema, before = ''): { path: string; isBytes: boolean }[] =>
  Object.entries(schema.paths).flatMap(([name, type]) => {
    const path = `${before}${name}`
    const inner = (type as { schema?: Schema }).schema
    const element = (type as { embeddedSchemaType?: { instance?: string } }).embeddedSchemaType
    const isBytes = type.instance === 'Buffer' || element?.instance === 'Buffer'
    return inner === undefined ? [{ path, isBytes }] : pathsOf(inner, `${path}.`)
  })

/** What a name says: it could be a secret, or a person's. */
const telling =
  /secret|token|password|passcode|passphrase|hash|sealed|wrapped|personal|^names?$|Name$|jws|jwk|private|credential|answer|fingerprint|handle|grams|reason$|remarks|^slip$|address|email|phone|kana|birth|signature|digest|index\./i
/** Names that only look so: of organizations and their parts, of functions and files that we name ourselves, marks and ids. */
const harmless = new Set([
  'LedgerEntry.functionName',
  'Organization.jweInputRequired',
  'Organization.jweAnswersRequired',
  'ErasureEpoch.rewrappedAt',
  'LedgerEntry.unsealed',
  'WebhookEndpoint.secrets.id',
  'WebhookEndpoint.secrets.until',
  'Platform.name',
  'Organization.name',
  'Department.name',
  'Client.name',
  'Client.secrets.id',
  'Client.secrets.createdAt',
  'Client.secrets.endsAt',
  'Organization.jweAnswersRequired',
  'Organization.identityProvider.jwksUri',
  'ErasureEpoch.rewrappedAt',
  'Export.fileName',
  'LedgerExport.fileName',
  'PaymentRecord.reason.ja',
  'PaymentRecord.reason.en',
  // Codes of closed lists.
  'Subject.noNumber.reason',
  'CollectionRequest.returned.reason',
  'CollectionRequest.refusal.reason',
  'CollectionRequest.endings.reason',
  'CollectionRequest.cancellation.reason',
  'RequestHistory.received.handledOn',
  'Campaign.name',
  'Filing.blanks.reason',
])

const looksSecret = ({ path, isBytes }: { path: string; isBytes: boolean }): boolean => isBytes || telling.test(path)

const schemasOf = (database: 'data' | 'keys') =>
  Object.values(service.databases[database].mongoose.models).map((model) => ({
    model: model.modelName,
    collection: model.collection.collectionName,
    paths: pathsOf(model.schema),
  }))
const covers = (row: SecretAtRest, model: string, path: string): boolean =>
  row.model === model && (row.field === path || path.startsWith(`${row.field}.`))

describe('the table of secrets', () => {
  it.each(['data', 'keys'] as const)('has a row for every field of the %s database that could be one', (database) => {
    const suspicious = schemasOf(database).flatMap(({ model, paths }) =>
      paths
        .filter(looksSecret)
        .map(({ path }) => [model, path] as const)
        .filter(([name, path]) => !harmless.has(`${name}.${path}`)),
    )
    expect(suspicious.length).toBeGreaterThan(3)
    const rows = secretsAtRest.filter((row) => row.database === database)
    const without = suspicious.filter(([model, path]) => !rows.some((row) => covers(row, model, path)))
    expect(without).toEqual([])
  })

  it('would miss neither bytes nor a telling name, however deep they lie', () => {
    const inner = new Schema({ apiToken: String, note: String }, { _id: false })
    const planted = new Schema({
      plain: String,
      key: Buffer,
      list: [Buffer],
      rows: [inner],
      one: inner,
      nested: { smtpPassword: String, port: Number },
    })
    const found = pathsOf(planted).filter(looksSecret)
    expect(found.map(({ path }) => path).sort()).toEqual(
      ['key', 'list', 'nested.smtpPassword', 'one.apiToken', 'rows.apiToken'].sort(),
    )
  })

  it('has no row without a field, and says of each what it is and how it is kept', () => {
    for (const row of secretsAtRest) {
      expect(protections).toContain(row.protection)
      expect(row.what.length).toBeGreaterThan(3)
      expect(row.protection === 'field_key', `${row.model}.${row.field}`).toBe(row.boundName !== undefined)
      if (row.model === 'blobs') continue
      const known = schemasOf(row.database).find(({ model }) => model === row.model)
      expect(
        known?.paths.some(({ path }) => path === row.field || path.startsWith(`${row.field}.`)),
        `${row.model}.${row.field}`,
      ).toBe(true)
    }
    const names = secretsAtRest.map(({ database, model, field }) => `${database} ${model}.${field}`)
    expect(new Set(names).size).toBe(names.length)
  })
})

describe('after a life of the service', () => {
  const plaintexts = new Map<string, string>()
  let out: string
  beforeAll(async () => {
    out = mkdtempSync(join(tmpdir(), 'azukari-secrets-'))
    const screen = { ...createScreen(), line: () => undefined, progress: () => () => undefined }
    await liveTheLife({
      baseUrl: service.baseUrl,
      platform: { platformId: '', ...service.credentials },
      out,
      dataDirectory: join(import.meta.dirname, '../../examples/data'),
      screen,
    })
    // And what can be known: each secret and name is one that is nowhere else.
    const org = await makeOrganization(service)
    const keep = (what: string, text: string): string => {
      plaintexts.set(what, text)
      return text
    }
    keep('client secret', service.credentials.clientSecret)
    const created = { idempotencyKey: keep('idempotency key', 'idem-4f7c1a9e-secret-looking') }
    const endpoint = await org.client.webhookEndpoints.create({ url: 'https://hooks.example.com/x' }, created)
    keep('webhook secret', endpoint.secret ?? '')
    keep('second webhook secret', (await org.client.webhookEndpoints.createSecret(endpoint.id)).secret)
    const employee = await makeEmployee(org, {
      name: keep('name', '秘匿 太郎左衛門'),
      kana: keep('kana', 'ヒトク タロウザエモン'),
      birthOn: keep('birth date', '1961-02-03'),
      address: keep('address', '東京都秘匿区秘匿町９－９－９'),
      email: keep('e-mail', 'hitoku@example.jp'),
      phone: keep('telephone', '090-0000-9999'),
    })
    await org.auditor.does.ledgerExports.create({ format: 'csv', name: '秘匿 太郎左衛門' })
    const request = await org.handler.does.requests.create({ subjectId: employee.id })
    const agreed = { factor: 'passcode', passcode: keep('passcode', '秘匿の合言葉') } as const
    const link = await org.handler.does.requests.createLink(request.id, agreed)
    const token = keep('link token', new URL(link.url).hash.slice(1))
    const session = await createSession({ baseUrl: service.baseUrl, token })
    keep('session token', (await session.open()).accessToken)
    await session.prove({ passcode: agreed.passcode })
    const refusing = await org.handler.does.requests.create({ subjectId: (await makeEmployee(org)).id })
    const said = { reason: 'other', remark: keep('remark of a refusal', '秘匿の理由で出さない') } as const
    await org.handler.does.requests.refuse(refusing.id, said)
    const why = { reason: 'other', remark: keep('remark of a cancellation', '秘匿の事情で取り消す') } as const
    await org.handler.does.requests.cancel(refusing.id, why)
    const sloppy = await makeEmployee(org)
    await org.client.consents.create({
      ...{ subjectId: sloppy.id, kind: 'family_check_entrusted', channel: 'paper' },
      text: keep('text of a consent', '私は秘匿花江の番号を確認しました'),
    })
    const asked = await org.handler.does.requests.create({ subjectId: sloppy.id })
    const way = await org.handler.does.requests.createLink(asked.id)
    const visit = createSession({ baseUrl: service.baseUrl, token: new URL(way.url).hash.slice(1) })
    await visit.acceptNotice({ noticeId: org.notice.id })
    await visit.setNumber({ number: fixtureNumber(4714) })
    await visit.addEvidence(smallPdf(), { kind: 'other' })
    await visit.check()
    await visit.submit()
    await org.reviewer.does.requests.return(asked.id, {
      items: [{ subjectId: sloppy.id, reason: 'other', remark: keep('remark of a return', '秘匿の書類が不鮮明') }],
    })
    await org.handler.does.numbers.register(employee.id, { number: fixtureNumber(4711) })
    await org.handler.does.numbers.correct(employee.id, {
      number: fixtureNumber(4712),
      reason: keep('reason of a correction', '桁の取り違えを本人が申し出た'),
    })
    const signing = await makeSigningClient(service, { organizationId: org.organization.id })
    const { clientId, jwk: privateKey } = signing
    const signer = createAzukari({ baseUrl: service.baseUrl, clientId, privateKey, organization: org.organization.id })
    await signer.settings.get()
    keep('nonce', (await signer.signIns.createNonce({ organization: org.organization.id })).nonce)
    const encrypting = createAzukari({ baseUrl: service.baseUrl, ...service.credentials, encryptNumbers: true })
    const other = await makeEmployee(org, { name: keep('name beside a JWE', '秘匿 三郎左衛門') })
    await encrypting
      .for(org.organization.id)
      .as({ staff: org.handler.id })
      .numbers.register(other.id, { number: fixtureNumber(4713) })
    await org.officer.does.plannedDisposals.set(employee.id, {
      plannedOn: '2040-04-01',
      reason: keep('reason of a plan', '係争中のため秘匿の理由'),
    })
    await org.client.recipients.create({ name: keep('recipient', '秘匿給与サービス株式会社'), kind: 'own_payroll' })
    const payee = await org.client.subjects.create({
      kind: 'payee',
      companyId: org.company.id,
      name: keep('payee', '秘匿 花子左衛門'),
      address: '東京都',
    })
    await org.client.payments.create({
      companyId: org.company.id,
      subjectId: payee.id,
      category: 'manuscript',
      kind: '原稿料',
      amount: 60_000,
      withheld: 6126,
      dueOn: '2026-05-01',
      remarks: keep('remarks', '秘匿の摘要'),
    })
    const filing = await org.handler.does.filings.create({ companyId: org.company.id, form: '309', year: 2026 })
    await org.client.jobs.wait(filing.jobId)
    const imported = await org.handler.does.imports.create(
      new TextEncoder().encode('社員コード,社員名\r\nX1,秘匿 次郎左衛門\r\n'),
      { kind: 'roster', companyId: org.company.id, fileName: keep('file name', '秘匿名簿.csv') },
    )
    keep('name in a roster', '秘匿 次郎左衛門')
    await org.officer.does.staff.update(org.handler.id, { email: keep('e-mail of staff', 'hitoku-tanto@example.jp') })
    const checkpoint = await org.auditor.does.ledger.createCheckpoint()
    const timeStamp = { at: new Date(), response: Buffer.from('30053003020102', 'hex') }
    await service.core.sealing.timeStamps.add(org.organization.id, checkpoint.id, timeStamp)
    await org.client.jobs.wait(imported.jobId)
    // A tile of the ledger's tree is finished with 256 entries.
    for (let i = 0; i < 256; i++) await org.client.settings.update({ standingNoticeId: org.notice.id })
    await org.client.ledger.createCheckpoint()
    // A round of sealing that is not carried out yet stands in the head.
    const entries = service.databases.data.mongoose.model('LedgerEntry')
    Object.assign(entries, { updateMany: () => Promise.reject(new Error('stopped')) })
    await org.client.settings.update({ standingNoticeId: org.notice.id })
    await service.core.sealing.sealAll()
    Reflect.deleteProperty(entries, 'updateMany')
  }, 120_000)
  afterAll(() => rmSync(out, { recursive: true, force: true }))

  const documentsOf = async (database: 'data' | 'keys', name: string) => raw[database].collection(name).find().toArray()
  const collectionsOf = async (database: 'data' | 'keys') =>
    (await raw[database].listCollections({}, { nameOnly: true }).toArray()).map(({ name }) => name)
  const valuesOf = (document: Record<string, unknown>, field: string): unknown[] =>
    field.split('.').reduce<unknown[]>(
      (values, name) =>
        values.flatMap((value) => {
          const next = (value as Record<string, unknown> | undefined)?.[name]
          return next === undefined || next === null ? [] : Array.isArray(next) ? next : [next]
        }),
      [document],
    )
  const bytesOf = (value: unknown): Buffer | undefined =>
    value instanceof mongo.Binary ? Buffer.from(value.buffer) : undefined

  it('no secret lies in the clear anywhere, in no form in which it could be read', async () => {
    const found: string[] = []
    for (const database of ['data', 'keys'] as const)
      for (const name of await collectionsOf(database)) {
        const all = Buffer.concat(
          (await documentsOf(database, name)).map((document) => Buffer.from(mongo.BSON.serialize(document))),
        )
        for (const [what, text] of plaintexts)
          for (const form of [text, Buffer.from(text).toString('base64'), Buffer.from(text).toString('hex')])
            if (all.includes(form)) found.push(`${what} in ${name}`)
      }
    expect([...plaintexts.values()].every((text) => text.length >= 5)).toBe(true)
    expect(plaintexts.size).toBeGreaterThan(18)
    expect(found).toEqual([])
  })

  const rows = secretsAtRest.filter(({ model }) => model !== 'blobs')
  it.each(rows.map((row) => [`${row.model}.${row.field}`, row] as const))(
    '%s is there, and is what the table says',
    async (_name, row) => {
      const { collection = '' } = schemasOf(row.database).find(({ model }) => model === row.model) ?? {}
      const values = (await documentsOf(row.database, collection)).flatMap((document) => valuesOf(document, row.field))
      expect(values.length).toBeGreaterThan(0)
      for (const value of values) {
        const bytes = bytesOf(value)
        if (row.protection === 'dek' || row.protection === 'field_key') {
          expect(describeRecord(bytes ?? Buffer.alloc(0))).toMatchObject({
            format: 1,
            dekId: expect.stringMatching(/^key_/),
          })
        } else if (row.protection === 'wrapped') {
          // RFC 3394: 32 bytes of key become 40; what a KMS answers is longer.
          expect(bytes?.length).toBeGreaterThanOrEqual(40)
        } else if (row.protection === 'hash' || row.protection === 'mark') {
          expect(bytes?.length === 32 || /^[\w-]{43}$/.test(String(value))).toBe(true)
        }
      }
    },
  )

  it('the hashes are of the tokens, and the numbers’ index values are cut to 20 bits', async () => {
    const hashOf = (what: string, encoding: 'hex' | 'base64url') =>
      createHash('sha256')
        .update(plaintexts.get(what) ?? '')
        .digest(encoding)
    const links = await documentsOf('data', 'links')
    expect(links.map(({ tokenHash }) => tokenHash)).toContain(hashOf('link token', 'base64url'))
    const sessions = await documentsOf('data', 'sessions')
    expect(sessions.map(({ tokenHash }) => tokenHash)).toContain(hashOf('session token', 'base64url'))
    const clients = await documentsOf('data', 'clients')
    expect(
      clients.flatMap(({ secrets }) => secrets.map(({ hash }: { hash: unknown }) => bytesOf(hash)?.toString('hex'))),
    ).toContain(hashOf('client secret', 'hex'))
    const deks = await documentsOf('keys', 'deks')
    const indexes = deks.flatMap(({ index }) => (index === undefined ? [] : [index.value]))
    expect(indexes.length).toBeGreaterThan(5)
    expect(Math.max(...indexes)).toBeLessThan(2 ** 20)
    expect(deks.filter(({ purpose }) => purpose === 'file').every(({ index }) => index === undefined)).toBe(true)
  })

  it('every sealed field can be written anew in another format, and everything is read as before', async () => {
    const sealed = rows.filter(({ boundName, protection }) => boundName !== undefined || protection === 'dek')
    format.current = 2
    const results = await service.core.renewal.again()
    expect(results.map(({ area }) => area).sort()).toEqual(sealed.map(({ model, field }) => `${model}.${field}`).sort())
    expect(results.filter(({ renewed, done }) => renewed === 0 || !done)).toEqual([])
    for (const row of sealed) {
      const { collection = '' } = schemasOf('data').find(({ model }) => model === row.model) ?? {}
      const formats = (await documentsOf('data', collection))
        .flatMap((document) => valuesOf(document, row.field))
        .map((value) => describeRecord(bytesOf(value) ?? Buffer.alloc(0)).format)
      expect([row.model, row.field, [...new Set(formats)]]).toEqual([row.model, row.field, [2]])
    }
    // Each by the code that reads it, with the binding that it has there.
    for (const { organizationId, _id } of await documentsOf('data', 'subjects'))
      expect(await service.core.subjects.get({ organizationId }, String(_id))).toHaveProperty('name')
    const cipherOf = (organizationId: string) => service.core.keys.fields.for(organizationId)
    for (const row of sealed.filter(({ boundName }) => boundName !== undefined)) {
      const { collection = '' } = schemasOf('data').find(({ model }) => model === row.model) ?? {}
      for (const document of await documentsOf('data', collection))
        for (const [i, value] of valuesOf(document, row.field).entries()) {
          const { boundName = '' } = row
          const ids = valuesOf(document, 'secrets.id').map(String)
          const name = typeof boundName === 'string' ? boundName : boundName(ids[i] ?? '')
          const cipher = await cipherOf(document.organizationId)
          expect(cipher.open(String(document._id), name, bytesOf(value) ?? Buffer.alloc(0)).length).toBeGreaterThan(0)
        }
    }
  })
})
