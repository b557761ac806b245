import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { deflateSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Visit } from '../../src/core/collection/collection.ts'
import { AppError, type Place } from '../../src/core/shared/errors.ts'
import type { PurposeCode } from '../../src/core/shared/words.ts'
import { createCollectionSetup } from '../support/collection-setup.ts'
import { createTestCore, type TestCore, type TestCoreOrganization } from '../support/core.ts'
import { fixtureNumber } from '../support/fixture-number.ts'
import { smallPdf } from '../support/small-pdf.ts'

let core: TestCore
let org: TestCoreOrganization
const { visit, employee, dependent, enter, tokenOf } = createCollectionSetup(() => core)
beforeAll(async () => {
  core = await createTestCore()
  org = await core.makeOrganization()
})
afterAll(() => core.stop())

const bytesOfPdf = smallPdf()
async function* pdf(): AsyncGenerator<Uint8Array> {
  yield bytesOfPdf
}
const upload = (session: Visit) => core.collection.sessions.evidence.add(session, { kind: 'card_back' }, pdf())
const rowsOf = async (subjectId: string) =>
  (await core.documents('evidence')).filter((row) => row.subjectId === subjectId)
/** What is left of a file: its row in the data database, its key in the other. */
const leftOf = async (fileId: unknown) => {
  const file = (await core.documents('files')).find(({ _id }) => _id === fileId)
  return { state: file?.state, dekId: file?.dekId }
}
const dekIsThere = async (dekId: unknown): Promise<boolean> =>
  (await core.keysDb.mongoose.connection.collection<{ _id: string }>('deks').countDocuments({ _id: `${dekId}` })) === 1

describe('確認書類', () => {
  it.each([
    ['cancelled', 'cancel'],
    ['refused, then cancelled', 'refuse'],
    ['expired', 'expire'],
  ] as const)('of a request that was %s goes where no number was given', async (_, how) => {
    const { requests, deadlines } = core.collection
    const { person, request, session } = await visit(org)
    await upload(session)
    const [row] = await rowsOf(person.id)
    const { dekId } = await leftOf(row?.fileId)
    expect(await dekIsThere(dekId)).toBe(true)
    if (how === 'refuse') await requests.refuse(org.caller, request._id, { reason: 'no_consent' })
    if (how === 'expire') {
      const collection = core.db.mongoose.connection.collection<{ _id: string }>('requests')
      await collection.updateOne({ _id: request._id }, { $set: { dueOn: '2020-01-01' } })
      await deadlines.sweep()
    } else await requests.cancel(org.caller, request._id, { reason: 'not_needed' })
    expect(await rowsOf(person.id)).toEqual([])
    await core.files.sweep()
    expect(await leftOf(row?.fileId)).toEqual({})
    expect(await dekIsThere(dekId)).toBe(false)
  })

  it('stays beside a number that was given, until that number goes', async () => {
    const { person, request, session } = await visit(org)
    await core.collection.sessions.setNumber(session, { number: fixtureNumber(840) })
    await upload(session)
    await core.collection.requests.cancel(org.caller, request._id, { reason: 'not_needed' })
    const [row] = await rowsOf(person.id)
    expect(await leftOf(row?.fileId)).toMatchObject({ state: 'kept' })
  })

  it('is one, however often it is sent: after a lost answer, twice at once, from another device', async () => {
    const { person, token, session } = await visit(org)
    const first = await upload(session)
    const [again, ...atOnce] = await Promise.all([upload(session), upload(session), upload(session)])
    const elsewhere = await enter(token)
    for (const each of [again, ...atOnce, await upload(elsewhere)]) expect(each).toEqual(first)
    expect(await rowsOf(person.id)).toHaveLength(1)
    const entries = (await core.documents('ledger_entries')).filter((row) => row.subjectId === person.id)
    expect(entries.filter(({ operation }) => operation === 'evidence')).toHaveLength(1)
    // Another kind is another document, and what was taken back can be sent anew.
    await core.collection.sessions.evidence.add(elsewhere, { kind: 'other' }, pdf())
    expect(await rowsOf(person.id)).toHaveLength(2)
    await core.collection.sessions.evidence.remove(elsewhere, first.id)
    expect((await upload(elsewhere)).id).not.toBe(first.id)
    expect(JSON.stringify(await rowsOf(person.id))).not.toContain(
      createHash('sha256').update(bytesOfPdf).digest('base64url'),
    )
  })

  it('is one where both come before either is there', async () => {
    const { person, session } = await visit(org)
    const ids = (await Promise.all([upload(session), upload(session), upload(session)])).map(({ id }) => id)
    expect(new Set(ids).size).toBe(1)
    const [row] = await rowsOf(person.id)
    expect(await leftOf(row?.fileId)).toMatchObject({ state: 'kept' })
    expect(await rowsOf(person.id)).toHaveLength(1)
  })

  it('that comes while a disposal ends leaves no file that nobody can reach', async () => {
    const { person, session } = await visit(org)
    await upload(session)
    const [row] = await rowsOf(person.id)
    // As in step 3 of a disposal, after step 2 has looked for files for the last time.
    await core.db.inTransaction(() => core.collection.forget(org.caller.organizationId, [person.id]))
    expect(await rowsOf(person.id)).toEqual([])
    expect(await leftOf(row?.fileId)).toMatchObject({ state: 'doomed' })
  })
})

/** What a submission says is missing. */
const refusal = async (session: Visit): Promise<{ code: string; places: readonly Place[] }> => {
  try {
    await core.collection.sessions.submit(session)
    return { code: 'it worked', places: [] }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { code: error.code, places: error.places }
  }
}
type Document = 'number_proof' | 'identity_proof' | 'delegation'
let seed = 841
/** An employee with a spouse, who was asked for these papers, told of these purposes, and entered these numbers. */
const asked = async (documents: Document[], purposes: PurposeCode[], whose: ('self' | 'spouse')[] = ['self']) => {
  const { collection } = core
  const notice = await core.notices.create(org.caller, { title: '通知', text: '通知', purposes })
  const person = await employee(org)
  const spouse = await dependent(org, person.id, 1)
  const request = await collection.requests.create(org.caller, {
    subjectId: person.id,
    noticeId: notice._id,
    documents,
  })
  const token = tokenOf((await collection.requests.makeLink(org.caller, request._id)).url)
  const session = await enter(token)
  await collection.sessions.acceptNotice(session, notice._id)
  await collection.sessions.setNumber(session, { number: fixtureNumber(seed++) })
  if (whose.includes('spouse'))
    await collection.sessions.setDependent(session, spouse.id, {
      ...{ name: '東野 順子', relationship: '妻', number: fixtureNumber(seed++) },
    })
  await collection.sessions.check(session)
  return { person, spouse, request, session, token }
}
const missingOf = async (session: Visit) => (await core.collection.sessions.view(session)).missingDocuments
const add = (session: Visit, kind: 'card_back' | 'passport' | 'power_of_attorney', subjectKey = 'self') =>
  core.collection.sessions.evidence.add(session, { kind, subjectKey }, pdf())

/** A picture as far as anybody looks: signature, size and end. */
const png = (seed: number): Buffer =>
  Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]),
    Buffer.from('IHDR\0\0\0\x01\0\0\0\x01\0\0\0\0\0', 'latin1'),
    Buffer.from(`${seed} IEND\0\0\0\0`),
  ])

describe('a PDF', () => {
  const kept = async (fileId: unknown): Promise<string> => {
    const bytes = await core.files.read(org.caller.organizationId, `${fileId}`)
    return Buffer.concat(await bytes.toArray()).toString('latin1')
  }
  const send = (session: Visit, bytes: Buffer) =>
    core.collection.sessions.evidence.add(session, { kind: 'card_back' }, Readable.from([bytes]))

  it('is kept without its maker, its older states and what would run, and is the same upload when it comes again', async () => {
    const { person, session } = await visit(org)
    const xmp = '<x:xmpmeta>SCANNER 3000</x:xmpmeta>'
    const bytes = smallPdf({
      more: '/Metadata 6 0 R/OpenAction<</S/JavaScript/JS(app.alert)>>',
      objects: [
        '4 0 obj\n<</Author(AUTHOR)/Producer(SCANNER)>>\nendobj\n',
        '5 0 obj\n(OLDER STATE)\nendobj\n',
        `6 0 obj\n<</Type/Metadata/Subtype/XML/Length ${xmp.length}>>\nstream\n${xmp}\nendstream\nendobj\n`,
      ].join(''),
      trailer: '/Info 4 0 R',
    })
    const first = await send(session, bytes)
    expect(await send(session, bytes)).toEqual(first)
    const [row] = await rowsOf(person.id)
    const text = await kept(row?.fileId)
    expect(text).toMatch(/^%PDF-1\.7[\s\S]*%%EOF\s*$/)
    expect(text).not.toMatch(/AUTHOR|SCANNER|xmpmeta|OLDER STATE|JavaScript|alert/)
    expect(first.bytes).toBe(text.length)
  })

  it('that is signed, protected or none is refused in words, and nothing of it is kept', async () => {
    const { person, session } = await visit(org)
    const signed = smallPdf({
      more: '/AcroForm<</SigFlags 3/Fields[4 0 R]>>',
      objects: '4 0 obj\n<</FT/Sig/T(s)/V 5 0 R>>\nendobj\n5 0 obj\n<</Type/Sig/ByteRange[0 1 2 3]>>\nendobj\n',
    })
    const locked = smallPdf({ trailer: '/Encrypt<</Filter/Standard/V 1/R 2>>/ID[<00><00>]' })
    for (const [bytes, words] of [
      [signed, 'electronic signature'],
      [locked, 'password'],
      [Buffer.from('%PDF-1.7\n%%EOF\n'), 'cannot be read'],
    ] as const)
      await expect(send(session, bytes)).rejects.toMatchObject({
        ...{ code: 'invalid_file', message: expect.stringContaining(words) },
      })
    expect(await rowsOf(person.id)).toEqual([])
  })

  it('that unpacks to gigabytes hurts nobody', async () => {
    const { session } = await visit(org)
    const twice = deflateSync(deflateSync(Buffer.alloc(100_000_000)))
    const head = `1 0 obj\n<</Type/ObjStm/N 1/First 4/Filter[/FlateDecode/FlateDecode]/Length ${twice.length}>>\nstream\n`
    const bytes = Buffer.concat([Buffer.from(`%PDF-1.7\n${head}`), twice, Buffer.from('\nendstream\nendobj\n%%EOF\n')])
    await expect(send(session, bytes)).rejects.toMatchObject({ code: 'invalid_file' })
  })
})

describe('at the same moment', () => {
  it('no more than 40 files come in, and an agreement is given once', async () => {
    const { person, session } = await visit(org)
    const wife = await dependent(org, person.id, 1)
    const add = (i: number) =>
      core.collection.sessions.evidence.add(session, { kind: 'other' }, Readable.from([png(i)])).then(
        () => 1,
        () => 0,
      )
    for (let i = 0; i < 38; i++) await add(i)
    const more: number[] = await Promise.all([38, 39, 40, 41, 42].map(add))
    expect(more.reduce((sum, one) => sum + one, 0)).toBe(2)
    expect(await rowsOf(person.id)).toHaveLength(40)
    const consent = { kind: 'category_3_entrusted', dependentKey: wife.id } as const
    await Promise.all([1, 2, 3].map(() => core.collection.sessions.consent(session, consent)))
    expect(await core.notices.consents.givenBy(org.caller.organizationId, [person.id])).toHaveLength(1)
  })
})

describe('a document that was asked for', () => {
  it('is named with its person where it is missing, on the page and by the refusal', async () => {
    const { session } = await asked(['number_proof', 'identity_proof'], ['withholding_tax'])
    expect(await missingOf(session)).toEqual([
      { document: 'number_proof', subjectKey: 'self' },
      { document: 'identity_proof', subjectKey: 'self' },
    ])
    await add(session, 'card_back')
    expect(await refusal(session)).toEqual({
      code: 'required',
      places: [{ pointer: '/missingDocuments/0', code: 'required', detail: 'identity_proof of self' }],
    })
  })

  it('may be handed in on paper: what staff recorded as received counts', async () => {
    const { session, request } = await asked(['number_proof', 'identity_proof'], ['withholding_tax'])
    const receive = (item: 'form' | 'card_original') =>
      core.collection.contacts.create(org.caller, request._id, {
        ...{ channel: 'post', outcome: 'received', received: { item, handling: 'returned_by_registered_mail' } },
      })
    await receive('form')
    expect((await refusal(session)).code).toBe('required')
    await receive('card_original')
    expect((await refusal(session)).code).toBe('it worked')
  })

  it('of the spouse is asked for where the spouse is represented: 委任状 and the paper with the number', async () => {
    const { session, spouse } = await asked(
      ['number_proof', 'delegation'],
      ['withholding_tax', 'national_pension_3'],
      ['self', 'spouse'],
    )
    await core.collection.sessions.consent(session, { kind: 'category_3_agent', dependentKey: spouse.id })
    await add(session, 'card_back')
    expect(await missingOf(session)).toEqual([
      { document: 'number_proof', subjectKey: spouse.id },
      { document: 'delegation', subjectKey: spouse.id },
    ])
    await add(session, 'card_back', spouse.id)
    await add(session, 'power_of_attorney', spouse.id)
    expect((await refusal(session)).code).toBe('it worked')
  })

  it('of the spouse is not asked for where the employee checks the spouse, and 委任状 of nobody without one', async () => {
    const both = await asked(['number_proof', 'delegation'], ['national_pension_3'], ['self', 'spouse'])
    await core.collection.sessions.consent(both.session, {
      ...{ kind: 'category_3_entrusted', dependentKey: both.spouse.id },
    })
    const alone = await asked(['number_proof', 'delegation'], ['withholding_tax'])
    for (const { session } of [both, alone]) {
      await add(session, 'card_back')
      expect((await refusal(session)).code).toBe('it worked')
    }
  })
})

describe('the number of a spouse for 国民年金第3号', () => {
  it('needs the ground on which the employee hands it in: as agent, or entrusted with the check', async () => {
    for (const kind of ['category_3_agent', 'category_3_entrusted'] as const) {
      const { session, spouse } = await asked([], ['national_pension_3'], ['self', 'spouse'])
      expect(await refusal(session)).toEqual({
        code: 'consent_required',
        places: [1, 2].map((i) => ({ pointer: `/consents/${i}`, code: 'consent_required' })),
      })
      const before = (await core.collection.sessions.view(session)).consents
      expect(before.map((one) => [one.kind, one.demanded])).toEqual([
        ['family_check_entrusted', false],
        ['category_3_agent', true],
        ['category_3_entrusted', true],
      ])
      await core.collection.sessions.consent(session, { kind, dependentKey: spouse.id })
      expect((await refusal(session)).code).toBe('it worked')
    }
  })

  it('may stand on what was agreed on paper before, and no longer once that is taken back', async () => {
    const { consents } = core.notices
    const { session, spouse, person } = await asked([], ['national_pension_3'], ['self', 'spouse'])
    const paper = { kind: 'category_3_agent', subjectId: spouse.id, concernsId: person.id, channel: 'paper' } as const
    const { _id } = await consents.record(org.caller, paper)
    await consents.withdraw(org.caller, _id)
    expect((await refusal(session)).code).toBe('consent_required')
    await consents.record(org.caller, paper)
    expect((await refusal(session)).code).toBe('it worked')
  })

  it('is the only one: nothing is demanded of a spouse whose number is for tax, is not handed in, or of a child', async () => {
    const tax = await asked([], ['withholding_tax'], ['self', 'spouse'])
    const without = await asked([], ['national_pension_3'])
    const child = await asked([], ['national_pension_3'])
    await core.collection.sessions.setDependent(child.session, 'd1', {
      ...{ name: '東野 一郎', relationship: '子', number: fixtureNumber(seed++) },
    })
    await core.collection.sessions.check(child.session)
    for (const { session } of [tax, without, child]) expect((await refusal(session)).code).toBe('it worked')
  })
})
