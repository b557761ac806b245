import { verifyWebhook } from '@azukari/sdk'
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fixtureNumber } from '../support/fixture-number.ts'
import { type Databases, openDatabases } from '../support/raw.ts'
import {
  makeEmployee,
  makeOrganization,
  startTestService,
  type TestOrganization,
  type TestService,
} from '../support/service.ts'
import { startReceiver, until } from '../support/webhooks-setup.ts'

let service: TestService
let databases: Databases
let org: TestOrganization
let ahead = 0
beforeAll(async () => {
  service = await startTestService({ clock: { now: () => new Date(Date.now() + ahead) } })
  databases = await openDatabases()
  org = await makeOrganization(service)
})
afterAll(async () => {
  await databases.close()
  await service.close()
})

describe('a number at the end of its time', () => {
  it('is planned, kept until its day, deleted in every part, and certified: the certificate verifies and holds no digit', async () => {
    const { client, officer, handler } = org
    const { id } = await makeEmployee(org, { name: '退職 花子' })
    await handler.does.numbers.register(id, { number: fixtureNumber(70), issuedOn: '2016-01-01' })
    await handler.does.numbers.reissue(id, { number: fixtureNumber(71), issuedOn: '2020-01-01' })
    const versionIds = (await client.numbers.get(id)).versions.map((version) => version.id)
    await client.subjects.createEmploymentEvent(id, { kind: 'retired', on: '2026-10-31' })
    await client.subjects.createEmploymentEvent(id, { kind: 'insurance_lost', on: '2026-11-01' })
    expect(await officer.does.plannedDisposals.get(id)).toMatchObject({
      state: 'planned',
      claimsUntilOn: '2034-01-10',
      plannedOn: '2034-01-11',
    })

    await expect(officer.does.disposals.create({ subjectIds: [id] })).rejects.toMatchObject({
      status: 409,
      code: 'disposal_too_early',
      errors: [{ pointer: '/subjectIds/0' }],
    })
    await officer.does.plannedDisposals.remove(id, { reason: '税務調査中', reviewOn: '2034-06-30' })
    await client.testClock.set({ now: '2034-02-01T00:00:00Z' })
    expect((await client.disposalSchedule.list({ due: true })).data).toEqual([])
    await expect(officer.does.disposals.create({ subjectIds: [id] })).rejects.toMatchObject({
      code: 'disposal_too_early',
    })
    expect(await officer.does.plannedDisposals.set(id, { plannedOn: '2034-03-31', reason: '調査終了' })).toMatchObject({
      plannedOn: '2034-03-31',
      staffOn: '2034-03-31',
    })
    await client.testClock.set({ now: '2034-03-30T14:59:59Z' })
    await expect(officer.does.disposals.create({ subjectIds: [id] })).rejects.toMatchObject({
      code: 'disposal_too_early',
    })
    await client.testClock.set({ now: '2034-03-30T15:00:00Z' })
    expect((await client.disposalSchedule.list({ due: true })).data).toMatchObject([
      { subjectId: id, name: '退職 花子', due: true },
    ])
    await expect(handler.does.disposals.create({ subjectIds: [id] })).rejects.toMatchObject({ code: 'not_permitted' })

    const numbers = databases.data.collection('numbers')
    const dekIds = (await numbers.find({ subjectId: id }).toArray()).map(({ dekId }) => dekId)
    const started = await officer.does.disposals.create({ subjectIds: [id] })
    await client.jobs.wait(started.jobId)
    const disposal = await client.disposals.get(started.id)
    expect(disposal).toMatchObject({ state: 'done', certificateIds: [expect.stringMatching(/^crt_/)] })

    expect(await databases.keys.collection('deks').countDocuments({ _id: { $in: dekIds } })).toBe(0)
    for (const row of await numbers.find({ subjectId: id }).toArray()) {
      expect(row.state).toBe('deleted')
      for (const field of ['sealed', 'dekId', 'mask', 'reason']) expect(row).not.toHaveProperty(field)
    }
    expect(await client.numbers.get(id)).toMatchObject({
      state: 'disposed',
      versions: [{ state: 'deleted' }, { state: 'deleted' }],
    })
    await expect(handler.does.reveals.create({ subjectIds: [id], purpose: 'withholding_tax' })).rejects.toMatchObject({
      code: 'number_missing',
    })
    const labels = (await client.ledger.listEntries({ subjectId: id, order: 'asc' })).data.map(
      ({ operationLabel, outcome }) => `${operationLabel} ${outcome}`,
    )
    expect(labels).toEqual([
      '対象者 done',
      '代理登録 done',
      '再発行 done',
      '異動 done',
      '異動 done',
      '削除 refused',
      '予定解除 done',
      '削除 refused',
      '削除予定 done',
      '削除 refused',
      '削除開始 done',
      '削除 done',
      '閲覧 refused',
    ])

    const certificate = await client.certificates.get(disposal.certificateIds?.[0] ?? '')
    expect(certificate).toMatchObject({ status: 'deleted', subjectId: id, disposalId: disposal.id })
    expect(certificate).not.toHaveProperty('erasedAt')
    const jwks = createLocalJWKSet((await client.authorization.jwks()) as Parameters<typeof createLocalJWKSet>[0])
    const options = { issuer: 'https://azukari.test', subject: id, typ: 'azukari-certificate+jwt' }
    const { payload } = await jwtVerify(certificate.jws, jwks, options)
    expect(payload).toMatchObject({
      status: 'deleted',
      certificateId: certificate.id,
      organizationId: org.organization.id,
      removed: ['wrapped_key', 'ciphertext', 'mask'],
      decidedBy: { staffId: officer.id, roles: ['officer'] },
    })
    expect([...(payload.versionIds as string[])].sort()).toEqual([...versionIds].sort())
    expect(String(payload.businessAt)).toMatch(/^2034-03-3/)
    const said = JSON.stringify([payload, decodeProtectedHeader(certificate.jws)])
    for (const text of ['erased', '退職', fixtureNumber(70).slice(8), fixtureNumber(71).slice(8)])
      expect(said).not.toContain(text)
    const [head, body, signature] = certificate.jws.split('.')
    const changed = Buffer.from(JSON.stringify({ ...payload, status: 'erased' })).toString('base64url')
    await expect(jwtVerify([head, changed, signature].join('.'), jwks, options)).rejects.toThrow()
    await expect(jwtVerify([head, body, signature].join('.'), jwks, { ...options, subject: 'sub_x' })).rejects.toThrow()

    await expect(officer.does.disposals.create({ subjectIds: [id] })).rejects.toMatchObject({ code: 'number_missing' })
  })
})

describe('a webhook', () => {
  it('is sent until the receiver takes it: first 500, then 204, the same id and bytes, each time signed anew', async () => {
    const { client, handler } = org
    const receiver = await startReceiver((nth) => ({ status: nth === 1 ? 500 : 204 }))
    const { secret = '', ...endpoint } = await client.webhookEndpoints.create({
      url: receiver.url,
      events: ['number.registered'],
    })
    const { id } = await makeEmployee(org)
    const { current } = await handler.does.numbers.register(id, { number: fixtureNumber(72) })
    await until('the first attempt', () => receiver.received.length === 1)
    const deliveries = () => client.webhookDeliveries.list({ endpointId: endpoint.id })
    await until('the failure on record', async () => (await deliveries()).data[0]?.attempts === 1)
    expect((await deliveries()).data).toMatchObject([
      { state: 'waiting', lastStatus: 500, type: 'number.registered', nextAt: expect.any(String) },
    ])
    ahead += 10_000
    await until('the second attempt', () => receiver.received.length === 2)
    await until('the success on record', async () => (await deliveries()).data[0]?.state === 'succeeded')
    expect((await deliveries()).data).toMatchObject([{ attempts: 2, lastStatus: 204, deliveredAt: expect.any(String) }])

    const [first, second] = receiver.received
    expect(second?.body).toBe(first?.body)
    expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id'])
    expect(second?.headers['webhook-timestamp']).not.toBe(first?.headers['webhook-timestamp'])
    for (const one of receiver.received) {
      const event = await verifyWebhook({ secret, body: one.body, headers: one.headers })
      expect(event).toMatchObject({
        id: one.headers['webhook-id'],
        type: 'number.registered',
        data: { subjectId: id, versionId: current?.id },
      })
      expect(one.body).not.toMatch(/\d{12}/)
      await expect(
        (async () =>
          verifyWebhook({
            secret,
            body: one.body.replace('registered', 'corrected'),
            headers: one.headers,
          }))(),
      ).rejects.toMatchObject({ code: 'signature_mismatch' })
    }
  })
})
