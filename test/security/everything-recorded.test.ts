import { createSession } from '@azukari/sdk'
import { exportJWK, generateKeyPair } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { acts, type Operation, type Permission, permissions, type Recorded } from '../../src/core/access/access.ts'
import { exampleRequest, operations, tokenFor } from '../support/contract.ts'
import { advanceUntil } from '../support/erasure-setup.ts'
import { fixtureNumber } from '../support/fixture-number.ts'
import { type Databases, openDatabases } from '../support/raw.ts'
import {
  makeEmployee,
  makeOrganization,
  startTestService,
  type TestOrganization,
  type TestService,
} from '../support/service.ts'
import { smallPdf } from '../support/small-pdf.ts'

type RecordedOperation = { [K in Operation]: (typeof acts)[K] extends { records: unknown } ? K : never }[Operation]
type Session = ReturnType<typeof createSession>

const rows: Record<string, Recorded> = acts
const may: Record<string, Permission> = permissions

/** Everything is in the record: each operation of the contract is done, and its entries are looked for. */
describe('the 取扱記録', () => {
  let service: TestService
  let databases: Databases
  let org: TestOrganization
  /** What earlier operations of the list made, for the later ones. */
  const made: Record<string, string> = {}
  let session: Session
  /** Of somebody who comes back. */
  let changes: Session

  /** Moved over the waits of an erasure epoch. */
  let aheadMs = 0
  const clock = { now: () => new Date(Date.now() + aheadMs) }
  beforeAll(async () => {
    service = await startTestService({
      clock,
      settings: { KEY_CACHE_SECONDS: '2', ERASURE_KEEP_OLD_KEYS_SECONDS: '0' },
    })
    databases = await openDatabases()
    org = await makeOrganization(service)
    // Everybody has signed in today, so that no ログイン gets in between.
    for (const who of [org.officer, org.handler, org.reviewer, org.auditor]) await who.does.companies.list()
    for (const n of [1, 1])
      await org.handler.does.numbers.register((await makeEmployee(org)).id, { number: fixtureNumber(n) })
  }, 60_000)
  afterAll(async () => {
    await databases.close()
    await service.close()
  })

  const newRequest = async (): Promise<Session> => {
    const { id } = await makeEmployee(org)
    const request = await org.client.requests.create({ subjectId: id })
    made.submitted = request.id
    const { url } = await org.client.requests.createLink(request.id)
    return createSession({ baseUrl: service.baseUrl, token: url.slice(url.indexOf('#') + 1) })
  }
  const comesBack = async (how: Parameters<typeof org.client.subjects.createLink>[1]): Promise<Session> => {
    const { url } = await org.client.subjects.createLink(of('returning'), how)
    return createSession({ baseUrl: service.baseUrl, token: url.slice(url.indexOf('#') + 1) })
  }
  const registered = async (n: number): Promise<string> => {
    const { id } = await makeEmployee(org)
    await org.handler.does.numbers.register(id, { number: fixtureNumber(n) })
    return id
  }
  const jobOf = async <T extends { id: string; jobId: string }>(started: T): Promise<string> => {
    await org.client.jobs.wait(started.jobId)
    return started.id
  }
  const keep = (name: string, id: string | undefined): string => {
    made[name] = id ?? ''
    return made[name]
  }
  const of = (name: string): string => {
    const id = made[name]
    if (id === undefined) throw new Error(`${name} was not made: an operation before this one failed`)
    return id
  }
  const publicJwk = async () => {
    const { kty, crv, x } = await exportJWK((await generateKeyPair('EdDSA', { extractable: true })).publicKey)
    return { kty: kty as 'OKP', crv: crv as 'Ed25519', x: x ?? '' }
  }

  /**
   * Setting the scene happens before the look, the operation itself after. In the order in which they are listed: what one makes,
   * a later one needs.
   */
  type Drive = { before?: () => Promise<unknown>; act: () => Promise<unknown> }
  const drives: Record<RecordedOperation, Drive> = {
    createOrganization: { act: () => service.vendor.organizations.create({ name: '新しい組織', mode: 'test' }) },
    createClient: {
      act: async () =>
        keep('client', (await service.vendor.clients.create({ name: '連携', scopes: ['usage:read'] })).id),
    },
    createClientSecret: {
      act: async () => keep('secret', (await service.vendor.clientSecrets.create(of('client'), {})).id),
    },
    deleteClientSecret: { act: () => service.vendor.clientSecrets.delete(of('client'), of('secret')) },
    createClientKey: {
      act: async () => {
        const jwk = await publicJwk()
        keep('key', (await service.vendor.clientKeys.create(of('client'), { use: 'sig', jwk })).id)
      },
    },
    deleteClientKey: { act: () => service.vendor.clientKeys.delete(of('client'), of('key')) },
    deleteClient: { act: () => service.vendor.clients.delete(of('client')) },
    createCompany: { act: () => org.client.companies.create({ name: '個人商店', kind: 'sole_proprietor' }) },
    updateCompany: {
      act: () => org.client.companies.update(org.company.id, { address: '東京都港区芝公園１－１－１' }),
    },
    createDepartment: {
      act: () => org.client.departments.create({ companyId: org.company.id, code: '20', name: '経理部' }),
    },
    createStaff: {
      act: async () => {
        const appointment = { role: 'handler', fromOn: '2020-01-01' } as const
        const one = await org.officer.does.staff.create({ name: '新任 花子', userId: 'j-new', appointment })
        keep('appointment', one.appointments[0]?.id)
        keep('staff', one.id)
      },
    },
    issueToken: {
      act: () =>
        tokenFor(service.baseUrl, service.credentials, { organization: org.organization.id, staff: of('staff') }),
    },
    createAppointment: {
      act: () => org.officer.does.staff.appoint(of('staff'), { role: 'reviewer', fromOn: '2020-01-01' }),
    },
    updateStaff: {
      act: () => org.officer.does.staff.update(of('staff'), { email: 'handler@example.com' }),
    },
    createDismissal: {
      act: () => {
        const lastOn = '2099-03-31'
        return org.officer.does.staff.dismiss(of('staff'), { appointmentId: of('appointment'), lastOn, basis: '異動' })
      },
    },
    createTraining: {
      act: () => org.officer.does.staff.recordTraining(of('staff'), { subject: '取扱研修', trainedOn: '2026-04-01' }),
    },
    createPledge: {
      act: () => org.officer.does.staff.recordPledge(of('staff'), { document: '誓約書', pledgedOn: '2026-04-01' }),
    },
    updateSettings: { act: () => org.client.settings.update({ selfCheckRequired: false }) },
    setIdentityProvider: {
      act: () => {
        const issuer = 'https://login.example.com'
        return org.officer.does.identityProvider.set({ issuer, clientId: 'azukari', jwksUri: `${issuer}/jwks` })
      },
    },
    removeIdentityProvider: { act: () => org.officer.does.identityProvider.remove() },
    createNotice: {
      act: () => org.client.notices.create({ title: '追加の通知', text: '住民税', purposes: ['resident_tax'] }),
    },
    createSubject: { act: async () => keep('subject', (await makeEmployee(org)).id) },
    updateSubject: { act: () => org.client.subjects.update(of('subject'), { name: '改姓 太郎' }) },
    upsertSubject: {
      act: () => org.client.subjects.upsert('host-1', { kind: 'payee', companyId: org.company.id, name: '支払先' }),
    },
    createDependent: {
      act: () =>
        org.client.subjects.createDependent(of('subject'), { dependentNo: 1, name: '順子', relationship: '子' }),
    },
    createEmploymentEvent: {
      act: () => org.client.subjects.createEmploymentEvent(of('subject'), { kind: 'hired', on: '2026-04-01' }),
    },
    setNumberAbsence: {
      act: () => org.client.subjects.setNumberAbsence(of('subject'), { reason: 'newborn' }),
    },
    removeNumberAbsence: { act: () => org.client.subjects.removeNumberAbsence(of('subject')) },
    createConsent: {
      act: async () => {
        const wish = { subjectId: of('subject'), kind: 'family_check_entrusted', channel: 'paper' } as const
        keep('consent', (await org.client.consents.create(wish)).id)
      },
    },
    createConsentWithdrawal: { act: () => org.client.consents.withdraw(of('consent')) },
    createNoticeGiven: {
      act: () =>
        org.client.noticesGiven.create({ subjectId: of('subject'), noticeId: org.notice.id, channel: 'paper' }),
    },
    registerNumber: {
      act: () =>
        org.handler.does.numbers.register(of('subject'), {
          number: fixtureNumber(10),
          notice: { noticeId: org.notice.id, channel: 'paper' },
        }),
    },
    createNumberCorrection: {
      act: () => org.handler.does.numbers.correct(of('subject'), { number: fixtureNumber(11), reason: '誤入力' }),
    },
    createNumberReissue: {
      act: async () => {
        const number = await org.handler.does.numbers.reissue(of('subject'), {
          number: fixtureNumber(12),
          issuedOn: '2026-04-01',
        })
        keep('version', number.current?.id)
      },
    },
    createNumberCheck: {
      act: () => org.reviewer.does.numbers.check(of('subject'), { versionId: of('version') }),
    },
    createReveal: {
      act: async () => {
        for (const intent of ['view', 'print'] as const)
          await org.handler.does.reveals.create({ subjectIds: [of('subject')], purpose: 'withholding_tax', intent })
      },
    },
    listDuplicates: { act: () => org.officer.does.duplicates.list() },
    listLedgerEntries: { act: () => org.officer.does.ledger.listEntries({}).toArray({ limit: 10 }) },
    createLedgerExport: {
      act: async () => keep('record', await jobOf(await org.officer.does.ledgerExports.create({ format: 'csv' }))),
    },
    getLedgerExportContent: { act: async () => (await org.officer.does.ledgerExports.download(of('record'))).bytes() },
    getHandlingStatement: {
      act: async () => {
        await org.client.handlingStatements.get(of('subject'))
        await (await org.client.handlingStatements.download(of('subject'))).bytes()
      },
    },
    createRequest: {
      before: async () => keep('asked', (await makeEmployee(org)).id),
      act: async () => keep('request', (await org.client.requests.create({ subjectId: of('asked') })).id),
    },
    updateRequest: { act: () => org.client.requests.update(of('request'), { priority: 'high' }) },
    createRequestLink: { act: () => org.client.requests.createLink(of('request')) },
    createContact: {
      act: () => org.client.requests.createContact(of('request'), { channel: 'telephone', outcome: 'no_answer' }),
    },
    createRequestRefusal: { act: () => org.client.requests.refuse(of('request'), { reason: 'no_consent' }) },
    removeRequestRefusal: { act: () => org.client.requests.withdrawRefusal(of('request')) },
    createRequestCancellation: {
      act: () => org.client.requests.cancel(of('request'), { reason: 'not_needed' }),
    },
    getRequestHistory: {
      act: async () => {
        await org.client.requests.history(of('request'))
        await (await org.client.requests.downloadHistory(of('request'))).bytes()
      },
    },
    createCampaign: {
      act: async () => {
        const target = { subjectIds: [of('asked')] }
        keep('campaign', await jobOf(await org.client.campaigns.create({ name: '年末調整', target })))
      },
    },
    createCampaignClosure: { act: () => org.client.campaigns.close(of('campaign')) },
    createCampaignCancellation: { act: async () => jobOf(await org.client.campaigns.cancel(of('campaign'))) },
    createSession: {
      before: async () => {
        session = await newRequest()
      },
      act: () => session.open(),
    },
    createSubjectLink: {
      before: async () => {
        const { id } = await makeEmployee(org, { birthOn: '1985-04-01' })
        await org.handler.does.numbers.register(keep('returning', id), { number: fixtureNumber(29) })
        await org.client.noticesGiven.create({ subjectId: id, noticeId: org.notice.id, channel: 'paper' })
      },
      act: () => org.client.subjects.createLink(of('returning'), { kind: 'status' }),
    },
    createSessionFactor: {
      before: async () => {
        changes = await comesBack({ kind: 'status', factor: 'birth_date' })
        await changes.open()
      },
      act: () => changes.prove({ birthOn: '1985-04-01' }),
    },
    createSessionConsent: {
      before: async () => {
        const { subjectId } = await session.open()
        const wife = { dependentNo: 9, name: '東野 花', relationship: '妻' }
        await org.client.subjects.createDependent(subjectId, wife)
      },
      act: async () => {
        await session.acceptNotice({ noticeId: (await session.get()).notice.id })
        await session.consent({ kind: 'family_check_entrusted' })
      },
    },
    updateSessionPerson: { act: () => session.updatePerson({ address: '東京都千代田区一番町1' }) },
    setSessionNumber: {
      before: async () => {
        const change = await comesBack({ kind: 'change' })
        await change.acceptNotice({ noticeId: (await change.get()).notice.id })
        changes = change
      },
      act: async () => {
        for (const n of [20, 21]) await session.setNumber({ number: fixtureNumber(n) })
        await changes.setNumber({ number: fixtureNumber(26), change: 'reissue' })
      },
    },
    setSessionDependent: {
      before: async () => {
        const { id } = await org.client.subjects.createDependent(of('returning'), {
          dependentNo: 1,
          name: '東野 一',
          relationship: '子',
        })
        await org.handler.does.numbers.register(keep('child', id), { number: fixtureNumber(27) })
      },
      act: async () => {
        const relationship = '配偶者'
        await session.setDependent('d1', { name: '東野 順子', relationship, number: fixtureNumber(22) })
        await session.setDependent('d1', { name: '東野 純子', relationship, number: fixtureNumber(23) })
        const reissue = { number: fixtureNumber(28), change: 'reissue' as const }
        await changes.setDependent(of('child'), { name: '東野 一', relationship: '子', ...reissue })
      },
    },
    removeSessionDependent: {
      before: async () => {
        await session.setDependent('d2', { name: '西野 三郎', relationship: '子', number: fixtureNumber(19) })
      },
      act: () => session.removeDependent('d2'),
    },
    createSessionDependentEnding: { act: () => changes.endDependent(of('child'), { reason: 'employed' }) },
    removeSessionDependentEnding: { act: () => changes.keepDependent(of('child')) },
    createSessionEvidence: {
      act: async () => {
        const file = smallPdf()
        keep('evidence', (await session.addEvidence(file, { kind: 'residence_certificate' })).id)
      },
    },
    removeSessionEvidence: { act: () => session.removeEvidence(of('evidence')) },
    createSessionCheck: { act: () => session.check() },
    createSessionReveal: { act: () => session.reveal() },
    createSessionSubmission: { act: () => session.submit() },
    createSessionRefusal: {
      before: async () => {
        session = await newRequest()
        await session.open()
      },
      act: () => session.refuse({ reason: 'no_reason_given' }),
    },
    removeSessionRefusal: { act: () => session.takeBackRefusal() },
    createSessionPostponement: { act: () => session.postpone() },
    getSessionStatus: {
      before: async () => {
        session = await comesBack({ kind: 'status', factor: 'host' })
        await session.open()
      },
      act: () => session.status(),
    },
    createRequestReturn: {
      before: async () => {
        session = await newRequest()
        await session.acceptNotice({ noticeId: (await session.get()).notice.id })
        await session.setNumber({ number: fixtureNumber(24) })
        await session.check()
        await session.submit()
      },
      act: async () => {
        const { subjectId } = await org.client.requests.get(of('submitted'))
        const items = [{ subjectId, reason: 'name_differs' as const }]
        await org.reviewer.does.requests.return(of('submitted'), { items })
      },
    },
    createRequestAcceptance: {
      before: async () => {
        session = await newRequest()
        await session.acceptNotice({ noticeId: (await session.get()).notice.id })
        await session.setNumber({ number: fixtureNumber(25) })
        await session.check()
        await session.submit()
      },
      act: () => org.reviewer.does.requests.accept(of('submitted')),
    },
    createRecipient: {
      act: async () => {
        keep('recipient', (await org.client.recipients.create({ name: '給与', kind: 'own_payroll' })).id)
      },
    },
    createImport: {
      act: async () => {
        const file = new TextEncoder().encode('社員コード,社員名\r\nX1,取込 一郎\r\n')
        const query = { kind: 'roster', companyId: org.company.id } as const
        keep('import', await jobOf(await org.handler.does.imports.create(file, query)))
      },
    },
    createImportApplication: { act: async () => jobOf(await org.handler.does.imports.apply(of('import'))) },
    createExport: {
      act: async () => {
        const wish = { companyId: org.company.id, format: 'payroll-7', purpose: 'withholding_tax' } as const
        keep('export', await jobOf(await org.handler.does.exports.create({ ...wish, recipientId: of('recipient') })))
      },
    },
    getExportContent: { act: async () => (await org.handler.does.exports.download(of('export'))).bytes() },
    createPayment: {
      before: async () => {
        const more = { kind: 'payee' as const, companyId: org.company.id, name: '支払先', address: '東京都' }
        const { id } = await org.client.subjects.create(more)
        await org.handler.does.numbers.register(keep('payee', id), { number: fixtureNumber(30) })
      },
      act: async () => {
        const made = await org.client.payments.create({
          ...{ companyId: org.company.id, subjectId: of('payee'), category: 'manuscript', kind: '原稿料' },
          ...{ amount: 60_000, withheld: 6126, dueOn: '2026-05-01' },
        })
        keep('payment', made.id)
      },
    },
    createFiling: {
      act: async () => {
        const started = await org.handler.does.filings.create({ companyId: org.company.id, form: '309', year: 2026 })
        const [record] = await org.client.paymentRecords.list({ filingId: await jobOf(started) }).toArray({ limit: 1 })
        keep('filing', started.id)
        keep('record', record?.id)
      },
    },
    getPayeeCopy: { act: async () => (await org.client.paymentRecords.downloadPayeeCopy(of('record'))).bytes() },
    getFilingPackage: { act: async () => (await org.handler.does.filings.downloadPackage(of('filing'))).bytes() },
    createWebhookEndpoint: {
      act: async () => {
        keep('endpoint', (await org.client.webhookEndpoints.create({ url: 'https://hooks.example.com/a' })).id)
      },
    },
    createWebhookSecret: { act: () => org.client.webhookEndpoints.createSecret(of('endpoint')) },
    createTestEvent: { act: () => org.client.webhookEndpoints.createTestEvent(of('endpoint')) },
    deleteWebhookEndpoint: { act: () => org.client.webhookEndpoints.delete(of('endpoint')) },
    setPlannedDisposal: {
      before: async () => {
        const id = keep('leaver', await registered(40))
        await org.client.subjects.createEmploymentEvent(id, { kind: 'retired', on: '2026-03-31' })
      },
      act: () => org.officer.does.plannedDisposals.set(of('leaver'), { plannedOn: '2040-03-31', reason: '退職' }),
    },
    removePlannedDisposal: {
      act: () => org.officer.does.plannedDisposals.remove(of('leaver'), { reason: '調査中', reviewOn: '2039-06-30' }),
    },
    setTestClock: { act: () => org.client.testClock.set({ now: '2045-01-01T00:00:00Z' }) },
    createDisposal: {
      before: () => org.officer.does.plannedDisposals.set(of('leaver'), { plannedOn: '2044-03-31', reason: '終了' }),
      act: async () => jobOf(await org.officer.does.disposals.create({ subjectIds: [of('leaver')] })),
    },
    createErasureEpoch: { act: async () => keep('epoch', (await service.vendor.erasureEpochs.create()).id) },
    createBackupConfirmation: {
      before: () => {
        const moveClock = (ms: number): void => {
          aheadMs += ms
        }
        const driven = { erasure: service.core.erasure, clock, moveClock, waitsByClock: true }
        return advanceUntil(driven, of('epoch'), ({ state }) => state === 'awaiting_backup')
      },
      act: () => service.vendor.erasureEpochs.confirmBackup(of('epoch'), { backupTakenAt: clock.now().toISOString() }),
    },
  }

  type Found = { _id: string; operation: string; functionName: string; outcome: string; actor: { type: string } }
  const newOnes = async (work: () => Promise<unknown>): Promise<Found[]> => {
    const entries = databases.data.collection<Found>('ledger_entries')
    const before = await entries.distinct('_id')
    await work()
    return entries
      .find({ _id: { $nin: before } })
      .sort({ recordedAt: 1 })
      .toArray()
  }

  it.each(Object.entries(drives))(
    'has what %s leaves, and nothing else',
    async (operation, { before, act }) => {
      const row = rows[operation]
      if (row === undefined || 'none' in row) throw new Error('It leaves nothing.')
      await before?.()
      const found = await newOnes(act)
      expect([...new Set(found.map((entry) => entry.operation))].sort()).toEqual([...row.records].sort())
      for (const entry of found) {
        expect(['done', 'released']).toContain(entry.outcome)
        expect(entry.functionName).toMatch(/[ぁ-んァ-ヶ一-龠]/)
      }
    },
    90_000,
  )

  it('has an entry for every operation that writes, but for those named here', () => {
    const silent = operations.filter(
      ({ method, operationId }) => method !== 'GET' && 'none' in (rows[operationId] ?? {}),
    )
    expect(silent.map(({ operationId }) => operationId)).toEqual(['createNonce', 'createCheckpoint'])
    expect(Object.keys(drives).sort()).toEqual(
      Object.entries(rows)
        .filter(([, row]) => 'records' in row)
        .map(([operation]) => operation)
        .sort(),
    )
  })

  it('has nothing of what did not happen after all', async () => {
    const { client, company } = org
    const person = { kind: 'employee', companyId: company.id, name: '重複 太郎' } as const
    await client.subjects.create({ ...person, externalId: 'twice' })
    const appointment = { role: 'handler', fromOn: '2020-01-01' } as const
    const taken = [
      () => client.departments.create({ companyId: company.id, code: org.department.code, name: '別の部門' }),
      () => client.subjects.create({ ...person, externalId: 'twice' }),
      () => client.subjects.createDependent(of('subject'), { dependentNo: 1, name: '重複', relationship: '子' }),
      () => org.officer.does.staff.create({ name: '重複', userId: 'j-handler', appointment }),
    ]
    for (const create of taken)
      expect(await newOnes(() => expect(create()).rejects.toMatchObject({ code: 'already_exists' }))).toEqual([])
    const again = { kind: 'payee', companyId: company.id, name: '支払先' } as const
    expect(await newOnes(() => client.subjects.upsert('host-1', again))).toEqual([])
  })

  it('says which fields of a person changed, and never to what', async () => {
    const [entry] = await newOnes(() =>
      org.client.subjects.update(of('subject'), { name: '再改姓 太郎', address: '大阪市北区', phone: '06-1234-5678' }),
    )
    expect(entry).toMatchObject({ operation: 'subject', functionName: '対象者の変更（氏名・住所・電話）' })
  })

  it('has the attempt of whoever’s appointment does not cover the person', async () => {
    const appointment = { role: 'handler' as const, fromOn: '2020-01-01', subjectKinds: ['payee' as const] }
    const { id } = await org.officer.does.staff.create({ name: '限定 太郎', userId: 'j-narrow', appointment })
    const narrow = org.client.as({ staff: id })
    await narrow.companies.list()
    const [entry] = await newOnes(() =>
      expect(narrow.subjects.update(of('subject'), { name: '他人' })).rejects.toMatchObject({ code: 'not_permitted' }),
    )
    expect(entry).toMatchObject({ operation: 'subject', outcome: 'refused', actor: { type: 'staff', id } })
  })

  it('says of every refused attempt what it would have been', () => {
    for (const [operation, { act }] of Object.entries(may)) {
      const row = rows[operation]
      if (act === undefined) continue
      expect(row === undefined || 'none' in row ? [] : row.records.map(baseOf), operation).toContain(act)
    }
  })

  const unrecorded = operations.filter(({ operationId }) => 'none' in (rows[operationId] ?? {}))
  it.each(unrecorded.map((operation) => [operation.operationId, operation] as const))(
    'has nothing of %s, for a reason',
    async (operationId, operation) => {
      const row = rows[operationId]
      expect(row !== undefined && 'none' in row ? row.none : '').toMatch(/^[A-Z].{50,}\.$/s)
      if (operationId === 'createNonce') return
      const { scope } = may[operationId] ?? {}
      const organization = scope?.startsWith('platform:')
        ? {}
        : { organization: org.organization.id, staff: org.officer.id }
      const token =
        scope === 'session' ? await openedToken() : await tokenFor(service.baseUrl, service.credentials, organization)
      const { url } = exampleRequest(operation, idsMade())
      const found = await newOnes(() =>
        fetch(`${service.baseUrl}${url}`, { headers: { authorization: `Bearer ${token}` } }).then((r) =>
          r.arrayBuffer(),
        ),
      )
      expect(found.filter(({ actor }) => actor.type !== 'system')).toEqual([])
    },
  )

  const idsMade = (): Record<string, string> => ({
    ...{ org: org.organization.id, com: org.company.id, dep: org.department.id, ntc: org.notice.id },
    ...{ sub: of('subject'), stf: of('staff'), req: of('request'), rcp: of('recipient'), imp: of('import') },
    ...{ exp: of('export'), pay: of('payment'), fil: of('filing'), prc: of('record'), epc: of('epoch') },
    ...{ cns: of('consent'), cpg: of('campaign') },
  })
  const openedToken = async (): Promise<string> => (await (await newRequest()).open()).accessToken
})

/** A view and a print are one permission, a disposal begins before it is done. */
const baseOf = (operation: string): string => ({ print: 'view', delete_started: 'delete' })[operation] ?? operation
