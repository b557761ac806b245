import { createSession } from '@azukari/sdk'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fixtureNumber } from '../support/fixture-number.ts'
import { jsonHeaders, rawRequest } from '../support/raw.ts'
import {
  makeEmployee,
  makeOrganization,
  startTestService,
  type TestOrganization,
  type TestService,
} from '../support/service.ts'
import { smallPdf } from '../support/small-pdf.ts'

let service: TestService
let org: TestOrganization
beforeAll(async () => {
  service = await startTestService()
  org = await makeOrganization(service)
})
afterAll(() => service.close())

let seed = 5000
const number = (): string => fixtureNumber(seed++)
const birthOn = '1985-04-01'
const sessionAt = (url: string, more: object = {}) =>
  createSession({ baseUrl: service.baseUrl, token: new URL(url).hash.slice(1), maxRetries: 0, ...more })
const asked = async (
  how: Parameters<TestOrganization['client']['requests']['createLink']>[1],
  more: object = {},
  at = org,
) => {
  const person = await makeEmployee(at, { birthOn })
  const request = await at.client.requests.create({ subjectId: person.id, ...more })
  const link = await at.client.requests.createLink(request.id, how)
  return { person, request, link }
}
const employeeFields = () => ({ kind: 'employee' as const, companyId: org.company.id, name: '試験 太郎' })
const told = async (session: ReturnType<typeof sessionAt>) =>
  session.acceptNotice({ noticeId: (await session.get()).notice.id })

/** A picture of these pixels as far as anybody looks: head, noise and end. */
const jpeg = (width: number, height: number, noise = 400): Uint8Array =>
  Buffer.concat([
    Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc0, 0, 11, 8]),
    Buffer.from([height >> 8, height & 255, width >> 8, width & 255, 1, 1, 0x11, 0]),
    Buffer.alloc(noise, 7),
    Buffer.from([0xff, 0xd9]),
  ])
const png = (width: number, height: number): Uint8Array => {
  const size = Buffer.alloc(8)
  size.writeUInt32BE(width, 0)
  size.writeUInt32BE(height, 4)
  const head = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13])
  return Buffer.concat([head, Buffer.from('IHDR'), size, Buffer.alloc(60), Buffer.from('IEND\0\0\0\0')])
}
const pdf = (more = ''): Uint8Array => smallPdf({ trailer: more })

describe('the own number', () => {
  it('comes back encrypted to the page alone, after the second factor, on another device too, and on record', async () => {
    const { person, link } = await asked({ factor: 'birth_date' })
    const first = sessionAt(link.url, { encryptNumbers: true })
    await first.prove({ birthOn })
    await told(first)
    const [own, hers] = [number(), number()]
    await first.setNumber({ number: own, issuedOn: '2016-01-01' })
    await first.setDependent('d1', { name: '東野 順子', relationship: '配偶者', number: hers })

    const second = sessionAt(link.url)
    await expect(second.reveal()).rejects.toMatchObject({ status: 403, code: 'factor_required' })
    await expect(first.get()).rejects.toMatchObject({ status: 410, code: 'session_replaced' })
    await second.prove({ birthOn })
    expect(await second.reveal()).toMatchObject([
      { key: 'self', subjectId: person.id, number: own, issuedOn: '2016-01-01' },
      { key: 'd1', number: hers },
    ])
    const { data } = await org.auditor.does.ledger.listEntries({ subjectId: person.id, operation: 'view' })
    const viewed = { operation: 'view', actor: { type: 'subject', id: person.id } }
    expect(data).toMatchObject([
      { ...viewed, outcome: 'released', assurance: 'factor' },
      { ...viewed, outcome: 'refused', refusal: 'factor_required', assurance: 'none' },
    ])
    const vouched = await org.auditor.does.ledger.listEntries({ subjectId: person.id, assurance: 'factor' })
    expect(vouched.data.map(({ functionName }) => functionName)).toContain('リンクの二要素の確認')
    expect(service.logLines.join('')).not.toContain(own)
  })

  it('without a second factor is shown only to the session in which it was entered, and of the family only what was entered', async () => {
    const { person, link } = await asked({})
    const child = await org.client.subjects.createDependent(person.id, {
      dependentNo: 1,
      name: '東野 一',
      relationship: '子',
    })
    await org.handler.does.numbers.register(child.id, { number: number() })
    const session = sessionAt(link.url)
    await told(session)
    const own = number()
    expect((await session.setNumber({ number: own })).number).toMatchObject({ readable: true })
    expect((await session.get()).dependents[0]?.number).toMatchObject({ readable: false })
    expect(await session.reveal()).toMatchObject([{ key: 'self', number: own }])
    await expect(session.reveal([child.id])).rejects.toMatchObject({ code: 'factor_required' })
    await expect(session.reveal(['d9'])).rejects.toMatchObject({ code: 'not_found' })
    const other = sessionAt(link.url)
    expect((await other.get()).number).toMatchObject({ readable: false })
    await expect(other.reveal()).rejects.toMatchObject({ code: 'factor_required' })
  })

  it('that is refused is on record as one that is shown', async () => {
    const { person, link } = await asked({ factor: 'birth_date' })
    const tried = async () =>
      (await org.auditor.does.ledger.listEntries({ subjectId: person.id, operation: 'view' })).data
    const first = sessionAt(link.url)
    await expect(first.reveal()).rejects.toMatchObject({ code: 'number_missing' })
    await first.prove({ birthOn })
    await told(first)
    await first.setNumber({ number: number() })
    const second = sessionAt(link.url)
    await expect(second.reveal()).rejects.toMatchObject({ code: 'factor_required' })
    await expect(second.reveal(['self'])).rejects.toMatchObject({ code: 'factor_required' })
    const refused = { outcome: 'refused', actor: { type: 'subject', id: person.id } }
    expect(await tried()).toMatchObject(
      ['factor_required', 'factor_required', 'number_missing'].map((refusal) => ({ ...refused, refusal })),
    )
  })

  it('does not go to a key that is none', async () => {
    const { link } = await asked({})
    const session = sessionAt(link.url)
    await told(session)
    await session.setNumber({ number: number() })
    const { accessToken } = await session.open()
    const zero = JSON.stringify({ jwk: { kty: 'OKP', crv: 'X25519', x: 'A'.repeat(43) } })
    const answer = await rawRequest(service, 'POST', '/v1/session/reveals', {
      token: accessToken,
      body: zero,
      headers: jsonHeaders,
    })
    expect([answer.status, answer.json.code]).toEqual([422, 'invalid_value'])
  })
})

describe('確認書類', () => {
  it('that was asked for is uploaded before the submission, taken back until then, and lies sealed', async () => {
    const { link } = await asked({}, { documents: ['number_proof', 'identity_proof'] })
    const session = sessionAt(link.url)
    await expect(session.addEvidence(jpeg(640, 400), { kind: 'card_back' })).rejects.toMatchObject({
      code: 'notice_required',
    })
    await told(session)
    await session.setNumber({ number: number() })
    await session.check()
    await expect(session.submit()).rejects.toMatchObject({ status: 422, code: 'required' })
    const picture = jpeg(640, 400, 300_000)
    const back = await session.addEvidence(picture, { kind: 'card_back' })
    expect(back).toMatchObject({
      kind: 'card_back',
      subjectKey: 'self',
      proves: ['number_proof'],
      mediaType: 'image/jpeg',
    })
    expect(back.bytes).toBe(picture.length)
    const wrong = await session.addEvidence(png(800, 600), { kind: 'passport' })
    await session.removeEvidence(wrong.id)
    await expect(session.removeEvidence(wrong.id)).rejects.toMatchObject({ status: 404 })
    await expect(session.submit()).rejects.toMatchObject({ code: 'required' })
    await session.addEvidence(pdf(), { kind: 'driving_licence' })
    expect((await session.get()).evidence.map(({ kind }) => kind)).toEqual(['card_back', 'driving_licence'])
    const chunks = await service.databases.data.mongoose.connection.collection('blobs.chunks').find().toArray()
    expect(chunks.length).toBeGreaterThan(0)
    for (const { data } of chunks) expect(Buffer.from(data.buffer).includes(Buffer.alloc(64, 7))).toBe(false)
    await session.submit()
    await expect(session.removeEvidence(back.id)).rejects.toMatchObject({ code: 'conflict' })
    await expect(session.addEvidence(pdf(), { kind: 'other' })).rejects.toMatchObject({ code: 'conflict' })
    expect((await session.listEvidence()).data).toHaveLength(2)
  })

  it('that is no picture, is cut short, too large, or would unpack to gigabytes is refused, and nothing is kept', async () => {
    const { link } = await asked({})
    const session = sessionAt(link.url)
    await told(session)
    const refused = [
      ['invalid_file', Buffer.from('<svg onload="alert(1)"/>')],
      ['invalid_file', Buffer.from('GIF89a')],
      ['invalid_file', jpeg(640, 400).subarray(0, 200)],
      ['invalid_file', jpeg(20_000, 20_000)],
      ['invalid_file', png(60_000, 60_000)],
      ['invalid_file', png(0, 10)],
      ['invalid_file', pdf('/Encrypt 5 0 R')],
      ['payload_too_large', jpeg(640, 400, 8 * 1024 * 1024)],
    ] as const
    for (const [code, bytes] of refused)
      await expect(session.addEvidence(bytes, { kind: 'card_front' })).rejects.toMatchObject({ code })
    await expect(session.addEvidence(pdf(), { kind: 'card_front', subjectKey: 'd7' })).rejects.toMatchObject({
      status: 404,
    })
    expect((await session.listEvidence()).data).toEqual([])
    const files = service.databases.data.mongoose.connection.collection('files')
    expect(
      await files.countDocuments({ organizationId: org.organization.id, kind: 'evidence', state: 'writing' }),
    ).toBe(0)
  })

  it('stays when the number is corrected, and goes with the disposal, as does what was written of the person', async () => {
    const other = await makeOrganization(service)
    const { person, request, link } = await asked({}, {}, other)
    const session = sessionAt(link.url)
    await told(session)
    await session.setNumber({ number: number() })
    await session.addEvidence(jpeg(640, 400), { kind: 'card_back' })
    await session.setNumber({ number: number() })
    expect((await session.get()).evidence).toHaveLength(1)
    await session.check()
    await session.submit()
    const { requests } = other.handler.does
    const remark = '奥さまは入院中とのこと'
    await requests.return(request.id, { items: [{ subjectId: person.id, reason: 'other', remark }], remark })
    await requests.createContact(request.id, { channel: 'telephone', outcome: 'reached', remark })
    const again = sessionAt(link.url)
    await again.check()
    await again.submit()
    await requests.accept(request.id)
    const linesOf = async () => (await requests.history(request.id)).lines
    const before = await linesOf()
    expect(before.filter((line) => line.remark === remark).map(({ kind }) => kind)).toEqual(['returned', 'contact'])
    expect((await requests.get(request.id)).return?.remark).toBe(remark)
    await other.client.subjects.createEmploymentEvent(person.id, { kind: 'retired', on: '2026-03-31' })
    await other.client.testClock.set({ now: '2045-01-01T00:00:00.000Z' })
    const { jobId } = await other.officer.does.disposals.create({ subjectIds: [person.id] })
    expect(await other.client.jobs.wait(jobId)).toMatchObject({ state: 'succeeded' })
    const { connection } = service.databases.data.mongoose
    const of = { organizationId: other.organization.id, subjectId: person.id }
    expect(await connection.collection('evidence').countDocuments(of)).toBe(0)
    const after = await requests.get(request.id)
    expect(after.return?.items).toEqual([{ subjectId: person.id, reason: 'other' }])
    expect(JSON.stringify([after, await linesOf(), await requests.listContacts(request.id)])).not.toContain(remark)
    const states = (lines: typeof before) => lines.map(({ kind, at, by, reason }) => ({ kind, at, by, reason }))
    expect(states(await linesOf())).toEqual(states(before))
    const lists = connection.collection('file_subjects')
    expect(await lists.countDocuments({ organizationId: other.organization.id, subjectIds: person.id })).toBe(0)
  })
})

describe('after the submission', () => {
  it('the receipt comes in words and as a PDF, the same again, without digits', async () => {
    const { link } = await asked({ factor: 'passcode', passcode: 'sakura-42' })
    const session = sessionAt(link.url)
    await session.prove({ passcode: 'sakura-42' })
    await told(session)
    const own = number()
    await session.setNumber({ number: own })
    await session.check()
    const receipt = await session.submit()
    expect(receipt).toMatchObject({
      kind: 'collect',
      companyName: '試験株式会社',
      noticeTitle: '個人番号の利用目的について',
    })
    expect(receipt.lines.map(({ operationLabel, name }) => `${operationLabel} ${name}`)).toEqual([
      '登録 試験 太郎',
      '番号確認 試験 太郎',
      '依頼 試験 太郎',
    ])
    const later = sessionAt(link.url)
    // Before the second factor nobody is named.
    expect((await later.receipt()).lines.map(({ name }) => name)).toEqual([undefined, undefined, undefined])
    await later.prove({ passcode: 'sakura-42' })
    expect(await later.receipt()).toEqual(receipt)
    const document = Buffer.from(await (await later.downloadReceipt()).bytes())
    expect(document.subarray(0, 5).toString()).toBe('%PDF-')
    expect(document.includes(own)).toBe(false)
    expect(await later.status()).toMatchObject({
      requestState: 'submitted',
      held: [{ key: 'self', state: 'registered' }],
    })
  })

  it('a change is begun by the host for its signed-in user, who comes back to it', async () => {
    const { person, request, link } = await asked({})
    const first = sessionAt(link.url)
    await told(first)
    await first.setNumber({ number: number() })
    await first.check()
    await first.submit()
    await org.reviewer.does.requests.accept(request.id)
    await org.officer.does.settings.update({
      collection: { redirectUrls: ['https://hr.example.co.jp/me'], allowedOrigins: ['https://hr.example.co.jp'] },
    })
    const redirectUrl = 'https://hr.example.co.jp/me?from=azukari'
    const change = await org.client.subjects.createLink(person.id, { kind: 'change', factor: 'host', redirectUrl })
    expect(change).toMatchObject({
      kind: 'change',
      factor: 'host',
      redirectUrl,
      embedUrl: expect.stringContaining('/c/org_'),
    })
    const session = sessionAt(change.url)
    expect(await session.get()).toMatchObject({ redirectUrl, factor: { kind: 'host', passed: true } })
    await told(session)
    await session.updatePerson({ address: '京都市上京区1', phone: '075-000-0000' })
    const renewed = number()
    await session.setNumber({ number: renewed, change: 'reissue', reason: '紛失のため' })
    expect(await session.reveal()).toMatchObject([{ number: renewed }])
    await session.check()
    await session.submit()
    expect(await org.client.requests.get(change.requestId ?? '')).toMatchObject({ change: true, state: 'submitted' })
    expect(await org.client.subjects.get(person.id)).toMatchObject({ address: '京都市上京区1' })
  })

  it('a corporate payee confirms its 法人番号 by the same link, and none is taken with a wrong check digit', async () => {
    const payee = await org.client.subjects.create({
      kind: 'payee',
      payeeKind: 'corporation',
      companyId: org.company.id,
      name: '青葉不動産株式会社',
      corporateNumber: '7000012050002',
    })
    const link = await org.client.subjects.createLink(payee.id, { kind: 'change' })
    const session = sessionAt(link.url)
    expect(await session.get()).toMatchObject({
      subjectKind: 'payee_corporation',
      person: { corporateNumber: '7000012050002' },
    })
    await told(session)
    await expect(session.updatePerson({ corporateNumber: '7000012050003' })).rejects.toMatchObject({
      code: 'check_digit',
    })
    await expect(session.setNumber({ number: number() })).rejects.toMatchObject({ code: 'conflict' })
    await session.updatePerson({ corporateNumber: '7000012050002', address: '仙台市青葉区1' })
    expect(await session.submit()).toMatchObject({ kind: 'change' })
  })
})

describe('the family', () => {
  it('loses whom the person added by mistake, with the number at once; whom the company knows only staff let go', async () => {
    const { person, request, link } = await asked({})
    const known = await org.client.subjects.createDependent(person.id, {
      ...{ dependentNo: 1, name: '東野 一', relationship: '子' },
    })
    const session = sessionAt(link.url)
    await told(session)
    await session.setNumber({ number: number() })
    const mistaken = number()
    const added = (await session.setDependent('d1', { name: '西野 三郎', relationship: '子', number: mistaken }))
      .dependents
    expect(added.map(({ key, addedHere }) => [key, addedHere])).toEqual([
      [known.id, false],
      ['d1', true],
    ])
    const theirs = added.find(({ key }) => key === 'd1')?.subjectId ?? ''
    await expect(session.removeDependent(known.id)).rejects.toMatchObject({ code: 'conflict' })
    await expect(session.endDependent('d1', { reason: 'other' })).rejects.toMatchObject({ code: 'conflict' })
    await expect(session.removeDependent('d9')).rejects.toMatchObject({ status: 404 })
    await expect(session.removeDependent('self')).rejects.toMatchObject({ status: 404 })
    expect((await session.removeDependent('d1')).dependents.map(({ key }) => key)).toEqual([known.id])
    await expect(session.removeDependent('d1')).rejects.toMatchObject({ status: 404 })
    await expect(org.client.subjects.get(theirs)).rejects.toMatchObject({ status: 404 })
    const gone = await org.auditor.does.ledger.listEntries({ operation: 'delete', name: '西野 三郎' })
    expect(gone.data).toMatchObject([{ outcome: 'done', functionName: 'マイナンバー取消（提出前）' }])
    // Nobody has this number any more, so whoever has it is told of nobody.
    const other = await makeEmployee(org)
    expect((await org.handler.does.numbers.register(other.id, { number: mistaken })).duplicates).toBeUndefined()
    // The same key is free again.
    await session.setDependent('d1', { name: '東野 二', relationship: '子' })

    await expect(session.endDependent(known.id, { reason: 'employed', endedOn: '2999-01-01' })).rejects.toMatchObject({
      errors: [{ pointer: '/endedOn' }],
    })
    const ending = { reason: 'employed', endedOn: '2024-04-01' } as const
    await session.endDependent(known.id, { reason: 'married' })
    expect((await session.keepDependent(known.id)).dependents[0]).not.toHaveProperty('ending')
    expect((await session.endDependent(known.id, ending)).dependents[0]).toMatchObject({ ending })
    await session.check()
    await session.submit()
    expect(await org.client.requests.get(request.id)).toMatchObject({
      dependentEndings: [{ subjectId: known.id, ...ending }],
    })
    const events = () => org.client.subjects.listEmploymentEvents(known.id).toArray({ limit: 10 })
    expect(await events()).toEqual([])
    const wrong = { kind: 'dependency_ended', on: '2024-04-01' } as const
    await expect(org.client.subjects.createEmploymentEvent(person.id, wrong)).rejects.toMatchObject({
      errors: [{ pointer: '/kind' }],
    })
    // Staff have seen the one whom the person added: from now on that one goes the other way too.
    await org.reviewer.does.requests.return(request.id, {
      items: [{ subjectId: known.id, reason: 'other', remark: '日付' }],
    })
    const again = sessionAt(link.url)
    await expect(again.removeDependent('d1')).rejects.toMatchObject({ code: 'conflict' })
    await again.submit()
    await org.reviewer.does.requests.accept(request.id)
    expect(await events()).toMatchObject([{ kind: 'dependency_ended', on: '2024-04-01' }])
    expect(await org.client.subjects.get(known.id)).toMatchObject({ name: '東野 一' })
    // Nobody is asked for them any more.
    const change = sessionAt((await org.client.subjects.createLink(person.id, { kind: 'change' })).url)
    expect((await change.get()).dependents.map(({ name }) => name)).toEqual(['東野 二'])
  })
})

describe('payees, by the same link', () => {
  const payee = (more: object) =>
    org.client.subjects.create({ kind: 'payee', companyId: org.company.id, name: '青葉不動産株式会社', ...more })

  it('a corporation is asked for its 法人番号: with its own notice, no document and no 個人番号, and staff accept or return it', async () => {
    const { id } = await payee({ payeeKind: 'corporation' })
    await expect(org.client.requests.create({ subjectId: id, documents: ['identity_proof'] })).rejects.toMatchObject({
      status: 400,
      errors: [{ pointer: '/documents' }],
    })
    await expect(
      org.client.requests.create({
        subjectId: id,
        noticeId: (await org.client.notices.create({ audience: 'landlord' })).id,
      }),
    ).rejects.toMatchObject({ status: 409, errors: [{ pointer: '/noticeId' }] })
    const request = await org.client.requests.create({ subjectId: id })
    const link = await org.client.requests.createLink(request.id, {})
    const session = sessionAt(link.url)
    const seen = await session.get()
    expect(seen).toMatchObject({
      kind: 'collect',
      subjectKind: 'payee_corporation',
      notice: { audience: 'payee_corporation', title: '法人番号のご確認のお願い' },
      documents: [],
    })
    expect(seen.number).toBeUndefined()
    await told(session)
    await expect(session.setNumber({ number: number() })).rejects.toMatchObject({ code: 'conflict' })
    await expect(session.submit()).rejects.toMatchObject({
      code: 'required',
      errors: [{ pointer: '/corporateNumber', code: 'required' }],
    })
    await expect(session.updatePerson({ corporateNumber: '7000012050003' })).rejects.toMatchObject({
      code: 'check_digit',
    })
    const given = { corporateNumber: '7000012050002', address: '仙台市青葉区1', email: 'keiri@aoba.example' }
    await session.updatePerson(given)
    await session.check()
    expect(await session.submit()).toMatchObject({ kind: 'collect', requestId: request.id })
    await org.reviewer.does.requests.return(request.id, { items: [{ subjectId: id, reason: 'address_differs' }] })
    const again = sessionAt(link.url)
    expect(await again.get()).toMatchObject({ return: { items: [{ key: 'self', reason: 'address_differs' }] } })
    await again.updatePerson({ address: '仙台市青葉区一番町1' })
    await again.submit()
    expect(await org.reviewer.does.requests.accept(request.id)).toMatchObject({ state: 'accepted' })
    expect(await org.client.subjects.get(id)).toMatchObject({
      ...given,
      address: '仙台市青葉区一番町1',
      numberState: 'none',
    })
    const history = await org.client.requests.history(request.id)
    expect(history.blank).toBeUndefined()
    expect(history.lines.map(({ what }) => what.ja).join()).not.toContain('個人番号')
    // Nothing of it is in the vault, and the host that does not know the number does not take it away.
    expect((await org.client.numbers.get(id)).versions).toEqual([])
  })

  it('a corporation that was asked and did not answer says so on the 経過記録, and a known 法人番号 is confirmed', async () => {
    const known = await payee({ payeeKind: 'corporation', corporateNumber: '7000012050002' })
    const request = await org.client.requests.create({ subjectId: known.id })
    const session = sessionAt((await org.client.requests.createLink(request.id, {})).url)
    await told(session)
    expect(await session.submit()).toMatchObject({ requestId: request.id })
    const unknown = await payee({ payeeKind: 'corporation' })
    const open = await org.client.requests.create({ subjectId: unknown.id })
    await org.client.requests.createLink(open.id, {})
    expect((await org.client.requests.history(open.id)).blank?.ja).toContain('法人番号')
  })

  it('a landlord is told why by the notice for landlords, and gives name, address and number without a family', async () => {
    const notice = await org.client.notices.create({ audience: 'landlord' })
    const landlord = await payee({ name: '青葉 恵', landlord: true })
    expect(landlord).toMatchObject({ payeeKind: 'individual', landlord: true })
    const request = await org.client.requests.create({ subjectId: landlord.id })
    expect(request.noticeId).toBe(notice.id)
    const session = sessionAt((await org.client.requests.createLink(request.id, {})).url)
    await told(session)
    await expect(session.setDependent('d1', { name: '青葉 一', relationship: '子' })).rejects.toMatchObject({
      code: 'conflict',
    })
    await session.updatePerson({ address: '仙台市青葉区2' })
    await session.setNumber({ number: number() })
    await session.check()
    await session.submit()
    await expect(org.client.subjects.create({ ...employeeFields(), landlord: true })).rejects.toMatchObject({
      errors: [{ pointer: '/landlord' }],
    })
    const other = await payee({ name: '青葉 誠' })
    expect((await org.client.requests.create({ subjectId: other.id })).noticeId).toBe(org.notice.id)
    expect(await org.client.subjects.update(other.id, { landlord: true })).toMatchObject({ landlord: true })
  })
})

describe('what a person types', () => {
  it('is kept as it is where it looks like markup, and refused with control or turning characters', async () => {
    const { person, link } = await asked({})
    const session = sessionAt(link.url)
    await told(session)
    const markup = '<img src=x onerror=alert(1)>'
    const wife = { relationship: '配偶者' }
    expect((await session.setDependent('d1', { ...wife, name: markup })).dependents[0]?.name).toBe(markup)
    for (const name of ['東野\u0000順子', '東野\n順子', '東野\u202e子順', '東野\u200b順子'])
      await expect(session.setDependent('d2', { ...wife, name })).rejects.toMatchObject({ status: 400 })
    // Nothing that can be read is no name, whoever writes it.
    for (const name of [' ', '　', '\u00a0\u3000', '\u3164', '\u2800 ']) {
      const refusal = { status: 400, code: 'invalid_request', errors: [{ pointer: '/name' }] }
      await expect(session.setDependent('d2', { ...wife, name })).rejects.toMatchObject(refusal)
      await expect(session.updatePerson({ name })).rejects.toMatchObject(refusal)
      await expect(org.client.subjects.create({ ...employeeFields(), name })).rejects.toMatchObject(refusal)
      await expect(org.client.subjects.update(person.id, { name })).rejects.toMatchObject(refusal)
      const dependent = { dependentNo: 9, relationship: '子', name }
      await expect(org.client.subjects.createDependent(person.id, dependent)).rejects.toMatchObject(refusal)
    }
    await expect(session.updatePerson({ address: '東京都\u0007' })).rejects.toMatchObject({ status: 400 })
    await expect(session.updatePerson({ name: fixtureNumber(1) })).rejects.toMatchObject({
      code: 'number_not_accepted',
    })
    await expect(session.setDependent('self', { ...wife, name: '東野' })).rejects.toMatchObject({ status: 404 })
  })
})
